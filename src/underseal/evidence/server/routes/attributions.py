"""Attributions: claims on who used an account, side by side, and claiming oneself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from underseal.core.web.files import DOCUMENT
from underseal.evidence.identity import Draft
from underseal.evidence.server import identities, identity_shapes, shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.store import MAX_PAGE

router = APIRouter(prefix="/api/attributions", tags=["attributions"], dependencies=[Depends(entering(Part.EVIDENCE))])

Id = Annotated[str, Path(max_length=20, pattern=shapes.NO_NUL, description="Id of the attribution.")]
Name = Annotated[str, Query(max_length=1000, pattern=shapes.NO_NUL)]


class AttributionProof(Response):
    """A claim as a file to be kept and checked by anyone: `underseal verify FILE`."""

    media_type = "application/json"


@router.get("")
def list_attributions(  # noqa: PLR0917
    reader: Reader,
    account: Name = "",
    person: Name = "",
    at: Annotated[int | None, Query(ge=0, lt=2**53, description="A moment that the interval may hold, ms.")] = None,
    ended: Annotated[bool, Query(description="Also those that were superseded or withdrawn.")] = False,  # noqa: FBT002
    after: Annotated[str, Query(max_length=20, description="Cursor of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 60,
) -> identity_shapes.Attributions:
    """List claims side by side; no winner is computed."""
    page = reader.attributions.list(account=account, person=person, at=at, ended=ended, after=after, limit=limit)
    return identity_shapes.Attributions(
        attributions=identities.attributions(page.claims, reader.zone),
        total=page.total,
        cursor=page.claims[-1].standing.claim.id if page.more else None,
        scale=identities.scale(),
    )


@router.post("")
def claim(reader: Reader, new: identity_shapes.NewAttribution) -> identity_shapes.Attribution:
    """Claim that a person used an account."""
    return identities.attribution(reader.attributions.claim(_draft(new)), reader.zone)


@router.get("/{attribution}")
def read_attribution(reader: Reader, attribution: Id) -> identity_shapes.AttributionHistory:
    """Read a claim with those that it superseded, and those that superseded it."""
    history = identities.attributions(reader.attributions.show(attribution), reader.zone)
    return identity_shapes.AttributionHistory(id=attribution, history=history)


@router.post("/{attribution}/supersede")
def supersede(reader: Reader, attribution: Id, new: identity_shapes.NewAttribution) -> identity_shapes.Attribution:
    """Put a claim in the place of another on the same account."""
    return identities.attribution(reader.attributions.supersede(attribution, _draft(new)), reader.zone)


@router.post("/{attribution}/withdraw")
def withdraw(reader: Reader, attribution: Id, said: identity_shapes.Withdrawal) -> identity_shapes.AttributionHistory:
    """Say that a claim is no longer upheld, and why."""
    reader.attributions.withdraw(attribution, why=said.why)
    return read_attribution(reader, attribution)


@router.get("/{attribution}/proof", response_class=AttributionProof, responses=DOCUMENT)
def export_attribution(
    reader: Reader,
    attribution: Id,
    messages: Annotated[bool, Query(description="Enclose its messages with their proofs.")] = False,  # noqa: FBT002
) -> AttributionProof:
    """Make the proof file of a claim."""
    file = reader.attributions.export(attribution, messages=messages)
    return AttributionProof(file, headers={"Content-Disposition": f'attachment; filename="{attribution}.json"'})


def _draft(new: identity_shapes.NewAttribution) -> Draft:
    items = {side: [item.model_dump() for item in getattr(new, side)] for side in ("supporting", "opposing")}
    return Draft(
        account=new.account,
        person=new.person,
        name=new.name,
        born=new.born,
        start=new.start,
        end=new.end,
        zone=new.zone,
        grade=new.grade,
        **items,
    )
