"""Searching and reading under a quarantine: the same with and without 1,000 withheld accounts, beside each other.

Both are asked of one workspace, a round of each in turn, so that whatever else the machine does weighs on both. A question
that would hit withheld messages alone is held against one that hits nothing at all. The conversations are the busiest of those that
the quarantine leaves.
"""

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import workspace
from benchmarks.conversation import LINES, open_fresh, places_in, read_page
from benchmarks.figures import Figure
from benchmarks.process import measure
from benchmarks.questions import Question, make_questions
from benchmarks.timing import ROUNDS, percentile
from underseal.evidence.casework import Decision, PrivilegeState, Subject, SubjectKind
from underseal.evidence.investigation import Consultation, Investigation

ACCOUNTS = 1_000
"""Accounts that are withheld."""

HITS = 50
"""Hits of a page."""

CONVERSATIONS = 5
"""Conversations that are read."""

SLOWER = 1.2
"""The goal: an answer takes at most so many times as long."""

_SEED = 7
_ALONE, _NOBODY = "from a withheld account", "from an account that is not there"
_PAGE, _DAYS = f"a page of {LINES} lines", "hits per day"
_OPENING = "open the workspace and find the first 50 messages, in a fresh process"
_BARE = "bare: nothing withheld"

Times = dict[str, list[float]]
Asks = list[tuple[str, Callable[[Consultation], object]]]


def run(truth: Path, folder: Path) -> list[Figure]:
    """Ask the workspace in `folder`, whose table has `truth`, with the accounts withheld and without."""
    free, held, wait = measure(ask, folder, make_questions(truth)).result
    alone, nobody = percentile(held[_ALONE], 0.5), percentile(held[_NOBODY], 0.5)
    notes = {_PAGE: "pages of each", _DAYS: "terms of each", _OPENING: "openings of each"}
    return [
        *(
            _figure(
                f"{kind}, {ACCOUNTS:,} accounts withheld, {name}",
                percentile(held[kind], part),
                percentile(free[kind], part),
                note=f"{len(held[kind])} {notes.get(kind, f'searches of each, the first {HITS} with text')}; {_BARE}",
            )
            for kind in free
            if kind not in {_ALONE, _NOBODY}
            for name, part in (("median", 0.5), ("p95", 0.95))
        ),
        Figure(
            subject="withheld",
            name=f"{_ALONE}, median",
            ours=alone,
            unit="ms",
            bare=nobody,
            note=f"bare: {_NOBODY}; {len(held[_ALONE])} searches of each",
        ),
        Figure(subject="withheld", name="first search after a decision", ours=wait, unit="s"),
    ]


def _figure(name: str, ours: float, bare: float, *, note: str) -> Figure:
    goal = f"at most {SLOWER} x without"
    return Figure(
        subject="withheld", name=name, ours=ours, unit="ms", bare=bare, goal=goal, met=ours <= SLOWER * bare, note=note
    )


def ask(folder: Path, questions: Sequence[Question]) -> tuple[Times, Times, float]:
    """Return the milliseconds of each kind of act without and with withheld accounts, and the seconds that the first took."""
    free: Times = {}
    held: Times = {}
    first = 0.0
    with workspace.open_workspace(folder) as investigation:
        accounts = _some_accounts(investigation)
        _decide(investigation, PrivilegeState.SUSPECTED, accounts)
        first = _first(investigation)
        asks = _asks(questions, accounts, _busiest(investigation))
        for round_ in range(ROUNDS + 1):
            for state, times in ((PrivilegeState.SUSPECTED, held), (PrivilegeState.REJECTED, free)):
                _decide(investigation, state, accounts)
                _first(investigation)
                _round(investigation, folder, asks, times if round_ else {})
    return free, held, first


def _asks(questions: Sequence[Question], accounts: Sequence[str], threads: Sequence[str]) -> Asks:
    """Return what is asked for in each round, and of which kind it is."""

    def search(query: str) -> Callable[[Consultation], object]:
        return lambda case: case.search(query, limit=HITS)

    def count(query: str) -> Callable[[Consultation], object]:
        return lambda case: case.histogram(query)

    def read(thread: str, at: int) -> Callable[[Consultation], object]:
        return lambda case: read_page(case, thread, at)

    asks: Asks = [(question.kind, search(question.query)) for question in questions]
    for number, account in enumerate(accounts[: len(questions)]):
        asks += [(_ALONE, search(f"from:{account}")), (_NOBODY, search(f"from:nobody{number}"))]
    asks += [(_PAGE, read(*place)) for place in places_in(threads)]
    return asks + [(_DAYS, count(question.query)) for question in questions if question.kind == "term"]


def _round(investigation: Investigation, folder: Path, asks: Asks, times: Times) -> None:
    case = workspace.consult(investigation)
    for kind, act in asks:
        start = time.perf_counter()
        act(case)
        times.setdefault(kind, []).append((time.perf_counter() - start) * 1000)
    times.setdefault(_OPENING, []).append(open_fresh(folder) * 1000)


def _first(investigation: Investigation) -> float:
    start = time.perf_counter()
    workspace.consult(investigation).search("from:nobody", limit=1)
    return time.perf_counter() - start


def _busiest(investigation: Investigation) -> list[str]:
    """Return the conversations with the most messages of those that are left."""
    found = workspace.consult(investigation).facets("", ("conversation",), limit=CONVERSATIONS)["conversation"]
    return [facet.value for facet in found]


def _some_accounts(investigation: Investigation) -> list[str]:
    found = workspace.consult(investigation).facets("", ("sender",), limit=1_000_000)["sender"]
    accounts = sorted(facet.value for facet in found)
    return random.Random(_SEED).sample(accounts, min(ACCOUNTS, len(accounts)))


def _decide(investigation: Investigation, state: PrivilegeState, accounts: Sequence[str]) -> None:
    """Decide as the filter team would, which a workspace of one person has not."""
    investigation.casework.privilege.decide(
        *(
            Decision(
                state=state,
                subject=Subject(kind=SubjectKind.ACCOUNT, account=account),
                why=workspace.PURPOSE,
                authority=workspace.AUTHORITY,
                user=investigation.user,
                at=investigation.gate.clock(),
            )
            for account in accounts
        )
    )
