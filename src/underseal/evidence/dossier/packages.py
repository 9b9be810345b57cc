"""Packages that were sent to partner forces: things of the dossier, with a version per step from sent to confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from underseal.core.ledger import SignedDocument
from underseal.core.verify.disclosure.cover import AS_NOTED, HANDLING
from underseal.errors import CallerError, NotFoundError, at_field
from underseal.evidence.authority.moments import iso, moment
from underseal.evidence.casework import Entry, StoredDossier, words

PREFIX: Final = "P"
"""What the name of a package in its dossier begins with; its number is that of the dossier, a hyphen, and this name."""

_FREELY: Final = "H0"


class PackageState(StrEnum):
    """How far a package has come."""

    SENT = "sent"
    RECALLED = "recalled"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageDraft:
    """A package as a person orders it.

    Attributes:
        to: who gets it. basis: legal basis. handling: codes, none for H0. note: further restrictions.
        expires: date or time from whose end on it may be held no longer, as typed; "" for never.
    """

    to: str
    basis: str
    handling: Sequence[str] = ()
    note: str = ""
    expires: str = ""

    def checked(self, zone: ZoneInfo, *, now: int) -> "PackageDraft":
        """Return it as it is to be sent: without white space around words, codes in order, times with their offset.

        Args:
            zone: holds where a time has no offset. now: ms since 1970.

        Raises:
            CallerError: a field is empty or wrong.
        """
        to = words.line(self.to, "name of who gets the package", field="to")
        basis = words.line(self.basis, "legal basis", field="basis")
        note = words.note(self.note, "note on the handling", field="note")
        codes = sorted({code.strip().upper() for code in self.handling})
        with at_field("handling"):
            if unknown := [code for code in codes if code not in HANDLING]:
                raise CallerError(
                    f"There is no handling code {unknown[0][:20]!a}.", hint=f"There is: {', '.join(HANDLING)}."
                )
            if AS_NOTED in codes and not note:
                raise CallerError(
                    f"The handling code {AS_NOTED} says nothing without a note.", hint="Say what: --note TEXT"
                )
        return PackageDraft(
            to=to, basis=basis, handling=codes or [_FREELY], note=note, expires=_expiry(self.expires, zone, now)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that was sent.

    Attributes:
        number: of it. dossier, reference: of the dossier, as it is called now. to, basis, handling, note, expires: of the cover.
        contents: of its `pack.json`, hex. records, exhibits: what it holds material of.
        state: how far it has come. version: of its latest step.
        sent_by, sent_at: who sent it, and when (ms since 1970).
        recalled_by, recalled_at, why: of the recall; "" and None where there was none. notice: that was made of it.
        confirmed_by, confirmed_at: who entered that it was confirmed, and when. words: of who confirmed. signer: key that signed
            a confirmation, hex; "" where it came in words.
        excluded: numbers of judges' decisions that exclude what it holds material of: a reason to recall it.
    """

    number: str
    dossier: str
    reference: str
    to: str
    basis: str
    handling: tuple[str, ...]
    note: str
    expires: str
    contents: str
    records: tuple[int, ...]
    exhibits: tuple[str, ...]
    state: PackageState
    version: int
    sent_by: str
    sent_at: int
    recalled_by: str = ""
    recalled_at: int | None = None
    why: str = ""
    notice: SignedDocument | None = None
    confirmed_by: str = ""
    confirmed_at: int | None = None
    words: str = ""
    signer: str = ""
    excluded: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many messages it holds."""
        return len(self.records)

    @property
    def thing(self) -> str:
        """Its name in the dossier."""
        return self.number.rpartition("-")[2]


def split_number(number: str) -> tuple[str, str]:
    """Return the dossier's number and the name in it of a package's number.

    Raises:
        NotFoundError: it is none.
    """
    dossier, _, thing = number.strip().rpartition("-")
    if not dossier or not thing.startswith(PREFIX):
        raise unknown_package()
    return dossier, thing


def unknown_package() -> NotFoundError:
    """Return the error for a package that is not there, or of which the asker may not know: the two answer alike."""
    return NotFoundError("There is no such package.", hint="See yours with: underseal dossier packages")


def packages_of(entries: Iterable[Entry], heads: Mapping[int, StoredDossier]) -> list[Package]:
    """Return packages, in the order in which they were sent.

    Args:
        entries: all versions of all of them. heads: of their dossiers, by id.
    """
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for each in entries:
        steps = found.setdefault((each.dossier, each.thing), {"version": 0})
        steps |= _STEPS[PackageState(each.body["state"])](each)
        steps["version"] = each.version
    return [
        Package(dossier=heads[of].number, reference=heads[of].reference, **steps) for (of, _), steps in found.items()
    ]


def _sent(entry: Entry) -> dict[str, Any]:
    body = entry.body
    plain = {name: body[name] for name in ("number", "to", "basis", "note", "expires", "contents")}
    lists = {name: tuple(body[name]) for name in ("handling", "records", "exhibits")}
    return {"state": PackageState.SENT, "sent_by": entry.user, "sent_at": entry.at, **plain, **lists}


def _recalled(entry: Entry) -> dict[str, Any]:
    return {
        "state": PackageState.RECALLED,
        "recalled_by": entry.user,
        "recalled_at": entry.at,
        "why": entry.body["why"],
        "notice": SignedDocument.from_json(entry.body["notice"]),
    }


def _confirmed(entry: Entry) -> dict[str, Any]:
    return {
        "state": PackageState.CONFIRMED,
        "confirmed_by": entry.user,
        "confirmed_at": entry.at,
        "words": entry.body["words"],
        "signer": entry.body["signer"],
    }


_STEPS: Final = {
    PackageState.SENT: _sent,
    PackageState.RECALLED: _recalled,
    PackageState.CONFIRMED: _confirmed,
}


def _expiry(text: str, zone: ZoneInfo, now: int) -> str:
    if not text.strip():
        return ""
    with at_field("expires"):
        at = moment(text, zone, end=True)
        if at <= now:
            raise CallerError("The package would have expired already.", hint="Name a day to come, or none.")
        return iso(at, zone)
