"""Worker processes that end with the process that started them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import ParamSpec, TypeVar

import pyarrow as pa

from underseal.errors import InternalError

ROWS_WORTH_A_PROCESS = 65_536
"""Rows to decrypt for which another process is worth its start: two seconds of work."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


@contextmanager
def processes(workers: int | None, *, rows: int) -> Iterator[tuple[Executor, int]]:
    """Give an executor for jobs that together decrypt a number of rows, and the number of its processes.

    Little work is done right here. Whatever happens, all processes have ended when the block is left.

    Args:
        workers: processes at most; None for one per processor.
        rows: how much there is to do.

    Raises:
        InternalError: a process was killed.
    """
    count = min(workers or os.cpu_count() or 1, rows // ROWS_WORTH_A_PROCESS)
    if count <= 1:
        yield _Here(), 1
        return
    # "spawn", since a forked copy of a process with threads (Arrow, a web server) may hang on a lock.
    executor = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        for _ in range(count):
            executor.submit(_nothing)  # has a process start and import right now, while this one prepares the jobs
        yield executor, count
    except BrokenProcessPool as error:
        raise InternalError(
            "A worker process was killed, perhaps for lack of memory.", hint="Run it again; what was done is kept."
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


class _Here(Executor):
    """Runs each job at once, in this process."""

    def submit(self, fn: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_R]":
        """Run a job; a failure is raised right here."""
        future: Future[_R] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _nothing() -> None:
    """Do nothing: the job for which a process is started."""


def _begin() -> None:
    """Prepare a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started it, which ends the workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pa.set_cpu_count(1)


def _end_with_parent() -> None:
    """Exit when the parent is gone: a killed parent cannot say so, and the pool's pipes would keep its workers waiting."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
