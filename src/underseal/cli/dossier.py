"""`underseal dossier`: case files, for those who need to know of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click

from underseal.cli.attribute import json_option, print_json
from underseal.cli.common import Command, authority_options, harmless, opened, out, table, workspace_option
from underseal.errors import CallerError
from underseal.evidence.dossier import Card, Field, Item, ItemDraft, ItemKind, ItemPage, Kind, OpeningDraft
from underseal.evidence.dossier.versions import MOMENTS
from underseal.evidence.investigation import Dossiers, Investigation

_CHUNK: Final = 1 << 20


@click.group()
def dossier() -> None:
    """Build case files out of messages: dossiers, seen by their members alone.

    DOSSIER is a dossier's number, such as AN.2026/0001, or its reference. Whoever is no member gets the same answers as where
    there is none. What is entered stays: a change is one more version.
    """


def dossiers_of(investigation: Investigation, authority: str, purpose: str) -> Dossiers:
    """Return the dossiers of which the one who acts may know."""
    return investigation.under(authority, purpose=purpose).dossiers


def _context_options(command: Command) -> Command:
    for option in (
        click.option("--after", type=int, default=0, help="Lines of context after the message, at most 100."),
        click.option("--before", type=int, default=0, help="Lines of context before the message, at most 100."),
    ):
        command = option(command)
    return command


@dossier.command("open")
@click.argument("title")
@click.option("--offence", required=True, help="What is suspected, in words.")
@click.option("--district", required=True, help="Short name or name, such as AN or Antwerp; others by the settings.")
@click.option("--lead", default="", help="User who leads it; by default who opens it.")
@click.option("--contact", default="", help="How to reach the lead: all that leads of other dossiers learn.")
@click.option("--member", "members", multiple=True, help="User who may know of it; can be given several times.")
@click.option("--parent", default="", help="Number of the investigation that it comes from.")
@click.option("--message", "record", type=click.IntRange(0), help="The message that it is opened from, by its record.")
@_context_options
@authority_options
@workspace_option
def open_(
    workspace: Path | None,
    authority: str,
    purpose: str,
    title: str,
    offence: str,
    district: str,
    lead: str,
    contact: str,
    members: Sequence[str],
    parent: str,
    record: int | None,
    before: int,
    after: int,
) -> None:
    """Open a dossier called TITLE. It gets the next number of the office's scheme."""
    draft = OpeningDraft(
        title=title,
        offence=offence,
        district=district,
        lead=lead,
        contact=contact,
        members=members,
        parent=parent,
        record=record,
        before=before,
        after=after,
    )
    with opened(workspace) as investigation:
        card = dossiers_of(investigation, authority, purpose).open(draft)
        out.print(f"Opened the dossier {harmless(card.number)} (reference {card.reference}), led by {card.lead}.")


@dossier.command("list")
@json_option
@authority_options
@workspace_option
def list_(workspace: Path | None, authority: str, purpose: str, as_json: bool) -> None:
    """List the dossiers of which you may know."""
    with opened(workspace) as investigation:
        page = dossiers_of(investigation, authority, purpose).list()
        if as_json:
            from underseal.evidence.server import dossier_answers  # noqa: PLC0415  # costs what nobody else needs

            settings = investigation.workspace.settings
            print_json(dossier_answers.page(page, settings.dossier_districts, ZoneInfo(settings.timezone)))
            return
        found = page.dossiers
        rows = table("number", "title", "offence", "district", "lead", "state", "opened")
        for card in found:
            told = (card.number, card.title, card.offence, card.district, card.lead)
            rows.add_row(*map(harmless, told), "open" if card.open else "closed", moment_of(card.head.at))
        out.print(rows)


@dossier.command()
@click.argument("number", metavar="DOSSIER")
@json_option
@authority_options
@workspace_option
def show(workspace: Path | None, authority: str, purpose: str, number: str, as_json: bool) -> None:
    """Show the card of DOSSIER, and who may know of it."""
    with opened(workspace) as investigation:
        card = dossiers_of(investigation, authority, purpose).show(number)
        if as_json:
            from underseal.evidence.server import dossier_answers  # noqa: PLC0415  # costs what nobody else needs

            print_json(dossier_answers.card(card, ZoneInfo(investigation.workspace.settings.timezone)))
            return
        _print_card(card)


@dossier.command()
@click.argument("number", metavar="DOSSIER")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Only of things of this kind.")
@click.option("--thing", default="", help="Only of the thing of this name, such as title or message:12.")
@authority_options
@workspace_option
def history(workspace: Path | None, authority: str, purpose: str, number: str, kind: str | None, thing: str) -> None:
    """Show all that was ever entered in DOSSIER, the latest first, with who entered it and when."""
    with opened(workspace) as investigation:
        dossiers = dossiers_of(investigation, authority, purpose)
        rows = table("what", "version", "said", "by", "at")
        page = dossiers.history(number, kind=Kind(kind) if kind else None, thing=thing, limit=500)
        while True:
            for each in page.versions:
                said = "; ".join(f"{name}: {_told(name, value)}" for name, value in each.said.items())
                state = str(each.version) if each.stands else f"{each.version}, no more"
                rows.add_row(*map(harmless, (f"{each.kind} {each.thing}", state, said, each.user, moment_of(each.at))))
            if page.cursor is None:
                break
            page = dossiers.history(
                number, kind=Kind(kind) if kind else None, thing=thing, before=page.cursor, limit=500
            )
        out.print(rows)


def _told(name: str, value: str | int | tuple[int, ...]) -> str:
    if isinstance(value, tuple):
        return " ".join(f"#{record}" for record in value)
    return moment_of(value) if name in MOMENTS and isinstance(value, int) else str(value)


@dossier.command()
@click.argument("number", metavar="DOSSIER")
@click.option("--title", help="Another title.")
@click.option("--offence", help="Another offence.")
@click.option("--lead", help="Another lead, who becomes a member.")
@click.option("--contact", help="Another contact of the lead.")
@click.option("--parent", help="Another parent investigation.")
@authority_options
@workspace_option
def change(workspace: Path | None, authority: str, purpose: str, number: str, **said: str | None) -> None:
    """Change what the card of DOSSIER says; what it said before stays in its history."""
    with opened(workspace) as investigation:
        dossiers = dossiers_of(investigation, authority, purpose)
        given = {Field(name): value for name, value in said.items() if value is not None}
        if not given:
            raise CallerError(
                "Nothing is to be changed.", hint="Say what: --title, --offence, --lead, --contact, --parent."
            )
        for field, value in given.items():
            card = dossiers.change(number, field, value)
        _print_card(card)


@dossier.group()
def member() -> None:
    """Say who may know of a dossier."""


@member.command()
@click.argument("number", metavar="DOSSIER")
@click.argument("user")
@authority_options
@workspace_option
def add(workspace: Path | None, authority: str, purpose: str, number: str, user: str) -> None:
    """Let USER know of DOSSIER."""
    with opened(workspace) as investigation:
        card = dossiers_of(investigation, authority, purpose).add_member(number, user)
        out.print(f"Members of {harmless(card.number)}: {', '.join(each.user for each in card.members)}.")


@member.command("remove")
@click.argument("number", metavar="DOSSIER")
@click.argument("user")
@authority_options
@workspace_option
def remove_member(workspace: Path | None, authority: str, purpose: str, number: str, user: str) -> None:
    """Keep USER from DOSSIER from now on."""
    with opened(workspace) as investigation:
        dossiers_of(investigation, authority, purpose).remove_member(number, user)
        out.print(f"{harmless(user)} may not know of it any more.")


@dossier.command()
@click.argument("number", metavar="DOSSIER")
@json_option
@authority_options
@workspace_option
def items(workspace: Path | None, authority: str, purpose: str, number: str, as_json: bool) -> None:
    """List what is in DOSSIER, as far as you may see it."""
    with opened(workspace) as investigation:
        register = dossiers_of(investigation, authority, purpose).items
        found: list[Item] = []
        cursor: int | None = 0
        while cursor is not None:
            page = register.page(number, after=cursor, limit=500)
            found += page.items
            cursor = page.cursor
        if as_json:
            from underseal.evidence.server import dossier_answers  # noqa: PLC0415  # costs what nobody else needs

            zone = ZoneInfo(investigation.workspace.settings.timezone)
            print_json(dossier_answers.items(ItemPage(items=tuple(found), cursor=None), zone))
            return
        rows = table("item", "what", "context", "why", "put in by")
        for each in found:
            rows.add_row(*map(harmless, _item_row(each)))
        out.print(rows)


@dossier.command("add")
@click.argument("number", metavar="DOSSIER")
@click.option("--message", type=click.IntRange(0), help="A message, by the number of its record.")
@click.option("--media", type=click.IntRange(0), help="An attachment, by the number of the record that carries it.")
@click.option("--account", help="An account, as found.")
@click.option("--person", help="A person, such as P3.")
@click.option("--note", help="A note, in words.")
@_context_options
@click.option("--why", default="", help="Why it is in the dossier.")
@authority_options
@workspace_option
def add_item(
    workspace: Path | None,
    authority: str,
    purpose: str,
    number: str,
    message: int | None,
    media: int | None,
    account: str | None,
    person: str | None,
    note: str | None,
    before: int,
    after: int,
    why: str,
) -> None:
    """Put a message, an attachment, an account, a person or a note into DOSSIER."""
    given = {
        ItemKind.MESSAGE: message,
        ItemKind.MEDIA: media,
        ItemKind.ACCOUNT: account,
        ItemKind.PERSON: person,
        ItemKind.NOTE: note,
    }
    kinds = [kind for kind, value in given.items() if value is not None]
    if len(kinds) != 1:
        raise CallerError("Name one thing to put in.", hint="One of --message, --media, --account, --person, --note.")
    draft = ItemDraft(
        kind=kinds[0],
        record=message if message is not None else media,
        before=before,
        after=after,
        account=account or "",
        person=person or "",
        text=note or "",
        why=why,
    )
    with opened(workspace) as investigation:
        item = dossiers_of(investigation, authority, purpose).items.add(number, draft)
        out.print(f"Put in: {harmless(item.id)}.")


@dossier.command()
@click.argument("number", metavar="DOSSIER")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--why", default="", help="Why it is in the dossier.")
@authority_options
@workspace_option
def document(workspace: Path | None, authority: str, purpose: str, number: str, file: Path, why: str) -> None:
    """Put FILE into DOSSIER; it is kept in the workspace by its SHA-256."""
    with opened(workspace) as investigation, file.open("rb") as stream:
        pieces = iter(lambda: stream.read(_CHUNK), b"")
        item = dossiers_of(investigation, authority, purpose).documents.add(number, file.name, pieces, why=why)
        out.print(f"Put in: {harmless(item.id)}.")


@dossier.command()
@click.argument("number", metavar="DOSSIER")
@click.option("--why", required=True, help="The reason; it stands in the dossier.")
@authority_options
@workspace_option
def close(workspace: Path | None, authority: str, purpose: str, number: str, why: str) -> None:
    """Close DOSSIER: nothing more is entered in it.

    It stays open while an actor in it lacks an attribution with its evidence, or while its only evidence is one unverified
    message; it says which.
    """
    with opened(workspace) as investigation:
        card = dossiers_of(investigation, authority, purpose).close(number, why=why)
        out.print(f"Closed: {harmless(card.number)}.")


@dossier.command()
@click.argument("number", metavar="DOSSIER")
@click.option("--why", required=True, help="The reason; it stands in the dossier.")
@authority_options
@workspace_option
def reopen(workspace: Path | None, authority: str, purpose: str, number: str, why: str) -> None:
    """Reopen DOSSIER."""
    with opened(workspace) as investigation:
        card = dossiers_of(investigation, authority, purpose).reopen(number, why=why)
        out.print(f"Reopened: {harmless(card.number)}.")


@dossier.command("remove")
@click.argument("number", metavar="DOSSIER")
@click.argument("item")
@click.option("--why", required=True, help="The reason; it stands in the dossier.")
@authority_options
@workspace_option
def remove_item(workspace: Path | None, authority: str, purpose: str, number: str, item: str, why: str) -> None:
    """Take ITEM, by its name in the list, out of DOSSIER; what was entered of it stays in its history."""
    with opened(workspace) as investigation:
        dossiers_of(investigation, authority, purpose).items.remove(number, item, why=why)
        out.print(f"Taken out: {harmless(item)}.")


def _print_card(card: Card) -> None:
    rows = table("", "")
    for name, value in (
        ("number", card.number),
        ("before", ", ".join(card.former)),
        ("reference", card.reference),
        ("title", card.title),
        ("offence", card.offence),
        ("district", card.district),
        ("lead", card.lead),
        ("contact", card.contact),
        ("parent", card.parent),
        ("opened", f"{moment_of(card.head.at)} by {card.head.user} under {card.head.authority}"),
        (
            "state",
            "open" if card.open else f"closed {moment_of(card.changed_at or 0)} by {card.changed_by}: {card.why}",
        ),
        ("members", ", ".join(each.user for each in card.members)),
    ):
        rows.add_row(name, harmless(value))
    out.print(rows)


def _item_row(item: Item) -> Sequence[str]:
    what = {
        ItemKind.MESSAGE: f"record {item.current}",
        ItemKind.MEDIA: f"attachment of record {item.current}",
        ItemKind.ACCOUNT: item.account,
        ItemKind.PERSON: f"{item.person} ({', '.join(item.claims) or 'no claim in force'})",
        ItemKind.NOTE: item.text,
        ItemKind.DOCUMENT: f"{item.name} ({item.size:,} bytes, SHA-256 {item.sha256})",
    }[item.kind]
    context = f"{item.before} before, {item.after} after" if item.kind is ItemKind.MESSAGE else ""
    why = f"{item.why} (excluded by {', '.join(item.excluded)})" if item.excluded else item.why
    return item.id, what, context, why, f"{item.added_by}, {moment_of(item.added_at)}"


def moment_of(milliseconds: int) -> str:
    """Return a time as the command line shows it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
