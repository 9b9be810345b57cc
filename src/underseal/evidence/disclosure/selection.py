"""What is to be disclosed, as a dossier says it: numbers of records, and what is held back of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from underseal.evidence.disclosure.disclosed import Redaction
from underseal.evidence.dossier import Contents, Exclusion, HeldBack, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A source that a judge excluded, or that its sender keeps from leaving the house.

    Attributes:
        exhibit: its number; "" for a source of another kind, of which no more is told.
        decision, judge, why: of the judge, or of the sender.
    """

    exhibit: str
    decision: str
    judge: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The material of a disclosure by the numbers of its records. What is sensitive is neither used nor unused.

    Attributes:
        dossier: its number. reference: what the audit calls it. title: of the dossier.
        items: records that the dossier stands on. context: further records that are shown around them.
        unused: records that were looked at for it and are not used.
        sensitive: records that are held back altogether, each with the reason that its schedule gives.
        redactions: what is held back of a record of `items` or `context`.
        excluded: records that judges excluded: they are in no schedule. claims: ids of claims that rest on such.
        exclusions: the judges' decisions on sources of the dossier.
    """

    dossier: str
    reference: str
    title: str
    items: frozenset[int]
    context: frozenset[int] = frozenset()
    unused: frozenset[int] = frozenset()
    sensitive: Mapping[int, str] = field(default_factory=dict)
    redactions: Mapping[int, Sequence[Redaction]] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()
    claims: frozenset[str] = frozenset()
    exclusions: Sequence[Excluded] = ()

    @classmethod
    def of(
        cls,
        contents: Contents,
        held_back: HeldBack,
        looked_at: Iterable[int],
        *,
        exclusions: Iterable[Exclusion],
        excluded: Mapping[int, Sequence[str]],
        claims: Iterable[str],
    ) -> "Selection":
        """Return what a dossier discloses: its items with their context are used; what else was looked at is not.

        Args:
            contents: of the dossier. held_back: by it. looked_at: records that were coded for it or taken out of it.
            exclusions: all that keep material from leaving. excluded: of all these records those that are, with the numbers of
                the decisions.
            claims: ids of claims that rest on what judges excluded.
        """
        items = frozenset(item.current for item in contents.items if item.current is not None)
        decisions = {decision for found in excluded.values() for decision in found}
        return cls(
            dossier=contents.card.number,
            reference=contents.card.reference,
            title=contents.card.title,
            items=items,
            context=frozenset(contents.records) - items,
            unused=frozenset(looked_at) - frozenset(contents.records),
            sensitive={record: held.why for record, held in held_back.sensitive.items()},
            redactions={
                record: [Redaction(field=held.field, why=held.why, by=held.user) for held in found]
                for record, found in held_back.redactions.items()
            },
            excluded=frozenset(excluded),
            claims=frozenset(claims),
            exclusions=[
                Excluded(
                    exhibit=each.source.value if each.source.kind is SourceKind.EXHIBIT else "",
                    decision=each.decision,
                    judge=each.judge,
                    why=each.why,
                )
                for each in exclusions
                if each.decision in decisions
            ],
        )

    @property
    def used(self) -> frozenset[int]:
        """Records of the schedule of used material."""
        return (self.items | self.context) - self.sensitive.keys()
