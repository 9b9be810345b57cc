"""`underseal decrypt`: release what is staged, and try all keys on everything that is still locked."""

from pathlib import Path

import click

from underseal.cli.bar import Bar
from underseal.cli.common import opened, workspace_option
from underseal.cli.intake import tell


@click.command()
@click.option("--workers", type=click.IntRange(1), help="Processes; one per processor by default.")
@workspace_option
def decrypt(workspace: Path | None, workers: int | None) -> None:
    """Try all keys of the workspace on all locked records; what they open becomes a new release."""
    with opened(workspace) as investigation:
        with Bar("Decrypting", unit="records") as bar:
            release = investigation.release(
                workers=workers, progress=lambda words, done, total: bar.show(done, total, words=words)
            )
        tell(investigation, release)
