"""Releases: what was signed, what one adds to another, and whether all of it is still whole."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from underseal.core.verify import verify
from underseal.errors import CallerError
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Asker, Asking, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.store import Release, prove_consistency

router = APIRouter(prefix="/api/releases", tags=["releases"], dependencies=[Depends(entering(Part.RELEASES))])

Number = Annotated[int, Path(ge=1, lt=2**31, description="Number of the release.")]
Compared = Annotated[int, Query(ge=1, lt=2**31)]


@router.get("")
def list_releases(asking: Asking) -> list[shapes.ReleaseSummary]:
    """List all releases, the oldest first."""
    return [answers.release(release, asking.zone) for release in asking.investigation.list_releases()]


@router.get("/diff")
def compare_releases(asking: Asking, old: Compared, new: Compared) -> shapes.ReleaseDiff:
    """Say what release `new` adds to `old`, and prove that it changes nothing."""
    if old >= new:
        raise CallerError("The release that is compared must be earlier than the other.")
    added = asking.investigation.diff(old, new)
    releases, pool = asking.investigation.releases, asking.investigation.pool
    earlier, later = releases.get(old), releases.get(new)
    proof = prove_consistency(earlier, later, releases=releases, pool=pool)
    return shapes.ReleaseDiff(
        old=old,
        new=new,
        added=later.size - earlier.size,
        lines=[shapes.DiffLine.model_validate(line) for line in added],
        consistent=answers.check(verify(proof, trusted=later.key)),
    )


@router.get("/{number}")
def read_release(asking: Asking, number: Number) -> shapes.ReleaseDetail:
    """Describe one release with its parts."""
    release = asking.investigation.describe_release(number)
    return shapes.ReleaseDetail(
        **answers.release(release, asking.zone).model_dump(),
        segments=_segments(asking, release),
        exhibits=[exhibit.number for exhibit in release.exhibits],
        tools=dict(release.tools),
        failures=release.failures,
    )


def _found(asking: Asking, number: Number) -> Release:
    """Return the release to be checked, before the answer begins."""
    return asking.investigation.releases.get(number)


@router.post("/{number}/verify")
def check_release(
    asking: Asking, release: Annotated[Release, Depends(_found)]
) -> Iterator[shapes.Progress | shapes.Verified]:
    """Check a release against every byte of the store, and say how far one has come."""
    steps: list[shapes.CheckStep] = []
    counted = shapes.Progress(done=0, total=release.size)

    def progress(done: int, total: int) -> None:
        nonlocal counted
        counted = shapes.Progress(done=done, total=total)

    for step in asking.investigation.verify(release.number, progress=progress):
        steps.append(answers.check_step(step))
        yield counted
    yield shapes.Verified(check=shapes.Check(ok=all(step.ok for step in steps), steps=steps))


def _segments(asking: Asker, release: Release) -> list[shapes.SegmentLine]:
    pool = asking.investigation.pool
    return [
        shapes.SegmentLine(
            id=entry.id,
            rows=entry.rows,
            bytes=sum(file.stat().st_size for file in pool.get(entry).folder.rglob("*") if file.is_file()),
            sha256=entry.sha256,
            locked=entry.locked,
        )
        for entry in release.segments
    ]
