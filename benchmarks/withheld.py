"""Searching under a quarantine: the same questions with and without 1,000 withheld accounts, beside each other.

Both are asked of one workspace, a round of each in turn, so that whatever else the machine does weighs on both. A question
that would hit withheld messages alone is held against one that hits nothing at all.
"""

import random
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import workspace
from benchmarks.figures import Figure
from benchmarks.process import measure
from benchmarks.questions import Question, make_questions
from benchmarks.timing import ROUNDS, percentile
from underseal.evidence.casework import Decision, PrivilegeState, Subject, SubjectKind
from underseal.evidence.investigation import Investigation

ACCOUNTS = 1_000
"""Accounts that are withheld."""

HITS = 50
"""Hits of a page."""

SLOWER = 1.2
"""The goal: a search takes at most so many times as long."""

_SEED = 7
_ALONE, _NOBODY = "from a withheld account", "from an account that is not there"

Times = dict[str, list[float]]


def run(truth: Path, folder: Path) -> list[Figure]:
    """Ask the workspace in `folder`, whose table has `truth`, with the accounts withheld and without."""
    free, held, wait = measure(ask, folder, make_questions(truth)).result
    figures = [
        Figure(
            subject="withheld",
            name=f"{kind}, {ACCOUNTS:,} accounts withheld, {name}",
            ours=percentile(held[kind], part),
            unit="ms",
            bare=percentile(free[kind], part),
            goal=f"at most {SLOWER} x without",
            met=percentile(held[kind], part) <= SLOWER * percentile(free[kind], part),
            note=f"{len(held[kind])} searches of each, the first {HITS} with text; bare: nothing withheld",
        )
        for kind in free
        if kind not in {_ALONE, _NOBODY}
        for name, part in (("median", 0.5), ("p95", 0.95))
    ]
    alone, nobody = percentile(held[_ALONE], 0.5), percentile(held[_NOBODY], 0.5)
    return [
        *figures,
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


def ask(folder: Path, questions: Sequence[Question]) -> tuple[Times, Times, float]:
    """Return the milliseconds of each kind of question without and with withheld accounts, and the seconds that the first took."""
    free: Times = {}
    held: Times = {}
    first = 0.0
    with workspace.open_workspace(folder) as investigation:
        accounts = _some_accounts(investigation)
        for round_ in range(ROUNDS + 1):
            for state, times in ((PrivilegeState.SUSPECTED, held), (PrivilegeState.REJECTED, free)):
                _decide(investigation, state, accounts)
                waited = _first(investigation)
                first = waited if not round_ and state.withholds else first
                _round(investigation, questions, accounts, times if round_ else {})
    return free, held, first


def _round(investigation: Investigation, questions: Sequence[Question], accounts: Sequence[str], times: Times) -> None:
    case = workspace.consult(investigation)
    asked = [(question.kind, question.query) for question in questions]
    for number, account in enumerate(accounts[: len(questions)]):
        asked += [(_ALONE, f"from:{account}"), (_NOBODY, f"from:nobody{number}")]
    for kind, query in asked:
        start = time.perf_counter()
        case.search(query, limit=HITS)
        times.setdefault(kind, []).append((time.perf_counter() - start) * 1000)


def _first(investigation: Investigation) -> float:
    start = time.perf_counter()
    workspace.consult(investigation).search("from:nobody", limit=1)
    return time.perf_counter() - start


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
