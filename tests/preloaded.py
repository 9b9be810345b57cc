"""`underseal`, begun from a process that has imported it already.

Importing takes about a second of processor time, and the how-tos alone begin more than a hundred commands. What runs is the real
command line in a process of its own, with the arguments, folder, environment and files of its caller; only its imports are
those of the process that it is forked from. That importing works too is shown by whoever begins `underseal` itself.

    python preloaded.py SOCKET      serves; each connection is one command
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

READY: Final = b"ready\n"
AT_WORK: Final = ("alembic.command", "underseal.evidence.decrypt", "underseal.evidence.intake.formats")
"""What commands import only when they are at work."""

PROGRAM: Final = """\
#!{python} -IS
import os, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect({socket!r})
told = "\\0".join([os.getcwd(), str(len(sys.argv)), *sys.argv, *(f"{{k}}={{v}}" for k, v in os.environ.items())])
data = told.encode(errors="surrogateescape")
socket.send_fds(connection, [len(data).to_bytes(8, "big")], [0, 1, 2])
connection.sendall(data)
sys.exit(int(connection.recv(8) or b"70"))
"""


@pytest.fixture(scope="session")
def preloaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a program `underseal` in it, to be put before all others in PATH."""
    folder = tmp_path_factory.mktemp("preloaded")
    path = folder / "socket"
    program = folder / "underseal"
    program.write_text(PROGRAM.format(python=sys.executable, socket=str(path)), encoding="utf-8")
    program.chmod(0o700)
    server = subprocess.Popen([sys.executable, __file__, path], stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdout.readline() == READY
    yield folder
    server.terminate()
    server.wait()
    server.stdout.close()


def serve(path: str) -> None:
    """Import every command, then begin one for each connection until the process is ended."""
    from underseal.cli.main import COMMANDS  # noqa: PLC0415  # not in the tests' own process
    from underseal.cli.network import COMMANDS as OF_NETWORKS  # noqa: PLC0415
    from underseal.cli.network.licence import COMMANDS as OF_LICENCES  # noqa: PLC0415

    places = [listed.place for table in (COMMANDS, OF_NETWORKS, OF_LICENCES) for listed in table.values()]
    for place in (*places, *AT_WORK):
        import_module(place.partition(":")[0])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who look after a command
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        sys.stdout.buffer.write(READY)
        sys.stdout.flush()
        while True:
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                look_after(connection)
            connection.close()


def look_after(connection: socket.socket) -> None:
    """Begin a command, tell its caller how it ended, and end it with its caller."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    length, files, _, _ = socket.recv_fds(connection, 8, 3)
    data = b""
    while len(data) < int.from_bytes(length, "big"):
        data += connection.recv(65_536)
    child = os.fork()
    if child == 0:
        connection.close()
        run(data, files)
    for file in files:
        os.close(file)
    ended = os.pidfd_open(child)
    ready, _, _ = select.select([ended, connection.fileno()], [], [])
    if ended not in ready:
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(OSError):
        connection.send(str(code if code >= 0 else 128 - code).encode())
    os._exit(0)


def run(data: bytes, files: list[int]) -> None:
    """Be the command."""
    folder, count, *words = data.decode(errors="surrogateescape").split("\0")
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.chdir(folder)
    os.environ.clear()
    for name, _, value in (word.partition("=") for word in words[int(count) :]):
        os.environ[name] = value
    time.tzset()
    sys.argv = words[: int(count)]
    code: object = 70
    try:
        from underseal.cli import main  # noqa: PLC0415  # as above

        main()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    serve(sys.argv[1])
