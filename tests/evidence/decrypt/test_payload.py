import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.matrix import MalformedContentError, read_content
from underseal.core.records import Record, Relation
from underseal.evidence.decrypt import MediaFolder, decrypt_part
from underseal.evidence.decrypt.payload import NO_EVENT, NO_ROOM, NOT_AN_OBJECT, OTHER_ROOM, parse, plain_text

from .capture import ROOM, Phone, payload, reply, ring, rows_of, table


def opened(tmp_path: Path, plaintext: bytes, **fields: Any) -> dict[str, Any]:
    """Return the decided row of one message."""
    phone = Phone()
    return decided(tmp_path, phone, phone.send(plaintext, **fields))


def decided(tmp_path: Path, phone: Phone, record: Record) -> dict[str, Any]:
    keyring = ring(tmp_path / "keyring", phone.key())
    (row,) = rows_of(decrypt_part(table([record]), keyring=keyring, media=MediaFolder(folder=tmp_path / "media")))
    return dict(row)


def test_a_text_message_is_read(tmp_path: Path) -> None:
    row = opened(tmp_path, payload("de boot ligt er"))
    assert (row["verdict"], row["kind"], row["text"], row["reason"]) == ("opened", "text", "de boot ligt er", None)


def test_a_relation_outside_the_ciphertext_stays(tmp_path: Path) -> None:
    phone = Phone()
    row = decided(tmp_path, phone, reply(phone.send(payload("yes")), "$asked"))
    assert (row["kind"], row["text"], row["relation"], row["target"]) == ("text", "yes", "reply", "$asked")


def test_an_edit_shows_its_new_text(tmp_path: Path) -> None:
    new = {"msgtype": "m.text", "body": "at seven"}
    edit = {"m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}}
    plaintext = orjson.dumps(
        {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "*"} | edit, "room_id": ROOM}
    )
    row = opened(tmp_path, plaintext)
    assert (row["kind"], row["text"], row["relation"], row["target"]) == ("edit", "at seven", "edit", "$a")


def test_a_reaction_is_read(tmp_path: Path) -> None:
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "⚓"}}
    row = opened(tmp_path, orjson.dumps({"type": "m.reaction", "content": content, "room_id": ROOM}))
    assert (row["kind"], row["text"], row["relation"]) == ("reaction", "⚓", "reaction")


@pytest.mark.parametrize(
    ("room", "reason"),
    [("!elsewhere:harbour.example", OTHER_ROOM), (None, NO_ROOM)],
)
def test_a_payload_of_another_room_is_malformed_and_kept(tmp_path: Path, room: str | None, reason: str) -> None:
    row = opened(tmp_path, payload("moved", room=room))
    assert (row["verdict"], row["reason"], row["signature"]) == ("malformed", reason, "valid")
    assert (row["kind"], row["text"]) == ("sealed", None)
    assert row["raw"] == payload("moved", room=room)


def test_where_the_room_is_not_known_it_is_not_compared(tmp_path: Path) -> None:
    row = opened(tmp_path, payload("anywhere"), conversation="")
    assert (row["verdict"], row["text"]) == ("opened", "anywhere")


@pytest.mark.parametrize(
    ("plaintext", "reason"),
    [
        (b"", NOT_AN_OBJECT),
        (b"not json", NOT_AN_OBJECT),
        (b"\xff\xfe\x00", NOT_AN_OBJECT),
        (b"[]", NOT_AN_OBJECT),
        (b"null", NOT_AN_OBJECT),
        (b"[" * 50_000, NOT_AN_OBJECT),
        (b'{"a":' * 50_000, NOT_AN_OBJECT),
        (orjson.dumps({"room_id": ROOM}), NO_EVENT),
        (orjson.dumps({"room_id": ROOM, "type": "m.room.message"}), NO_EVENT),
        (orjson.dumps({"room_id": ROOM, "type": 5, "content": {}}), NO_EVENT),
        (orjson.dumps({"room_id": ROOM, "type": "m.room.message", "content": []}), NO_EVENT),
        (orjson.dumps({"room_id": ROOM, "type": "m.room.message", "content": {"msgtype": "m.text"}}), "body"),
    ],
)
def test_a_payload_that_cannot_be_read_is_opened_and_says_why(tmp_path: Path, plaintext: bytes, reason: str) -> None:
    row = opened(tmp_path, plaintext)
    assert (row["verdict"], row["kind"], row["text"]) == ("opened", "other", None)
    assert reason in row["reason"]
    assert row["raw"] == plaintext


def test_an_unreadable_payload_keeps_the_relation_that_stood_outside(tmp_path: Path) -> None:
    phone = Phone()
    row = decided(tmp_path, phone, reply(phone.send(b"not json"), "$asked"))
    assert (row["relation"], row["target"]) == ("reply", "$asked")


def test_a_lone_surrogate_becomes_the_replacement_character(tmp_path: Path) -> None:
    plaintext = payload("half ?").replace(b"?", b"\\ud83d")
    row = opened(tmp_path, plaintext)
    assert (row["verdict"], row["text"]) == ("opened", "half \ufffd")
    assert row["raw"] == plaintext


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["m.room.message", "m.sticker"]) | _VALUES,
            "room_id": st.sampled_from([ROOM, "!b"]) | _VALUES,
            "content": st.fixed_dictionaries(
                {},
                optional={
                    "msgtype": st.sampled_from(["m.text", "m.notice"]) | _VALUES,
                    "body": st.text() | _VALUES,
                    "m.relates_to": _VALUES,
                    "format": _VALUES,
                },
            )
            | _VALUES,
        },
    )
)
def test_the_short_cut_says_what_the_long_way_says(event: dict[str, object]) -> None:
    text = plain_text(event, ROOM)
    if text is None:
        return
    content = event["content"]
    assert isinstance(content, dict)
    assert read_content(str(event["type"]), content) == read_content(
        "m.room.message", {"msgtype": "m.text", "body": text}
    )
    assert event["room_id"] == ROOM


@given(st.binary(max_size=60) | _VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_an_object_or_nothing(raw: bytes) -> None:
    event = parse(raw)
    assert event is None or json.loads(raw) == event


def test_relations_are_words_that_records_know() -> None:
    assert {relation.value for relation in Relation} >= {"reply", "edit", "reaction"}
    with pytest.raises(MalformedContentError):
        read_content("m.room.message", {"msgtype": "m.text"})
