"""A disclosure pack is taken in: each side has the same of each message, and can name it to the other."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from pyarrow import Table

from disclosure.quay import lines_of, sign_again
from investigation.harbour import AUTHORITY, SAMPLE, arrival, draft, main_job
from passing import pass_to
from underseal.core.crypto import SigningKey, content_path
from underseal.core.crypto.megolm_message import TOOL
from underseal.core.ledger import canonical
from underseal.core.records import OPENABLE, Failure, Place, captured_batch
from underseal.errors import CallerError, IntegrityError
from underseal.evidence.decrypt import Keyring, MediaFolder, decrypt_part
from underseal.evidence.dossier import ItemDraft, ItemKind, OpeningDraft
from underseal.evidence.intake import Batch, Source, find_reader
from underseal.evidence.intake.formats import disclosure_pack
from underseal.evidence.intake.formats.disclosure_pack import DisclosurePackReader
from underseal.evidence.investigation import Investigation, create_investigation
from underseal.evidence.store import View

READER: Final = DisclosurePackReader()
EXHIBIT: Final = "PACK-1"
PLACEHOLDER: Final = "█████"
SAME: Final = (
    "text", "time", "sender", "event", "conversation", "device", "recipients", "clock", "time_found",
    "uncertainty", "kind", "relation", "target", "algorithm", "session", "ciphertext_sha256", "index", "raw_sha256",
)  # fmt: skip


@dataclass(frozen=True)
class Sides:
    """Who discloses, the pack, and who got it."""

    sending: Investigation
    pack: Path
    receiving: Investigation
    redacted: dict[int, str]


def rows_of(investigation: Investigation) -> list[dict[str, Any]]:
    """Return all rows of the latest release."""
    release = investigation.releases.latest()
    assert release is not None
    rows: list[dict[str, Any]] = View(release, pass_to(), investigation.pool).records(range(release.size)).to_pylist()
    return rows


def receive(pack: Path, folder: Path) -> Investigation:
    """Take a pack in, in a house of its own."""
    made = create_investigation(folder, "Defence")
    made.authorities.add(draft(), user=made.user)
    made.take(pack, arrival(EXHIBIT), authority=AUTHORITY)
    assert made.release(workers=1) is not None
    return made


def chosen(rows: list[dict[str, Any]]) -> list[int]:
    """Return a few messages of each verdict, of each kind, and some with attachments."""
    found: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row["kind"] not in {"membership", "state", "device", "to_device"}:
            found.setdefault((row["verdict"], row["kind"]), []).append(row["number"])
    return sorted({number for numbers in found.values() for number in numbers[:2]})


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    """Some of the harbour with what was said around it, disclosed as a zip file; five messages are redacted."""
    folder = tmp_path_factory.mktemp("sides")
    sending = main_job(SAMPLE, folder / "sending").investigation
    dossiers = sending.under(AUTHORITY).dossiers
    dossier = dossiers.open(OpeningDraft(title="The harbour", offence="drugs", district="AN")).number
    rows = rows_of(sending)
    items = chosen(rows)
    for number in items:
        item = ItemDraft(kind=ItemKind.MESSAGE, record=number, before=2, after=2, why="one of each")
        dossiers.items.add(dossier, item)
    texts = [row["number"] for row in rows if row["kind"] == "text" and row["text"] and row["number"] not in items]
    redacted = dict(zip(texts, ("text", "sender", "recipients", "conversation", "message"), strict=False))
    for number, field in redacted.items():
        dossiers.items.add(dossier, ItemDraft(kind=ItemKind.MESSAGE, record=number, before=0, after=0, why="redacted"))
        dossiers.disclosure.redact(dossier, number, field, why="a third party")
    pack = folder / "pack.zip"
    dossiers.disclosure.disclose(dossier, pack, to="Mr Vos", zipped=True)
    receiving = receive(pack, folder / "receiving")
    yield Sides(sending, pack, receiving, redacted)
    sending.close()
    receiving.close()


def both(sides: Sides) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each unredacted message as the sending and as the receiving side has it."""
    sent = {row["number"]: row for row in rows_of(sides.sending)}
    for row in rows_of(sides.receiving):
        if row["row"] not in sides.redacted:
            yield sent[row["row"]], row


def test_each_message_is_the_same_on_both_sides(sides: Sides) -> None:
    pairs = list(both(sides))
    for sent, got in pairs:
        if sent["verdict"] == "replayed" and got["verdict"] == "opened":
            assert got["detail"].startswith("disclosed as replayed: ")  # the original is not in the pack
            continue
        assert {name: got[name] for name in SAME} == {name: sent[name] for name in SAME}
        if sent["verdict"] in OPENABLE:
            assert got["verdict"] in OPENABLE  # another house with other keys: its own verdict
            assert got["detail"].startswith(f"disclosed as {sent['verdict']}")
        else:
            assert got["verdict"] == sent["verdict"]
    assert {got["verdict"] for _, got in pairs} >= {"opened", "clear", "no_key"}
    assert {got["kind"] for _, got in pairs} >= {"text", "picture", "voice", "edit", "reaction"}


def test_nothing_is_there_but_what_was_disclosed(sides: Sides, tmp_path: Path) -> None:
    with zipfile.ZipFile(sides.pack) as archive:
        archive.extractall(tmp_path)
    lines = lines_of(tmp_path)
    rows = rows_of(sides.receiving)
    assert sorted(row["row"] for row in rows) == sorted(line["record"] for line in lines)
    assert {row["row"]: row["source_sha256"].hex() for row in rows} == {line["record"]: line["leaf"] for line in lines}
    assert {(row["file"], row["unit"]) for row in rows} == {("messages.jsonl", "record of release 1")}
    exhibit = sides.receiving.casework.exhibits.get(EXHIBIT)
    assert (exhibit.reader, exhibit.failed) == ("disclosure-pack", 0)
    assert exhibit.read == len(lines) + exhibit.keys


def test_messages_are_opened_with_their_own_keys(sides: Sides) -> None:
    opened = [got for _, got in both(sides) if got["verdict"] == "opened"]
    assert {got["key_exhibit"] for got in opened} == {EXHIBIT}
    assert {got["tool"] for got in opened} == {TOOL}
    assert {got["signature"] for got in opened} == {"valid"}


def test_a_redacted_message_shows_the_placeholder_and_why(sides: Sides) -> None:
    got = {row["row"]: row for row in rows_of(sides.receiving)}
    for number, field in sides.redacted.items():
        row = got[number]
        assert row["detail"] == f"redacted by {sides.sending.user}: {field} (a third party)"
        assert (row["verdict"], row["ciphertext_sha256"], row["raw"], row["session"]) == ("clear", None, None, None)
        assert (row["text"] == PLACEHOLDER) == (field in {"text", "message"})
        assert (row["sender"] == PLACEHOLDER) == (field in {"sender", "message"})
        assert (row["recipients"] == [PLACEHOLDER]) == (field in {"recipients", "message"})
        assert (row["conversation"] == PLACEHOLDER) == (field in {"conversation", "message"})
        assert (row["event"] is None) == (field == "message")


def test_attachments_are_those_of_their_messages(sides: Sides) -> None:
    found = {"opened": 0, "clear": 0}
    for sent, got in both(sides):
        if sent["media"] and "sha256" in json.loads(sent["media"]):
            theirs, ours = json.loads(sent["media"]), json.loads(got["media"])
            assert (ours["sha256"], ours["state"]) == (theirs["sha256"], theirs["state"])
            assert ours["file"] == f"media/{theirs['sha256']}"
            assert content_path(sides.receiving.workspace.media, bytes.fromhex(ours["sha256"])).is_file()
            found[ours["state"]] += 1
    assert found["opened"] > 1


def test_a_pack_that_does_not_verify_is_refused_and_stores_nothing(sides: Sides, tmp_path: Path) -> None:
    with zipfile.ZipFile(sides.pack) as archive:
        archive.extractall(tmp_path / "pack")
    messages = tmp_path / "pack" / "messages.jsonl"
    messages.write_bytes(messages.read_bytes().replace(b'"line":1,', b'"line":7,', 1))
    with create_investigation(tmp_path / "defence", "Defence") as made:
        made.authorities.add(draft(), user=made.user)
        with pytest.raises(
            IntegrityError, match=r"does not verify: every file is as it was signed.*line 1 was changed"
        ):
            made.take(tmp_path / "pack", arrival(EXHIBIT), authority=AUTHORITY)
        assert list(made.casework.exhibits.list()) == []
        held = [path for part in ("staging", "keyring", "media") for path in (made.workspace.root / part).rglob("*")]
        assert held == []


def test_a_liar_s_pack_is_refused_though_it_is_signed(sides: Sides, tmp_path: Path) -> None:
    with zipfile.ZipFile(sides.pack) as archive:
        archive.extractall(tmp_path)
    messages = tmp_path / "messages.jsonl"
    lines = lines_of(tmp_path)
    opened = next(line for line in lines if line["verdict"] == "opened" and line["text"])
    opened["text"] = "what was never written"
    messages.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))
    sign_again(tmp_path, SigningKey.generate())
    with pytest.raises(IntegrityError, match="does not verify"):
        READER.check(Source(path=tmp_path, exhibit=EXHIBIT))


def test_folder_and_zip_file_are_recognised_and_read_alike(sides: Sides, tmp_path: Path) -> None:
    with zipfile.ZipFile(sides.pack) as archive:
        archive.extractall(tmp_path)
    folder, zipped = (Source(path=path, exhibit=EXHIBIT) for path in (tmp_path, sides.pack))
    assert find_reader(tmp_path).name == find_reader(sides.pack).name == "disclosure-pack"
    assert [read_all(folder), READER.total(folder), READER.size(folder)] == [
        read_all(zipped),
        READER.total(zipped),
        READER.size(zipped),
    ]


def test_reading_goes_on_behind_any_line(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(path=sides.pack, exhibit=EXHIBIT)
    whole = read_all(source)
    monkeypatch.setattr(disclosure_pack, "BATCH_UNITS", 7)
    batches = list(READER.read(source))
    assert len(batches) > 3
    for number, batch in enumerate(batches):
        rows = [
            row for each in [*batches[: number + 1], *READER.read(source, after=batch.cursor)] for row in rows_in(each)
        ]
        assert rows == whole
    with pytest.raises(CallerError, match="cursor"):
        next(READER.read(source, after="1:2"))


def test_a_message_that_is_disclosed_without_its_key_is_locked_and_can_be_read(sides: Sides, tmp_path: Path) -> None:
    """Its session used one index twice, and the other message is not in the pack: nobody may have their key."""
    with zipfile.ZipFile(sides.pack) as archive:
        archive.extractall(tmp_path)
    line = next(line for line in lines_of(tmp_path) if line["verdict"] == "opened" and line["kind"] == "text")
    found = disclosure_pack._unit(canonical(line | {"message_key": None}), 1, "record of release 1", EXHIBIT)
    assert isinstance(found, disclosure_pack._Message)
    assert (found.key, found.record.text, found.record.kind) == (None, line["text"], "text")
    rows = Table.from_batches([captured_batch([found.record], exhibit=EXHIBIT)])
    (decided,) = decrypt_part(rows, keyring=Keyring(tmp_path), media=MediaFolder(folder=tmp_path)).to_pylist()
    assert (decided["verdict"], decided["signature"], decided["text"]) == ("no_key", "valid", line["text"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b'{"payload":"{}"}', b"\0" * 5_000])
def test_what_is_no_pack_is_not_recognised(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "pack.json").write_bytes(content)
    (folder / "messages.jsonl").write_bytes(content)
    assert not READER.detect(tmp_path / "a.zip")
    assert not READER.detect(folder)
    assert not READER.detect(tmp_path / "nothing")


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b"not JSON",
        b'{"record":-1}',
        b'{"record":1,"row":"[]"}',
        b'{"record":1,"row":"{}","ciphertext":null,"message_key":null}',
        b'{"record":1,"row":null,"attached":7}',
        b'{"record":1,"row":' + b"[" * 200_000,
        b'{"record":1,"record":2}',
    ],
)
def test_a_line_that_makes_no_record_is_a_failure_in_its_place(line: bytes) -> None:
    found = disclosure_pack._unit(line, 4, "record of release 1", EXHIBIT)
    assert isinstance(found, Failure)
    assert (found.place, found.sample) == (Place(file="messages.jsonl", unit="line", row=4), b"")


def rows_in(batch: Batch) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = batch.records.to_pylist()
    return rows


def read_all(source: Source) -> list[dict[str, Any]]:
    return [row for batch in READER.read(source) for row in rows_in(batch)]
