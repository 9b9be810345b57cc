"""`underseal network seize`: an exhibit out of a seized phone."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from underseal.cli.terminal import out, read_passphrase
from underseal.network.phones.seizure import Opening, find_source
from underseal.network.phones.seizure import seize as seize_phone


@click.command()
@click.argument("phone", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("exhibit", type=click.Path(path_type=Path))
@click.option("--locked", is_flag=True, help="It cannot be opened: copy what lies there, which is ciphertext.")
@click.option(
    "--code-file",
    type=click.Path(path_type=Path),
    help='File with the unlock code of a headless phone, "-" for standard input.',
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help="File with the passphrase for the exported keys."
)
@click.option("--url", default="", help="Where the homeserver is, if not where the phone says.")
def seize(
    phone: Path, exhibit: Path, locked: bool, code_file: Path | None, passphrase_file: Path | None, url: str
) -> None:
    """Make the exhibit EXHIBIT of PHONE: a headless phone's folder, what a phone handed over, or a browser's profile.

    A headless phone opens with its unlock code, while its share exists on the homeserver; each wrong code is one of ten. A phone in a
    browser saves two files under "Hand over keys and history": name the folder with both, and the passphrase that they were
    made with. The exhibit then holds the room keys as Element exports them, and the history as Matrix events; both are taken in as
    exhibits. With --locked: the sealed store, or the browser's profile, and nothing else.
    """
    opening = None
    if not locked:
        asks = find_source(phone).asks_unlock_code
        code = read_passphrase(code_file, "Unlock code of the phone: ") if asks else None
        passphrase = read_passphrase(passphrase_file, "Passphrase for the exported keys: ")
        opening = Opening(unlock_code=code, passphrase=passphrase, url=url)
    found = asyncio.run(seize_phone(phone, exhibit, datetime.now(UTC), opening))
    if found.keys is None:
        out.print(f"Copied what lies there to {found.folder}: {found.why}, so there is nothing else.")
    else:
        out.print(f"Took {found.keys} room keys and {found.messages} messages to {found.folder}.")
