"""What stands beside the messages of a pack: schedules, what was left out, claims on accounts, the extract of the audit."""

from collections.abc import Collection
from typing import Final

from underseal.core.ledger import (
    CHECKPOINT_FORMAT,
    Fields,
    JsonValue,
    SignedDocument,
    leaf_hash,
    parse_strict,
    verify_inclusion,
)
from underseal.core.verify.attribution import PROOF_FORMAT, Claim, Message, check_attribution, read_act
from underseal.core.verify.disclosure.listing import (
    ATTRIBUTIONS,
    AUDIT,
    EXTRACT_FORMAT,
    LEFT_OUT,
    LEFT_OUT_FORMAT,
    PACK,
    SCHEDULE_FORMAT,
    SCHEDULES,
    Listing,
)
from underseal.core.verify.disclosure.source import Source, read_lines, read_whole
from underseal.core.verify.disclosure.used import Used
from underseal.core.verify.report import Course, StoppedError
from underseal.errors import IntegrityError, UnreadableError

_DISCLOSED: Final = "disclosed"
"""The act of a disclosure in the audit."""

_LEDGER: Final = "audit"
_UNUSED: Final = ("number", "record", "conversation", "iso", "kind")
_SENSITIVE: Final = ("number", "reason")
_SAID: Final = {
    "exclusions": ("exhibit", "decision", "judge", "why"),
    "attributions": ("claim", "why"),
    "never": ("what", "why"),
}
_LEFT_OUT: Final = ("format", "redactions", "media", "keys", *_SAID)


def check_schedules(source: Source, used: Used, listing: Listing) -> None:
    """Check the three schedules and the list of what was left out against the messages.

    Raises:
        IntegrityError, UnreadableError: names the file and the row.
    """
    _expect_rows(SCHEDULES["used"], _schedule(source, "used"), used.rows)
    for at, row in enumerate(_numbered(source, "unused", _UNUSED, listing), 1):
        if row.integer("record") in used.leaves:
            raise IntegrityError(f"{SCHEDULES['unused']}, row {at}: its record is used, too.")
    for row in _numbered(source, "sensitive", _SENSITIVE, listing):
        row.text("reason")
    left_out = Fields(parse_strict(read_whole(source, LEFT_OUT), what=LEFT_OUT), LEFT_OUT, required=_LEFT_OUT)
    if left_out.text("format") != LEFT_OUT_FORMAT:
        raise UnreadableError(f"{LEFT_OUT} is no list of what was left out.")
    _expect_rows(f"{LEFT_OUT}, redactions", _list(left_out, "redactions", LEFT_OUT), used.redactions)
    _expect_rows(f"{LEFT_OUT}, media", _list(left_out, "media", LEFT_OUT), used.absent)
    _expect_rows(f"{LEFT_OUT}, keys", _list(left_out, "keys", LEFT_OUT), used.keyless)
    for name, parts in _SAID.items():
        for at, value in enumerate(_list(left_out, name, LEFT_OUT), 1):
            each = Fields(value, f"{LEFT_OUT}, {name}, row {at}", required=parts)
            for part in parts:
                each.text(part)


def _numbered(source: Source, name: str, fields: tuple[str, ...], listing: Listing) -> list[Fields]:
    """Return the rows of a schedule that numbers them from 1."""
    path, rows = SCHEDULES[name], _schedule(source, name)
    found = [Fields(row, f"{path}, row {at}", required=fields) for at, row in enumerate(rows, 1)]
    for at, row in enumerate(found, 1):
        if row.integer("number") != at:
            raise IntegrityError(f"{path}, row {at}: its number is {row.integer('number')}.")
    if len(found) != listing.counts[name]:
        raise IntegrityError(f'{PACK} counts {listing.counts[name]} as "{name}"; there are {len(found)}.')
    return found


def _schedule(source: Source, name: str) -> list[JsonValue]:
    path = SCHEDULES[name]
    fields = Fields(parse_strict(read_whole(source, path), what=path), path, required=("format", "schedule", "rows"))
    if fields.text("format") != SCHEDULE_FORMAT or fields.text("schedule") != name:
        raise UnreadableError(f"{path} is not the schedule of {name} material.")
    return _list(fields, "rows", path)


def _expect_rows(what: str, rows: list[JsonValue], expected: list[JsonValue]) -> None:
    for at, (row, due) in enumerate(zip(rows, expected, strict=False), 1):
        if row != due:
            raise IntegrityError(f"{what}, row {at}: it is not what the messages say.")
    if len(rows) != len(expected):
        raise IntegrityError(f"{what}: it has {len(rows)} rows; the messages give {len(expected)}.")


def _list(fields: Fields, name: str, what: str) -> list[JsonValue]:
    value = fields.value(name)
    if not isinstance(value, list):
        raise UnreadableError(f"{what}: {name!a} is not a list.")
    return value


def check_attributions(source: Source, used: Used, listing: Listing) -> int:
    """Check the claims on accounts; return how many there are.

    Raises:
        IntegrityError, UnreadableError: names the file.
    """
    paths = [path for path in listing.files if path.startswith(ATTRIBUTIONS)]
    for path in paths:
        _check_attribution(path, parse_strict(read_whole(source, path), what=path), used, listing)
    if len(paths) != listing.counts["attributions"]:
        raise IntegrityError(f"There are {len(paths)} claims on accounts, not {listing.counts['attributions']}.")
    return len(paths)


def _check_attribution(path: str, value: JsonValue, used: Used, listing: Listing) -> None:
    course = Course("")
    try:
        check_attribution(course, value)
    except StoppedError:
        raise IntegrityError(f"{path}: {course.steps[-1].detail}") from None
    proof = Fields(value, path)
    act = read_act(parse_strict(proof.text("entry").encode(), what=path), path)
    if proof.text("format") != PROOF_FORMAT or proof.value("records") != [] or not isinstance(act, Claim):
        raise IntegrityError(f"{path} is not the proof of a claim without its messages.")
    if [*course.signers] != [listing.head["signer"]]:
        raise IntegrityError(f"{path} is signed by another key than the pack.")
    if path != f"{ATTRIBUTIONS}{act.id}.json" or act.account not in used.accounts:
        raise IntegrityError(f"{path} is not named by its claim, or no message names the account.")
    for item in (*act.supporting, *act.opposing):
        if isinstance(item, Message) and used.leaves.get(item.record, item.leaf.hex()) != item.leaf.hex():
            raise IntegrityError(f"{path}: record {item.record} is another message than that of the pack.")


def check_audit(source: Source, listing: Listing) -> int:
    """Check the extract of the audit; return how many entries it has.

    Raises:
        IntegrityError, UnreadableError: names the line.
    """
    lines = read_lines(source, AUDIT)
    _, first = next(lines, (1, b""))
    size, root = _checkpoint(first, listing)
    last, own, count = -1, 0, 0
    for at, line in lines:
        what = f"{AUDIT}, line {at}"
        fields = Fields(parse_strict(line, what=what), what, required=("entry", "number", "path"))
        entry, number = fields.text("entry").encode(), fields.integer("number")
        try:
            verify_inclusion(leaf_hash(entry), number, size, fields.digests("path"), root)
        except IntegrityError as error:
            raise IntegrityError(f"{what}: {error.message}") from error
        told = Fields(parse_strict(entry, what=what), what)
        if told.integer("number") != number or number <= last:
            raise IntegrityError(f"{what}: the entry bears another number, or is not in the order of the numbers.")
        last, count = number, count + 1
        own += told.value("act") == _DISCLOSED and _is_own(told, listing, what)
    if own != 1:
        raise IntegrityError(f"{AUDIT}: {own} entries are of this disclosure, where one is.")
    return count


def _checkpoint(line: bytes, listing: Listing) -> tuple[int, bytes]:
    what = f"{AUDIT}, line 1"
    head = Fields(parse_strict(line, what=what), what, required=("checkpoint", "format"))
    document = SignedDocument.from_json(head.value("checkpoint"), what=what)
    checkpoint = Fields(document.verify(None), what)
    if head.text("format") != EXTRACT_FORMAT or document.key.hex() != listing.head["signer"]:
        raise IntegrityError(f"{what}: it is no extract, or signed by another key than the pack.")
    if checkpoint.text("format") != CHECKPOINT_FORMAT or checkpoint.text("ledger") != _LEDGER:
        raise IntegrityError(f"{what}: it is not the checkpoint of an audit.")
    return checkpoint.integer("size"), checkpoint.hexadecimal("root")


def _is_own(entry: Fields, listing: Listing, what: str) -> bool:
    """Say whether an entry is that of this disclosure; it must say then what the pack says."""
    details = Fields(entry.value("details"), what)
    if details.value("sha256") != listing.contents.hex():
        return False
    said: Collection[tuple[object, object]] = (
        (details.value("dossier"), listing.reference),
        (details.value("to"), listing.head["to"]),
        (details.value("records"), listing.counts["used"]),
        (entry.value("user"), listing.head["by"]),
        (entry.value("authority"), listing.head["authority"]),
    )
    if any(one != other for one, other in said):
        raise IntegrityError(f"{what}: the entry of this disclosure says something else than {PACK}.")
    return True
