"""The terms under which a partner's packages are held: what their senders keep in their hands.

A handling code keeps the material of the exhibit from leaving the house in the way that the code names, until the sender
allows it; a recall keeps it in the house for good. The records themselves stay readable: they are evidence of what was held.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from underseal.core.ledger import SignedDocument
from underseal.core.verify.disclosure.cover import HANDLING, NOT_AS_EVIDENCE, NOT_ONWARD, Cover
from underseal.core.verify.recall import Recall
from underseal.errors import CallerError
from underseal.evidence.casework import StoredExclusion, StoredTerm, words
from underseal.evidence.casework.terms import CONSENT, COVER, RECALL
from underseal.evidence.dossier.exclusions import Exclusions, Source, SourceKind

ENFORCED: Final = (NOT_AS_EVIDENCE, NOT_ONWARD)
"""The codes that the software itself holds to; the sender can allow what each forbids."""


class Leaving(StrEnum):
    """How material leaves the house."""

    AS_EVIDENCE = "as evidence"
    ONWARD = "onward"


_KEEPS: Final[Mapping[Leaving, tuple[str, ...]]] = {
    Leaving.AS_EVIDENCE: (NOT_AS_EVIDENCE, NOT_ONWARD),
    Leaving.ONWARD: (NOT_ONWARD,),
}
"""Which codes keep material from leaving in which way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDraft:
    """What a sender allows, or allows no longer, as a person enters it.

    Attributes:
        code: one of ENFORCED. given: False where it is taken back. by: who of the sender said so. reference: of the letter.
    """

    code: str
    given: bool
    by: str
    reference: str

    def body(self) -> dict[str, Any]:
        """Return the body of the version.

        Raises:
            CallerError: a text is empty or unusable, or no consent is asked for that code.
        """
        if self.code not in ENFORCED:
            raise CallerError(
                f"No consent is entered for the handling code {self.code[:20]!a}.",
                hint=f"There is: {', '.join(ENFORCED)}.",
            )
        by, reference = (
            words.line(self.by, "name of who consents"),
            words.line(self.reference, "reference of the consent"),
        )
        return {"given": self.given, "by": by, "reference": reference}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a sender allows, or allows no longer; fields as in `ConsentDraft`. version: of it. user, at: by whom and when entered."""

    code: str
    given: bool
    by: str
    reference: str
    version: int
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRecall:
    """A recall that was taken. notice, confirmation: the signed documents. said: what the notice says. user, at: who, and when."""

    notice: SignedDocument
    confirmation: SignedDocument
    said: Recall
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPackage:
    """An exhibit that came as a package of a partner force.

    Attributes:
        exhibit: its number. cover: what its sender said. contents: of its `pack.json`, hex. signer: key that signed it, hex.
        user, at: who took it in, and when (ms since 1970). consents: by code. recalled: None where it was not.
    """

    exhibit: str
    cover: Cover
    contents: str
    signer: str
    user: str
    at: int
    consents: Mapping[str, Consent]
    recalled: TakenRecall | None

    def expired(self, now: int) -> bool:
        """Say whether it may be held no longer. now: ms since 1970."""
        return self.cover.expires_at is not None and self.cover.expires_at <= now

    def keeps(self, leaving: Leaving) -> str:
        """Return why its material does not leave the house in some way, "" where it may."""
        if self.recalled is not None:
            return "recalled"
        held = (code for code in _KEEPS[leaving] if code in self.cover.handling and not self._allows(code))
        return next((f"handling code {code}" for code in held), "")

    def bound(self) -> tuple[str, ...]:
        """Return the codes that go on with its material: its own, those apart that the sender allows to be set aside."""
        return tuple(code for code in self.cover.handling if not self._allows(code))

    def facts(self, now: int) -> dict[str, str]:
        """Return what is to be said of it wherever the exhibit is shown, by name. now: ms since 1970."""
        cover = self.cover
        told = {
            "package": f"{cover.number} of {cover.sender}",
            "handling": cover.restrictions,
            "warning": self.warning(now),
        }
        return {name: value for name, value in told.items() if value}

    def warning(self, now: int) -> str:
        """Return what is to be said of it now, "" for nothing."""
        if self.recalled is not None:
            return f"recalled by {self.cover.sender} on {self.recalled.said.at}"
        return f"expired on {self.cover.expires}: ask {self.cover.sender}, or take it out" if self.expired(now) else ""

    def _allows(self, code: str) -> bool:
        found = self.consents.get(code)
        return found is not None and found.given


def held_packages(terms: Iterable[StoredTerm]) -> dict[str, HeldPackage]:
    """Return the packages that are held, by the number of the exhibit.

    Args:
        terms: the latest version of each, in the order in which they were entered.
    """
    covers: list[StoredTerm] = []
    consents: dict[str, dict[str, Consent]] = {}
    recalls: dict[str, TakenRecall] = {}
    for each in terms:
        if each.kind == COVER:
            covers.append(each)
        elif each.kind == CONSENT:
            made = Consent(code=each.thing, version=each.version, user=each.user, at=each.at, **each.body)
            consents.setdefault(each.exhibit, {})[each.thing] = made
        elif each.kind == RECALL:
            recalls[each.exhibit] = _recall(each)
    return {
        each.exhibit: HeldPackage(
            exhibit=each.exhibit,
            cover=Cover.read(each.body["cover"]),
            contents=each.body["contents"],
            signer=each.body["signer"],
            user=each.user,
            at=each.at,
            consents=consents.get(each.exhibit, {}),
            recalled=recalls.get(each.exhibit),
        )
        for each in covers
    }


def leaving_without(entered: Iterable[StoredExclusion], held: Iterable[HeldPackage], leaving: Leaving) -> Exclusions:
    """Return what keeps material from leaving the house: judges' decisions, and the terms of partners' packages.

    Args:
        entered: all decisions of judges, in the order in which they were entered. held: the packages. leaving: in which way.
    """
    decided = [*entered]
    judged = Exclusions(decided).held
    kept = [
        _as_exclusion(package, why)
        for package in held
        if (why := package.keeps(leaving)) and Source(kind=SourceKind.EXHIBIT, value=package.exhibit) not in judged
    ]
    return Exclusions([*decided, *kept])


def _as_exclusion(package: HeldPackage, why: str) -> StoredExclusion:
    code = why.removeprefix("handling code ")
    return StoredExclusion(
        source=SourceKind.EXHIBIT.value,
        value=package.exhibit,
        excluded=True,
        decision=f"package {package.cover.number}, {why}",
        judge=package.cover.sender,
        why=HANDLING.get(code, "The sender recalled the package."),
        authority="",
        user=package.user,
        at=package.at,
    )


def _recall(term: StoredTerm) -> TakenRecall:
    notice, confirmation = (SignedDocument.from_json(term.body[name]) for name in ("notice", "confirmation"))
    return TakenRecall(
        notice=notice, confirmation=confirmation, said=Recall.read(notice.verify(None)), user=term.user, at=term.at
    )
