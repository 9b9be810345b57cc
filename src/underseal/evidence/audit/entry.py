"""One entry of the audit, and how an act becomes one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from underseal.core.ledger import Entry, Fields, Json
from underseal.errors import CallerError, IntegrityError, UnreadableError
from underseal.evidence.audit.acts import Act

MAX_TEXT = 10_000
"""Characters of a text that an entry keeps, so that no query is too long to be recorded; the rest is a digest."""

_FIELDS = ("number", "time", "user", "authority", "act", "group", "purpose", "details")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what, when, under which authority, and why.

    Attributes:
        number: position in the ledger, from 0.
        time: ISO 8601 in UTC with milliseconds, "2026-03-09T04:00:00.000Z".
        user: who acted.
        authority: number of the authority, "" where an act needs none.
        act: name from the catalogue `Act`, or from that of a later version.
        group: its group: the operation of article 25 that it is, or "security".
        purpose: why, in the person's words.
        details: what exactly; never message text, never a key.
        data: the line of the ledger, the leaf data.
    """

    number: int
    time: str
    user: str
    authority: str
    act: str
    group: str
    purpose: str
    details: Mapping[str, str | int]
    data: bytes = field(repr=False)

    @classmethod
    def read(cls, entry: Entry) -> "AuditEntry":
        """Read an entry of the ledger.

        Raises:
            IntegrityError: it is no entry of an audit.
        """
        what = f"Entry {entry.number} of the audit"
        try:
            fields = Fields(entry.value(), what, required=_FIELDS)
            return cls(
                number=entry.number,
                time=fields.text("time"),
                user=fields.text("user"),
                authority=fields.text("authority"),
                act=fields.text("act"),
                group=fields.text("group"),
                purpose=fields.text("purpose"),
                details=_details(fields, what),
                data=entry.data,
            )
        except UnreadableError as error:
            raise IntegrityError(error.message) from error


def _details(fields: Fields, what: str) -> dict[str, str | int]:
    value = fields.value("details")
    if not isinstance(value, dict):
        raise IntegrityError(f"{what}: its details are not an object.")
    details = {name: item for name, item in value.items() if isinstance(item, str | int)}
    if len(details) != len(value):
        raise IntegrityError(f"{what}: a detail is neither a text nor a number.")
    return details


def compose(
    act: Act, *, time: datetime, user: str, authority: str, purpose: str, details: Mapping[str, str | int]
) -> dict[str, Json]:
    """Make the value of an entry, all but its number.

    Args:
        act: what was done.
        time: when, with its zone.
        user: who, in whose name it was done; not empty.
        authority: number of the authority, may be "".
        purpose: why, may be "".
        details: texts and numbers.

    Raises:
        CallerError: no user, a time without zone, or a detail of another type; its value is never repeated.
    """
    if not user:
        raise CallerError("An act needs the name of who acts.")
    for name, value in details.items():
        if not isinstance(value, str | int):
            raise CallerError(
                f"The detail {name!r} of {act.value} is a {type(value).__name__}, not a text or a number."
            )
    return {
        "time": timestamp(time),
        "user": clean(user),
        "authority": clean(authority),
        "act": act.value,
        "group": act.group.value,
        "purpose": clean(purpose),
        "details": {name: clean(value) if isinstance(value, str) else int(value) for name, value in details.items()},
    }


def timestamp(time: datetime) -> str:
    """Return a time as the audit writes it: UTC with milliseconds.

    Raises:
        CallerError: the time has no zone.
    """
    if time.tzinfo is None:
        raise CallerError("The time of an act needs its zone.")
    return time.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def clean(text: str) -> str:
    """Return a text as an entry keeps it: lone surrogates become U+FFFD, what is longer than `MAX_TEXT` is cut.

    An act must never go unrecorded because somebody typed something odd.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if len(whole) <= MAX_TEXT:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()
    return f"{whole[:MAX_TEXT]} [cut: {len(whole)} characters, SHA-256 {digest}]"
