"""Packages for partner forces: previewed, made, listed, recalled, and the recall confirmed; each an act under an authority."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from underseal.core.crypto import VerifyKey
from underseal.core.ledger import SignedDocument, parse_strict, sign_document
from underseal.core.verify.disclosure.cover import Cover
from underseal.core.verify.recall import Confirmation, Recall, notice_sha256
from underseal.errors import ConflictError, IntegrityError
from underseal.evidence.audit import Act
from underseal.evidence.authority.moments import iso
from underseal.evidence.casework import NewEntry, StoredDossier, words
from underseal.evidence.dossier import Kind, SourceKind
from underseal.evidence.dossier.exclusions import merged
from underseal.evidence.dossier.packages import (
    PREFIX,
    Package,
    PackageDraft,
    PackageState,
    packages_of,
    split_number,
    unknown_package,
)
from underseal.evidence.dossier.terms import HeldPackage, Leaving
from underseal.evidence.investigation.dossier_hand import Change, Hand
from underseal.evidence.investigation.dossier_selection import held_back_of, selection_of
from underseal.evidence.store import View

if TYPE_CHECKING:
    from underseal.evidence.disclosure import Selection
    from underseal.evidence.disclosure.house import Made, Page, Preview, Progress
    from underseal.evidence.disclosure.material import Material


class DossierPackages:
    """The packages of dossiers; methods raise as those of `Dossiers`. A package is known to who may know of its dossier."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def preview(self, dossier: str, *, to: str) -> "Preview":
        """Say what would leave the house; nothing is written but an entry of the audit."""
        from underseal.evidence.disclosure.disclosing import preview  # noqa: PLC0415  # imports the ciphers

        with self._hand.reading(dossier, "what would be sent", act=Act.DISCLOSURE_PREVIEWED) as reading:
            found = preview(self._hand.investigation.house, reading.view, self._selection(reading.view, reading.head))
            reading.details.update({"to": to, "records": found.counts.used})
            return found

    def make(
        self,
        dossier: str,
        draft: PackageDraft,
        target: Path,
        *,
        zipped: bool = False,
        page: "Page | None" = None,
        progress: "Progress" = lambda _words, _done, _total: None,
    ) -> "tuple[Package, Made]":
        """Make a package: a pack with a cover (docs/formats/disclosure-pack.md). It is there as a whole or not at all.

        The ledger of packages has its entry before the pack is there, in one transaction with the audit's: a pack that nobody
        can recall is never sent. The codes, the notes and the expiry of partners' packages that it holds material of go on with
        it.

        Args:
            dossier: which. draft: what stands on the cover. target: folder or zip file to make. zipped: whether to make a zip
                file. page: writes the page that reads the pack. progress: told how far it has come.

        Raises:
            CallerError: a field is empty or wrong. ConflictError: the target exists, or another package of the dossier was
                made meanwhile. InternalError: the disk refuses; nothing is left.
        """
        from underseal.evidence.disclosure.disclosing import disclose  # noqa: PLC0415  # as above

        hand = self._hand
        with hand.changing(dossier, Act.DISCLOSED) as change:
            draft = draft.checked(self._zone, now=change.author.at)
            earlier = self._of(change.head)
            number = f"{change.head.number}-{PREFIX}{len(earlier) + 1}"
            sent: list[Package] = []

            def cover(material: "Material") -> Cover:
                made = self._cover(change, number, draft, material)
                sent.append(_draft_of(number, change, made, material))
                return made

            def announce(details: Mapping[str, str | int]) -> None:
                package = sent[0] = replace(sent[0], contents=str(details["sha256"]))
                with hand.register.writing(change.head, change.author, closed=True) as writing:
                    writing.enter(NewEntry(kind=Kind.PACKAGE, thing=package.thing, body=_body(package)))
                    change.tell({**details, "package": number})

            made = disclose(
                hand.investigation.house,
                change.view,
                self._selection(change.view, change.head),
                target,
                to=draft.to,
                announce=announce,
                zipped=zipped,
                page=page,
                progress=progress,
                cover=cover,
            )
            return sent[0], made

    def list(self, dossier: str = "") -> tuple[Package, ...]:
        """Return the packages that were sent, in the order of the dossiers, then of sending.

        Args:
            dossier: of which; "" for all of which one may know.
        """
        hand = self._hand
        with hand.acting(Act.PACKAGES_READ) as (view, details):
            heads = [hand.head(view, dossier)] if dossier else hand.register.page(hand.knowing(view))
            if dossier:
                details["dossier"] = heads[0].reference
            found = tuple(self._marked(view, package) for package in self._of(*heads))
            details["count"] = len(found)
            return found

    def recall(self, number: str, *, why: str) -> Package:
        """Recall a package; `notice` gives the document to send.

        Raises:
            NotFoundError: there is no such package. CallerError: no reason is given. ConflictError: it was recalled already.
        """
        with self._changing(number, Act.PACKAGE_RECALLED) as (change, package):
            reason = words.line(why, "reason", field="why")
            if package.state is not PackageState.SENT:
                raise ConflictError(
                    f"The package {package.number} was recalled by {package.recalled_by} already.",
                    hint=f"Write its notice again with: underseal dossier recall-notice {package.number}",
                )
            workspace = self._hand.investigation.workspace
            notice = sign_document(
                Recall(
                    package=package.number,
                    contents=package.contents,
                    sender=workspace.settings.name,
                    receiver=package.to,
                    why=reason,
                    user=change.author.user,
                    at=iso(change.author.at, self._zone),
                ).to_payload(),
                workspace.signing_key,
            )
            body = {"state": PackageState.RECALLED.value, "why": reason, "notice": notice.to_json()}
            self._enter(change, package, body, sha256=notice_sha256(notice))
            return self._one(change.head, package.thing)

    def notice(self, number: str) -> bytes:
        """Return the file of the notice of a recall.

        Raises:
            NotFoundError: there is no such package. ConflictError: it was not recalled.
        """
        dossier, thing = split_number(number)
        with self._hand.reading(dossier, Kind.PACKAGE) as reading:
            notice = self._one(reading.head, thing).notice
            if notice is None:
                raise ConflictError(f"The package {number} was not recalled.")
            return notice.to_bytes()

    def confirm(self, number: str, *, said: str = "", file: bytes | None = None, key: str = "") -> Package:
        """Enter that whoever got a package confirmed its recall.

        Args:
            number: of the package. said: in which words, where no document came. file: of the document.
            key: the receiver's public key, hex, that must have signed the document; "" compares with none.

        Raises:
            NotFoundError: there is no such package. CallerError: neither words nor a file are given.
            ConflictError: it was not recalled, or is confirmed already.
            UnreadableError, IntegrityError: the file is damaged, signed by another key, or confirms something else.
        """
        with self._changing(number, Act.RECALL_CONFIRMED) as (change, package):
            if package.state is not PackageState.RECALLED or package.notice is None:
                state = "was confirmed already" if package.state is PackageState.CONFIRMED else "was not recalled"
                raise ConflictError(f"The recall of the package {package.number} {state}.")
            document = None if file is None else _confirmation(file, package, package.notice, key)
            body = {
                "state": PackageState.CONFIRMED.value,
                "words": words.line(said, "words of who confirms", empty=document is not None),
                "signer": "" if document is None else document.key.hex(),
                "document": None if document is None else document.to_json(),
            }
            self._enter(change, package, body, sha256="" if document is None else notice_sha256(document))
            return self._one(change.head, package.thing)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._hand.settings.timezone)

    def _selection(self, view: View, head: StoredDossier) -> "Selection":
        return selection_of(self._hand, view, head, held_back_of(self._hand, view, head), leaving=Leaving.ONWARD)

    def _cover(self, change: Change, number: str, draft: PackageDraft, material: "Material") -> Cover:
        settings = self._hand.settings
        held = self._hand.investigation.held_packages()
        bound = [held[exhibit] for exhibit in sorted(material.exhibits) if exhibit in held]
        return Cover(
            number=number,
            sender=settings.name,
            workspace=str(settings.id),
            receiver=draft.to,
            basis=draft.basis,
            handling=_codes(draft, bound),
            note="\n".join(filter(None, (draft.note, *map(_note, bound)))),
            expires=_earliest(draft, bound),
            contact=self._hand.card(change.view, change.head).contact,
        )

    def _of(self, *heads: StoredDossier) -> Sequence[Package]:
        found = {head.id: head for head in heads}
        return packages_of(self._hand.register.history([*found], Kind.PACKAGE), found)

    def _one(self, head: StoredDossier, thing: str) -> Package:
        found = next((package for package in self._of(head) if package.thing == thing), None)
        if found is None:
            raise unknown_package()
        return found

    def _marked(self, view: View, package: Package) -> Package:
        held = self._hand.exclusions()
        decisions = merged(
            [
                *(held.of(SourceKind.EXHIBIT, exhibit) for exhibit in package.exhibits),
                *held.of_records(view, package.records).values(),
            ]
        )
        return replace(package, excluded=decisions)

    @contextmanager
    def _changing(self, number: str, act: Act) -> Iterator[tuple[Change, Package]]:
        dossier, thing = split_number(number)
        with self._hand.changing(dossier, act) as change:
            yield change, self._one(change.head, thing)

    def _enter(self, change: Change, package: Package, body: Mapping[str, Any], *, sha256: str) -> None:
        new = NewEntry(kind=Kind.PACKAGE, thing=package.thing, body=body, before=package.version)
        with self._hand.register.writing(change.head, change.author, closed=True) as writing:
            writing.enter(new)
            change.tell({"package": package.number, "sha256": sha256})


def _draft_of(number: str, change: Change, cover: Cover, material: "Material") -> Package:
    """Return a package that is about to be sent."""
    return Package(
        number=number,
        dossier=change.head.number,
        reference=change.head.reference,
        to=cover.receiver,
        basis=cover.basis,
        handling=cover.handling,
        note=cover.note,
        expires=cover.expires,
        contents="",
        records=tuple(material.numbers),
        exhibits=tuple(sorted(material.exhibits)),
        state=PackageState.SENT,
        version=1,
        sent_by=change.author.user,
        sent_at=change.author.at,
    )


def _body(package: Package) -> dict[str, Any]:
    names = ("number", "to", "basis", "handling", "note", "expires", "contents", "records", "exhibits")
    return {"state": package.state.value, **{name: getattr(package, name) for name in names}}


def _codes(draft: PackageDraft, bound: Sequence[HeldPackage]) -> tuple[str, ...]:
    return tuple(sorted({*draft.handling, *(code for package in bound for code in package.bound())}))


def _note(package: HeldPackage) -> str:
    """Return what goes on of a partner's terms: whose they are, and what its note says."""
    cover = package.cover
    return f"Holds material of package {cover.number} of {cover.sender}: {cover.restrictions}"


def _earliest(draft: PackageDraft, bound: Sequence[HeldPackage]) -> str:
    ends = [each for each in (draft.expires, *(package.cover.expires for package in bound)) if each]
    return min(ends, key=datetime.fromisoformat, default="")


def _confirmation(file: bytes, package: Package, notice: SignedDocument, key: str) -> SignedDocument:
    document = SignedDocument.from_json(parse_strict(file, what="The confirmation"), what="The confirmation")
    said = Confirmation.read(document.verify(VerifyKey.from_hex(key.strip().lower()) if key else None))
    if (said.package, said.contents, said.notice) != (package.number, package.contents, notice_sha256(notice)):
        raise IntegrityError(
            f"The confirmation is of another recall than that of the package {package.number}.",
            hint="Ask for the one that belongs to the notice that was sent.",
        )
    return document
