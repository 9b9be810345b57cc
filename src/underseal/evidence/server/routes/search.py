"""Search: hits, their spread over time and over fields, and help while a query is typed."""

import time
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from underseal.core.web.errors import body_of
from underseal.errors import QueryError
from underseal.evidence.investigation import Line
from underseal.evidence.search import Order, complete, explain, parse
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Asker, Asking, Reader, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.store import MAX_PAGE, Directory, Summary

router = APIRouter(prefix="/api/search", tags=["search"], dependencies=[Depends(entering(Part.EVIDENCE))])

MAX_QUERY: Final = 4000
"""Longest query in characters: an address has to carry it percent-encoded, and uvicorn reads 64 KiB of head."""

MAX_CURSOR: Final = 16_000
"""Longest cursor in characters: the one of relevance counts the hits that were read of each segment."""

FACETS: Final = tuple(shapes.Facets.model_fields)

Words = Annotated[str, Query(max_length=MAX_QUERY, description="In the query language; empty finds all.")]


@router.get("")
def search_messages(
    reader: Reader,
    q: Words = "",
    order: Order = Order.NEWEST,
    after: Annotated[str | None, Query(max_length=MAX_CURSOR, description="Cursor of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 60,
) -> shapes.SearchPage:
    """Find messages."""
    begun = time.perf_counter()
    page = reader.search(q, order=order, limit=limit, after=after)
    lines = reader.lines(page.rows)
    found = reader.names().among({line.conversation for line in lines})
    hits = [
        shapes.Hit(line=answers.line(line), title=_title(line, found), highlights=list(highlights))
        for line, highlights in zip(lines, page.highlights, strict=True)
    ]
    return shapes.SearchPage(
        query=q,
        explained=explain(parse(q, zone=reader.zone)),
        total=page.total,
        locked=page.locked,
        hits=hits,
        cursor=page.cursor,
        release=reader.release.number,
        milliseconds=round((time.perf_counter() - begun) * 1000),
    )


@router.get("/histogram")
def count_days(reader: Reader, q: Words = "") -> shapes.Histogram:
    """Count the hits per day; days without are left out."""
    return shapes.Histogram(days=[shapes.Bucket.model_validate(day) for day in reader.histogram(q)])


@router.get("/facets")
def count_facets(reader: Reader, q: Words = "") -> shapes.Facets:
    """Count the hits by field."""
    found, names = reader.facets(q, FACETS), reader.names()
    names.among(facet.value for facet in found["conversation"])  # at once: `_label` asks for one by one
    return shapes.Facets.model_validate(
        {
            field: [
                shapes.FacetValue(value=facet.value, label=_label(field, facet.value, names), count=facet.count)
                for facet in values
            ]
            for field, values in found.items()
        }
    )


@router.get("/complete")
def complete_query(
    asking: Asking, reader: Reader, q: Words = "", position: Annotated[int | None, Query(ge=0, le=MAX_QUERY)] = None
) -> shapes.Completions:
    """Propose how a query may go on, say what it means so far, and what is wrong with it.

    The fields of the language are nobody's evidence; once values of the evidence are proposed, the authority is asked for.
    """

    def values(field: str, typed: str) -> list[tuple[str, str]]:
        return _fitting(_values(asking, reader.names(), field), typed.casefold())

    fault, explained = None, ""
    try:
        explained = explain(parse(q, zone=reader.zone))
    except QueryError as error:
        fault = body_of(error)
    proposals = complete(q, len(q) if position is None else position, values)
    return shapes.Completions(
        completions=[shapes.Completion.model_validate(proposal) for proposal in proposals],
        fault=fault,
        explained=explained,
    )


def _title(line: Line, conversations: Mapping[str, Summary]) -> str:
    """Return the title of a line's conversation, "" for what stands outside of conversations: devices and their messages."""
    found = conversations.get(line.conversation)
    return found.title if found else ""


def _label(field: str, value: str, names: Directory) -> str:
    """Return what a person calls a value of a facet."""
    if field == "sender":
        return names.name(value)
    if field == "conversation":
        found = names.find(value)
        return found.title if found else value
    return value


def _values(asking: Asker, names: Directory, field: str) -> list[tuple[str, str]]:
    """Return the values of a field, each with what a person calls it."""
    conversations = names.conversations.values()
    if field == "in":
        return [(summary.id, summary.title) for summary in conversations]
    if field == "exhibit":
        return [(exhibit.number, exhibit.title) for exhibit in asking.investigation.casework.exhibits.list()]
    accounts = dict.fromkeys(member for summary in conversations for member in summary.members)
    return [(account, names.name(account)) for account in accounts]


def _fitting(values: list[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    """Return the values that hold what was typed, those that begin with it first."""
    found = [pair for pair in values if any(typed in word.casefold() for word in pair)]
    return sorted(found, key=lambda pair: not any(word.casefold().startswith(typed) for word in pair))
