"""Mapping files: what they may say, and that every fault is told with its place."""

from pathlib import Path

import pytest

from underseal.core.records import Kind
from underseal.errors import CallerError
from underseal.evidence.intake.formats._mapping import TableMapping, read_mapping

WHOLE = """\
layout = "csv"
[columns]
time = "t"
sender = "s"
recipients = "r"
kind = "k"
[time]
format = "%d/%m/%Y"
zone = "Europe/Brussels"
clock = "sender"
[csv]
delimiter = ";"
[recipients]
separator = ","
[conversation]
from = "participants"
[kinds]
"SMS" = "text"
"""


def _mapping(tmp_path: Path, text: str) -> TableMapping:
    file = tmp_path / "mapping.toml"
    file.write_text(text, "utf-8")
    return read_mapping(file)


def test_a_whole_mapping_is_read(tmp_path: Path) -> None:
    mapping = _mapping(tmp_path, WHOLE)
    assert mapping.columns == {"time": "t", "sender": "s", "recipients": "r", "kind": "k"}
    assert (mapping.time.zone, mapping.csv.delimiter, mapping.separator) == ("Europe/Brussels", ";", ",")
    assert mapping.by_participants
    assert mapping.kinds == {"SMS": Kind.TEXT}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('layout = "csv"', "", "layout is missing"),
        ('"csv"', '"xlsx"', "layout 'xlsx' is not one of csv, jsonl, parquet"),
        ('"csv"', "5", "layout must be a text"),
        ('time = "t"', "", "columns.time is missing"),
        ('sender = "s"', "", "conversation.from needs columns.sender"),
        ('sender = "s"', 'sendr = "s"', "columns.sendr is not known: did you mean sender?"),
        ('sender = "s"', 'sender = ""', "columns.sender must be a text"),
        ('sender = "s"', 'sender = "s"\nconversation = "c"', "conversation.from is given beside"),
        ('zone = "Europe/Brussels"', "", "time.zone is missing"),
        ("Europe/Brussels", "Brussels", "time.zone 'Brussels' is no IANA time zone"),
        ("Europe/Brussels", "../../etc/passwd", "time.zone '../../etc/passwd' is no IANA time zone"),
        ('clock = "sender"', "", "time.clock is missing"),
        ('"%d/%m/%Y"', '"day first"', "time.format is neither"),
        ('"%d/%m/%Y"', '"%d/%m/%Q"', "time.format has a word that is not known"),
        ('"%d/%m/%Y"', '"%d/%m"', "time.format says no year"),
        ('"%d/%m/%Y"', '"epoch_s"', "time.zone has no meaning here"),
        ('delimiter = ";"', 'delimiter = "::"', "csv.delimiter must be one ASCII character"),
        ('delimiter = ";"', 'delimiter = "é"', "csv.delimiter must be one ASCII character"),
        ('delimiter = ";"', "delimiter = '\"'", "csv.quote is the same as csv.delimiter"),
        ('delimiter = ";"', 'encoding = "ebcdic"', "csv.encoding 'ebcdic' is no text encoding"),
        ('delimiter = ";"', 'encoding = "base64"', "csv.encoding 'base64' is no text encoding"),
        ('delimiter = ";"', 'header = "yes"', "csv.header must be true or false"),
        ('"participants"', '"somebody"', 'conversation.from knows only "participants"'),
        ('"SMS" = "text"', '"SMS" = "txt"', "kinds.SMS 'txt' is not one of"),
        ('"SMS" = "text"', '"SMS" = "sealed"', "kinds.SMS 'sealed' is not one of"),
        ('kind = "k"', "", "kinds is given without columns.kind"),
        ("[kinds]", "[kindz]", "kindz is not known: did you mean kinds?"),
        ("[time]", "[time", "is no TOML"),
    ],
)
def test_every_fault_is_told_with_its_place_and_a_hint(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(CallerError) as error:
        _mapping(tmp_path, WHOLE.replace(old, new))
    assert told in error.value.message
    assert error.value.message.startswith(("mapping.toml: ", "The mapping mapping.toml"))
    assert "docs/formats/message-table.md" in error.value.hint


def test_a_section_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="columns is no section"):
        _mapping(tmp_path, 'columns = 5\nlayout = "csv"')


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="cannot be read"):
        read_mapping(tmp_path / "absent.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CallerError, match="is no TOML"):
        read_mapping(tmp_path / "binary.toml")
