"""`underseal read`: read a conversation, or list them."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path

import click

from underseal.cli.common import authority_options, harmless, opened, out, table, workspace_option
from underseal.cli.search import words
from underseal.evidence.investigation import Consultation, Line
from underseal.evidence.store import Gap, Key, Page


@click.command()
@click.argument("conversation", required=False)
@click.option("--around", type=int, help="Around the record of this number.")
@click.option("--before", help="Go on before this TIME:NUMBER of an earlier page.")
@click.option("--after", help="Go on after this TIME:NUMBER of an earlier page.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="Lines of a page.")
@click.option("--release", type=int, help="Read this release; the latest by default.")
@authority_options
@workspace_option
def read(
    workspace: Path | None,
    authority: str,
    purpose: str,
    conversation: str | None,
    around: int | None,
    before: str | None,
    after: str | None,
    limit: int,
    release: int | None,
) -> None:
    """Read CONVERSATION, its end by default; without one, list all conversations."""
    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose, release=release)
        if conversation is None:
            _list(case)
            return
        page = case.read(conversation, around=around, before=_key(before), after=_key(after), limit=limit)
        if page.before:
            out.print(f"Earlier: --before {page.before.time}:{page.before.number}")
        _print_page(case, case.lines(page.rows, in_conversation=True), _gaps(case.gaps(conversation), page))
        if page.after:
            out.print(f"Later: --after {page.after.time}:{page.after.number}")


def _gaps(gaps: Sequence[Gap], page: Page) -> list[Gap]:
    """Return the gaps that belong to a page: those behind one of its records."""
    times, numbers = (page.rows.column(name).to_pylist() for name in ("time", "number"))
    keys = list(map(Key, times, numbers))
    return [
        gap
        for gap in gaps
        if keys and (page.before is None or keys[0] <= gap.before) and (page.after is None or gap.before <= keys[-1])
    ]


def _print_page(case: Consultation, lines: Sequence[Line], gaps: Sequence[Gap]) -> None:
    """Print lines, and behind each what is missing there."""
    waiting = deque(gaps)
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        out.print(words(line), markup=False)
        while waiting and (following is None or waiting[0].before < (following.time.utc, following.number)):
            gap = waiting.popleft()
            out.print(_missing(gap, case.names().name(gap.sender)), markup=False)


def _missing(gap: Gap, name: str) -> str:
    many = "1 message" if gap.missing == 1 else f"{gap.missing:,} messages"
    verb = "is" if gap.missing == 1 else "are"
    return harmless(f"-- at least {many} of {name} ({gap.sender}) {verb} missing here --")


def _list(case: Consultation) -> None:
    rows = table("conversation", "title", "members", "messages", "locked")
    for entry in case.conversations():
        rows.add_row(entry.id, entry.title, str(len(entry.members)), f"{entry.messages:,}", f"{entry.locked:,}")
    out.print(rows)


def _key(text: str | None) -> Key | None:
    if text is None:
        return None
    time, _, number = text.partition(":")
    try:
        return Key(int(time), int(number))
    except ValueError:
        raise click.BadParameter("a place is written TIME:NUMBER, as an earlier page gave it") from None
