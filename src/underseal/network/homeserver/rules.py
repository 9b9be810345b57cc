"""What may be in a room: ciphertext, and the state without which Matrix has no room.

Pure: an event's type, key and content in, a reason for refusing it or None out. `module` asks it for every event. A list of
what is allowed, never of what is not; so clear text finds no field to travel in, as far as a server can see.

Source: Matrix client-server API 1.16, "Room events" and "m.megolm.v1.aes-sha2"; Olm's Megolm specification, "Message format".
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Content = Mapping[str, Any]

MEGOLM: Final = "m.megolm.v1.aes-sha2"
ENCRYPTION: Final = {"algorithm": MEGOLM}
"""The content of m.room.encryption that every room has."""

SELF_DESTRUCT: Final = "org.matrix.self_destruct_after"
"""Field beside the ciphertext (MSC2228): when Synapse removes the content, in milliseconds since 1970."""

MAX_ROTATION_MS: Final = 7 * 24 * 3600 * 1000
MAX_ROTATION_MESSAGES: Final = 100
"""Longest life of a room key: the defaults of the specification are the most."""

_MEGOLM_VERSION = 3
_MEGOLM_LEAST_BYTES: Final = 1 + 2 + 2 + 16 + 8 + 64
"""Version, message index, one block of ciphertext, MAC and signature (Megolm specification)."""

_MAX_SAFE: Final = 2**53 - 1
_KEY = re.compile(r"[A-Za-z0-9+/]{43}", re.ASCII)  # 32 bytes in unpadded base64
_DEVICE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_EVENT_ID = re.compile(r"\$[A-Za-z0-9_+/-]{1,100}", re.ASCII)
_USER_ID = re.compile(r"@[a-z0-9]{1,20}:[a-z0-9.:-]{1,255}", re.ASCII)
_ROOM_VERSION = re.compile(r"[0-9]{1,3}", re.ASCII)

_SENT: Final = frozenset({"m.room.encrypted", "m.room.redaction"})
_STATE: Final = frozenset(
    {
        "m.room.create",
        "m.room.encryption",
        "m.room.guest_access",
        "m.room.history_visibility",
        "m.room.join_rules",
        "m.room.member",
        "m.room.power_levels",
    }
)
_RELATIONS: Final = ("m.thread", "m.replace", "m.reference", "m.annotation")
_LEVELS: Final = frozenset(
    {
        "ban",
        "events",
        "events_default",
        "historical",  # Synapse's default has it (MSC2716)
        "invite",
        "kick",
        "notifications",
        "redact",
        "state_default",
        "users",
        "users_default",
    }
)


def refuse_event(event_type: str, state_key: str | None, content: Content, *, encrypted: bool) -> str | None:
    """Say why an event may not enter a room, or None if it may.

    Args:
        event_type: its type.
        state_key: None for an event that is no state.
        content: its content as the sender gave it.
        encrypted: whether the room's state has m.room.encryption.
    """
    if state_key is None:
        return _refuse_sent(event_type, content, encrypted=encrypted)
    if event_type not in _STATE:
        return f"This network keeps no state of type {_shown(event_type)}: what people write travels encrypted."
    if event_type == "m.room.encryption" and encrypted:
        return "The encryption of a conversation cannot be changed."
    if event_type == "m.room.member":
        return _refuse_member(state_key, content)
    if state_key:
        return f"{event_type} has no state key."
    return _STATE_RULES[event_type](content)


def refuse_creation(config: Content) -> str | None:
    """Say why a room may not be made as `POST /createRoom` asks, or None if it may.

    Args:
        config: the body of the request; what it does not name is filled in by `module`.
    """
    if config.get("visibility", "private") != "private" or config.get("preset", "private_chat") == "public_chat":
        return "There are no public rooms on this network."
    for field in ("name", "topic", "room_alias_name"):
        if config.get(field):
            return f"A room has no clear {field.replace('_', ' ')} on this network: it travels encrypted."
    if config.get("invite_3pid"):
        return "Invitations are by PIN only."
    return None


def _refuse_sent(event_type: str, content: Content, *, encrypted: bool) -> str | None:
    if event_type not in _SENT:
        return f"Only end-to-end encrypted messages pass on this network, not {_shown(event_type)} in clear."
    if event_type == "m.room.redaction":
        return _only(content, {"redacts"}) or _must(_is(_EVENT_ID, content.get("redacts", "$x")), "redacts")
    if not encrypted:
        return "This room is not encrypted, and takes no messages."
    return _refuse_ciphertext(content)


def _refuse_ciphertext(content: Content) -> str | None:
    known = {"algorithm", "ciphertext", "session_id", "sender_key", "device_id", "m.relates_to", SELF_DESTRUCT}
    due = content.get(SELF_DESTRUCT, 0)
    return (
        _only(content, known)
        or _must(content.get("algorithm") == MEGOLM, "algorithm")
        or _must(_is(_KEY, content.get("session_id")), "session_id")
        or _must("sender_key" not in content or _is(_KEY, content["sender_key"]), "sender_key")
        or _must("device_id" not in content or _is(_DEVICE, content["device_id"]), "device_id")
        or _must(_is_count(due, _MAX_SAFE), SELF_DESTRUCT)
        or _must(_is_megolm(content.get("ciphertext")), "ciphertext")
        or _refuse_relation(content.get("m.relates_to", {}))
    )


def _refuse_relation(relation: object) -> str | None:
    if not isinstance(relation, Mapping):
        return _must(fits=False, field="m.relates_to")
    reply = relation.get("m.in_reply_to", {"event_id": "$x"})
    return (
        _only(relation, {"rel_type", "event_id", "m.in_reply_to", "is_falling_back"}, "m.relates_to.")
        or _must(relation.get("rel_type", "m.reference") in _RELATIONS, "m.relates_to.rel_type")
        or _must(_is(_EVENT_ID, relation.get("event_id", "$x")), "m.relates_to.event_id")
        or _must(isinstance(relation.get("is_falling_back", False), bool), "m.relates_to.is_falling_back")
        or _must(
            isinstance(reply, Mapping) and set(reply) == {"event_id"} and _is(_EVENT_ID, reply["event_id"]),
            "m.relates_to.m.in_reply_to",
        )
    )


def _refuse_create(content: Content) -> str | None:
    return (
        _only(content, {"creator", "room_version", "m.federate", "additional_creators"})
        or _must(_is(_ROOM_VERSION, content.get("room_version", "1")), "room_version")
        or _must(isinstance(content.get("m.federate", False), bool), "m.federate")
        or _must("creator" not in content or _is(_USER_ID, content["creator"]), "creator")
        or _must(_all(_USER_ID, content.get("additional_creators", [])), "additional_creators")
    )


def _refuse_encryption(content: Content) -> str | None:
    return (
        _only(content, {"algorithm", "rotation_period_ms", "rotation_period_msgs"})
        or _must(content.get("algorithm") == MEGOLM, "algorithm")
        or _must(_is_count(content.get("rotation_period_ms", 1), MAX_ROTATION_MS), "rotation_period_ms")
        or _must(_is_count(content.get("rotation_period_msgs", 1), MAX_ROTATION_MESSAGES), "rotation_period_msgs")
    )


def _refuse_member(user: str, content: Content) -> str | None:
    return (
        _only(content, {"membership", "displayname", "avatar_url", "is_direct"})
        or _must(content.get("membership") in ("invite", "join", "leave", "ban"), "membership")
        # Synapse fills in the account's own name, which is its PIN.
        or _must(content.get("displayname") in (None, user.removeprefix("@").partition(":")[0]), "displayname")
        or _must(content.get("avatar_url") is None, "avatar_url")
        or _must(isinstance(content.get("is_direct", False), bool), "is_direct")
    )


def _refuse_levels(content: Content) -> str | None:
    numbers = [value for field, value in content.items() if field not in {"events", "users", "notifications"}]
    events, users, notices = (content.get(field, {}) for field in ("events", "users", "notifications"))
    if not (isinstance(events, Mapping) and isinstance(users, Mapping) and isinstance(notices, Mapping)):
        return _must(fits=False, field="m.room.power_levels")
    levels = [*numbers, *events.values(), *users.values(), *notices.values()]
    return (
        _only(content, _LEVELS)
        or _only(notices, {"room"}, "notifications.")
        or _only(events, _KNOWN_TYPES, "events.")
        or _must(_all(_USER_ID, list(users)), "users")
        or _must(all(type(level) is int and abs(level) <= _MAX_SAFE for level in levels), "a level")
    )


_KNOWN_TYPES: Final = (
    _SENT
    | _STATE
    | {
        # Synapse's own defaults name these; none of them can be sent.
        "m.room.avatar",
        "m.room.canonical_alias",
        "m.room.name",
        "m.room.server_acl",
        "m.room.tombstone",
        "m.room.topic",
    }
)


def _fixed(field: str, value: str) -> Callable[[Content], str | None]:
    return lambda content: _only(content, {field}) or _must(content.get(field) == value, field)


_STATE_RULES: Final[Mapping[str, Callable[[Content], str | None]]] = {
    "m.room.create": _refuse_create,
    "m.room.encryption": _refuse_encryption,
    "m.room.guest_access": _fixed("guest_access", "forbidden"),
    "m.room.history_visibility": _fixed("history_visibility", "joined"),
    "m.room.join_rules": _fixed("join_rule", "invite"),
    "m.room.power_levels": _refuse_levels,
}


def _only(content: Content, allowed: set[str] | frozenset[str], where: str = "") -> str | None:
    strange = next((field for field in content if field not in allowed), None)
    return None if strange is None else f"The field {where}{_shown(strange)} may not stand in clear."


def _must(fits: bool, field: str) -> str | None:  # noqa: FBT001  # reads as a sentence
    return None if fits else f"The field {field} has a value that is not allowed."


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _all(pattern: re.Pattern[str], values: object) -> bool:
    return isinstance(values, list) and all(_is(pattern, value) for value in values)


def _is_count(value: object, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _is_megolm(value: object) -> bool:
    """Say whether a text is base64 of something with the shape of a Megolm message; more a server cannot see."""
    if not isinstance(value, str):
        return False
    try:
        raw = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) >= _MEGOLM_LEAST_BYTES and raw[0] == _MEGOLM_VERSION


def _shown(text: str) -> str:
    """Return a name for an error: cut, and without what would break a line."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:60])
