"""The run from staged records to a release, and from new keys to a release that opens what was locked.

Everything is written aside until the release is published; a run that was killed is simply run again: parts that were
decrypted already are found where they were left.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.crypto import content_path
from underseal.evidence.audit import Act, Permit
from underseal.evidence.casework import Exhibit, ExhibitState
from underseal.evidence.decrypt import EARLIER, Decryption, Keyring, Locator, closed_sessions, decrypt_parts
from underseal.evidence.store import (
    AGAIN,
    Draft,
    ExhibitEntry,
    Hidden,
    OpenSegment,
    Release,
    abandoned,
    build,
    destroyed_again,
    destroyed_before,
    earlier_rows,
    hide,
    publish,
    sweep,
)
from underseal.evidence.store.destroy import SLOT, held, slots_of
from underseal.evidence.store.reopen import openable

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation

_ROW_GROUP = 32_768
"""Rows per row group of what is decided again: the least that decryption gives to one process."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, and rows done and in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One making of a release. The caller holds the workspace's writing lock.

    Attributes:
        investigation: of which workspace. permit: to release. workers: processes; None for one per processor.
        progress: told how far it has come.
    """

    investigation: "Investigation"
    permit: Permit
    workers: int | None = None
    progress: Progress = lambda _words, _done, _total: None

    def release(self) -> Release | None:
        """Release what intakes have staged, and what today's keys open; None where there is neither."""
        self.investigation.privilege.rules()  # a file that cannot be read is said before the work, not after it
        self._sweep()
        self._settle({entry.number for made in self.investigation.releases.all() for entry in made.exhibits})
        waiting = [e for e in self.investigation.casework.exhibits.list() if e.state is ExhibitState.STAGED]
        staged = [part for exhibit in waiting for part in sorted(self._staging(exhibit).glob("part-*.parquet"))]
        decided = self._decrypt([*staged, *self._locked()])
        opened = [changed for part in decided[len(staged) :] if (changed := self._changed(part))]
        if waiting or opened:
            reasons = [f"intake of {exhibit.number}" for exhibit in waiting] + ["new keys"] * bool(opened)
            parts = [*decided[: len(staged)], *opened]
            self._let_go(parts)
            release = self._publish(parts, ", ".join(reasons), exhibits=waiting, hidden=self._hide(opened))
            self._settle({exhibit.number for exhibit in waiting})
        else:
            release = None
        shutil.rmtree(self._decided)
        return release

    def _settle(self, released: set[str]) -> None:
        """Note that exhibits are released, and clear away what was staged; a crash may have come before."""
        for exhibit in self.investigation.casework.exhibits.list():
            if exhibit.state is ExhibitState.STAGED and exhibit.number in released:
                self.investigation.casework.exhibits.set_state(exhibit.number, ExhibitState.RELEASED)
                shutil.rmtree(self._staging(exhibit), ignore_errors=True)

    def _locked(self) -> list[Path]:
        """Write aside the records of which today's keys may say more, and return the parts."""
        latest = self.investigation.releases.latest()
        if latest is None:
            return []
        folder = self._aside() / "locked"
        folder.mkdir()
        keyring = Keyring(self.investigation.workspace.keyring)
        parts: list[Path] = []
        for rows in openable(latest, self.investigation.pool, keyring=keyring):
            parts.append(folder / f"part-{len(parts):05d}.parquet")
            pq.write_table(rows, parts[-1], row_group_size=_ROW_GROUP)
            os.utime(
                parts[-1], (0, 0)
            )  # written anew by each run, it counts as the same as long as release and keys are
        return parts

    def _hide(self, opened: Sequence[Sequence[Path]]) -> list[Hidden]:
        """Write aside what hides the locked records that new ones supersede."""
        latest = self.investigation.releases.latest()
        if latest is None or not opened:
            return []
        files = [pq.read_table(file, columns=["supersedes"]) for part in opened for file in part]
        numbers = pa.concat_tables(files).column(0).to_pylist()
        return hide(numbers, release=latest, pool=self.investigation.pool, aside=self._aside() / "hidden")

    def _changed(self, part: Sequence[Path]) -> list[Path]:
        """Write aside the rows of a decided part whose verdict is another than it was, or whose keys are; return the files.

        `bad_mac` that was tried with further keys is released again: the record says with which.
        """
        changed = []
        for file in part:
            rows = pq.read_table(file)
            kept = rows.filter(pc.or_(_differ(rows, "verdict", "was"), _differ(rows, "key", "was_key")))
            if kept.num_rows:
                changed.append(self._aside() / f"changed-{file.name}")
                pq.write_table(kept.drop_columns(["was", "was_key"]), changed[-1])
        return changed

    def _let_go(self, parts: Sequence[Sequence[Path]]) -> None:
        """Let go of what belongs to messages that were destroyed and have been taken in again: attachments, and keys."""
        published = self._published()
        known = destroyed_before(published)
        files = [file for part in parts for file in part] if known.num_rows else []
        gone = [destroyed_again(pq.read_table(file, columns=AGAIN), known).is_valid() for file in files]
        if any(pc.any(each, min_count=0).as_py() for each in gone):
            self._remove_attachments(files, gone, published)
            self._close_sessions(files, gone, published)

    def _remove_attachments(
        self, files: Sequence[Path], gone: Sequence[pa.ChunkedArray], published: Sequence[OpenSegment]
    ) -> None:
        going: set[str] = set()
        staying: set[str] = set()
        for file, marks in zip(files, gone, strict=True):
            media = pq.read_table(file, columns=["media"]).column(0)
            going |= held(media.filter(marks))
            staying |= held(media.filter(pc.invert(marks)))
        for segment in published if going else ():
            staying |= held(segment.read_all(["media"]).column(0))
        for sha256 in going - staying:
            content_path(self.investigation.workspace.media, bytes.fromhex(sha256)).unlink(missing_ok=True)

    def _close_sessions(
        self, files: Sequence[Path], gone: Sequence[pa.ChunkedArray], published: Sequence[OpenSegment]
    ) -> None:
        """Let go of what opens the messages that are gone: a later wording of one may have a key that nothing closed yet."""
        marked = zip(files, gone, strict=True)
        taken = [pq.read_table(file, columns=SLOT).append_column("gone", marks) for file, marks in marked]
        losing = pa.concat_tables([rows.filter(rows.column("gone")).select(["session"]) for rows in taken]).column(0)
        rows = chain(taken, (slots_of(segment) for segment in published))
        closed = closed_sessions(losing.cast(pa.string()).drop_null().unique(), rows)
        Keyring(self.investigation.workspace.keyring).close(closed)

    def _decrypt(self, parts: Sequence[Path]) -> list[tuple[Path, ...]]:
        """Decide all parts in one go, so that a message replayed anywhere among them is found."""
        self._decided.mkdir(exist_ok=True, mode=0o700)
        total = sum(pq.read_metadata(part).num_rows for part in parts)
        published = self._published()
        work = Decryption(
            keyring=self.investigation.workspace.keyring,
            media=self.investigation.workspace.media,
            locate={e.number: Locator(reader=e.reader, path=Path(e.path)) for e in self._exhibits(parts)},
            earlier=(lambda sessions: earlier_rows(published, sessions, EARLIER.names)) if published else None,
            basis=latest.root if (latest := self.investigation.releases.latest()) else "",
        )
        return decrypt_parts(
            parts,
            self._decided,
            work,
            workers=self.workers,
            progress=lambda done: self.progress("Decrypting", done, total),
        )

    def _publish(
        self, parts: Sequence[Sequence[Path]], reason: str, *, exhibits: Sequence[Exhibit], hidden: Sequence[Hidden]
    ) -> Release:
        investigation = self.investigation
        latest = investigation.releases.latest()
        total = sum(pq.read_metadata(file).num_rows for part in parts for file in part)
        done = _Sum(lambda rows: self.progress("Indexing", rows, total))
        aside = self._aside()
        built = build(
            parts,
            first=latest.size if latest else 0,
            stem=f"r{latest.number + 1 if latest else 1:04d}",
            aside=aside,
            published=self._published(),
            workers=self.workers,
            progress=done.add,
        )
        draft = Draft(
            reason=reason,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            workspace=str(investigation.workspace.settings.id),
            built=built,
            aside=aside,
            hidden=hidden,
            exhibits=[_entry(exhibit) for exhibit in exhibits],
            failures=self._failures(exhibits, aside / "failures.parquet"),
        )
        release = publish(
            draft,
            releases=investigation.releases,
            segments=investigation.workspace.segments,
            key=investigation.workspace.signing_key,
            announce=self._record,
        )
        shutil.rmtree(aside, ignore_errors=True)
        return release

    def _record(self, release: Release) -> None:
        """Write a release to the audit before it is one: what cannot be recorded is not published.

        The rules of privilege are run first, so that nobody reads what they suspect.
        """
        gate = self.investigation.gate
        self.investigation.privilege.check_release(release, permit=self.permit)
        gate.record(self.permit.outcome(Act.DECRYPTED), {"records": release.added, **release.verdicts})
        details: dict[str, str | int] = {
            "release": release.number,
            "records": release.size,
            "added": release.added,
            "root": release.root,
        }
        gate.record(self.permit, details, purpose=release.reason)

    def _failures(self, exhibits: Sequence[Exhibit], target: Path) -> Path | None:
        files = [file for exhibit in exhibits for file in sorted(self._staging(exhibit).glob("failures-*.parquet"))]
        tables = [pq.read_table(file) for file in files]
        if not any(table.num_rows for table in tables):
            return None
        pq.write_table(pa.concat_tables(tables), target, compression="zstd")
        return target

    def _published(self) -> list[OpenSegment]:
        latest = self.investigation.releases.latest()
        return [self.investigation.pool.get(entry) for entry in latest.segments] if latest else []

    def _exhibits(self, parts: Sequence[Path]) -> list[Exhibit]:
        """Return the exhibits that the rows of some parts came from."""
        numbers: set[str] = set()
        for part in parts:
            numbers.update(pq.read_table(part, columns=["exhibit"]).column(0).cast(pa.string()).unique().to_pylist())
        return [self.investigation.casework.exhibits.get(number) for number in sorted(numbers)]

    def _staging(self, exhibit: Exhibit) -> Path:
        return self.investigation.workspace.staging(exhibit.number)

    @property
    def _decided(self) -> Path:
        """Folder of what is decided already; it outlives a run that was killed."""
        return self.investigation.workspace.root / "staging" / ".decided"

    def _aside(self) -> Path:
        aside = self.investigation.workspace.root / "staging" / ".release"
        aside.mkdir(parents=True, exist_ok=True)
        return aside

    def _sweep(self) -> None:
        self.investigation.destroying.settle()
        shutil.rmtree(self._aside())
        releases, workspace = self.investigation.releases, self.investigation.workspace
        if lost := abandoned(releases, key=workspace.public_key):
            permit = self.permit.outcome(Act.RELEASE_ABANDONED)
            self.investigation.gate.record(permit, {"release": lost.number, "root": lost.root})
        sweep(releases=releases, segments=workspace.segments)


class _Sum:
    """Adds up what is reported piece by piece."""

    def __init__(self, report: Callable[[int], None]) -> None:
        self._report = report
        self._rows = 0

    def add(self, rows: int) -> None:
        self._rows += rows
        self._report(self._rows)


def _differ(rows: pa.Table, one: str, other: str) -> pa.ChunkedArray:
    one_word, other_word = (rows.column(name).cast(pa.string()).fill_null("") for name in (one, other))
    return pc.not_equal(one_word, other_word)


def _entry(exhibit: Exhibit) -> ExhibitEntry:
    return ExhibitEntry(
        number=exhibit.number,
        sha256=exhibit.sha256.hex(),
        read=exhibit.read,
        failed=exhibit.failed,
        keys=exhibit.keys,
    )
