"""Functions in processes of their own, which are forked off one that has done nothing but import: that is what takes long.

What they run is to be killed, or to race; it lies in a module that imports no more than it needs.
"""

import multiprocessing
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Concatenate, Final, ParamSpec

LIMIT_SECONDS: Final = 240
"""For a process that hangs, not an expectation."""

_IMPORTED: Final = ["underseal.evidence.investigation", "underseal.network.licences"]

Words = ParamSpec("Words")


def forked() -> ForkServerContext:
    """Return what starts such processes."""
    multiprocessing.set_forkserver_preload(_IMPORTED)
    return multiprocessing.get_context("forkserver")


class Worker:
    """A function in a process of its own, which tells how far it is.

    Args:
        work: is given the end of a pipe to tell by, and the words.
    """

    def __init__(
        self, work: Callable[Concatenate[Connection, Words], None], *words: Words.args, **named: Words.kwargs
    ) -> None:
        self._heard, telling = forked().Pipe(duplex=False)
        self._process = forked().Process(target=work, args=(telling, *words), kwargs=named)
        self._process.start()
        telling.close()

    def told(self) -> Iterator[str]:
        """Yield what it tells until it has ended."""
        with self._heard, suppress(EOFError, OSError):  # OSError: killed in the middle of a word
            while True:
                yield self._heard.recv()

    def kill(self) -> None:
        """Send SIGKILL."""
        self._process.kill()

    def killed(self, seed: int, *, within: float) -> list[str]:
        """Wait for its first word, kill it at a random moment, and return what it told until then.

        Args:
            seed: of the moment. within: so many seconds after its first word.
        """
        told = self.told()
        assert next(told, "its end") == "begin"
        timer = threading.Timer(random.Random(seed).uniform(0.0, within), self.kill)  # noqa: S311  # any moment will do
        timer.start()
        heard = list(told)
        self.ended()
        timer.cancel()
        return heard

    def ended(self) -> int:
        """Wait for its end, and return its exit code; of a signal, less than none."""
        self._process.join(LIMIT_SECONDS)
        assert self._process.exitcode is not None, "it does not end"
        return self._process.exitcode
