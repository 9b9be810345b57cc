"""`underseal user`: named users of the desk. A workspace without any has one person, who may do everything."""

from pathlib import Path

import click

from underseal.cli.common import opened, out, read_passphrase, table, workspace_option
from underseal.evidence.casework import Role


@click.group()
def user() -> None:
    """Add, list and disable named users."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option(
    "--password-file", type=click.Path(path_type=Path, allow_dash=True), help="Read it from here ('-': stdin)."
)
@workspace_option
def add(workspace: Path | None, name: str, role: str, password_file: Path | None) -> None:
    """Add the user NAME."""
    password = read_passphrase(password_file, f"Password of {name}: ")
    with opened(workspace) as investigation:
        investigation.people.add(name, Role(role), password)
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
