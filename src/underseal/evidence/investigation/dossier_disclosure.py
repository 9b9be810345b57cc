"""What leaves a dossier for the defence: held back, previewed and disclosed, each an act under an authority."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from underseal.evidence.audit import Act
from underseal.evidence.casework import StoredDossier
from underseal.evidence.dossier import HeldBack, Kind
from underseal.evidence.dossier.held_back import give_back, hold_back
from underseal.evidence.investigation.dossier_hand import Hand
from underseal.evidence.investigation.dossier_selection import held_back_of, selection_of
from underseal.evidence.store import View

if TYPE_CHECKING:
    from underseal.evidence.disclosure import Selection
    from underseal.evidence.disclosure.form import Form
    from underseal.evidence.disclosure.house import Made, Page, Preview, Progress


class DossierDisclosure:
    """The disclosure of dossiers; methods raise as those of `Dossiers`."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

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
        progress: "Progress" = lambda _words, _done, _total: None,
    ) -> "Made":
        """Make a pack (docs/formats/disclosure-pack.md). It is there as a whole or not at all.

        Args:
            dossier: which. target: folder or zip file to make. to: who gets it.
            since: number of the release of an earlier disclosure, to prove that the present one only adds to it.
            zipped: whether to make a zip file. forms: further formats to enclose. page: writes the page that reads the pack.
            progress: told how far it has come.

        Raises:
            CallerError: nobody is named, or `since` is no earlier release. ConflictError: the target exists.
            InternalError: the disk refuses; nothing is left.
        """
        from underseal.evidence.disclosure.disclosing import disclose  # noqa: PLC0415  # as above

        with self._hand.changing(dossier, Act.DISCLOSED) as change:
            return disclose(
                self._hand.investigation.house,
                change.view,
                self._selection(change.view, change.head),
                target,
                to=to,
                announce=change.tell,
                since=since,
                zipped=zipped,
                forms=forms,
                page=page,
                progress=progress,
            )

    def _change(self, dossier: str, record: int, field: str, *, why: str, held: bool) -> None:
        with self._hand.changing(dossier) as change:
            change.view.record(record, ["number"])
            with self._hand.writing(change, Kind.REDACTION if field else Kind.SENSITIVE) as writing:
                (hold_back if held else give_back)(writing, record, field, why)

    def _selection(self, view: View, head: StoredDossier) -> "Selection":
        return selection_of(self._hand, view, head, held_back_of(self._hand, view, head))
