"""`underseal network play`: let headless phones talk by a scenario, and write down what is true of it."""

import asyncio
import json
from pathlib import Path

import click

from underseal.cli.bar import Bar
from underseal.cli.common import err
from underseal.errors import CallerError
from underseal.network.phones.codes import Issuer, Ticket, read_codes
from underseal.network.phones.play import Outcome, play
from underseal.network.phones.scenario import Scenario, read_scenario
from underseal.network.setup import Network


@click.command("play")
@click.argument("scenario", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--network", "folder", type=click.Path(path_type=Path), help="Folder of the network: it issues the codes itself."
)
@click.option("--url", help="Where the phones reach the homeserver; by default, where the network's folder says.")
@click.option(
    "--codes", type=click.Path(path_type=Path, exists=True), help="File with activation codes, one a line, for --url."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Empty or new folder for what is true.")
@click.option(
    "--phones",
    type=click.Choice(["nio", "thin"]),
    default="nio",
    show_default=True,
    help="nio: as others write clients, with a folder each; thin: for thousands, in memory.",
)
@click.option("--speed", default=1.0, show_default=True, help="How much faster than written it is played.")
@click.option("--seed", type=int, help="Another story than the scenario's own seed tells.")
def play_command(
    scenario: Path,
    folder: Path | None,
    url: str | None,
    codes: Path | None,
    out: Path,
    phones: str,
    speed: float,
    seed: int | None,
) -> None:
    """Play SCENARIO on a live network: phones are enrolled, meet, talk, are lost, run out of licence.

    Writes truth.jsonl (every plaintext with its event id), the key exports of seized phones, and the phones. When it is
    stopped, what was played is there. Prints one line of JSON.
    """
    if speed <= 0:
        raise CallerError("--speed is larger than 0.")
    found = read_scenario(scenario)
    network = Network.open(folder) if folder else None
    issuer = Issuer(network) if network else None
    if url is None and network:
        url = f"http://127.0.0.1:{network.settings.phone_port}"
    if url is None:
        raise CallerError("Say which network to play on.", hint="Either --network DIR, or --url URL with --codes FILE.")
    tickets = _tickets(found, issuer, codes)
    with Bar("Setting the phones up", unit="acts") as bar:
        outcome = asyncio.run(
            play(
                found,
                scenario,
                out,
                url=url,
                codes=tickets,
                issuer=issuer,
                thin=phones == "thin",
                speed=speed,
                seed=seed,
                progress=lambda done, total, words: bar.show(done, total, words=words),
            )
        )
    _tell(outcome, out)


def _tickets(scenario: Scenario, issuer: Issuer | None, codes: Path | None) -> list[Ticket]:
    if codes:
        return read_codes(codes)
    if issuer is None:
        raise CallerError("Phones need activation codes.", hint="Give a file of them: --codes FILE")
    return issuer.lasting(len(scenario.cast))


def _tell(outcome: Outcome, out: Path) -> None:
    for surprise in outcome.surprises:
        err.print(surprise, markup=False)
    told = {
        "sent": outcome.sent,
        "kinds": outcome.kinds,
        "refused": outcome.refused,
        "surprises": len(outcome.surprises),
        "seconds": round(outcome.seconds, 1),
        "truth": str(out / "truth.jsonl"),
    }
    click.echo(json.dumps(told))
