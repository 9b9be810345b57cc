"""The three schedules, and the list of what was left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Final
from zoneinfo import ZoneInfo

from underseal.core.ledger import Json
from underseal.core.verify.disclosure.listing import LEFT_OUT_FORMAT, SCHEDULE_FORMAT
from underseal.evidence.authority.moments import iso
from underseal.evidence.disclosure.disclosed import Disclosed
from underseal.evidence.disclosure.material import Material
from underseal.evidence.disclosure.selection import Excluded

NEVER: Final[Sequence[tuple[str, str]]] = (
    (
        "The rest of a Megolm session",
        "A session key opens every later message; a message that is not disclosed must not be opened by a pack.",
    ),
    ("The content of the schedule of unused material", "It may be asked for by the number of its schedule."),
    ("The content, the accounts and the times of the schedule of sensitive material", "Each row gives its reason."),
    ("The files of the exhibits as they were taken in", "The digest of each is in the audit, that of each record in its row."),
    ("Audit entries of searching and reading, and of other dossiers", "They tell what else is being investigated."),
    ("Claims on accounts that rest on messages which the authority does not cover", "The claim would tell of them."),
    (
        "Documents, notes, chronologies and tasks of the dossier",
        "A pack holds what was captured, and claims on it; the rest of a dossier is handed over in other ways.",
    ),
    ("Material outside the authority, and material withheld by law", "It is not the discloser's to show or to count."),
)  # fmt: skip
"""What no pack holds, and why."""


def used_row(shown: Disclosed) -> dict[str, Json]:
    """Return the row of a used message."""
    return {
        "line": shown.line,
        "record": shown.record,
        "item": shown.item,
        "conversation": shown.conversation,
        "iso": shown.iso,
        "kind": shown.kind,
        "verdict": shown.verdict,
    }


def unused_rows(material: Material, zone: ZoneInfo) -> list[dict[str, Json]]:
    """Return the rows of the unused records."""
    names = ("number", "conversation", "time", "kind")
    columns = (material.unused.column(name).to_pylist() for name in names)
    return [
        {"number": at, "record": record, "conversation": conversation or "", "iso": iso(time, zone), "kind": kind}
        for at, (record, conversation, time, kind) in enumerate(zip(*columns, strict=True), 1)
    ]


def sensitive_rows(material: Material) -> list[dict[str, Json]]:
    """Return the rows of the sensitive records: a number and a reason each."""
    return [{"number": at, "reason": reason} for at, reason in enumerate(material.sensitive.values(), 1)]


def schedule(name: str, rows: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """Return the file of a schedule."""
    return {"format": SCHEDULE_FORMAT, "schedule": name, "rows": list(rows)}


def left_out(
    redactions: Iterable[Mapping[str, Json]],
    media: Iterable[Mapping[str, Json]],
    keys: Iterable[Mapping[str, Json]],
    exclusions: Iterable[Excluded],
    attributions: Mapping[str, str],
) -> dict[str, Json]:
    """Return the file `left_out.json`.

    Args:
        redactions: `line`, `field`, `why` and `by` of each. media: `line` and `state` of each that is not enclosed.
        keys: `line` of each decrypted message without its key.
        exclusions: sources that judges excluded. attributions: claims with theirs.
    """
    return {
        "format": LEFT_OUT_FORMAT,
        "redactions": list(redactions),
        "media": list(media),
        "keys": list(keys),
        "exclusions": [asdict(each) for each in exclusions],
        "attributions": [{"claim": claim, "why": why} for claim, why in attributions.items()],
        "never": [{"what": what, "why": why} for what, why in NEVER],
    }
