"""`underseal init`: make a workspace."""

from pathlib import Path

import click

from underseal.cli.common import out, read_passphrase
from underseal.evidence.investigation import create_investigation


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="What people call it; the folder's name by default.")
@click.option("--database", help="Address of a PostgreSQL database for case work, without its password.")
@click.option("--passphrase/--no-passphrase", default=False, help="Put the signing key under a passphrase.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Read it from here ('-': standard input).",
)
def init(folder: Path, name: str | None, database: str | None, passphrase: bool, passphrase_file: Path | None) -> None:
    """Make a workspace in FOLDER: settings, case-work database, a signing key of its own, and the audit."""
    secret = read_passphrase(passphrase_file, "New passphrase: ") if passphrase or passphrase_file else None
    with create_investigation(folder, name or folder.name, passphrase=secret, database=database) as made:
        out.print(f"Made the workspace [bold]{made.name}[/] in {made.workspace.root}")
        out.print(f"Its public key: {made.workspace.public_key.hex}")
        out.print("Next, enter the authority that you act under:  underseal authority add --help")
