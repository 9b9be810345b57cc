"""`underseal demo`: the main job on the sample, from capture and seized phones to conversations in the browser."""

import json
import shutil
import time
from pathlib import Path
from tempfile import mkdtemp

import click

from underseal.cli.bar import Bar
from underseal.cli.common import err
from underseal.cli.serve import serve_until_stopped
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, NotFoundError
from underseal.evidence.authority import Draft
from underseal.evidence.investigation import Arrival, Investigation, create_investigation, open_investigation

SAMPLES = (Path(__file__).parent / "harbour", Path(__file__).parents[3] / "samples" / "harbour")
"""Where the sample lies: in an installed package, and in a checkout."""

AUTHORITY = "DEMO-2026/1"
PURPOSE = "demonstration"


@click.command()
@click.option("--workspace", type=click.Path(path_type=Path), help="Where to make it; a temporary folder by default.")
@click.option("--serve/--no-serve", default=True, help="Open the desk at the end.")
@click.option("--port", default=0, help="Port of the desk on 127.0.0.1; a free one by default.")
def demo(workspace: Path | None, serve: bool, port: int) -> None:
    """Take in a captured homeserver and five seized phones, open what they open, and serve the desk.

    Prints one line of JSON on standard output: records, verdicts, release root, seconds.
    """
    sample = _sample()
    started = time.monotonic()
    folder = _fresh(workspace)
    with create_investigation(folder, "Harbour") as investigation:
        summary = _main_job(investigation, sample)
    summary["seconds"] = round(time.monotonic() - started, 1)
    click.echo(json.dumps(summary))
    if serve:
        with open_investigation(folder) as investigation:
            serve_until_stopped(investigation, port=port)
    elif workspace is None:
        shutil.rmtree(folder)


def _sample() -> Path:
    found = next((place for place in SAMPLES if (place / "keys" / "passphrases.json").is_file()), None)
    if found is None:
        raise NotFoundError(
            "This installation of Underseal does not carry the sample that the demo takes in.",
            hint="Run the demo in a checkout of the source, where samples/harbour is, or install a wheel built from one.",
        )
    return found


def _fresh(workspace: Path | None) -> Path:
    """Return a folder for a new workspace; an earlier demonstration there is thrown away, anything else is not."""
    if workspace is None:
        return Path(mkdtemp(prefix="underseal-demo-")) / "harbour"
    if workspace.exists() and any(workspace.iterdir()):
        if not (workspace / ".demonstration").exists():
            raise ConflictError(f"{workspace} is not empty, and not an earlier demonstration.")
        shutil.rmtree(workspace)
    return workspace


def _main_job(investigation: Investigation, sample: Path) -> dict[str, object]:
    (investigation.workspace.root / ".demonstration").touch()
    investigation.authorities.add(_authority(), user=investigation.user, purpose=PURPOSE)
    passphrases: dict[str, str] = json.loads((sample / "keys" / "passphrases.json").read_text(encoding="utf-8"))
    _take(
        investigation,
        sample / "capture",
        number="HARBOUR-1",
        title="Capture of the harbour's homeserver",
        passphrase=None,
    )
    for place, (file, passphrase) in enumerate(sorted(passphrases.items()), 2):
        title = f"Key export of {Path(file).stem}"
        _take(investigation, sample / "keys" / file, number=f"HARBOUR-{place}", title=title, passphrase=passphrase)
    with Bar("Decrypting", unit="records") as bar:
        release = investigation.release(progress=lambda words, done, total: bar.show(done, total, words=words))
    if release is None:
        raise CallerError("Nothing was taken in.")
    return {
        "records": release.size,
        "verdicts": dict(release.verdicts),
        "failures": release.failures,
        "release": release.number,
        "root": release.root,
        "workspace": str(investigation.workspace.root),
    }


def _take(investigation: Investigation, path: Path, *, number: str, title: str, passphrase: str | None) -> None:
    err.print(f"Taking in {title}")
    arrival = Arrival(
        number=number,
        title=title,
        custodian=path.stem,
        condition="sealed bag, intact",
        received_from="the harbour's festival office (invented)",
        received_by=investigation.user,
    )
    with Bar("Reading", unit="bytes") as bar:
        investigation.take(
            path,
            arrival,
            authority=AUTHORITY,
            purpose=PURPOSE,
            passphrase=None if passphrase is None else Secret(passphrase.encode()),
            progress=bar.show,
        )


def _authority() -> Draft:
    return Draft(
        number=AUTHORITY,
        magistrate="Examining magistrate of the sample (invented)",
        legal_basis="None: invented material for a demonstration",
        type="demonstration",
        accounts="all",
        rooms="all",
        period="all",
        valid_from="2020-01-01",
        valid_to="2099-12-31",
        zone="UTC",
    )
