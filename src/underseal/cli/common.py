"""What every command shares: the workspace, who acts and why, errors in one form."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table

from underseal.core.records import Secret
from underseal.errors import KeyFileError
from underseal.evidence.investigation import Investigation, open_for_others, open_investigation
from underseal.evidence.investigation.opening import no_named_users

_UNLIMITED = 10_000
"""Width of the output in columns where it goes to a file or a pipe: nothing is to be cut there."""

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _UNLIMITED)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Command = TypeVar("Command", bound=Callable[..., object])


def workspace_option(command: Command) -> Command:
    """Add --workspace."""
    return click.option(
        "--workspace",
        "-w",
        type=click.Path(path_type=Path),
        help="The workspace's folder; by default the nearest one upwards from here, or UNDERSEAL_WORKSPACE.",
    )(command)


def authority_options(command: Command) -> Command:
    """Add --authority and --purpose, without which no evidence is read."""
    purpose = click.option("--purpose", default="", help="Why, in your words; it stands in the audit.")
    authority = click.option("--authority", envvar="UNDERSEAL_AUTHORITY", default="", help="Number of the authority.")
    return authority(purpose(command))


def ask_password(user: str) -> Secret:
    """Ask for a user's password without showing it."""
    return ask_passphrase(f"Password of {user}: ")


@contextmanager
def opened(workspace: Path | None, *, ask: Callable[[str], Secret] = ask_password) -> Iterator[Investigation]:
    """Open the investigation as the user whom --user names.

    Where a person sits there, they are asked for the user's password and for the signing key's passphrase.

    Args:
        workspace: its folder. ask: called with a user's name for the password, where a person sits there.

    Raises:
        RefusedError: a user is named and the workspace has none, or the other way round, or the password is wrong.
    """
    user = click.get_current_context().find_root().obj
    asked = ask if os.isatty(0) else None
    with _unlocked(
        lambda passphrase: open_investigation(workspace, user=user, passphrase=passphrase, ask=asked)
    ) as found:
        if user and not found.casework.users.named():
            raise no_named_users()
        yield found


@contextmanager
def opened_for_others(workspace: Path | None) -> Iterator[Investigation]:
    """Open the investigation for those who will log in at a server; asks for the passphrase as `opened`."""
    with _unlocked(lambda passphrase: open_for_others(workspace, passphrase=passphrase)) as found:
        yield found


def _unlocked(opening: Callable[[Secret | None], Investigation]) -> Investigation:
    try:
        return opening(None)
    except KeyFileError:
        if os.environ.get("UNDERSEAL_PASSPHRASE") or not os.isatty(0):
            raise
        return opening(ask_passphrase("Passphrase of the workspace's key: "))


def ask_passphrase(prompt: str) -> Secret:
    """Ask for a passphrase without showing it."""
    return Secret(getpass.getpass(prompt).encode())


def read_passphrase(file: Path | None, prompt: str) -> Secret:
    """Take a passphrase from the first line of a file ("-" for standard input), else ask for it; never from argv."""
    if file is None:
        return ask_passphrase(prompt)
    text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8")
    return Secret(text.split("\n")[0].rstrip("\r").encode())


def table(*columns: str) -> Table:
    """Return an empty table whose cells are wrapped and never cut."""
    made = Table()
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def harmless(text: str) -> str:
    """Return text of the evidence with control characters shown instead of sent to the terminal."""
    return text.translate(_SHOWN)


_SHOWN = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"}
_SHOWN |= {0x7F: "\u2421"} | {code: f"\\x{code:02x}" for code in range(0x80, 0xA0)}
_SHOWN |= {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
