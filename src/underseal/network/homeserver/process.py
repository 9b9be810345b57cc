"""Synapse as a child process: started, waited for, stopped by its process id."""

import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from underseal.errors import ConflictError, InternalError
from underseal.network.homeserver.configuration import database_environment, write_configuration
from underseal.network.setup import Network

START_SECONDS: Final = 90.0
"""How long Synapse may take to make its database and listen."""

STOP_SECONDS: Final = 30.0
"""How long it may take to finish what it is doing."""

_POLL_SECONDS: Final = 0.1
_LAST_WORDS: Final = 2000
_LOCK: Final = "running.lock"


class Homeserver:
    """A running Synapse.

    Attributes:
        url: where it listens, "http://127.0.0.1:PORT".
        pid: its process id.
    """

    def __init__(self, network: Network) -> None:
        """Start it; `wait_until_ready` says when it answers.

        Raises:
            CallerError: the settings cannot be used.
            ConflictError: it runs already, or something else has its port.
        """
        self.url = f"http://127.0.0.1:{network.settings.phone_port}"
        self._log = network.homeserver / "child.log"
        with ExitStack() as undo:
            self._running = undo.enter_context(_lock(network.homeserver / _LOCK))
            _check_free(network.settings.phone_port)
            self._child = self._start(network)
            undo.pop_all()
        self.pid = self._child.pid

    def _start(self, network: Network) -> "subprocess.Popen[bytes]":
        config = write_configuration(network)
        environment = {**os.environ, **database_environment(network)}
        with self._log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603  # our own interpreter and file
                [sys.executable, "-m", "underseal.network.homeserver.child", str(os.getpid()), "-c", str(config)],
                cwd=network.homeserver,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A Ctrl-C at the terminal is for us; the child is stopped in its turn.
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Return when it answers.

        Raises:
            InternalError: it ended, or took longer than START_SECONDS; with its last words.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.has_ended(within=_POLL_SECONDS):
                raise InternalError("The homeserver ended before it was ready.", hint=self._last_words())
            if _is_healthy(self.url):
                return
        raise InternalError(f"The homeserver was not ready after {START_SECONDS:.0f} s.", hint=self._last_words())

    def has_ended(self, *, within: float = 0.0) -> bool:
        """Wait so many seconds for it to end, and say whether it has."""
        try:
            self._child.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """Stop it.

        Raises:
            InternalError: it had to be killed.
        """
        if self.has_ended():
            self._running.close()
            return
        self._child.terminate()
        if not self.has_ended(within=STOP_SECONDS):
            self.kill()
            raise InternalError(f"The homeserver did not stop within {STOP_SECONDS:.0f} s, and was killed.")
        self._running.close()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._child.kill()
        self._child.wait()
        self._running.close()

    def _last_words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:].strip()


@contextmanager
def running(network: Network) -> Iterator[Homeserver]:
    """Run the homeserver for as long as the `with` block.

    Raises:
        InternalError, CallerError: it does not start, or does not stop.
    """
    homeserver = Homeserver(network)
    try:
        homeserver.wait_until_ready()
        yield homeserver
    finally:
        homeserver.stop()


def is_running(network: Network) -> bool:
    """Say whether some process runs the network's homeserver now."""
    try:
        _lock(network.homeserver / _LOCK).close()
    except ConflictError:
        return True
    return False


def _lock(file: Path) -> IO[bytes]:
    """Hold a network's one place for a homeserver; it ends with this process, however that ends."""
    held = file.open("ab")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        raise ConflictError(
            "This network's homeserver runs already.", hint="Stop it first, or use the one that runs."
        ) from None
    return held


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Synapse will
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ConflictError(
                f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}.", hint="Name another in network.toml."
            ) from None


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:  # noqa: S310  # loopback
            return bool(answer.status == 200)  # noqa: PLR2004
    except OSError:
        return False
