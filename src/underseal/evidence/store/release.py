"""The chain of releases: signed manifests, and the log that says which of them are published.

    releases/0001/manifest.json   a signed document (core.ledger) of format underseal/release/1
    releases/0001/failures.parquet   what the intakes of this release could not read
    releases/0001/hidden/<segment>/  rows of an earlier segment that this release opened: `rows.bin`, and `text/`, the
                                     segment's index without them
    releases/log.jsonl            one line per release; a release exists from the moment its line is there

A record is never changed: a locked record that a later key opens stays where it was, in every earlier release, and a new
record supersedes it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from underseal.core.crypto import VerifyKey
from underseal.core.ledger import Frontier, SignedDocument, read_document
from underseal.core.ledger.strict import parse_strict
from underseal.errors import IntegrityError, NotFoundError

FORMAT = "underseal/release/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEntry:
    """A segment as a release lists it.

    Attributes:
        id: its name. first: number of its first record. rows: how many it holds.
        locked: whether a later key may open its records.
        sha256: hex digest of its segment.json.
        hidden: how many of its rows later records of this release supersede.
        hidden_in: number of the release that holds the list of them, 0 where there is none.
        hidden_sha256: hex digest over the files of that list, "" where there is none.
    """

    id: str
    first: int
    rows: int
    locked: bool
    sha256: str
    hidden: int = 0
    hidden_in: int = 0
    hidden_sha256: str = ""

    def to_json(self) -> dict[str, str | int | bool]:
        """Return the form of the manifest."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitEntry:
    """What a release took from an exhibit.

    Attributes:
        number: the exhibit's number. sha256: hex digest over its list of files.
        read, failed: units that gave a record, and that did not. keys: room keys that it held.
    """

    number: str
    sha256: str
    read: int
    failed: int
    keys: int

    def to_json(self) -> dict[str, str | int]:
        """Return the form of the manifest."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One signed delivery of the evidence: everything that it holds, its own and its parents'.

    Attributes:
        number: from 1. workspace: id of the workspace. created: ISO 8601, UTC. reason: why it was made, in words.
        parent: hex SHA-256 of the parent's manifest file, "" for the first.
        size: records in all. root: Merkle root over them, hex. frontier: state to go on from, hex (core.ledger).
        added: records that this release adds.
        segments: all segments, in the order of their records.
        exhibits: what this release took in.
        failures: how many units of those could not be read. failures_sha256: hex digest of failures.parquet, or "".
        verdicts: how many records came to which verdict, superseded ones not counted.
        tools: name -> version of what made it.
        sha256: hex digest of the manifest file. key: hex public key that signed it.
    """

    number: int
    workspace: str
    created: str
    reason: str
    parent: str
    size: int
    root: str
    frontier: str
    added: int
    segments: tuple[SegmentEntry, ...]
    exhibits: tuple[ExhibitEntry, ...]
    failures: int
    failures_sha256: str
    verdicts: Mapping[str, int]
    tools: Mapping[str, str]
    sha256: str = ""
    key: str = ""

    def to_payload(self) -> dict[str, object]:
        """Return the value that is signed."""
        own = {name: getattr(self, name) for name in self.__slots__ if name not in {"sha256", "key"}}
        return own | {
            "format": FORMAT,
            "segments": [segment.to_json() for segment in self.segments],
            "exhibits": [exhibit.to_json() for exhibit in self.exhibits],
            "verdicts": dict(self.verdicts),
            "tools": dict(self.tools),
        }

    @classmethod
    def from_manifest(cls, data: bytes, *, key: VerifyKey | None) -> "Release":
        """Read a signed manifest.

        Raises:
            UnreadableError: not a signed document. IntegrityError: the signature, the signer or the shape is wrong.
        """
        payload = dict(read_document(data, key))
        signer = SignedDocument.from_json(parse_strict(data)).key.hex()
        if payload.pop("format") != FORMAT:
            raise IntegrityError("The manifest is not one of a release.")
        try:
            fields = orjson.loads(orjson.dumps(payload))  # plain types: the signature has already proved who wrote them
            fields["segments"] = tuple(SegmentEntry(**entry) for entry in fields["segments"])
            fields["exhibits"] = tuple(ExhibitEntry(**entry) for entry in fields["exhibits"])
            return cls(**fields, sha256=hashlib.sha256(data).hexdigest(), key=signer)
        except (KeyError, TypeError) as error:
            raise IntegrityError("The manifest has not the fields of a release.") from error

    def tree(self) -> Frontier:
        """Return the state of the Merkle tree, to grow the next release from.

        Raises:
            IntegrityError: the state does not give the root.
        """
        frontier = Frontier.from_bytes(bytes.fromhex(self.frontier))
        if frontier.size != self.size or frontier.root().hex() != self.root:
            raise IntegrityError(f"Release {self.number}: the state of its tree does not give its root.")
        return frontier

    def segment_of(self, number: int) -> SegmentEntry:
        """Return the segment that holds a record.

        Raises:
            NotFoundError: the release has no such record.
        """
        for segment in self.segments:
            if segment.first <= number < segment.first + segment.rows:
                return segment
        raise NotFoundError(f"Release {self.number} has no record {number}; it holds 0 to {self.size - 1}.")


class Releases:
    """The published releases of a workspace, read only.

    Attributes:
        folder: the workspace's `releases`.
        key: the key that must have signed them.
    """

    def __init__(self, folder: Path, key: VerifyKey) -> None:
        self.folder = folder
        self.key = key
        self._read: dict[int, Release] = {}

    def numbers(self) -> list[int]:
        """Return the numbers of all published releases, in order."""
        return [number for number, _ in self._log()]

    def latest(self) -> Release | None:
        """Return the last published release, None where there is none yet."""
        numbers = self.numbers()
        return self.get(numbers[-1]) if numbers else None

    def get(self, number: int) -> Release:
        """Return one release, its signature and its digest in the log checked.

        Raises:
            NotFoundError: not published. IntegrityError: the manifest is missing or was changed.
        """
        if number not in self._read:
            self._read[number] = self._load(number)
        return self._read[number]

    def all(self) -> list[Release]:
        """Return all releases, the oldest first."""
        return [self.get(number) for number in self.numbers()]

    def manifest(self, number: int) -> bytes:
        """Return the signed manifest of a release as it stands on disk, unverified.

        Raises:
            IntegrityError: it is missing.
        """
        path = self.path(number) / "manifest.json"
        try:
            return path.read_bytes()
        except OSError as error:
            raise IntegrityError(f"Release {number}: {path.name} is missing.") from error

    def path(self, number: int) -> Path:
        """Return the folder of a release."""
        return self.folder / f"{number:04d}"

    def _load(self, number: int) -> Release:
        logged = dict(self._log()).get(number)
        if logged is None:
            raise NotFoundError(
                f"There is no release {number}.", hint="`underseal release list` shows the releases that there are."
            )
        data = self.manifest(number)
        if hashlib.sha256(data).hexdigest() != logged:
            raise IntegrityError(f"Release {number}: manifest.json is not the one that the log names.")
        return Release.from_manifest(data, key=self.key)

    def _log(self) -> Iterator[tuple[int, str]]:
        path = self.folder / "log.jsonl"
        if not path.exists():
            return
        for line_number, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
            if not line.endswith(b"\n"):
                return  # a crash cut the last line short: that release was never published
            try:
                entry = orjson.loads(line)
                yield int(entry["number"]), str(entry["sha256"])
            except (ValueError, KeyError, TypeError) as error:
                raise IntegrityError(f"releases/log.jsonl, line {line_number} is damaged.") from error
