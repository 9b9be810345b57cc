"""The used material of a pack, message by message, and the sessions that open it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from underseal.core.ledger import Fields, JsonValue, parse_strict
from underseal.core.verify.disclosure.listing import KEYS, KEYS_FORMAT, MEDIA, MESSAGES, PACK, Listing
from underseal.core.verify.disclosure.messages import Against, Proved, check_line, public_key
from underseal.core.verify.disclosure.source import Source, read_lines, read_whole
from underseal.core.verify.megolm import Ratchet
from underseal.errors import IntegrityError, UnreadableError

COUNTED: Final = ("used", "items", "context", "redacted", "locked", "message_keys")
"""Counts of `pack.json` that the messages give."""

_READABLE: Final = ("opened", "clear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that is handed over. ratchet: from the first index on that it opens. opens: how many lines, it is said."""

    ratchet: Ratchet
    opens: int


@dataclass(slots=True, kw_only=True)
class Used:
    """What the messages of a pack were found to be.

    Attributes:
        leaves: leaf hash (hex) of each record. accounts: senders and recipients. counts: those of COUNTED.
        rows: what the schedule of used material must say.
        redactions, absent, keyless: what `left_out.json` must say of them. media: paths of the attachments.
        opened: how many lines each session that is handed over opens.
    """

    leaves: dict[int, str] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    rows: list[JsonValue] = field(default_factory=list)
    redactions: list[JsonValue] = field(default_factory=list)
    absent: list[JsonValue] = field(default_factory=list)
    keyless: list[JsonValue] = field(default_factory=list)
    media: set[str] = field(default_factory=set)
    opened: dict[str, int] = field(default_factory=dict)

    def add(self, line: Proved, sessions: Mapping[str, Session]) -> None:
        """Add a line.

        Raises:
            IntegrityError: its record was there already, or its key is not that of its session.
        """
        at, record = line.number("line"), line.number("record")
        if record in self.leaves:
            raise IntegrityError(f"{MESSAGES}, line {at}: record {record} is there twice.")
        self.leaves[record] = line.text("leaf")
        self.accounts |= line.accounts
        self.rows.append({name: line.fields[name] for name in _ROW})
        self.redactions += [{"line": at, "field": name, "why": why, "by": by} for name, why, by in line.redactions]
        if line.file:
            self.media.add(line.file)
        elif line.state not in ("", "redacted"):
            self.absent.append({"line": at, "state": line.state})
        if line.decrypted and not line.key:
            self.keyless.append({"line": at})
        self._count(line)
        session = sessions.get(line.session)
        if session is not None and line.index >= session.ratchet.first:
            if session.ratchet.message_key(line.index) != line.key:
                raise IntegrityError(f"{KEYS}, session {line.session}: it does not give the key of line {at}.")
            self.opened[line.session] = self.opened.get(line.session, 0) + 1

    def _count(self, line: Proved) -> None:
        self.counts["used"] += 1
        self.counts["items" if line.fields["item"] is True else "context"] += 1
        self.counts["redacted"] += bool(line.redactions)
        self.counts["locked"] += line.text("verdict") not in _READABLE
        self.counts["message_keys"] += bool(line.key)


_ROW: Final = ("line", "record", "item", "conversation", "iso", "kind", "verdict")


def check_used(source: Source, against: Against, listing: Listing) -> Used:
    """Check every line of the messages, the sessions and the attachments.

    Raises:
        IntegrityError, UnreadableError: names the line and the field, the session, or the file.
    """
    sessions, used = _sessions(source), Used()
    before: tuple[str, int, int] | None = None
    for number, data in read_lines(source, MESSAGES):
        line = check_line(data, number, against)
        place = line.text("conversation"), line.number("time"), line.number("record")
        if before is not None and place <= before:
            raise IntegrityError(f"{MESSAGES}, line {number}: it is not in the order of conversation, time and record.")
        before = place
        used.add(line, sessions)
    for id_, session in sessions.items():
        if used.opened.get(id_, 0) != session.opens:
            raise IntegrityError(
                f"{KEYS}, session {id_}: it opens {used.opened.get(id_, 0)} lines, not {session.opens}."
            )
    enclosed = {name for name in listing.files if name.startswith(MEDIA)}
    _check_media(enclosed, used, listing)
    counted = used.counts | {"session_keys": len(sessions), "media": len(enclosed)}
    for name, count in counted.items():
        if count != listing.counts[name]:
            raise IntegrityError(f'{PACK} counts {listing.counts[name]} as "{name}"; there are {count}.')
    return used


def _check_media(enclosed: set[str], used: Used, listing: Listing) -> None:
    for name in sorted(enclosed ^ used.media):
        raise IntegrityError(f"{name} is the attachment of no message.")
    for name in sorted(enclosed):
        if listing.files[name].sha256.hex() != name.removeprefix(MEDIA):
            raise IntegrityError(f"{name} is not what its name says.")


def _sessions(source: Source) -> dict[str, Session]:
    fields = Fields(parse_strict(read_whole(source, KEYS), what=KEYS), KEYS, required=("format", "sessions"))
    listed = fields.value("sessions")
    if fields.text("format") != KEYS_FORMAT or not isinstance(listed, list):
        raise UnreadableError(f"{KEYS} is no list of sessions.")
    found: dict[str, Session] = {}
    for at, value in enumerate(listed, 1):
        what = f"{KEYS}, session {at}"
        each = Fields(value, what, required=("session", "from", "exported", "opens"))
        ratchet, id_ = Ratchet(each.base64("exported")), each.text("session")
        if public_key(id_) != ratchet.public or ratchet.first != each.integer("from") or id_ in found:
            raise IntegrityError(f"{what}: its key is that of another session or index, or it is there twice.")
        found[id_] = Session(ratchet=ratchet, opens=each.integer("opens"))
    return found
