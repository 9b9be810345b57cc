"""What a judge excluded, and all that is derived from it.

A record is derived from the exhibit that it came from, and from those whose keys opened it. A claim is derived from the
messages and documents that speak for it; an item of a dossier from whatever it is. A copy of a message from another exhibit
stands on its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from underseal.core.verify.attribution import Claim, Document, Message
from underseal.errors import CallerError, RefusedError
from underseal.evidence.casework import StoredExclusion, words
from underseal.evidence.store import View

_COLUMNS: Final = ["number", "exhibit", "key_exhibit", "conversation", "sender"]

_HEX_DIGITS: Final = 64


class SourceKind(StrEnum):
    """What kind of source a judge excludes."""

    EXHIBIT = "exhibit"
    CONVERSATION = "conversation"
    ACCOUNT = "account"
    RECORD = "record"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source. kind: of which kind. value: number of the exhibit or record, account, conversation, or SHA-256 as hex."""

    kind: SourceKind
    value: str

    def checked(self) -> "Source":
        """Return it without white space around its value.

        Raises:
            CallerError: the value is empty, or none of its kind.
        """
        value = words.line(self.value, self.kind.value, field="value")
        if self.kind is SourceKind.RECORD and not (value.isascii() and value.isdigit()):
            raise CallerError(f"{value!a} is no number of a record.", field="value")
        if self.kind is SourceKind.DOCUMENT:
            value = value.lower()
            if len(value) != _HEX_DIGITS or set(value) - set("0123456789abcdef"):
                raise CallerError(f"{value!a} is no SHA-256.", hint="It has 64 hexadecimal digits.", field="value")
        return Source(kind=self.kind, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionDraft:
    """A judge's decision as a person enters it. decision: its number. judge: who. why: in words."""

    decision: str
    judge: str
    why: str

    def checked(self) -> "ExclusionDraft":
        """Return it without white space around its words; raises CallerError where one is empty or unusable."""
        return ExclusionDraft(
            decision=words.line(self.decision, "number of the judge's decision", field="decision"),
            judge=words.line(self.judge, "judge", field="judge"),
            why=words.line(self.why, "reason", field="why"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A decision on a source.

    Attributes:
        source: which. excluded: False where it was admitted again. decision, judge, why: of the judge.
        user, at: by whom and when (ms since 1970) it was entered. number: of the entry, from 1.
    """

    source: Source
    excluded: bool
    decision: str
    judge: str
    why: str
    user: str
    at: int
    number: int


class Exclusions:
    """The exclusions that hold.

    Args:
        entered: all decisions, in the order in which they were entered.
    """

    def __init__(self, entered: Iterable[StoredExclusion]) -> None:
        latest = {(each.source, each.value): each for each in entered}
        self.held: Mapping[Source, Exclusion] = {
            exclusion.source: exclusion for exclusion in map(exclusion_of, latest.values()) if exclusion.excluded
        }

    def of(self, kind: SourceKind, value: str) -> tuple[str, ...]:
        """Return the numbers of the decisions that exclude a source, none or one."""
        found = self.held.get(Source(kind=kind, value=value))
        return () if found is None else (found.decision,)

    def of_records(self, view: View, records: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Return for each record that is derived from an excluded source the numbers of the decisions; the others are left out."""
        if not self.held or not records:
            return {}
        rows = view.records(sorted(set(records)), _COLUMNS).to_pylist()
        return {row["number"]: found for row in rows if (found := self._of_row(row))}

    def of_claims(self, view: View, claims: Sequence[Claim]) -> dict[str, tuple[str, ...]]:
        """Return for each claim that an excluded source speaks for the numbers of the decisions; the others are left out."""
        if not self.held:
            return {}
        supporting = [item for claim in claims for item in claim.supporting]
        of_records = self.of_records(view, [item.record for item in supporting if isinstance(item, Message)])

        def found(claim: Claim) -> tuple[str, ...]:
            return merged(
                of_records.get(item.record, ())
                if isinstance(item, Message)
                else self.of(SourceKind.DOCUMENT, item.sha256.hex())
                for item in claim.supporting
                if isinstance(item, Message | Document)
            )

        return {claim.id: decisions for claim in claims if (decisions := found(claim))}

    def expect_none(self, view: View, records: Sequence[int]) -> None:
        """Check that records may leave the house.

        Raises:
            RefusedError: one of them is derived from an excluded source; it says which, and by what decision.
        """
        for record, decisions in self.of_records(view, records).items():
            raise RefusedError(f"Record {record} comes from a source that was excluded by {' and '.join(decisions)}.")

    def _of_row(self, row: Mapping[str, object]) -> tuple[str, ...]:
        exhibits = [str(row["exhibit"] or ""), *str(row["key_exhibit"] or "").split(", ")]
        return merged(
            (
                *(self.of(SourceKind.EXHIBIT, exhibit) for exhibit in exhibits),
                self.of(SourceKind.CONVERSATION, str(row["conversation"] or "")),
                self.of(SourceKind.ACCOUNT, str(row["sender"] or "")),
                self.of(SourceKind.RECORD, str(row["number"])),
            )
        )


def merged(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return all numbers of decisions, each once, in their order."""
    return tuple(dict.fromkeys(decision for decisions in found for decision in decisions))


def exclusion_of(stored: StoredExclusion) -> Exclusion:
    """Return a decision as readers get it."""
    return Exclusion(
        source=Source(kind=SourceKind(stored.source), value=stored.value),
        excluded=stored.excluded,
        decision=stored.decision,
        judge=stored.judge,
        why=stored.why,
        user=stored.user,
        at=stored.at,
        number=stored.number,
    )
