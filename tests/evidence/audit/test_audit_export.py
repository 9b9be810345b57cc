"""Exports of the audit: whole, verifiable by anyone, and refused by the verifier once anything in them is changed."""

import csv
import io
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.crypto import SigningKey
from underseal.core.verify import Outcome, verify, verify_file
from underseal.errors import ConflictError, IntegrityError, InternalError
from underseal.evidence.audit import Act, Audit, Format

from .recording import record

KEY = SigningKey.generate()
FORMATS: tuple[Format, ...] = ("jsonl", "csv")


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    audit = Audit.create(tmp_path / "audit", KEY, clock=lambda: datetime(2026, 3, 9, 4, tzinfo=UTC))
    record(audit, Act.LOGIN, user="ann")
    record(
        audit,
        Act.SEARCHED,
        user="ann",
        authority="BR-1",
        purpose="=HYPERLINK(1)",
        details={"query": 'a "b", c\r\n\x00d'},
    )
    record(audit, Act.RECORD_READ, user="@\u0411\u043e\u0440\u0438\u0441", purpose="-1", details={"record": 7})
    record(audit, Act.LOGOUT, user="ann", purpose="'quoted")
    return audit


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_is_verified_by_the_standalone_verifier(audit: Audit, tmp_path: Path, form: Format) -> None:
    file = tmp_path / f"acts.{form}"
    checkpoint = audit.export(file, format=form)
    report = verify_file(file, trusted=KEY.public.hex)
    assert report.ok, report
    assert report.signers == (KEY.public.hex,)
    assert checkpoint.root.hex() in report.steps[-1].detail
    assert file.stat().st_mode & 0o077 == 0
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_audit_exports(tmp_path: Path, form: Format) -> None:
    audit = Audit.create(tmp_path / "empty", KEY)
    audit.export(tmp_path / f"acts.{form}", format=form)
    assert verify_file(tmp_path / f"acts.{form}").ok


@pytest.mark.parametrize("form", FORMATS)
def test_a_long_audit_exports(tmp_path: Path, form: Format, audit: Audit) -> None:
    audit._ledger.append_many([entry_like(audit)] * 9000)
    told: list[tuple[int, int]] = []
    audit.export(tmp_path / f"acts.{form}", format=form, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (9004, 9004)
    assert verify_file(tmp_path / f"acts.{form}").ok


def entry_like(audit: Audit) -> dict[str, str | dict[str, str]]:
    entry = audit.entries(limit=1)[0]
    return {
        "time": entry.time,
        "user": entry.user,
        "authority": "",
        "act": entry.act,
        "group": entry.group,
        "purpose": "",
        "details": {},
    }


def test_the_lines_are_the_entries_as_the_ledger_has_them(audit: Audit, tmp_path: Path) -> None:
    audit.export(tmp_path / "acts.jsonl")
    head, *lines = (tmp_path / "acts.jsonl").read_bytes().split(b"\n")
    assert b'"underseal/audit-export/1"' in head
    assert lines == [*(entry.data for entry in audit.entries(oldest_first=True)), b""]
    assert verify((tmp_path / "acts.jsonl").read_bytes()).ok


def test_the_table_is_for_people_and_holds_no_formula(audit: Audit, tmp_path: Path) -> None:
    audit.export(tmp_path / "acts.csv", format="csv")
    text = (tmp_path / "acts.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["user"] for row in rows] == ["ann", "ann", "'@\u0411\u043e\u0440\u0438\u0441", "ann"]
    assert [row["purpose"] for row in rows] == ["", "'=HYPERLINK(1)", "'-1", "'quoted"]
    assert rows[1]["details"] == '{"query":"a \\"b\\", c\\r\\n\\u0000d"}'
    assert [row["group"] for row in rows] == ["security", "consultation", "consultation", "security"]
    assert [row["entry"].encode() for row in rows] == [entry.data for entry in audit.entries(oldest_first=True)]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_written_over(audit: Audit, tmp_path: Path, form: Format) -> None:
    file = tmp_path / f"acts.{form}"
    file.write_bytes(b"mine")
    with pytest.raises(ConflictError, match="exists already"):
        audit.export(file, format=form)
    assert file.read_bytes() == b"mine"


def test_a_companion_is_not_written_over(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "acts.csv.checkpoint.json").write_bytes(b"mine")
    with pytest.raises(ConflictError):
        audit.export(tmp_path / "acts.csv", format="csv")
    assert not (tmp_path / "acts.csv").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_a_damaged_audit_is_not_exported(audit: Audit, tmp_path: Path, form: Format) -> None:
    path = tmp_path / "audit" / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"ann"', b'"bob"', 1))
    with pytest.raises(IntegrityError):
        audit.export(tmp_path / f"acts.{form}", format=form)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["audit"]


def test_a_place_that_is_not_there_is_an_error(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="cannot be written"):
        audit.export(tmp_path / "nowhere" / "acts.jsonl")


@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(FORMATS), seed=st.integers(0, 2**32))
def test_no_flipped_bit_in_an_export_is_verified(audit: Audit, tmp_path: Path, form: Format, seed: int) -> None:
    file = tmp_path / f"acts.{form}"
    if not file.exists():
        audit.export(file, format=form)
    whole = file.read_bytes()
    flipped = bytearray(whole)
    bit = random.Random(seed).randrange(len(whole) * 8)  # noqa: S311 - spread evenly, which a drawn integer is not
    flipped[bit // 8] ^= 1 << bit % 8
    file.write_bytes(flipped)
    try:
        report = verify_file(file, trusted=KEY.public.hex)
    finally:
        file.write_bytes(whole)
    assert not report.ok
    assert not report.steps[-1].ok


def lines_of(tmp_path: Path) -> list[bytes]:
    return (tmp_path / "acts.jsonl").read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("removed", "Entry 1 does not bear its number"),
        ("swapped", "Entry 1 does not bear its number"),
        ("repeated", "Entry 2 does not bear its number"),
        ("shortened", "There are 3 entries; 4 were signed"),
        ("added", "more entries than the 4"),
        ("cut", "Entry 3 is cut off"),
        ("edited", "The entries have the root"),
    ],
)
def test_a_changed_export_is_refuted_in_words(audit: Audit, tmp_path: Path, change: str, words: str) -> None:
    audit.export(tmp_path / "acts.jsonl")
    head, *lines = lines_of(tmp_path)
    changed = {
        "removed": [lines[0], *lines[2:]],
        "swapped": [lines[0], lines[2], lines[1], lines[3]],
        "repeated": [lines[0], lines[1], lines[1], *lines[2:]],
        "shortened": lines[:-1],
        "added": [*lines, lines[-1].replace(b'"number":3', b'"number":4')],
        "cut": [*lines[:-1], lines[-1][:-1]],
        "edited": [lines[0].replace(b"ann", b"bob"), *lines[1:]],
    }[change]
    (tmp_path / "acts.jsonl").write_bytes(b"".join([head, *changed]))
    report = verify_file(tmp_path / "acts.jsonl")
    assert report.outcome is Outcome.REFUTED
    assert words in report.steps[-1].detail


def test_a_table_is_refuted_where_a_cell_says_what_its_entry_does_not(audit: Audit, tmp_path: Path) -> None:
    audit.export(tmp_path / "acts.csv", format="csv")
    table = tmp_path / "acts.csv"
    table.write_bytes(table.read_bytes().replace(b'"login"', b'"logon"', 1))
    report = verify_file(tmp_path / "acts.csv.checkpoint.json")
    assert report.outcome is Outcome.REFUTED
    assert "Row 0 of the table does not say what its entry says" in report.summary


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'"a"\r\n', b'"unclosed', b'a,b"c\r\n'])
def test_a_table_that_is_none_is_refuted(audit: Audit, tmp_path: Path, content: bytes) -> None:
    audit.export(tmp_path / "acts.csv", format="csv")
    (tmp_path / "acts.csv").write_bytes(content)
    assert verify_file(tmp_path / "acts.csv").outcome is Outcome.REFUTED


def test_a_table_needs_its_companion_and_the_companion_its_table(audit: Audit, tmp_path: Path) -> None:
    audit.export(tmp_path / "acts.csv", format="csv")
    companion = tmp_path / "acts.csv.checkpoint.json"
    assert verify(companion.read_bytes()).outcome is Outcome.UNREADABLE
    elsewhere = tmp_path / "other.json"
    elsewhere.write_bytes(companion.read_bytes())
    assert verify_file(elsewhere).outcome is Outcome.UNREADABLE
    (tmp_path / "acts.csv").unlink()
    assert verify_file(companion).outcome is Outcome.REFUTED
    companion.unlink()
    assert verify_file(tmp_path / "acts.csv").outcome is Outcome.UNREADABLE


@pytest.mark.parametrize("name", [b"../audit/acts.csv", b"", b".", b"..", b"\\u0000", b"/etc/passwd"])
@pytest.mark.parametrize("file", ["acts.csv.checkpoint.json", ".checkpoint.json"])
def test_a_companion_cannot_lead_elsewhere(audit: Audit, tmp_path: Path, name: bytes, file: str) -> None:
    audit.export(tmp_path / "acts.csv", format="csv")
    content = (tmp_path / "acts.csv.checkpoint.json").read_bytes()
    companion = tmp_path / file
    companion.write_bytes(content.replace(b'"acts.csv"', b'"%b"' % name))
    report = verify_file(companion)
    assert report.outcome is Outcome.UNREADABLE
    assert "name of its table" in report.summary
