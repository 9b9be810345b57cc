"""`underseal network licence product`: what is sold."""

from pathlib import Path

import click

from underseal.cli.network.common import network_option, now
from underseal.cli.network.licence import opened_licences
from underseal.cli.terminal import out, table
from underseal.network.licences import Kind, Money, Staff
from underseal.network.licences.catalogue import STANDARD_MONTHS


@click.group()
def product() -> None:
    """Add and list products."""


@product.command()
@click.argument("name")
@click.option("--price", required=True, metavar="AMOUNT", help='What a reseller owes for one, as "1200.00 EUR".')
@click.option("--months", default=STANDARD_MONTHS, show_default=True, help="Calendar months that it gives.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    default=Kind.DEVICE.value,
    show_default=True,
    help="With a handset or without.",
)
@click.option("--zone", default="UTC", show_default=True, help="On whose calendar, as Europe/Brussels.")
@network_option
def add(folder: Path | None, name: str, price: str, months: int, kind: str, zone: str) -> None:
    """Add the product NAME. It never changes: another price is another product."""
    with opened_licences(folder) as licences:
        added = licences.products.add(
            name, Money.parse(price), months=months, kind=Kind(kind), zone_name=zone, at=now(), by=Staff.command_line()
        )
    out.print(f"Added {added.name}: {added.months} months, {added.price}.", markup=False)


@product.command("list")
@network_option
def list_(folder: Path | None) -> None:
    """List all products."""
    with opened_licences(folder) as licences:
        rows = table("product", "kind", "months", "price", "zone")
        for found in licences.products.all():
            rows.add_row(found.name, found.kind, str(found.months), str(found.price), found.zone)
        out.print(
            rows if rows.row_count else "Nothing is sold yet: underseal network licence product add --help",
            markup=False,
        )
