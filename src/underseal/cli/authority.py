"""`underseal authority`: the legal powers that the evidence is read under."""

from datetime import UTC, datetime
from pathlib import Path

import click

from underseal.cli.common import opened, out, table, workspace_option
from underseal.evidence.authority import Authority, Draft


@click.group()
def authority() -> None:
    """Enter, list and withdraw authorities."""


@authority.command()
@click.argument("number")
@click.option("--magistrate", required=True, help="Who granted it.")
@click.option("--legal-basis", required=True, help="Article and law.")
@click.option("--type", "type_", default="order", show_default=True, help="What sort of order it is.")
@click.option(
    "--account", "accounts", multiple=True, required=True, help="An account in scope, again for more; or 'all'."
)
@click.option(
    "--room", "rooms", multiple=True, required=True, help="A conversation in scope, again for more; or 'all'."
)
@click.option("--period", required=True, help="START/END as ISO dates or times, either may be empty; or 'all'.")
@click.option("--valid-from", required=True, help="First day or moment at which it holds.")
@click.option("--valid-to", required=True, help="Last day, or first moment at which it no longer holds.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of dates without an offset.")
@click.option("--note", default="", help="What else a reader should know.")
@workspace_option
def add(
    workspace: Path | None,
    number: str,
    magistrate: str,
    legal_basis: str,
    type_: str,
    accounts: tuple[str, ...],
    rooms: tuple[str, ...],
    period: str,
    valid_from: str,
    valid_to: str,
    zone: str,
    note: str,
) -> None:
    """Enter the authority NUMBER. Each part of its scope is said, 'all' included; nothing is assumed."""
    start, _, end = period.partition("/")
    draft = Draft(
        number=number,
        magistrate=magistrate,
        legal_basis=legal_basis,
        type=type_,
        accounts="all" if accounts == ("all",) else accounts,
        rooms="all" if rooms == ("all",) else rooms,
        period="all" if period == "all" else (start or None, end or None),
        valid_from=valid_from,
        valid_to=valid_to,
        zone=zone,
        note=note,
    )
    with opened(workspace) as investigation:
        added = investigation.authorities.add(draft, user=investigation.user)
        out.print(f"Entered the authority [bold]{added.number}[/], valid until {_date(added.valid_to)}.")


@authority.command("list")
@workspace_option
def list_(workspace: Path | None) -> None:
    """List all authorities."""
    with opened(workspace) as investigation:
        rows = table("number", "state", "magistrate", "legal basis", "accounts", "rooms", "period", "valid")
        for entry in investigation.authorities.list(user=investigation.user):
            rows.add_row(*_row(entry, investigation.gate.clock()))
        out.print(
            rows if rows.row_count else "No authority has been entered. Enter one: underseal authority add --help"
        )


@authority.command()
@click.argument("number")
@click.option("--why", required=True, help="The reason; it stands in the audit.")
@workspace_option
def withdraw(workspace: Path | None, number: str, why: str) -> None:
    """Withdraw the authority NUMBER, from now on and for good."""
    with opened(workspace) as investigation:
        investigation.authorities.withdraw(number, why=why, user=investigation.user)
        out.print(f"Withdrew the authority {number}.")


def _row(entry: Authority, at: int) -> list[str]:
    scope = entry.scope
    return [
        entry.number,
        entry.state(at).value,
        entry.magistrate,
        entry.legal_basis,
        "all" if scope.accounts is None else ", ".join(sorted(scope.accounts)),
        "all" if scope.rooms is None else ", ".join(sorted(scope.rooms)),
        "all" if scope.start is None and scope.end is None else f"{_date(scope.start)} / {_date(scope.end)}",
        f"{_date(entry.valid_from)} / {_date(entry.valid_to)}",
    ]


def _date(milliseconds: int | None) -> str:
    if milliseconds is None:
        return ""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
