"""A real PostgreSQL server on a Unix socket, for benchmarks and tests: nothing outside this machine can reach it.

The server is a child of this process and ends with it: at the end by its process id, and through the kernel's parent-death
signal if this process is killed.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg

READY_SECONDS: Final = 60
"""How long a server may take to start: a machine under load, not an expectation."""

FORGETFUL: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Settings of a server whose databases need not outlive a power cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgreSQL:
    """A running server. folder: of its socket. pid: its process, the parent of those that serve connections."""

    folder: Path
    pid: int


@contextmanager
def running(settings: Sequence[str] = ()) -> Iterator[PostgreSQL]:
    """Run a server in a temporary folder of its own.

    Args:
        settings: "name=value" each; by default those of PostgreSQL, under which what is committed is on the disk.

    Raises:
        RuntimeError: PostgreSQL is not installed, or does not start; it says what it said.
    """
    programs = _programs()
    account = _account()
    # Not a folder of the caller: PostgreSQL refuses to run as root, and its account must be able to come here.
    folder = Path(tempfile.mkdtemp(prefix="underseal-postgresql-"))
    try:
        if os.geteuid() == 0:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _initialise(programs, folder, account)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(  # noqa: S603  # a program of the system, with words of our own
                [*_as(account), programs / "postgres", "-D", folder / "data", *_options(folder, settings)],
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        try:
            _await_ready(programs, folder, server)
            yield PostgreSQL(folder=folder, pid=server.pid)
        finally:
            server.send_signal(signal.SIGINT)  # "fast shutdown": open connections are cut
            server.wait(timeout=READY_SECONDS)
    finally:
        shutil.rmtree(folder)


def make_database(folder: Path, template: str = "template1") -> tuple[str, str]:
    """Make a database that lasts as long as its server; returns its name, and its address as the settings of a workspace have it.

    Args:
        folder: of the server's socket. template: the database that it is a copy of, to which nobody is connected.
    """
    name = f"fresh_{uuid4().hex}"
    with _administering(folder) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return name, f"postgresql+psycopg://postgres@/{name}?host={folder}"


@contextmanager
def fresh_database(folder: Path, template: str = "template1") -> Iterator[tuple[str, str]]:
    """Make a database as `make_database`, and drop it at the end; yields the same."""
    name, address = make_database(folder, template)
    yield name, address
    with _administering(folder) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _administering(folder: Path) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True)


def _programs() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    if config := shutil.which("pg_config"):
        folder = Path(subprocess.check_output([config, "--bindir"], text=True).strip())  # noqa: S603  # as above
        if (folder / "postgres").exists():
            return folder
    raise RuntimeError("PostgreSQL is needed here and not installed. On Debian: apt-get install postgresql")


def _account() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _as(account: pwd.struct_passwd) -> list[str]:
    """Return the words before a command that run it as the account and end it with this process."""
    change = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *change, "--pdeathsig", "INT", "--"]


def _initialise(programs: Path, folder: Path, account: pwd.struct_passwd) -> None:
    options = ["-U", "postgres", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"]
    command = [*_as(account), str(programs / "initdb"), "-D", str(folder / "data"), *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603  # as above
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{done.stderr.decode(errors='replace')}")


def _options(folder: Path, settings: Sequence[str]) -> list[str]:
    every = ("listen_addresses=", f"unix_socket_directories={folder}", *settings)
    return [word for setting in every for word in ("-c", setting)]


def _await_ready(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    ready = [str(programs / "pg_isready"), "-q", "-h", str(folder)]
    while subprocess.run(ready, check=False).returncode != 0:  # noqa: S603  # as above
        ended: int | None
        try:
            ended = server.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            ended = None
        if ended is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')}")
