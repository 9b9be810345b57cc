"""A real PostgreSQL server for the tests, on a Unix socket in a temporary folder, and a fresh database per test.

The server is a child of the test process and ends with it: at the end by its process id, and through the kernel's
parent-death signal if the test process is killed.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
import pytest

READY_SECONDS: Final = 60
"""How long a server may take to start: a machine under load, not an expectation."""

_SPEED: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""The tests' databases need not outlive a power cut."""


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[Path]:
    """Start a server; its socket lies in the folder that is yielded."""
    programs = _programs()
    account = _account()
    # Not pytest's own temporary folder: that is closed to other accounts, and PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="underseal-postgresql-"))
    try:
        if os.geteuid() == 0:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _initialise(programs, folder, account)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*_as(account), programs / "postgres", "-D", folder / "data", *_options(folder)],
                cwd=folder,
                stdout=log,
                stderr=log,
            )
        try:
            _await_ready(programs, folder, server)
            yield folder
        finally:
            server.send_signal(signal.SIGINT)  # "fast shutdown": open connections are cut
            server.wait(timeout=READY_SECONDS)
    finally:
        shutil.rmtree(folder)


def make_database(folder: Path, template: str = "template1") -> tuple[str, str]:
    """Make a database that lasts as long as its server, and return its name and its address; as `fresh_database`."""
    name = f"test_{uuid4().hex}"
    with _administering(folder) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return name, f"postgresql+psycopg://postgres@/{name}?host={folder}"


@contextmanager
def fresh_database(folder: Path, template: str = "template1") -> Iterator[tuple[str, str]]:
    """Make a database, and drop it at the end.

    Args:
        folder: of the server's socket. template: the database that it is a copy of, to which nobody is connected.

    Yields:
        Its name and its address.
    """
    name, address = make_database(folder, template)
    yield name, address
    with _administering(folder) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _administering(folder: Path) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True)


@pytest.fixture
def postgresql_url(postgresql_folder: Path) -> Iterator[str]:
    """Address of a fresh, empty PostgreSQL database, dropped after the test."""
    with fresh_database(postgresql_folder) as (_, url):
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a fresh, empty database: each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'casework.db'}"
    return str(request.getfixturevalue("postgresql_url"))


def _programs() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    if config := shutil.which("pg_config"):
        folder = Path(subprocess.check_output([config, "--bindir"], text=True).strip())
        if (folder / "postgres").exists():
            return folder
    return pytest.fail("These tests need PostgreSQL and it is not installed. On Debian: apt-get install postgresql")


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
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"initdb failed:\n{done.stderr.decode(errors='replace')}")


def _options(folder: Path) -> list[str]:
    settings = ("listen_addresses=", f"unix_socket_directories={folder}", *_SPEED)
    return [word for setting in settings for word in ("-c", setting)]


def _await_ready(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode != 0:
        ended: int | None
        try:
            ended = server.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            ended = None
        if ended is not None or time.monotonic() > deadline:
            pytest.fail(f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')}")
