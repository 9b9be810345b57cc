"""The acts of an investigation that add to it: they need the readers of formats and the ciphers, which reading does not."""

from pathlib import Path
from typing import TYPE_CHECKING

from underseal.core.records import Secret
from underseal.evidence.audit import Permit
from underseal.evidence.casework import Arrival, Exhibit
from underseal.evidence.decrypt import Keyring
from underseal.evidence.intake import LOCKED_FORMATS, IntakeProgress, find_reader, machine_errors, take
from underseal.evidence.investigation.run import Progress, Run
from underseal.evidence.store import Release

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation


def needs_passphrase(path: Path, reader: str | None) -> bool:
    """Do `Investigation.needs_passphrase`."""
    return find_reader(path, reader).name in LOCKED_FORMATS


def take_in(
    investigation: "Investigation",
    path: Path,
    arrival: Arrival,
    *,
    authority: str,
    purpose: str,
    reader: str | None,
    mapping: Path | None,
    passphrase: Secret | None,
    progress: IntakeProgress | None,
) -> Exhibit:
    """Do `Investigation.take`."""
    workspace = investigation.workspace
    with workspace.writing(f"intake of {arrival.number}"):
        return take(
            path,
            arrival,
            workspace=workspace,
            casework=investigation.casework,
            gate=investigation.gate,
            store_keys=Keyring(workspace.keyring).store,
            user=investigation.user,
            authority=authority,
            purpose=purpose,
            reader=reader,
            mapping=mapping,
            passphrase=passphrase,
            progress=progress,
        )


def release(
    investigation: "Investigation", permit: Permit, *, workers: int | None, progress: Progress | None
) -> Release | None:
    """Do `Investigation.release`."""
    with investigation.workspace.writing("release"), machine_errors("The release"):
        silent: Progress = lambda _words, _done, _total: None  # noqa: E731  # a default
        return Run(investigation=investigation, permit=permit, workers=workers, progress=progress or silent).release()
