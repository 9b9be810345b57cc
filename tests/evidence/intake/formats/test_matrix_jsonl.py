"""Matrix events as JSON lines, whole and damaged."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.errors import CallerError, UnreadableError
from underseal.evidence.intake import Source
from underseal.evidence.intake.formats._lines import MAX_LINE_BYTES
from underseal.evidence.intake.formats.matrix_jsonl import MatrixJsonlReader

from .reading import SAMPLES, Outcome, read_all

READER = MatrixJsonlReader()
FOLDER = SAMPLES / "matrix-jsonl"


def _event(number: int = 1, **more: object) -> dict[str, object]:
    return {
        "event_id": f"$event{number}",
        "type": "m.room.message",
        "room_id": "!room:hs",
        "sender": "@anna:hs",
        "origin_server_ts": 1_600_000_000_000 + number,
        "content": {"msgtype": "m.text", "body": f"message {number}"},
    } | more


def _line(number: int = 1, **more: object) -> bytes:
    return json.dumps(_event(number, **more)).encode()


def _source(tmp_path: Path, data: bytes) -> Source:
    file = tmp_path / "events.jsonl"
    file.write_bytes(data)
    return Source(path=file, exhibit="J-1")


def _read(tmp_path: Path, data: bytes, after: str = "") -> Outcome:
    return read_all(READER, _source(tmp_path, data), after)


def test_the_sample_is_read_whole() -> None:
    outcome = read_all(READER, Source(path=FOLDER / "events.jsonl", exhibit="J-1"))
    assert outcome.failures == []
    assert [row["kind"] for row in outcome.rows].count("sealed") == 1
    assert {"text", "edit", "reaction", "redaction", "membership", "state", "picture"} <= {
        str(row["kind"]) for row in outcome.rows
    }


@pytest.mark.parametrize("name", ["federation.jsonl", "events.jsonl.gz"])
def test_other_forms_of_the_sample_give_the_same_messages(name: str) -> None:
    outcome = read_all(READER, Source(path=FOLDER / name, exhibit="J-1"))
    plain = read_all(READER, Source(path=FOLDER / "events.jsonl", exhibit="J-1"))
    assert outcome.failures == []
    assert [row.get("text") for row in outcome.rows] == [row.get("text") for row in plain.rows]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("damaged-*")), ids=lambda file: file.name)
def test_every_damaged_sample_gives_its_failure_and_its_neighbours(file: Path) -> None:
    outcome = read_all(READER, Source(path=file, exhibit="J-1"))
    assert len(outcome.failures) == 1
    assert [row["text"] for row in outcome.rows if "text" in row] == ["before", "after"]


def test_a_place_is_the_number_of_the_line_and_the_digest_that_of_its_bytes(tmp_path: Path) -> None:
    lines = [_line(1), b"", b"  ", _line(2)]
    rows = _read(tmp_path, b"\r\n".join(lines)).rows
    assert [(row["unit"], row["row"]) for row in rows] == [("line", 1), ("line", 4)]
    assert rows[1]["source_sha256"] == hashlib.sha256(lines[3]).digest()


DAMAGED = {
    "malformed_json": b'{"type": "m.room',
    "200,000 open brackets": b"[" * 200_000,
    "invalid_utf8": _line().replace(b"message", b"\xff\xfe"),
    "nul bytes": b"\0" * 50,
    "wrong_type": _line(sender=[1]),
    "a number": b"12",
    "impossible_time": _line(origin_server_ts=10**16),
    "missing_field": _line(room_id=None),
    "malformed_content": _line(content={"msgtype": "m.text"}),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_line_is_a_failure_between_its_neighbours(tmp_path: Path, name: str) -> None:
    outcome = _read(tmp_path, b"\n".join([_line(1), DAMAGED[name], _line(2)]))
    assert [row["event"] for row in outcome.rows] == ["$event1", "$event2"]
    (failure,) = outcome.failures
    assert failure.place.row == 2
    assert "_" not in name or failure.code == name
    assert failure.sample == DAMAGED[name][:200]


def test_a_line_of_any_length_costs_only_itself(tmp_path: Path) -> None:
    long = b'{"a":"' + b"x" * MAX_LINE_BYTES + b'"}'
    outcome = _read(tmp_path, b"\n".join([_line(1), long, _line(2), long]))
    assert [row["row"] for row in outcome.rows] == [1, 3]
    assert [(failure.code, failure.place.row) for failure in outcome.failures] == [("too_long", 2), ("too_long", 4)]


def test_the_longest_line_that_may_be_is_read(tmp_path: Path) -> None:
    line = _line(1)
    outcome = _read(tmp_path, b" " * (MAX_LINE_BYTES - len(line)) + line + b"\n" + _line(2))
    assert len(outcome.rows) == 2


def test_a_byte_order_mark_is_no_part_of_the_first_event(tmp_path: Path) -> None:
    assert len(_read(tmp_path, b"\xef\xbb\xbf" + _line() + b"\n").rows) == 1


def test_a_compressed_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    lines = [_line(number) for number in range(3_000)]
    folded = gzip.compress(b"\n".join(lines))
    outcome = _read(tmp_path, folded[: len(folded) // 2])
    assert len(outcome.rows) > 1_000
    assert [failure.code for failure in outcome.failures] == ["truncated"]
    assert outcome.failures[0].place.row == len(outcome.rows) + 1
    for cursor in outcome.cursors:
        assert list(READER.read(_source(tmp_path, folded[: len(folded) // 2]), after=cursor))


def test_a_damaged_byte_in_a_compressed_file_costs_nothing_before_it(tmp_path: Path) -> None:
    first, second = (gzip.compress(b"".join(_line(number) + b"\n" for number in range(50))) for _ in range(2))
    damaged = bytearray(first + second)
    damaged[len(first) + len(second) // 2 :] = b"\xff" * (len(second) // 2)
    outcome = _read(tmp_path, bytes(damaged))
    assert len(outcome.rows) > 50
    assert [failure.code for failure in outcome.failures] == ["truncated"]


def test_recipients_are_known_in_rooms_whose_creation_is_in_the_file(tmp_path: Path) -> None:
    def join(user: str, room: str) -> dict[str, object]:
        return {"type": "m.room.member", "sender": user, "state_key": user, "room_id": room} | {
            "content": {"membership": "join"}
        }

    lines = [
        _line(1, type="m.room.create", content={}, state_key="", room_id="!whole"),
        *(_line(2, **join(user, room)) for room in ("!whole", "!part") for user in ("@anna:hs", "@bram:hs")),
        _line(3, room_id="!whole"),
        _line(4, room_id="!part"),
    ]
    outcome = _read(tmp_path, b"\n".join(lines))
    assert outcome.rows[-2]["recipients"] == ["@bram:hs"]
    assert "recipients" not in outcome.rows[-1]
    position = len(b"\n".join(lines[:-2])) + 1
    rest = list(READER.read(_source(tmp_path, b"\n".join(lines)), after=f"{position}:6:0"))
    assert rest[0].records.to_pylist()[0]["recipients"] == ["@bram:hs"]


def test_a_last_line_that_breaks_off_is_read_again_when_it_has_grown(tmp_path: Path) -> None:
    whole = _line(1) + b"\n" + _line(2) + b"\n" + _line(3) + b"\n"
    cut = whole.index(b"message 2")
    first = _read(tmp_path, whole[:cut])
    assert [failure.code for failure in first.failures] == ["truncated"]
    assert list(READER.read(_source(tmp_path, whole[:cut]), after=first.cursors[-1]))[-1].failures == ()
    rest = _read(tmp_path, whole, after=first.cursors[-1])
    assert [row["event"] for row in rest.rows] == ["$event2", "$event3"]
    assert [row["row"] for row in rest.rows] == [2, 3]


def test_a_last_line_without_a_line_feed_is_read_once(tmp_path: Path) -> None:
    first = _read(tmp_path, _line(1))
    rest = _read(tmp_path, _line(1) + b"\n" + _line(2), after=first.cursors[-1])
    assert [row["event"] for row in rest.rows] == ["$event2"]


def test_reading_goes_on_behind_any_cursor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("underseal.evidence.intake.formats._batches.BATCH_UNITS", 3)
    lines = [_line(number) if number % 4 else b"{" for number in range(20)]
    for data in (b"\n".join(lines), gzip.compress(b"\n".join(lines))):
        whole = _read(tmp_path, data)
        for cursor in whole.cursors:
            rest = [
                row for batch in READER.read(_source(tmp_path, data), after=cursor) for row in batch.records.to_pylist()
            ]
            assert rest == whole.records.to_pylist()[whole.records.num_rows - len(rest) :]


def test_a_cursor_of_another_reader_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallerError):
        _read(tmp_path, _line(), after='{"damaged":false}')


def test_only_events_are_detected_and_only_files_are_taken(tmp_path: Path) -> None:
    assert READER.detect(_source(tmp_path, b"broken\n" + _line()).path)
    assert not READER.detect(_source(tmp_path, b'{"sender": "x"}\n').path)
    assert not READER.detect(_source(tmp_path, b"\x1f\x8b\xff\xff").path)
    assert not READER.detect(tmp_path)
    with pytest.raises(UnreadableError):
        READER.check(Source(path=tmp_path, exhibit="J-1"))


_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=examples(50))
@given(
    events=st.lists(st.tuples(_TEXT, st.integers(-(10**13), 10**14), st.booleans()), max_size=20), feed=st.booleans()
)
def test_any_events_come_back(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int, bool]], *, feed: bool
) -> None:
    lines = [
        _line(number, content={"msgtype": "m.text", "body": body}, origin_server_ts=time)
        if good
        else b"{" + body.encode().replace(b"\n", b"")
        for number, (body, time, good) in enumerate(events)
    ]
    outcome = _read(tmp_path_factory.mktemp("round"), b"\n".join(lines) + (b"\n" if feed else b""))
    good = [(body, time, number + 1) for number, (body, time, good) in enumerate(events) if good]
    assert [(row["text"], row["time"], row["row"]) for row in outcome.rows if "text" in row] == [
        (body, time, number) for body, time, number in good
    ]
    assert len(outcome.failures) == len(events) - len(good)
