"""`underseal network`: the closed phone network, from its folder to what is handed over under an authority."""

from typing import Final

import click

from underseal.cli.lazy import LazyGroup, Listed

COMMANDS: Final = {
    "init": Listed(
        "underseal.cli.network.init:init",
        "Make a closed phone network in FOLDER: keys, ledgers, and the settings of its homeserver.",
    ),
    "serve": Listed(
        "underseal.cli.network.serve:serve",
        "Run the network in FOLDER (by default the current one) on 127.0.0.1: homeserver, phone, office.",
    ),
    "operator": Listed(
        "underseal.cli.network.operator:operator",
        "Add, list, disable and enable the operators who log in at the office, and change their passwords.",
    ),
    "licence": Listed("underseal.cli.network.licence:licence", "Sell licences through resellers, and look after them."),
    "play": Listed(
        "underseal.cli.network.play:play_command",
        "Play SCENARIO on a live network: phones are enrolled, meet, talk, are lost, run out of licence.",
    ),
    "kiosk": Listed(
        "underseal.cli.network.kiosk:kiosk",
        "Write into the new folder OUT what an Android or a Linux handset needs to be for the phone alone.",
    ),
    "capture": Listed(
        "underseal.cli.network.capture:capture",
        "Hand over what a network carries, under an order and within its scope.",
    ),
    "seize": Listed(
        "underseal.cli.network.seize:seize",
        "Make the exhibit EXHIBIT of PHONE: a headless phone's folder, what a phone handed over, or a browser's profile.",
    ),
    "reward": Listed(
        "underseal.cli.network.reward:reward",
        "Publish challenges, take claims, decide them, and show that all of it was fair.",
    ),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS)
def network() -> None:
    """Run a closed phone network: homeserver, licences, phones, handsets, capture, reward."""
