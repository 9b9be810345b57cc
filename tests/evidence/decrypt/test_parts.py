import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.records import Record
from underseal.errors import IntegrityError
from underseal.evidence.decrypt import DECIDED, EARLIER, Decryption, Keyring, MediaFolder, decrypt_part, decrypt_parts
from underseal.evidence.decrypt import parts as parts_module
from underseal.evidence.decrypt import processes as processes_module
from underseal.evidence.decrypt.contested import contested_rows
from underseal.evidence.decrypt.files import count_filled

from .capture import Phone, clear, flipped, payload, ring, rows_of, stage, table, words


def run(tmp_path: Path, parts: Sequence[Path], keyring: Keyring, **options: Any) -> list[pa.Table]:
    work = Decryption(keyring=keyring.folder, media=tmp_path / "media", earlier=options.pop("earlier", None))
    decided = decrypt_parts(parts, tmp_path / "staging", work, **options)
    return [pa.concat_tables(map(pq.read_table, files)).unify_dictionaries() for files in decided]


@pytest.fixture
def many_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make little work worth processes and pieces."""
    monkeypatch.setattr(processes_module, "ROWS_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(parts_module, "ROWS_PER_PIECE", 5)


def test_parts_are_decided_one_by_one_in_order(tmp_path: Path) -> None:
    phone = Phone()
    records = [[clear("a"), phone.send(payload("b"))], [clear("c")], [], [phone.send(payload("d"))]]
    parts = stage(tmp_path / "staging", records)
    seen: list[int] = []
    decided = run(tmp_path, parts, ring(tmp_path / "ring", phone.key()), progress=seen.append)
    assert [words(rows, "text") for rows in decided] == [["a", "b"], ["c"], [], ["d"]]
    assert all(rows.schema == DECIDED for rows in decided)
    assert (seen[0], seen[-1]) == (0, 4)
    assert seen == sorted(seen)


@pytest.mark.usefixtures("many_processes")
def test_many_processes_say_what_one_says(tmp_path: Path) -> None:
    phones = [Phone() for _ in range(12)]
    records = [clear("start"), *(phone.send(payload(f"{n} {i}")) for i in range(5) for n, phone in enumerate(phones))]
    records += [flipped(phones[0].send(), -1), clear("end")]
    keyring = ring(tmp_path / "ring", *(phone.key(index % 3) for index, phone in enumerate(phones[:9])))
    parts = stage(tmp_path / "staging", [records[:40], records[40:]], row_group_size=3)
    spread = pa.concat_tables(run(tmp_path, parts, keyring, workers=2))
    at_once = decrypt_part(table(records), keyring=keyring, media=MediaFolder(folder=tmp_path / "media"))
    assert rows_of(spread) == rows_of(at_once)
    names = sorted(path.name for path in (tmp_path / "staging").glob("[!.]*"))
    assert names[:2] == ["decided-00000-00000-2.parquet", "decided-00000-00002-2.parquet"]
    assert names[-2:] == ["part-00000.parquet", "part-00001.parquet"]


def test_a_session_of_more_rows_than_are_worked_on_at_once_is_opened_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("underseal.evidence.decrypt.files.BATCH_ROWS", 500)
    phone, other = Phone(), Phone()
    records = [other.send(payload("first")), *(phone.send() for _ in range(500)), other.send()]
    records.append(replace(records[1], event="$again", time=10**9))
    parts = stage(tmp_path / "staging", [records])
    (rows,) = run(tmp_path, parts, ring(tmp_path / "ring", phone.key(), other.key()))
    assert words(rows, "index") == [0, *range(500), 1, 0]
    assert words(rows, "verdict") == [*["opened"] * 502, "replayed"]


def test_a_replay_in_another_part_is_found(tmp_path: Path) -> None:
    phone = Phone()
    first = phone.send(time=100)
    replayed = replace(first, event="$again", time=200)
    copy = first
    parts = stage(tmp_path / "staging", [[replayed, phone.send()], [first], [copy]])
    decided = run(tmp_path, parts, ring(tmp_path / "ring", phone.key()))
    assert [words(rows, "verdict") for rows in decided] == [["replayed", "opened"], ["opened"], ["opened"]]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_replay_in_a_part_of_another_folder_is_found_in_whichever_order(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    phone = Phone()
    first = phone.send(time=100)
    sent = [[first], [replace(first, event="$again", time=200)]]
    parts = [stage(tmp_path / f"exhibit-{number}", [records])[0] for number, records in enumerate(sent)]
    (tmp_path / "staging").mkdir()
    decided = run(tmp_path, [parts[number] for number in order], ring(tmp_path / "ring", phone.key()))
    found = {number: words(rows, "verdict") for number, rows in zip(order, decided, strict=True)}
    assert found == {0: ["opened"], 1: ["replayed"]}


@pytest.mark.usefixtures("many_processes")
def test_a_replay_in_another_piece_of_a_part_is_found(tmp_path: Path) -> None:
    phone = Phone()
    sent = [phone.send(time=100) for _ in range(20)]
    parts = stage(tmp_path / "staging", [[replace(sent[7], event="$again", time=200), *sent]], row_group_size=1)
    (rows,) = run(tmp_path, parts, ring(tmp_path / "ring", phone.key()), workers=2)
    assert words(rows, "verdict") == ["replayed", *["opened"] * 20]


def test_a_forgery_in_another_part_does_not_take_the_place_of_the_real_one(tmp_path: Path) -> None:
    phone = Phone()
    real = phone.send(time=100)
    parts = stage(tmp_path / "staging", [[replace(flipped(real, -1), event="$forged", time=1)], [real]])
    decided = run(tmp_path, parts, ring(tmp_path / "ring", phone.key()))
    assert [words(rows, "verdict") for rows in decided] == [["bad_signature"], ["opened"]]


def test_earlier_releases_are_asked_for_the_sessions_of_a_part_only(tmp_path: Path) -> None:
    phone, other = Phone(), Phone()
    known = phone.send(time=500)
    rows = table([known])
    keyring = ring(tmp_path / "ring", phone.key(), other.key())
    outcome = decrypt_part(rows, keyring=keyring, media=MediaFolder(folder=tmp_path / "media"))
    asked: list[list[str]] = []

    def earlier(sessions: pa.Array) -> pa.Table:
        asked.append(sorted(sessions.to_pylist()))
        return outcome.select(EARLIER.names) if phone.session in asked[-1] else pa.table({})

    parts = stage(tmp_path / "staging", [[replace(known, event="$older", time=1)], [other.send()], [clear()]])
    decided = run(tmp_path, parts, keyring, earlier=earlier)
    assert [words(rows, "verdict") for rows in decided] == [["replayed"], ["opened"], ["clear"]]
    assert asked == [[phone.session], [other.session]]


def test_a_second_run_does_nothing_again(tmp_path: Path) -> None:
    phone = Phone()
    parts = stage(tmp_path / "staging", [[phone.send()], [phone.send()]])
    keyring = ring(tmp_path / "ring", phone.key())
    run(tmp_path, parts, keyring)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "staging").iterdir()}
    seen: list[int] = []
    run(tmp_path, parts, keyring, progress=seen.append)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "staging").iterdir()} == before
    assert seen == [2]


def test_a_part_that_is_missing_is_done_again_alone(tmp_path: Path) -> None:
    phone = Phone()
    parts = stage(tmp_path / "staging", [[phone.send()], [phone.send()]])
    keyring = ring(tmp_path / "ring", phone.key())
    run(tmp_path, parts, keyring)
    (tmp_path / "staging" / "decided-00001-00000-1.parquet").unlink()
    seen: list[int] = []
    decided = run(tmp_path, parts, keyring, progress=seen.append)
    assert [words(rows, "verdict") for rows in decided] == [["opened"], ["opened"]]
    assert seen == [1, 2]


def test_new_keys_start_afresh(tmp_path: Path) -> None:
    phone = Phone()
    parts = stage(tmp_path / "staging", [[phone.send()]])
    keyring = ring(tmp_path / "ring")
    assert words(run(tmp_path, parts, keyring)[0], "verdict") == ["no_key"]
    keyring.store("LATE", [phone.key(exhibit="LATE")])
    (rows,) = run(tmp_path, parts, keyring)
    assert (words(rows, "verdict"), words(rows, "key_exhibit")) == (["opened"], ["LATE"])


def test_further_columns_come_through(tmp_path: Path) -> None:
    phone = Phone()
    rows = table([phone.send(), clear()]).append_column("supersedes", pa.array([3, None], pa.int64()))
    (tmp_path / "staging").mkdir()
    part = tmp_path / "staging" / "part-0.parquet"
    pq.write_table(rows, part)
    (decided,) = run(tmp_path, [part], ring(tmp_path / "ring", phone.key()))
    assert words(decided, "supersedes") == [3, None]


@pytest.mark.parametrize("options", [{"write_statistics": False}, {"row_group_size": 1}, {"store_schema": False}])
def test_a_part_may_be_written_in_any_way(tmp_path: Path, options: dict[str, object]) -> None:
    phone = Phone()
    records = [clear("a"), phone.send(payload("b")), phone.send(payload("c"))]
    (part,) = stage(tmp_path / "staging", [records], **options)
    assert count_filled(part, "ciphertext") == 2
    (decided,) = run(tmp_path, [part], ring(tmp_path / "ring", phone.key()))
    assert words(decided, "text") == ["a", "b", "c"]
    assert decided.schema == DECIDED


@pytest.mark.usefixtures("many_processes")
def test_an_error_in_a_worker_comes_out_whole(tmp_path: Path) -> None:
    phones = [Phone() for _ in range(3)]
    keyring = ring(tmp_path / "ring", *(phone.key() for phone in phones))
    parts = stage(tmp_path / "staging", [[phone.send() for phone in phones] * 4])
    next(keyring.folder.iterdir()).write_bytes(b"damaged")
    with pytest.raises(IntegrityError, match="KEY-1"):
        run(tmp_path, parts, keyring, workers=2)


def test_decided_files_are_for_their_owner_only(tmp_path: Path) -> None:
    parts = stage(tmp_path / "staging", [[clear()]])
    run(tmp_path, parts, ring(tmp_path / "ring"))
    assert (tmp_path / "staging" / "decided-00000-00000-1.parquet").stat().st_mode & 0o777 == 0o600


_KILLED = """
import sys
from pathlib import Path
from underseal.evidence.decrypt import Decryption, decrypt_parts, parts, processes
if __name__ == "__main__":
    processes.ROWS_WORTH_A_PROCESS, parts.ROWS_PER_PIECE = 1, 400
    staging, keyring = Path(sys.argv[1]), Path(sys.argv[2])
    def report(rows):
        print(rows, flush=True)
    decrypt_parts(sorted(staging.glob("part-*")), staging, Decryption(keyring=keyring, media=staging / "media"),
                  workers=2, progress=report)
"""


def test_after_a_kill_a_second_run_goes_on_and_no_worker_stays_behind(tmp_path: Path) -> None:
    phones = [Phone() for _ in range(8)]
    sent = [[phone.send(payload(f"{part}")) for phone in phones for _ in range(100)] for part in range(4)]
    parts = stage(tmp_path / "staging", sent)
    keyring = ring(tmp_path / "ring", *(phone.key() for phone in phones))
    script = tmp_path / "killed.py"
    script.write_text(_KILLED)
    arguments = [sys.executable, str(script), str(tmp_path / "staging"), str(keyring.folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"0\n"
        assert int(process.stdout.readline()) > 0
        process.send_signal(signal.SIGKILL)
        process.stdout.read()  # ends only when the last worker, which holds the pipe too, has ended
    assert list((tmp_path / "staging").glob("decided-*"))
    decided = run(tmp_path, parts, keyring)
    assert {verdict for rows in decided for verdict in words(rows, "verdict")} == {"opened"}
    assert sum(rows.num_rows for rows in decided) == 3200


@settings(max_examples=examples(30))
@given(st.data())
def test_where_the_parts_are_cut_changes_no_verdict(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    phones = [Phone() for _ in range(3)]
    records: list[Record] = [clear()]
    for phone in phones:
        sent = [phone.send() for _ in range(data.draw(st.integers(1, 4)))]
        chosen = data.draw(st.lists(st.sampled_from(sent), max_size=2))
        records += [
            *sent,
            *(replace(r, event=f"{r.event}!", time=r.time + data.draw(st.integers(-9, 9))) for r in chosen),
        ]
    records = data.draw(st.permutations(records))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(records)), max_size=3)))
    folder = tmp_path_factory.mktemp("cut")
    keyring = ring(folder / "ring", *(phone.key() for phone in phones[:2]))
    pieces = [records[a:b] for a, b in zip([0, *cuts], [*cuts, len(records)], strict=True)]
    decided = pa.concat_tables(run(folder, stage(folder / "staging", pieces), keyring))
    at_once = decrypt_part(table(records), keyring=keyring, media=MediaFolder(folder=folder / "media"))
    assert words(decided, "verdict") == words(at_once, "verdict")


def test_only_contested_indices_are_looked_at(tmp_path: Path) -> None:
    phone, other = Phone(), Phone()
    first = phone.send()
    pieces = [[first, phone.send(), other.send(), clear()], [first, replace(first, event="$again")]]
    rows = contested_rows(stage(tmp_path / "staging", pieces))
    assert {(row["session"], row["index"], row["event"]) for row in rows_of(rows)} == {
        (phone.session, 0, first.event),
        (phone.session, 0, "$again"),
    }
    assert set(words(rows, "signature")) == {"valid"}
    assert contested_rows(stage(tmp_path / "clear", [[clear()], []])).num_rows == 0
