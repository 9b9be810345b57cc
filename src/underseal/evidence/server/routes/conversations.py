"""Conversations: the list, and reading one in order."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from underseal.core.web import cursors
from underseal.errors import CallerError
from underseal.evidence.search.nodes import Is
from underseal.evidence.search.nodes import format as query_text
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Asking, Reader, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.store import MAX_PAGE, Directory, Filter, Key, Summary

router = APIRouter(prefix="/api/conversations", tags=["conversations"], dependencies=[Depends(entering(Part.EVIDENCE))])

Id = Annotated[str, Path(max_length=1000, pattern=shapes.NO_NUL, description="Identifier of the conversation.")]
Cursor = Annotated[str | None, Query(max_length=2000, description="From an earlier page.")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@router.get("")
def list_conversations(
    reader: Reader,
    find: Annotated[str, Query(max_length=500, description="Words in titles, names and identifiers.")] = "",
    after: Cursor = None,
    limit: Limit = 60,
) -> shapes.Conversations:
    """List the conversations in scope: that of the latest message first, those without a message last."""
    names, words = reader.names(), find.casefold().split()
    found = [summary for summary in names.conversations.values() if not words or _called(summary, words, names)]
    rest = _rest(found, after) if after else found
    page = rest[:limit]
    return shapes.Conversations(
        conversations=[answers.conversation(summary, names=names, zone=reader.zone) for summary in page],
        total=len(found),
        cursor=cursors.encode(*page[-1].place) if len(rest) > limit else None,
    )


@router.get("/{id}")
def read_conversation(reader: Reader, id: Id) -> shapes.ConversationSummary:  # noqa: A002  # the word of the address
    """Describe a conversation."""
    return answers.conversation(reader.conversation(id), names=reader.names(), zone=reader.zone)


@router.get("/{id}/messages")
def read_messages(  # noqa: PLR0917
    reader: Reader,
    id: Id,  # noqa: A002
    around: Annotated[int | None, Query(ge=0, description="Number of a record to stand in the middle.")] = None,
    before: Cursor = None,
    after: Cursor = None,
    at: Annotated[int | None, Query(description="A time, in ms since 1970, to stand in the middle.")] = None,
    limit: Limit = 100,
    participant: Annotated[list[str] | None, Query(description="Only what these accounts sent.")] = None,
    kind: Annotated[list[str] | None, Query(description="Only these kinds.")] = None,
) -> shapes.ConversationPage:
    """Read a page of a conversation in order; its end unless a place is named."""
    if sum(place is not None for place in (around, before, after, at)) > 1:
        raise CallerError("Name one place to read at: around, before, after or at.")
    page = reader.read(
        id,
        around=around,
        before=_key(before),
        after=_key(after),
        at=at,
        limit=limit,
        only=Filter(participants=frozenset(participant or ()), kinds=frozenset(kind or ())),
    )
    return shapes.ConversationPage(
        lines=[answers.line(line) for line in reader.lines(page.rows, in_conversation=True)],
        before=cursors.encode(*page.before) if page.before else None,
        after=cursors.encode(*page.after) if page.after else None,
    )


@router.get("/{id}/density")
def read_density(reader: Reader, id: Id) -> shapes.Density:  # noqa: A002
    """Count the messages of a conversation per day, and say where some are missing."""
    days = reader.histogram(query_text(Is(field="in", value=id)))
    names = reader.names()
    gaps = [answers.gap(gap, name=names.name(gap.sender), zone=reader.zone) for gap in reader.gaps(id)]
    return shapes.Density(days=[shapes.Bucket.model_validate(day) for day in days], gaps=gaps)


@router.get("/{id}/position")
def read_position(asking: Asking, id: Id) -> shapes.Position:  # noqa: A002
    """Say where one stopped reading: one's own bookmark, and no evidence."""
    number = asking.investigation.casework.reading.position(asking.user, id)
    return shapes.Position(number=number)


@router.put("/{id}/position")
def keep_position(asking: Asking, id: Id, stopped: shapes.NewPosition) -> shapes.Position:  # noqa: A002
    """Remember where one stopped reading."""
    asking.investigation.casework.reading.stop_at(asking.user, id, stopped.number, at=asking.shared.now())
    return shapes.Position(number=stopped.number)


def _called(summary: Summary, words: Sequence[str], names: Directory) -> bool:
    """Say whether every word stands in a conversation's title or identifier, or in the name or account of a member."""
    called = (summary.title, summary.id, *summary.members, *map(names.name, summary.members))
    text = "\n".join(called).casefold()
    return all(word in text for word in words)


def _rest(found: Sequence[Summary], cursor: str) -> list[Summary]:
    """Return what comes after a cursor: a newer release may have moved other conversations, so its place is no position."""
    empty, last, identifier = cursors.decode(cursor, int, int, str)
    return [summary for summary in found if summary.place > (int(empty), int(last), str(identifier))]


def _key(cursor: str | None) -> Key | None:
    if not cursor:
        return None
    time, number = cursors.decode(cursor, int, int)
    return Key(int(time), int(number))
