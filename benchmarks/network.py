"""The network under load: phones enrolled at once, messages at a steady rate, nothing lost and nothing twice.

    python -m benchmarks.network                                  # 200 phones, 1, 10 and 30 events a second
    python -m benchmarks.network --phones 20 --seconds 5 --rates 5     # small

The same phones do the same on a plain Synapse of the same settings without our module, in the same run. Phones and server share
this machine's cores; what the phones need is told as well. A message counts as delivered when a phone has decrypted it.
"""

import argparse
import asyncio
import os
import random
import resource
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks import plain_synapse
from benchmarks.figures import Figure, number, write_results
from benchmarks.machine import describe
from benchmarks.timing import percentile
from underseal.core.records import Kind
from underseal.network.creation import create_network
from underseal.network.homeserver import running
from underseal.network.phones import Api, HeadlessPhone
from underseal.network.phones.codes import Issuer
from underseal.network.pins import random_pin
from underseal.network.setup import NetworkSettings

GROUP = 5
"""Members of a conversation: each message is delivered four times."""

AT_ONCE = 16
"""Phones that are set up at the same time."""

RATES = (1.0, 10.0, 30.0)
LAST_SECONDS = 60.0
"""How long the last messages are waited for before they count as lost."""

Enrol = Callable[[aiohttp.ClientSession, int], Awaitable[HeadlessPhone]]
Befriend = Callable[[HeadlessPhone, HeadlessPhone], Awaitable[None]]


@dataclass(slots=True)
class Ledger:
    """What was sent and what has arrived; times are of this machine's monotonic clock, in seconds."""

    sent: dict[str, tuple[float, str, str]] = field(default_factory=dict)
    arrived: dict[tuple[str, str], float] = field(default_factory=dict)
    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    words: dict[tuple[str, str], str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of one rate.

    Attributes:
        rate: events a second that were meant. reached: that were sent.
        p50, p95: milliseconds from sending to being read. lost, twice, wrong: deliveries.
        server_ms, phones_ms: processor time per event.
    """

    rate: float
    reached: float
    events: int
    deliveries: int
    p50: float
    p95: float
    lost: int
    twice: int
    wrong: int
    server_ms: float
    phones_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What came of one server.

    Attributes:
        enrolled: phones set up per second. sync_ms: median of an answer to /sync that has no news.
        loads: by rate.
    """

    enrolled: float
    sync_ms: float
    loads: tuple[Load, ...]


async def measure(pid: int, enrol: Enrol, befriend: Befriend, options: argparse.Namespace) -> Side:
    """Set the phones up, and send at each rate."""
    connections = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    began = time.perf_counter()
    phones = await _in_turns(options.phones, lambda number: enrol(connections, number))
    enrolled = options.phones / (time.perf_counter() - began)
    ledger = Ledger()
    try:
        members = await _rooms(phones, befriend)
        sync_ms = await _idle(phones[0])
        listening = [asyncio.create_task(_listen(phone, ledger)) for phone in phones]
        receiving = [asyncio.create_task(phone.run()) for phone in phones]
        loads = [await _load(rate, options.seconds, members, ledger, pid) for rate in options.rates]
        for task in receiving:
            task.cancel()
        await asyncio.gather(*receiving, return_exceptions=True)
    finally:
        for phone in phones:
            await phone.close()
        await connections.close()
    await asyncio.gather(*listening)
    return Side(enrolled=enrolled, sync_ms=sync_ms, loads=tuple(loads))


async def _in_turns(count: int, act: Callable[[int], Awaitable[HeadlessPhone]]) -> list[HeadlessPhone]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> HeadlessPhone:
        async with turn:
            return await act(number)

    return list(await asyncio.gather(*(one(number) for number in range(count))))


async def _rooms(phones: list[HeadlessPhone], befriend: Befriend) -> dict[str, list[HeadlessPhone]]:
    """Let every GROUP phones meet in a conversation; returns its members by room id."""
    groups = [phones[start : start + GROUP] for start in range(0, len(phones), GROUP)]
    turn = asyncio.Semaphore(4)

    async def meet(group: list[HeadlessPhone]) -> tuple[str, list[HeadlessPhone]]:
        async with turn:
            host, *guests = group
            for guest in guests:
                await befriend(guest, host)
            room_id = await host.begin_room([guest.pin for guest in guests], direct=False)
            for guest in guests:
                await guest.join(room_id)
            everybody = {phone.user_id for phone in group}
            for phone in group:
                await phone.until(lambda phone=phone: phone.conversations[room_id].joined == everybody)
            for phone in group:
                await phone.say(room_id, "warm")  # keys are shared before anything is timed
            for phone in group:
                await phone.sync()
            return room_id, group

    return dict(await asyncio.gather(*(meet(group) for group in groups if len(group) > 1)))


async def _idle(phone: HeadlessPhone) -> float:
    times = []
    for _ in range(20):
        began = time.perf_counter()
        await phone.sync()
        times.append(1000 * (time.perf_counter() - began))
    return percentile(times, 0.5)


async def _listen(phone: HeadlessPhone, ledger: Ledger) -> None:
    async for line in phone.stream():
        if line.kind is Kind.TEXT and line.sender != phone.user_id:
            key = line.event_id, phone.user_id
            ledger.arrived.setdefault(key, time.perf_counter())
            ledger.times[key] += 1
            ledger.words[key] = line.text


async def _load(rate: float, seconds: float, members: dict[str, list[HeadlessPhone]], ledger: Ledger, pid: int) -> Load:
    """Send at a rate for so many seconds, each message whether the one before is done or not; wait for the last."""
    ledger.sent.clear()
    rng = random.Random(rate)
    server, own = _cpu(pid), _own_cpu()
    begins, sending = time.perf_counter(), []
    for number_ in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, begins + number_ / rate - time.perf_counter()))
        room_id = rng.choice(list(members))
        sending.append(asyncio.create_task(_say(rng.choice(members[room_id]), room_id, ledger, f"{rate}/{number_}")))
    await asyncio.gather(*sending)
    reached = len(sending) / (time.perf_counter() - begins)
    due = {
        (event_id, phone.user_id)
        for event_id, (_, room_id, words) in ledger.sent.items()
        for phone in members[room_id]
        if phone.user_id != words.partition(" ")[0]
    }
    deadline = time.perf_counter() + LAST_SECONDS
    while not due <= ledger.arrived.keys() and time.perf_counter() < deadline:  # noqa: ASYNC110  # many listeners, one look
        await asyncio.sleep(0.05)
    waits = [1000 * (ledger.arrived[key] - ledger.sent[key[0]][0]) for key in due if key in ledger.arrived]
    events = max(len(sending), 1)
    return Load(
        rate=rate,
        reached=reached,
        events=len(sending),
        deliveries=len(due),
        p50=percentile(waits, 0.5) if waits else 0.0,
        p95=percentile(waits, 0.95) if waits else 0.0,
        lost=len(due - ledger.arrived.keys()),
        twice=sum(ledger.times[key] > 1 for key in due),
        wrong=sum(key in ledger.words and ledger.words[key] != ledger.sent[key[0]][2] for key in due),
        server_ms=1000 * (_cpu(pid) - server) / events,
        phones_ms=1000 * (_own_cpu() - own) / events,
    )


async def _say(phone: HeadlessPhone, room_id: str, ledger: Ledger, words: str) -> None:
    began = time.perf_counter()
    told = f"{phone.user_id} {words}"
    sent = await phone.say(room_id, told)
    ledger.sent[sent.event_id] = began, room_id, told
    if sent.withheld:
        raise RuntimeError(f"The key did not reach {sent.withheld}")


def _cpu(pid: int) -> float:
    """Return the processor time of a process in seconds, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _settings() -> NetworkSettings:
    probes = [socket.socket() for _ in range(2)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return NetworkSettings(server_name="phone.example", phone_port=ports[0], office_port=ports[1])


def ours(folder: Path, options: argparse.Namespace) -> Side:
    """Measure the closed network."""
    network = create_network(folder, _settings())
    codes = Issuer(network).lasting(options.phones)
    with running(network) as server:

        async def enrol(connections: aiohttp.ClientSession, number_: int) -> HeadlessPhone:
            return await HeadlessPhone.enrol(server.url, codes[number_].code, thin=True, connections=connections)

        async def befriend(guest: HeadlessPhone, host: HeadlessPhone) -> None:
            await guest.ask(host.pin)

        return asyncio.run(measure(server.pid, enrol, befriend, options))


def bare(folder: Path, options: argparse.Namespace) -> Side:
    """Measure a plain Synapse."""
    with plain_synapse.running(folder, _settings()) as server:

        async def enrol(connections: aiohttp.ClientSession, _: int) -> HeadlessPhone:
            activation = await server.register(connections, random_pin().lower())
            return await HeadlessPhone.adopt(Api(server.url, activation.token, connections), activation, thin=True)

        async def befriend(guest: HeadlessPhone, host: HeadlessPhone) -> None:
            """Everybody may invite everybody there."""

        return asyncio.run(measure(server.pid, enrol, befriend, options))


def figures(one: Side, other: Side, phones: int) -> list[Figure]:
    """Put both sides beside each other."""
    made = [
        Figure(
            subject="network",
            name=f"{phones} phones set up per second",
            ours=one.enrolled,
            unit="/s",
            bare=other.enrolled,
        ),
        Figure(
            subject="network", name="an answer to /sync without news", ours=one.sync_ms, unit="ms", bare=other.sync_ms
        ),
    ]
    for load, plain in zip(one.loads, other.loads, strict=True):
        at = f"at {load.rate:g} events/s"
        kept = load.lost == load.twice == load.wrong == 0
        note = f"{load.events} events, {load.deliveries} deliveries: {load.lost} lost, {load.twice} twice, {load.wrong} other words"
        made += [
            Figure(
                subject="network",
                name=f"events per second reached {at}",
                ours=load.reached,
                unit="/s",
                bare=plain.reached,
                goal="nothing lost, nothing twice",
                met=kept,
                note=note,
            ),
            Figure(subject="network", name=f"delivery {at}, median", ours=load.p50, unit="ms", bare=plain.p50),
            Figure(subject="network", name=f"delivery {at}, 95 of 100", ours=load.p95, unit="ms", bare=plain.p95),
            Figure(
                subject="network",
                name=f"server's processor time per event {at}",
                ours=load.server_ms,
                unit="ms",
                bare=plain.server_ms,
                note=f"the phones need {number(load.phones_ms)} ms beside it",
            ),
        ]
    return made


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each rate is kept up")
    parser.add_argument("--rates", type=_numbers, default=RATES, help="events a second, such as 1,10,30")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="network-") as folder:
        one, other = ours(Path(folder, "ours"), options), bare(Path(folder, "plain"), options)
        found = figures(one, other, options.phones)
        machine = describe(Path(folder))
    for figure in found:
        print(figure.line())
    if options.json:
        run = {"phones": str(options.phones), "seconds": str(options.seconds), "at": datetime.now(UTC).isoformat()}
        write_results(options.json, found, machine, run)


if __name__ == "__main__":
    main()
