"""Runs one function in several processes that all start it at the same moment."""

from collections.abc import Callable, Sequence
from threading import Barrier
from typing import TypeVar

from forked import forked
from underseal.errors import CallerError, RefusedError
from underseal.evidence.casework import CaseWork

Attempt = Callable[[CaseWork, int], object]
_Job = TypeVar("_Job")


def race(runner: Callable[[_Job, Barrier], str], jobs: Sequence[_Job]) -> list[str]:
    """Run each job in a process of its own, all with one barrier, and return the sorted answers."""
    server = forked()
    with server.Manager() as manager, server.Pool(len(jobs)) as pool:
        start = manager.Barrier(len(jobs))
        return sorted(pool.starmap(runner, [(job, start) for job in jobs], chunksize=1))


def at_once(url: str, attempt: Attempt, processes: int = 3) -> list[str]:
    """Call `attempt(casework, number of the process)` in each process; return "done" or the error's code for each."""
    return race(_run, [(url, attempt, number) for number in range(processes)])


def _run(job: tuple[str, Attempt, int], start: Barrier) -> str:
    url, attempt, number = job
    with CaseWork.open(url) as casework:
        start.wait()
        try:
            attempt(casework, number)
        except (CallerError, RefusedError) as error:
            return error.code
    return "done"
