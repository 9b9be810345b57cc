"""A device is believed with its own signature only, and never under another signing key than before."""

from typing import Any

import pytest

from underseal.core.crypto.olm import OlmAccount
from underseal.network.phones.devices import Device, Devices, canonical, signed_by
from underseal.network.phones.message import Address

BRAM = Address("@bram22:phone.example", "HANDSET")


def listed(account: OlmAccount, address: Address = BRAM, **changes: Any) -> dict[str, Any]:
    """What a server lists of a device; `changes` are made before it is signed."""
    user, device = address
    payload: dict[str, Any] = {
        "user_id": user,
        "device_id": device,
        "algorithms": [],
        "keys": {f"curve25519:{device}": account.curve25519, f"ed25519:{device}": account.ed25519},
        **changes,
    }
    return {**payload, "signatures": {user: {f"ed25519:{device}": account.sign(canonical(payload))}}}


def answer(payload: dict[str, Any]) -> dict[str, Any]:
    return {BRAM.user_id: {BRAM.device_id: payload}}


def test_a_signed_device_is_known() -> None:
    account, devices = OlmAccount(), Devices()
    assert devices.unknown({BRAM.user_id}) == {BRAM.user_id}
    assert devices.owner_has(BRAM.user_id, account.curve25519) is None
    devices.take({BRAM.user_id}, answer(listed(account)))
    assert [device.address for device in devices.of(BRAM.user_id)] == [BRAM]
    assert devices.owner_has(BRAM.user_id, account.curve25519) is True
    assert devices.owner_has(BRAM.user_id, OlmAccount().curve25519) is False
    assert not devices.unknown({BRAM.user_id})


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {**listed(OlmAccount()), "signatures": {}},
        {**listed(OlmAccount()), "keys": listed(OlmAccount())["keys"]},
        listed(OlmAccount(), user_id="@eve222:phone.example"),
        listed(OlmAccount(), device_id="OTHER"),
        listed(OlmAccount(), keys={}),
        listed(OlmAccount(), keys={"ed25519:HANDSET": 7, "curve25519:HANDSET": None}),
    ],
)
def test_a_device_that_is_not_what_it_claims_is_left_out(payload: dict[str, Any]) -> None:
    devices = Devices()
    devices.take({BRAM.user_id}, answer(payload))
    assert devices.of(BRAM.user_id) == ()


def test_a_server_cannot_put_another_device_under_a_known_name() -> None:
    devices = Devices()
    devices.take({BRAM.user_id}, answer(listed(OlmAccount())))
    devices.changed([BRAM.user_id])
    assert devices.unknown({BRAM.user_id}) == {BRAM.user_id}
    devices.take({BRAM.user_id}, answer(listed(OlmAccount())))
    assert devices.of(BRAM.user_id) == ()


def test_a_one_time_key_of_another_device_is_not_signed_by_this_one() -> None:
    bram, eve = OlmAccount(), OlmAccount()
    device = Device(address=BRAM, curve25519=bram.curve25519, ed25519=bram.ed25519)
    key: dict[str, Any] = {"key": eve.curve25519}

    def signed(account: OlmAccount) -> dict[str, Any]:
        return {**key, "signatures": {BRAM.user_id: {f"ed25519:{BRAM.device_id}": account.sign(canonical(key))}}}

    assert signed_by(device, signed(bram))
    assert not signed_by(device, signed(eve))
    assert not signed_by(device, {**signed(bram), "key": bram.curve25519})
