"""Taking exhibits in: what is registered, staged and recorded, and what is refused."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from underseal.core.crypto import sha256_file
from underseal.core.records import CAPTURED, Secret
from underseal.errors import (
    CallerError,
    ConflictError,
    IntegrityError,
    InternalError,
    KeyFileError,
    NotFoundError,
    RefusedError,
    UndersealError,
    UnreadableError,
)
from underseal.evidence.casework import ExhibitState
from underseal.evidence.decrypt import Keyring
from underseal.evidence.intake import FAILURES, LOCKED_FORMATS, find_reader, formats

from .formats.reading import HARBOUR, SAMPLES, SynapseDatabase
from .house import House

FEED = SAMPLES / "matrix-jsonl" / "events.jsonl"
TABLE, MAPPING = SAMPLES / "message-table" / "regatta.csv", SAMPLES / "message-table" / "csv.toml"
PHONE = HARBOUR / "keys" / "k7q2mx-phone.txt"
PASSPHRASES: dict[str, str] = json.loads((HARBOUR / "keys" / "passphrases.json").read_text("utf-8"))


def _feed(folder: Path, *bodies: str) -> Path:
    file = folder / "feed.jsonl"
    events = [
        {
            "event_id": f"${body}",
            "type": "m.room.message",
            "room_id": "!room",
            "sender": "@anna:hs",
            "origin_server_ts": number,
            "content": {"msgtype": "m.text", "body": body},
        }
        for number, body in enumerate(bodies)
    ]
    file.write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    return file


def _texts(house: House, number: str) -> list[str]:
    parts = sorted(house.workspace.staging(number).glob("part-*.parquet"))
    return [text for part in parts for text in pq.read_table(part).column("text").to_pylist()]


def _failures(house: House, number: str) -> list[dict[str, object]]:
    files = sorted(house.workspace.staging(number).glob("failures-*.parquet"))
    return [row for file in files for row in pq.read_table(file, schema=FAILURES).to_pylist()]


def test_a_captured_server_is_registered_counted_and_staged(house: House) -> None:
    exhibit = house.take(HARBOUR / "capture", "H-1")
    assert (exhibit.state, exhibit.reader, exhibit.read) == (ExhibitState.STAGED, "synapse", exhibit.total)
    assert exhibit.path == str(HARBOUR / "capture")
    staging = house.workspace.staging("H-1")
    (part,) = staging.glob("part-*.parquet")
    table = pq.read_table(part)
    assert table.schema.equals(CAPTURED)
    assert table.num_rows == exhibit.read
    assert {file.name for file in staging.iterdir()} == {"part-00000.parquet", "checkpoint.json", "files.jsonl"}


def test_every_file_is_hashed_and_none_is_changed(house: House) -> None:
    before = {path: path.stat().st_mtime_ns for path in (HARBOUR / "capture").rglob("*")}
    house.take(HARBOUR / "capture", "H-1")
    listed = {file.path: file for file in house.casework.exhibits.files("H-1")}
    files = {path.relative_to(HARBOUR / "capture").as_posix(): path for path in before if path.is_file()}
    assert listed.keys() == files.keys()
    assert all(listed[name].sha256 == sha256_file(path).sha256 for name, path in files.items())
    assert before == {path: path.stat().st_mtime_ns for path in (HARBOUR / "capture").rglob("*")}


def test_custody_and_audit_say_who_did_what(house: House) -> None:
    house.take(FEED, "J-1")
    assert [(entry.act, entry.user) for entry in house.casework.exhibits.custody("J-1")] == [
        ("received", "anna"),
        ("registered", "anna"),
        ("read", "anna"),
    ]
    acts = [entry for entry in house.audit.entries(oldest_first=True) if entry.group == "collection"]
    assert [(entry.act, entry.user, entry.authority) for entry in acts] == [
        ("exhibit_taken", "anna", "BR-1"),
        ("intake_finished", "anna", "BR-1"),
    ]
    assert (acts[1].details["read"], acts[1].details["total"]) == (14, 14)


def test_room_keys_go_to_the_keyring(house: House) -> None:
    exhibit = house.take(PHONE, "K-1", passphrase=Secret(PASSPHRASES[PHONE.name].encode()))
    assert (exhibit.reader, exhibit.read, exhibit.keys, exhibit.failed) == (
        "element-keys",
        exhibit.total,
        exhibit.total,
        0,
    )
    assert Keyring(house.workspace.keyring).sessions().num_rows == exhibit.keys
    assert not list(house.workspace.staging("K-1").glob("part-*"))


def test_a_table_is_taken_in_with_its_mapping_which_stays_with_it(house: House) -> None:
    exhibit = house.take(TABLE, "T-1", mapping=MAPPING)
    assert (exhibit.reader, exhibit.read) == ("message-table", 6)
    assert (house.workspace.staging("T-1") / "mapping.toml").read_bytes() == MAPPING.read_bytes()
    assert sha256_file(MAPPING).sha256.hex() in house.casework.exhibits.custody("T-1")[-1].note


def test_without_an_authority_there_is_a_refusal_and_nothing_else(house: House) -> None:
    with pytest.raises(RefusedError):
        house.take(FEED, "J-1", authority="")
    assert house.casework.exhibits.list() == ()
    assert not house.workspace.staging("J-1").exists()
    assert house.audit.entries()[0].act == "refused"


def test_a_number_is_given_once(house: House, tmp_path: Path) -> None:
    house.take(FEED, "J-1")
    with pytest.raises(ConflictError, match="has been taken in already"):
        house.take(FEED, "J-1")
    with pytest.raises(ConflictError, match="has been taken in already"):
        house.take(_feed(tmp_path, "other"), "J-1")


def test_the_same_files_are_taken_in_once(house: House, tmp_path: Path) -> None:
    house.take(FEED, "J-1")
    copy = tmp_path / FEED.name
    copy.write_bytes(FEED.read_bytes())
    with pytest.raises(ConflictError, match=r"in the house already.*J-1"):
        house.take(copy, "J-2")
    assert not house.workspace.staging("J-2").exists()


@pytest.mark.parametrize(
    ("path", "options", "error"),
    [
        (PHONE, {"passphrase": Secret(b"wrong")}, KeyFileError),
        (PHONE, {}, KeyFileError),
        (TABLE, {}, CallerError),
        (TABLE, {"mapping": SAMPLES / "message-table" / "jsonl.toml"}, UnreadableError),
        (HARBOUR / "README.md", {}, UnreadableError),
        (FEED, {"reader": "nonsense"}, NotFoundError),
        (FEED, {"increment_of": "none"}, NotFoundError),
        (HARBOUR / "absent", {}, NotFoundError),
        (Path("/dev/null"), {}, UndersealError),
    ],
)
def test_what_a_person_must_mend_is_told_before_anything_is_registered(
    house: House, path: Path, options: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        house.take(path, "X-1", **options)  # type: ignore[arg-type]  # one of several
    assert house.casework.exhibits.list() == ()
    assert not house.workspace.staging("X-1").exists()


def test_a_workspace_is_no_exhibit(house: House) -> None:
    for path in (house.workspace.root, house.workspace.root / "keys", house.workspace.root.parent):
        with pytest.raises(CallerError, match="lies in the workspace"):
            house.take(path, "X-1")


def test_a_link_is_a_failure_and_leads_nowhere(house: House, harbour_copy: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("of somebody else")
    (harbour_copy / "link").symlink_to(outside)
    (harbour_copy / "media_store" / "file").symlink_to(outside / "secret")
    os.mkfifo(harbour_copy / "pipe")
    exhibit = house.take(harbour_copy, "H-1")
    assert exhibit.failed == 3
    assert exhibit.total == exhibit.read + 3
    assert [(row["file"], row["unit"], row["code"]) for row in _failures(house, "H-1")] == [
        ("link", "link", "not_a_file"),
        ("media_store/file", "link", "not_a_file"),
        ("pipe", "pipe", "not_a_file"),
    ]
    assert not any("secret" in file.path for file in house.casework.exhibits.files("H-1"))


def test_file_names_of_any_bytes_are_kept(house: House, harbour_copy: Path) -> None:
    odd = os.fsencode(harbour_copy) + b"/media_store/\xff\xfe"
    Path(os.fsdecode(odd)).write_bytes(b"odd name")
    house.take(harbour_copy, "H-1")
    assert "media_store/\udcff\udcfe" in {file.path for file in house.casework.exhibits.files("H-1")}


def test_damage_is_staged_as_failures(house: House) -> None:
    exhibit = house.take(SAMPLES / "matrix-jsonl" / "damaged-200000-open-brackets.jsonl", "J-1")
    assert (exhibit.read, exhibit.failed, exhibit.total) == (2, 1, 3)
    (row,) = _failures(house, "J-1")
    assert (row["exhibit"], row["unit"], row["row"], row["code"]) == ("J-1", "line", 2, "malformed_json")
    assert row["sample"] == b"[" * 200


def test_a_damaged_database_is_taken_in(house: House, harbour_copy: Path) -> None:
    database = harbour_copy / "homeserver.db"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    exhibit = house.take(harbour_copy, "H-1")
    assert exhibit.total is None
    assert exhibit.read > 1_000
    assert exhibit.failed


def test_progress_never_goes_back_and_ends_at_the_end(house: House) -> None:
    steps: list[tuple[int, int]] = []
    house.take(HARBOUR / "capture", "H-1", progress=lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]
    assert len({total for _, total in steps}) == 1


def test_an_exhibit_that_changes_while_it_is_read_is_refused(house: House, tmp_path: Path) -> None:
    file = _feed(tmp_path, "one", "two")
    changed = file.read_bytes().replace(b"two", b"six")
    with pytest.raises(IntegrityError, match=r"feed\.jsonl was written to"):
        house.take(file, "J-1", progress=_after_hashing(file, lambda: _write(file, changed)))
    assert house.casework.exhibits.get("J-1").state is ExhibitState.FAILED
    assert house.audit.entries()[0].act == "intake_stopped"
    with pytest.raises(ConflictError, match="or have changed"):
        house.take(file, "J-1")


def test_a_file_that_comes_or_goes_meanwhile_is_noticed(house: House, harbour_copy: Path) -> None:
    with pytest.raises(IntegrityError, match="late"):
        house.take(harbour_copy, "H-1", progress=lambda _done, _total: (harbour_copy / "late").touch())


def test_what_was_read_while_somebody_wrote_is_read_anew(house: House, tmp_path: Path) -> None:
    file = _feed(tmp_path, "one", "two")
    sound, changed = file.read_bytes(), file.read_bytes().replace(b"two", b"six")
    honest, steps = house.gate.clock, list[int]()

    def swap() -> int:
        if len(steps) == 1:  # hashed, and being registered
            file.write_bytes(changed)
        return honest()

    def back(done: int, _total: int) -> None:
        steps.append(done)
        if len(steps) > 1:
            file.write_bytes(sound)

    house.gate.clock = swap
    with pytest.raises(IntegrityError, match=r"feed\.jsonl was written to"):
        house.take(file, "J-1", progress=back)
    house.gate.clock = honest
    assert _texts(house, "J-1") == ["one", "six"]
    exhibit = house.take(file, "J-1")
    assert (exhibit.state, _texts(house, "J-1")) == (ExhibitState.STAGED, ["one", "two"])


def test_an_intake_does_not_go_on_with_other_files_or_another_mapping(house: House, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        house.take(FEED, "J-1", progress=_after_hashing(FEED, _stop))
    with pytest.raises(ConflictError, match="files are others"):
        house.take(_feed(tmp_path, "other"), "J-1")
    with pytest.raises(KeyboardInterrupt):
        house.take(TABLE, "T-1", mapping=MAPPING, progress=_after_hashing(TABLE, _stop))
    with pytest.raises(ConflictError, match="another mapping"):
        house.take(TABLE, "T-1", mapping=SAMPLES / "message-table" / "semicolons.toml")
    assert house.take(TABLE, "T-1").read == 6
    assert house.take(FEED, "J-1").read == 14
    assert "intake_resumed" in {entry.act for entry in house.audit.entries()}


def _after_hashing(file: Path, then: Callable[[], None]) -> Callable[[int, int], None]:
    """Return a progress that does something whenever the reader has come further."""
    size = file.stat().st_size

    def step(done: int, _total: int) -> None:
        if done > size:
            then()

    return step


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def _stop() -> None:
    raise KeyboardInterrupt


def test_a_feed_that_has_grown_continues_the_earlier_exhibit(house: House, tmp_path: Path) -> None:
    file = _feed(tmp_path, "one", "two")
    house.take(file, "J-1")
    _feed(tmp_path, "one", "two", "three", "four")
    exhibit = house.take(file, "J-2", increment_of="J-1")
    assert (exhibit.increment_of, exhibit.read, exhibit.total) == ("J-1", 2, 2)
    assert _texts(house, "J-2") == ["three", "four"]


@pytest.mark.parametrize("bodies", [("one", "TWO", "three"), ("one",), ("zero", "one", "two", "three")])
def test_a_feed_that_begins_otherwise_does_not_continue_it(
    house: House, tmp_path: Path, bodies: tuple[str, ...]
) -> None:
    house.take(_feed(tmp_path, "one", "two"), "J-1")
    with pytest.raises(ConflictError, match="does not continue J-1"):
        house.take(_feed(tmp_path, *bodies), "J-2", increment_of="J-1")


def test_a_later_capture_of_a_server_continues_the_earlier_one(house: House, synapse: SynapseDatabase) -> None:
    event = {"type": "m.x", "room_id": "!r", "sender": "@a:hs", "origin_server_ts": 1, "content": {"body": "old"}}
    synapse.add(event)
    house.take(synapse.path.parent, "S-1")
    synapse.add(event | {"content": {"body": "new"}})
    exhibit = house.take(synapse.path.parent, "S-2", increment_of="S-1")
    assert (exhibit.read, exhibit.total, _texts(house, "S-2")) == (1, 1, ["new"])


def test_some_exhibits_continue_none(house: House, tmp_path: Path) -> None:
    house.take(TABLE, "T-1", mapping=MAPPING)
    house.take(FEED, "J-1")
    longer = tmp_path / "longer.csv"
    longer.write_bytes(TABLE.read_bytes() + b"x\r\n")
    with pytest.raises(ConflictError, match="cannot continue another"):
        house.take(longer, "T-2", mapping=MAPPING, increment_of="T-1")
    with pytest.raises(ConflictError, match="is of the format"):
        house.take(_feed(tmp_path, "x"), "J-2", increment_of="T-1")


PLUGIN = """
from pathlib import Path
from underseal.evidence.intake import Growth
from underseal.evidence.intake.formats.matrix_jsonl import MatrixJsonlReader


class Dishonest(MatrixJsonlReader):
    name = "dishonest"

    def detect(self, path: Path) -> bool:
        return path.suffix == ".dishonest"

    def total(self, source, *, after=""):
        return 1_000
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of somebody else's that brings a reader."""
    folder = tmp_path / "site"
    (folder / "foreign-1.0.dist-info").mkdir(parents=True)
    (folder / "foreign-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    (folder / "foreign_reader.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(folder))
    formats.readers.cache_clear()
    yield folder / "foreign-1.0.dist-info" / "entry_points.txt"
    formats.readers.cache_clear()
    sys.modules.pop("foreign_reader", None)


def test_units_that_went_missing_between_reader_and_count_are_an_error(
    house: House, plugin: Path, tmp_path: Path
) -> None:
    plugin.write_text("[underseal.readers]\ndishonest = foreign_reader:Dishonest\n")
    exhibit = tmp_path / "feed.dishonest"
    exhibit.write_bytes(FEED.read_bytes())
    with pytest.raises(IntegrityError, match="14 read and 0 failed make 14, but 1000 were counted"):
        house.take(exhibit, "D-1", reader="dishonest")
    assert house.casework.exhibits.get("D-1").state is ExhibitState.FAILED


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("dishonest = foreign_reader:Absent", "cannot be loaded"),
        ("dishonest = no_such_module:X", "cannot be loaded"),
        ("other = underseal.evidence.intake.formats.synapse:SynapseReader", "Two readers are called synapse"),
    ],
)
def test_a_foreign_reader_that_does_not_fit_is_told(plugin: Path, entry: str, told: str) -> None:
    plugin.write_text(f"[underseal.readers]\n{entry}\n")
    with pytest.raises(InternalError, match=told):
        formats.readers()


def test_locked_formats_are_those_with_a_passphrase() -> None:
    assert frozenset({"element-keys"}) == LOCKED_FORMATS
    assert find_reader(PHONE).locked
