"""Key exports of real phones, and exports that are damaged or locked."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.crypto import key_export
from underseal.core.records import Secret
from underseal.errors import CallerError, KeyFileError, UnreadableError
from underseal.evidence.intake import Source
from underseal.evidence.intake.formats.element_keys import ElementKeysReader

from .reading import HARBOUR, read_all

READER = ElementKeysReader()
PASSPHRASES: dict[str, str] = json.loads((HARBOUR / "keys" / "passphrases.json").read_text("utf-8"))
PHONE = "k7q2mx-phone.txt"
ROUNDS = 10


def _phone(name: str = PHONE, passphrase: str | None = None) -> Source:
    secret = Secret((passphrase or PASSPHRASES[name]).encode())
    return Source(path=HARBOUR / "keys" / name, exhibit="K-1", passphrase=secret)


def _sealed(tmp_path: Path, plaintext: bytes) -> Source:
    file = tmp_path / "keys.txt"
    file.write_bytes(key_export.seal(plaintext, Secret(b"open"), ROUNDS))
    return Source(path=file, exhibit="K-1", passphrase=Secret(b"open"))


def _sessions() -> list[dict[str, object]]:
    source = _phone()
    assert source.passphrase is not None
    sessions: list[dict[str, object]] = json.loads(key_export.open_sealed(source.path.read_bytes(), source.passphrase))
    return sessions


@pytest.mark.parametrize("name", sorted(PASSPHRASES))
def test_every_phone_s_export_is_read(name: str) -> None:
    assert READER.detect(HARBOUR / "keys" / name)
    outcome = read_all(READER, _phone(name))
    assert outcome.failures == []
    assert outcome.records.num_rows == 0


def test_a_key_knows_its_session_its_room_and_where_it_came_from() -> None:
    (key, *_), (session, *_) = read_all(READER, _phone()).keys, _sessions()
    assert (key.session, key.room, key.sender_key) == (
        session["session_id"],
        session["room_id"],
        session["sender_key"],
    )
    assert key.exported.reveal().decode() == session["session_key"]
    assert (key.exhibit, key.place) == ("K-1", "exhibit, session 1")
    assert str(session["session_key"]) not in repr(key)


def test_the_first_index_is_that_of_the_exported_bytes(tmp_path: Path) -> None:
    sessions = _sessions()
    outcome = read_all(READER, _sealed(tmp_path, json.dumps(sessions).encode()))
    assert [key.first_index for key in outcome.keys] == [
        int.from_bytes(_bytes(session["session_key"])[1:5], "big") for session in sessions
    ]


def _bytes(value: object) -> bytes:
    return base64.b64decode(str(value) + "==")


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (5, "wrong_type"),
        ({}, "missing_field"),
        ({"session_key": "!"}, "malformed_key"),
        ({"session_key": "AAAA"}, "malformed_key"),
        ({"algorithm": "m.other"}, "unknown_algorithm"),
        ({"session_id": "AAAA"}, "malformed_key"),
    ],
)
def test_a_malformed_session_is_a_failure_between_its_neighbours(tmp_path: Path, entry: object, code: str) -> None:
    first, second, third = _sessions()[:3]
    spoilt = second | entry if isinstance(entry, dict) and entry else entry
    outcome = read_all(READER, _sealed(tmp_path, json.dumps([first, spoilt, third]).encode()))
    assert [key.session for key in outcome.keys] == [first["session_id"], third["session_id"]]
    (failure,) = outcome.failures
    assert (failure.code, failure.place.row, failure.sample) == (code, 2, b"")


def test_a_wrong_passphrase_is_one_clear_error() -> None:
    for call in (READER.check, lambda source: list(READER.read(source))):
        with pytest.raises(KeyFileError, match="passphrase is wrong") as error:
            call(_phone(passphrase="not this one"))
        assert "not this one" not in f"{error.value}{error.value.hint}"


def test_no_passphrase_is_asked_for() -> None:
    with pytest.raises(KeyFileError, match="no passphrase"):
        READER.check(Source(path=HARBOUR / "keys" / PHONE, exhibit="K-1"))


@pytest.mark.parametrize("plaintext", [b"{}", b"nonsense", b"[" * 200_000, b"\xff"])
def test_an_export_of_something_else_is_a_key_file_error(tmp_path: Path, plaintext: bytes) -> None:
    source = _sealed(tmp_path, plaintext)
    with pytest.raises(KeyFileError):
        READER.check(source)
    assert READER.total(source) is None


def test_a_damaged_export_is_a_key_file_error(tmp_path: Path) -> None:
    data = bytearray((HARBOUR / "keys" / PHONE).read_bytes())
    data[len(data) // 2] ^= 1
    file = tmp_path / "keys.txt"
    file.write_bytes(data)
    with pytest.raises(KeyFileError):
        READER.check(Source(path=file, exhibit="K-1", passphrase=_phone().passphrase))


def test_reading_goes_on_behind_a_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("underseal.evidence.intake.formats.element_keys.BATCH_KEYS", 20)
    whole = read_all(READER, _phone())
    places = [key.place for key in whole.keys]
    for number, cursor in enumerate(whole.cursors):
        assert [key.place for key in read_all(READER, _phone(), cursor).keys] == places[(number + 1) * 20 :]
    with pytest.raises(CallerError):
        read_all(READER, _phone(), "1:2:3")


def test_only_files_with_the_marker_are_detected(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    assert not READER.detect(tmp_path / "letter.txt")
    assert not READER.detect(tmp_path)
    with pytest.raises(UnreadableError):
        READER.check(Source(path=tmp_path, exhibit="K-1", passphrase=Secret(b"x")))


@settings(max_examples=examples(25))
@given(
    rooms=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20), max_size=8)
)
def test_any_export_comes_back(tmp_path_factory: pytest.TempPathFactory, rooms: list[str]) -> None:
    sessions = [session | {"room_id": room} for session, room in zip(_SESSIONS, rooms, strict=False)]
    source = _sealed(tmp_path_factory.mktemp("round"), json.dumps(sessions).encode())
    assert [key.room for key in read_all(READER, source).keys] == rooms


_SESSIONS = _sessions()
