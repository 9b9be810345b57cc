"""What the commands of a network share: which one, and the present time."""

from datetime import UTC, datetime
from pathlib import Path

import click

from underseal.cli.terminal import Command
from underseal.errors import NotFoundError
from underseal.network.setup import SETTINGS_FILE, Network


def network_option(command: Command) -> Command:
    """Add --network."""
    return click.option(
        "--network",
        "folder",
        envvar="UNDERSEAL_NETWORK",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="The network's folder; by default the nearest one upwards from here, or UNDERSEAL_NETWORK.",
    )(command)


def opened_network(folder: Path | None) -> Network:
    """Open the network of a folder; None for the nearest one upwards from the current folder.

    Raises:
        NotFoundError: there is none. CallerError: its settings cannot be used.
    """
    if folder is not None:
        return Network.open(folder)
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / SETTINGS_FILE).is_file():
            return Network.open(place)
    raise NotFoundError(
        f"There is no network in {here} or above it.",
        hint="Name one with --network DIR or UNDERSEAL_NETWORK, or make one with: underseal network init DIR",
    )


def now() -> datetime:
    """Return the present time: the one clock of these commands."""
    return datetime.now(UTC)
