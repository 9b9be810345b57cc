"""`underseal network`: the closed phone network, from its folder to what is handed over under an authority."""

from typing import Final

import click

from underseal.cli.lazy import LazyGroup

COMMANDS: Final[dict[str, str]] = {
    "init": "underseal.cli.network.init:init",
    "serve": "underseal.cli.network.serve:serve",
    "operator": "underseal.cli.network.operator:operator",
    "licence": "underseal.cli.network.licence:licence",
    "play": "underseal.cli.network.play:play_command",
    "kiosk": "underseal.cli.network.kiosk:kiosk",
    "capture": "underseal.cli.network.capture:capture",
    "seize": "underseal.cli.network.seize:seize",
    "reward": "underseal.cli.network.reward:reward",
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS)
def network() -> None:
    """Run a closed phone network: homeserver, licences, phones, handsets, capture, reward."""
