"""Decryption of a captured homeserver, against a bare single-process vodozemac loop over the same messages.

The keys of all sessions are held, so that both sides do the same work: every message is opened, a few lie before the first
index that their key opens. Ours reads staged records and writes decided ones, with verdicts, digests and what the
messages say; the bare loop has its messages in memory and throws away what it opened.
"""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bare, workspace
from benchmarks.figures import Figure
from benchmarks.generate.synapse import PASSPHRASE, Capture
from benchmarks.process import measure

PART_OF_BARE = 0.9
"""The goal: part of the bare loop's speed times the cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decrypted:
    """What the run came to: messages opened, and the seconds of reading the capture and of decryption."""

    opened: int
    reading: float
    decrypting: float


def run(capture: Capture, folder: Path, *, cores: int) -> list[Figure]:
    """Take a capture and its keys into a new workspace in `folder`; its decryption against the bare loop."""
    shutil.rmtree(folder, ignore_errors=True)
    told = json.loads(capture.truth.read_text(encoding="utf-8"))
    other = measure(bare.decrypt, capture.folder / "homeserver.db", capture.keys, PASSPHRASE).result
    measured = measure(take, capture.folder, capture.keys, folder, cores)
    ours = measured.result
    if not ours.opened == other.opened == told["verdicts"]["opened"]:
        raise RuntimeError(f"{ours.opened} messages were opened, {other.opened} by the bare loop")
    messages = told["messages"]
    together = measure(
        bare.decrypt_at_once, capture.folder / "homeserver.db", capture.keys, PASSPHRASE, processes=cores
    ).result
    bare_speed = (other.opened + other.refused) / other.seconds * cores
    speed = messages / ours.decrypting
    return [
        Figure(
            subject="decrypt",
            name=f"messages per second on {cores} cores",
            ours=speed,
            unit="/s",
            bare=bare_speed,
            goal="at least 90 % of bare vodozemac x cores",
            met=speed >= PART_OF_BARE * bare_speed,
            note=f"{messages:,} messages; bare is one process ({bare_speed / cores:,.0f}/s) times {cores}",
        ),
        Figure(
            subject="decrypt",
            name=f"messages per second, {cores} bare loops at once",
            ours=speed,
            unit="/s",
            bare=(together.opened + together.refused) / together.seconds,
            note="what the machine gives to the cipher alone when all its cores are busy",
        ),
        Figure(
            subject="decrypt",
            name="reading the capture, messages per second",
            ours=messages / ours.reading,
            unit="/s",
            note=f"hashing, reading and staging; peak memory of the whole run {measured.peak / 2**30:.2f} GiB",
        ),
    ]


def take(capture: Path, keys: Sequence[Path], folder: Path, workers: int) -> Decrypted:
    """Take everything in and release it; the time of decryption ends with the last part before indexing begins."""
    workspace.make_workspace(folder)
    with workspace.open_workspace(folder) as investigation:
        for number, path in enumerate(keys, 1):
            workspace.take_in(investigation, path, exhibit=f"K{number}", passphrase=PASSPHRASE)
        start = time.perf_counter()
        workspace.take_in(investigation, capture, exhibit="H1")
        read = time.perf_counter()
        ends: dict[str, float] = {}

        def note(words: str, _done: int, _total: int) -> None:
            if words == "Decrypting" and "Indexing" not in ends:
                ends[words] = time.perf_counter()
            ends.setdefault(words, time.perf_counter())

        release = investigation.release(workers=workers, progress=note)
    if release is None:
        raise RuntimeError("nothing was released")
    return Decrypted(opened=release.verdicts["opened"], reading=read - start, decrypting=ends["Decrypting"] - read)
