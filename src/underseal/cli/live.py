"""A network on loopback whose traffic is captured: the first half of `underseal demo`, up to the door between the halves."""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from underseal.cli.bar import Bar
from underseal.cli.terminal import err
from underseal.core.records import Secret
from underseal.network.capture import ALL, Order, begin_capture, hand_over
from underseal.network.creation import create_network
from underseal.network.homeserver import running
from underseal.network.phones.codes import Issuer
from underseal.network.phones.play import Outcome, play
from underseal.network.phones.scenario import read_scenario
from underseal.network.phones.seizure import Opening, seize
from underseal.network.setup import Network, NetworkSettings, free_ports

SERVER_NAME: Final = "harbour.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a played scenario leaves for the other half.

    Attributes:
        handover: the operator's folder. keys: key exports of seized phones, and their passphrases.
        truth: everything that was sent, and which seized phone opens it; a line each.
    """

    handover: Path
    keys: dict[Path, Secret]
    truth: list[dict[str, Any]]


def play_and_capture(scenario: Path, folder: Path, *, order: str, speed: float = 1.0) -> Night:
    """Make a network, play a scenario on it under an order, hand over, and seize.

    Args:
        scenario: its file. folder: to make; holds the network, the handover and the seized phones afterwards.
        order: number of the order that the capture runs under. speed: how much faster than written it is played.

    Raises:
        UndersealError: the network does not start, or the phones cannot be set up.
    """
    folder.mkdir(mode=0o700)
    network = _make(folder / "network")
    err.print("Starting a network on 127.0.0.1")
    with running(network) as homeserver:
        now = datetime.now(UTC)
        begin_capture(network, _order(order, now), now)
        outcome = _play(network, scenario, folder / "played", homeserver.url, speed)
        for surprise in outcome.surprises:
            err.print(surprise, markup=False)
        with Bar("Handing over", unit="steps") as bar:
            done = hand_over(network, folder / "handover", datetime.now(UTC), progress=_shown(bar))
        err.print(f"The operator handed over {done.sums['rows_events']:,} events under {order}")
        keys = _seize(folder / "played", folder / "seized")
    lines = (folder / "played" / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return Night(handover=done.folder, keys=keys, truth=[json.loads(line) for line in lines])


def _make(folder: Path) -> Network:
    phone_port, office_port = free_ports(2)
    return create_network(
        folder, NetworkSettings(server_name=SERVER_NAME, phone_port=phone_port, office_port=office_port)
    )


def _play(network: Network, scenario: Path, out: Path, url: str, speed: float) -> Outcome:
    found, issuer = read_scenario(scenario), Issuer(network)
    with Bar("Setting the phones up", unit="acts") as bar:
        return asyncio.run(
            play(
                found,
                scenario,
                out,
                url=url,
                codes=issuer.lasting(len(found.cast)),
                issuer=issuer,
                speed=speed,
                progress=lambda done, total, words: bar.show(done, total, words=words),
            )
        )


def _seize(played: Path, out: Path) -> dict[Path, Secret]:
    """Make an exhibit of each phone that the scenario has seized, with its code, while the homeserver has its share."""
    seized = json.loads((played / "keys" / "passphrases.json").read_text(encoding="utf-8"))
    codes: dict[str, str] = json.loads((played / "phones" / "unlock-codes.json").read_text(encoding="utf-8"))
    out.mkdir()
    keys = {}
    for who in sorted(file.removesuffix(".txt") for file in seized):
        passphrase = Secret(secrets.token_urlsafe().encode())
        opening = Opening(unlock_code=Secret(codes[who].encode()), passphrase=passphrase)
        found = asyncio.run(seize(played / "phones" / who, out / who, datetime.now(UTC), opening))
        err.print(f"Seized the phone of {who}: {found.keys} room keys")
        keys[found.folder / "keys.txt"] = passphrase
    return keys


def _order(number: str, now: datetime) -> Order:
    return Order.of(
        number=number,
        magistrate="Examining magistrate of the demonstration (invented)",
        legal_basis="None: invented material for a demonstration",
        accounts=(ALL,),
        begins=now - timedelta(minutes=1),
        ends=now + timedelta(days=1),
    )


def _shown(bar: Bar) -> Callable[[str, int, int], None]:
    return lambda words, done, total: bar.show(done, total, words=words)
