"""`underseal package`: the packages of partner forces that are held, and what their senders want of them."""

from pathlib import Path

import click

from underseal.cli.common import Command, authority_options, harmless, opened, out, table, workspace_option
from underseal.cli.dossier import moment_of
from underseal.core.crypto.private_files import write_new
from underseal.evidence.dossier.terms import ENFORCED, ConsentDraft, HeldPackage


@click.group()
def package() -> None:
    """See the packages of partner forces that were taken in, take their recalls, and enter their consents.

    A package is taken in as an exhibit: underseal intake PACKAGE --exhibit NUMBER.
    """


@package.command("list")
@authority_options
@workspace_option
def list_(workspace: Path | None, authority: str, purpose: str) -> None:
    """List the packages that are held, with their handling codes and what is to be said of them now."""
    with opened(workspace) as investigation:
        now = investigation.gate.clock()
        rows = table("exhibit", "package", "from", "basis", "handling", "until", "consents", "taken in", "")
        for each in investigation.under(authority, purpose=purpose).held_packages.list():
            cover = each.cover
            told = (each.exhibit, cover.number, cover.sender, cover.basis, cover.restrictions, cover.expires)
            taken = f"{each.user}, {moment_of(each.at)}"
            rows.add_row(*map(harmless, (*told, _consents(each), taken, each.warning(now))))
        out.print(rows)


@package.command("recall-take")
@click.argument("notice", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--out", "target", type=click.Path(path_type=Path), required=True, help="File of the confirmation to make."
)
@authority_options
@workspace_option
def recall_take(workspace: Path | None, authority: str, purpose: str, notice: Path, target: Path) -> None:
    """Take NOTICE, by which the sender of a package recalls it, and write the signed confirmation to send back.

    Nothing is stored unless who signed the package signed the notice. What came with the package is marked as excluded, and
    leaves the house no more.
    """
    with opened(workspace) as investigation:
        held = investigation.under(authority, purpose=purpose).held_packages
        recalled = held.take_recall(notice.read_bytes())
        write_new(target, held.confirmation(recalled[0].exhibit))
        exhibits = ", ".join(each.exhibit for each in recalled)
        out.print(f"Recalled: {recalled[0].cover.number}, exhibit {exhibits}. Send {target} back.", markup=False)


@package.command()
@click.argument("exhibit")
@click.option("--out", "target", type=click.Path(path_type=Path), required=True, help="File to make.")
@authority_options
@workspace_option
def confirmation(workspace: Path | None, authority: str, purpose: str, exhibit: str, target: Path) -> None:
    """Write the confirmation of the recall of EXHIBIT once more."""
    with opened(workspace) as investigation:
        held = investigation.under(authority, purpose=purpose).held_packages
        write_new(target, held.confirmation(exhibit))
        out.print(f"Wrote {target}.", markup=False)


def _consent_options(command: Command) -> Command:
    by = click.option("--by", required=True, help="Who of the sender said so.")
    reference = click.option("--reference", required=True, help="Number or date of the letter in which they did.")
    code = click.argument("code", type=click.Choice(ENFORCED, case_sensitive=False))
    return click.argument("exhibit")(code(by(reference(authority_options(workspace_option(command))))))


@package.command()
@_consent_options
def consent(
    workspace: Path | None, authority: str, purpose: str, exhibit: str, code: str, by: str, reference: str
) -> None:
    """Enter that the sender of EXHIBIT allows what the handling code CODE forbids."""
    with opened(workspace) as investigation:
        draft = ConsentDraft(code=code, given=True, by=by, reference=reference)
        investigation.under(authority, purpose=purpose).held_packages.consent(exhibit, draft)
        out.print(f"The sender of {harmless(exhibit)} allows what {code} forbids.")


@package.command("consent-withdrawn")
@_consent_options
def consent_withdrawn(
    workspace: Path | None, authority: str, purpose: str, exhibit: str, code: str, by: str, reference: str
) -> None:
    """Enter that the sender of EXHIBIT allows that no longer."""
    with opened(workspace) as investigation:
        draft = ConsentDraft(code=code, given=False, by=by, reference=reference)
        investigation.under(authority, purpose=purpose).held_packages.consent(exhibit, draft)
        out.print(f"The sender of {harmless(exhibit)} allows what {code} forbids no longer.")


def _consents(held: HeldPackage) -> str:
    return "; ".join(f"{each.code}: {each.by}, {each.reference}" for each in held.consents.values() if each.given)
