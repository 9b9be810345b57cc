"""`underseal network serve`: run a network until somebody stops it."""

import signal
from pathlib import Path

import click

from underseal.cli.terminal import err
from underseal.errors import InternalError
from underseal.network.homeserver import running
from underseal.network.setup import Network


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def serve(folder: Path) -> None:
    """Run the network in FOLDER (by default the current one) on 127.0.0.1. Stop it with Ctrl-C."""
    network = Network.open(folder)
    signal.signal(signal.SIGTERM, _interrupt)
    err.print("Starting the homeserver ...")
    with running(network) as homeserver:
        err.print(f"The phone is at {network.settings.public_url or homeserver.url}/phone/")
        err.print("Stop with Ctrl-C.")
        try:
            while not homeserver.has_ended(within=3600):
                pass
        except KeyboardInterrupt:
            err.print("Stopping ...")
            return
        raise InternalError("The homeserver ended by itself.", hint=f"See {network.homeserver / 'homeserver.log'}.")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
