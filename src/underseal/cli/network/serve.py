"""`underseal network serve`: run a network until somebody stops it."""

import signal
from pathlib import Path

import click

from underseal.cli.terminal import err
from underseal.errors import InternalError
from underseal.network.homeserver import running
from underseal.network.office import Office, serving
from underseal.network.setup import Network


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def serve(folder: Path) -> None:
    """Run the network in FOLDER (by default the current one) on 127.0.0.1: homeserver, phone, office. Stop it with Ctrl-C.

    The office opens by a one-time link until the network has named operators: underseal network operator add.
    """
    network = Network.open(folder)
    signal.signal(signal.SIGTERM, _interrupt)
    with serving(network) as office:
        err.print("Starting the homeserver ...")
        with running(network) as homeserver:
            err.print(f"The phone is at {network.settings.public_url or homeserver.url}/phone/")
            _announce(office)
            if office.run(lambda seconds: homeserver.has_ended(within=seconds)):
                raise InternalError(
                    "The homeserver ended by itself.", hint=f"See {network.homeserver / 'homeserver.log'}."
                )
            err.print("Stopping ...")


def _announce(office: Office) -> None:
    if office.link:
        err.print("The office opens by this link, once; a new one comes with each start:\n")
        err.print(f"    {office.link}\n")
    else:
        err.print(f"The office is at {office.url}")
    err.print("Stop with Ctrl-C.")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
