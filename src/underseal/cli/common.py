"""What every command of the evidence half shares: the workspace, who acts and why."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

import click

from underseal.cli.terminal import Command, ask_passphrase, err, harmless, out, read_passphrase, table
from underseal.core.crypto import LetterboxKey
from underseal.core.records import Secret
from underseal.errors import KeyFileError
from underseal.evidence.investigation import Investigation, open_for_others, open_investigation
from underseal.evidence.investigation.opening import no_named_users

__all__ = [
    "Command",
    "ask_passphrase",
    "ask_password",
    "audit_key_option",
    "authority_options",
    "err",
    "harmless",
    "opened",
    "opened_for_others",
    "out",
    "read_passphrase",
    "table",
    "workspace_option",
]


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


def audit_key_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add --audit-key and --audit-passphrase-file; the command gets the key itself as `audit_key`, None without."""

    @wraps(command)
    def with_key(*, audit_key: Path | None, audit_passphrase_file: Path | None, **rest: object) -> None:
        key = None
        if audit_key is not None:
            key = LetterboxKey.load(
                audit_key, read_passphrase(audit_passphrase_file, "Passphrase of the audit's key: ")
            )
        command(audit_key=key, **rest)

    passphrase = click.option(
        "--audit-passphrase-file",
        type=click.Path(path_type=Path, allow_dash=True),
        help="Read its passphrase from here ('-': stdin), instead of being asked.",
    )
    file = click.option(
        "--audit-key",
        type=click.Path(path_type=Path),
        help="File of the key that reads the audit, where that is sealed.",
    )
    return file(passphrase(with_key))


@contextmanager
def opened(
    workspace: Path | None,
    *,
    ask: Callable[[str], Secret] = ask_password,
    audit_key: LetterboxKey | None = None,
) -> Iterator[Investigation]:
    """Open the investigation as the user whom --user names.

    Where a person sits there, they are asked for the user's password and for the signing key's passphrase.

    Args:
        workspace: its folder. ask: called with a user's name for the password, where a person sits there.
        audit_key: reads the audit where that is sealed.

    Raises:
        RefusedError: a user is named and the workspace has none, or the other way round, or the password is wrong.
    """
    user = click.get_current_context().find_root().obj
    asked = ask if os.isatty(0) else None
    with _unlocked(
        lambda passphrase: open_investigation(
            workspace, user=user, passphrase=passphrase, ask=asked, audit_key=audit_key
        )
    ) as found:
        if user and not found.casework.users.named():
            raise no_named_users()
        yield found


@contextmanager
def opened_for_others(workspace: Path | None, *, audit_key: LetterboxKey | None = None) -> Iterator[Investigation]:
    """Open the investigation for those who will log in at a server; asks for the passphrase as `opened`."""
    with _unlocked(lambda passphrase: open_for_others(workspace, passphrase=passphrase, audit_key=audit_key)) as found:
        yield found


def _unlocked(opening: Callable[[Secret | None], Investigation]) -> Investigation:
    try:
        return opening(None)
    except KeyFileError:
        if os.environ.get("UNDERSEAL_PASSPHRASE") or not os.isatty(0):
            raise
        return opening(ask_passphrase("Passphrase of the workspace's key: "))
