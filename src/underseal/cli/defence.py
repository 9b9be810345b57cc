"""`underseal defence`: the workspace of those to whom something was disclosed."""

from pathlib import Path

import click

from underseal.cli.bar import Bar
from underseal.cli.common import out
from underseal.cli.intake import tell
from underseal.cli.terminal import ask_passphrase, read_passphrase
from underseal.core.records import Secret
from underseal.errors import CallerError
from underseal.evidence.investigation.defence import audit_key, create_defence, verified


@click.group()
def defence() -> None:
    """Work as the defence, on what was disclosed."""


@defence.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--pack",
    required=True,
    type=click.Path(path_type=Path, exists=True),
    help="The disclosure pack: folder or zip file.",
)
@click.option("--key", help="Public key that must have signed the pack, 64 hexadecimal digits; get it on paper.")
@click.option("--name", default="", help="What people call the workspace; after the dossier by default.")
@click.option(
    "--audit-key",
    "key_file",
    type=click.Path(path_type=Path),
    help="File for the key that reads the audit, made unless it is there; FOLDER.audit-key beside the folder by default.",
)
@click.option(
    "--audit-passphrase-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Read the passphrase of that key from here ('-': stdin), instead of being asked.",
)
@click.option("--passphrase/--no-passphrase", default=False, help="Put the signing key under a passphrase, too.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Read the passphrase of the signing key from here.",
)
def init(
    folder: Path,
    pack: Path,
    key: str | None,
    name: str,
    key_file: Path | None,
    audit_passphrase_file: Path | None,
    passphrase: bool,
    passphrase_file: Path | None,
) -> None:
    """Make a workspace in FOLDER out of a disclosure pack.

    The pack is verified first. Every act in the workspace is sealed for a key of yours, which is kept in a file of its own: whoever
    runs the desk for you can count the acts and check that none was changed, and cannot read them.
    """
    disclosure = verified(pack, key=key)
    where = key_file or folder.absolute().with_name(f"{folder.absolute().name}.audit-key")
    opener = audit_key(where, _audit_passphrase(audit_passphrase_file, new=not where.exists()), workspace=folder)
    secret = read_passphrase(passphrase_file, "New passphrase: ") if passphrase or passphrase_file else None
    with Bar("Reading", unit="units") as bar:
        made = create_defence(
            folder,
            disclosure,
            audit_for=opener.letterbox,
            name=name,
            passphrase=secret,
            told=lambda words, done, total: bar.show(done, total, words=words),
        )
    with made:
        out.print(f"Made the workspace [bold]{made.name}[/] in {made.workspace.root}")
        out.print(
            f"The pack is signed by the key {disclosure.signer}"
            + ("." if key else ": compare it with the one on paper.")
        )
        tell(made, made.releases.latest())
        out.print(f"Your right of access is the authority {disclosure.authority}.")
        out.print(
            f"The audit is sealed for the key in {where}: keep a copy of that file, elsewhere. Without it nobody reads it."
        )
        out.print(f"Open the desk with:  underseal serve -w {folder} --audit-key {where}")


def _audit_passphrase(file: Path | None, *, new: bool) -> Secret:
    """Read the passphrase of the audit's key; a new one is typed twice, since nobody sees what they type."""
    found = read_passphrase(file, "New passphrase of the audit's key: " if new else "Passphrase of the audit's key: ")
    if file is None and new and ask_passphrase("The same again: ").reveal() != found.reveal():
        raise CallerError("The two passphrases are not the same.")
    return found
