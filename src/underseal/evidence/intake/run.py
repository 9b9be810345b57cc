"""Taking an exhibit in: hashed, registered, read to its end, staged. The original is never written to.

A run that dies at any moment loses at most the part that it was writing; the same call goes on behind the last checkpoint.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from underseal.core.matrix import clean_text
from underseal.core.records import MessageKey, RoomKey, Secret, captured_batch
from underseal.errors import CallerError, ConflictError, IntegrityError, NotFoundError, UndersealError, UnreadableError
from underseal.evidence.audit import Act
from underseal.evidence.authority import Access, Gate
from underseal.evidence.casework import Arrival, CaseWork, Exhibit, Intake
from underseal.evidence.intake._files import machine_errors, publish_file, replace_file
from underseal.evidence.intake.checkpoint import CHECKPOINT_NAME, SCRATCH_NAME, Checkpoint, Staging
from underseal.evidence.intake.custody import Custody, is_finished
from underseal.evidence.intake.formats import detect, reader_named
from underseal.evidence.intake.manifest import FILE_NAME, Manifest, hash_files, prefix_sha256
from underseal.evidence.intake.reader import Batch, Growth, Reader, Source, UnderTerms
from underseal.evidence.workspace import Workspace

IntakeProgress: TypeAlias = Callable[[int, int], None]
"""Called with bytes done and bytes in all: every file is hashed, and what the reader needs is read once more."""


class StoreKeys(Protocol):
    """Keeps the keys of exhibits, each once, however often it is called."""

    def store(self, exhibit: str, keys: Iterable[RoomKey]) -> int:
        """Keep room keys; return how many were new."""

    def store_messages(self, exhibit: str, keys: Iterable[MessageKey]) -> None:
        """Keep keys of single messages."""


MAPPING_NAME: Final = "mapping.toml"


def find_reader(path: Path, name: str | None = None) -> Reader:
    """Return the reader of that name, or the one that recognises the exhibit.

    Raises:
        NotFoundError: there is no reader of that name.
        UnreadableError: none recognises the exhibit.
    """
    return reader_named(name) if name else detect(path)


def take(
    path: Path,
    arrival: Arrival,
    *,
    workspace: Workspace,
    casework: CaseWork,
    gate: Gate,
    store_keys: StoreKeys,
    user: str,
    authority: str,
    purpose: str = "",
    reader: str | None = None,
    mapping: Path | None = None,
    passphrase: Secret | None = None,
    progress: IntakeProgress | None = None,
) -> Exhibit:
    """Take in an exhibit, or go on with one whose intake was stopped. The caller holds `Workspace.writing`.

    Args:
        path: file or folder; read only.
        arrival: what a person says of it; of an intake that goes on, only the number counts.
        workspace: where it is staged. casework, gate: of that workspace.
        store_keys: keeps the keys.
        user: who acts. authority: number of the authority. purpose: why.
        reader: name of the format; None to find it out.
        mapping: for message tables. passphrase: for key exports.
        progress: told how far it has come.

    Returns:
        The exhibit as it is registered, with its counts; its records wait in the staging folder.

    Raises:
        RefusedError: the authority or the role does not allow it.
        ConflictError: the number, or the same files, are in the house already; or a file does not continue the exhibit
            that it is to continue.
        UnreadableError, KeyFileError, CallerError: what a person must mend; nothing was registered.
        IntegrityError: the exhibit changed meanwhile, or units went missing between reader and count.
        InternalError: the disk is full, or fails otherwise; the same call goes on later.
    """
    custody = Custody(casework=casework, user=user, clock=gate.clock)
    known = custody.find(arrival.number)
    stopped = known is not None and not is_finished(known)
    act = Act.INTAKE_RESUMED if stopped else Act.EXHIBIT_TAKEN
    details = {"exhibit": arrival.number, "path": clean_text(str(path.absolute()))}
    access = gate.admit(authority, user=user, act=act, purpose=purpose, details=details)
    if known and not stopped:
        raise _taken_already(known)
    root = _root(path, workspace)
    folder = workspace.staging(arrival.number)
    with machine_errors(f"The intake of {arrival.number}"):
        taking = _Taking(
            reader=find_reader(root, reader or (known.reader if known else None)),
            source=Source(path=root, exhibit=arrival.number, passphrase=passphrase, scratch=folder / SCRATCH_NAME),
            folder=folder,
            custody=custody,
            gate=gate,
            access=access,
            store_keys=store_keys,
            progress=progress or (lambda _done, _total: None),
        )
        return taking.go_on(known, mapping) if known else taking.begin(arrival, mapping)


@dataclass(slots=True, kw_only=True)
class _Taking:
    """One call of `take`."""

    reader: Reader
    source: Source
    folder: Path
    custody: Custody
    gate: Gate
    access: Access
    store_keys: StoreKeys
    progress: IntakeProgress

    def begin(self, arrival: Arrival, mapping: Path | None) -> Exhibit:
        """Take in a new exhibit."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        try:
            self._use_mapping(mapping)
            start = self._start(arrival.increment_of)
            self.reader.check(self.source, after=start)
            manifest = self._hash(self.folder)
            self.custody.register(
                arrival,
                manifest,
                authority=self.access.authority,
                reader=self.reader.name,
                cover=self.reader.cover(self.source) if isinstance(self.reader, UnderTerms) else None,
            )
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self._read(manifest, start)

    def go_on(self, known: Exhibit, mapping: Path | None) -> Exhibit:
        """Go on with an exhibit whose intake was stopped."""
        if self.reader.name != known.reader:
            raise ConflictError(f"The exhibit {known.number} was begun with the reader {known.reader}.")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._use_mapping(mapping)
        start = self._start(known.increment_of)
        self.reader.check(self.source, after=start)
        return self._read(self._untouched(known) or self._hash_again(known), start)

    def _untouched(self, known: Exhibit) -> Manifest | None:
        """Return the list of files that the earlier run left, or None where they may have been written to since."""
        if Path(known.path) != self.source.path or not (self.folder / FILE_NAME).exists():
            return None
        manifest = Manifest.load(self.source.path, self.folder)
        try:
            manifest.verify()
        except IntegrityError:
            return None
        return manifest

    def _hash_again(self, known: Exhibit) -> Manifest:
        """Hash the files of a known exhibit again, and forget what was read of them: nobody knows what they were then.

        Raises:
            ConflictError: they are not the files that were registered.
        """
        aside = self.folder / SCRATCH_NAME
        aside.mkdir(exist_ok=True, mode=0o700)
        if self._hash(aside).sha256 != known.sha256:
            raise ConflictError(
                f"There is an exhibit {known.number} already, and its files are others than these, or have changed.",
                hint="Give this exhibit a number of its own.",
            )
        (self.folder / CHECKPOINT_NAME).unlink(missing_ok=True)
        publish_file(aside / FILE_NAME, self.folder / FILE_NAME)
        return Manifest.load(self.source.path, self.folder)

    def _hash(self, folder: Path) -> Manifest:
        size = self.reader.size(self.source)
        return hash_files(self.source.path, folder, progress=lambda done, total: self.progress(done, total + size))

    def _read(self, manifest: Manifest, start: str) -> Exhibit:
        """Read an exhibit that is registered to its end."""
        intake = self.custody.begin(self.source.exhibit)
        checkpoint = self._first_checkpoint(manifest, start)
        try:
            with machine_errors(f"The intake of {self.source.exhibit}"):
                checkpoint = Checkpoint.load(self.folder) or self._counted(checkpoint, manifest)
                staging = Staging(self.folder, checkpoint)
                try:
                    self._stage(staging, intake, manifest)
                finally:
                    checkpoint = staging.checkpoint
                    staging.close()
                manifest.verify()
            _check_counts(checkpoint)
            self._finished(checkpoint, manifest)
            self.custody.finish(intake, checkpoint)
        except BaseException as error:  # the outer door of the job: whatever it was, it is recorded and goes on its way
            self._stopped(intake, checkpoint, error)
            raise
        shutil.rmtree(self.folder / SCRATCH_NAME, ignore_errors=True)
        return self.custody.casework.exhibits.get(self.source.exhibit)

    def _stage(self, staging: Staging, intake: Intake, manifest: Manifest) -> None:
        if staging.checkpoint.done:
            return
        size = self.reader.size(self.source)
        for batch in self.reader.read(self.source, after=staging.checkpoint.cursor):
            if batch.keys:
                self.store_keys.store(self.source.exhibit, batch.keys)
            if batch.message_keys:
                self.store_keys.store_messages(self.source.exhibit, batch.message_keys)
            if staging.add(batch):
                self.custody.advance(intake, staging.checkpoint)
            self.progress(manifest.size + batch.bytes_read, manifest.size + size)
        staging.save(done=True)
        self.custody.advance(intake, staging.checkpoint)

    def _first_checkpoint(self, manifest: Manifest, start: str) -> Checkpoint:
        return Checkpoint(
            exhibit=self.source.exhibit,
            reader=self.reader.name,
            files_sha256=manifest.sha256.hex(),
            mapping_sha256=_sha256(self.source.mapping),
            cursor=start,
        )

    def _counted(self, checkpoint: Checkpoint, manifest: Manifest) -> Checkpoint:
        """Count the exhibit's units, note what is no file, and save that as the first checkpoint."""
        counted = self.reader.total(self.source, after=checkpoint.cursor)
        total = None if counted is None else counted + manifest.others
        staging = Staging(self.folder, replace(checkpoint, total=total))
        staging.add(
            Batch(
                records=captured_batch([], exhibit=checkpoint.exhibit),
                failures=tuple(manifest.failures()),
                cursor=checkpoint.cursor,
                bytes_read=0,
            )
        )
        staging.save()
        return staging.checkpoint

    def _stopped(self, intake: Intake, checkpoint: Checkpoint, error: BaseException) -> None:
        reason = error.message if isinstance(error, UndersealError) else type(error).__name__
        stopped_by_hand = isinstance(error, KeyboardInterrupt)
        self.custody.stop(
            intake,
            checkpoint,
            reason="" if stopped_by_hand else reason,
            spoilt=isinstance(error, IntegrityError),
        )
        details: dict[str, str | int] = {
            "exhibit": intake.exhibit,
            "read": checkpoint.read,
            "failed": checkpoint.failed,
        }
        with suppress(UndersealError):  # the error that is on its way matters more
            self.gate.record(self.access.permit.outcome(Act.INTAKE_STOPPED), {**details, "reason": reason})

    def _finished(self, checkpoint: Checkpoint, manifest: Manifest) -> None:
        self.gate.record(
            self.access.permit.outcome(Act.INTAKE_FINISHED),
            {
                "exhibit": checkpoint.exhibit,
                "reader": checkpoint.reader,
                "files": manifest.files,
                "bytes": manifest.size,
                "sha256": manifest.sha256.hex(),
                "read": checkpoint.read,
                "failed": checkpoint.failed,
                "total": "not counted" if checkpoint.total is None else checkpoint.total,
            },
        )

    def _use_mapping(self, mapping: Path | None) -> None:
        """Keep the mapping with the intake, so that it cannot change on the way, and read by that copy."""
        kept = self.folder / MAPPING_NAME
        if mapping is not None:
            data = mapping.read_bytes()
            if kept.exists() and kept.read_bytes() != data:
                raise ConflictError(
                    f"The intake of {self.source.exhibit} was begun with another mapping.",
                    hint="Go on with the same mapping, or without naming one.",
                )
            replace_file(kept, data)
        if kept.exists():
            self.source = replace(self.source, mapping=kept)

    def _start(self, increment_of: str) -> str:
        """Return the cursor at which an exhibit begins: the start, or the end of the one that it continues.

        Raises:
            ConflictError: it cannot continue that one.
        """
        if not increment_of:
            return ""
        earlier, cursor = self.custody.earlier(increment_of)
        if earlier.reader != self.reader.name:
            raise ConflictError(f"{increment_of} is of the format {earlier.reader}, this is {self.reader.name}.")
        if self.reader.growth is Growth.NEVER:
            raise ConflictError(f"An exhibit of the format {self.reader.name} cannot continue another.")
        if self.reader.growth is Growth.APPENDED:
            self._check_prefix(earlier)
        return cursor

    def _check_prefix(self, earlier: Exhibit) -> None:
        (old,) = self.custody.casework.exhibits.files(earlier.number)
        longer = self.source.path.stat().st_size > old.size
        if not longer or prefix_sha256(self.source.path, old.size) != old.sha256:
            raise ConflictError(
                f"{self.source.path.name} does not continue {earlier.number}: it does not begin with the same bytes.",
                hint="Take it in as an exhibit that stands for itself.",
            )


def _taken_already(known: Exhibit) -> ConflictError:
    return ConflictError(
        f"The exhibit {known.number} has been taken in already, and was read to its end.",
        hint="Give what is new a number of its own, and say which exhibit it continues.",
    )


def _check_counts(checkpoint: Checkpoint) -> None:
    found = checkpoint.read + checkpoint.failed
    if checkpoint.total is not None and found != checkpoint.total:
        raise IntegrityError(
            f"{checkpoint.exhibit}: {checkpoint.read} read and {checkpoint.failed} failed make {found}, "
            f"but {checkpoint.total} were counted.",
            hint="This is a fault of the reader; please report it. Nothing of this exhibit was released.",
        )


def _root(path: Path, workspace: Workspace) -> Path:
    try:
        root = path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise NotFoundError(f"There is nothing at {path}.") from None
    house = workspace.root.resolve()
    if root.is_relative_to(house) or house.is_relative_to(root):
        raise CallerError(f"{root} lies in the workspace, or holds it.", hint="Keep exhibits and workspace apart.")
    if not root.is_file() and not root.is_dir():
        raise UnreadableError(f"{root} is neither a file nor a folder.")
    return root


def _sha256(file: Path | None) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file else ""
