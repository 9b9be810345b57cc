"""The register of exhibits: one number, one list of files, one chain of custody, whoever comes at the same time."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.errors import CallerError, ConflictError, NotFoundError
from underseal.evidence.casework import CaseWork, CustodyEntry, ExhibitFile, ExhibitState, FileListDigest
from underseal.evidence.casework.exhibits import BATCH, decode_path, encode_path

from .material import AUTHORITY, NEW, file
from .racing import Attempt, at_once

FILES = [file("homeserver.db"), file("media/a b"), file("media/\udcff"), file("media/ж", b"")]


@pytest.fixture
def casework(casework: CaseWork) -> CaseWork:
    casework.authorities.add(AUTHORITY)
    return casework


def test_what_is_registered_is_found_with_its_files_and_first_custody(casework: CaseWork) -> None:
    files = sorted(FILES, key=lambda one: encode_path(one.path))
    added = casework.exhibits.register(NEW, files, user="bram", at=900)
    assert casework.exhibits.get("BR-2026/17-A") == added
    assert casework.exhibits.list() == (added,)
    assert casework.exhibits.find_digest(added.sha256) == added
    assert (added.files, added.size, added.state, added.total) == (4, 21, ExhibitState.REGISTERED, None)
    assert (added.title, added.received_at, added.registered, added.increment_of) == (NEW.title, 500, 900, "")
    assert list(casework.exhibits.files("BR-2026/17-A")) == files
    assert casework.exhibits.custody("BR-2026/17-A") == (
        CustodyEntry(
            at=500, user="anna", act="received", note="from Insp. Peeters, condition: sealed bag, seal intact"
        ),
        CustodyEntry(at=900, user="bram", act="registered", note=added.sha256.hex()),
    )


def test_a_number_is_given_once(casework: CaseWork) -> None:
    casework.exhibits.register(NEW, [file("a")], user="anna", at=1)
    with pytest.raises(ConflictError, match="exhibit BR-2026/17-A already") as caught:
        casework.exhibits.register(NEW, [file("b")], user="anna", at=2)
    assert "number of its own" in caught.value.hint
    assert [one.path for one in casework.exhibits.files("BR-2026/17-A")] == ["a"]


def test_the_same_bytes_under_another_number_are_refused_and_named(casework: CaseWork) -> None:
    casework.exhibits.register(NEW, [file("a")], user="anna", at=1)
    with pytest.raises(ConflictError, match="in the house already, byte for byte, as BR-2026/17-A"):
        casework.exhibits.register(replace(NEW, number="B"), [file("a")], user="anna", at=2)
    assert casework.exhibits.custody("B") == ()
    assert list(casework.exhibits.files("B")) == []


def test_an_increment_continues_an_exhibit_that_is_there(casework: CaseWork) -> None:
    casework.exhibits.register(NEW, [file("a")], user="anna", at=1)
    later = replace(NEW, number="B", increment_of=NEW.number)
    assert casework.exhibits.register(later, [file("a", b"more")], user="anna", at=2).increment_of == NEW.number
    with pytest.raises(NotFoundError, match="no exhibit X"):
        casework.exhibits.register(replace(NEW, number="C", increment_of="X"), [file("c")], user="anna", at=3)


@pytest.mark.parametrize(
    ("change", "files", "words"),
    [
        ({"number": ""}, FILES[:1], "exhibit number is empty"),
        ({"number": "A\nB"}, FILES[:1], "do not print"),
        ({"custodian": " "}, FILES[:1], "custodian is empty"),
        ({"received_from": ""}, FILES[:1], "handed the exhibit over is empty"),
        ({"condition": "\x1b"}, FILES[:1], "condition of the exhibit"),
        ({"path": "\ud800"}, FILES[:1], "not a path"),
        ({}, [], "holds no file"),
        ({}, [file("b"), file("a")], "not in order"),
        ({}, [file("a"), file("a")], "names a file twice"),
        ({}, [file("")], "not in order"),
        ({}, [file("a\0b")], "not in order"),
        ({}, [file("\ud800")], "not a path"),
        ({"received_at": 2**63}, FILES[:1], "cannot be stored"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    casework: CaseWork, change: dict[str, str], files: list[ExhibitFile], words: str
) -> None:
    with pytest.raises(CallerError, match=words):
        casework.exhibits.register(replace(NEW, **change), files, user="anna", at=1)  # type: ignore[arg-type]  # wrong on purpose
    assert casework.exhibits.list() == ()


def test_an_unknown_authority_is_refused(casework: CaseWork) -> None:
    with pytest.raises(NotFoundError, match="no authority BR-8"):
        casework.exhibits.register(replace(NEW, authority="BR-8"), FILES[:1], user="anna", at=1)


def test_a_list_of_files_that_breaks_off_leaves_nothing(casework: CaseWork) -> None:
    def breaking() -> Iterator[ExhibitFile]:
        yield from (file(f"{number:05}") for number in range(BATCH + 1))
        raise ConflictError("the list breaks off")

    with pytest.raises(ConflictError, match="breaks off"):
        casework.exhibits.register(NEW, breaking(), user="anna", at=1)
    assert casework.exhibits.list() == ()
    assert list(casework.exhibits.files(NEW.number)) == []


def test_long_lists_are_streamed_both_ways(casework: CaseWork) -> None:
    number = 2 * BATCH + 1
    added = casework.exhibits.register(NEW, (file(f"{n:05}") for n in range(number)), user="anna", at=1)
    assert added.files == number
    assert [int(one.path) for one in casework.exhibits.files(NEW.number)] == list(range(number))


def test_progress_is_noted_for_exhibits_that_are_there(casework: CaseWork) -> None:
    casework.exhibits.register(NEW, FILES[:1], user="anna", at=1)
    casework.exhibits.set_state(NEW.number, ExhibitState.STAGED)
    casework.exhibits.set_counts(NEW.number, read=7, failed=2, total=9, keys=0)
    found = casework.exhibits.get(NEW.number)
    assert (found.state, found.read, found.failed, found.total) == (ExhibitState.STAGED, 7, 2, 9)
    with pytest.raises(NotFoundError):
        casework.exhibits.get("X")
    with pytest.raises(NotFoundError):
        casework.exhibits.set_state("X", ExhibitState.STAGED)
    with pytest.raises(NotFoundError):
        casework.exhibits.set_counts("X", read=0, failed=0, total=None, keys=0)
    assert casework.exhibits.find_digest(bytes(32)) is None


def test_custody_keeps_its_order_whatever_the_clocks_said(casework: CaseWork) -> None:
    casework.exhibits.register(NEW, FILES[:1], user="anna", at=1)
    entry = CustodyEntry(at=-5, user="bram", act="moved", note="to the vault\nsecond shelf")
    casework.exhibits.add_custody(NEW.number, entry)
    assert casework.exhibits.custody(NEW.number)[-1] == entry
    with pytest.raises(NotFoundError):
        casework.exhibits.add_custody("X", entry)
    with pytest.raises(CallerError, match="act in the chain"):
        casework.exhibits.add_custody(NEW.number, replace(entry, act=""))


def test_the_digest_of_a_list_is_what_its_description_says() -> None:
    digest = FileListDigest()
    for one in FILES[:2]:
        digest.add(one)
    content = hashlib.sha256(b"content").hexdigest().encode()
    assert digest.digest() == hashlib.sha256(content + b" 7 homeserver.db\0" + content + b" 7 media/a b\0").digest()
    assert (digest.files, digest.size) == (2, 14)


@given(st.binary(max_size=40))
def test_any_path_survives(path: bytes) -> None:
    assert encode_path(decode_path(path)) == path


def _register_number(casework: CaseWork, process: int) -> None:
    casework.exhibits.register(NEW, [file(f"copy {process}")], user="anna", at=1)


def _register_bytes(casework: CaseWork, process: int) -> None:
    casework.exhibits.register(replace(NEW, number=f"N{process}"), [file("a")], user="anna", at=1)


@pytest.mark.parametrize("attempt", [_register_number, _register_bytes])
def test_of_processes_that_register_one_exhibit_at_once_one_succeeds(
    casework: CaseWork, made_url: str, attempt: Attempt
) -> None:
    assert at_once(made_url, attempt) == ["conflict", "conflict", "done"]
    (exhibit,) = casework.exhibits.list()
    assert len(list(casework.exhibits.files(exhibit.number))) == 1
    assert len(casework.exhibits.custody(exhibit.number)) == 2
