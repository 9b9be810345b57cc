"""A sealed audit: everybody can check it, and one key reads it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from underseal.core.crypto import LetterboxKey, SigningKey
from underseal.core.ledger import Ledger, claimed_name
from underseal.core.verify import verify_file
from underseal.errors import CallerError, ConflictError, IntegrityError, KeyFileError, RefusedError
from underseal.evidence.audit import Act, Audit

from .recording import record

KEY = SigningKey.generate()
READING = LetterboxKey.generate()
START = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
USER, PURPOSE, QUERY, AUTHORITY = "maitre.dupont", "the alibi of my client", '"pilot boat" AND quay', "D1/2026-06-01"
SECRETS = (USER, PURPOSE, "pilot boat", AUTHORITY, "searched", "consultation", "2026-03-09")


def search(audit: Audit, query: str = QUERY) -> int:
    details: dict[str, str | int] = {"query": query, "count": 3}
    return record(audit, Act.SEARCHED, user=USER, authority=AUTHORITY, purpose=PURPOSE, details=details)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "audit"


@pytest.fixture
def audit(folder: Path) -> Audit:
    """A sealed audit of three searches, as a server has it that cannot read it."""
    made = Audit.create(folder, KEY, clock=lambda: START, sealed_for=READING.letterbox)
    for number in range(3):
        search(made, f"{QUERY} {number}")
    return made


def reading(folder: Path) -> Audit:
    return Audit(folder, KEY, reading=READING)


def all_bytes(folder: Path) -> Iterator[bytes]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.read_bytes()


def test_nothing_of_an_act_is_in_any_byte(audit: Audit, folder: Path) -> None:
    assert audit.size == 3
    held = b"".join(all_bytes(folder))
    assert [secret for secret in SECRETS if secret.encode() in held] == []


def test_the_key_opens_every_entry(audit: Audit, folder: Path) -> None:
    entries = reading(folder).entries(oldest_first=True)
    assert [entry.number for entry in entries] == [0, 1, 2]
    assert [entry.details["query"] for entry in entries] == [f"{QUERY} {number}" for number in range(3)]
    assert {(entry.user, entry.purpose, entry.authority, entry.act) for entry in entries} == {
        (USER, PURPOSE, AUTHORITY, "searched")
    }
    assert entries[0].data == (folder / "entries.jsonl").read_bytes().split(b"\n")[0]
    assert audit.size == 3


def test_entries_are_found_and_counted_with_the_key(audit: Audit, folder: Path) -> None:
    record(audit, Act.LOGIN, user="clerk")
    opened = reading(folder)
    assert [entry.user for entry in opened.entries(user="clerk")] == ["clerk"]
    assert opened.count(act="searched") == 3
    assert opened.count() == 4


def test_without_the_key_nothing_is_read_and_the_count_is_told(audit: Audit) -> None:
    assert (audit.readable, audit.sealed_for, audit.count()) == (False, READING.letterbox.hex, 3)
    for look in (audit.entries, lambda: audit.count(user=USER)):
        with pytest.raises(RefusedError, match="sealed"):
            look()


def test_a_wrong_key_says_so(audit: Audit, folder: Path) -> None:
    assert audit.size
    with pytest.raises(KeyFileError, match=f"not the key of the audit.*{READING.letterbox.hex}"):
        Audit(folder, KEY, reading=LetterboxKey.generate())


def test_a_key_for_an_audit_that_is_not_sealed_says_so(folder: Path) -> None:
    Audit.create(folder, KEY)
    with pytest.raises(KeyFileError, match="not sealed"):
        reading(folder)


def test_anyone_checks_the_chain_without_the_key(audit: Audit, tmp_path: Path) -> None:
    assert audit.verify().size == 3
    old = audit.checkpoint()
    search(audit)
    assert audit.consistency_proof(old)
    audit.export(tmp_path / "audit.jsonl")
    report = verify_file(tmp_path / "audit.jsonl", trusted=KEY.public.hex)
    assert report.ok, report.summary
    assert READING.letterbox.hex in report.summary
    with pytest.raises(CallerError, match="table"):
        audit.export(tmp_path / "audit.csv", format="csv")


def test_a_changed_entry_is_found_without_the_key(audit: Audit, folder: Path) -> None:
    file = folder / "entries.jsonl"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(IntegrityError, match="Entry 1"):
        audit.verify()


def test_an_entry_opens_in_its_own_place_only(folder: Path, audit: Audit) -> None:
    """Whoever holds the signing key can sign anything; an entry that they move to another number does not open."""
    ledger = Ledger(folder, KEY, name=claimed_name(folder))
    ledger.append({"sealed": str(ledger.read(limit=1)[0].value()["sealed"])})
    assert audit.verify().size == 4
    with pytest.raises(IntegrityError, match=r"Entry 3 of the audit cannot be opened"):
        reading(folder).entries()


def test_a_sealed_audit_cannot_be_gone_on_with_in_the_clear(audit: Audit, folder: Path) -> None:
    assert audit.size
    with pytest.raises(IntegrityError, match="not one of the ledger 'audit'"):
        Ledger(folder, KEY, name="audit")
    with pytest.raises(ConflictError):
        Audit.create(folder, KEY)


def test_the_note_of_a_repair_is_sealed_too(audit: Audit, folder: Path) -> None:
    with (folder / "entries.jsonl").open("ab") as file:
        file.write(b"left by a writer that died")
    search(audit)
    assert b"ledger_repaired" not in (folder / "entries.jsonl").read_bytes()
    acts = [entry.act for entry in reading(folder).entries(oldest_first=True)]
    assert acts == ["searched"] * 3 + ["ledger_repaired", "searched"]


def test_acts_of_ordinary_length_look_the_same(audit: Audit, folder: Path) -> None:
    record(audit, Act.LOGOUT, user="a")
    search(audit, "a longer query " * 20)
    lines = (folder / "entries.jsonl").read_bytes().split(b"\n")[:-1]
    assert len({len(line) for line in lines}) == 1


def test_no_extract_of_a_sealed_audit_is_given_to_others(audit: Audit) -> None:
    with pytest.raises(RefusedError, match="sealed"):
        audit.extract([b""], lambda _: True)
