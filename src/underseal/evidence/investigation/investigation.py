"""The investigation: one object over a workspace. The command line and the server are thin over it.

What only its additions need, the readers of formats and the ciphers, is imported when something is added: most who open an
investigation read it, and would wait for that.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from underseal.core.crypto import LetterboxKey
from underseal.core.records import Secret
from underseal.core.verify import Step
from underseal.errors import ConflictError, InternalError, NotFoundError
from underseal.evidence.audit import Act, Audit, Permit
from underseal.evidence.authority import Door, Gate, People, Register, Sight, Trail
from underseal.evidence.casework import Actor, Arrival, CaseWork, Exhibit
from underseal.evidence.dossier import Exclusions
from underseal.evidence.dossier.terms import HeldPackage, Leaving, held_packages, leaving_without
from underseal.evidence.identity import Book
from underseal.evidence.investigation.checks import (
    verify_attributions,
    verify_audit,
    verify_destructions,
    verify_documents,
    verify_media,
    verify_originals,
)
from underseal.evidence.investigation.consultation import Consultation
from underseal.evidence.privilege import Privilege
from underseal.evidence.store import (
    Added,
    Counted,
    Destructions,
    Directory,
    Release,
    Releases,
    SegmentPool,
    View,
    added_rows,
    diff,
    prove_consistency,
    verify_release,
)
from underseal.evidence.workspace import Workspace

if TYPE_CHECKING:
    from underseal.evidence.disclosure.house import House
    from underseal.evidence.intake import IntakeProgress
    from underseal.evidence.investigation.destroying import Destroying
    from underseal.evidence.investigation.run import Progress

_DIRECTORIES = 8
"""Directories kept in memory: one per release and scope that is being read."""


class Investigation:
    """A workspace, opened.

    Attributes:
        workspace, casework: where things lie, and the case-work database.
        gate, authorities: what every act passes through. door: where named users come in.
        releases, pool: the published evidence. destructions: what is gone of it. book: the attributions.
        user: who acts: the one person of a workspace without named users, a named user whose password was checked, or
            "" for nobody, who may do nothing.

    Args:
        workspace, user: see above. audit_key: reads the audit where that is sealed; None writes and verifies it only.

    Raises:
        KeyFileError: `audit_key` is not the key of this audit.
    """

    def __init__(self, workspace: Workspace, *, user: str, audit_key: LetterboxKey | None = None) -> None:
        self.workspace = workspace
        self.user = user
        self.casework = CaseWork.of(workspace)
        self._audit = Audit(workspace.audit, workspace.signing_key, reading=audit_key)
        self.gate = Gate(self.casework, self._audit)
        self.door = Door(self.casework, self.gate)
        self.authorities = Register(self.casework, self.gate)
        self.releases = Releases(workspace.releases, workspace.public_key)
        self.pool = SegmentPool(workspace.segments, workspace.releases, workspace.quarantine, workspace.destructions)
        self.destructions = Destructions(workspace.destructions, workspace.public_key)
        self.book = Book(workspace.attributions, workspace.signing_key, claimed=self._claims)
        self._directories: OrderedDict[tuple[int, Sight, int], Directory] = OrderedDict()
        self._lock = threading.Lock()

    def acting_as(self, actor: Actor) -> Self:
        """Return the same investigation in the hands of somebody else, who has been let in at its door."""
        other = copy(self)
        other.user = actor.name
        return other

    def under(self, authority: str, *, purpose: str = "", release: int | None = None) -> Consultation:
        """Read under an authority.

        Args:
            authority: its number. purpose: why, in words. release: number of the release to read; the latest by default.

        Raises:
            NotFoundError: there is no such release, or none at all yet.
        """
        found = self.releases.get(release) if release is not None else self.releases.latest()
        if found is None:
            raise NotFoundError(
                "Nothing has been released yet.", hint="Take in an exhibit first: underseal intake PATH --exhibit NO"
            )
        return Consultation(self, authority=authority, user=self.user, purpose=purpose, release=found)

    def needs_passphrase(self, path: Path, reader: str | None = None) -> bool:
        """Say whether an exhibit at `path` is of a format that is locked with a passphrase.

        Raises:
            UnreadableError: no reader understands it.
        """
        from underseal.evidence.intake import LOCKED_FORMATS, find_reader  # noqa: PLC0415  # see the top

        return find_reader(path, reader).name in LOCKED_FORMATS

    def take(
        self,
        path: Path,
        arrival: Arrival,
        *,
        authority: str,
        purpose: str = "",
        reader: str | None = None,
        mapping: Path | None = None,
        passphrase: Secret | None = None,
        progress: "IntakeProgress | None" = None,
    ) -> Exhibit:
        """Take in an exhibit: hash, register, read and stage it; `release` makes it part of the evidence.

        A run that was stopped is gone on with by the same call.

        Args:
            path: file or folder, never written to. arrival: what a person says of it.
            authority: number of the authority under which it is taken in. purpose: why.
            reader: name of the format; found out by default. mapping: for message tables. passphrase: for key exports.
            progress: called with bytes read and in all.

        Raises:
            RefusedError: the authority does not allow it. ConflictError: the exhibit or its files are in the house.
            UnreadableError, KeyFileError, IntegrityError: what is wrong with the material.
        """
        from underseal.evidence.decrypt import Keyring  # noqa: PLC0415  # see the top
        from underseal.evidence.intake import take  # noqa: PLC0415  # see the top

        with self.workspace.writing(f"intake of {arrival.number}"):
            return take(
                path,
                arrival,
                workspace=self.workspace,
                casework=self.casework,
                gate=self.gate,
                store_keys=Keyring(self.workspace.keyring),
                user=self.user,
                authority=authority,
                purpose=purpose,
                reader=reader,
                mapping=mapping,
                passphrase=passphrase,
                progress=progress,
            )

    def release(self, *, workers: int | None = None, progress: "Progress | None" = None) -> Release | None:
        """Release what is staged, and open what today's keys open.

        Args:
            workers: processes; one per processor by default. progress: called with words, rows done, and in all.

        Returns:
            The release; None where nothing was staged and no key opened anything.

        Raises:
            RefusedError: the role does not allow it. ConflictError: another writer is at work.
            InternalError: the disk is full, or fails otherwise; the last release is whole, and the same call goes on later.
        """
        from underseal.evidence.intake import machine_errors  # noqa: PLC0415  # see the top
        from underseal.evidence.investigation.run import Run  # noqa: PLC0415  # see the top

        permit = self.gate.grant(user=self.user, act=Act.RELEASED)
        with self.workspace.writing("release"), machine_errors("The release"):
            report = progress or (lambda _words, _done, _total: None)
            return Run(investigation=self, permit=permit, workers=workers, progress=report).release()

    def _claims(self) -> int:
        """Return how many claims the audit knows of; 0 where it is sealed and nobody here can read it."""
        return self._audit.count(act=Act.ATTRIBUTED) if self._audit.readable else 0

    @property
    def audit(self) -> Trail:
        """The audit, as the one who acts may read it."""
        return Trail(self._audit, self.gate, user=self.user)

    @property
    def privilege(self) -> Privilege:
        """Privileged material, as the one who acts may declare, suspect or decide on it."""
        return Privilege(
            self.casework,
            self.gate,
            releases=self.releases,
            pool=self.pool,
            user=self.user,
            rules=self.workspace.privilege_rules,
        )

    @property
    def destroying(self) -> "Destroying":
        """The destruction of privileged material, as the one who acts may do it."""
        from underseal.evidence.investigation.destroying import Destroying  # noqa: PLC0415  # see the top

        return Destroying(self, self._audit)

    def settle(self) -> None:
        """Finish a destruction that was interrupted; where another writer is at work, that one will, and on a full disk a later call."""
        if self.destructions.unfinished:
            with suppress(ConflictError, InternalError, OSError), self.workspace.writing("end of a destruction"):
                self.destroying.settle()

    @property
    def house(self) -> "House":
        """What packs for the defence are made of."""
        from underseal.evidence.disclosure.house import House  # noqa: PLC0415  # see the top

        return House(
            workspace=self.workspace,
            audit=self._audit,
            book=self.book,
            releases=self.releases,
            pool=self.pool,
            clock=self.gate.clock,
        )

    def held_packages(self) -> dict[str, HeldPackage]:
        """Return the partners' packages that are held, by the number of the exhibit."""
        return held_packages(self.casework.terms.latest())

    def leaving_without(self, leaving: Leaving) -> Exclusions:
        """Return what keeps material from leaving the house in some way: judges' decisions, and the terms of its senders."""
        return leaving_without(self.casework.exclusions.all(), self.held_packages().values(), leaving)

    @property
    def people(self) -> People:
        """The named users, as the one who acts may change them."""
        return People(self.casework, self.gate, self.door, user=self.user)

    def list_releases(self) -> Sequence[Release]:
        """Return all releases, the oldest first."""
        self.gate.permit(user=self.user, act=Act.RELEASE_READ)
        return self.releases.all()

    def describe_release(self, number: int) -> Release:
        """Return a release with its parts.

        Raises:
            NotFoundError: there is none of that number.
        """
        self.gate.permit(user=self.user, act=Act.RELEASE_READ, details={"release": number})
        return self.releases.get(number)

    def added(self, old: int, new: int) -> Iterator[pa.Table]:
        """Return every record that release `new` adds to `old`, with its place, verdict and reason, in tables.

        What is withheld is left out; the sums of `diff` are those of the signed releases, and count it.
        """
        self.gate.permit(user=self.user, act=Act.RELEASES_COMPARED, details={"old": old, "new": new})
        return added_rows(
            self.releases.get(old),
            self.releases.get(new),
            releases=self.releases,
            pool=self.pool,
            quarantine=self.gate.quarantine(self.user),
        )

    def prove_consistency(self, old: int, new: int) -> bytes:
        """Make the proof file that release `new` only adds to `old`."""
        self.gate.permit(user=self.user, act=Act.RELEASES_COMPARED, details={"old": old, "new": new})
        return prove_consistency(self.releases.get(old), self.releases.get(new), releases=self.releases, pool=self.pool)

    def diff(self, old: int, new: int) -> list[Added]:
        """Return what release `new` adds to `old`, and why."""
        self.gate.permit(user=self.user, act=Act.RELEASES_COMPARED, details={"old": old, "new": new})
        return diff(self.releases.get(old), self.releases.get(new), releases=self.releases, pool=self.pool)

    def verify(self, number: int | None = None, *, progress: Counted | None = None) -> Iterator[Step]:
        """Check a release, the latest by default, against every byte; yields one step per thing checked.

        What is checked: the manifests of it and its parents, the files and records of its segments, what was destroyed of
        them, the attachments, the originals of its exhibits as far as they are where they were, the audit and the
        attributions.

        Args:
            number: of the release. progress: called with records checked and in all.

        Raises:
            NotFoundError: there is no such release. RefusedError: the role does not allow it.
        """
        permit = self.gate.grant(user=self.user, act=Act.VERIFIED)
        self.settle()
        return self._verify(permit, number, progress)

    def _verify(self, permit: Permit, number: int | None, progress: Counted | None) -> Iterator[Step]:
        release = self.releases.get(number) if number is not None else self.releases.latest()
        if release is None:
            return
        faults = 0
        for step in chain(
            verify_release(
                release,
                releases=self.releases,
                segments=self.workspace.segments,
                destructions=self.destructions,
                progress=progress,
            ),
            verify_destructions(self.destructions, self._audit),
            verify_media(self.workspace.media),
            verify_documents(self.workspace.documents),
            verify_originals(self.casework.exhibits),
            verify_audit(self._audit),
            verify_attributions(self.book),
        ):
            faults += not step.ok
            yield step
        result = f"{faults} faults" if faults else "sound"
        self.gate.record(permit, {"what": f"release {release.number}", "result": result})

    def directory(self, view: View) -> Directory:
        """Return the directory of a view, kept from earlier reads of the same release by anybody who may see the same of it."""
        version = self.pool.version
        key = (view.release.number, view.access.sight, version)
        with self._lock:
            for stale in [each for each in self._directories if each[2] != version]:
                del self._directories[stale]  # it may hold names that were destroyed
            found = self._directories.setdefault(key, Directory(view))
            self._directories.move_to_end(key)
            while len(self._directories) > _DIRECTORIES:
                self._directories.popitem(last=False)
            return found

    def exhibit_facts(self, number: str, file: str) -> tuple[dict[str, str], str | None]:
        """Return what is registered of an exhibit, and the hex SHA-256 of one of its files."""
        exhibit = self.casework.exhibits.get(number)
        package = self.held_packages().get(number)
        facts = {
            "title": exhibit.title,
            "custodian": exhibit.custodian,
            "taken": f"from {exhibit.received_from} by {exhibit.received_by}",
            "sha256": exhibit.sha256.hex(),
            **({} if package is None else package.facts(self.gate.clock())),
        }
        wanted = file or Path(exhibit.path).name
        return facts, next((f.sha256.hex() for f in self.casework.exhibits.files(number) if f.path == wanted), None)

    @cached_property
    def name(self) -> str:
        """What people call the investigation."""
        return self.workspace.settings.name

    def close(self) -> None:
        """Let go of the database and of the segments."""
        self.casework.close()
        self.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
