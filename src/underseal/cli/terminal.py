"""What is shown and asked at the terminal: nothing of either half, so that every command may import it at no cost."""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table

from underseal.core.records import Secret
from underseal.errors import CallerError

_UNLIMITED = 10_000
"""Width of the output in columns where it goes to a file or a pipe: nothing is to be cut there."""

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _UNLIMITED)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Command = TypeVar("Command", bound=Callable[..., object])


def ask_passphrase(prompt: str) -> Secret:
    """Ask for a passphrase without showing it."""
    return Secret(getpass.getpass(prompt).encode())


def read_passphrase(file: Path | None, prompt: str) -> Secret:
    """Take a passphrase from the first line of a file ("-" for standard input), else ask for it; never from argv.

    Raises:
        CallerError: the file cannot be read, or is no text.
    """
    if file is None:
        return ask_passphrase(prompt)
    try:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as error:
        raise CallerError(
            f"{file} cannot be read: {error.strerror}.", hint="Its first line is taken; - stands for standard input."
        ) from None
    except UnicodeDecodeError:
        raise CallerError(f"{file} is not UTF-8 text.") from None
    return Secret(text.split("\n")[0].rstrip("\r").encode())


def new_password_option(command: Command) -> Command:
    """Add --password-file."""
    return click.option(
        "--password-file",
        type=click.Path(path_type=Path, allow_dash=True),
        help="Read the new password from here ('-': stdin).",
    )(command)


def new_password(file: Path | None, name: str) -> Secret:
    """Read a new password; from a terminal twice, since nobody sees what they type.

    Raises:
        CallerError: the two are not the same.
    """
    new = read_passphrase(file, f"New password of {name}: ")
    if file is None and ask_passphrase("The same again: ").reveal() != new.reveal():
        raise CallerError("The two passwords are not the same.")
    return new


def table(*columns: str) -> Table:
    """Return an empty table whose cells are wrapped and never cut."""
    made = Table()
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def harmless(text: str) -> str:
    """Return text that others wrote with control characters shown instead of sent to the terminal."""
    return text.translate(_SHOWN)


_SHOWN = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"}
_SHOWN |= {0x7F: "\u2421"} | {code: f"\\x{code:02x}" for code in range(0x80, 0xA0)}
_SHOWN |= {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
