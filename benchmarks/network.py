"""The network under load, beside a plain Synapse of the same settings without our module, in the same run.

Phones and server share this machine's cores; what the phones need is told as well. A message counts as delivered when a phone has
decrypted it; every delivery is counted by its event and its reader.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks import plain_synapse
from benchmarks.figures import Figure, number
from benchmarks.process import memory_of
from benchmarks.traffic import Fleet, Load, Server
from underseal.network.creation import create_network
from underseal.network.homeserver import Homeserver
from underseal.network.phones import Api, HeadlessPhone
from underseal.network.phones.codes import Issuer, Ticket
from underseal.network.pins import random_pin
from underseal.network.setup import Network, NetworkSettings, free_ports

MIB = 2**20
OVERHEAD = 1.10
"""How much processor time an event may cost with our module, measured by what it costs without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured.

    Attributes:
        phones: set up at once. rates: events a second. least: events that are sent in each round at least.
        seconds: how long a round lasts at least, and the one in which the server is killed. rounds: at each rate.
        crash_rate: events a second while the server is killed. many: events after which memory is read; 0 leaves that out.
    """

    phones: int = 200
    rates: tuple[float, ...] = (1.0, 10.0, 30.0)
    seconds: float = 20.0
    least: int = 20
    rounds: int = 3
    crash_rate: float = 10.0
    many: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What came of one server.

    Attributes:
        enrolled: phones set up per second. sync_ms: median of an answer to /sync that has no news.
        loads: by rate. crash: what was sent while it was killed, only of ours.
        many: the events after which memory was read. before, after: its memory in bytes (Pss).
    """

    enrolled: float
    sync_ms: float
    loads: dict[float, Load]
    crash: Load | None = None
    many: Load | None = None
    before: int = 0
    after: int = 0


class Ours:
    """The closed network."""

    def __init__(self, network: Network, tickets: Sequence[Ticket]) -> None:
        self._network = network
        self._tickets = list(tickets)
        self._homeserver = Homeserver(network)

    @property
    def pid(self) -> int:
        """Synapse's process id."""
        return self._homeserver.pid

    async def enrol(self, connections: aiohttp.ClientSession) -> HeadlessPhone:
        """Activate a code."""
        return await HeadlessPhone.enrol(
            self._homeserver.url, self._tickets.pop().code, thin=True, connections=connections
        )

    async def befriend(self, guest: HeadlessPhone, host: HeadlessPhone) -> None:
        """Ask the host to talk, who may invite then."""
        await guest.ask(host.pin)

    async def crash(self) -> None:
        """Kill it in the middle of what it does, and start it again."""
        await asyncio.to_thread(self._homeserver.kill)
        self._homeserver = Homeserver(self._network)
        await asyncio.to_thread(self._homeserver.wait_until_ready)

    @classmethod
    @contextmanager
    def running(cls, folder: Path, phones: int) -> Iterator["Ours"]:
        """Run one with codes for so many phones."""
        network = create_network(folder, settings())
        server = cls(network, Issuer(network).lasting(phones))
        try:
            server._homeserver.wait_until_ready()
            yield server
        finally:
            server._homeserver.stop()


class Plain:
    """A plain Synapse."""

    def __init__(self, synapse: plain_synapse.Plain) -> None:
        self._synapse = synapse

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._synapse.pid

    async def enrol(self, connections: aiohttp.ClientSession) -> HeadlessPhone:
        """Register an account."""
        activation = await self._synapse.register(connections, random_pin().lower())
        return await HeadlessPhone.adopt(Api(self._synapse.url, activation.token, connections), activation, thin=True)

    async def befriend(self, guest: HeadlessPhone, host: HeadlessPhone) -> None:
        """Everybody may invite everybody there."""

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator["Plain"]:
        """Run one."""
        with plain_synapse.running(folder, settings()) as synapse:
            yield cls(synapse)


async def measure(one: Server, other: Server, plan: Plan) -> tuple[Side, Side]:
    """Set the phones of both up, send at each rate, in turns, then send many and kill ours."""
    async with Fleet.of(one, plan.phones) as ours, Fleet.of(other, plan.phones) as plain:
        loads = {rate: await in_turns(ours, plain, rate, plan) for rate in plan.rates}
        sides = []
        for turn, (server, fleet) in enumerate(((one, ours), (other, plain))):
            before = memory_of(server.pid)[0]
            many = await fleet.send_all(plan.many) if plan.many else None
            after = memory_of(server.pid)[0]
            crash = None
            if isinstance(server, Ours) and plan.crash_rate:
                crash = await fleet.send(plan.crash_rate, plan.seconds, meanwhile=server.crash)
            sides.append(
                Side(
                    enrolled=fleet.enrolled,
                    sync_ms=fleet.sync_ms,
                    loads={rate: both[turn] for rate, both in loads.items()},
                    crash=crash,
                    many=many,
                    before=before,
                    after=after,
                )
            )
        return sides[0], sides[1]


async def in_turns(one: Fleet, other: Fleet, rate: float, plan: Plan) -> tuple[Load, Load]:
    """Send at a rate in several rounds, each to one and then to the other: what else the machine does weighs on both."""
    seconds = max(plan.seconds, plan.least / rate)
    rounds = [(await one.send(rate, seconds), await other.send(rate, seconds)) for _ in range(plan.rounds)]
    return Load.pooled([pair[0] for pair in rounds]), Load.pooled([pair[1] for pair in rounds])


def both(folder: Path, plan: Plan) -> tuple[Side, Side]:
    """Measure the closed network and a plain Synapse."""
    with Ours.running(folder / "ours", plan.phones) as closed, Plain.running(folder / "plain") as plain:
        return asyncio.run(measure(closed, plain, plan))


def run(folder: Path, plan: Plan) -> list[Figure]:
    """Measure both."""
    return figures(*both(folder, plan), plan.phones)


def figures(one: Side, other: Side, phones: int) -> list[Figure]:
    """Put both sides beside each other."""
    made = []
    if one.loads:
        made += [
            _figure(f"{phones} phones set up and logged in, per second", one.enrolled, other.enrolled, "/s"),
            _figure("an answer to /sync without news, median", one.sync_ms, other.sync_ms, "ms"),
        ]
    for rate, load in one.loads.items():
        made += _at_rate(rate, load, other.loads[rate])
    if one.many and other.many:
        made += [
            _figure(
                f"memory after {one.many.events:,} events",
                one.after / MIB,
                other.after / MIB,
                "MiB",
                note=f"before them {number(one.before / MIB)}, bare {number(other.before / MIB)} MiB; {one.many.account}",
            ),
            _figure("events per second, as fast as they are taken", one.many.reached, other.many.reached, "/s"),
            _processor("as fast as they are taken", one.many, other.many),
        ]
    if one.crash:
        made.append(
            _figure(
                "acknowledged deliveries lost by a kill -9 in the middle of traffic",
                one.crash.lost,
                None,
                "",
                goal="none",
                met=one.crash.kept,
                note=one.crash.account,
            )
        )
    return made


def _at_rate(rate: float, load: Load, plain: Load) -> list[Figure]:
    at = f"at {rate:g} events/s"
    return [
        _figure(
            f"events per second reached {at}",
            load.reached,
            plain.reached,
            "/s",
            goal="nothing lost, nothing twice",
            met=load.kept,
            note=load.account,
        ),
        _figure(f"delivery {at}, p50", load.wait(0.5), plain.wait(0.5), "ms"),
        _figure(f"delivery {at}, p95", load.wait(0.95), plain.wait(0.95), "ms"),
        _processor(at, load, plain),
    ]


def _processor(at: str, load: Load, plain: Load) -> Figure:
    return _figure(
        f"server's processor time per event {at}",
        load.server_ms,
        plain.server_ms,
        "ms",
        goal="at most 10 % more",
        met=load.server_ms <= OVERHEAD * plain.server_ms,
        note=f"the phones need {number(load.phones_ms)} ms beside it",
    )


def _figure(
    name: str, value: float, bare: float | None, unit: str, *, goal: str = "", met: bool | None = None, note: str = ""
) -> Figure:
    return Figure(subject="network", name=name, ours=value, unit=unit, bare=bare, goal=goal, met=met, note=note)


def settings() -> NetworkSettings:
    """Return settings on free ports."""
    phone_port, office_port = free_ports(2)
    return NetworkSettings(server_name="phone.example", phone_port=phone_port, office_port=office_port)
