"""The parts of `underseal dossier` that hand it over: transfers to other districts, packages for partner forces."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.progress import Progress

from underseal.cli import dossier_work as _dossier_work  # noqa: F401  # adds its commands to the group
from underseal.cli.common import authority_options, err, harmless, opened, out, table, workspace_option
from underseal.cli.disclose import tell_preview
from underseal.cli.dossier import dossier, dossiers_of, moment_of
from underseal.core.crypto.private_files import write_new
from underseal.core.verify.disclosure.cover import HANDLING
from underseal.errors import CallerError
from underseal.evidence.disclosure.reader import reader_page
from underseal.evidence.dossier.packages import Package, PackageDraft
from underseal.evidence.dossier.transfers import TransferDraft

_number = click.argument("number", metavar="DOSSIER")
_package = click.argument("number", metavar="PACKAGE")
_why = click.option("--why", required=True, help="The reason; it stands in the dossier.")
_out = click.option("--out", "target", type=click.Path(path_type=Path), required=True, help="File to make.")


# --- to another district ----------------------------------------------------------------------------------------------


@dossier.command()
@_number
@click.option("--district", required=True, help="Short name or name of the district that gets it.")
@click.option("--lead", required=True, help="User who is to lead it there, and who accepts or refuses.")
@click.option("--basis", required=True, help="Legal basis of the transfer.")
@click.option("--why", required=True, help="The reason; the receiving lead reads it before they accept.")
@click.option("--keep", multiple=True, help="Member who stays one; can be given several times. All others leave.")
@authority_options
@workspace_option
def transfer(
    workspace: Path | None,
    authority: str,
    purpose: str,
    number: str,
    district: str,
    lead: str,
    basis: str,
    why: str,
    keep: Sequence[str],
) -> None:
    """Offer DOSSIER to another district. Nothing of it changes until the receiving lead accepts.

    Until then they see its number, title and offence, from whom it comes, on what basis and why: nothing of its content.
    """
    draft = TransferDraft(district=district, lead=lead, basis=basis, why=why, keep=keep)
    with opened(workspace) as investigation:
        made = dossiers_of(investigation, authority, purpose).transfers.offer(number, draft)
        out.print(
            f"Offered to {harmless(made.lead)} of {harmless(made.district)}, on the basis of {harmless(made.basis)}."
        )


@dossier.command()
@authority_options
@workspace_option
def offers(workspace: Path | None, authority: str, purpose: str) -> None:
    """List the dossiers that are offered to you."""
    with opened(workspace) as investigation:
        rows = table("number", "title", "offence", "from", "basis", "why", "offered by")
        for each in dossiers_of(investigation, authority, purpose).transfers.offers():
            told = (
                each.number,
                each.title,
                each.offence,
                f"{each.from_district}, {each.from_lead}",
                each.basis,
                each.why,
            )
            rows.add_row(*map(harmless, told), f"{each.offered_by}, {moment_of(each.offered_at)}")
        out.print(rows)


@dossier.command()
@_number
@click.option("--contact", default="", help="How to reach you: all that leads of other dossiers learn.")
@authority_options
@workspace_option
def accept(workspace: Path | None, authority: str, purpose: str, number: str, contact: str) -> None:
    """Take over DOSSIER, which is offered to you. It gets the next number of your district; the old one still finds it."""
    with opened(workspace) as investigation:
        card = dossiers_of(investigation, authority, purpose).transfers.accept(number, contact=contact)
        out.print(
            f"{harmless(card.former[-1])} is {harmless(card.number)} now, led by {harmless(card.lead)}."
            f" Members: {', '.join(each.user for each in card.members)}."
        )


@dossier.command()
@_number
@_why
@authority_options
@workspace_option
def refuse(workspace: Path | None, authority: str, purpose: str, number: str, why: str) -> None:
    """Refuse DOSSIER, which is offered to you; it stays where it is."""
    with opened(workspace) as investigation:
        dossiers_of(investigation, authority, purpose).transfers.refuse(number, why=why)
        out.print("Refused.")


@dossier.command()
@_number
@_why
@authority_options
@workspace_option
def withdraw(workspace: Path | None, authority: str, purpose: str, number: str, why: str) -> None:
    """Withdraw the offer of DOSSIER to another district."""
    with opened(workspace) as investigation:
        dossiers_of(investigation, authority, purpose).transfers.withdraw(number, why=why)
        out.print("Withdrawn.")


@dossier.command()
@_number
@authority_options
@workspace_option
def transfers(workspace: Path | None, authority: str, purpose: str, number: str) -> None:
    """List the transfers of DOSSIER: from where to where, and what came of each."""
    with opened(workspace) as investigation:
        rows = table("from", "to", "basis", "why", "offered", "state", "", "number")
        for each in dossiers_of(investigation, authority, purpose).transfers.list(number):
            ended = "" if each.ended_at is None else f"{each.ended_by}, {moment_of(each.ended_at)} {each.reason}"
            sides = (f"{each.from_district}, {each.from_lead}", f"{each.district}, {each.lead}", each.basis, each.why)
            offered = f"{each.offered_by}, {moment_of(each.offered_at)}"
            numbers = f"{each.old_number} -> {each.new_number}" if each.new_number else ""
            rows.add_row(*map(harmless, (*sides, offered, each.state, ended, numbers)))
        out.print(rows)


@dossier.command("transfer-document")
@_number
@_out
@authority_options
@workspace_option
def transfer_document(workspace: Path | None, authority: str, purpose: str, number: str, target: Path) -> None:
    """Write the signed document of DOSSIER's latest transfer; anyone checks it with `underseal verify`."""
    with opened(workspace) as investigation:
        write_new(target, dossiers_of(investigation, authority, purpose).transfers.document(number))
        out.print(f"Wrote {target}.", markup=False)


# --- to a partner force -----------------------------------------------------------------------------------------------


@dossier.command()
@_number
@click.option("--to", required=True, help="Who gets the package.")
@click.option("--basis", default="", help="Legal basis on which it is sent.")
@click.option(
    "--handling",
    type=click.Choice([*HANDLING], case_sensitive=False),
    multiple=True,
    help="A handling code; can be given several times. H0 without any.",
)
@click.option("--note", default="", help="Further restrictions, in words; H3 needs them.")
@click.option("--expires", default="", help="Last day on which it may be held.")
@click.option("--preview", "previewing", is_flag=True, help="Say what would leave the house, and write nothing.")
@click.option("--out", "target", type=click.Path(path_type=Path), help="Folder or zip file to make.")
@click.option("--zip", "zipped", is_flag=True, help="Make a zip file.")
@click.option("--release", type=click.IntRange(1), help="Number of the release; the latest by default.")
@click.option("--reader/--no-reader", default=True, help="Enclose reader.html, which shows and checks the pack.")
@authority_options
@workspace_option
def package(
    workspace: Path | None,
    authority: str,
    purpose: str,
    number: str,
    to: str,
    basis: str,
    handling: Sequence[str],
    note: str,
    expires: str,
    previewing: bool,
    target: Path | None,
    zipped: bool,
    release: int | None,
    reader: bool,
) -> None:
    """Make an intelligence package of DOSSIER for a partner force: a pack under a signed cover that says what may be done with it.

    What is held back, excluded or withheld stays out as of a disclosure. The codes of partners' packages whose material goes
    along go along, too; what their senders keep from going on does not.
    """
    if target is None and not previewing:
        raise CallerError("No folder is named to make the package in.", hint="Name one: --out FOLDER")
    draft = PackageDraft(to=to, basis=basis, handling=handling, note=note, expires=expires)
    with opened(workspace) as investigation:
        packages = investigation.under(authority, purpose=purpose, release=release).dossiers.packages
        if previewing or target is None:
            tell_preview(packages.preview(number, to=to), as_json=False)
            return
        page = reader_page() if reader else None
        with Progress(console=err, transient=True) as bars:
            bar = bars.add_task("Packing", total=None)

            def progress(words: str, done: int, total: int) -> None:
                bars.update(bar, description=words, completed=done, total=total)

            sent, made = packages.make(number, draft, target, zipped=zipped, page=page, progress=progress)
        out.print(
            f"Wrote {made.path}: package {sent.number} for {sent.to}, {sent.count:,} messages, {', '.join(sent.handling)}.",
            markup=False,
        )
        out.print(f"Anyone can check it with: underseal verify {made.path} --key {made.key}", markup=False)


@dossier.command()
@click.argument("number", metavar="[DOSSIER]", default="")
@authority_options
@workspace_option
def packages(workspace: Path | None, authority: str, purpose: str, number: str) -> None:
    """List the packages that were sent, of DOSSIER or of all of yours, with what came of them."""
    with opened(workspace) as investigation:
        rows = table("package", "to", "basis", "handling", "messages", "sent", "recalled", "confirmed", "")
        for each in dossiers_of(investigation, authority, purpose).packages.list(number):
            rows.add_row(*map(harmless, _row(each)))
        out.print(rows)


@dossier.command()
@_package
@_why
@_out
@authority_options
@workspace_option
def recall(workspace: Path | None, authority: str, purpose: str, number: str, why: str, target: Path) -> None:
    """Recall PACKAGE, and write the signed notice to send to who got it."""
    with opened(workspace) as investigation:
        packages = dossiers_of(investigation, authority, purpose).packages
        recalled = packages.recall(number, why=why)
        write_new(target, packages.notice(number))
        out.print(f"Recalled {recalled.number} from {recalled.to}. Send them {target}.", markup=False)


@dossier.command("recall-notice")
@_package
@_out
@authority_options
@workspace_option
def recall_notice(workspace: Path | None, authority: str, purpose: str, number: str, target: Path) -> None:
    """Write the notice of PACKAGE, which was recalled, once more."""
    with opened(workspace) as investigation:
        write_new(target, dossiers_of(investigation, authority, purpose).packages.notice(number))
        out.print(f"Wrote {target}.", markup=False)


@dossier.command("recall-confirmed")
@_package
@click.option("--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The signed confirmation.")
@click.option("--words", "said", default="", help="What was said, where no signed confirmation came.")
@click.option("--key", default="", help="The receiver's public key, which must have signed it.")
@authority_options
@workspace_option
def recall_confirmed(
    workspace: Path | None, authority: str, purpose: str, number: str, file: Path | None, said: str, key: str
) -> None:
    """Enter that who got PACKAGE confirmed its recall."""
    data = None if file is None else file.read_bytes()
    with opened(workspace) as investigation:
        made = dossiers_of(investigation, authority, purpose).packages.confirm(number, said=said, file=data, key=key)
        signed = f"signed by the key {made.signer}" if made.signer else f"in words: {made.words}"
        out.print(f"The recall of {made.number} is confirmed, {signed}.", markup=False)
        if made.signer and not key:
            out.print("Compare that key with the one that the receiver gave you on paper.")


def _row(package: Package) -> Sequence[str]:
    def step(user: str, at: int | None, more: str) -> str:
        return "" if at is None else f"{moment_of(at)} by {user} {more}".strip()

    until = f", until {package.expires}" if package.expires else ""
    return (
        package.number,
        package.to,
        package.basis,
        f"{', '.join(package.handling)}{until}",
        f"{package.count:,}",
        step(package.sent_by, package.sent_at, ""),
        step(package.recalled_by, package.recalled_at, package.why),
        step(package.confirmed_by, package.confirmed_at, package.words or package.signer[:16]),
        f"recall? excluded by {', '.join(package.excluded)}" if package.excluded and not package.recalled_at else "",
    )
