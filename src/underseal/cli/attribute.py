"""`underseal attribute`: who is claimed to have used an account."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click
from pydantic import TypeAdapter

from underseal.cli.common import Command, authority_options, harmless, opened, out, workspace_option
from underseal.core.crypto import sha256_file
from underseal.core.verify.attribution import Area, Circle, Document, Grade, Location, Message
from underseal.core.verify.attribution.items import DEGREE
from underseal.errors import CallerError, ConflictError, InternalError
from underseal.evidence.authority.moments import iso
from underseal.evidence.identity import UNKNOWN, Draft, Outside, Shown, ShownItem
from underseal.evidence.investigation import Consultation

MAX_EVIDENCE_BYTES: Final = 4_000_000
"""Largest file of evidence that is read."""


@click.group()
def attribute() -> None:
    """Claim, supersede, withdraw, list and export attributions of accounts to persons; merge persons."""


def json_option(command: Command) -> Command:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")(command)


def print_json(found: object) -> None:
    """Print a shape of the HTTP API, or a list of some."""
    click.echo(TypeAdapter(type(found)).dump_json(found))


def _why_option(command: Command) -> Command:
    return click.option("--why", required=True, help="The reason; it stands in the ledger.")(command)


def _claim_options(command: Command) -> Command:
    """Add what a claim is made of."""
    message, statement = "Number of a record", "Something that is said"
    document, file = "A file; its name and SHA-256 are kept", "JSON with items, locations too"
    options = [
        click.option("--person", default="", help="Who: the id of a person who is known, such as P3."),
        click.option(
            "--name",
            default="",
            help="Who: a name. Without --person it makes a new person; with it, the last name that was claimed holds by default.",
        ),
        click.option("--born", help="Birth date of a new person; leave it out where it is not known."),
        click.option("--from", "start", required=True, help="Start of the interval: a date or time, or 'unknown'."),
        click.option("--to", "end", required=True, help="End of it; a date includes that day. Or 'unknown'."),
        click.option("--zone", help="Time zone of dates and times; that of the workspace by default."),
        click.option("--grade", required=True, type=click.Choice([grade.value for grade in Grade]), help="How strong."),
        _many("--message", "messages", f"{message} that speaks for it; again for more.", int),
        _many("--document", "documents", f"{document}; again for more.", Path),
        _many("--statement", "statements", f"{statement} for it; again for more.", str),
        _many("--message-against", "messages_against", f"{message} that speaks against it.", int),
        _many("--document-against", "documents_against", f"{document}; it speaks against.", Path),
        _many("--statement-against", "statements_against", f"{statement} against it.", str),
        click.option("--evidence", type=click.Path(path_type=Path, dir_okay=False), help=f"{file}: docs/formats."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _many(name: str, variable: str, words: str, kind: type) -> Callable[[Command], Command]:
    of = click.Path(path_type=Path, exists=True, dir_okay=False) if kind is Path else kind
    return click.option(name, variable, multiple=True, type=of, help=words)


@attribute.command()
@click.argument("account")
@_claim_options
@json_option
@authority_options
@workspace_option
def claim(workspace: Path | None, authority: str, purpose: str, account: str, as_json: bool, **said: object) -> None:
    """Claim that a person used ACCOUNT during an interval."""
    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose)
        _tell(case, case.attributions.claim(_draft(case, account, said)), as_json=as_json)


@attribute.command()
@click.argument("attribution")
@click.argument("account")
@_claim_options
@json_option
@authority_options
@workspace_option
def supersede(
    workspace: Path | None, authority: str, purpose: str, attribution: str, account: str, as_json: bool, **said: object
) -> None:
    """Put a new claim on ACCOUNT in the place of ATTRIBUTION, such as A7, which stays in the ledger."""
    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose)
        _tell(case, case.attributions.supersede(attribution, _draft(case, account, said)), as_json=as_json)


@attribute.command()
@click.argument("attribution")
@_why_option
@authority_options
@workspace_option
def withdraw(workspace: Path | None, authority: str, purpose: str, attribution: str, why: str) -> None:
    """Withdraw ATTRIBUTION; it stays in the ledger."""
    with opened(workspace) as investigation:
        investigation.under(authority, purpose=purpose).attributions.withdraw(attribution, why=why)
    out.print(f"Withdrew {attribution}.", markup=False)


@attribute.command("list")
@click.option("--account", default="", help="Only claims on this account.")
@click.option("--person", default="", help="Only claims on this person, and who is one with them.")
@click.option("--at", help="Only claims whose interval may hold this moment.")
@click.option("--all", "ended", is_flag=True, help="Also those that were superseded or withdrawn.")
@json_option
@authority_options
@workspace_option
def list_(
    workspace: Path | None,
    authority: str,
    purpose: str,
    account: str,
    person: str,
    at: str | None,
    ended: bool,
    as_json: bool,
) -> None:
    """List claims side by side. No winner is computed."""
    from underseal.evidence.authority.moments import moment  # noqa: PLC0415  # only here

    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose)
        time = None if at is None else moment(at, case.zone)
        found = case.attributions.list(account=account, person=person, at=time, ended=ended).claims
        _tell_all(case, found, as_json=as_json)


@attribute.command()
@click.argument("attribution")
@json_option
@authority_options
@workspace_option
def show(workspace: Path | None, authority: str, purpose: str, attribution: str, as_json: bool) -> None:
    """Show ATTRIBUTION with its evidence, what it superseded, and what superseded it."""
    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose)
        _tell_all(case, case.attributions.show(attribution), as_json=as_json)


@attribute.command()
@click.argument("attribution")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--messages", is_flag=True, help="Enclose the messages that it rests on, with their proofs.")
@authority_options
@workspace_option
def export(workspace: Path | None, authority: str, purpose: str, attribution: str, file: Path, messages: bool) -> None:
    """Write ATTRIBUTION to FILE; anyone can check it with `underseal verify FILE`."""
    with opened(workspace) as investigation:
        if file.exists():
            raise ConflictError(f"{file} exists already.", hint="An export never writes over a file.")
        proof = investigation.under(authority, purpose=purpose).attributions.export(attribution, messages=messages)
        _write_private(file, proof)
    out.print(f"Wrote {file}. Anyone can check it with: underseal verify {file}", markup=False)


@attribute.command()
@click.argument("kept")
@click.argument("absorbed")
@_why_option
@authority_options
@workspace_option
def merge(workspace: Path | None, authority: str, purpose: str, kept: str, absorbed: str, why: str) -> None:
    """Say that the person ABSORBED is one with the person KEPT."""
    with opened(workspace) as investigation:
        union = investigation.under(authority, purpose=purpose).attributions.merge(kept, absorbed, why=why)
    out.print(f"{absorbed} is one with {kept}. Undo it with: underseal attribute part {union.merge.id} --why ...")


@attribute.command()
@click.argument("merge")
@_why_option
@authority_options
@workspace_option
def part(workspace: Path | None, authority: str, purpose: str, merge: str, why: str) -> None:
    """Undo MERGE, such as M1: the two are two persons again."""
    with opened(workspace) as investigation:
        union = investigation.under(authority, purpose=purpose).attributions.part(merge, why=why)
    out.print(f"{union.merge.absorbed} and {union.merge.kept} are two persons again.")


def _write_private(file: Path, data: bytes) -> None:
    """Write a new file that only its owner reads: it may hold messages."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise InternalError(f"{file} cannot be written: {error.strerror}.") from error


def claim_words(shown: Shown, zone: ZoneInfo) -> str:
    """Return a claim with its evidence, as lines of text."""
    return "\n".join(_claim_lines(shown, zone))


def _claim_lines(shown: Shown, zone: ZoneInfo) -> Iterator[str]:
    standing, claim = shown.standing, shown.standing.claim
    person = claim.person
    born = f", born {person.born}" if person.born else ""
    ends = (UNKNOWN if end is None else iso(end, shown.zone) for end in (claim.interval.start, claim.interval.end))
    yield f"{claim.id}  {claim.account} was used by {person.name} ({person.id}{born})"
    yield f"    from {next(ends)} to {next(ends)}, graded {claim.grade.value.replace('_', ' ')}"
    yield f"    by {claim.author}, {iso(claim.time, zone)}, under {claim.authority}"
    for word, items in (("for", shown.supporting), ("against", shown.opposing)):
        for item in items:
            yield f"    {word}: {_item_words(item, zone)}"
    if claim.supersedes is not None:
        yield f"    supersedes {claim.supersedes}"
    if standing.superseded is not None:
        yield f"    superseded by {standing.superseded}"
    if standing.withdrawal is not None:
        gone = standing.withdrawal
        yield f"    withdrawn by {gone.author}, {iso(gone.time, zone)}: {gone.reason}"


def _item_words(item: ShownItem, zone: ZoneInfo) -> str:
    match item:
        case Outside():
            return "a message outside the authority"
        case Message():
            own = f"message #{item.record}"
        case Document():
            page = f", page {item.page}" if item.page else ""
            own = f"document {item.name}{page} (SHA-256 {item.sha256.hex()})"
        case Location():
            times = f"{iso(item.start, zone)} to {iso(item.end, zone)}"
            own = f"location from {times}, {_area_words(item.area)}, says {item.source}"
        case _:
            return f"statement: {item.words}"
    return f"{own}: {item.words}" if item.words else own


def _area_words(area: Area) -> str:
    if isinstance(area, Circle):
        return f"within {area.radius:,} m of {area.latitude / DEGREE:.5f}, {area.longitude / DEGREE:.5f} (north, east)"
    return f"within a polygon of {len(area.ring) - 1} corners"


def _tell(case: Consultation, shown: Shown, *, as_json: bool) -> None:
    if as_json:
        from underseal.evidence.server import identities  # noqa: PLC0415  # costs what nobody else needs

        print_json(identities.attribution(shown, case.zone))
        return
    out.print(harmless(claim_words(shown, case.zone)), markup=False)


def _tell_all(case: Consultation, found: Sequence[Shown], *, as_json: bool) -> None:
    if as_json:
        from underseal.evidence.server import identities  # noqa: PLC0415  # as above

        print_json(identities.attributions(found, case.zone))
        return
    for shown in found:
        out.print(harmless(claim_words(shown, case.zone)), markup=False)
    if not found:
        out.print("Nothing is claimed.")


def _draft(case: Consultation, account: str, said: dict[str, object]) -> Draft:
    file = _evidence(said["evidence"])
    sides = {
        "supporting": [*_items(said, ""), *file.get("supporting", [])],
        "opposing": [*_items(said, "_against"), *file.get("opposing", [])],
    }
    return Draft(
        account=account,
        person=str(said["person"]),
        name=str(said["name"]),
        born=None if said["born"] is None else str(said["born"]),
        start=str(said["start"]),
        end=str(said["end"]),
        zone=str(said["zone"] or case.zone.key),
        grade=str(said["grade"]),
        **sides,
    )


def _items(said: dict[str, object], side: str) -> Iterator[object]:
    for kind in ("messages", "documents", "statements"):
        given = said[kind + side]
        for value in given if isinstance(given, tuple) else ():
            match value:
                case int():
                    yield {"kind": "message", "record": value}
                case Path():
                    yield {"kind": "document", "name": value.name, "sha256": sha256_file(value).sha256.hex()}
                case _:
                    yield {"kind": "statement", "words": value}


def _evidence(file: object) -> dict[str, list[object]]:
    """Read a file of evidence: an object with the lists "supporting" and "opposing".

    Raises:
        CallerError: it cannot be read, or is something else.
    """
    if not isinstance(file, Path):
        return {}
    try:
        if file.stat().st_size > MAX_EVIDENCE_BYTES:
            raise CallerError(f"{file} is larger than {MAX_EVIDENCE_BYTES:,} bytes.")
        value = json.loads(file.read_bytes())
    except OSError as error:
        raise CallerError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise CallerError(f"{file} is not JSON.") from error
    sides = {"supporting", "opposing"}
    if not isinstance(value, dict) or not value.keys() <= sides or not all(isinstance(v, list) for v in value.values()):
        raise CallerError(f'{file} is not an object with the lists "supporting" and "opposing".')
    return value
