"""`underseal network init`: make the folder of a network."""

from pathlib import Path

import click

from underseal.cli.terminal import out
from underseal.network.creation import create_network
from underseal.network.setup import NetworkSettings


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--server-name", required=True, help="Right half of every user id, such as phone.example.org; for ever.")
@click.option("--phone-port", default=8440, show_default=True, help="Port of homeserver and phone on 127.0.0.1.")
@click.option("--office-port", default=8441, show_default=True, help="Port of the office on 127.0.0.1.")
@click.option("--public-url", default="", help="https address of the reverse proxy in front of the phone port, if any.")
@click.option(
    "--office-url", default="", help="https address of the reverse proxy in front of the office port, if any."
)
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgresql"]),
    default="sqlite",
    show_default=True,
    help="Where Synapse keeps its own; the address of PostgreSQL comes from UNDERSEAL_NETWORK_DATABASE.",
)
def init(
    folder: Path, server_name: str, phone_port: int, office_port: int, public_url: str, office_url: str, database: str
) -> None:
    """Make a closed phone network in FOLDER: keys, ledgers, and the settings of its homeserver.

    Other settings are in network.toml, with words that say what they do.
    """
    settings = NetworkSettings(
        server_name=server_name,
        phone_port=phone_port,
        office_port=office_port,
        public_url=public_url,
        office_url=office_url,
        database=database,
    )
    network = create_network(folder, settings)
    out.print(f"Made the network {server_name} in {network.root}.")
    out.print(f"Its ledgers are signed by the key {network.signing_key.public.fingerprint}; give it out on paper.")
    out.print(f"Start it with: underseal network serve {folder}")
