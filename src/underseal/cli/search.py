"""`underseal search`: find messages."""

from pathlib import Path

import click

from underseal.cli.common import authority_options, harmless, opened, out, workspace_option
from underseal.evidence.investigation import Line
from underseal.evidence.search import Order


@click.command()
@click.argument("query")
@click.option(
    "--order", type=click.Choice([order.value for order in Order]), default=Order.NEWEST.value, show_default=True
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="Hits of a page.")
@click.option("--after", help="Go on after this cursor of an earlier page.")
@click.option("--release", type=int, help="Search this release; the latest by default.")
@click.option("--days", is_flag=True, help="Count hits per day instead of listing them.")
@authority_options
@workspace_option
def search(
    workspace: Path | None,
    authority: str,
    purpose: str,
    query: str,
    order: str,
    limit: int,
    after: str | None,
    release: int | None,
    days: bool,
) -> None:
    """Find messages: words, "phrases", AND OR NOT, prefix*, fuzzy~1, from: to: in: after: before: kind: verdict: has:."""
    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose, release=release)
        if days:
            for day in case.histogram(query):
                out.print(f"{day.day}  {day.count:>9,}  {day.locked:>9,} locked")
            return
        page = case.search(query, order=Order(order), limit=limit, after=after)
        lines = case.lines(page.rows)
        found = case.names().among({line.conversation for line in lines})
        for line in lines:
            title = found[line.conversation].title if line.conversation in found else ""
            out.print(words(line, title=title), markup=False)
        out.print(f"{page.total:,} messages, {page.locked:,} of them locked (release {case.release.number})")
        if page.cursor:
            out.print(f"More: --after {page.cursor}")


def words(line: Line, *, title: str = "") -> str:
    """Return a line of text for a message."""
    place = f"  [{title}]" if title else ""
    body = line.text if line.text is not None else _without_text(line)
    head = f"#{line.number}  {line.time.iso}  {line.sender.name} ({line.sender.account}){place}"
    return f"{harmless(head)}\n    {harmless(body)}"


def _without_text(line: Line) -> str:
    if line.media is not None:
        return f"<{line.kind}: {line.media.mime}, {line.media.state}>"
    return f"<{line.verdict}{': ' + line.reason if line.reason else ''}>"
