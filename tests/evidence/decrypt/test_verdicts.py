import hashlib
from dataclasses import replace
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.crypto.megolm import TOOL
from underseal.core.records import Record, RoomKey
from underseal.errors import IntegrityError
from underseal.evidence.decrypt import EARLIER, Keyring, decide, key_id
from underseal.evidence.decrypt.replays import OTHER_CIPHERTEXT, SAME_CIPHERTEXT
from underseal.evidence.decrypt.sealed import OUTCOME

from .capture import Phone, clear, flipped, payload, ring, rows_of, sealed, table, words


def verdicts(records: list[Record], keyring: Keyring) -> list[str]:
    return words(decide(table(records), keyring), "verdict")


def test_an_opened_row_says_all_about_its_opening(tmp_path: Path) -> None:
    phone = Phone()
    phone.send()
    record = phone.send(payload("second"))
    (row,) = rows_of(decide(table([record]), ring(tmp_path, phone.key(exhibit="KEY-9"))))
    assert record.ciphertext
    assert row == {
        "verdict": "opened",
        "reason": None,
        "ciphertext_sha256": hashlib.sha256(record.ciphertext).digest(),
        "index": 1,
        "signature": "valid",
        "key": key_id(phone.key().exported),
        "key_exhibit": "KEY-9",
        "tool": TOOL,
        "raw": payload("second"),
        "raw_sha256": hashlib.sha256(payload("second")).digest(),
    }


def test_a_clear_row_is_clear_and_nothing_else(tmp_path: Path) -> None:
    (row,) = rows_of(decide(table([clear()]), ring(tmp_path)))
    assert row == dict.fromkeys(OUTCOME.names) | {"verdict": "clear"}


def test_rows_keep_their_order_and_number(tmp_path: Path) -> None:
    phone, stranger = Phone(), Phone()
    records = [clear(), phone.send(), stranger.send(), clear(), phone.send(), flipped(phone.send(), -1)]
    assert verdicts(records, ring(tmp_path, phone.key())) == [
        "clear",
        "opened",
        "no_key",
        "clear",
        "opened",
        "bad_signature",
    ]
    assert decide(table([]), ring(tmp_path)).schema == OUTCOME


def test_without_a_key_the_signature_is_checked_all_the_same(tmp_path: Path) -> None:
    phone = Phone()
    good, bad = rows_of(decide(table([phone.send(), flipped(phone.send(), 30)]), ring(tmp_path)))
    assert (good["verdict"], good["signature"], good["index"], good["tool"]) == ("no_key", "valid", 0, TOOL)
    assert (bad["verdict"], bad["signature"]) == ("bad_signature", "invalid")
    assert good["ciphertext_sha256"]
    assert good["raw"] is None


def test_a_key_that_begins_later_is_too_late(tmp_path: Path) -> None:
    phone = Phone()
    records = [phone.send() for _ in range(4)]
    rows = rows_of(decide(table([*records, flipped(records[0], -1)]), ring(tmp_path, phone.key(2))))
    assert [row["verdict"] for row in rows] == ["key_too_late", "key_too_late", "opened", "opened", "bad_signature"]
    assert rows[0]["reason"] == "keys are held from index 2 on"
    assert rows[0]["signature"] == "valid"


def test_of_two_exports_the_one_that_reaches_back_furthest_opens(tmp_path: Path) -> None:
    phone = Phone()
    records = [phone.send() for _ in range(4)]
    keyring = ring(tmp_path, phone.key(3, exhibit="LATE"), phone.key(1, exhibit="EARLY"))
    rows = rows_of(decide(table(records), keyring))
    assert [row["key_exhibit"] for row in rows] == [None, "EARLY", "EARLY", "EARLY"]


def test_a_wrong_key_gives_bad_mac_and_a_right_one_beside_it_opens(tmp_path: Path) -> None:
    phone = Phone()
    records = [phone.send() for _ in range(3)]
    wrong = ring(tmp_path / "wrong", phone.wrong_key())
    (row, *_) = rows_of(decide(table(records), wrong))
    assert (row["verdict"], row["signature"], row["raw"]) == ("bad_mac", "valid", None)
    assert (row["key"], row["key_exhibit"]) == (key_id(phone.wrong_key().exported), "KEY-W")
    both = ring(tmp_path / "both", phone.wrong_key(), phone.key(1, exhibit="RIGHT"))
    rows = rows_of(decide(table(records), both))
    assert [row["verdict"] for row in rows] == ["bad_mac", "opened", "opened"]
    assert [row["key_exhibit"] for row in rows] == ["KEY-W", "RIGHT", "RIGHT"]
    assert [row["reason"] for row in rows[1:]] == [None, None]


def test_bad_mac_names_each_key_that_was_tried_once_and_none_that_begins_later(tmp_path: Path) -> None:
    phone = Phone()
    records = [phone.send() for _ in range(3)]
    first, second = phone.wrong_key(exhibit="B"), phone.wrong_key(1, exhibit="A")
    keyring = ring(tmp_path, first, replace(first, exhibit="C"), second)
    one, other = key_id(first.exported), key_id(second.exported)
    rows = rows_of(decide(table(records), keyring))
    assert [row["key"] for row in rows] == [one, f"{one}, {other}", f"{one}, {other}"]
    assert [row["key_exhibit"] for row in rows] == ["B", "B, A", "B, A"]


def test_a_damaged_message_does_not_touch_its_neighbours(tmp_path: Path) -> None:
    phone = Phone()
    records = [phone.send() for _ in range(5)]
    records[2] = flipped(records[2], 40)
    assert verdicts(records, ring(tmp_path, phone.key())) == ["opened", "opened", "bad_signature", "opened", "opened"]


@pytest.mark.parametrize(
    ("record", "verdict", "reason"),
    [
        (sealed(session="", ciphertext=b"x"), "malformed", "it names no session"),
        (sealed(session="A" * 43, ciphertext=None), "malformed", "it has no ciphertext"),
        (sealed(session="A" * 43, ciphertext=b""), "malformed", "it has no ciphertext"),
        (sealed(session="A" * 43, ciphertext=b"\xff" * 90), "malformed", "it is no Megolm message"),
        (sealed(algorithm="m.olm.v1.curve25519-aes-sha2", ciphertext=b"x"), "no_key", "keys for m.olm.v1"),
        (sealed(algorithm="m.olm.v1.curve25519-aes-sha2"), "no_key", "keys for m.olm.v1"),
    ],
)
def test_what_is_no_megolm_message_is_said_so(tmp_path: Path, record: Record, verdict: str, reason: str) -> None:
    (row,) = rows_of(decide(table([record]), ring(tmp_path)))
    assert row["verdict"] == verdict
    assert row["reason"].startswith(reason)
    assert row["raw"] is None


@pytest.mark.parametrize("session", ["A" * 44, "no key at all", "AA", "é" * 43])
def test_a_session_id_that_is_no_key_is_malformed_and_never_a_crash(tmp_path: Path, session: str) -> None:
    message = Phone().send()
    (row,) = rows_of(decide(table([replace(message, session=session)]), ring(tmp_path)))
    assert (row["verdict"], row["signature"]) == ("malformed", None)


def test_a_message_under_another_session_id_has_a_bad_signature(tmp_path: Path) -> None:
    phone, other = Phone(), Phone()
    record = replace(phone.send(), session=other.session)
    assert verdicts([record], ring(tmp_path, phone.key(), other.key())) == ["bad_signature"]


def test_bytes_slipped_in_beside_the_signed_ones_are_malformed(tmp_path: Path) -> None:
    phone = Phone()
    record = phone.send()
    assert record.ciphertext
    slipped = record.ciphertext[:-72] + b"\x18\x01" + record.ciphertext[-72:]
    (row,) = rows_of(decide(table([replace(record, ciphertext=slipped)]), ring(tmp_path, phone.key())))
    assert (row["verdict"], row["signature"]) == ("malformed", "invalid")


def test_a_replay_under_another_event_is_found_and_the_first_stays(tmp_path: Path) -> None:
    phone = Phone()
    first = phone.send(time=100)
    again = replace(first, event="$again", time=200)
    rows = rows_of(decide(table([again, first]), ring(tmp_path, phone.key())))
    assert [row["verdict"] for row in rows] == ["replayed", "opened"]
    assert rows[0]["reason"] == SAME_CIPHERTEXT
    assert rows[0]["raw"] == rows[1]["raw"]


def test_an_index_used_for_two_messages_is_a_replay(tmp_path: Path) -> None:
    one = Phone()
    two = one.restored()
    first, second = one.send(payload("one"), time=1), two.send(payload("two"), time=2)
    rows = rows_of(decide(table([first, second]), ring(tmp_path, one.key())))
    assert [row["verdict"] for row in rows] == ["opened", "replayed"]
    assert rows[1]["reason"] == OTHER_CIPHERTEXT
    assert rows[1]["raw"] == payload("two")


def test_of_two_at_one_time_the_smaller_event_is_first(tmp_path: Path) -> None:
    phone = Phone()
    record = phone.send(time=5)
    pair = [replace(record, event="$b"), replace(record, event="$a")]
    assert verdicts(pair, ring(tmp_path, phone.key())) == ["replayed", "opened"]


def test_the_same_event_captured_twice_is_a_copy_and_no_replay(tmp_path: Path) -> None:
    phone = Phone()
    record = phone.send()
    nameless = phone.send(event="")
    assert verdicts([record, record, nameless, nameless], ring(tmp_path, phone.key())) == ["opened"] * 4


def test_a_forged_message_does_not_take_the_place_of_the_real_one(tmp_path: Path) -> None:
    phone = Phone()
    real = phone.send(time=10)
    forged = replace(flipped(real, -1), event="$forged", time=1)
    assert verdicts([forged, real], ring(tmp_path, phone.key())) == ["bad_signature", "opened"]


def test_a_locked_replay_stays_locked_until_a_key_shows_it(tmp_path: Path) -> None:
    phone = Phone()
    first = phone.send(time=1)
    again = replace(first, event="$again", time=2)
    rows = rows_of(decide(table([first, again]), ring(tmp_path / "none")))
    assert [row["verdict"] for row in rows] == ["no_key", "no_key"]
    assert rows[0]["reason"] == "no key is held for its session"
    assert rows[1]["reason"].endswith(SAME_CIPHERTEXT)
    late = decide(table([first, again]), ring(tmp_path / "late", phone.key()))
    assert words(late, "verdict") == ["opened", "replayed"]


def earlier(records: list[Record], keyring: Keyring) -> pa.Table:
    """Return rows as an earlier release knows them."""
    rows = table(records)
    outcome = decide(rows, keyring)
    columns = [rows.column(n) if n in rows.column_names else outcome.column(n) for n in EARLIER.names]
    return pa.table(columns, schema=EARLIER)


def test_what_an_earlier_release_opened_is_the_original_whatever_the_time(tmp_path: Path) -> None:
    phone = Phone()
    keyring = ring(tmp_path, phone.key())
    published = phone.send(time=100)
    older = replace(published, event="$older", time=1)
    known = earlier([published], keyring)
    assert words(decide(table([older, published]), keyring, earlier=known), "verdict") == ["replayed", "opened"]


def test_locked_rows_of_an_earlier_release_open_beside_what_is_known_of_them(tmp_path: Path) -> None:
    phone = Phone()
    first = phone.send(time=1)
    again = replace(first, event="$again", time=2)
    known = earlier([again, first], ring(tmp_path / "none"))
    late = decide(table([again, first]), ring(tmp_path / "late", phone.key()), earlier=known)
    assert words(late, "verdict") == ["replayed", "opened"]


def test_a_forgery_in_an_earlier_release_does_not_count(tmp_path: Path) -> None:
    phone = Phone()
    real = phone.send(time=10)
    keyring = ring(tmp_path, phone.key())
    known = earlier([replace(flipped(real, -1), event="$forged", time=1)], keyring)
    assert words(decide(table([real]), keyring, earlier=known), "verdict") == ["opened"]


def test_a_key_damaged_in_the_keyring_is_named(tmp_path: Path) -> None:
    phone, other = Phone(), Phone()
    keyring = ring(tmp_path, other.key())
    file = next(tmp_path.iterdir())
    rows = pq.read_table(file)
    pq.write_table(rows.set_column(2, rows.schema.field(2), pa.array([phone.session])), file)
    with pytest.raises(IntegrityError, match="KEY-1"):
        decide(table([phone.send()]), keyring)


@settings(max_examples=examples(40))
@given(st.data())
def test_neither_order_nor_the_way_of_the_keys_changes_a_verdict(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    phones = [Phone() for _ in range(3)]
    records = [clear(event="$clear")]
    for phone in phones:
        sent = [phone.send() for _ in range(data.draw(st.integers(1, 5)))]
        copies = data.draw(st.lists(st.sampled_from(sent), max_size=2))
        replays = [
            replace(r, event=f"{r.event}!", time=r.time + 50)
            for r in data.draw(st.lists(st.sampled_from(sent), max_size=1))
        ]
        damaged = [
            flipped(r, data.draw(st.integers(0, 90))) for r in data.draw(st.lists(st.sampled_from(sent), max_size=2))
        ]
        records += [*sent, *copies, *replays, *damaged]
    keys: list[RoomKey] = [phones[0].key(), phones[1].key(2)]
    folder = tmp_path_factory.mktemp("order")
    straight = decide(table(records), ring(folder / "one", *keys))
    order = list(range(len(records)))
    Random(data.draw(st.integers(0, 1000))).shuffle(order)  # noqa: S311  # a shuffle, not a secret
    shuffled = decide(table([records[place] for place in order]), ring(folder / "two", *reversed(keys)))
    assert rows_of(shuffled) == [rows_of(straight)[place] for place in order]
    assert "clear" in words(straight, "verdict")
