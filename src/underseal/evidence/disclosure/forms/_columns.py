"""A message as a row: the columns of every table, so that no two tables can differ in what they show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from underseal.evidence.disclosure.disclosed import Attached, Disclosed

Value: TypeAlias = str | int | None

_NOTHING: Final = Attached(name="", mime="", size=None, sha256="", file="", state="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        name: of the field, as the pack spells it. width: in characters, where it is shown. value: of a message.
    """

    name: str
    width: int
    value: Callable[[Disclosed], Value]


def held_back(message: Disclosed) -> str:
    """Return what was redacted of a message, why and by whom: a line each."""
    return "\n".join(f"{held.field}: {held.why} ({held.by})" for held in message.redactions)


def _attached(message: Disclosed) -> Attached:
    return message.attached or _NOTHING


def _yes(flag: bool) -> str:  # noqa: FBT001  # a value that is shown, no switch
    return "yes" if flag else "no"


COLUMNS: Final = tuple(
    Column(name=name, width=width, value=value)
    for name, width, value in (
        ("line", 8, lambda m: m.line),
        ("iso", 30, lambda m: m.iso),
        ("sender", 30, lambda m: m.sender),
        ("name", 20, lambda m: m.name),
        ("text", 70, lambda m: m.text),
        ("readable", 9, lambda m: _yes(m.text is not None)),
        ("kind", 11, lambda m: m.kind),
        ("verdict", 13, lambda m: m.verdict),
        ("reason", 30, lambda m: m.reason),
        ("redactions", 40, held_back),
        ("attached_name", 24, lambda m: _attached(m).name),
        ("attached_mime", 16, lambda m: _attached(m).mime),
        ("attached_size", 13, lambda m: _attached(m).size),
        ("attached_state", 14, lambda m: _attached(m).state),
        ("attached_file", 40, lambda m: _attached(m).file),
        ("attached_sha256", 34, lambda m: _attached(m).sha256),
        ("item", 7, lambda m: _yes(m.item)),
        ("conversation", 34, lambda m: m.conversation),
        ("recipients", 30, lambda m: "\n".join(m.recipients)),
        ("relation", 10, lambda m: m.relation),
        ("target", 30, lambda m: m.target),
        ("event", 30, lambda m: m.event),
        ("record", 12, lambda m: m.record),
        ("leaf", 34, lambda m: m.leaf),
        ("exhibit", 12, lambda m: m.exhibit),
        ("ciphertext_sha256", 34, lambda m: m.ciphertext_sha256),
        ("time", 16, lambda m: m.time),
        ("clock", 12, lambda m: m.clock),
        ("uncertainty", 11, lambda m: m.uncertainty),
    )
)
"""The columns of a message, those that are read first to the left."""
