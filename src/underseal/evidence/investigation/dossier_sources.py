"""Sources that a judge excluded or admitted again: each an act under an authority."""

from functools import partial

from underseal.evidence.audit import Act
from underseal.evidence.casework import StoredExclusion
from underseal.evidence.dossier.exclusions import Exclusion, ExclusionDraft, Source, exclusion_of
from underseal.evidence.investigation.dossier_hand import Hand


class DossierSources:
    """What judges excluded. Every method raises RefusedError where the authority or the role does not allow it.

    An exclusion holds in all dossiers: it marks whatever is derived from the source, and keeps it out of new exports.
    """

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def list(self, *, history: bool = False) -> tuple[Exclusion, ...]:
        """Return the exclusions that hold, in the order in which they were entered.

        Args:
            history: all decisions instead, those that admit a source again too.
        """
        with self._hand.acting(Act.EXCLUSIONS_READ) as (_, details):
            entered = self._hand.casework.exclusions.all()
            found = tuple(map(exclusion_of, entered)) if history else tuple(self._hand.exclusions().held.values())
            details["count"] = len(found)
            return found

    def exclude(self, source: Source, draft: ExclusionDraft) -> Exclusion:
        """Enter that a judge excluded a source.

        Raises:
            CallerError: a text is empty or unusable. ConflictError: it is excluded already.
        """
        return self._enter(source, draft, excluded=True)

    def readmit(self, source: Source, draft: ExclusionDraft) -> Exclusion:
        """Enter that a judge admitted a source again.

        Raises:
            CallerError: a text is empty or unusable. ConflictError: it is not excluded.
        """
        return self._enter(source, draft, excluded=False)

    def _enter(self, source: Source, draft: ExclusionDraft, *, excluded: bool) -> Exclusion:
        with self._hand.changing_all(Act.SOURCE_EXCLUDED if excluded else Act.SOURCE_READMITTED) as (_, author, tell):
            which, said = source.checked(), draft.checked()
            new = StoredExclusion(
                source=which.kind.value,
                value=which.value,
                excluded=excluded,
                decision=said.decision,
                judge=said.judge,
                why=said.why,
                authority=author.authority,
                user=author.user,
                at=author.at,
            )
            announce = partial(tell, {"source": f"{which.kind} {which.value}", "decision": said.decision})
            return exclusion_of(self._hand.casework.exclusions.enter(new, announce=announce))
