"""One making of a pack: what goes into it, file by file."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from underseal.core.ledger import Json, SignedDocument, canonical, parse_strict, sign_document
from underseal.core.verify.disclosure.cover import Cover
from underseal.core.verify.disclosure.listing import (
    ATTRIBUTIONS,
    AUDIT,
    CONSISTENCY,
    COVER,
    FORMAT,
    FORMS,
    KEYS,
    KEYS_FORMAT,
    LEFT_OUT,
    MEDIA,
    MESSAGES,
    PACK,
    PAGE_FORMAT,
    READER,
    RELEASE,
    SCHEDULES,
    contents_of,
)
from underseal.evidence.authority.moments import iso
from underseal.evidence.decrypt import Keyring
from underseal.evidence.disclosure.claims import enclosed_claims
from underseal.evidence.disclosure.disclosed import Attached, Disclosed, Head, Redaction
from underseal.evidence.disclosure.extract import Touching, extract
from underseal.evidence.disclosure.folder import PackFolder
from underseal.evidence.disclosure.form import Form
from underseal.evidence.disclosure.house import Counts, House, Made, Page, Preview, Progress, Stage
from underseal.evidence.disclosure.keys import Keys, SessionKey
from underseal.evidence.disclosure.lines import Lines
from underseal.evidence.disclosure.material import Material
from underseal.evidence.disclosure.schedules import left_out, schedule, sensitive_rows, unused_rows, used_row
from underseal.evidence.disclosure.shown import Shown
from underseal.evidence.store import Directory, Paths, Release, prove_consistency

_SAMPLED: Final = 200
"""Lines that a preview makes to estimate the size of all."""

_TOLD_EVERY: Final = 500
"""Lines after which the progress is told."""


@dataclass(frozen=True, kw_only=True)
class Making:
    """One making of a pack.

    Attributes:
        house: whose. material: what is disclosed, as it may be seen. to: who gets it.
        since: number of the release of an earlier disclosure, None where none is named.
        cover: of a package for a partner force, None for a disclosure.
    """

    house: House
    material: Material
    to: str
    since: int | None
    cover: Cover | None = None

    @property
    def release(self) -> Release:
        """The release that everything is taken from."""
        return self.material.view.release

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are written."""
        return ZoneInfo(self.house.workspace.settings.timezone)

    @cached_property
    def head(self) -> Head:
        """What the first page of every form says."""
        access, selection = self.material.view.access, self.material.selection
        return Head(
            dossier=selection.dossier,
            title=selection.title,
            to=self.to,
            by=access.user,
            authority=access.authority,
            release=self.release.number,
            root=self.release.root,
            at=iso(self.house.clock(), self.zone),
            zone=self.zone.key,
            signer=self.house.workspace.public_key.hex,
        )

    @cached_property
    def sessions(self) -> Sequence[SessionKey]:
        """The sessions that are handed over."""
        return list(self.keys.of_sessions())

    @cached_property
    def keys(self) -> Keys:
        """The keys that may be handed over."""
        latest = self.house.releases.latest() or self.release
        captured = (self.house.pool.get(entry) for entry in latest.segments)
        return Keys(self.material, Keyring(self.house.workspace.keyring), captured)

    @cached_property
    def message_keys(self) -> int:
        """How many messages have their key in the pack."""
        slots = (self.material.decrypted.column(name).to_pylist() for name in ("session", "index"))
        return sum(not self.keys.opens_more(*slot) for slot in zip(*slots, strict=True))

    @cached_property
    def claims(self) -> tuple[Mapping[str, bytes], Mapping[str, str]]:
        """The claims that are enclosed, and why others are not."""
        return enclosed_claims(self.material, self.house.book)

    @cached_property
    def attachments(self) -> Mapping[str, Path]:
        """The attachments that are enclosed, by the hex SHA-256 of their bytes."""
        return self.material.attachments(self.house.workspace.media)

    @cached_property
    def counts(self) -> Counts:
        """How much leaves the house."""
        material = self.material
        return Counts(
            used=material.used.num_rows,
            items=len(material.items),
            context=material.used.num_rows - len(material.items),
            redacted=len(material.redactions),
            locked=material.locked,
            unused=material.unused.num_rows,
            sensitive=len(material.sensitive),
            message_keys=self.message_keys,
            session_keys=len(self.sessions),
            attributions=len(self.claims[0]),
            media=len(self.attachments),
        )

    def lines(self) -> Lines:
        """Return the lines of messages.jsonl."""
        shown = Shown(
            material=self.material,
            directory=Directory(self.material.view),
            media=self.house.workspace.media,
            zone=self.zone,
        )
        return Lines(shown=shown, paths=Paths(self.release, self.house.pool), keys=self.keys)

    def preview(self) -> Preview:
        """Say what would be written."""
        sample = [len(canonical(line.to_json())) for line in islice(self.lines(), _SAMPLED)]
        redacted = [each.field for found in self.material.redactions.values() for each in found]
        messages = sum(sample) * self.counts.used // max(len(sample), 1)
        return Preview(
            counts=self.counts,
            sessions=self.sessions,
            redactions={field: redacted.count(field) for field in sorted(set(redacted))},
            exclusions=self.material.selection.exclusions,
            beside_redacted=self.material.beside_redacted(),
            claims=list(self.claims[0]),
            size=messages + sum(file.stat().st_size for file in self.attachments.values()),
        )

    def write(
        self,
        folder: PackFolder,
        announce: Callable[[Mapping[str, str | int]], None],
        forms: Sequence[Form],
        page: Page | None,
        progress: Progress,
    ) -> Made:
        """Write a pack.

        Args:
            folder: into which. announce: writes the entry of the audit: all that it names is on the disk by then.
            forms: further formats to enclose. page: writes the page that reads the pack. progress: told how far it has come.
        """
        self._write_messages(folder, progress)
        progress(Stage.PROOFS, 0, 0)
        self._write_proofs(folder)
        for done, form in enumerate(forms):
            progress(Stage.FORMS, done, len(forms))
            (folder.root / FORMS).mkdir(mode=0o700, exist_ok=True)
            for name in form(self.head, lambda: read_messages(folder.root / MESSAGES), folder.root / FORMS):
                folder.take(FORMS + name)
        contents = contents_of(asdict(self.head), folder.listing()).hex()
        progress(Stage.SEALING, 0, 0)
        counts = self.counts
        announce(
            {
                "to": self.head.to,
                "records": counts.used,
                "sha256": contents,
                "release": self.release.number,
                "redacted": counts.redacted,
                "unused": counts.unused,
                "sensitive": counts.sensitive,
            }
        )
        folder.write_lines(AUDIT, extract(self.house.audit, self._touching(contents)))
        if page is not None:
            page(folder.root, self._signed(folder, contents, PAGE_FORMAT))
            folder.take(READER)
        folder.unlisted(PACK, self._signed(folder, contents, FORMAT).to_bytes())
        return Made(
            path=folder.root,
            selection=self.material.selection,
            release=self.release.number,
            counts=counts,
            size=folder.size(),
            contents=contents,
            key=self.head.signer,
        )

    def _write_messages(self, folder: PackFolder, progress: Progress) -> None:
        used: list[dict[str, Json]] = []
        redactions: list[dict[str, Json]] = []
        media: list[dict[str, Json]] = []
        keyless: list[dict[str, Json]] = []

        def lines() -> Iterator[dict[str, Json]]:
            for line in self.lines():
                shown = line.shown
                used.append(used_row(shown))
                redactions.extend({"line": shown.line, **asdict(each)} for each in shown.redactions)
                if shown.attached is not None and not shown.attached.file and shown.attached.state != "redacted":
                    media.append({"line": shown.line, "state": shown.attached.state})
                if line.raw is not None and line.message_key is None:
                    keyless.append({"line": shown.line})
                yield line.to_json()
                if shown.line % _TOLD_EVERY == 0:
                    progress(Stage.MESSAGES, shown.line, self.counts.used)

        folder.write_lines(MESSAGES, lines())
        rows = {
            "used": used,
            "unused": unused_rows(self.material, self.zone),
            "sensitive": sensitive_rows(self.material),
        }
        for name, path in SCHEDULES.items():
            folder.write_json(path, schedule(name, rows[name]))
        exclusions = self.material.selection.exclusions
        folder.write_json(LEFT_OUT, left_out(redactions, media, keyless, exclusions, self.claims[1]))

    def _write_proofs(self, folder: PackFolder) -> None:
        if self.cover is not None:
            folder.write_json(COVER, self.cover.to_json())
        sessions: list[Json] = [
            {
                "session": each.session,
                "from": each.start,
                "exported": each.exported.reveal().decode(),
                "opens": each.opens,
            }
            for each in self.sessions
        ]
        folder.write_json(KEYS, {"format": KEYS_FORMAT, "sessions": sessions})
        for sha256, file in self.attachments.items():
            folder.copy(MEDIA + sha256, file)
        manifest = SignedDocument.from_json(parse_strict(self.house.releases.manifest(self.release.number)))
        folder.write(RELEASE, manifest.to_bytes())
        if self.since is not None:
            old = self.house.releases.get(self.since)
            folder.write(
                CONSISTENCY, prove_consistency(old, self.release, releases=self.house.releases, pool=self.house.pool)
            )
        for claim, proof in self.claims[0].items():
            folder.write(f"{ATTRIBUTIONS}{claim}.json", proof)

    def _touching(self, contents: str) -> Touching:
        numbers = self.material.numbers
        brought = {
            release.number
            for release in self.house.releases.all()
            if any(release.size - release.added <= number < release.size for number in numbers)
        }
        return Touching(
            exhibits=self.material.exhibits,
            releases=frozenset({*brought, self.release.number}),
            dossier=self.material.selection.reference,
            records=frozenset(numbers),
            contents=contents,
        )

    def _signed(self, folder: PackFolder, contents: str, format_: str) -> SignedDocument:
        since = self.since
        payload: dict[str, Json] = {
            "format": format_,
            "head": asdict(self.head),
            "counts": asdict(self.counts),
            "contents": contents,
            "reference": self.material.selection.reference,
            "since": None if since is None else {"release": since, "root": self.house.releases.get(since).root},
            "files": [listed.to_json() for listed in folder.listing()],
        }
        return sign_document(payload, self.house.workspace.signing_key)


def read_messages(file: Path) -> Iterator[Disclosed]:
    """Yield the messages of a messages.jsonl that was just written, as every form shows them."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            value = json.loads(line)
            shown = {name: value[name] for name in Disclosed.__slots__}
            attached = shown["attached"]
            yield Disclosed(
                **shown
                | {
                    "recipients": tuple(shown["recipients"]),
                    "attached": None if attached is None else Attached(**attached),
                    "redactions": tuple(Redaction(**redaction) for redaction in shown["redactions"]),
                }
            )
