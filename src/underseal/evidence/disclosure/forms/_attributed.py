"""The attributions that a pack encloses, for the forms that name persons: no other claim can get into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from underseal.core.ledger import Fields, parse_strict
from underseal.core.verify.attribution import MEANING, Act, Claim, Grade, Withdrawal, read_act
from underseal.core.verify.disclosure.listing import ATTRIBUTIONS
from underseal.errors import InternalError
from underseal.evidence.authority.moments import iso

CAUTION: Final = "This is a claim, graded and signed by who made it, and not a fact of a message."

_IN_FORCE: Final = "in force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributed:
    """An enclosed claim.

    Attributes:
        claim: that a person used an account. file: path of its proof in the pack.
        state: "in force", or what came of it, in words.
    """

    claim: Claim
    file: str
    state: str

    @property
    def upheld(self) -> bool:
        """Whether it is in force, and says more than that nothing can be said."""
        return self.state == _IN_FORCE and self.claim.grade is not Grade.INCONCLUSIVE

    @property
    def support(self) -> str:
        """The grade as a person reads it."""
        grade = self.claim.grade
        return grade.value if grade is Grade.INCONCLUSIVE else f"{grade.value.replace('_', ' ')} support"

    @property
    def heading(self) -> str:
        """The claim in a line, without the person."""
        return f"Attribution {self.claim.id}: {self.support}, {self.state}"

    def words(self, zone: str) -> str:
        """Return the claim as a person reads it, with times in a zone."""
        claim = self.claim
        since, until = (
            "not known" if time is None else iso(time, ZoneInfo(zone))
            for time in (claim.interval.start, claim.interval.end)
        )
        return "\n".join(
            (
                f"{self.heading}. {CAUTION}",
                MEANING[claim.grade],
                f"Account: {claim.account}",
                f"Person: {claim.person.name} ({claim.person.id})",
                f"From: {since}",
                f"Until before: {until}",
                f"Claimed by: {claim.author}, {iso(claim.time, ZoneInfo(zone))}, authority {claim.authority}",
                f"Items for it: {len(claim.supporting)}, against it: {len(claim.opposing)}",
                f"Proof: {self.file}",
            )
        )


def attributed(pack: Path) -> list[Attributed]:
    """Return the claims of the pack that is being written, in the order in which they were made.

    Raises:
        UnreadableError, InternalError: the pack holds what is no claim.
    """
    found = [_read(file) for file in (pack / ATTRIBUTIONS).glob("*.json")]
    return sorted(found, key=lambda one: int(one.claim.id[1:]))


def _read(file: Path) -> Attributed:
    proof = Fields(parse_strict(file.read_bytes()), f"The file {ATTRIBUTIONS}{file.name}")
    claim = _act(proof)
    if not isinstance(claim, Claim):
        raise InternalError(f"The file {ATTRIBUTIONS}{file.name} of the pack holds no claim.")
    later = proof.value("later")
    acts = [_act(Fields(entry, "A later entry")) for entry in later] if isinstance(later, list) else []
    return Attributed(claim=claim, file=ATTRIBUTIONS + file.name, state=_state(acts))


def _act(fields: Fields) -> Act | None:
    return read_act(parse_strict(fields.text("entry").encode()), "The entry")


def _state(later: Sequence[Act | None]) -> str:
    for act in later:
        if isinstance(act, Withdrawal):
            return "withdrawn"
        if isinstance(act, Claim):
            return f"superseded by {act.id}"
    return _IN_FORCE
