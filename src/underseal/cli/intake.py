"""`underseal intake`: take in an exhibit."""

from pathlib import Path

import click

from underseal.cli.bar import Bar
from underseal.cli.common import authority_options, opened, out, read_passphrase, workspace_option
from underseal.evidence.investigation import Arrival, Investigation


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--exhibit", required=True, help="The exhibit's number, unique in the workspace.")
@click.option("--title", default="", help="What it is; the file's name by default.")
@click.option("--custodian", default="", help="Person or device that the data came from.")
@click.option("--condition", default="not stated", show_default=True, help="What it looked like on arrival.")
@click.option("--received-from", default="not stated", show_default=True, help="Who handed it over.")
@click.option("--reader", help="Format, when it is not to be found out: see docs/formats.")
@click.option(
    "--mapping", type=click.Path(path_type=Path, exists=True), help="For message tables: which column is what."
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, allow_dash=True), help="For key exports ('-': stdin)."
)
@click.option("--increment-of", default="", help="Number of the exhibit that this one continues.")
@click.option("--hold", is_flag=True, help="Stage only; `underseal decrypt` releases later.")
@authority_options
@workspace_option
def intake(
    workspace: Path | None,
    authority: str,
    purpose: str,
    path: Path,
    exhibit: str,
    title: str,
    custodian: str,
    condition: str,
    received_from: str,
    reader: str | None,
    mapping: Path | None,
    passphrase_file: Path | None,
    increment_of: str,
    hold: bool,
) -> None:
    """Take in the exhibit at PATH: hash every file, register it, read it, open what can be opened, and release it.

    A run that was stopped goes on where it stopped when it is called again. The original is never written to.
    """
    with opened(workspace) as investigation:
        arrival = Arrival(
            number=exhibit,
            title=title or path.name,
            custodian=custodian or path.stem,
            condition=condition,
            received_from=received_from,
            received_by=investigation.user,
            increment_of=increment_of,
        )
        needs_passphrase = investigation.needs_passphrase(path, reader)
        secret = read_passphrase(passphrase_file, "Passphrase of the key export: ") if needs_passphrase else None
        with Bar("Reading", unit="bytes") as bar:
            taken = investigation.take(
                path,
                arrival,
                authority=authority,
                purpose=purpose,
                reader=reader,
                mapping=mapping,
                passphrase=secret,
                progress=bar.show,
            )
        out.print(
            f"{taken.number}: {taken.read:,} read, {taken.failed:,} failed, {taken.keys:,} room keys; "
            f"{taken.files:,} files, {taken.size:,} bytes, SHA-256 {taken.sha256.hex()}"
        )
        if held := investigation.held_packages().get(taken.number):
            cover = held.cover
            out.print(
                f"Package {cover.number} of {cover.sender}, on the basis of {cover.basis}. Handling: {cover.restrictions}.",
                markup=False,
            )
            if warning := held.warning(investigation.gate.clock()):
                out.print(f"Beware: {warning}.", markup=False)
        if not hold:
            with Bar("Decrypting", unit="records") as bar:
                release = investigation.release(progress=lambda words, done, total: bar.show(done, total, words=words))
            tell(investigation, release)


def tell(investigation: Investigation, release: object) -> None:
    """Say what a release has brought."""
    from underseal.evidence.store import Release  # noqa: PLC0415  # keeps the start of other commands short

    if not isinstance(release, Release):
        out.print("Nothing new to release.")
        return
    out.print(f"Release {release.number}: {release.size:,} records, {release.added:,} new; root {release.root}")
    out.print("Verdicts: " + ", ".join(f"{name} {count:,}" for name, count in release.verdicts.items()))
    if suspected := investigation.privilege.suspected_in(release):
        many = "1 account" if suspected == 1 else f"{suspected:,} accounts"
        out.print(f"Rules suspect privilege of {many}: withheld until the filter team decides.")
