"""`underseal network capture`: what the operator hands over under a judge's order."""

from datetime import UTC, datetime
from pathlib import Path

import click

from underseal.cli.bar import Bar
from underseal.cli.network.common import network_option, opened_network
from underseal.cli.terminal import err, out, table
from underseal.network.capture import Order, Orders, begin_capture, end_capture, hand_over

_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]


@click.group()
def capture() -> None:
    """Hand over what a network carries, under an order and within its scope."""


@capture.command()
@click.option("--number", required=True, help="Of the order, such as BR-2026/17.")
@click.option("--magistrate", required=True, help="Who gave it.")
@click.option("--legal-basis", required=True, help="The article it rests on.")
@click.option(
    "--account", "accounts", multiple=True, required=True, help="A PIN that it covers, several times; or all."
)
@click.option(
    "--from", "begins", type=click.DateTime(_TIMES), required=True, help="First day or moment (UTC if not said)."
)
@click.option("--to", "ends", type=click.DateTime(_TIMES), required=True, help="The day or moment at which it ends.")
@network_option
def order(
    folder: Path | None,
    number: str,
    magistrate: str,
    legal_basis: str,
    accounts: tuple[str, ...],
    begins: datetime,
    ends: datetime,
) -> None:
    """Enter an order; from now on the network keeps what it would delete, within the order."""
    network = opened_network(folder)
    entered = Order.of(
        number=number,
        magistrate=magistrate,
        legal_basis=legal_basis,
        accounts=accounts,
        begins=_aware(begins),
        ends=_aware(ends),
    )
    begin_capture(network, entered, datetime.now(UTC))
    out.print(f"Entered the order {entered.number}, in force until {entered.ends.isoformat()}.")


@capture.command()
@click.argument("exhibit", type=click.Path(path_type=Path))
@network_option
def take(folder: Path | None, exhibit: Path) -> None:
    """Make the next handover in the folder EXHIBIT: everything at first, then what is new since the last one."""
    network = opened_network(folder)
    with Bar("Handing over", unit="steps") as bar:
        done = hand_over(
            network, exhibit, datetime.now(UTC), progress=lambda words, part, whole: bar.show(part, whole, words=words)
        )
    sums = done.sums
    out.print(f"Handover {done.number} under {done.order.number} in {done.folder}: {sums['rows_events']} events.")
    out.print(
        f"Feed and database: {sums['in_both']} events in both, {sums['only_in_database']} only in the database,"
        f" {sums['only_in_feed']} only in the feed, {sums['other_content']} with other content."
    )
    out.print(f"SHA-256 of handover.json: {done.manifest}")


@capture.command()
@network_option
def end(folder: Path | None) -> None:
    """End the order in force; what was kept for it and not handed over is deleted."""
    ended = end_capture(opened_network(folder), datetime.now(UTC))
    err.print(f"Ended the order {ended.number}.")


@capture.command("list")
@network_option
def list_(folder: Path | None) -> None:
    """List orders and handovers, as the ledger has them."""
    shown = table("at", "act", "order", "what")
    for entry in Orders(opened_network(folder)).history():
        number = entry["order"]["number"] if entry["act"] == "ordered" else entry["order"]
        what = f"{entry['sums']['rows_events']} events" if entry["act"] == "handed_over" else ""
        shown.add_row(entry["at"], entry["act"].replace("_", " "), number, what)
    out.print(shown)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
