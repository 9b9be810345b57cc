"""`underseal network operator`: who may run the network in its office. Without any, the one-time link lets in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from underseal.cli.network.common import network_option, now, opened_network
from underseal.cli.terminal import new_password, new_password_option, out, table
from underseal.network.licences.periods import to_text
from underseal.network.office import Books


@contextmanager
def opened_books(folder: Path | None) -> Iterator[Books]:
    """Open the office's database of a network."""
    with Books(opened_network(folder).office) as books:
        yield books


@click.group()
def operator() -> None:
    """Add, list, disable and enable the operators who log in at the office, and change their passwords."""


@operator.command()
@click.argument("name")
@new_password_option
@network_option
def add(folder: Path | None, name: str, password_file: Path | None) -> None:
    """Add the operator NAME. With the first one, the one-time links end."""
    with opened_books(folder) as books:
        books.operators.add(name, new_password(password_file, name), at=round(now().timestamp() * 1000))
    out.print(f"Added {name}.", markup=False)


@operator.command("list")
@network_option
def list_(folder: Path | None) -> None:
    """List all operators."""
    with opened_books(folder) as books:
        rows = table("name", "since", "state")
        for found in books.operators.all():
            since = to_text(datetime.fromtimestamp(found.created / 1000, UTC))
            rows.add_row(found.name, since, "disabled" if found.disabled else "")
    out.print(
        rows if rows.row_count else "There are no named operators: whoever starts the office gets a link into it.",
        markup=False,
    )


@operator.command()
@click.argument("name")
@network_option
def disable(folder: Path | None, name: str) -> None:
    """Keep the operator NAME out, and end their sessions."""
    with opened_books(folder) as books:
        books.operators.disable(name)
    out.print(f"Disabled {name}.", markup=False)


@operator.command()
@click.argument("name")
@network_option
def enable(folder: Path | None, name: str) -> None:
    """Let the operator NAME in again."""
    with opened_books(folder) as books:
        books.operators.enable(name)
    out.print(f"Enabled {name}.", markup=False)


@operator.command()
@click.argument("name")
@new_password_option
@network_option
def password(folder: Path | None, name: str, password_file: Path | None) -> None:
    """Give the operator NAME another password, and end their sessions."""
    with opened_books(folder) as books:
        books.operators.set_password(name, new_password(password_file, name))
    out.print(f"Changed the password of {name}.", markup=False)
