import base64
import hashlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from vodozemac import GroupSession

from underseal.core.crypto import key_export, megolm
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.crypto.megolm import InboundSession, MalformedMegolmError, WrongSessionError
from underseal.core.crypto.megolm import export_bytes as megolm_bytes
from underseal.core.records import Record, Secret
from underseal.errors import CallerError, IntegrityError, KeyFileError
from underseal.evidence.decrypt import Closed, Keyring, decide, key_id
from underseal.evidence.decrypt.closed import MOST_SINGLE

from .capture import Phone, ring, rows_of, table, words


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


def closed(*gone: int, kept: Iterable[int] = ()) -> Closed:
    return Closed(gone=frozenset(gone), kept=frozenset(kept))


NOTHING_LEFT = Closed(gone=None)


def opened_by(keyring: Keyring, records: Iterable[Record]) -> list[str]:
    return words(decide(table(records), keyring), "verdict")


def test_what_opens_a_destroyed_message_gives_way_to_keys_of_all_others(tmp_path: Path) -> None:
    gone, cut, other = Phone(), Phone(), Phone()
    sent = [cut.send() for _ in range(7)]
    keyring = ring(tmp_path, gone.key(), cut.key(1), cut.key(5, exhibit="KEY-2"), cut.key(6), other.key())
    lost = {gone.session: NOTHING_LEFT, cut.session: closed(2, 5, kept=[1, 3, 4])}
    foretold = keyring.closing(lost)
    assert (foretold.removed, foretold.shortened, foretold.replaced) == (1, 1, 1)
    assert foretold.exhibits == {"KEY-1", "KEY-2"}
    (tmp_path / ".KEY-1.parquet.0123").write_bytes(b"half a file of a writer that was killed")
    for _ in range(2):  # what was interrupted is done again
        keyring.close(lost)
        held = keyring.load({gone.session, cut.session, other.session})
        assert {session: [key.first_index for key in keys] for session, keys in held.items()} == {
            cut.session: [6, 6, 6],
            other.session: [0],
        }
        assert keyring.load_messages({cut.session})[cut.session].keys() == {1, 3, 4}
        verdicts = ["key_too_late", "opened", "key_too_late", "opened", "opened", "key_too_late", "opened"]
        assert opened_by(keyring, sent) == verdicts
    ratchets = [opening(cut, index)[0] for index in range(6)]
    secrets = [*ratchets, opening(cut, 2)[1], opening(cut, 5)[1]]
    assert not any(secret in path.read_bytes() for path in tmp_path.rglob("*.*") for secret in secrets)
    row = rows_of(decide(table([sent[3]]), keyring))[0]
    assert (row["key"], row["key_exhibit"]) == (
        key_id(cut.key(1).exported),
        "KEY-1",
    )  # the key of the exhibit, as it came


def opening(phone: Phone, index: int) -> tuple[bytes, bytes]:
    """Return the ratchet of an index, which opens the message and all later ones, and the key of that message alone."""
    exported = phone.key(index).exported
    return megolm_bytes(exported)[5:133], InboundSession(exported).message_key(index).reveal()


def test_keys_of_a_closed_session_that_come_later_open_all_but_what_is_gone(tmp_path: Path) -> None:
    gone, cut = Phone(), Phone()
    sent = [cut.send() for _ in range(8)]
    keyring = Keyring(tmp_path)
    keyring.close({gone.session: NOTHING_LEFT, cut.session: closed(5)})
    keyring.close({gone.session: closed(3), cut.session: closed(1)})  # what is closed is never opened further
    assert keyring.closed() == {gone.session: NOTHING_LEFT, cut.session: closed(1, 5)}
    assert keyring.store("KEY-3", [gone.key(), cut.key(), cut.key(4)]) == 2
    assert keyring.store("KEY-3", [gone.key(), cut.key(), cut.key(4)]) == 0
    assert keyring.load({gone.session}) == {}
    assert [key.first_index for key in keyring.load({cut.session})[cut.session]] == [6, 6]
    assert [n for n, verdict in enumerate(opened_by(keyring, sent)) if verdict == "opened"] == [0, 2, 3, 4, 6, 7]


def test_who_leaps_far_ahead_costs_no_more_keys_than_a_session_may(tmp_path: Path) -> None:
    phone = Phone()
    phone.send()
    keyring = ring(tmp_path, phone.key())
    keyring.close({phone.session: closed(megolm.LAST_INDEX, kept=[0])})
    assert keyring.load({phone.session}) == {}
    held = keyring.load_messages({phone.session})[phone.session]
    assert len(held) == MOST_SINGLE
    assert {0, megolm.LAST_INDEX - 1} <= held.keys()
    assert megolm.LAST_INDEX not in held


def test_killed_anywhere_it_leaves_every_message_that_stays_a_key(tmp_path: Path) -> None:
    """Each file changes as a whole; what is left if it ends after any of them is tried, and then done to its end."""
    phone = Phone()
    sent = [phone.send() for _ in range(4)]
    lost = {phone.session: closed(0, 2, kept=[1])}
    whole = ring(tmp_path / "whole", phone.key(), phone.key(0, exhibit="KEY-2"))
    for after in count(1):
        folder = tmp_path / str(after)
        shutil.copytree(whole.folder, folder)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(folder), str(after), phone.session], check=False, capture_output=True
        )
        keyring = Keyring(folder)
        assert [opened_by(keyring, sent)[index] for index in (1, 3)] == ["opened", "opened"]
        keyring.close(lost)
        assert opened_by(keyring, sent) == ["key_too_late", "opened", "key_too_late", "opened"]
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert after > 4


KILLED = """
import os, signal, sys
from pathlib import Path
from underseal.evidence.decrypt import Closed, Keyring
folder, left, session = sys.argv[1], [int(sys.argv[2])], sys.argv[3]
def count(event, arguments):
    if event == "os.rename" and folder in str(arguments[0]):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
Keyring(Path(folder)).close({session: Closed(gone=frozenset({0, 2}), kept=frozenset({1}))})
"""


def test_a_list_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    (tmp_path / "closed.json").write_bytes(b'{"a":null,"b":2}')
    assert Keyring(tmp_path).closed() == {"a": NOTHING_LEFT, "b": closed(0, 1)}


def test_a_damaged_list_of_closed_sessions_is_said(tmp_path: Path) -> None:
    keyring = ring(tmp_path, Phone().key())
    (tmp_path / "closed.json").write_bytes(b"[]")
    with pytest.raises(IntegrityError, match=r"closed\.json is damaged"):
        keyring.store("KEY-2", [Phone().key()])
