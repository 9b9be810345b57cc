"""The ledger: what was acknowledged stays, what was changed is named, and crashes leave either the old or the new state."""

import fcntl
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.crypto import SigningKey
from underseal.core.ledger import (
    Checkpoint,
    Frontier,
    Json,
    Ledger,
    LedgerReader,
    canonical,
    leaf_hash,
    parse_strict,
    read_checkpoint,
    verify_consistency,
)
from underseal.errors import CallerError, ConflictError, IntegrityError, InternalError

KEY = SigningKey.generate()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.create(tmp_path / "ledger", KEY)


def filled(ledger: Ledger, count: int) -> Ledger:
    ledger.append_many([{"act": "searched", "text": f"n{number:05}"} for number in range(count)])
    return ledger


def reopened(ledger: Ledger) -> Ledger:
    return Ledger(ledger.folder, KEY)


def change(path: Path, at: int, *, flip: int = 1) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= flip
    path.write_bytes(data)


def test_entries_are_numbered_and_read_back(ledger: Ledger) -> None:
    assert [ledger.append({"act": "login", "user": user}) for user in ("ann", "b\u00e9n")] == [0, 1]
    entries = reopened(ledger).read()
    assert [entry.value() for entry in entries] == [
        {"act": "login", "number": 0, "user": "ann"},
        {"act": "login", "number": 1, "user": "b\u00e9n"},
    ]
    assert entries[1].data == canonical({"act": "login", "number": 1, "user": "b\u00e9n"})


def test_the_checkpoint_signs_size_and_root(ledger: Ledger) -> None:
    filled(ledger, 5)
    checkpoint = read_checkpoint((ledger.folder / "checkpoint.json").read_bytes(), KEY.public, ledger="ledger")
    frontier = Frontier()
    frontier.extend([leaf_hash(entry.data) for entry in ledger.read()])
    assert (checkpoint.size, checkpoint.root) == (5, frontier.root())
    assert checkpoint.length == (ledger.folder / "entries.jsonl").stat().st_size
    assert ledger.verify() == checkpoint


def test_an_empty_ledger_verifies(ledger: Ledger) -> None:
    assert ledger.verify().size == 0
    assert ledger.read() == list(ledger.newest_first()) == []


def test_reading_pages_both_ways(ledger: Ledger) -> None:
    filled(ledger, 10_000)
    numbers = range(10_000)
    assert [entry.number for entry in ledger.oldest_first()] == list(numbers)
    assert [entry.number for entry in ledger.newest_first()] == list(reversed(numbers))
    assert [entry.number for entry in ledger.newest_first(before=3)] == [2, 1, 0]
    assert [entry.number for entry in ledger.read(after=4094, limit=4)] == [4095, 4096, 4097, 4098]
    assert [entry.number for entry in ledger.read(after=9998)] == [9999]
    assert ledger.read(after=10_000) == []
    assert len(ledger.read(after=-7, limit=3)) == 3


def test_progress_is_told(ledger: Ledger) -> None:
    filled(ledger, 5000)
    told: list[tuple[int, int]] = []
    ledger.verify(lambda done, total: told.append((done, total)))
    assert told[-1] == (5000, 5000)
    assert len(told) == 2


def test_a_reader_needs_the_public_key_only_and_sees_new_entries(ledger: Ledger) -> None:
    reader = LedgerReader(ledger.folder, KEY.public)
    filled(ledger, 3)
    assert reader.verify().size == 3
    ledger.append({"act": "later"})
    assert reader.verify().size == 4
    with pytest.raises(IntegrityError, match="not by the trusted key"):
        LedgerReader(ledger.folder, SigningKey.generate().public).verify()
    with pytest.raises(IntegrityError, match="not one of the ledger 'other'"):
        LedgerReader(ledger.folder, KEY.public, name="other").verify()


def test_a_ledger_is_never_made_silently(tmp_path: Path, ledger: Ledger) -> None:
    with pytest.raises(IntegrityError, match="no checkpoint"):
        Ledger(tmp_path / "nothing", KEY)
    with pytest.raises(ConflictError, match="already"):
        Ledger.create(ledger.folder, KEY)


@pytest.mark.parametrize("entry", [{"number": 1}, {"a": 1.5}, {"a": "\ud800"}, {"a": "x" * (1 << 20)}])
def test_what_cannot_be_an_entry_is_refused_and_leaves_nothing(ledger: Ledger, entry: dict[str, Json]) -> None:
    with pytest.raises(CallerError):
        ledger.append(entry)
    assert ledger.verify().size == 0
    assert (ledger.folder / "entries.jsonl").stat().st_size == 0


def test_many_processes_append_to_one_chain(ledger: Ledger) -> None:
    KEY.save(ledger.folder.parent / "key", None)
    workers = [start_appending(ledger.folder, f"worker{number}", count=40) for number in range(4)]
    for worker in workers:
        told = worker.communicate()[0]
        assert (worker.returncode, told.count(b"\n")) == (0, 40)
    assert ledger.verify().size == 160
    texts = [str(entry.value()["text"]) for entry in ledger.oldest_first()]
    assert sorted(texts) == sorted(f"worker{n} {i}" for n in range(4) for i in range(40))
    for number in range(4):
        mine = [text for text in texts if text.startswith(f"worker{number}")]
        assert mine == [f"worker{number} {i}" for i in range(40)]
    assert ledger.aside() == []


def test_many_threads_append_to_one_chain(ledger: Ledger) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda text: ledger.append({"text": text}), range(80)))
    assert sorted(numbers) == list(range(80))
    texts = {entry.number: entry.value()["text"] for entry in ledger.oldest_first()}
    assert [texts[number] for number in numbers] == list(range(80))
    assert ledger.verify().size == 80


def test_of_threads_that_are_written_together_each_has_its_own_outcome(tmp_path: Path) -> None:
    def grow(entry: Mapping[str, Json], _number: int) -> Mapping[str, Json]:
        return {"text": "x" * (1 << 20)} if entry["text"] == 3 else entry

    ledger = Ledger(Ledger.create(tmp_path / "ledger", KEY).folder, KEY, write=grow)
    ready = Barrier(9)

    def append(text: int) -> int | None:
        ready.wait()
        try:
            return ledger.append({"text": text})
        except CallerError:
            return None

    with ThreadPoolExecutor(8) as pool:
        with (ledger.folder / "entries.jsonl").open("rb") as file:
            fcntl.flock(
                file, fcntl.LOCK_EX
            )  # as another process that writes: one thread waits for it, the others for that one
            told = [pool.submit(append, text) for text in range(8)]
            ready.wait()
        numbers = [each.result() for each in told]
    texts = {entry.number: entry.value()["text"] for entry in ledger.oldest_first()}
    assert numbers[3] is None
    assert {number: text for text, number in enumerate(numbers) if number is not None} == texts
    assert ledger.verify().size == 7


def start_appending(folder: Path, name: str, *, count: int) -> "subprocess.Popen[bytes]":
    """Start a process that appends, and writes a line to its standard output for each entry acknowledged."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from underseal.core.crypto import SigningKey\n"
        "from underseal.core.ledger import Ledger\n"
        "folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])\n"
        "ledger = Ledger(folder, SigningKey.load(folder.parent / 'key', None))\n"
        "for number in range(count):\n"
        "    ledger.append({'text': f'{name} {number}'})\n"
        "    print(number, flush=True)\n"
    )
    return subprocess.Popen([sys.executable, "-c", script, str(folder), name, str(count)], stdout=subprocess.PIPE)


@pytest.mark.parametrize("acknowledged", [1, 2, 5, 13])
def test_a_killed_writer_loses_nothing_that_it_was_told(ledger: Ledger, acknowledged: int) -> None:
    KEY.save(ledger.folder.parent / "key", None)
    worker = start_appending(ledger.folder, "killed", count=1_000_000)
    assert worker.stdout
    told = [int(worker.stdout.readline()) for _ in range(acknowledged)]
    worker.send_signal(signal.SIGKILL)
    told += [int(line) for line in worker.communicate()[0].split(b"\n") if line]

    ledger = reopened(ledger)
    assert ledger.verify().size >= len(told)
    ledger.append({"text": "after"})
    texts = [entry.value().get("text") for entry in ledger.oldest_first()]
    assert texts[: len(told)] == [f"killed {number}" for number in told]
    assert texts[-1] == "after"
    assert ledger.verify().size == len(texts)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tail=st.binary(min_size=1, max_size=300) | st.just(b'{"act":"forged","number":3}\n'),
    rows=st.binary(max_size=100),
    checkpoint=st.binary(max_size=50),
)
def test_what_a_dead_writer_left_is_set_aside_and_told(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes, rows: bytes, checkpoint: bytes
) -> None:
    ledger = filled(Ledger.create(tmp_path_factory.mktemp("l") / "ledger", KEY), 3)
    with (ledger.folder / "entries.jsonl").open("ab") as file:
        file.write(tail)
    with (ledger.folder / "index.bin").open("ab") as file:
        file.write(rows)
    (ledger.folder / "checkpoint.json.new").write_bytes(checkpoint)

    ledger = reopened(ledger)
    assert ledger.verify().size == 3
    assert ledger.append({"act": "next"}) == 4
    (aside,) = ledger.aside()
    assert (ledger.folder / "aside" / aside.file).read_bytes() == tail
    note, entry = (entry.value() for entry in ledger.read(after=2))
    assert note == {"act": "repaired", "number": 3, "file": aside.file, "size": len(tail), "sha256": aside.sha256}
    assert entry == {"act": "next", "number": 4}
    assert reopened(ledger).verify().size == 5
    assert ledger.append({"act": "again"}) == 5


def test_a_full_disk_is_an_error_and_leaves_the_ledger_whole(ledger: Ledger) -> None:
    filled(ledger, 3)
    size = (ledger.folder / "entries.jsonl").stat().st_size
    with largest_file(size + 20), pytest.raises(InternalError, match="cannot be written"):
        ledger.append({"text": "x" * 1000})
    assert (ledger.folder / "entries.jsonl").stat().st_size == size
    assert reopened(ledger).verify().size == 3
    assert ledger.append({"text": "room again"}) == 3
    assert ledger.aside() == []


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let the system refuse to write files beyond `size` bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_lost_entries_stop_the_ledger(ledger: Ledger) -> None:
    filled(ledger, 3)
    os.truncate(ledger.folder / "entries.jsonl", 50)
    with pytest.raises(IntegrityError, match="Entries are missing"):
        reopened(ledger).append({"act": "next"})
    with pytest.raises(IntegrityError, match="Entry 1 of the ledger"):
        ledger.verify()


@pytest.mark.parametrize("file", ["entries.jsonl", "checkpoint.json"])
def test_a_missing_file_is_named(ledger: Ledger, file: str) -> None:
    filled(ledger, 3)
    (ledger.folder / file).unlink()
    with pytest.raises(IntegrityError):
        ledger.append({"act": "next"})
    with pytest.raises(IntegrityError):
        ledger.verify()


def test_a_lost_index_is_made_anew(ledger: Ledger) -> None:
    filled(ledger, 5000)
    whole = (ledger.folder / "index.bin").read_bytes()
    (ledger.folder / "index.bin").unlink()
    with pytest.raises(IntegrityError, match=r"index.bin is missing"):
        ledger.read()
    with pytest.raises(IntegrityError, match="entries are whole, but the ledger's index is damaged at entry 0"):
        ledger.verify()
    assert ledger.append({"act": "next"}) == 5000
    assert (ledger.folder / "index.bin").read_bytes()[: len(whole)] == whole
    assert ledger.verify().size == 5001


def test_an_index_is_not_made_from_changed_entries(ledger: Ledger) -> None:
    filled(ledger, 50)
    change(ledger.folder / "entries.jsonl", 700)
    with pytest.raises(IntegrityError, match="do not have the signed root"):
        ledger.rebuild_index()


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_flipped_bit_is_found_and_its_entry_named(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ledger = filled(Ledger.create(tmp_path_factory.mktemp("l") / "ledger", KEY), 9)
    file = data.draw(st.sampled_from(["entries.jsonl", "index.bin", "checkpoint.json"]))
    content = (ledger.folder / file).read_bytes()
    at = data.draw(st.integers(0, len(content) - 1))
    change(ledger.folder / file, at, flip=1 << data.draw(st.integers(0, 7)))
    with pytest.raises(IntegrityError) as found:
        reopened(ledger).verify()
    if file == "entries.jsonl":
        number = content[:at].count(b"\n")
        assert f"Entry {number} of the ledger" in found.value.message
    if file == "index.bin":
        assert f"index is damaged at entry {at // 40}" in found.value.message


def test_reading_a_changed_entry_names_it(ledger: Ledger) -> None:
    filled(ledger, 9)
    change(ledger.folder / "entries.jsonl", (ledger.folder / "entries.jsonl").read_bytes().index(b"n00004"))
    with pytest.raises(IntegrityError, match="Entry 4 of the ledger was changed"):
        ledger.read()
    assert len(ledger.read(after=4)) == 4


@pytest.mark.parametrize("edit", ["removed", "inserted", "swapped"])
def test_moved_lines_are_named(ledger: Ledger, edit: str) -> None:
    filled(ledger, 9)
    path = ledger.folder / "entries.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    if edit == "removed":
        del lines[4]
    elif edit == "inserted":
        lines.insert(4, lines[3])
    else:
        lines[4], lines[5] = lines[5], lines[4]
    path.write_bytes(b"".join(lines))
    with pytest.raises(IntegrityError, match="Entry 4 of the ledger"):
        ledger.verify()


def test_entries_changed_together_with_the_index_are_found(ledger: Ledger) -> None:
    filled(ledger, 9)
    path = ledger.folder / "entries.jsonl"
    forged = Ledger.create(ledger.folder.parent / "forged", SigningKey.generate())
    for entry in ledger.read():
        value = {key: item for key, item in entry.value().items() if key != "number"}
        forged.append({**value, "text": "forged"} if entry.number == 4 else value)
    for file in ("entries.jsonl", "index.bin"):
        (ledger.folder / file).write_bytes((forged.folder / file).read_bytes())
    assert path.stat().st_size
    with pytest.raises(IntegrityError, match="index was changed with them"):
        ledger.verify()


def test_an_old_state_put_back_is_refused_by_who_kept_a_checkpoint(ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger, 5)
    kept = ledger.checkpoint()
    other = filled(Ledger.create(tmp_path / "other", KEY), 4)
    with pytest.raises(IntegrityError, match="now has only 4"):
        other.consistency_proof(kept)
    other.append({"act": "another"})
    with pytest.raises(IntegrityError, match="Two different roots"):
        other.consistency_proof(kept)
    other.append({"act": "one more"})
    with pytest.raises(IntegrityError, match="old root"):
        other.consistency_proof(kept)


@pytest.mark.parametrize(("before", "more"), [(0, 0), (0, 5), (5, 0), (1, 1), (7, 9), (4096, 1000)])
def test_two_checkpoints_are_proved_consistent(ledger: Ledger, before: int, more: int) -> None:
    old = filled(ledger, before).checkpoint() if before else ledger.checkpoint()
    new = filled(ledger, more).checkpoint() if more else old
    proof = ledger.consistency_proof(old)
    assert proof["format"] == "underseal/consistency-proof/1"
    assert proof["new"] == new.document.to_json()
    path = proof["path"]
    assert isinstance(path, list)
    verify_consistency(old.size, old.root, new.size, new.root, [bytes.fromhex(str(step)) for step in path])
    assert parse_strict(canonical(proof)) == proof


def test_a_checkpoint_that_contradicts_itself_is_refused(ledger: Ledger) -> None:
    value = filled(ledger, 3).checkpoint().document.verify(KEY.public)
    lying = signed({**value, "size": 4})
    with pytest.raises(IntegrityError, match="contradicts itself"):
        read_checkpoint(lying, KEY.public, ledger="ledger")


def signed(value: dict[str, Json]) -> bytes:
    payload = canonical(value)
    outer = {"payload": payload.decode(), "signature": KEY.sign(payload).hex(), "key": KEY.public.hex}
    return json.dumps(outer).encode()


def test_an_append_that_was_interrupted_leaves_nothing(ledger: Ledger) -> None:
    filled(ledger, 2)

    class Interrupting:
        public = KEY.public

        def sign(self, message: bytes) -> bytes:
            raise KeyboardInterrupt(message)

    broken = Ledger(ledger.folder, Interrupting())
    with pytest.raises(KeyboardInterrupt):
        broken.append({"act": "interrupted"})
    assert ledger.append({"act": "next"}) == 2
    assert ledger.aside() == []


def test_reading_is_not_slowed_by_a_writer_that_holds_the_lock(ledger: Ledger) -> None:
    filled(ledger, 100)
    KEY.save(ledger.folder.parent / "key", None)
    worker = start_appending(ledger.folder, "busy", count=60)
    deadline = time.monotonic() + 60
    seen: list[Checkpoint] = []
    while worker.poll() is None and time.monotonic() < deadline:
        seen.append(ledger.verify())
    worker.communicate()
    assert worker.returncode == 0
    assert [state.size for state in seen] == sorted(state.size for state in seen)
    assert ledger.verify().size == 160
