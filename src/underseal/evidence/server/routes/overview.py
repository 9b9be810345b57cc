"""The first page: what was taken in, how much of it can be read, and what is new."""

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from underseal.core.web.tokens import MINUTE
from underseal.evidence.audit import Act
from underseal.evidence.authority.moments import iso
from underseal.evidence.investigation import Consultation
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Asker, Asking, Claimed, Reader, consultation, entering
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api", tags=["overview"], dependencies=[Depends(entering(Part.EVIDENCE))])

PAUSE = 30 * MINUTE
"""After how many ms without a sign of the user a new visit begins."""


@router.get("/overview")
def read_overview(asking: Asking, claimed: Claimed) -> shapes.Overview:
    """Sum up the latest release, or what is being taken in while there is none."""
    if asking.investigation.releases.latest() is not None:
        return _released(asking, consultation(asking, claimed))
    asking.investigation.gate.admit(
        claimed.authority, user=asking.user, act=Act.OVERVIEW_READ, purpose=claimed.purpose, details={}
    )
    return _unreleased(asking)


@router.get("/reading")
def read_bookmarks(
    asking: Asking, reader: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 6
) -> list[shapes.Bookmark]:
    """List the conversations in scope that one has begun to read, the latest first."""
    names = reader.names()
    stopped = asking.investigation.casework.reading.positions(asking.user)
    found = names.among({position.conversation for position in stopped})
    within = (position for position in stopped if position.conversation in found)
    return [
        shapes.Bookmark(
            conversation=answers.conversation(found[position.conversation], names=names, zone=reader.zone),
            number=position.number,
            stopped=iso(position.at, reader.zone),
        )
        for position in islice(within, limit)
    ]


def _released(asking: Asker, reader: Consultation) -> shapes.Overview:
    found, release, zone = reader.overview(), reader.release, reader.zone
    casework, releases = asking.investigation.casework, asking.investigation.releases
    before = casework.reading.visit(asking.user, release.number, at=asking.shared.now(), pause=PAUSE)
    known = releases.get(before.release).size if before and before.release else 0
    return shapes.Overview(
        release=release.number,
        released=answers.local(release.created, zone),
        records=found.records,
        messages=found.messages,
        conversations=found.conversations,
        accounts=found.accounts,
        coverage=[shapes.Coverage(verdict=facet.value, count=facet.count) for facet in found.coverage],
        activity=[shapes.Bucket.model_validate(day) for day in found.activity],
        unreadable=[shapes.Unreadable.model_validate(reason) for reason in found.unreadable],
        exhibits=[answers.exhibit(exhibit, zone) for exhibit in found.exhibits],
        new_since_last_visit=release.size - known if before else 0,
        last_visit=iso(before.at, zone) if before else None,
        last_release=before.release if before else None,
    )


def _unreleased(asking: Asker) -> shapes.Overview:
    return shapes.Overview(
        release=None,
        released=None,
        records=0,
        messages=0,
        conversations=0,
        accounts=0,
        coverage=[],
        activity=[],
        unreadable=[],
        exhibits=[answers.exhibit(exhibit, asking.zone) for exhibit in asking.investigation.casework.exhibits.list()],
        new_since_last_visit=0,
        last_visit=None,
        last_release=None,
    )
