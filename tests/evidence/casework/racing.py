"""Runs one function in several processes that all start it at the same moment."""

import multiprocessing
from collections.abc import Callable
from threading import Barrier

from underseal.errors import CallerError, RefusedError
from underseal.evidence.casework import CaseWork

Attempt = Callable[[CaseWork, int], object]


def at_once(url: str, attempt: Attempt, processes: int = 3) -> list[str]:
    """Call `attempt(casework, number of the process)` in each process; return "done" or the error's code for each."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager, spawn.Pool(processes) as pool:
        start = manager.Barrier(processes)
        return sorted(pool.starmap(_run, [(url, attempt, number, start) for number in range(processes)]))


def _run(url: str, attempt: Attempt, number: int, start: Barrier) -> str:
    with CaseWork.open(url) as casework:
        start.wait()
        try:
            attempt(casework, number)
        except (CallerError, RefusedError) as error:
            return error.code
    return "done"
