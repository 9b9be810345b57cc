"""`underseal user`: named users of the desk. A workspace without any has one person, who may do everything."""

from functools import cache
from pathlib import Path

import click

from underseal.cli.common import ask_password, opened, out, table, workspace_option
from underseal.cli.terminal import new_password, new_password_option
from underseal.evidence.casework import Role
from underseal.evidence.investigation.opening import no_named_users
from underseal.settings import Environment


@click.group()
def user() -> None:
    """Add, list, disable and enable named users, and change passwords."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@new_password_option
@workspace_option
def add(workspace: Path | None, name: str, role: str, password_file: Path | None) -> None:
    """Add the user NAME."""
    with opened(workspace) as investigation:
        investigation.people.add(name, Role(role), new_password(password_file, name))
        out.print(f"Added {name} ({role}).")


@user.command("list")
@workspace_option
def list_(workspace: Path | None) -> None:
    """List all users."""
    with opened(workspace) as investigation:
        rows = table("name", "role", "state")
        for entry in investigation.people.list():
            rows.add_row(entry.name, entry.role.value, "disabled" if entry.disabled else "")
        out.print(rows if rows.row_count else "There are no named users: whoever opens the workspace is its one user.")


@user.command()
@click.argument("name")
@click.option("--why", required=True, help="The reason; it stands in the audit.")
@workspace_option
def disable(workspace: Path | None, name: str, why: str) -> None:
    """Keep the user NAME out, and end their sessions."""
    with opened(workspace) as investigation:
        investigation.people.disable(name, why=why)
        out.print(f"Disabled {name}.")


@user.command()
@click.argument("name")
@workspace_option
def enable(workspace: Path | None, name: str) -> None:
    """Let the user NAME in again."""
    with opened(workspace) as investigation:
        investigation.people.enable(name)
        out.print(f"Enabled {name}.")


@user.command()
@click.argument("name", required=False)
@new_password_option
@workspace_option
def password(workspace: Path | None, name: str | None, password_file: Path | None) -> None:
    """Change your own password, or, as an administrator, give the user NAME another one.

    The sessions of that user end.
    """
    ask = cache(ask_password)  # who has come in with the old password is not asked for it again
    with opened(workspace, ask=ask) as investigation:
        if not investigation.casework.users.named():
            raise no_named_users()
        whom = name or investigation.user
        new = new_password(password_file, whom)
        if whom == investigation.user:
            old = Environment().login() or ask(whom)
            investigation.people.change_password(old, new, address="command line")
        else:
            investigation.people.set_password(whom, new)
        out.print(f"Changed the password of {whom}.")
