"""Who may invite whom: each account's own list of the PINs that it accepted, kept in its account data.

`org.underseal.contacts`: {"contacts": {PIN: {"at": ms}}}, the PINs whose invitations the account takes.
`org.underseal.requests`: {"requests": {PIN: {"at": ms}}}, the PINs that asked and were not answered.

Both reach the phone in its /sync; neither can be written by the client API. There is no other list, so the server holds no more
about who knows whom than the two phones show their users.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from synapse.module_api import ModuleApi
from synapse.util.async_helpers import Linearizer

from underseal.network.pins import Pin, pin_of, user_id

CONTACTS: Final = "org.underseal.contacts"
REQUESTS: Final = "org.underseal.requests"

MAX_CONTACTS: Final = 1000
"""Most PINs in a list; the oldest request goes when another comes."""

_Entries = dict[str, Mapping[str, int]]


class Contacts:
    """The lists of all accounts.

    Args:
        api: Synapse's.
    """

    def __init__(self, api: ModuleApi) -> None:
        self._api = api
        self._data = api.account_data_manager
        self._turns = Linearizer(name="underseal_contacts", clock=api._hs.get_clock())  # noqa: SLF001  # Linearizer wants Synapse's

    async def takes_invitations_from(self, invited: str, inviter: str) -> bool:
        """Say whether an account has accepted another; both are Matrix user ids."""
        pin = pin_of(inviter)
        return pin is not None and pin in await self._read(invited, CONTACTS)

    async def ask(self, asker: Pin, asked: Pin, at: int) -> None:
        """Accept a PIN oneself, and leave a request there if there is such an account. Nobody learns whether there is.

        Args:
            asker, asked: the PINs. at: milliseconds since 1970.
        """
        await self._change(asker, CONTACTS, lambda entries: _with(entries, asked, at))
        if not await self._api.get_userinfo_by_id(self._id(asked)):
            return
        if asker not in await self._read(self._id(asked), CONTACTS):
            await self._change(asked, REQUESTS, lambda entries: _with(entries, asker, at))

    async def answer(self, account: Pin, asker: Pin, at: int, *, accept: bool) -> None:
        """Answer a request: it goes, and the asker is accepted or not. Without a request nothing happens."""
        if asker not in await self._read(self._id(account), REQUESTS):
            return
        await self._change(account, REQUESTS, lambda entries: _without(entries, asker))
        if accept:
            await self._change(account, CONTACTS, lambda entries: _with(entries, asker, at))

    async def remove(self, account: Pin, contact: Pin) -> None:
        """Take a PIN off one's list; it can invite no more."""
        await self._change(account, CONTACTS, lambda entries: _without(entries, contact))

    def _id(self, pin: Pin) -> str:
        return user_id(pin, self._api.server_name)

    async def _read(self, account: str, kind: str) -> _Entries:
        found = await self._data.get_global(account, kind) or {}
        entries: Any = found.get(kind.rpartition(".")[2], {})
        return dict(entries)

    async def _change(self, pin: Pin, kind: str, change: Callable[[_Entries], _Entries]) -> None:
        account = self._id(pin)
        async with self._turns.queue(account):
            before = await self._read(account, kind)
            after = change(before)
            if after != before:
                await self._data.put_global(account, kind, {kind.rpartition(".")[2]: after})


def _with(entries: _Entries, pin: Pin, at: int) -> _Entries:
    kept = list(_without(entries, pin).items())[-(MAX_CONTACTS - 1) :]
    return {**dict(kept), pin: {"at": at}}


def _without(entries: _Entries, pin: Pin) -> _Entries:
    return {other: entry for other, entry in entries.items() if other != pin}
