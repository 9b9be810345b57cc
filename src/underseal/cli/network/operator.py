"""`underseal network operator`: who may run the network in its office. Without any, the one-time link lets in."""

from pathlib import Path

import click

from underseal.cli.network.common import network_option, now
from underseal.cli.network.licence import opened_licences
from underseal.cli.terminal import new_password, new_password_option, out, table
from underseal.network.licences import Staff
from underseal.network.licences.periods import to_text


@click.group()
def operator() -> None:
    """Add, list, disable and enable the operators who log in at the office, and change their passwords."""


@operator.command()
@click.argument("name")
@new_password_option
@network_option
def add(folder: Path | None, name: str, password_file: Path | None) -> None:
    """Add the operator NAME. With the first one, the one-time links end."""
    with opened_licences(folder) as licences:
        licences.operators.add(name, new_password(password_file, name), at=now(), by=Staff.command_line())
    out.print(f"Added {name}.", markup=False)


@operator.command("list")
@network_option
def list_(folder: Path | None) -> None:
    """List all operators."""
    with opened_licences(folder) as licences:
        rows = table("name", "since", "state")
        for found in licences.operators.all():
            rows.add_row(found.name, to_text(found.since), "disabled" if found.disabled else "")
    out.print(
        rows if rows.row_count else "There are no named operators: whoever starts the office gets a link into it.",
        markup=False,
    )


@operator.command()
@click.argument("name")
@network_option
def disable(folder: Path | None, name: str) -> None:
    """Keep the operator NAME out, and end their sessions."""
    with opened_licences(folder) as licences:
        licences.operators.disable(name, at=now(), by=Staff.command_line())
    out.print(f"Disabled {name}.", markup=False)


@operator.command()
@click.argument("name")
@network_option
def enable(folder: Path | None, name: str) -> None:
    """Let the operator NAME in again."""
    with opened_licences(folder) as licences:
        licences.operators.enable(name, at=now(), by=Staff.command_line())
    out.print(f"Enabled {name}.", markup=False)


@operator.command()
@click.argument("name")
@new_password_option
@network_option
def password(folder: Path | None, name: str, password_file: Path | None) -> None:
    """Give the operator NAME another password, and end their sessions."""
    with opened_licences(folder) as licences:
        licences.operators.set_password(name, new_password(password_file, name), at=now(), by=Staff.command_line())
    out.print(f"Changed the password of {name}.", markup=False)
