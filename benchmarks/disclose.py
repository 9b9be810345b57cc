"""Disclosing ten thousand encrypted messages, and checking the pack with the standalone verifier."""

import shutil
from pathlib import Path

from benchmarks import decrypt, workspace
from benchmarks.figures import Figure
from benchmarks.generate.synapse import Capture
from benchmarks.process import measure
from underseal.core.verify import verify_file
from underseal.evidence.disclosure.forms import FORMS
from underseal.evidence.disclosure.reader import reader_page
from underseal.evidence.dossier import ItemDraft, ItemKind, OpeningDraft
from underseal.evidence.dossier.items import MAX_CONTEXT
from underseal.evidence.investigation import Consultation

MESSAGES = 10_000
"""Messages of the dossier, at least."""

SECONDS_TO_DISCLOSE, SECONDS_TO_VERIFY = 120, 10
"""The goals."""

MEMORY = 2**30
"""The goal: peak memory of disclosing, in bytes."""


def run(capture: Capture, folder: Path, *, cores: int) -> list[Figure]:
    """Disclose from the workspace in `folder`, into which the capture is taken if it is not there."""
    if not (folder / "releases" / "log.jsonl").exists():
        measure(decrypt.take, capture.folder, capture.keys, folder, cores)
    pack = folder.with_name(folder.name + "-pack")
    shutil.rmtree(pack, ignore_errors=True)
    dossier = measure(fill, folder).result
    made = measure(disclose, folder, dossier, pack)
    checked = measure(check, pack)
    size = sum(file.stat().st_size for file in pack.rglob("*") if file.is_file())
    note = f"{made.result:,} messages, {size / 2**20:.0f} MiB"
    return [
        Figure(
            subject="disclose",
            name="making a pack",
            ours=made.seconds,
            unit="s",
            goal=f"under {SECONDS_TO_DISCLOSE} s",
            met=made.seconds < SECONDS_TO_DISCLOSE,
            note=note,
        ),
        Figure(
            subject="disclose",
            name="making a pack, peak memory",
            ours=made.peak / 2**20,
            unit="MiB",
            goal="under 1 GiB",
            met=made.peak < MEMORY,
            note=f"{made.anonymous / 2**20:.0f} MiB of it that no file backs",
        ),
        Figure(
            subject="disclose",
            name="underseal verify on it",
            ours=checked.seconds,
            unit="s",
            goal=f"under {SECONDS_TO_VERIFY} s",
            met=checked.seconds < SECONDS_TO_VERIFY,
            note=f"peak memory {checked.peak / 2**20:.0f} MiB",
        ),
    ]


def fill(folder: Path) -> str:
    """Open a dossier with at least MESSAGES messages and their context; return its number."""
    with workspace.open_workspace(folder) as investigation:
        case = workspace.consult(investigation)
        dossiers = case.dossiers
        number = dossiers.open(OpeningDraft(title="Benchmark", offence="none", district="AN")).number
        covered: set[int] = set()
        for record in _spread(case):
            if record in covered:
                continue
            draft = ItemDraft(
                kind=ItemKind.MESSAGE, record=record, before=MAX_CONTEXT, after=MAX_CONTEXT, why="benchmark"
            )
            item = dossiers.items.add(number, draft)
            (found,) = dossiers.items.lines(number, [item.id], around=True)
            covered.update(line.number for line in found.lines)
            if len(covered) >= MESSAGES:
                return number
    raise RuntimeError(f"the workspace has {len(covered)} messages")


def _spread(case: Consultation) -> list[int]:
    """Return messages of all conversations, one of each in turn."""
    found: list[int] = []
    for summary in case.conversations():
        if summary.messages:
            rows = case.read(summary.id, limit=1, at=(summary.first + summary.last) // 2).rows
            found += rows.column("number").to_pylist()
    return found


def disclose(folder: Path, dossier: str, pack: Path) -> int:
    """Disclose the dossier; return how many messages it is."""
    with workspace.open_workspace(folder) as investigation:
        disclosure = workspace.consult(investigation).dossiers.disclosure
        made = disclosure.disclose(dossier, pack, to="the benchmark", forms=[*FORMS.values()], page=reader_page())
        return made.counts.used


def check(pack: Path) -> None:
    """Verify the pack."""
    report = verify_file(pack)
    if not report.ok:
        raise RuntimeError(report.summary)
