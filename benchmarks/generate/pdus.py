"""Matrix events as a homeserver keeps them: hashed, signed and named.

Source: Matrix server-server API 1.16, "Signing events" and "Calculating the reference hash"; room version 11 for what a
redaction keeps. Only the event types that a benchmark capture holds are known here.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SERVER = "bench.example"
"""Name of the invented homeserver."""

_KEPT: Mapping[str, frozenset[str]] = {
    "m.room.member": frozenset({"membership"}),
    "m.room.join_rules": frozenset({"join_rule"}),
    "m.room.history_visibility": frozenset({"history_visibility"}),
    "m.room.power_levels": frozenset({"users", "users_default", "events", "events_default", "state_default", "ban"}),
}
"""What a redaction leaves of the content of each type; of m.room.create it leaves everything, of others nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdu:
    """One event, ready for the tables `events` and `event_json`.

    Attributes:
        id: event id. room, type, sender: as in the event. state_key: None for what is not state.
        time: `origin_server_ts`, milliseconds. depth: its depth in the room. json: the event as Synapse stores it.
        device: device that sent it, "" for state. transaction: its transaction id.
    """

    id: str
    room: str
    type: str
    sender: str
    state_key: str | None
    time: int
    depth: int
    json: str
    device: str = ""
    transaction: str = ""


class Signer:
    """The homeserver's signature.

    Args:
        seed: 32 bytes that the key is made of.
    """

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def make(
        self,
        *,
        room: str,
        type_: str,
        sender: str,
        content: Mapping[str, object],
        time: int,
        depth: int,
        auth: Sequence[str],
        previous: Sequence[str],
        state_key: str | None = None,
        device: str = "",
        transaction: str = "",
    ) -> Pdu:
        """Return an event with its hash, its signature and the id that follows from them."""
        event: dict[str, object] = {
            "auth_events": auth,
            "content": content,
            "depth": depth,
            "origin_server_ts": time,
            "prev_events": previous,
            "room_id": room,
            "sender": sender,
            "type": type_,
        }
        if state_key is not None:
            event["state_key"] = state_key
        event["hashes"] = {"sha256": _unpadded(hashlib.sha256(_canonical(event)).digest())}
        redacted = _canonical({**event, "content": _redacted(type_, content)})
        id_ = "$" + _unpadded(hashlib.sha256(redacted).digest()).translate(_URL_SAFE)
        event["signatures"] = {SERVER: {"ed25519:a_bench": _unpadded(self._key.sign(redacted))}}
        event["unsigned"] = {"age_ts": time}
        return Pdu(
            id=id_,
            room=room,
            type=type_,
            sender=sender,
            state_key=state_key,
            time=time,
            depth=depth,
            json=orjson.dumps(event).decode(),
            device=device,
            transaction=transaction,
        )


_URL_SAFE = str.maketrans("+/", "-_")


def _redacted(type_: str, content: Mapping[str, object]) -> Mapping[str, object]:
    if type_ == "m.room.create":
        return content
    kept = _KEPT.get(type_, frozenset())
    return {name: value for name, value in content.items() if name in kept}


def _canonical(value: object) -> bytes:
    """Return canonical JSON (Matrix appendices); sorted keys are all that it takes for the contents made here."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
