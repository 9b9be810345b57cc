"""What a phone asks of the network beside Matrix: activate, renew, contacts, the shares that open it.

    POST /_underseal/client/v1/activate         a code becomes a PIN, a device and an access token
    POST /_underseal/client/v1/renew            another code prolongs the licence, an ended one too
    GET  /_underseal/client/v1/licence          its state and end
    POST /_underseal/client/v1/contacts/ask | answer | remove
    POST /_underseal/client/v1/shares           make; /shares/ID to open, /shares/ID/destroy to wipe
    GET  /_underseal/client/v1/server           what a phone must know before it is set up

Errors look as Matrix's: {"errcode", "error"}. What the fields are stands in docs/formats/phone-api.md.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from synapse.api.errors import Codes, SynapseError, UnrecognizedRequestError
from synapse.api.ratelimiting import Ratelimiter
from synapse.config.ratelimiting import RatelimitSettings
from synapse.http.server import DirectServeJsonResource
from synapse.http.servlet import parse_json_object_from_request
from synapse.http.site import SynapseRequest
from synapse.module_api import ModuleApi

from underseal.errors import CallerError, RefusedError, ShareGoneError, UndersealError, WrongProofError
from underseal.network.homeserver.accounts import Accounts
from underseal.network.homeserver.contacts import Contacts
from underseal.network.homeserver.shares import PROOF_BYTES, Shares
from underseal.network.pins import ALPHABET, Pin, parse_pin, pin_of
from underseal.network.setup import NetworkSettings

PREFIX: Final = "/_underseal/client/v1"

RETRY_KEY_BYTES: Final = 32
"""Length of the random key with which a phone may repeat an activation whose answer was lost."""

_HOUR = 3600.0
_Answer = tuple[int, Mapping[str, Any]]
_Found = TypeVar("_Found")


class ClientApi(DirectServeJsonResource):
    """The resource at PREFIX."""

    isLeaf = True  # noqa: N815  # Twisted's name

    def __init__(
        self, api: ModuleApi, settings: NetworkSettings, accounts: Accounts, contacts: Contacts, shares: Shares
    ) -> None:
        super().__init__()
        self._api = api
        self._settings = settings
        self._accounts = accounts
        self._contacts = contacts
        self._shares = shares
        # Only failures count: a lab may set up two hundred phones behind one address.
        self._wrong_codes = _limiter(api, "underseal_codes", per_second=50 / _HOUR, burst=50)
        self._wrong_shares = _limiter(api, "underseal_shares", per_second=60 / _HOUR, burst=60)
        self._asked_lately = _limiter(api, "underseal_asks", per_second=10 / _HOUR, burst=10)
        self._asked_today = _limiter(api, "underseal_asks_daily", per_second=30 / (24 * _HOUR), burst=30)

    async def _async_render_GET(self, request: SynapseRequest) -> _Answer:  # noqa: N802  # Twisted's name
        match _path(request):
            case ["server"]:
                return 200, {
                    "name": self._settings.server_name,
                    "pins": ALPHABET,
                    "undelivered_hours": self._settings.undelivered_hours,
                    "upload_bytes": self._settings.upload_bytes,
                }
            case ["licence"]:
                return 200, self._accounts.licence(await self._pin(request, allow_expired=True), _now())
        raise UnrecognizedRequestError(code=404)

    async def _async_render_POST(self, request: SynapseRequest) -> _Answer:  # noqa: N802  # Twisted's name
        body = parse_json_object_from_request(request)
        try:
            return 200, await self._posted(request, body)
        except UndersealError as error:
            raise _as_matrix(error) from error

    async def _posted(self, request: SynapseRequest, body: Mapping[str, Any]) -> Mapping[str, Any]:
        match _path(request):
            case ["activate"]:
                key = _bytes(body, "retry_key", RETRY_KEY_BYTES)
                return await self._limited(
                    self._wrong_codes, request, lambda: self._accounts.activate(_text(body, "code"), key, _now())
                )
            case ["renew"]:
                pin = await self._pin(request, allow_expired=True)
                return await self._limited(
                    self._wrong_codes, request, lambda: self._accounts.renew(pin, _text(body, "code"), _now())
                )
            case ["contacts", act]:
                return await self._contact(act, await self._pin(request), body)
            case ["shares", *rest]:
                return await self._share(rest, request, body)
        raise UnrecognizedRequestError(code=404)

    async def _contact(self, act: str, account: Pin, body: Mapping[str, Any]) -> Mapping[str, Any]:
        other = parse_pin(_text(body, "pin"))
        if other == account:
            raise CallerError("That is your own PIN.")
        at = self._api.get_current_time_msec()
        match act:
            case "ask":
                for limiter in (self._asked_lately, self._asked_today):
                    await limiter.ratelimit(None, key=account)
                await self._contacts.ask(account, other, at)
            case "answer":
                await self._contacts.answer(account, other, at, accept=_flag(body, "accept"))
            case "remove":
                await self._contacts.remove(account, other)
            case _:
                raise UnrecognizedRequestError(code=404)
        return {}

    async def _share(self, rest: list[str], request: SynapseRequest, body: Mapping[str, Any]) -> Mapping[str, Any]:
        thread = self._api.defer_to_thread
        match rest:
            case []:
                await self._pin(request)
                proofs = _bytes(body, "unlock", PROOF_BYTES), _bytes(body, "duress", PROOF_BYTES)
                made = await thread(self._shares.create, *proofs)
                return {"id": made.id, "share": _base64(made.share), "decoy": _base64(made.decoy)}
            case [share_id]:
                proof = _bytes(body, "proof", PROOF_BYTES)
                opened = await self._limited(
                    self._wrong_shares, request, lambda: thread(self._shares.open, share_id, proof)
                )
                return {"share": _base64(opened)}
            case [share_id, "destroy"]:
                proof = _bytes(body, "proof", PROOF_BYTES)
                await self._limited(self._wrong_shares, request, lambda: thread(self._shares.destroy, share_id, proof))
                return {}
        raise UnrecognizedRequestError(code=404)

    async def _limited(
        self, limiter: Ratelimiter, request: SynapseRequest, act: Callable[[], Awaitable[_Found]]
    ) -> _Found:
        """Do something of which one address may fail only so often."""
        address = request.getClientAddress().host
        await limiter.ratelimit(None, key=address, update=False)
        try:
            return await act()
        except (RefusedError, CallerError):
            await limiter.can_do_action(None, key=address)
            raise

    async def _pin(self, request: SynapseRequest, *, allow_expired: bool = False) -> Pin:
        requester = await self._api.get_user_by_req(request, allow_expired=allow_expired)
        pin = pin_of(requester.user.to_string())
        if pin is None:
            raise SynapseError(403, "This account is no subscriber's.", Codes.FORBIDDEN)
        return pin


def _limiter(api: ModuleApi, name: str, *, per_second: float, burst: int) -> Ratelimiter:
    hs = api._hs  # noqa: SLF001  # the limiter is Synapse's, and takes its store and clock
    return Ratelimiter(
        store=hs.get_datastores().main, clock=hs.get_clock(), cfg=RatelimitSettings(name, per_second, burst)
    )


def _as_matrix(error: UndersealError) -> SynapseError:
    code = f"ORG.UNDERSEAL.{error.code.upper()}"
    words = " ".join(part for part in (error.message, error.hint) if part)
    match error:
        case WrongProofError():
            return SynapseError(403, words, code, additional_fields={"tries_left": error.tries_left})
        case ShareGoneError():
            return SynapseError(410, words, code)
        case RefusedError():
            return SynapseError(403, words, code)
        case CallerError():
            return SynapseError(400, words, Codes.INVALID_PARAM)
    return SynapseError(500, "The network could not do this.", Codes.UNKNOWN)


def _path(request: SynapseRequest) -> list[str]:
    return request.path.decode("ascii").removeprefix(PREFIX).strip("/").split("/")


def _now() -> datetime:
    return datetime.now(UTC)


def _text(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= 200:  # noqa: PLR2004  # no code or PIN is nearly as long
        raise CallerError(f"{field} is missing, or not a short text.")
    return value


def _flag(body: Mapping[str, Any], field: str) -> bool:
    value = body.get(field)
    if not isinstance(value, bool):
        raise CallerError(f"{field} is missing, or neither true nor false.")
    return value


def _bytes(body: Mapping[str, Any], field: str, length: int) -> bytes:
    text = _text(body, field)
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != length:
        raise CallerError(f"{field} is base64url of {length} bytes.")
    return raw


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
