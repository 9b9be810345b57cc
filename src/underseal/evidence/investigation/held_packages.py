"""Packages of partner forces that are held: listed, recalls taken, consents entered; each an act under an authority."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from underseal.core.ledger import SignedDocument, parse_strict, sign_document
from underseal.core.verify.recall import Confirmation, Recall, notice_sha256
from underseal.errors import ConflictError, IntegrityError, NotFoundError, at_field
from underseal.evidence.audit import Act
from underseal.evidence.authority.moments import iso
from underseal.evidence.casework import Author, StoredExclusion, StoredTerm
from underseal.evidence.casework.terms import CONSENT, RECALL
from underseal.evidence.dossier import SourceKind
from underseal.evidence.dossier.terms import ConsentDraft, HeldPackage
from underseal.evidence.investigation.dossier_hand import Hand


class HeldPackages:
    """The partners' packages that are held. Every method raises RefusedError where the authority or the role does not allow it."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def list(self) -> tuple[HeldPackage, ...]:
        """Return them in the order in which they were taken in."""
        with self._hand.acting(Act.PACKAGES_READ) as (_, details):
            found = tuple(self._hand.investigation.held_packages().values())
            details["count"] = len(found)
            return found

    def consent(self, exhibit: str, draft: ConsentDraft) -> HeldPackage:
        """Enter what the sender of a package allows, or allows no longer.

        Raises:
            NotFoundError: there is no such package. CallerError: a field is empty or wrong.
            ConflictError: that is so already, or somebody else entered something meanwhile.
        """
        with self._hand.changing_all(Act.CONSENT_ENTERED) as (_, author, tell):
            package = self._held(exhibit)
            body = draft.body()
            now = package.consents.get(draft.code)
            if draft.given is (now is not None and now.given):
                raise ConflictError(
                    "The sender allows that already." if draft.given else "The sender does not allow that."
                )
            version = 1 if now is None else now.version + 1
            term = StoredTerm(
                exhibit=package.exhibit, kind=CONSENT, thing=draft.code, version=version, body=body, **_of(author)
            )
            announce = partial(tell, {"exhibit": package.exhibit, "code": draft.code, "given": int(draft.given)})
            self._hand.casework.terms.enter(
                [term], announce=announce, told="Somebody else entered something of that consent meanwhile."
            )
            return self._held(package.exhibit)

    def take_recall(self, notice: bytes) -> Sequence[HeldPackage]:
        """Take a notice of recall: its package is excluded in all dossiers, and leaves the house no more.

        A recall has no term: one of an expired package is taken too.

        Args:
            notice: the file. Nothing is stored unless it was signed by who signed the package.

        Returns:
            The package, more than once where several exhibits are copies of it.

        Raises:
            UnreadableError: it is no notice. IntegrityError: it is damaged or forged, or names another package than it recalls.
            NotFoundError: no such package is held. ConflictError: it was taken already.
        """
        with self._hand.changing_all(Act.RECALL_TAKEN) as (_, author, tell):
            document = SignedDocument.from_json(parse_strict(notice, what="The notice"), what="The notice")
            said = Recall.read(document.verify(None))
            exhibits = [package.exhibit for package in self._recalled(document, said)]
            receiver = self._held(exhibits[0]).cover.receiver
            papers = {
                "notice": document.to_json(),
                "confirmation": self._confirm(document, said, author, receiver).to_json(),
            }
            details = {"exhibit": ", ".join(exhibits), "package": said.package, "sha256": notice_sha256(document)}
            self._hand.casework.terms.enter(
                [StoredTerm(exhibit=exhibit, kind=RECALL, body=papers, **_of(author)) for exhibit in exhibits],
                announce=partial(tell, details),
                told=_taken_already(said.package),
                exclusions=[_exclusion(exhibit, said, author) for exhibit in exhibits],
            )
            return [self._held(exhibit) for exhibit in exhibits]

    def _confirm(self, notice: SignedDocument, said: Recall, author: Author, receiver: str) -> SignedDocument:
        confirmation = Confirmation(
            package=said.package,
            contents=said.contents,
            notice=notice_sha256(notice),
            receiver=receiver,
            user=author.user,
            at=iso(author.at, ZoneInfo(self._hand.settings.timezone)),
        )
        return sign_document(confirmation.to_payload(), self._hand.investigation.workspace.signing_key)

    def confirmation(self, exhibit: str) -> bytes:
        """Return the file that confirms a recall which was taken.

        Raises:
            NotFoundError: there is no such package. ConflictError: no recall of it was taken.
        """
        with self._hand.acting(Act.PACKAGES_READ, exhibit=exhibit):
            recalled = self._held(exhibit).recalled
            if recalled is None:
                raise ConflictError(f"No recall of the exhibit {exhibit} was taken.")
            return recalled.confirmation.to_bytes()

    def _held(self, exhibit: str) -> HeldPackage:
        found = self._hand.investigation.held_packages().get(exhibit.strip())
        if found is None:
            with at_field("exhibit"):
                raise NotFoundError(
                    "There is no package of that exhibit.", hint="See them with: underseal package list"
                )
        return found

    def _recalled(self, document: SignedDocument, said: Recall) -> Sequence[HeldPackage]:
        """Return the copies of the package that a notice recalls, once it is sure that its sender does."""
        signer = document.key.hex()
        held = self._hand.investigation.held_packages().values()
        same = [package for package in held if package.contents == said.contents]
        if not same:
            raise NotFoundError(
                f"No package with the contents {said.contents} is held.",
                hint="Nothing was stored. Ask the sender which it is.",
            )
        package = same[0]
        if signer != package.signer:
            raise IntegrityError(
                f"The notice is signed by the key {signer}, the package {package.cover.number} by {package.signer}.",
                hint="Nothing was stored. Only who sent a package recalls it.",
            )
        if said.package != package.cover.number:
            raise IntegrityError(
                f"The notice names the package {said.package[:80]!a}; what it recalls is {package.cover.number!a}.",
                hint="Nothing was stored. Ask the sender for another notice.",
            )
        if not (found := [package for package in same if package.recalled is None]):
            raise ConflictError(
                _taken_already(package.cover.number),
                hint=f"Write its confirmation again with: underseal package confirmation {package.exhibit}",
            )
        return found


def _of(author: Author) -> dict[str, Any]:
    return {"authority": author.authority, "user": author.user, "at": author.at}


def _exclusion(exhibit: str, said: Recall, author: Author) -> StoredExclusion:
    return StoredExclusion(
        source=SourceKind.EXHIBIT.value,
        value=exhibit,
        excluded=True,
        decision=f"recall of {said.package}",
        judge=said.sender,
        why=said.why,
        **_of(author),
    )


def _taken_already(number: str) -> str:
    return f"The recall of the package {number} was taken already."
