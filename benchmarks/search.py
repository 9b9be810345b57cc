"""Searching: terms, phrases, AND, fuzzy and filters, the first 50 hits with their text, against bare tantivy queries.

Both are asked for the newest hits and their exact number. The bare index holds the text too; ours is asked through the
Python interface, under an authority and with every search in the audit.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks import bare, workspace
from benchmarks.figures import Figure
from benchmarks.generate.message_table import Table, read_questions
from benchmarks.process import Measured, measure
from benchmarks.questions import Question, make_questions
from benchmarks.timing import percentile, time_all

HITS = 50
"""Hits of a page."""

TIMES_BARE = 2
MILLISECONDS = 100
"""The goals for the 95th percentile."""


def run(table: Table, folder: Path, bare_folder: Path, *, cores: int) -> list[Figure]:
    """Ask the workspace in `folder` and a bare index, which is made if it is not there, the same questions."""
    if not bare_folder.exists():
        make_bare(table, bare_folder, cores=cores)
    questions = make_questions(table.truth)
    other = measure(ask_bare, bare_folder, questions).result
    ours = measure(ask, folder, table.truth, questions).result
    return [_figure(kind, ours[kind], other[kind]) for kind in ours]


def make_bare(table: Table, folder: Path, *, cores: int) -> Measured[int]:
    """Make the bare index of a table anew: wholly, or not at all."""
    aside = folder.with_name(f"{folder.name}.unfinished")
    for old in (folder, aside):
        shutil.rmtree(old, ignore_errors=True)
    made = measure(bare.write_searchable, table.path, aside, threads=cores)
    aside.rename(folder)
    return made


def _figure(kind: str, ours: Sequence[float], other: Sequence[float]) -> Figure:
    value, bare_value = percentile(ours, 0.95), percentile(other, 0.95)
    return Figure(
        subject="search",
        name=f"{kind}, first {HITS} with text, p95",
        ours=value,
        unit="ms",
        bare=bare_value,
        goal=f"at most {TIMES_BARE} x bare and under {MILLISECONDS} ms",
        met=value <= TIMES_BARE * bare_value and value < MILLISECONDS,
        note=f"{len(ours)} searches; median {percentile(ours, 0.5):.1f} ms, bare {percentile(other, 0.5):.1f} ms",
    )


def ask(folder: Path, truth: Path, questions: Sequence[Question]) -> dict[str, list[float]]:
    """Time the searches of a workspace, after holding its answers against the truth.

    Raises:
        RuntimeError: a search does not find what was planted.
    """
    with workspace.open_workspace(folder) as investigation:
        case = workspace.consult(investigation)
        for _, query, count in read_questions(truth):
            if (found := case.search(query, limit=1).total) != count:
                raise RuntimeError(f"the search {query} found {found} messages; {count} were planted")
        return time_all(questions, lambda question: case.search(question.query, limit=HITS), lambda q: q.kind)


def ask_bare(folder: Path, questions: Sequence[Question]) -> dict[str, list[float]]:
    """Time the same searches of a bare index."""
    searcher = bare.Searcher(folder)
    return time_all(questions, lambda question: searcher.search(question, limit=HITS), lambda q: q.kind)
