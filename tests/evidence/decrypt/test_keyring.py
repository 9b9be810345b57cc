import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from vodozemac import GroupSession

from underseal.core.crypto import key_export
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.crypto.megolm import InboundSession, KeyTooLateError, MalformedMegolmError, WrongSessionError
from underseal.core.crypto.megolm import export_bytes as megolm_bytes
from underseal.core.records import Secret
from underseal.errors import CallerError, IntegrityError, KeyFileError
from underseal.evidence.decrypt import Keyring, key_id

from .capture import Phone, payload, ring


def test_what_is_stored_is_loaded_with_where_it_came_from(tmp_path: Path) -> None:
    phone = Phone()
    key = phone.key(exhibit="KEY-7")
    (held,) = ring(tmp_path, key).load({phone.session})[phone.session]
    assert held.exported.reveal() == key.exported.reveal()
    assert (held.exhibit, held.place, held.room, held.first_index) == ("KEY-7", key.place, key.room, 0)
    assert held.key == key_id(key.exported)


def test_a_key_id_is_the_start_of_the_digest_of_the_exported_bytes() -> None:
    key = Phone().key()
    assert key_id(key.exported) == hashlib.sha256(base64.b64decode(key.exported.reveal())).hexdigest()[:16]
    with pytest.raises(MalformedMegolmError):
        key_id(Secret(b"nothing"))


def test_only_the_sessions_asked_for_are_loaded(tmp_path: Path) -> None:
    phones = [Phone() for _ in range(20)]
    keyring = ring(tmp_path, *(phone.key() for phone in phones))
    wanted = {phone.session for phone in phones[3:7]}
    assert set(keyring.load(wanted | {"nobody"})) == wanted
    assert keyring.load(set()) == {}


def test_several_keys_of_a_session_come_by_first_index(tmp_path: Path) -> None:
    phone = Phone()
    keyring = ring(tmp_path, phone.key(5, exhibit="B"), phone.key(2, exhibit="C"), phone.key(5, exhibit="A"))
    assert [(k.first_index, k.exhibit) for k in keyring.load({phone.session})[phone.session]] == [
        (2, "C"),
        (5, "A"),
        (5, "B"),
    ]


def test_storing_again_adds_only_what_is_new(tmp_path: Path) -> None:
    keyring, phones = Keyring(tmp_path), [Phone(), Phone()]
    assert keyring.store("KEY-1", [phones[0].key()]) == 1
    assert keyring.store("KEY-1", [phones[0].key(), phones[1].key(), phones[1].key()]) == 1
    assert keyring.store("KEY-1", []) == 0
    assert keyring.sessions().num_rows == 2


def test_the_summary_says_how_far_back_the_keys_of_a_session_reach(tmp_path: Path) -> None:
    first, second = Phone(), Phone()
    keyring = ring(tmp_path, first.key(4), first.key(2, exhibit="KEY-2"), second.key())
    found = {row["session"]: (row["first_index"], row["keys"]) for row in keyring.sessions().to_pylist()}
    assert found == {first.session: (2, 2), second.session: (0, 1)}


def test_an_empty_or_missing_keyring_has_no_sessions(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "none")
    assert keyring.sessions().to_pylist() == []
    assert keyring.load({"anybody"}) == {}


def test_nobody_but_the_owner_can_read_the_files(tmp_path: Path) -> None:
    ring(tmp_path / "keyring", Phone().key())
    (file,) = (tmp_path / "keyring").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keyring").stat().st_mode & 0o777 == 0o700


def test_an_exhibit_number_may_have_any_characters(tmp_path: Path) -> None:
    phone = Phone()
    keyring = ring(tmp_path, phone.key(exhibit="BR 55/A:../1"))
    assert keyring.load({phone.session})[phone.session][0].exhibit == "BR 55/A:../1"
    with pytest.raises(CallerError):
        keyring.store("", [phone.key(exhibit="")])


def test_a_key_that_is_none_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    keyring, phone = Keyring(tmp_path), Phone()
    keyring.store("KEY-1", [phone.key()])
    with pytest.raises(MalformedMegolmError):
        keyring.store("KEY-1", [replace(Phone().key(), exported=Secret(b"AAAA"))])
    with pytest.raises(WrongSessionError):
        keyring.store("KEY-1", [replace(Phone().key(), session=phone.session)])
    assert keyring.sessions().num_rows == 1


def test_the_first_index_is_that_of_the_key_whatever_is_said_of_it(tmp_path: Path) -> None:
    phone = Phone()
    keyring = ring(tmp_path, replace(phone.key(5), first_index=0))
    assert keyring.load({phone.session})[phone.session][0].first_index == 5


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"nothing of the kind"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: bytes) -> None:
    phone = Phone()
    keyring = ring(tmp_path, phone.key())
    next(tmp_path.iterdir()).write_bytes(damage)
    with pytest.raises(IntegrityError, match=r"KEY-1\.parquet"):
        keyring.load({phone.session})
    with pytest.raises(IntegrityError):
        keyring.sessions()


def test_what_a_crash_left_is_not_read(tmp_path: Path) -> None:
    phone = Phone()
    keyring = ring(tmp_path, phone.key())
    (tmp_path / ".KEY-1.parquet.0123456789abcdef").write_bytes(b"torn")
    assert keyring.sessions().num_rows == 1


def test_a_thousand_keys_travel_from_an_export_to_the_keyring(tmp_path: Path) -> None:
    phones = [Phone() for _ in range(1000)]
    sessions = [
        ExportedSession(
            room_id="!quay:harbour.example",
            session_id=phone.session,
            sender_key="curve",
            session_key=phone.key().exported,
            first_index=0,
        )
        for phone in phones
    ]
    data = key_export.write(sessions, Secret(b"passphrase"), rounds=10)
    with pytest.raises(KeyFileError):
        key_export.read(data, Secret(b"another"))
    exported = [s for s in key_export.read(data, Secret(b"passphrase")) if isinstance(s, ExportedSession)]
    keys = [replace(phones[0].key(), session=s.session_id, exported=s.session_key) for s in exported]
    keyring = Keyring(tmp_path)
    assert keyring.store("KEY-1", keys) == 1000
    assert set(keyring.load({phone.session for phone in phones})) == {phone.session for phone in phones}


def test_no_key_shows_in_what_is_printed(tmp_path: Path) -> None:
    phone = Phone()
    held = ring(tmp_path, phone.key()).load({phone.session})
    assert phone.key().exported.reveal().decode()[10:40] not in repr(held)
    assert GroupSession().session_id not in repr(held)


def test_a_closed_session_keeps_no_key_and_one_that_is_closed_in_part_only_what_comes_later(tmp_path: Path) -> None:
    gone, cut, other = Phone(), Phone(), Phone()
    sent = [cut.send() for _ in range(4)]
    keyring = ring(tmp_path, gone.key(), cut.key(1), cut.key(3, exhibit="KEY-2"), other.key())
    foretold = keyring.closing({gone.session: (None, 7), cut.session: (2, 1)})
    assert (foretold.removed, foretold.shortened, foretold.kept) == (1, 1, 0)
    assert keyring.closing({cut.session: (2, 2)}).kept == 1
    (tmp_path / ".KEY-1.parquet.0123").write_bytes(b"half a file of a writer that was killed")
    for _ in range(2):  # what was interrupted is done again
        keyring.close({gone.session: None, cut.session: 2})
        held = keyring.load({gone.session, cut.session, other.session})
        assert {session: [key.first_index for key in keys] for session, keys in held.items()} == {
            cut.session: [2, 3],
            other.session: [0],
        }
    opened = InboundSession(held[cut.session][0].exported, session_id=cut.session)
    assert held[cut.session][0].key == key_id(held[cut.session][0].exported)
    assert [opened.open(record.ciphertext or b"") for record in sent[2:]] == [payload(), payload()]
    with pytest.raises(KeyTooLateError):
        opened.open(sent[1].ciphertext or b"")
    whole = megolm_bytes(cut.key(1).exported)[5:133]
    assert not any(whole in path.read_bytes() for path in tmp_path.iterdir())


def test_keys_of_a_closed_session_that_come_later_are_not_taken(tmp_path: Path) -> None:
    gone, cut = Phone(), Phone()
    keyring = ring(tmp_path, gone.key(), cut.key())
    keyring.close({gone.session: None, cut.session: 5})
    keyring.close({gone.session: 3, cut.session: 4})  # what is closed is never opened further
    assert keyring.closed() == {gone.session: None, cut.session: 5}
    assert keyring.store("KEY-3", [gone.key(), cut.key(), cut.key(4), cut.key(9)]) == 2
    assert keyring.load({gone.session}) == {}
    assert {key.first_index for key in keyring.load({cut.session})[cut.session]} == {5, 9}


def test_a_damaged_list_of_closed_sessions_is_said(tmp_path: Path) -> None:
    keyring = ring(tmp_path, Phone().key())
    (tmp_path / "closed.json").write_bytes(b"[]")
    with pytest.raises(IntegrityError, match=r"closed\.json is damaged"):
        keyring.store("KEY-2", [Phone().key()])
