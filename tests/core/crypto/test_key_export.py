import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vodozemac import GroupSession, InboundGroupSession

from underseal.core.crypto import key_export
from underseal.core.crypto.key_export import ExportedSession, MalformedSession, open_sealed, seal
from underseal.core.records import Secret
from underseal.errors import KeyFileError

VECTORS = Path(__file__).parent / "vectors"
PASSPHRASE = Secret(b"1234")


def entry(index: int = 0) -> dict[str, object]:
    """Return one entry of an export as a client writes it."""
    session = GroupSession()
    exported = InboundGroupSession(session.session_key).export_at(index)
    assert exported
    return {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": "!quay:harbour.example",
        "sender_key": "DeHIg4gwhClxzFYcmNntPNF9YtsdZbmMy8+3kzCMXHA",
        "session_id": session.session_id,
        "session_key": exported.to_base64(),
        "sender_claimed_keys": {"ed25519": "iXYpv1hJ4yAOXVBjLjHGCBI2B1qHrDyWAzUdu6XgU8I"},
        "forwarding_curve25519_key_chain": ["hPQNcabIABgGnx3/ACv/jmMmiQHoeFfuLB17tzWp6Hw"],
    }


def sessions_of(data: bytes) -> list[ExportedSession]:
    found = key_export.read(data, PASSPHRASE)
    assert all(isinstance(session, ExportedSession) for session in found)
    return [session for session in found if isinstance(session, ExportedSession)]


@pytest.mark.parametrize("vector", json.loads((VECTORS / "key_export.json").read_bytes())["vectors"])
def test_published_vectors(vector: dict[str, str]) -> None:
    opened = open_sealed(vector["file"].encode(), Secret(vector["passphrase"].encode()))
    assert opened == vector["plaintext"].encode()


def test_an_export_that_a_client_made() -> None:
    vector = json.loads((VECTORS / "megolm_message.json").read_bytes())
    (session,) = key_export.read(vector["export"].encode(), Secret(vector["passphrase"].encode()))
    assert isinstance(session, ExportedSession)
    assert (session.session_id, session.room_id) == (vector["session_id"], vector["room_id"])


@given(st.binary(max_size=500), st.binary(max_size=40), st.integers(1, 3))
def test_what_is_sealed_opens_again(plaintext: bytes, passphrase: bytes, rounds: int) -> None:
    assert open_sealed(seal(plaintext, Secret(passphrase), rounds), Secret(passphrase)) == plaintext


def test_what_is_written_reads_again() -> None:
    first = sessions_of(seal(json.dumps([entry(), entry(7)]).encode(), PASSPHRASE, 1))
    again = sessions_of(key_export.write(first, PASSPHRASE, rounds=2))
    assert [s.first_index for s in again] == [0, 7]
    for before, after in zip(first, again, strict=True):
        assert after.session_key.reveal() == before.session_key.reveal()
        assert (after.room_id, after.session_id, after.sender_key) == (
            before.room_id,
            before.session_id,
            before.sender_key,
        )
        assert after.sender_claimed_keys == before.sender_claimed_keys == entry()["sender_claimed_keys"]
        assert (
            list(after.forwarding_curve25519_key_chain)
            == list(before.forwarding_curve25519_key_chain)
            == entry()["forwarding_curve25519_key_chain"]
        )


def test_written_files_clear_bit_63_and_keep_short_lines() -> None:
    for _ in range(20):
        lines = seal(b"[]" * 99, PASSPHRASE, 1).splitlines()
        assert base64.b64decode(b"".join(lines[1:-1]))[17 + 8] < 0x80
        assert max(map(len, lines)) <= 96


def test_a_wrong_passphrase_cannot_be_told_from_damage() -> None:
    sealed = seal(b"[]", PASSPHRASE, 1)
    body = bytearray(base64.b64decode(b"".join(sealed.splitlines()[1:-1])))
    body[40] ^= 1
    damaged = b"\n".join([key_export.HEADER, base64.b64encode(body), key_export.TRAILER])
    errors = []
    for data, passphrase in ((sealed, Secret(b"1235")), (damaged, PASSPHRASE)):
        with pytest.raises(KeyFileError) as caught:
            key_export.read(data, passphrase)
        errors.append(caught.value.message)
    assert errors[0] == errors[1]


@given(st.data())
def test_every_flipped_bit_is_noticed(data: st.DataObject) -> None:
    sealed = seal(b"[1, 2, 3]", PASSPHRASE, 1)
    body = bytearray(base64.b64decode(b"".join(sealed.splitlines()[1:-1])))
    at = data.draw(st.integers(0, len(body) - 1).filter(lambda at: not 33 <= at < 37))  # rounds: tested below
    body[at] ^= 1 << data.draw(st.integers(0, 7))
    damaged = b"\n".join([key_export.HEADER, base64.b64encode(body), key_export.TRAILER])
    with pytest.raises(KeyFileError):
        open_sealed(damaged, PASSPHRASE)


@pytest.mark.parametrize("rounds", [0, key_export.MAX_ROUNDS + 1, 2**32 - 1])
def test_a_file_cannot_ask_for_endless_work(rounds: int) -> None:
    body = b"\x01" + bytes(32) + rounds.to_bytes(4, "big") + bytes(64)
    data = b"\n".join([key_export.HEADER, base64.b64encode(body), key_export.TRAILER])
    with pytest.raises(KeyFileError, match="rounds"):
        open_sealed(data, PASSPHRASE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"-----",
        key_export.HEADER,
        key_export.HEADER + b"\n-----",
        key_export.HEADER + b"\n!!\n" + key_export.TRAILER,
        key_export.HEADER + b"\nA\n" + key_export.TRAILER,
        key_export.HEADER + b"\n\n" + key_export.TRAILER,
        key_export.HEADER + b"\nAXNhbHRzYWx0c2FsdHNhbHSIiIiIiIiIiIiIiIiIiIiIAAAACmIRUW2OjZ3L\n" + key_export.TRAILER,
        key_export.HEADER + b"\n" + base64.b64encode(b"\x02" + bytes(99)) + b"\n" + key_export.TRAILER,
        bytes(1000),
    ],
)
def test_what_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(KeyFileError):
        key_export.read(data, PASSPHRASE)


def test_other_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    sealed = seal(b"[]", PASSPHRASE, 1)
    assert key_export.read(b"\xef\xbb\xbf" + sealed.replace(b"\n", b"\r\n"), PASSPHRASE) == []
    assert key_export.is_export(b"\xef\xbb\xbf" + sealed[:100])
    assert not key_export.is_export(b"SQLite format 3\0")


@pytest.mark.parametrize("content", [b"", b"{}", b"nothing", b"[" * 200_000, b"\xff", b"7"])
def test_a_content_that_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(KeyFileError):
        key_export.read(seal(content, PASSPHRASE, 1), PASSPHRASE)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"algorithm": "m.megolm.v2"}, "unknown_algorithm"),
        ({"algorithm": None}, "unknown_algorithm"),
        ({"room_id": None}, "missing_field"),
        ({"room_id": "\ud800"}, "missing_field"),
        ({"session_id": 5}, "missing_field"),
        ({"session_key": ""}, "missing_field"),
        ({"session_key": "AAAA"}, "malformed_key"),
        ({"session_key": "?" * 220}, "malformed_key"),
        ({"session_key": "A" * 220}, "malformed_key"),
        ({"session_id": "gM8i47Xhu0q52xLfgUXzanCMpLinoyVyH7R58cBuVBU"}, "malformed_key"),
    ],
)
def test_one_bad_session_does_not_hide_its_neighbours(change: dict[str, object], code: str) -> None:
    content = json.dumps([entry(), {**entry(), **change}, entry()]).encode()
    first, bad, last = key_export.read(seal(content, PASSPHRASE, 1), PASSPHRASE)
    assert isinstance(first, ExportedSession)
    assert isinstance(last, ExportedSession)
    assert isinstance(bad, MalformedSession)
    assert bad.code == code


@pytest.mark.parametrize("odd", [None, 5, "text", [[]], []])
def test_an_entry_that_is_no_object_is_reported(odd: object) -> None:
    _, bad = key_export.read(seal(json.dumps([entry(), odd]).encode(), PASSPHRASE, 1), PASSPHRASE)
    assert isinstance(bad, MalformedSession)
    assert bad.code == "wrong_type"


def test_optional_fields_may_be_missing_or_odd() -> None:
    odd = {**entry(), "sender_key": None, "sender_claimed_keys": [1], "forwarding_curve25519_key_chain": {"a": 1}}
    (session,) = sessions_of(seal(json.dumps([odd]).encode(), PASSPHRASE, 1))
    assert (session.sender_key, session.sender_claimed_keys, session.forwarding_curve25519_key_chain) == ("", {}, ())


def test_no_key_shows_in_what_is_printed() -> None:
    raw = entry()
    (session,) = sessions_of(seal(json.dumps([raw]).encode(), PASSPHRASE, 1))
    assert str(raw["session_key"])[:20] not in repr(session)
