"""Devices of others as the server lists them: each believed only with its own signature, and never under a changed key.

Source: Matrix client-server API 1.16, "POST /keys/query", "POST /keys/claim" and "Signing JSON".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from underseal.core.crypto import olm
from underseal.core.crypto.olm import OlmError
from underseal.network.phones.message import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device whose keys carry its signature.

    Attributes:
        address: whose it is. curve25519, ed25519: its keys, unpadded base64.
    """

    address: Address
    curve25519: str
    ed25519: str


class Devices:
    """What is known of others' devices.

    Attributes:
        outdated: accounts whose devices must be asked for again.
    """

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Device]] = {}
        self._first: dict[Address, str] = {}
        self.outdated: set[str] = set()

    def unknown(self, users: set[str]) -> set[str]:
        """Return those of some accounts that must be asked for."""
        return {user for user in users if user not in self._known or user in self.outdated}

    def of(self, user: str) -> tuple[Device, ...]:
        """Return the devices of an account."""
        return tuple(self._known.get(user, {}).values())

    def owner_has(self, user: str, curve25519: str) -> bool | None:
        """Say whether a key belongs to a device of an account; None where its devices are not known."""
        if user not in self._known:
            return None
        return any(device.curve25519 == curve25519 for device in self.of(user)) or (
            None if user in self.outdated else False
        )

    def changed(self, users: list[str]) -> None:
        """Note that accounts have changed their devices."""
        self.outdated.update(user for user in users if user in self._known)

    def take(self, asked: set[str], listed: Mapping[str, Any]) -> None:
        """Take the `device_keys` of an answer to a query for some accounts.

        A device that is not signed, not its owner's, or bears another signing key than before is left out.
        """
        for user in asked:
            self._known[user] = {
                device_id: device
                for device_id, payload in listed.get(user, {}).items()
                if (device := self._checked(Address(user, device_id), payload)) is not None
            }
            self.outdated.discard(user)

    def _checked(self, address: Address, payload: Mapping[str, Any]) -> Device | None:
        keys = payload.get("keys", {})
        ed25519, curve25519 = keys.get(f"ed25519:{address.device_id}"), keys.get(f"curve25519:{address.device_id}")
        named = payload.get("user_id") == address.user_id and payload.get("device_id") == address.device_id
        if not named or not isinstance(ed25519, str) or not isinstance(curve25519, str):
            return None
        device = Device(address=address, curve25519=curve25519, ed25519=ed25519)
        if not signed_by(device, payload) or self._first.setdefault(address, ed25519) != ed25519:
            return None
        return device


def signed_by(device: Device, payload: Mapping[str, Any]) -> bool:
    """Say whether a JSON object carries the signature of a device."""
    signatures = payload.get("signatures", {}).get(device.address.user_id, {})
    signature = signatures.get(f"ed25519:{device.address.device_id}")
    if not isinstance(signature, str):
        return False
    try:
        olm.check_signature(device.ed25519, canonical(payload), signature)
    except OlmError:
        return False
    return True


def canonical(payload: Mapping[str, Any]) -> bytes:
    """Return what is signed of a JSON object: canonical JSON without `signatures` and `unsigned`."""
    bare = {name: value for name, value in payload.items() if name not in {"signatures", "unsigned"}}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
