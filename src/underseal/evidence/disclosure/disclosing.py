"""Disclosure in the hands of somebody: saying before what would leave the house, and making the pack."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from underseal.core.folders import publish_file, publish_folder
from underseal.core.verify.disclosure.zipped import zip_folder
from underseal.errors import CallerError, NotFoundError
from underseal.evidence.audit import Act, Audit
from underseal.evidence.authority import Access, Gate
from underseal.evidence.disclosure.folder import PackFolder
from underseal.evidence.disclosure.making import Making
from underseal.evidence.disclosure.material import Material
from underseal.evidence.disclosure.order import Form, Made, Order, Preview, Progress
from underseal.evidence.identity import Book
from underseal.evidence.intake import machine_errors
from underseal.evidence.store import Release, Releases, SegmentPool, View
from underseal.evidence.workspace import Workspace


class Disclosing:
    """Disclosure, in the hands of one user.

    Args:
        workspace: whose. gate: admits. audit: of which an extract is enclosed. book: the attributions.
        releases, pool: the evidence. user: who acts.
    """

    def __init__(
        self,
        workspace: Workspace,
        gate: Gate,
        *,
        audit: Audit,
        book: Book,
        releases: Releases,
        pool: SegmentPool,
        user: str,
    ) -> None:
        self._workspace = workspace
        self._gate = gate
        self._audit = audit
        self._book = book
        self._releases = releases
        self._pool = pool
        self._user = user

    def preview(self, order: Order) -> Preview:
        """Say what would leave the house; nothing is written but an entry of the audit.

        Raises:
            RefusedError: the authority or the role does not allow it. NotFoundError: there is no such release.
            CallerError: the order contradicts itself.
        """
        release = self._release(order)
        known: dict[str, str | int] = {"dossier": order.selection.dossier, "to": order.to}
        with self._gate.acting(
            order.authority, user=self._user, act=Act.DISCLOSURE_PREVIEWED, purpose=order.purpose, details=known
        ) as (access, details):
            found = self._making(order, release, access).preview()
            details["records"] = found.counts.used
        return found

    def disclose(
        self,
        order: Order,
        target: Path,
        *,
        zipped: bool = False,
        forms: Sequence[Form] = (),
        progress: Progress = lambda _words, _done, _total: None,
    ) -> Made:
        """Make a pack. It is there as a whole or not at all, and after its entry in the audit.

        Args:
            order: what is asked for. target: folder or zip file to make. zipped: whether it is a zip file.
            forms: further formats to enclose. progress: told how far it has come.

        Raises:
            RefusedError: the authority or the role does not allow it. NotFoundError: there is no such release.
            CallerError: the order contradicts itself. ConflictError: the target exists.
            InternalError: the disk refuses; nothing is left.
        """
        release = self._release(order)
        made: list[Made] = []
        with (
            machine_errors("The disclosure"),
            self._gate.changing(order.authority, user=self._user, act=Act.DISCLOSED, purpose=order.purpose) as (
                access,
                announce,
            ),
        ):

            def build(aside: Path) -> None:
                making = self._making(order, release, access)
                made.append(making.write(PackFolder(aside), announce, forms, progress))

            if zipped:
                publish_file(target, build, zip_folder)
            else:
                publish_folder(target, build)
        return replace(made[0], path=target)

    def _release(self, order: Order) -> Release:
        if not order.to.strip():
            raise CallerError("Nobody is named who gets the pack.", hint="Say who: --to NAME")
        found = self._releases.latest() if order.release is None else self._releases.get(order.release)
        if found is None:
            raise NotFoundError("Nothing has been released yet.")
        if order.since is not None and not 1 <= order.since <= found.number:
            raise CallerError(f"Release {found.number} is disclosed; it does not come after a release {order.since}.")
        return found

    def _making(self, order: Order, release: Release, access: Access) -> Making:
        return Making(
            order=order,
            release=release,
            material=Material.of(View(release, access, self._pool), order.selection),
            workspace=self._workspace,
            at=self._gate.clock(),
            audit=self._audit,
            book=self._book,
            releases=self._releases,
            pool=self._pool,
            latest=self._releases.latest() or release,
        )
