"""What people of a scenario say: exchanges with slots, one file a language.

A file `<language>.txt` holds, beside empty lines and comments (#):

    @slot = value; value; value
    topic: first line with a {slot} | an answer | another answer
"""

import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from underseal.errors import CallerError


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


class Phrasebook:
    """The exchanges of one language.

    Args:
        file: where they stand.

    Raises:
        CallerError: it cannot be read.
    """

    def __init__(self, file: Path) -> None:
        self.language = file.stem
        self._lines = meaningful(file)

    @cached_property
    def slots(self) -> dict[str, list[str]]:
        """What may stand in each slot."""
        found = {}
        for line in self._lines:
            if line.startswith("@"):
                name, _, values = line[1:].partition(" = ")
                found[name] = values.split("; ")
        return found

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges."""
        found = []
        for line in self._lines:
            if not line.startswith("@"):
                topic, _, said = line.partition(": ")
                found.append(Exchange(language=self.language, topic=topic, lines=tuple(said.split(" | "))))
        return tuple(found)

    def filled(self, exchange: Exchange, rng: random.Random) -> tuple[str, ...]:
        """Return the lines of an exchange with one value for each slot all through it."""
        values = {name: rng.choice(choices) for name, choices in self.slots.items()}
        return tuple(line.format(**values) for line in exchange.lines)


def meaningful(file: Path) -> list[str]:
    """Return the lines of a file that are neither empty nor comments.

    Raises:
        CallerError: it cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CallerError(f"{file} cannot be read.", hint="It holds what people say in one language.") from None
    return [line for line in text.splitlines() if line and not line.startswith("#")]
