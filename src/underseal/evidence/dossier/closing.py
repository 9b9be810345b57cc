"""What keeps a dossier from being closed: an actor who lacks an attribution, or evidence that is one unverified message.

An actor is an account or a person among the items, and whoever sent a message or attachment that is one. What a judge excluded
counts for nothing here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from underseal.core.records import Verdict
from underseal.evidence.dossier.exclusions import Exclusions
from underseal.evidence.dossier.items import Item, ItemKind, Items
from underseal.evidence.identity import Eyes, Standing

_EVIDENCE: Final = frozenset({ItemKind.MESSAGE, ItemKind.MEDIA, ItemKind.DOCUMENT})


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a dossier from being closed. what: the account, person or item. why: the end of a sentence about it."""

    what: str
    why: str

    def __str__(self) -> str:
        """Return it as a person reads it."""
        return f"{self.what} {self.why}"


def obstacles(items: Items, eyes: Eyes, exclusions: Exclusions) -> list[Obstacle]:
    """Return all that keeps a dossier from being closed, as far as it may be seen.

    Args:
        items: of the dossier. eyes: of who closes it. exclusions: what judges excluded.
    """
    held = [item for item in items.all() if not item.excluded]
    return [*_outside(items), *_actors(held, eyes, exclusions), *_evidence(held, eyes)]


def _outside(items: Items) -> list[Obstacle]:
    count = items.outside()
    return [Obstacle(f"{count}", "of its items lie outside the authority's scope")] if count else []


def _actors(held: Sequence[Item], eyes: Eyes, exclusions: Exclusions) -> list[Obstacle]:
    found: dict[Obstacle, None] = {}
    for account, time in _accounts(held, eyes):
        claims = [each for each in eyes.state.of_account(account) if time is None or each.claim.interval.covers(time)]
        if not _rests(claims, eyes, exclusions):
            found[Obstacle(account, "lacks an attribution with its evidence")] = None
    for item in held:
        if item.kind is ItemKind.PERSON and not _rests(eyes.state.of_person(item.person), eyes, exclusions):
            found[Obstacle(item.person, "lacks an attribution with its evidence")] = None
    return list(found)


def _accounts(held: Sequence[Item], eyes: Eyes) -> Iterable[tuple[str, int | None]]:
    """Yield each account among the items, and each sender with the time of the message."""
    for item in held:
        if item.kind is ItemKind.ACCOUNT:
            yield item.account, None
    records = sorted({item.current for item in held if item.current is not None})
    for row in eyes.view.records(records, ["sender", "time"]).to_pylist():
        if row["sender"]:
            yield row["sender"], row["time"]


def _rests(standings: Sequence[Standing], eyes: Eyes, exclusions: Exclusions) -> bool:
    """Say whether a claim in force has evidence for it that no judge excluded."""
    claims = [
        standing.claim for standing in eyes.standings(standings) if standing.in_force and standing.claim.supporting
    ]
    tainted = exclusions.of_claims(eyes.view, claims)
    return any(claim.id not in tainted for claim in claims)


def _evidence(held: Sequence[Item], eyes: Eyes) -> list[Obstacle]:
    found = {item.sha256 if item.current is None else item.current: item for item in held if item.kind in _EVIDENCE}
    if len(found) != 1:
        return []
    (item,) = found.values()
    if item.current is None or _verified(item.current, eyes):
        return []
    return [
        Obstacle(item.id, "is its only item of evidence, and unverified: no signature of a cipher, no second source")
    ]


def _verified(record: int, eyes: Eyes) -> bool:
    """Say whether a message was opened under a valid signature, or is known from two exhibits."""
    row = eyes.view.record(record, ["verdict", "event"])
    if row["verdict"] == Verdict.OPENED:
        return True
    alike = eyes.view.of_events([str(row["event"])] if row["event"] else [], ["exhibit"])
    return len(set(alike.column("exhibit").to_pylist())) > 1
