"""`underseal demo`: a night on a phone network, its capture, its seized phones, and their conversations in the browser."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import click

from underseal.cli.bar import Bar
from underseal.cli.common import err
from underseal.cli.serve import serve_until_stopped
from underseal.cli.truth import Said, compare, played_truth, recorded_truth
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, IntegrityError, NotFoundError
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
@click.option("--recorded", is_flag=True, help="Take in the recorded sample instead of playing a network: quicker.")
@click.option(
    "--scenario",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What the phones of the network play; harbour-night.yaml by default.",
)
def demo(workspace: Path | None, serve: bool, port: int, recorded: bool, scenario: Path | None) -> None:
    """Play a night on a closed phone network, capture it, seize some phones, and open what they open.

    What the desk then shows is compared with what was said, word for word. Prints one line of JSON on standard output:
    records, verdicts, release root, seconds, and the comparison. Exit code 1 where anything differs.
    """
    started = time.monotonic()
    folder = _fresh(workspace)
    given = _recorded(_sample()) if recorded else _live(folder, scenario)
    with create_investigation(folder, "Harbour") as investigation:
        summary = _main_job(investigation, given)
        compared = compare(investigation.under(AUTHORITY, purpose=PURPOSE), given.truth)
    summary |= compared.sums() | {"seconds": round(time.monotonic() - started, 1)}
    click.echo(json.dumps(summary))
    for line in compared.differences:
        err.print(line, markup=False)
    if compared.differences:
        raise IntegrityError("What the desk shows is not what was said.")
    if serve:
        with open_investigation(folder) as investigation:
            serve_until_stopped(investigation, port=port)
    elif workspace is None:
        shutil.rmtree(folder.parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the demonstration takes in.

    Attributes:
        captures: folders and files of what was captured, by title. keys: key exports with their passphrases.
        truth: what was said; a line each.
    """

    captures: dict[str, Path]
    keys: dict[Path, Secret]
    truth: list[Said]


def _recorded(sample: Path) -> _Given:
    passphrases: dict[str, str] = json.loads((sample / "keys" / "passphrases.json").read_text(encoding="utf-8"))
    return _Given(
        captures={"Capture of the harbour's homeserver": sample / "capture"},
        keys={sample / "keys" / file: Secret(word.encode()) for file, word in sorted(passphrases.items())},
        truth=recorded_truth(sample / "truth.jsonl"),
    )


def _live(workspace: Path, scenario: Path | None) -> _Given:
    try:
        from underseal.cli.live import play_and_capture  # noqa: PLC0415  # the network half is an extra
    except ImportError:
        raise NotFoundError(
            "Playing a network needs the network half, which is not installed.",
            hint="pip install 'underseal[network]', or take in what was recorded: underseal demo --recorded",
        ) from None
    night = play_and_capture(scenario or _scenario(), workspace.with_name(f"{workspace.name}-network"), order=AUTHORITY)
    return _Given(
        captures={  # the feed first: what a timer or a deletion has emptied in the database since is whole in it
            "Feed of the harbour's homeserver": night.handover / "feed.jsonl",
            "Handover of the harbour's operator": night.handover,
        },
        keys=night.keys,
        truth=[played_truth(line) for line in night.truth],
    )


def _sample() -> Path:
    found = next((place for place in SAMPLES if (place / "keys" / "passphrases.json").is_file()), None)
    if found is None:
        raise NotFoundError(
            "This installation of Underseal does not carry the sample that the demo takes in.",
            hint="Run the demo in a checkout of the source, where samples/harbour is, or install a wheel built from one.",
        )
    return found


def _scenario() -> Path:
    places = (sample.parent / "scenarios" / "harbour-night.yaml" for sample in SAMPLES)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise NotFoundError(
            "This installation of Underseal does not carry the scenario that the demo plays.",
            hint="Name one with --scenario, or run the demo in a checkout of the source.",
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
        shutil.rmtree(workspace.with_name(f"{workspace.name}-network"), ignore_errors=True)
    return workspace


def _main_job(investigation: Investigation, given: _Given) -> dict[str, object]:
    (investigation.workspace.root / ".demonstration").touch()
    investigation.authorities.add(_authority(), user=investigation.user, purpose=PURPOSE)
    exhibits: list[tuple[str, Path, Secret | None]] = [(title, path, None) for title, path in given.captures.items()]
    exhibits += [(f"Key export of {path.stem}", path, passphrase) for path, passphrase in given.keys.items()]
    for place, (title, path, passphrase) in enumerate(exhibits, 1):
        _take(investigation, path, number=f"HARBOUR-{place}", title=title, passphrase=passphrase)
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


def _take(investigation: Investigation, path: Path, *, number: str, title: str, passphrase: Secret | None) -> None:
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
            path, arrival, authority=AUTHORITY, purpose=PURPOSE, passphrase=passphrase, progress=bar.show
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
