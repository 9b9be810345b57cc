"""Message tables: the samples, damaged rows of every layout, and round trips."""

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.errors import CallerError, UnreadableError
from underseal.evidence.intake import Source
from underseal.evidence.intake.formats import _csv, _csv_rows
from underseal.evidence.intake.formats.message_table import MessageTableReader

from .reading import SAMPLES, Outcome, read_all

READER = MessageTableReader()
FOLDER = SAMPLES / "message-table"

MAPPING = """\
layout = "{layout}"
[columns]
time = "t"
sender = "s"
text = "x"
[time]
format = "{time}"
{zone}
clock = "sender"
{more}
"""


def _source(
    folder: Path, data: bytes, *, layout: str = "csv", time: str = "epoch_ms", zone: str = "", more: str = ""
) -> Source:
    (folder / "mapping.toml").write_text(MAPPING.format(layout=layout, time=time, zone=zone, more=more), "utf-8")
    (folder / "table").write_bytes(data)
    return Source(path=folder / "table", exhibit="T-1", mapping=folder / "mapping.toml")


def _read(folder: Path, data: bytes, **options: str) -> Outcome:
    return read_all(READER, _source(folder, data, **options))


def _texts(outcome: Outcome) -> list[object]:
    return [row.get("text") for row in outcome.rows]


@pytest.mark.parametrize(
    ("table", "mapping", "first_row"),
    [
        ("regatta.csv", "csv.toml", 2),
        ("semicolons.csv", "semicolons.toml", 2),
        ("regatta.parquet", "parquet.toml", 1),
        ("regatta.jsonl", "jsonl.toml", 1),
    ],
)
def test_every_layout_of_the_sample_gives_the_same_messages(table: str, mapping: str, first_row: int) -> None:
    source = Source(path=FOLDER / table, exhibit="T-1", mapping=FOLDER / mapping)
    assert READER.detect(source.path)
    READER.check(source)
    outcome = read_all(READER, source)
    assert outcome.failures == []
    assert [(row["kind"], row.get("text")) for row in outcome.rows] == [
        ("text", "Is the regatta still on?"),
        ("text", 'They say "perhaps".\nLook at the flags.'),
        ("picture", None),
        ("voice", None),
        ("text", "Café Zeezicht, à tout à l'heure"),
        ("other", ":-)"),
    ]
    assert [row["row"] for row in outcome.rows] == list(range(first_row, first_row + 6))
    assert {(row["conversation"], row["clock"], row["unit"]) for row in outcome.rows} == {("regatta", "sender", "row")}
    assert outcome.rows[0]["recipients"] == ["Ines", "Sam"]
    assert str(outcome.rows[5]["detail"]).startswith("sticker")


def test_times_of_the_night_in_which_the_clocks_are_set_back_say_what_they_can() -> None:
    source = Source(path=FOLDER / "regatta.csv", exhibit="T-1", mapping=FOLDER / "csv.toml")
    surely = Source(path=FOLDER / "regatta.parquet", exhibit="T-1", mapping=FOLDER / "parquet.toml")
    for row, sure in zip(read_all(READER, source).rows, read_all(READER, surely).rows, strict=True):
        assert abs(int(str(row["time"])) - int(str(sure["time"]))) <= int(str(row["uncertainty"]))
        assert (row["uncertainty"], sure["uncertainty"]) in {(500, 0), (3_600_000, 0)}
        assert ("twice" in str(row.get("detail"))) == (row["uncertainty"] == 3_600_000)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("damaged-*")), ids=lambda file: file.name)
def test_every_damaged_sample_gives_its_failure_and_its_neighbours(file: Path) -> None:
    outcome = read_all(READER, Source(path=file, exhibit="T-1", mapping=FOLDER / "csv.toml"))
    assert _texts(outcome) == ["before", "after"]
    assert [failure.place.row for failure in outcome.failures] == [3]
    assert [row["row"] for row in outcome.rows] == [2, 4]


def test_the_example_of_the_docs_is_read(tmp_path: Path) -> None:
    page = (SAMPLES.parent / "docs" / "formats" / "message-table.md").read_text("utf-8")
    table, mapping = (re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)[0] for kind in ("csv", "toml"))
    (tmp_path / "table.csv").write_text(table, "utf-8")
    (tmp_path / "mapping.toml").write_text(mapping, "utf-8")
    source = Source(path=tmp_path / "table.csv", exhibit="T-1", mapping=tmp_path / "mapping.toml")
    (row,) = read_all(READER, source).rows
    assert (row["text"], row["kind"], row["row"]) == ("Is the regatta still on?", "text", 2)


def test_a_failure_says_what_it_found(tmp_path: Path) -> None:
    outcome = _read(tmp_path, b't,s,x\nsoon,anna,a\n1,anna\n2,anna,"b"c\n')
    assert [(failure.code, failure.sample) for failure in outcome.failures] == [
        ("malformed_time", b"soon"),
        ("wrong_columns", b"1,anna"),
        ("malformed_csv", b'2,anna,"b"c'),
    ]
    assert outcome.failures[1].reason == "the row has 2 fields, not 3"


def test_quotes_inside_an_unquoted_field_are_kept(tmp_path: Path) -> None:
    assert _texts(_read(tmp_path, b't,s,x\n1,a,5" pipe\n2,a,say "hi"\n3,a,"q ""q"""\n')) == [
        '5" pipe',
        'say "hi"',
        'q "q"',
    ]


def test_a_table_without_quotes_can_say_so(tmp_path: Path) -> None:
    outcome = _read(tmp_path, b't,s,x\n1,a,"open\n2,a,b\n', more='[csv]\nquote = ""')
    assert _texts(outcome) == ['"open', "b"]


def test_a_carriage_return_ends_no_row(tmp_path: Path) -> None:
    outcome = _read(tmp_path, b"t,s,x\r\n1,a,b\r2,a,c\r\n3,a,d\r\n")
    assert (_texts(outcome), [failure.place.row for failure in outcome.failures]) == (["d"], [2])


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    outcome = _read(tmp_path, b"t,s,x\n\n1,a,b\n\r\n\n2,a,c\n\n")
    assert [(row["row"], row["text"]) for row in outcome.rows] == [(2, "b"), (3, "c")]


def test_a_table_of_one_column_is_read(tmp_path: Path) -> None:
    source = _source(tmp_path, b't\n1\n\n2\n"3"x\n4')
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(mapping.read_text().replace('sender = "s"\ntext = "x"\n', ""))
    outcome = read_all(READER, source)
    assert [row["time"] for row in outcome.rows] == [1, 2, 4]
    assert [failure.code for failure in outcome.failures] == ["malformed_csv"]


def test_a_table_without_a_header_numbers_its_columns(tmp_path: Path) -> None:
    source = _source(tmp_path, b"1,a,b\n2,a,c\n", more="[csv]\nheader = false")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(mapping.read_text().replace('"t"', '"1"').replace('"s"', '"2"').replace('"x"', '"3"'))
    outcome = read_all(READER, source)
    assert [(row["row"], row["text"]) for row in outcome.rows] == [(1, "b"), (2, "c")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8", "utf-8-sig", "latin-1", "shift_jis"])
def test_any_encoding_is_read_when_it_is_named(tmp_path: Path, encoding: str) -> None:
    text = "été" if encoding != "shift_jis" else "日本"
    data = f"t,s,x\n1,a,{text}\n2,a,c\n".encode(encoding)
    outcome = _read(tmp_path, data, more=f'[csv]\nencoding = "{encoding}"')
    assert (_texts(outcome), outcome.failures) == ([text, "c"], [])


def test_bytes_that_mean_nothing_in_their_encoding_cost_only_their_row(tmp_path: Path) -> None:
    outcome = _read(tmp_path, b"t,s,x\n1,a,b\n2,a,\x81\n3,a,c\n", more='[csv]\nencoding = "cp1252"')
    assert (_texts(outcome), [failure.code for failure in outcome.failures]) == (["b", "c"], ["invalid_utf8"])


def test_nul_stays_in_a_text_and_is_kept_out_of_a_sender(tmp_path: Path) -> None:
    (row,) = _read(tmp_path, b"t,s,x\n1,a\0b,c\0d\n").rows
    assert (row["sender"], row["text"]) == ("a\ufffdb", "c\0d")


def test_a_row_of_any_length_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_csv, "BLOCK_BYTES", 1_000)
    monkeypatch.setattr(_csv_rows, "MAX_ROW_BYTES", 5_000)
    long = b'2,a,"' + b"x" * 20_000 + b'"\n'
    outcome = _read(tmp_path, b"t,s,x\n1,a,b\n" + long + b"3,a,c\n")
    assert _texts(outcome) == ["b", "c"]
    assert [(failure.code, failure.place.row) for failure in outcome.failures] == [("too_long", 3)]


def test_an_open_quote_swallows_neither_its_neighbours_nor_the_end(tmp_path: Path) -> None:
    rows = b"".join(b"%d,a,row %d\n" % (number, number) for number in range(4, 3_000))
    outcome = _read(tmp_path, b't,s,x\n1,a,"open\n2,a,"fine"\n3,a,b\n' + rows + b'9,a,"never')
    assert len(outcome.rows) == 2_998
    assert [(failure.code, failure.place.row) for failure in outcome.failures] == [
        ("malformed_csv", 2),
        ("malformed_csv", 3_001),
    ]


@pytest.mark.parametrize("block", [29, 64, 300])
def test_reading_goes_on_behind_any_cursor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(_csv, "BLOCK_BYTES", block)
    monkeypatch.setattr(_csv_rows, "MAX_ROW_BYTES", 250)
    data = b't,s,x\n1,a,b\n2,a\n3,a,"c\nc"\nsoon,a,d\n4,a,"' + b"e" * 600 + b'"\n5,a,f\n6,a,\xff\n\n7,a,g'
    for encoding in ("utf-8", "cp1252"):
        source = _source(tmp_path, data, more=f'[csv]\nencoding = "{encoding}"')
        batches = list(READER.read(source))
        everything = [row for batch in batches for row in batch.records.to_pylist()]
        failed = [failure for batch in batches for failure in batch.failures]
        for number, batch in enumerate(batches):
            rest = list(READER.read(source, after=batch.cursor))
            done = batches[: number + 1]
            assert [row for b in (*done, *rest) for row in b.records.to_pylist()] == everything
            assert [failure for b in (*done, *rest) for failure in b.failures] == failed


def test_conversations_can_be_named_by_who_takes_part(tmp_path: Path) -> None:
    more = '[conversation]\nfrom = "participants"\n[recipients]\nseparator = "/"'
    source = _source(tmp_path, b"t,s,x,r\n1,anna,a,bram/cleo\n2,bram,b,cleo / anna\n3,bram,c,\n", more=more)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(mapping.read_text().replace('text = "x"', 'text = "x"\nrecipients = "r"'))
    rows = read_all(READER, source).rows
    assert [row["conversation"] for row in rows] == ["anna, bram, cleo", "anna, bram, cleo", "bram"]


def test_kinds_are_our_words_or_those_of_the_mapping(tmp_path: Path) -> None:
    data = b"t,s,x,k\n1,a,b,voice\n2,a,b,SMS\n3,a,b,\n"
    for kinds, expected in (
        ("", [("voice", None), ("other", "SMS"), ("other", None)]),
        ('[kinds]\n"SMS" = "text"\n"" = "notice"', [("other", "voice"), ("text", None), ("notice", None)]),
    ):
        source = _source(tmp_path, data, more=kinds)
        mapping = tmp_path / "mapping.toml"
        mapping.write_text(mapping.read_text().replace('text = "x"', 'text = "x"\nkind = "k"'))
        assert [(row["kind"], row.get("detail")) for row in read_all(READER, source).rows] == expected


def test_json_lines_of_any_shape_are_rows_or_failures(tmp_path: Path) -> None:
    lines = [
        b'{"t": 1, "s": "a", "x": "b"}',
        b'{"t": "2", "s": 5, "x": true}',
        b"[" * 200_000,
        b'{"t": {"a": 1}, "s": "a"}',
        b'{"s": "a"}',
        b"\xff",
        b'{"t": 3, "s": "\\ud800", "x": null}',
        b'{"t": 4}',
    ]
    outcome = _read(tmp_path, b"\n".join(lines), layout="jsonl")
    assert [(row["time"], row.get("sender"), row.get("text")) for row in outcome.rows] == [
        (1, "a", "b"),
        (2, "5", "true"),
        (3, "\ufffd", None),
        (4, None, None),
    ]
    assert [(failure.code, failure.place.row) for failure in outcome.failures] == [
        ("malformed_json", 3),
        ("wrong_type", 4),
        ("missing_field", 5),
        ("invalid_utf8", 6),
    ]


def test_columns_of_json_lines_can_be_paths(tmp_path: Path) -> None:
    source = _source(tmp_path, b'{"t": 1, "a": {"b": "anna"}, "x.y": "dot"}\n{"t": 2, "a": 4}', layout="jsonl")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(mapping.read_text().replace('"s"', '"a.b"').replace('"x"', '"x.y"'))
    assert [(row.get("sender"), row.get("text")) for row in read_all(READER, source).rows] == [
        ("anna", "dot"),
        (None, None),
    ]


def _parquet(table: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def test_a_damaged_row_group_costs_only_its_own_rows(tmp_path: Path) -> None:
    table = pa.table({"t": list(range(300)), "s": ["anna"] * 300, "x": [f"message {n}" for n in range(300)]})
    data = bytearray(_parquet(table, row_group_size=100, compression="none", use_dictionary=False))
    middle = data.index(b"message 150")
    data[middle - 400 : middle + 400] = b"\xff" * 800
    outcome = _read(tmp_path, bytes(data), layout="parquet")
    assert len(outcome.rows) >= 200
    assert {failure.code for failure in outcome.failures} <= {"damaged_row_group", "invalid_utf8", "impossible_time"}
    assert all(101 <= failure.place.row <= 200 for failure in outcome.failures)
    assert outcome.failures


def test_parquet_that_was_cut_short_is_refused_with_a_hint(tmp_path: Path) -> None:
    data = _parquet(pa.table({"t": [1], "s": ["a"], "x": ["b"]}))
    source = _source(tmp_path, data[:-20], layout="parquet")
    with pytest.raises(UnreadableError, match="end is damaged"):
        READER.check(source)


def test_parquet_columns_of_many_types_are_read(tmp_path: Path) -> None:
    table = pa.table(
        {
            "t": pa.array([datetime(2021, 3, 9, 4, tzinfo=UTC), None], pa.timestamp("ns", "UTC")),
            "s": pa.array(["anna", "bram"]).dictionary_encode(),
            "x": pa.array([b"bytes", b"\xff"], pa.binary()),
        }
    )
    outcome = _read(tmp_path, _parquet(table), layout="parquet", time="timestamp")
    assert [(row["time"], row["sender"], row["text"]) for row in outcome.rows] == [(1615262400000, "anna", "bytes")]
    assert [failure.code for failure in outcome.failures] == ["invalid_utf8"]


def test_timestamps_without_a_zone_need_one_in_the_mapping(tmp_path: Path) -> None:
    local = pa.array([datetime(2021, 3, 28, 2, 30), datetime(2021, 3, 28, 12)])  # noqa: DTZ001  # that is the point
    table = pa.table({"t": local, "s": ["a", "b"], "x": ["c", "d"]})
    with pytest.raises(UnreadableError, match="say no zone"):
        READER.check(_source(tmp_path, _parquet(table), layout="parquet", time="timestamp"))
    outcome = _read(tmp_path, _parquet(table), layout="parquet", time="timestamp", zone='zone = "Europe/Brussels"')
    assert [failure.code for failure in outcome.failures] == ["nonexistent_time"]
    assert [row["time"] for row in outcome.rows] == [1616925600000]


@pytest.mark.parametrize(
    ("column", "time", "hint"),
    [
        (pa.array([1]), "timestamp", "Correct"),
        (pa.array([datetime(2021, 3, 9, tzinfo=UTC)]), "epoch_ms", "timestamp"),
        (pa.array([{"a": 1}]), "epoch_ms", ""),
    ],
)
def test_parquet_types_that_do_not_fit_are_told_before_anything_is_read(
    tmp_path: Path, column: pa.Array, time: str, hint: str
) -> None:
    source = _source(tmp_path, _parquet(pa.table({"t": column, "s": ["a"], "x": ["b"]})), layout="parquet", time=time)
    with pytest.raises(UnreadableError) as error:
        READER.check(source)
    assert hint in error.value.hint


def test_reading_parquet_goes_on_behind_any_cursor(tmp_path: Path) -> None:
    table = pa.table({"t": list(range(50)), "s": ["anna"] * 50, "x": ["b"] * 50})
    source = _source(tmp_path, _parquet(table, row_group_size=7), layout="parquet")
    for batch in READER.read(source):
        rest = [row["row"] for later in READER.read(source, after=batch.cursor) for row in later.records.to_pylist()]
        assert rest == list(range(int(batch.cursor) + 1, 51))
    with pytest.raises(CallerError):
        list(READER.read(source, after="x"))


def test_a_column_that_is_missing_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="has no column 's'") as error:
        READER.check(_source(tmp_path, b"t,S,x\n"))
    assert "The columns are: 't', 'S', 'x'" in error.value.hint
    with pytest.raises(UnreadableError, match="has 2 columns called 's'"):
        READER.check(_source(tmp_path, b"t,s,s,x\n"))


@pytest.mark.parametrize("data", [b"", b"\n\n", b'"open', b"\xff\xfe\n"])
def test_a_table_without_a_first_row_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableError, match="first row"):
        READER.check(_source(tmp_path, data))


def test_no_mapping_is_told(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="needs a mapping"):
        READER.check(Source(path=_source(tmp_path, b"t\n").path, exhibit="T-1"))


_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)
"""No carriage returns: the library that writes the tables leaves them unquoted."""


@settings(max_examples=examples(60))
@given(
    rows=st.lists(st.tuples(st.integers(-(10**13), 10**14), _CELL, _CELL), max_size=30),
    delimiter=st.sampled_from(",;\t|"),
    style=st.tuples(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"])),
    block=st.sampled_from([5, 50, 1 << 20]),
)
@example(rows=[(0, '"', '",\n"')], delimiter=",", style=(csv.QUOTE_MINIMAL, "\n"), block=5)
def test_any_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[int, str, str]],
    delimiter: str,
    style: tuple[Literal[0, 1], str],
    block: int,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=style[0], lineterminator=style[1])
    writer.writerow(["t", "s", "x"])
    writer.writerows(rows)
    folder = tmp_path_factory.mktemp("round")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_csv, "BLOCK_BYTES", block)
        tab = delimiter.replace("\t", "\\t")
        outcome = _read(folder, text.getvalue().encode(), more=f'[csv]\ndelimiter = "{tab}"')
    assert outcome.failures == []
    assert [(row["time"], row.get("sender", ""), row.get("text", "")) for row in outcome.rows] == rows


@settings(max_examples=examples(60))
@given(
    pieces=st.lists(
        st.sampled_from([b"1,a,b\n", b'2,a,"c\nd"\r\n', b'"', b",", b"\n", b"\r", b"\xff", b"\0", b"x", b'3,a,"e"\n']),
        max_size=40,
    ),
    block=st.sampled_from([3, 40, 1 << 20]),
)
def test_any_bytes_are_rows_or_failures_however_they_are_cut(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], block: int
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    data = b"t,s,x\n" + b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_csv, "BLOCK_BYTES", block)
        cut = _read(folder, data)
    whole = _read(folder, data)
    assert cut.rows == whole.rows
    assert [(failure.place, failure.code) for failure in cut.failures] == [
        (failure.place, failure.code) for failure in whole.failures
    ]
    places = sorted([int(str(row["row"])) for row in whole.rows] + [failure.place.row for failure in whole.failures])
    assert places == list(range(2, 2 + len(places)))
