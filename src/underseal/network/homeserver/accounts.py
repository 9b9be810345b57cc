"""Accounts and devices by licence: a code makes them, an end closes them, a transfer logs the old device out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from synapse.api.errors import Codes, SynapseError
from synapse.module_api import ModuleApi

from underseal.network.licences import Licences, Standing, State, due_notice
from underseal.network.pins import Pin, pin_of, user_id

_WORDS: Final[Mapping[State, str]] = {
    State.EXPIRED: "Licence ended on {day}. Ask your reseller for a renewal code, then enter it under Account.",
    State.SUSPENDED: "This licence is suspended. Ask your reseller.",
    State.REVOKED: "This licence was revoked. Ask your reseller for a new one.",
    State.NONE: "There is no licence for this account.",
}


LICENCE: Final = "org.underseal.licence"
"""Account data with the newest notice: {"ends", "notice"}."""


class Accounts:
    """What Synapse does with accounts, as their licences allow.

    Args:
        api: Synapse's.
        licences: the network's.
    """

    def __init__(self, api: ModuleApi, licences: Licences) -> None:
        self._api = api
        self._licences = licences

    def check(self, account: str, at: datetime) -> None:
        """Let a request of an account pass, or say why not.

        Raises:
            SynapseError: 403 ORG_MATRIX_EXPIRED_ACCOUNT with the date and what to do.
        """
        pin = pin_of(account)
        standing = self._licences.standing(pin, at) if pin else None
        if standing is None or standing.state is not State.ACTIVE:
            raise _refusal(standing)

    def licence(self, pin: Pin, at: datetime) -> Mapping[str, Any]:
        """Return what a phone shows of its licence."""
        standing = self._licences.standing(pin, at)
        return {"pin": pin, "notice": due_notice(standing.ends, at) if standing.ends else None, **_shown(standing)}

    async def activate(self, code: str, retry_key: bytes, at: datetime) -> Mapping[str, Any]:
        """Turn an activation code into an account with one device.

        Raises:
            RefusedError: the code is unknown or spent.
        """
        done = await self._api.defer_to_thread(lambda: self._licences.activate(code, retry_key=retry_key, at=at))
        account = user_id(done.pin, self._api.server_name)
        if not await self._api.get_userinfo_by_id(account):
            await self._api.register_user(done.pin.lower())
        # A transfer, and an activation whose answer was lost, leave a device that nobody holds any more.
        await self._log_out_all(account)
        device, token, _, _ = await self._api.register_device(account)
        standing = self._licences.standing(done.pin, at)
        return {
            "user_id": account,
            "pin": done.pin,
            "device_id": device,
            "access_token": token,
            "licence": _shown(standing),
        }

    async def renew(self, pin: Pin, code: str, at: datetime) -> Mapping[str, Any]:
        """Prolong a licence by a code. Raises as `activate`."""
        return {"licence": _shown(await self._api.defer_to_thread(self._licences.renew, pin, code, at))}

    async def settle(self, account: str, at: datetime) -> None:
        """The phone has its keys: the activation cannot be repeated any more."""
        if pin := pin_of(account):
            await self._api.defer_to_thread(self._licences.settle, pin, at)

    async def send_notices(self, at: datetime) -> None:
        """Tell the phones whose licence ends in 30, 7 or 1 days, each once, by their account data."""
        for notice in await self._api.defer_to_thread(self._licences.notices, at):
            told = {"ends": notice.ends.isoformat(), "notice": notice.days}
            await self._api.account_data_manager.put_global(user_id(notice.pin, self._api.server_name), LICENCE, told)

    async def _log_out_all(self, account: str) -> None:
        hs = self._api._hs  # noqa: SLF001  # the module API can invalidate a token, not delete a device
        devices = await hs.get_datastores().main.get_devices_by_user(account)
        await hs.get_device_handler().delete_devices(account, list(devices))


def _refusal(standing: Standing | None) -> SynapseError:
    state = standing.state if standing else State.NONE
    ends = standing.ends if standing else None
    return SynapseError(
        403,
        _WORDS[state].format(day=ends.date().isoformat() if ends else ""),
        Codes.EXPIRED_ACCOUNT,
        additional_fields={"org.underseal.state": str(state), "org.underseal.ends": ends.isoformat() if ends else None},
    )


def _shown(standing: Standing) -> Mapping[str, Any]:
    return {"state": str(standing.state), "ends": standing.ends.isoformat() if standing.ends else None}
