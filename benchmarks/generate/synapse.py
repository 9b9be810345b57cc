"""Captures of a Synapse of any size: an SQLite database with real Megolm ciphertexts, and key exports of some sessions.

    python -m benchmarks.generate.synapse FOLDER --messages 100_000 --keys 0.5

writes capture/homeserver.db, keys/*.txt (Element's key export format, all under PASSPHRASE) and truth.json, which says how
many messages must come to which verdict.
"""

import argparse
import hashlib
import heapq
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.generate.homeserver import Homeserver
from benchmarks.generate.message_table import plan_arguments, read_plan
from benchmarks.generate.messages import Plan, World
from benchmarks.generate.rooms import Device, Encrypted, Job, Key, make_devices, run
from underseal.core.crypto import key_export
from underseal.core.records import Secret

PASSPHRASE = "benchmark"  # noqa: S105  # there is nothing to protect
"""Passphrase of the key exports."""

KEYS_PER_FILE = 25_000
"""Sessions per key export."""

ROUNDS = 10_000
"""PBKDF2 rounds of the key exports: few, since opening a key file is not what is measured."""

MESSAGES_PER_CONVERSATION = 300
MESSAGES_PER_ACCOUNT = 400
"""How large the network is unless told otherwise, so that sessions get as long as in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What was written: the folder of the capture, its key exports, and the truth about it."""

    folder: Path
    keys: tuple[Path, ...]
    truth: Path


def sized(messages: int, *, seed: int = 1) -> Plan:
    """Return a plan whose numbers of accounts and conversations fit its number of messages."""
    return Plan(
        messages=messages,
        seed=seed,
        accounts=min(max(messages // MESSAGES_PER_ACCOUNT, 20), 20_000),
        conversations=min(max(messages // MESSAGES_PER_CONVERSATION, 10), 30_000),
    )


def write_capture(plan: Plan, folder: Path, *, share: float, workers: int | None = None) -> Capture:
    """Write a capture with key exports and truth into an existing, empty folder.

    Args:
        plan: the messages. share: part of the sessions whose keys are exported. workers: None for one per processor.
    """
    (folder / "capture").mkdir()
    (folder / "keys").mkdir()
    devices = make_devices(World(plan).accounts)
    keys = _KeyFiles(folder / "keys")
    verdicts: Counter[str] = Counter()
    sessions = state = 0
    with (
        Homeserver(folder / "capture" / "homeserver.db") as database,
        _processes(plan, devices, share, workers or os.cpu_count() or 1) as channels,
    ):
        database.add_accounts(devices)
        for channel in channels:
            events = channel.recv()
            database.add_state(events)
            state += len(events)
        for _ in range(plan.blocks):
            parts: list[Encrypted] = [channel.recv() for channel in channels]
            database.add(
                [event for _, event in heapq.merge(*(part.events for part in parts), key=lambda pair: pair[0])]
            )
            for part in parts:
                keys.add(part.keys)
                verdicts.update(part.verdicts)
                sessions += part.sessions
    keys.flush()
    truth = {
        "messages": plan.messages,
        "seed": plan.seed,
        "records": plan.messages + state + 2 * len(devices),
        "state": state,
        "sessions": sessions,
        "exported": keys.count,
        "verdicts": dict(sorted(verdicts.items())),
    }
    (folder / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return capture_in(folder)


def capture_in(folder: Path) -> Capture:
    """Return the capture that `write_capture` has put into a folder."""
    keys = sorted((folder / "keys").glob("*.txt"))
    return Capture(folder=folder / "capture", keys=tuple(keys), truth=folder / "truth.json")


@contextmanager
def _processes(plan: Plan, devices: list[Device], share: float, parts: int) -> Iterator[list[Connection]]:
    """Run the processes that encrypt; yields a channel from each. A full channel makes its process wait."""
    context = get_context("spawn")
    signer = hashlib.sha256(f"server {plan.seed}".encode()).digest()
    channels, processes = [], []
    try:
        for part in range(parts):
            ours, theirs = context.Pipe(duplex=False)
            job = Job(plan=plan, devices=devices, share=share, signer=signer, part=part, parts=parts)
            process = context.Process(target=run, args=(job, theirs), daemon=True)
            process.start()
            theirs.close()  # so that the end of the process is the end of the channel
            channels.append(ours)
            processes.append(process)
        yield channels
    finally:
        for channel in channels:
            channel.close()
        for process in processes:
            process.join()


class _KeyFiles:
    """Collects exported sessions and writes them in files of KEYS_PER_FILE."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[Key] = []
        self.count = 0
        self._files = 0

    def add(self, keys: Iterable[Key]) -> None:
        self._waiting += keys
        while len(self._waiting) >= KEYS_PER_FILE:
            self._write(KEYS_PER_FILE)

    def flush(self) -> None:
        if self._waiting:
            self._write(len(self._waiting))

    def _write(self, count: int) -> None:
        chosen, self._waiting = self._waiting[:count], self._waiting[count:]
        self._files += 1
        path = self._folder / f"phone-{self._files:04d}.txt"
        path.write_bytes(key_export.write(map(_session, chosen), Secret(PASSPHRASE.encode()), ROUNDS))
        self.count += count


def _session(key: Key) -> key_export.ExportedSession:
    return key_export.ExportedSession(
        room_id=key.room,
        session_id=key.session,
        sender_key=key.device.curve25519,
        session_key=Secret(key.exported.encode()),
        sender_claimed_keys={"ed25519": key.device.ed25519},
        first_index=key.first_index,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Write an invented capture of a Synapse with encrypted rooms.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keys", type=float, default=0.5, help="part of the sessions whose keys are exported")
    plan_arguments(parser, sized(100_000))
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(write_capture(read_plan(arguments, sized(arguments.messages)), arguments.folder, share=arguments.keys).folder)


if __name__ == "__main__":
    main()
