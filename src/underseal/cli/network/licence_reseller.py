"""`underseal network licence reseller`: who sells, how much they may hold, and what they owe."""

from pathlib import Path

import click

from underseal.cli.network.common import network_option, now
from underseal.cli.network.licence import opened_licences
from underseal.cli.terminal import new_password, new_password_option, out, table
from underseal.network.licences import Money, Staff
from underseal.network.licences.model import MAX_PAGE
from underseal.network.licences.periods import to_text


@click.group()
def reseller() -> None:
    """Add, list, disable and enable resellers, and keep their accounts."""


@reseller.command()
@click.argument("name")
@click.option(
    "--quota", type=int, required=True, help="Most unused codes that they may hold by issuing for themselves."
)
@new_password_option
@network_option
def add(folder: Path | None, name: str, quota: int, password_file: Path | None) -> None:
    """Add the reseller NAME."""
    with opened_licences(folder) as licences:
        added = licences.resellers.add(
            name, new_password(password_file, name), quota=quota, at=now(), by=Staff.command_line()
        )
    out.print(f"Added {added.name}, who may hold {added.quota:,} unused codes.", markup=False)


@reseller.command("list")
@network_option
def list_(folder: Path | None) -> None:
    """List all resellers."""
    with opened_licences(folder) as licences:
        rows = table("reseller", "unused codes", "quota", "state")
        for found in licences.resellers.all():
            rows.add_row(found.name, f"{found.unused:,}", f"{found.quota:,}", "disabled" if found.disabled else "")
        out.print(
            rows if rows.row_count else "Nobody sells yet: underseal network licence reseller add --help", markup=False
        )


@reseller.command()
@click.argument("name")
@click.option("--why", required=True, help="The reason; it stands in the ledger.")
@network_option
def disable(folder: Path | None, name: str, why: str) -> None:
    """Keep the reseller NAME out; what they sold goes on working."""
    with opened_licences(folder) as licences:
        licences.resellers.disable(name, why=why, at=now(), by=Staff.command_line())
    out.print(f"Disabled {name}.", markup=False)


@reseller.command()
@click.argument("name")
@network_option
def enable(folder: Path | None, name: str) -> None:
    """Let the reseller NAME in again."""
    with opened_licences(folder) as licences:
        licences.resellers.enable(name, at=now(), by=Staff.command_line())
    out.print(f"Enabled {name}.", markup=False)


@reseller.command()
@click.argument("name")
@click.argument("codes", type=int)
@network_option
def quota(folder: Path | None, name: str, codes: int) -> None:
    """Let the reseller NAME hold CODES unused ones."""
    with opened_licences(folder) as licences:
        licences.resellers.set_quota(name, codes, at=now(), by=Staff.command_line())
    out.print(f"{name} may hold {codes:,} unused codes.", markup=False)


@reseller.command()
@click.argument("name")
@new_password_option
@network_option
def password(folder: Path | None, name: str, password_file: Path | None) -> None:
    """Give the reseller NAME another password."""
    with opened_licences(folder) as licences:
        licences.resellers.get(name)
        licences.resellers.set_password(name, new_password(password_file, name), at=now(), by=Staff.command_line())
    out.print(f"Changed the password of {name}.", markup=False)


@reseller.command()
@click.argument("name")
@click.argument("amount")
@click.option("--note", default="", help="Such as the bank's reference; it stands in the ledger.")
@network_option
def pay(folder: Path | None, name: str, amount: str, note: str) -> None:
    """Enter that the reseller NAME paid AMOUNT, as "1200.00 EUR".

    What was entered wrongly is taken back by the same amount with a minus: pay NAME -- "-1200.00 EUR".
    """
    with opened_licences(folder) as licences:
        paid = Money.parse(amount)
        number = licences.resellers.pay(name, paid, note=note, at=now(), by=Staff.command_line())
    out.print(f"Entered {paid} of {name} as number {number}.", markup=False)


@reseller.command()
@click.argument("name", required=False)
@network_option
def balance(folder: Path | None, name: str | None) -> None:
    """Say what the reseller NAME owes, or each of them."""
    with opened_licences(folder) as licences:
        balances, entries = licences.resellers.balances(name)
    rows = table("reseller", "issued", "made void", "paid", "due")
    for found in balances:
        rows.add_row(found.reseller, *map(str, (found.issued, found.voided, found.paid, found.due)))
    out.print(rows, markup=False)
    out.print(f"As of entry {entries - 1:,} of the ledger." if entries else "The ledger is empty.")


@reseller.command()
@click.argument("name")
@click.option("--before", type=int, metavar="NUMBER", help="Only older lines than this entry.")
@click.option(
    "--limit", type=click.IntRange(1, MAX_PAGE), default=100, show_default=True, help="How many, newest first."
)
@network_option
def statement(folder: Path | None, name: str, before: int | None, limit: int) -> None:
    """List what changed the balance of the reseller NAME: codes issued and made void, payments."""
    with opened_licences(folder) as licences:
        rows = table("entry", "time", "act", "by", "owed", "words")
        for found in licences.resellers.statement(name, before=before, limit=limit):
            said = (found.act, str(found.by), str(found.owed), found.words)
            rows.add_row(str(found.number), to_text(found.at), *said)
    out.print(rows, markup=False)
