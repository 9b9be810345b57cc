"""`underseal network licence`: what the network's own office does with licences, and whether their ledger is sound."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from underseal.cli.bar import Bar
from underseal.cli.lazy import LazyGroup, Listed
from underseal.cli.network.common import network_option, now, opened_network
from underseal.cli.terminal import out, read_passphrase, table
from underseal.errors import CallerError
from underseal.network.licences import Licence, Licences, Staff, Standing
from underseal.network.licences.periods import FIRST, LAST, to_text
from underseal.network.pins import parse_pin

_HERE: Final = "underseal.cli.network.licence"

COMMANDS: Final = {
    "product": Listed(f"{_HERE}_product:product", "Add and list products."),
    "reseller": Listed(
        f"{_HERE}_reseller:reseller", "Add, list, disable and enable resellers, and keep their accounts."
    ),
    "issue": Listed(f"{_HERE}_codes:issue", "Issue COUNT codes of PRODUCT for RESELLER."),
    "codes": Listed(f"{_HERE}_codes:codes", "List the codes that were issued, by their serials."),
    "void": Listed(
        f"{_HERE}_codes:void", "Make the unused code SERIAL void, as 17-3, or all unused codes of a batch, as 17."
    ),
    "list": Listed(f"{_HERE}:list_", "List licences by their end."),
    "show": Listed(f"{_HERE}:show", "Show the licence of PIN, and everything that was done to it."),
    "renew": Listed(
        f"{_HERE}:renew", "Give the licence of PIN the months of a code: from its end, or from now where that is past."
    ),
    "transfer": Listed(
        f"{_HERE}_codes:transfer",
        "Issue a code that moves PIN to another phone: PIN and end stay, the old phone is logged out.",
    ),
    "suspend": Listed(f"{_HERE}:suspend", "Pause the licence of PIN; its time runs on meanwhile."),
    "resume": Listed(f"{_HERE}:resume", "Let the suspended licence of PIN go on."),
    "revoke": Listed(f"{_HERE}:revoke", "End the licence of PIN for good; the PIN is never given out again."),
    "notices": Listed(f"{_HERE}:notices", "Give the notices that are due 30, 7 and 1 days before an end, each once."),
    "verify": Listed(
        f"{_HERE}:verify",
        "Check every entry of the ledger against the signed root, and the database against the ledger.",
    ),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS)
def licence() -> None:
    """Sell licences through resellers, and look after them."""


@contextmanager
def opened_licences(folder: Path | None) -> Iterator[Licences]:
    """Open the licences of a network for the time of the block."""
    network = opened_network(folder)
    with Licences(network.licences, network.signing_key) as licences:
        yield licences


def _told(standing: Standing) -> str:
    return f"{standing.pin}: {standing.state}" + (f" until {to_text(standing.ends)}" if standing.ends else "")


@click.command("list")
@click.option("--within", type=click.IntRange(1), metavar="DAYS", help="Only those that end within so many days.")
@click.option("--ended", is_flag=True, help="Those that have ended already, too.")
@click.option("--reseller", metavar="NAME", help="Only those that this reseller sold.")
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="How many, the first to end first."
)
@network_option
def list_(folder: Path | None, within: int | None, ended: bool, reseller: str | None, limit: int) -> None:
    """List licences by their end."""
    at = now()
    since = FIRST if ended else at
    until = at + timedelta(days=within) if within else LAST
    with opened_licences(folder) as licences:
        rows = table("PIN", "state", "ends", "reseller", "product")
        last: Licence | None = None
        while rows.row_count < limit and (
            page := licences.ending(since, until, reseller=reseller, after=last, limit=limit - rows.row_count)
        ):
            for found in page:
                state = found.standing(at).state
                rows.add_row(found.pin, state, to_text(found.ends), found.reseller, found.product)
            last = page[-1]
        out.print(rows, markup=False)
        counts = licences.counts(at)
        out.print("In all: " + ", ".join(f"{count:,} {state}" for state, count in counts.items()))


@click.command()
@click.argument("pin")
@network_option
def show(folder: Path | None, pin: str) -> None:
    """Show the licence of PIN, and everything that was done to it."""
    with opened_licences(folder) as licences:
        found = licences.get(parse_pin(pin))
        out.print(_told(found.standing(now())))
        out.print(f"{found.product}, sold by {found.reseller}, since {to_text(found.activated)}", markup=False)
        for act in licences.history(found.pin):
            out.print(
                f"{act.number:>6}  {to_text(act.at) if act.at else ''}  {act.by}  {act.act}  {act.words}", markup=False
            )


@click.command()
@click.argument("pin")
@click.option(
    "--code-file", type=click.Path(path_type=Path, allow_dash=True), help="Read the code from here ('-': stdin)."
)
@click.option("--months", type=int, help="Give so many months without a code.")
@click.option("--why", help="The reason for giving them; it stands in the ledger.")
@network_option
def renew(folder: Path | None, pin: str, code_file: Path | None, months: int | None, why: str | None) -> None:
    """Give the licence of PIN the months of a code: from its end, or from now where that is past.

    The code is asked for. With --months and --why the office gives time without one.
    """
    if (months is None) != (why is None) or (months is not None and code_file is not None):
        raise CallerError("Say --months together with --why, or neither and give a code.")
    with opened_licences(folder) as licences:
        whom = parse_pin(pin)
        if months is not None and why is not None:
            standing = licences.extend(whom, months, why=why, at=now(), by=Staff.command_line())
        else:
            code = read_passphrase(code_file, "Code: ").reveal().decode()
            standing = licences.renew(whom, code, now())
    out.print(_told(standing))


@click.command()
@click.argument("pin")
@click.option("--why", required=True, help="The reason; it stands in the ledger.")
@network_option
def suspend(folder: Path | None, pin: str, why: str) -> None:
    """Pause the licence of PIN; its time runs on meanwhile."""
    with opened_licences(folder) as licences:
        whom = parse_pin(pin)
        licences.suspend(whom, why=why, at=now(), by=Staff.command_line())
    out.print(f"Suspended {whom}.")


@click.command()
@click.argument("pin")
@network_option
def resume(folder: Path | None, pin: str) -> None:
    """Let the suspended licence of PIN go on."""
    with opened_licences(folder) as licences:
        whom = parse_pin(pin)
        licences.resume(whom, at=now(), by=Staff.command_line())
        out.print(f"Resumed {_told(licences.standing(whom, now()))}")


@click.command()
@click.argument("pin")
@click.option("--why", required=True, help="The reason; it stands in the ledger.")
@network_option
def revoke(folder: Path | None, pin: str, why: str) -> None:
    """End the licence of PIN for good; the PIN is never given out again."""
    with opened_licences(folder) as licences:
        whom = parse_pin(pin)
        licences.revoke(whom, why=why, at=now(), by=Staff.command_line())
    out.print(f"Revoked {whom}.")


@click.command()
@network_option
def notices(folder: Path | None) -> None:
    """Give the notices that are due 30, 7 and 1 days before an end, each once.

    A running homeserver gives them by itself: what is listed here, it will not tell.
    """
    with opened_licences(folder) as licences:
        due = licences.notices(now())
    for notice in due:
        out.print(f"{notice.pin}  {notice.days} days  {to_text(notice.ends)}")
    out.print(f"{len(due):,} notices")


@click.command()
@network_option
def verify(folder: Path | None) -> None:
    """Check every entry of the ledger against the signed root, and the database against the ledger."""
    with opened_licences(folder) as licences, Bar("Verifying", unit="entries") as bar:
        state = licences.verify(bar.show)
    out.print(f"Sound: {state.size:,} entries, root {state.root.hex()}; the database says the same.")
