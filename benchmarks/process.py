"""Runs one side of a comparison in processes of its own, and watches what they need.

Memory is sampled over the whole tree of processes. Two sums are kept at their peak: `Pss`, which counts every page that
is in memory, mapped files included, and pages shared by processes once; and `Pss_Anon`, which counts only what no file
backs and no cache can give back. Source: Linux, Documentation/filesystems/proc.rst, "smaps_rollup".
"""

import os
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Generic, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SAMPLE_SECONDS = 0.2
"""Time between two samples of memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Generic[T]):
    """What a job gave and needed.

    Attributes:
        result: what its function returned.
        seconds: wall time of the function, without the start of its process and its imports.
        cpu_seconds: processor time of its processes, user and system, those they waited for included.
        peak: most memory of all its processes at once, in bytes. anonymous: the part of it that no file backs.
    """

    result: T
    seconds: float
    cpu_seconds: float
    peak: int
    anonymous: int


def measure(function: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> Measured[T]:
    """Run a function of a module in a fresh process.

    Raises:
        RuntimeError: it raised, or its process died.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, function, arguments, options))
    process.start()
    theirs.close()
    with _Watch(process.pid or 0) as watch:
        try:
            result, seconds, cpu_seconds = ours.recv()
        except EOFError:
            process.join()
            raise RuntimeError(f"{function.__name__} failed (exit {process.exitcode}); see above") from None
    process.join()
    return Measured(result=result, seconds=seconds, cpu_seconds=cpu_seconds, peak=watch.peak, anonymous=watch.anonymous)


def _run(
    channel: Connection, function: Callable[..., object], arguments: tuple[object, ...], options: dict[str, object]
) -> None:
    # Worker processes import the program that they work for: here what is measured, not all benchmarks.
    sys.modules["__main__"] = ModuleType("__main__")
    start = time.perf_counter()
    try:
        result = function(*arguments, **options)
    except BaseException:
        traceback.print_exc()
        raise
    seconds = time.perf_counter() - start
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    channel.send((result, seconds, sum(use.ru_utime + use.ru_stime for use in usage)))
    channel.close()


class _Watch:
    """Samples the memory of a process and its descendants until left."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.peak = 0
        self.anonymous = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            sums = [memory_of(process) for process in tree(self._root)]
            self.peak = max(self.peak, sum(pss for pss, _ in sums))
            self.anonymous = max(self.anonymous, sum(anonymous for _, anonymous in sums))


def tree(root: int) -> Iterator[int]:
    """Yield a process and all its descendants; those that end meanwhile are left out."""
    yield root
    with suppress(OSError):
        for task in Path(f"/proc/{root}/task").iterdir():
            children = (task / "children").read_text(encoding="ascii").split()
            for child in children:
                yield from tree(int(child))


def memory_of(process: int) -> tuple[int, int]:
    """Return `Pss` and `Pss_Anon` of a process in bytes; zeros when it has ended."""
    found = {"Pss": 0, "Pss_Anon": 0}
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(":")
            if name in found:
                found[name] = int(value.split()[0]) * 1024
    return found["Pss"], found["Pss_Anon"]


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process in seconds, user and system."""
    return sum(_ticks(pid)[:2]) / os.sysconf("SC_CLK_TCK")


def tree_seconds(root: int) -> float:
    """Return the processor time of a process and all its descendants in seconds, those that have ended included."""
    return sum(sum(_ticks(process)) for process in tree(root)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> list[int]:
    """Return user and system time of a process and of its children that have ended (Linux, proc_pid_stat(5), fields 14 to 17)."""
    return list(map(int, Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:15]))


def own_seconds() -> float:
    """Return the processor time of this process in seconds, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
