"""Nothing that people write can enter a room in clear, whatever field it hides in; what Matrix needs can."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.network.homeserver.rules import ENCRYPTION, SELF_DESTRUCT, refuse_creation, refuse_event

KEY = "A" * 43
WORDS = "meet me at the flower market"


def ciphertext(size: int = 120) -> str:
    return base64.b64encode(b"\x03" + bytes(size)).decode().rstrip("=")


def encrypted(**more: Any) -> dict[str, Any]:
    return {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": ciphertext(),
        "session_id": KEY,
        "sender_key": KEY,
        "device_id": "ABCDEFGHIJ",
        **more,
    }


def refuse(
    event_type: str, content: dict[str, Any], state_key: str | None = None, *, inside: bool = True
) -> str | None:
    return refuse_event(event_type, state_key, content, encrypted=inside)


@pytest.mark.parametrize(
    "content",
    [
        encrypted(),
        encrypted(**{SELF_DESTRUCT: 1_900_000_000_000}),
        encrypted(**{"m.relates_to": {"rel_type": "m.reference", "event_id": "$abc"}}),
        encrypted(**{"m.relates_to": {"m.in_reply_to": {"event_id": "$abc"}}}),
        {key: value for key, value in encrypted().items() if key not in {"sender_key", "device_id"}},
    ],
)
def test_megolm_passes(content: dict[str, Any]) -> None:
    assert refuse("m.room.encrypted", content) is None


@pytest.mark.parametrize(
    "content",
    [
        {"body": WORDS, "msgtype": "m.text"},
        encrypted(body=WORDS),
        encrypted(ciphertext=WORDS),
        encrypted(ciphertext=base64.b64encode(WORDS.encode() * 10).decode()),
        encrypted(ciphertext=ciphertext(80)),
        encrypted(ciphertext={"body": WORDS}),
        encrypted(session_id=WORDS),
        encrypted(sender_key=None),
        encrypted(device_id=WORDS),
        encrypted(algorithm="m.olm.v1.curve25519-aes-sha2"),
        encrypted(algorithm="none"),
        encrypted(**{SELF_DESTRUCT: WORDS}),
        encrypted(**{SELF_DESTRUCT: True}),
        encrypted(**{"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": WORDS}}),
        encrypted(**{"m.relates_to": {"rel_type": WORDS, "event_id": "$a"}}),
        encrypted(**{"m.relates_to": {"m.in_reply_to": {"event_id": WORDS}}}),
        encrypted(**{"m.relates_to": WORDS}),
    ],
)
def test_words_in_any_field_of_an_encrypted_event_are_refused(content: dict[str, Any]) -> None:
    assert refuse("m.room.encrypted", content)


@given(st.text(max_size=200), st.one_of(st.text(max_size=50), st.integers(), st.none(), st.booleans()))
def test_no_field_of_ones_own_passes(field: str, value: object) -> None:
    content = encrypted()
    if field not in content and field not in {"m.relates_to", SELF_DESTRUCT}:
        assert refuse("m.room.encrypted", content | {field: value})


@given(st.text(max_size=60))
def test_a_ciphertext_is_not_readable_text(words: str) -> None:
    assert refuse("m.room.encrypted", encrypted(ciphertext=words))


@pytest.mark.parametrize("kind", ["m.room.message", "m.reaction", "m.sticker", "org.example.note", "", "m.room.topic"])
def test_clear_messages_of_any_type_are_refused(kind: str) -> None:
    assert "encrypted" in str(refuse(kind, {"body": WORDS}))


def test_a_room_without_encryption_takes_no_message() -> None:
    assert refuse("m.room.encrypted", encrypted(), inside=False)


def test_a_redaction_carries_no_reason() -> None:
    assert refuse("m.room.redaction", {"redacts": "$abc"}) is None
    assert refuse("m.room.redaction", {}) is None
    assert refuse("m.room.redaction", {"redacts": "$abc", "reason": WORDS})
    assert refuse("m.room.redaction", {"redacts": WORDS})


ALLOWED_STATE: list[tuple[str, str, dict[str, Any]]] = [
    ("m.room.create", "", {"room_version": "12", "creator": "@7k3m9x:phone.example"}),
    ("m.room.create", "", {"room_version": "11", "m.federate": False}),
    ("m.room.encryption", "", dict(ENCRYPTION)),
    ("m.room.encryption", "", ENCRYPTION | {"rotation_period_msgs": 50, "rotation_period_ms": 3_600_000}),
    ("m.room.guest_access", "", {"guest_access": "forbidden"}),
    ("m.room.history_visibility", "", {"history_visibility": "joined"}),
    ("m.room.join_rules", "", {"join_rule": "invite"}),
    ("m.room.member", "@7k3m9x:phone.example", {"membership": "join", "displayname": "7k3m9x"}),
    ("m.room.member", "@7k3m9x:phone.example", {"membership": "invite", "is_direct": True}),
    ("m.room.power_levels", "", {"users": {"@7k3m9x:phone.example": 100}, "events": {"m.room.name": 50}, "ban": 50}),
]


@pytest.mark.parametrize(("kind", "key", "content"), ALLOWED_STATE)
def test_the_state_that_a_room_needs_passes(kind: str, key: str, content: dict[str, Any]) -> None:
    assert refuse(kind, content, key, inside=False) is None


@pytest.mark.parametrize(("kind", "key", "content"), ALLOWED_STATE)
def test_state_takes_no_words_beside_what_it_needs(kind: str, key: str, content: dict[str, Any]) -> None:
    assert refuse(kind, content | {"reason": WORDS}, key, inside=False)
    for field in content:
        assert refuse(kind, content | {field: WORDS}, key, inside=False), field
        assert refuse(kind, content | {field: {WORDS: 1}}, key, inside=False), field


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.room.name", {"name": WORDS}),
        ("m.room.topic", {"topic": WORDS}),
        ("m.room.avatar", {"url": "mxc://x/y"}),
        ("m.room.pinned_events", {"pinned": []}),
        ("m.room.canonical_alias", {}),
        ("im.vector.modular.widgets", {"url": WORDS}),
        ("m.space.child", {}),
        ("m.room.join_rules", {"join_rule": "public"}),
        ("m.room.join_rules", {"join_rule": "knock"}),
        ("m.room.history_visibility", {"history_visibility": "world_readable"}),
        ("m.room.history_visibility", {"history_visibility": "shared"}),
        ("m.room.guest_access", {"guest_access": "can_join"}),
        ("m.room.create", {"room_version": "12", "type": "m.space"}),
        ("m.room.power_levels", {"events": {WORDS: 1}}),
        ("m.room.power_levels", {"users": {WORDS: 1}}),
        ("m.room.power_levels", {"ban": True}),
    ],
)
def test_other_state_is_refused(kind: str, content: dict[str, Any]) -> None:
    assert refuse(kind, content, "", inside=False)


@pytest.mark.parametrize("content", [{}, {"algorithm": "m.none"}, dict(ENCRYPTION), {"algorithm": "m.megolm.v2"}])
def test_the_encryption_of_a_room_cannot_be_changed(content: dict[str, Any]) -> None:
    assert refuse("m.room.encryption", content, "") == "The encryption of a conversation cannot be changed."


def test_a_state_key_carries_no_words() -> None:
    assert refuse("m.room.encryption", dict(ENCRYPTION), WORDS, inside=False)


@pytest.mark.parametrize(
    "config",
    [
        {"name": WORDS},
        {"topic": WORDS},
        {"room_alias_name": "flowers"},
        {"visibility": "public"},
        {"preset": "public_chat"},
        {"invite_3pid": [{"medium": "email"}]},
    ],
)
def test_a_room_with_a_clear_name_or_an_open_door_is_not_made(config: dict[str, Any]) -> None:
    assert refuse_creation(config)


def test_a_private_room_is_made() -> None:
    assert refuse_creation({"preset": "private_chat", "invite": ["@7k3m9x:x"], "is_direct": True}) is None
