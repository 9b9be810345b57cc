"""What leaves a dossier for the defence: held back, previewed and disclosed, each an act under an authority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from underseal.errors import ConflictError, NotFoundError
from underseal.evidence.audit import Act, AuditEntry, Group
from underseal.evidence.casework import StoredDossier
from underseal.evidence.dossier import HeldBack, Kind
from underseal.evidence.dossier.held_back import give_back, hold_back
from underseal.evidence.investigation.dossier_hand import Hand
from underseal.evidence.investigation.dossier_schedules import DossierSchedules
from underseal.evidence.investigation.dossier_selection import held_back_of, selection_of
from underseal.evidence.store import View

if TYPE_CHECKING:
    from underseal.evidence.disclosure import Selection
    from underseal.evidence.disclosure.form import Form
    from underseal.evidence.disclosure.house import Made, Page, Preview, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDisclosures:
    """What the audit says of disclosures of a dossier.

    Attributes:
        disclosures: the entries of them, the newest first.
        fetched, discarded: of those that waited to be fetched, the digests of the packs that were, and the latest entry.
        sealed: whether the audit is sealed and its key is not at hand, so that nothing can be said.
    """

    disclosures: Sequence[AuditEntry]
    fetched: Mapping[str, AuditEntry]
    discarded: Mapping[str, AuditEntry]
    sealed: bool


class DossierDisclosure:
    """The disclosure of dossiers; methods raise as those of `Dossiers`.

    Attributes:
        schedules: of used, unused and sensitive material, before they are disclosed.
    """

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.schedules = DossierSchedules(hand)

    def held_back(self, dossier: str) -> HeldBack:
        """Return what a dossier holds back of messages that may be seen."""
        with self._hand.reading(dossier, "held back") as reading:
            return held_back_of(self._hand, reading.view, reading.head)

    def redact(self, dossier: str, record: int, field: str, *, why: str) -> None:
        """Hold back a part of a message, one of `dossier.REDACTABLE`.

        Raises:
            CallerError: there is no such part, or no reason is given. NotFoundError: there is no such record for these eyes.
            ConflictError: it is held back already, or the dossier is closed.
        """
        self._change(dossier, record, field, why=why, held=True)

    def show(self, dossier: str, record: int, field: str, *, why: str) -> None:
        """Hold back a part of a message no longer; raises as `redact`."""
        self._change(dossier, record, field, why=why, held=False)

    def hold_back(self, dossier: str, record: int, *, why: str) -> None:
        """Put a message on the schedule of sensitive material, with this reason; raises as `redact`."""
        self._change(dossier, record, "", why=why, held=True)

    def give_back(self, dossier: str, record: int, *, why: str) -> None:
        """Take a message off the schedule of sensitive material; raises as `redact`."""
        self._change(dossier, record, "", why=why, held=False)

    def preview(self, dossier: str, *, to: str) -> "Preview":
        """Say what would leave the house; nothing is written but an entry of the audit."""
        from underseal.evidence.disclosure.disclosing import preview  # noqa: PLC0415  # imports the ciphers

        with self._hand.reading(dossier, "what would be disclosed", act=Act.DISCLOSURE_PREVIEWED) as reading:
            found = preview(self._hand.investigation.house, reading.view, self._selection(reading.view, reading.head))
            reading.details.update({"to": to, "records": found.counts.used})
            return found

    def disclose(
        self,
        dossier: str,
        target: Path,
        *,
        to: str,
        since: int | None = None,
        zipped: bool = False,
        forms: "Sequence[Form]" = (),
        page: "Page | None" = None,
        waits: bool = False,
        progress: "Progress" = lambda _words, _done, _total: None,
    ) -> "Made":
        """Make a pack (docs/formats/disclosure-pack.md). It is there as a whole or not at all.

        Args:
            dossier: which. target: folder or zip file to make. to: who gets it.
            since: number of the release of an earlier disclosure, to prove that the present one only adds to it.
            zipped: whether to make a zip file. forms: further formats to enclose. page: writes the page that reads the pack.
            waits: whether it stays in the house until somebody fetches it (`fetch`). progress: told how far it has come;
            what it raises leaves nothing.

        Raises:
            CallerError: nobody is named, or `since` is no earlier release. ConflictError: the target exists.
            InternalError: the disk refuses; nothing is left.
        """
        from underseal.evidence.disclosure.disclosing import disclose  # noqa: PLC0415  # as above

        with self._hand.changing(dossier, Act.DISCLOSED) as change:

            def announce(details: Mapping[str, str | int]) -> None:
                change.tell({**details, "waits": 1} if waits else details)

            return disclose(
                self._hand.investigation.house,
                change.view,
                self._selection(change.view, change.head),
                target,
                to=to,
                announce=announce,
                since=since,
                zipped=zipped,
                forms=forms,
                page=page,
                progress=progress,
            )

    def fetch(self, dossier: str, made: "Made") -> None:
        """Write in the audit that a pack which waited is handed out now.

        Args:
            dossier: which. made: the pack, under the release of which this is asked.

        Raises:
            ConflictError: the dossier would disclose something else by now: a message was redacted, withheld, taken out, ...
        """
        with self._hand.changing(dossier, Act.DISCLOSURE_FETCHED) as change:
            if self._selection(change.view, change.head) != made.selection:
                raise ConflictError(
                    "The dossier would disclose something else now than when the pack was made.",
                    hint="Discard it, look at what leaves, and disclose again.",
                )
            change.tell({"sha256": made.contents})

    def discard(self, dossier: str, made: "Made") -> None:
        """Write in the audit that a pack which waited is removed and was handed to nobody since."""
        with self._hand.changing(dossier, Act.DISCLOSURE_DISCARDED) as change:
            change.tell({"sha256": made.contents})

    def expect(self, dossier: str) -> None:
        """Check that the one who acts may know of a dossier and what leaves it."""
        with self._hand.reading(dossier, "pack"):
            pass

    def refuse_missing(self, dossier: str, act: Act) -> NoReturn:
        """Say that no pack waits for the one who acts: to who might have one, as a failed act in the audit.

        Args:
            dossier: which. act: what was to come of the pack.

        Raises:
            NotFoundError: none waits. RefusedError: the role or the authority does not allow the act.
        """
        with self._hand.changing(dossier, act):
            raise NotFoundError(
                "No pack of this dossier waits for you under this authority.", hint="Disclose the dossier."
            )

    def earlier(self, dossier: str) -> EarlierDisclosures:
        """Return what the audit says of disclosures of a dossier; packages for partner forces are none."""
        with self._hand.reading(dossier, "disclosures") as reading:
            audit = self._hand.investigation.house.audit
            if not audit.readable:
                return EarlierDisclosures(disclosures=(), fetched={}, discarded={}, sealed=True)
            entries = list(audit.of_dossier(reading.head.reference, Group.DISCLOSURE))

            def of(act: Act) -> list[AuditEntry]:
                return [entry for entry in entries if entry.act == act and "failed" not in entry.details]

            def packs(act: Act) -> dict[str, AuditEntry]:
                return {str(entry.details["sha256"]): entry for entry in reversed(of(act))}

            return EarlierDisclosures(
                disclosures=[entry for entry in of(Act.DISCLOSED) if "package" not in entry.details],
                fetched=packs(Act.DISCLOSURE_FETCHED),
                discarded=packs(Act.DISCLOSURE_DISCARDED),
                sealed=False,
            )

    def _change(self, dossier: str, record: int, field: str, *, why: str, held: bool) -> None:
        with self._hand.changing(dossier) as change:
            change.view.record(record, ["number"])
            with self._hand.writing(change, Kind.REDACTION if field else Kind.SENSITIVE) as writing:
                (hold_back if held else give_back)(writing, record, field, why)

    def _selection(self, view: View, head: StoredDossier) -> "Selection":
        return selection_of(self._hand, view, head, held_back_of(self._hand, view, head))
