"""Writing a destruction aside: segments without what goes, and the signed document that tells of it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from underseal.core.folders import sync_folder
from underseal.core.ledger import sign_document, subset_path
from underseal.core.verify.destruction import Destruction, Rewritten
from underseal.evidence.authority import Access
from underseal.evidence.investigation.destruction_plan import Plan
from underseal.evidence.store import Document, Tree
from underseal.evidence.store.destroy import digests_of, lists_of_hidden, rewrite, rewrite_hidden
from underseal.evidence.store.destructions import ASIDE, DOCUMENT, UNFINISHED, numbered, read_file
from underseal.evidence.store.segment import write_synced

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation


@contextmanager
def folder_aside(folder: Path, *, counts: Callable[[Path], bool]) -> Iterator[tuple[Path, int]]:
    """Give a folder for the next destruction and its number; removed when the block fails before it counts.

    Args:
        folder: the workspace's `destructions`. counts: says whether what was written into a folder counts by now.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
    number = len(numbered(folder)) + 1
    aside = folder / f"{ASIDE}{number:04d}"
    aside.mkdir(mode=0o700)
    try:
        yield aside, number
    except BaseException:
        if not counts(aside):
            shutil.rmtree(aside, ignore_errors=True)
        raise


def write_aside(house: "Investigation", plan: Plan, aside: Path, number: int, access: Access) -> Document:
    """Write aside all that a destruction is.

    Args:
        house: where. plan: what goes. aside: folder to write into. number: of the destruction. access: of who destroys.

    Returns:
        Its document, whose digests lead to the root of the release.

    Raises:
        IntegrityError: the records are not those that were signed. OSError: the disk refuses.
    """
    preview = plan.preview
    segments, hidden = _rewrite(house, plan, aside, number)
    earlier = house.destructions.all()
    records = digests_of(plan.doomed)
    numbers = [record.number for record in records]
    path = subset_path(numbers, plan.release.size, Tree(plan.release, house.pool).subtree)
    destruction = Destruction(
        number=number,
        workspace=str(house.workspace.settings.id),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        parent=earlier[-1].sha256 if earlier else "",
        decision=preview.decision.number,
        decision_sha256=preview.decision.sha256,
        authority=access.authority,
        user=house.user,
        release=plan.release.number,
        size=plan.release.size,
        root=plan.release.root,
        records=records,
        path=path,
        segments=segments,
        hidden=hidden,
        attachments=preview.attachments,
        keys=preview.keys,
        exhibits=preview.exhibits,
    )
    unfinished = {
        "segments": [each.segment for each in segments],
        "hidden": [f"{each.release:04d}/{each.segment}" for each in hidden],
        "media": plan.attachments,
        "sessions": {session: closed.to_json() for session, closed in plan.sessions.items()},
    }
    write_synced(aside / UNFINISHED, orjson.dumps(unfinished))
    write_synced(aside / DOCUMENT, sign_document(destruction.to_payload(), house.workspace.signing_key).to_bytes())
    _sync_tree(aside)
    return read_file(aside / DOCUMENT, house.workspace.public_key)


def _rewrite(house: "Investigation", plan: Plan, aside: Path, number: int) -> tuple[list[Rewritten], list[Rewritten]]:
    segments: list[Rewritten] = []
    hidden: list[Rewritten] = []
    for doomed in plan.doomed:
        id_ = doomed.segment.entry.id
        segments.append(rewrite(doomed, destruction=number, folder=aside / "segments" / id_))
        for entry in lists_of_hidden(id_, house.releases):
            folder = aside / "hidden" / f"{entry.hidden_in:04d}" / id_
            hidden.append(rewrite_hidden(doomed, entry=entry, pool=house.pool, folder=folder))
    return segments, hidden


def _sync_tree(folder: Path) -> None:
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync_folder(path)
