"""`underseal network seize`: an exhibit out of a seized headless phone."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from underseal.cli.terminal import out, read_passphrase
from underseal.network.phones.seizure import Opening
from underseal.network.phones.seizure import seize as seize_phone


@click.command()
@click.argument("phone", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("exhibit", type=click.Path(path_type=Path))
@click.option("--locked", is_flag=True, help="Its unlock code is not known: copy what lies there, which is ciphertext.")
@click.option("--code-file", type=click.Path(path_type=Path), help='File with the unlock code, "-" for standard input.')
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help="File with the passphrase for the exported keys."
)
@click.option("--url", default="", help="Where the homeserver is, if not where the phone says.")
def seize(
    phone: Path, exhibit: Path, locked: bool, code_file: Path | None, passphrase_file: Path | None, url: str
) -> None:
    """Make the exhibit EXHIBIT of the folder PHONE of a headless phone.

    With its unlock code, and while its share exists on the homeserver: its room keys as Element exports them, and its history as
    Matrix events; both are taken in as exhibits. Each wrong code is one of ten. Without: the sealed store, and nothing else.
    """
    opening = None
    if not locked:
        code = read_passphrase(code_file, "Unlock code of the phone: ")
        passphrase = read_passphrase(passphrase_file, "Passphrase for the exported keys: ")
        opening = Opening(unlock_code=code, passphrase=passphrase, url=url)
    found = asyncio.run(seize_phone(phone, exhibit, datetime.now(UTC), opening))
    if found.keys is None:
        out.print(f"Copied the sealed store to {found.folder}: {found.why}, so there is nothing else.")
    else:
        out.print(f"Took {found.keys} room keys and {found.messages} messages to {found.folder}.")
