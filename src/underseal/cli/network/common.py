"""What the commands of a network share: its folder."""

import os
from pathlib import Path

import click

from underseal.cli.common import Command
from underseal.errors import CallerError
from underseal.network.setup import SETTINGS_FILE, Network


def network_option(command: Command) -> Command:
    """Add --network."""
    return click.option(
        "--network",
        "-n",
        "folder",
        type=click.Path(path_type=Path),
        help="The network's folder; by default UNDERSEAL_NETWORK, or the nearest one upwards from here.",
    )(command)


def open_network(folder: Path | None) -> Network:
    """Open the network that was named, else the one of UNDERSEAL_NETWORK, else the nearest one upwards from here.

    Raises:
        NotFoundError: there is none in that folder.
        CallerError: none is named, and there is none upwards; or its settings cannot be used.
    """
    if folder is not None:
        return Network.open(folder)
    if named := os.environ.get("UNDERSEAL_NETWORK"):
        return Network.open(Path(named))
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / SETTINGS_FILE).is_file():
            return Network.open(place)
    raise CallerError("There is no network here.", hint="Name its folder with --network, or in UNDERSEAL_NETWORK.")
