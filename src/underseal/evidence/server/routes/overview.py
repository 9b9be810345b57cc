"""The first page: what was taken in, how much of it can be read, and what is new."""

from fastapi import APIRouter, Depends

from underseal.evidence.investigation.lines import iso
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Asking, Reader, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.server.shared import MINUTE

router = APIRouter(prefix="/api", tags=["overview"], dependencies=[Depends(entering(Part.EVIDENCE))])

PAUSE = 30 * MINUTE
"""After how many ms without a sign of the user a new visit begins."""


@router.get("/overview")
def read_overview(asking: Asking, reader: Reader) -> shapes.Overview:
    """Sum up a release: what an authority may see of it, and what is new since the last visit."""
    found, release, zone = reader.overview(), reader.release, reader.zone
    casework, releases = asking.investigation.casework, asking.investigation.releases
    before = casework.reading.visit(asking.user, release.number, at=asking.shared.now(), pause=PAUSE)
    known = releases.get(before.release).size if before and before.release else 0
    return shapes.Overview(
        release=release.number,
        released=release.created,
        records=found.records,
        messages=found.messages,
        conversations=found.conversations,
        accounts=found.accounts,
        coverage=[shapes.Coverage(verdict=facet.value, count=facet.count) for facet in found.coverage],
        activity=[shapes.Bucket.model_validate(day) for day in found.activity],
        unreadable=[shapes.Unreadable.model_validate(reason) for reason in found.unreadable],
        exhibits=[answers.exhibit(exhibit, zone) for exhibit in found.exhibits],
        new_since_last_visit=max(release.size - known, 0) if before else 0,
        last_visit=iso(before.at, zone) if before else None,
    )
