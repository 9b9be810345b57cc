"""A hundred reviewers at once on PostgreSQL: how long they wait, what it costs, and whether anything of theirs is lost.

A real PostgreSQL that syncs what it commits, a workspace whose case work is on it, the real server as `underseal serve` starts
it, and the reviewers of `reviewing` in this process. Everything is on this machine, and shares its cores.
"""

import asyncio
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from benchmarks import postgresql, workspace
from benchmarks.figures import Figure, number
from benchmarks.generate.message_table import Table
from benchmarks.process import memory_of, processor_seconds, tree_seconds
from benchmarks.questions import make_questions
from benchmarks.reviewing import Book, Office, Stretch, Written
from benchmarks.timing import percentile
from underseal.core.records import Secret
from underseal.core.verify import verify
from underseal.evidence.audit import Act
from underseal.evidence.casework import Actor, Knowing, Role, StoredDossier
from underseal.evidence.dossier import ItemKind, Kind, OpeningDraft
from underseal.evidence.investigation import Investigation, open_for_others
from underseal.evidence.server import new_link

GOAL: Final = 500
"""Milliseconds that the 95th percentile shall stay under."""

MIB: Final = 2**20

_ADMINISTRATOR: Final = "administrator"
_PASSWORD: Final = Secret(b"correct horse battery")
_STOP_SECONDS: Final = 60
_NOTE: Final = f"{Kind.ITEM} {ItemKind.NOTE}"
AUDITED: Final[Mapping[str, Act]] = {
    "search": Act.SEARCHED,
    "next hits": Act.SEARCHED,
    "histogram": Act.SEARCHED,
    "facets": Act.SEARCHED,
    "density": Act.SEARCHED,
    "conversation": Act.CONVERSATIONS_LISTED,
    "page": Act.CONVERSATION_READ,
    "message": Act.RECORD_READ,
    "provenance": Act.PROVENANCE_READ,
    "coding": Act.CODED,
    "note": Act.DOSSIER_CHANGED,
}
"""The one entry in the audit that each answered request of a kind has; a dossier is read by entries of several kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured.

    Attributes:
        reviewers: at once. dossiers: in which they code, as many in each. think: shortest and longest pause after an act, seconds.
        seconds: how long they work with pauses. restless: how long without, as fast as they are answered.
    """

    reviewers: int = 100
    dossiers: int = 10
    think: tuple[float, float] = (5.0, 15.0)
    seconds: float = 180.0
    restless: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One stretch, and what it cost. server, database: processor seconds. memory: of the server at its end, in bytes (Pss)."""

    stretch: Stretch
    server: float
    database: float
    memory: int

    @property
    def book(self) -> Book:
        """What came of the requests."""
        return self.stretch.book

    @property
    def rate(self) -> float:
        """Answered requests per second."""
        return len(self.book.every) / self.stretch.seconds

    @property
    def cost(self) -> float:
        """The server's processor time per answered request, in milliseconds."""
        return 1000 * self.server / max(len(self.book.every), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What was found of what reviewers were told to be kept.

    Attributes:
        written: codings and notes that were acknowledged. lost, twice: of these in the database or the audit.
        acts: answered requests that stand for one entry each in the audit. missing: entries too few or too many. entries: in all.
    """

    written: int
    lost: int
    twice: int
    acts: int
    missing: int
    entries: int

    @property
    def kept(self) -> bool:
        """Everything is there once."""
        return self.lost == self.twice == self.missing == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What reviewers did: coming in, then with pauses, then without."""

    entered: Book
    thinking: Side
    restless: Side

    @property
    def told(self) -> Book:
        """All that they were answered."""
        whole = Book()
        for book in (self.entered, self.thinking.book, self.restless.book):
            whole.add(book)
        return whole


def run(table: Table, folder: Path, plan: Plan, *, cores: int) -> list[Figure]:
    """Measure reviewers at a table of messages.

    Args:
        table: what they read. folder: for the workspace; must not exist. plan: what is measured. cores: for the release.
    """
    with postgresql.running() as server, postgresql.fresh_database(server.folder) as (_, url):
        fill(table, folder, url, plan, cores=cores)
        done = work(table, folder, plan, database=server.pid)
        account = reconcile(folder, done.told, folder.with_name(f"{folder.name}-audit.jsonl"))
    return figures(plan, done, account)


def fill(table: Table, folder: Path, url: str, plan: Plan, *, cores: int) -> None:
    """Make a workspace with its case work in the database of `url`: the messages, the reviewers, their dossiers."""
    workspace.make_workspace(folder, database=url)
    with workspace.open_workspace(folder) as investigation:
        workspace.take_in(investigation, table.path, exhibit="T1", mapping=table.mapping)
        investigation.release(workers=cores)
    with open_for_others(folder) as investigation:
        investigation.people.add(_ADMINISTRATOR, Role.ADMINISTRATOR, _PASSWORD)
        people = _acting(investigation, _ADMINISTRATOR, Role.ADMINISTRATOR).people
        names = [f"reviewer{place:03}" for place in range(plan.reviewers)]
        for name in names:
            people.add(name, Role.INVESTIGATOR, _PASSWORD)
        for place in range(plan.dossiers):
            lead, *members = names[place :: plan.dossiers]
            draft = OpeningDraft(title=f"Load {place}", offence="none", district="BR", members=members)
            workspace.consult(_acting(investigation, lead, Role.INVESTIGATOR)).dossiers.open(draft)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve a workspace as `underseal serve` does; yields the address and the process id.

    Raises:
        RuntimeError: the server did not start.
    """
    program = Path(sys.executable).with_name("underseal")
    command = [str(program), "serve", "--workspace", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603  # our own program
        said = server.stderr
        if said is None:
            raise RuntimeError("The server cannot be heard.")
        address = next((found[0] for line in said if (found := re.search(r"http://\S+[0-9]", line))), None)
        if address is None:
            raise RuntimeError(f"The server did not start: {server.wait()}")
        rest = threading.Thread(target=shutil.copyfileobj, args=(said, sys.stderr))
        rest.start()
        try:
            yield address, server.pid
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=_STOP_SECONDS)
            rest.join()


def work(table: Table, folder: Path, plan: Plan, *, database: int) -> Work:
    """Serve a workspace that `fill` made, and let its reviewers work.

    Args:
        table: whose words they search for. database: process id of PostgreSQL.
    """
    queries = [question.query for question in make_questions(table.truth)]
    with served(folder) as (base, pid):
        with open_for_others(folder) as investigation:
            dossiers = _dossiers_of(investigation)
            links = {name: new_link(investigation, base, user=name) for name in sorted(dossiers)}
        return asyncio.run(_work(Office.opened(base, links, dossiers, queries), plan, server=pid, database=database))


async def _work(opening: AbstractAsyncContextManager[Office], plan: Plan, *, server: int, database: int) -> Work:
    async with opening as office:
        entered = office.take_book()

        async def side(seconds: float, think: tuple[float, float] | None) -> Side:
            before, database_before = processor_seconds(server), tree_seconds(database)
            stretch = await office.work(seconds, think=think)
            return Side(
                stretch=stretch,
                server=processor_seconds(server) - before,
                database=tree_seconds(database) - database_before,
                memory=memory_of(server)[0],
            )

        return Work(
            entered=entered, thinking=await side(plan.seconds, plan.think), restless=await side(plan.restless, None)
        )


def _acting(investigation: Investigation, name: str, role: Role) -> Investigation:
    return investigation.acting_as(Actor(name=name, role=role))


def _dossiers_of(investigation: Investigation) -> dict[str, str]:
    """Return the reference of the dossier of each reviewer."""
    register = investigation.casework.dossiers
    return {
        latest.entry.thing: head.reference
        for head in _heads(investigation)
        for latest in register.latest([head.id], [Kind.MEMBER])
    }


def _heads(investigation: Investigation) -> Sequence[StoredDossier]:
    return investigation.casework.dossiers.page(Knowing(user="", everything=True))


def reconcile(folder: Path, told: Book, export: Path) -> Account:
    """Look for what reviewers were told to be kept, in the database and in an export of the audit, which is verified offline.

    Args:
        folder: of the workspace. told: what they were told. export: file to make.

    Raises:
        RuntimeError: the audit does not verify.
    """
    with open_for_others(folder) as investigation:
        _acting(investigation, _ADMINISTRATOR, Role.ADMINISTRATOR).audit.export(export)
        kept = Counter(_kept(investigation))
    if not (report := verify(export.read_bytes())).ok:
        raise RuntimeError(f"The audit does not verify: {report.summary}")
    entries = [json.loads(line) for line in export.read_bytes().splitlines()[1:]]
    in_audit = Counter(written for entry in entries if (written := _audited(entry)) is not None)
    wordless: Counter[Written] = Counter()  # the audit holds nobody's words
    for written, times in told.written.items():
        wordless[replace(written, words="")] += times
    acts: Counter[str] = Counter()
    for kind, act in AUDITED.items():
        acts[act.value] += len(told.times.get(kind, ()))
    by_act = Counter(entry["act"] for entry in entries if "failed" not in entry["details"])
    return Account(
        written=told.written.total(),
        lost=(told.written - kept).total() + (wordless - in_audit).total(),
        twice=(kept - told.written).total() + (in_audit - wordless).total(),
        acts=acts.total(),
        missing=sum(abs(by_act[act] - times) for act, times in acts.items()),
        entries=len(entries),
    )


def _kept(investigation: Investigation) -> Iterator[Written]:
    """Yield what the database holds."""
    register = investigation.casework.dossiers
    for head in _heads(investigation):
        for coding in register.marks.codings(head.id, history=True):
            yield Written(
                dossier=head.reference,
                user=coding.user,
                record=coding.record,
                choice=coding.choice,
                words=coding.note,
            )
        for item in register.history([head.id], Kind.ITEM):
            yield Written(dossier=head.reference, user=item.user, words=str(item.body["text"]))


def _audited(entry: Mapping[str, Any]) -> Written | None:
    """Return of what an entry of the audit tells, None where that is no coding and no note."""
    details, user = entry["details"], entry["user"]
    if entry["act"] == Act.CODED.value:
        coded = {"record": details["record"], "choice": details["choice"]}
        return Written(dossier=details["dossier"], user=user, words="", **coded)
    if entry["act"] == Act.DOSSIER_CHANGED.value and details.get("what") == _NOTE:
        return Written(dossier=details["dossier"], user=user, words="")
    return None


def figures(plan: Plan, done: Work, account: Account) -> list[Figure]:
    """Return the figures of what was done and of what was found of it."""
    thinking, restless, errors = done.thinking, done.restless, done.told.errors
    shortest, longest = plan.think
    return [
        *(_wait(kind, times) for kind, times in sorted(thinking.book.times.items())),
        _wait("all", thinking.book.every),
        _figure(
            "requests per second",
            thinking.rate,
            "/s",
            bare=restless.rate,
            note=f"{plan.reviewers} reviewers, {shortest:g} to {longest:g} s between their acts, for "
            f"{thinking.stretch.seconds:.0f} s; bare: without a pause, for {restless.stretch.seconds:.0f} s",
        ),
        _figure(
            "wait without a pause, p95",
            percentile(restless.book.every, 0.95),
            "ms",
            note=f"{_spread(restless.book.every)}; {plan.reviewers} who wait for {number(restless.rate)} answers a second",
        ),
        _figure("server's processor time per request", thinking.cost, "ms", note=_costs(thinking)),
        _figure("server's processor time per request without a pause", restless.cost, "ms", note=_costs(restless)),
        _figure("memory of the server", restless.memory / MIB, "MiB", note="at the end, mapped files included"),
        _figure(
            "requests that failed",
            errors.total(),
            "",
            goal="none",
            met=not errors,
            note=", ".join(f"{times} x {what}" for what, times in errors.most_common()),
        ),
        _figure(
            "acknowledged codings and notes lost or twice",
            account.lost + account.twice,
            "",
            goal="none",
            met=account.kept,
            note=f"{account.written:,} looked for in the database and in the audit: {account.lost} lost, {account.twice} twice; "
            f"{account.acts:,} answers with one entry each, {account.missing} too few or too many; the audit of "
            f"{account.entries:,} entries verifies",
        ),
    ]


def _wait(kind: str, times: Sequence[float]) -> Figure:
    value = percentile(times, 0.95)
    return _figure(f"{kind}, p95", value, "ms", goal=f"under {GOAL} ms", met=value < GOAL, note=_spread(times))


def _spread(times: Sequence[float]) -> str:
    middle, far = percentile(times, 0.5), percentile(times, 0.99)
    return f"{len(times):,} requests; p50 {number(middle)} ms, p99 {number(far)} ms"


def _costs(side: Side) -> str:
    requests, seconds = max(len(side.book.every), 1), side.stretch.seconds
    return (
        f"PostgreSQL {number(1000 * side.database / requests)} ms, the clients {number(1000 * side.stretch.own / requests)} ms; "
        f"cores in use: {side.server / seconds:.2f}, {side.database / seconds:.2f} and {side.stretch.own / seconds:.2f}"
    )


def _figure(name: str, value: float, unit: str, **rest: Any) -> Figure:  # as `Figure` has them
    return Figure(subject="reviewers", name=name, ours=value, unit=unit, **rest)
