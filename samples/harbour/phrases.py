"""Reads the lines that people say: lines/<language>.txt (exchanges with slots) and lines/scenes.txt (whole scenes)."""

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LINES = Path(__file__).parent / "lines"
LANGUAGES = ("nl", "en", "fr", "es", "ar", "ru", "zh", "ja")
_SCENE = re.compile(r"\[(?P<room>\S+) (?P<day>\d+) (?P<clock>\d\d:\d\d)\]")
_SAID = re.compile(r"(?P<pin>\w{6}) (?P<language>\w\w) (?:(?P<mark>>\d*|[~+x]) )?(?P<text>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A few lines that belong together: somebody says the first, others answer."""

    language: str
    topic: str
    lines: tuple[str, ...]

    @property
    def fixed(self) -> bool:
        """True when it has no slot, so that it would be word for word the same again."""
        return "{" not in "".join(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line of a scene; `mark` is empty, `>` or `>n` (answer), `~` (edit), `+` (reaction) or `x` (redaction)."""

    pin: str
    language: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene, where it plays and when it starts."""

    room: str
    day: int
    clock: str
    lines: tuple[Said, ...]


def _meaningful(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


@cache
def slots(language: str) -> dict[str, list[str]]:
    """What may stand in each slot of a language."""
    found = {}
    for line in _meaningful(LINES / f"{language}.txt"):
        if line.startswith("@"):
            name, _, values = line[1:].partition(" = ")
            found[name] = values.split("; ")
    return found


@cache
def exchanges(language: str) -> tuple[Exchange, ...]:
    """All exchanges of a language."""
    found = []
    for line in _meaningful(LINES / f"{language}.txt"):
        if not line.startswith("@"):
            topic, _, said = line.partition(": ")
            found.append(Exchange(language=language, topic=topic, lines=tuple(said.split(" | "))))
    return tuple(found)


def filled(exchange: Exchange, rng: random.Random) -> tuple[str, ...]:
    """The lines of an exchange with one value for each slot all through it."""
    values = {name: rng.choice(choices) for name, choices in slots(exchange.language).items()}
    return tuple(line.format(**values) for line in exchange.lines)


@cache
def scenes() -> tuple[Scene, ...]:
    """All written scenes.

    Raises:
        ValueError: a line is neither a head nor something said.
    """
    found: list[Scene] = []
    head: re.Match[str] | None = None
    said: list[Said] = []
    for line in [*_meaningful(LINES / "scenes.txt"), ""]:
        start = _SCENE.fullmatch(line)
        if (start or not line) and head:
            found.append(Scene(room=head["room"], day=int(head["day"]), clock=head["clock"], lines=tuple(said)))
        if start:
            head, said = start, []
        elif line:
            said.append(_said(line))
    return tuple(found)


def _said(line: str) -> Said:
    match = _SAID.fullmatch(line)
    if not match:
        raise ValueError(f"scenes.txt has a line that is no head and says nothing: {line!r}")
    return Said(pin=match["pin"], language=match["language"], mark=match["mark"] or "", text=match["text"])
