"""Transfers of a dossier to another district: offered, then accepted, refused or withdrawn.

All of it are versions of one thing of the dossier, so that there is one offer at a time, and of two who end it one wins.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from underseal.core.ledger import SignedDocument, canonical
from underseal.core.verify.transfer import Moved
from underseal.errors import CallerError, ConflictError, at_field
from underseal.evidence.casework import Entry, NewEntry, words
from underseal.evidence.dossier.card import Kind

OFFER: Final = "offer"
"""The thing whose versions they are."""


class TransferState(StrEnum):
    """How far a transfer has come."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDraft:
    """A transfer as a person offers it.

    Attributes:
        district: short name or name. lead: user who is to lead it there. basis: legal basis. why: in words, for that lead.
        keep: users who stay members; all others leave when it is accepted.
    """

    district: str
    lead: str
    basis: str
    why: str
    keep: Sequence[str] = ()

    def checked(self) -> "TransferDraft":
        """Return it without white space around its words; raises CallerError where one is empty or unusable."""
        lead = words.line(self.lead, "name of the receiving lead", field="lead")
        basis = words.line(self.basis, "legal basis", field="basis")
        why = words.line(self.why, "reason", field="why")
        keep = tuple(dict.fromkeys(name.strip() for name in self.keep))
        return TransferDraft(district=self.district, lead=lead, basis=basis, why=why, keep=keep)

    def to(self, district: str) -> "TransferDraft":
        """Return it with the short name of its district."""
        return replace(self, district=district)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer.

    Attributes:
        state: how far it has come. district, from_district: short names. lead, from_lead: users.
        basis, why, keep: see `TransferDraft`. offered_by, offered_at: who offered it, and when (ms since 1970).
        ended_by, ended_at: who accepted, refused or withdrew it, and when; "" and None while it is offered.
        reason: of a refusal or withdrawal. old_number, new_number: of the dossier, "" until it is accepted.
        document: that was made when it was accepted.
    """

    state: TransferState
    district: str
    from_district: str
    lead: str
    from_lead: str
    basis: str
    why: str
    keep: tuple[str, ...]
    offered_by: str
    offered_at: int
    ended_by: str = ""
    ended_at: int | None = None
    reason: str = ""
    old_number: str = ""
    new_number: str = ""
    document: SignedDocument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the one to whom a dossier is offered sees of it: nothing of its content.

    Attributes:
        reference, number, title, offence: of the dossier. district, from_district: names. from_lead: who leads it.
        basis, why: of the transfer. offered_by, offered_at: by whom and when (ms since 1970).
    """

    reference: str
    number: str
    title: str
    offence: str
    district: str
    from_district: str
    from_lead: str
    basis: str
    why: str
    offered_by: str
    offered_at: int


def transfers_of(entries: Iterable[Entry]) -> list[Transfer]:
    """Return the transfers of a dossier in the order in which they were offered.

    Args:
        entries: all versions of them, in their order.
    """
    found: list[dict[str, Any]] = []
    for each in entries:
        state = TransferState(each.body["state"])
        if state is TransferState.OFFERED:
            plain = ("district", "from_district", "lead", "from_lead", "basis", "why")
            said = {name: each.body[name] for name in plain} | {"keep": tuple(each.body["keep"])}
            found.append({"state": state, "offered_by": each.user, "offered_at": each.at, **said})
            continue
        found[-1] |= {"state": state, "ended_by": each.user, "ended_at": each.at, **_ended(each.body)}
    return [Transfer(**each) for each in found]


def offered(now: Entry | None) -> Entry:
    """Return the offer that is open.

    Args:
        now: the latest version of a dossier's transfers, None where it has none.

    Raises:
        ConflictError: there is none, or none any more.
    """
    if now is None:
        raise ConflictError("The dossier is not offered to another district.")
    if not now.stands:
        raise ConflictError(
            f"The dossier is not offered to another district: it was {now.body['state']} by {now.user}."
        )
    return now


def offer_entry(draft: TransferDraft, *, from_district: str, from_lead: str, now: Entry | None) -> NewEntry:
    """Return the version that offers a dossier.

    Args:
        draft: what was checked. from_district: short name. from_lead: who leads it. now: the latest version, None for none.

    Raises:
        CallerError: it belongs to that district. ConflictError: it is offered already.
    """
    if draft.district == from_district:
        with at_field("district"):
            raise CallerError("The dossier belongs to that district already.")
    if now is not None and now.stands:
        raise ConflictError(
            f"The dossier is offered to {now.body['lead']} already.",
            hint="Withdraw that offer first, or wait for its end.",
        )
    body = {
        "state": TransferState.OFFERED.value,
        "district": draft.district,
        "from_district": from_district,
        "lead": draft.lead,
        "from_lead": from_lead,
        "basis": draft.basis,
        "why": draft.why,
        "keep": [*draft.keep],
    }
    return _entry(body, now, stands=True)


def end_entry(state: TransferState, now: Entry, **more: Any) -> NewEntry:
    """Return the version that ends an offer. state: in which way. now: the offer. more: what else it says."""
    return _entry({"state": state.value, **more}, now, stands=False)


def reason_of(why: str) -> str:
    """Return the reason of a refusal or withdrawal; raises CallerError where it is empty or unusable."""
    return words.line(why, "reason", field="why")


def entry_sha256(entry: Entry) -> str:
    """Return the hex digest of a version: SHA-256 of the canonical JSON of all that it says."""
    names = ("kind", "thing", "version", "stands", "record", "body", "authority", "user", "at")
    return hashlib.sha256(canonical({name: getattr(entry, name) for name in names})).hexdigest()


def manifest(history: Iterable[Entry], shown: Sequence[str]) -> tuple[list[Moved], str]:
    """Return the items that go over, and the digest of all that was ever entered.

    Args:
        history: all versions of everything, in their order. shown: ids of the items that may be named.

    Returns:
        The items in the order of `shown`, and the hex SHA-256 over the lines of the hex digests of all versions.
    """
    latest: dict[str, Entry] = {}
    lines = hashlib.sha256()
    for each in history:
        lines.update(f"{entry_sha256(each)}\n".encode())
        if each.kind == Kind.ITEM:
            latest[each.thing] = each
    items = [latest[item] for item in shown]
    moved = [Moved(kind=_kind(each), version=each.version, sha256=entry_sha256(each)) for each in items]
    return moved, lines.hexdigest()


def _kind(entry: Entry) -> str:
    return entry.thing.partition(":")[0]


def _ended(body: Mapping[str, Any]) -> dict[str, Any]:
    if body["state"] == TransferState.ACCEPTED:
        return {
            "old_number": body["old_number"],
            "new_number": body["new_number"],
            "document": SignedDocument.from_json(body["document"]),
        }
    return {"reason": body["why"]}


def _entry(body: Mapping[str, Any], now: Entry | None, *, stands: bool) -> NewEntry:
    before = 0 if now is None else now.version
    return NewEntry(kind=Kind.TRANSFER, thing=OFFER, body=body, before=before, stands=stands)
