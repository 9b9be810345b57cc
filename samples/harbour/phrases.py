"""Reads the lines that people say: lines/<language>.txt (exchanges with slots) and lines/scenes.txt (whole scenes)."""

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from underseal.network.phones.phrases import Exchange, Phrasebook, meaningful

LINES = Path(__file__).parent / "lines"
LANGUAGES = ("nl", "en", "fr", "es", "ar", "ru", "zh", "ja")
_SCENE = re.compile(r"\[(?P<room>\S+) (?P<day>\d+) (?P<clock>\d\d:\d\d)\]")
_SAID = re.compile(r"(?P<pin>\w{6}) (?P<language>\w\w) (?:(?P<mark>>\d*|[~+x]) )?(?P<text>.+)")


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


@cache
def _book(language: str) -> Phrasebook:
    return Phrasebook(LINES / f"{language}.txt")


def exchanges(language: str) -> tuple[Exchange, ...]:
    """All exchanges of a language."""
    return _book(language).exchanges


def filled(exchange: Exchange, rng: random.Random) -> tuple[str, ...]:
    """The lines of an exchange with one value for each slot all through it."""
    return _book(exchange.language).filled(exchange, rng)


@cache
def scenes() -> tuple[Scene, ...]:
    """All written scenes.

    Raises:
        ValueError: a line is neither a head nor something said.
    """
    found: list[Scene] = []
    head: re.Match[str] | None = None
    said: list[Said] = []
    for line in [*meaningful(LINES / "scenes.txt"), ""]:
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
