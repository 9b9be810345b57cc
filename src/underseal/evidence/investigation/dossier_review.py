"""Coding of messages, and the register of threats to life: each an act under an authority."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from underseal.errors import CallerError, NotFoundError, at_field
from underseal.evidence.audit import Act
from underseal.evidence.authority import in_force
from underseal.evidence.casework import Decision, PrivilegeState, StoredCoding, StoredDossier, Writing, words
from underseal.evidence.casework.dossier_marks import add_coding
from underseal.evidence.dossier import Kind
from underseal.evidence.dossier.coding import Choice, Coded, CodedPage, Coding, Codings, coding_of, seen
from underseal.evidence.dossier.threats import (
    Figures,
    Step,
    StepDraft,
    Threat,
    figures,
    raise_alert,
    take_step,
    threats_of,
)
from underseal.evidence.investigation.dossier_hand import Change, Hand
from underseal.evidence.privilege import Named
from underseal.evidence.privilege.subjects import find
from underseal.evidence.store import View


class DossierCodings:
    """What reviewers decide of messages, in a dossier; methods raise as those of `Dossiers`."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def code(self, dossier: str, record: int, choice: Choice, *, note: str = "") -> Coding:
        """Decide of a message; it supersedes the reviewer's own decision, and nobody else's.

        A privileged message is suspected in the register of privilege, and withheld at once, from the reviewer too. A threat
        to life raises an alert.

        Raises:
            NotFoundError: there is no such record for these eyes. ConflictError: the dossier is closed.
            CallerError: the note cannot be kept.
        """
        hand = self._hand
        with hand.changing(dossier, Act.CODED) as change:
            with at_field("record"):
                change.view.record(record, ["number"])
            told = words.note(note, "note", field="note")
            suspicion = self._suspicion(change, record, told) if choice is Choice.PRIVILEGED else None
            new = StoredCoding(
                number=0,
                record=record,
                choice=choice.value,
                note=told,
                authority=change.author.authority,
                user=change.author.user,
                at=change.author.at,
            )
            with hand.register.writing(change.head, change.author) as writing:
                kept = add_coding(writing.session, change.head.id, new)
                # Of what is suspected the audit tells nothing but the decision and its digest (evidence.privilege).
                known = {} if suspicion is not None else {"record": record}
                change.tell({**known, "choice": choice.value})
                if suspicion is not None:
                    writing.suspect(suspicion, lambda decision: self._tell_suspicion(change, decision))
                if choice is Choice.THREAT_TO_LIFE:
                    self._alert(change, writing, record, told)
            return coding_of(kept)

    def page(self, dossier: str, *, after: int = -1, limit: int = 100, disputed: bool = False) -> CodedPage:
        """Return coded messages in the order of their records, each with the latest decision of each reviewer.

        Args:
            dossier: which. after: cursor of the page before. limit: how many at most.
            disputed: only those on which reviewers disagree.
        """
        with self._hand.reading(dossier, "codings") as reading:
            codings = Codings(self._hand.register, reading.head.id, reading.view)
            return codings.page(after=after, limit=limit, disputed=disputed)

    def of(self, dossier: str, records: Sequence[int]) -> list[Coded]:
        """Return what was decided of some messages, as far as they may be seen; those that nobody coded are left out."""
        with self._hand.reading(dossier, "codings") as reading:
            return Codings(self._hand.register, reading.head.id, reading.view).of(records)

    def history(self, dossier: str, record: int) -> tuple[Coding, ...]:
        """Return all that was ever decided of a message, in order.

        Raises:
            NotFoundError: there is no such record for these eyes.
        """
        with self._hand.reading(dossier, "codings") as reading:
            return Codings(self._hand.register, reading.head.id, reading.view).history(record)

    def _suspicion(self, change: Change, record: int, told: str) -> Decision | None:
        """Return the suspicion to keep; None where the message is withheld already, and its reader is of the filter team."""
        subject = find(Named(record=record), change.view)
        holding = in_force(self._hand.casework.privilege.decisions()).get(subject)
        if holding is not None and holding.state.withholds:
            return None
        return Decision(
            state=PrivilegeState.SUSPECTED,
            subject=subject,
            why=told.splitlines()[0][: words.MAX_LINE] if told else "coded as privileged",
            record=record,
            authority=change.author.authority,
            user=change.author.user,
            at=change.author.at,
        )

    def _tell_suspicion(self, change: Change, decision: Decision) -> None:
        permit = change.view.access.permit.outcome(Act.PRIVILEGE_SUSPECTED)
        details = {"decision": decision.number, "subject": decision.subject.kind.value, "sha256": decision.sha256}
        self._hand.investigation.gate.record(permit, details)

    def _alert(self, change: Change, writing: Writing, record: int, told: str) -> None:
        raised = raise_alert(writing, record=record, said=told)
        if raised is not None:
            permit = change.view.access.permit.outcome(Act.THREAT_ENTERED)
            details = {"dossier": change.head.reference, "threat": raised, "step": Step.ALERT.value}
            self._hand.investigation.gate.record(permit, details)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatRegister:
    """The threats to life that somebody may see, in the order of dossiers and alerts, and their figures."""

    threats: tuple[Threat, ...]
    figures: Figures


class DossierThreats:
    """The threats to life in the dossiers of which somebody may know; methods raise as those of `Dossiers`.

    A threat that a message shows is seen by who sees the message.
    """

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def list(self, dossier: str = "", *, since: int | None = None, until: int | None = None) -> ThreatRegister:
        """Return threats and their figures.

        Args:
            dossier: only of this one, "" for all.
            since, until: figures of what was entered from the one moment on and before the other (ms since 1970), None for no
                bound.

        Raises:
            CallerError: the stretch is reversed or empty.
        """
        if since is not None and until is not None and until <= since:
            with at_field("until"):
                raise CallerError("The figures end before they begin.")
        hand = self._hand
        with hand.acting(Act.THREATS_READ) as (view, details):
            if dossier:
                heads: Sequence[StoredDossier] = [hand.head(view, dossier)]
                details["dossier"] = heads[0].reference
            else:
                heads = hand.register.page(hand.knowing(view))
            found = self._seen(view, heads)
            details["count"] = len(found)
            return ThreatRegister(threats=tuple(found), figures=figures(found, since=since, until=until))

    def alert(self, dossier: str, words: str) -> Threat:
        """Raise an alert of a threat that no message shows; one that a message shows is raised by coding that.

        Raises:
            CallerError: nothing is said. ConflictError: the dossier is closed.
        """
        hand = self._hand
        with hand.changing(dossier, Act.THREAT_ENTERED) as change:
            with hand.register.writing(change.head, change.author) as writing:
                raised = raise_alert(writing, record=None, said=words) or ""
                change.tell({"threat": raised, "step": Step.ALERT.value})
            return self._find(change.view, change.head, raised)

    def step(self, dossier: str, threat: str, draft: StepDraft) -> Threat:
        """Enter the next step of a threat.

        Raises:
            NotFoundError: there is none of that name for these eyes. CallerError: the step does not follow, says nothing, or
                lies before the last one or in the future. ConflictError: somebody else entered one meanwhile.
        """
        hand = self._hand
        with hand.changing(dossier, Act.THREAT_ENTERED) as change:
            found = self._find(change.view, change.head, threat)
            with hand.register.writing(change.head, change.author) as writing:
                take_step(writing, found, draft)
                change.tell({"threat": found.id, "step": draft.step.value})
            return self._find(change.view, change.head, threat)

    def _find(self, view: View, head: StoredDossier, id_: str) -> Threat:
        found = next((threat for threat in self._seen(view, [head]) if threat.id == id_), None)
        if found is None:
            raise NotFoundError("There is no such threat.", hint="See them with: underseal dossier threats")
        return found

    def _seen(self, view: View, heads: Sequence[StoredDossier]) -> Sequence[Threat]:
        entries = self._hand.register.history([head.id for head in heads], Kind.THREAT)
        found = threats_of(entries, {head.id: (head.number, head.reference) for head in heads})
        held = set(seen(view, [threat.record for threat in found if threat.record is not None]))
        excluded = self._hand.exclusions().of_records(view, sorted(held))
        return [
            threat if threat.record is None else replace(threat, excluded=excluded.get(threat.record, ()))
            for threat in found
            if threat.record is None or threat.record in held
        ]
