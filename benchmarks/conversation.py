"""Reading: a page of a conversation, the hits per day, and opening the workspace."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from benchmarks import bare, workspace
from benchmarks.figures import Figure
from benchmarks.generate.message_table import Table
from benchmarks.generate.messages import DAYS, START
from benchmarks.process import measure
from benchmarks.questions import Question, make_questions
from benchmarks.timing import percentile, time_all
from underseal.evidence.investigation import Consultation

LINES = 100
"""Lines of a page."""

PLACES = 20
"""Places in each conversation where a page is opened."""

HITS = 50
"""Messages that are shown when the workspace is opened."""

OPENINGS = 3
"""How often the workspace is opened in a fresh process; the slowest counts."""


def run(table: Table, folder: Path, bare_folder: Path) -> list[Figure]:
    """Measure the workspace in `folder`; hits per day against the bare index that `search` made."""
    threads = list(json.loads(table.truth.read_text(encoding="utf-8"))["conversations"])
    pages = measure(read_pages, folder, threads).result
    questions = [question for question in make_questions(table.truth) if question.kind == "term"]
    days = measure(count_days, folder, questions).result
    bare_days = measure(count_days_bare, bare_folder, questions).result
    return [
        _page_figure(pages),
        _days_figure(days, bare_days),
        _opening_figure([open_fresh(folder) for _ in range(OPENINGS)]),
    ]


def _page_figure(times: Sequence[float]) -> Figure:
    return Figure(
        subject="conversation",
        name=f"a page of {LINES} lines, p95",
        ours=percentile(times, 0.95),
        unit="ms",
        goal="under 50 ms",
        met=percentile(times, 0.95) < 50,
        note=f"{len(times)} pages of the busiest conversations, at times spread over them; median "
        f"{percentile(times, 0.5):.1f} ms",
    )


def _days_figure(times: Sequence[float], bare_times: Sequence[float]) -> Figure:
    return Figure(
        subject="conversation",
        name="hits per day, p95",
        ours=percentile(times, 0.95),
        unit="ms",
        bare=percentile(bare_times, 0.95),
        goal="under 100 ms",
        met=percentile(times, 0.95) < 100,
        note=f"{len(times)} terms; median {percentile(times, 0.5):.1f} ms",
    )


def _opening_figure(seconds: Sequence[float]) -> Figure:
    return Figure(
        subject="conversation",
        name="open the workspace and find the first 50 messages, in a fresh process",
        ours=max(seconds),
        unit="s",
        goal="under 2 s",
        met=max(seconds) < 2,
        note=f"slowest of {len(seconds)}, with the imports of Python and with files in the cache of the system",
    )


def read_pages(folder: Path, threads: Sequence[str]) -> list[float]:
    """Time pages of conversations, as lines ready to be shown."""
    with workspace.open_workspace(folder) as investigation:
        case = workspace.consult(investigation)
        return time_all(places_in(threads), lambda place: read_page(case, *place), lambda _: "page")["page"]


def places_in(threads: Sequence[str]) -> list[tuple[str, int]]:
    """Return the places where pages of conversations are opened: in each at PLACES times, in ms since 1970."""
    times = [int((START + timedelta(days=DAYS * (at + 0.5) / PLACES)).timestamp() * 1000) for at in range(PLACES)]
    return [(thread, time) for thread in threads for time in times]


def read_page(case: Consultation, thread: str, at: int) -> None:
    """Read a page of a conversation at a time (ms since 1970), as lines ready to be shown."""
    case.lines(case.read(thread, at=at, limit=LINES).rows, in_conversation=True)


def count_days(folder: Path, questions: Sequence[Question]) -> list[float]:
    """Time the hits per day of a workspace."""
    with workspace.open_workspace(folder) as investigation:
        case = workspace.consult(investigation)
        return time_all(questions, lambda question: case.histogram(question.query), lambda _: "days")["days"]


def count_days_bare(folder: Path, questions: Sequence[Question]) -> list[float]:
    """Time the same of a bare index."""
    searcher = bare.Searcher(folder)
    return time_all(questions, searcher.days, lambda _: "days")["days"]


def open_fresh(folder: Path) -> float:
    """Return the seconds from the start of the command line until it has shown the first page of all messages."""
    program = Path(sys.executable).with_name("underseal")
    search = ["search", "", "--limit", str(HITS), "--workspace", str(folder), "--authority", workspace.AUTHORITY]
    start = time.perf_counter()
    subprocess.run([program, *search], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own program
    return time.perf_counter() - start
