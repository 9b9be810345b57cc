"""Lines for a conversation that nobody wrote: small talk, drawn at random."""

import secrets
from typing import Final

USUAL: Final = 24
"""Lines of a conversation unless told otherwise."""

_PLACES: Final = (
    "the market",
    "the harbour",
    "the old bridge",
    "the bakery",
    "the station",
    "the ferry",
    "the library",
)
_TIMES: Final = ("at nine", "after lunch", "tomorrow", "on Friday", "in an hour", "before it rains", "when you can")
_THINGS: Final = ("the tickets", "your umbrella", "some bread", "the blue chairs", "a map", "the spare key", "the soup")
_LINES: Final = (
    "Shall we meet near {place} {time}?",
    "I will be near {place} {time}.",
    "Please bring {thing}.",
    "I have left {thing} near {place}.",
    "Did you find {thing}?",
    "Not {time}, I am sorry.",
    "It is very quiet near {place} today.",
    "That suits me {time}.",
    "Thank you for {thing}.",
    "How is it near {place}?",
)


def small_talk(count: int = USUAL) -> list[str]:
    """Return that many lines."""
    return [
        secrets.choice(_LINES)
        .replace("{place}", secrets.choice(_PLACES))
        .replace("{time}", secrets.choice(_TIMES))
        .replace("{thing}", secrets.choice(_THINGS))
        for _ in range(count)
    ]
