"""What a phone asks of the homeserver: one request at a time, patient where the server asks for patience, errors as ours.

Source: Matrix client-server API 1.16, "API Standards"; the network's own part is docs/formats of the homeserver. What is in
requests and answers is left to those who ask.
"""

import asyncio
import base64
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self
from urllib.parse import quote

import aiohttp

from underseal.core.records import Secret
from underseal.errors import InternalError, RefusedError, ThrottledError

PREFIX: Final = "/_underseal/client/v1"
"""Where the network's own requests are answered, beside Matrix's."""

TRIES: Final = 4
"""How often a request is sent when the connection breaks. All requests here may be repeated: those that change something
carry a transaction id or a retry key."""

PATIENCE: Final = 30.0
"""Longest pause in seconds that a server may ask for (`retry_after_ms`) before the phone gives up."""

_ANSWER_SECONDS: Final = 60.0
_FIRST_PAUSE: Final = 0.2
_MAX_DOWNLOAD: Final = 64 * 2**20

Json = Mapping[str, Any]


class UnreachableError(InternalError):
    """The homeserver cannot be reached, or its answer is none."""

    code: ClassVar[str] = "unreachable"


class ServerRefusedError(RefusedError):
    """The homeserver refuses a request.

    Args:
        errcode: Matrix's or the network's code, such as "M_FORBIDDEN". status: of HTTP.
    """

    code: ClassVar[str] = "server_refused"

    def __init__(self, message: str, *, errcode: str, status: int) -> None:
        super().__init__(message)
        self.errcode = errcode
        self.status = status


class LicenceEndedError(ServerRefusedError):
    """The account's licence is not active.

    Args:
        state: "expired", "suspended" or "revoked". ends: when it ended, None where it is not said.
    """

    code: ClassVar[str] = "licence_ended"

    def __init__(self, message: str, *, errcode: str, status: int, state: str, ends: datetime | None) -> None:
        super().__init__(message, errcode=errcode, status=status)
        self.state = state
        self.ends = ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """What a code was turned into.

    Attributes:
        user_id: Matrix user id. device_id: of this phone. token: what its requests carry.
    """

    user_id: str
    device_id: str
    token: Secret


class Api:
    """The requests of one phone.

    Args:
        url: the homeserver's, without a slash at the end.
        token: access token; None before activation.
        connections: shared by many phones in one process; None to have one's own.

    Attributes:
        url: as given.
    """

    def __init__(self, url: str, token: Secret | None = None, connections: aiohttp.ClientSession | None = None) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._shared = connections
        self._own: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections, unless they are shared."""
        if self._own:
            await self._own.close()

    async def activate(self, code: str, retry_key: Secret | None = None) -> Activation:
        """Turn an activation code into an account and a device; later requests are its.

        A lost answer is asked for again with the same retry key, which only this phone knows.

        Args:
            code: as issued. retry_key: 32 bytes that it was activated with before; None to draw them.

        Raises:
            ServerRefusedError: the code is unknown or spent. ThrottledError: too many tries from here.
        """
        key = retry_key.reveal() if retry_key else secrets.token_bytes(32)
        body = {"code": code, "retry_key": base64.urlsafe_b64encode(key).rstrip(b"=").decode()}
        answer = await self.call("POST", f"{PREFIX}/activate", body, patient=False)
        self._token = Secret(str(answer["access_token"]).encode())
        return Activation(user_id=str(answer["user_id"]), device_id=str(answer["device_id"]), token=self._token)

    async def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        query: Mapping[str, str] | None = None,
        seconds: float = _ANSWER_SECONDS,
        patient: bool = True,
    ) -> dict[str, Any]:
        """Make a request of JSON and return the JSON of the answer.

        Args:
            method, path, body, query: of the request.
            seconds: how long the answer may take.
            patient: whether to wait and repeat where the server asks for a pause.

        Raises:
            LicenceEndedError, ServerRefusedError, ThrottledError: the server says no.
            UnreachableError: it cannot be reached, or answers no JSON.
        """
        data = None if body is None else json.dumps(body).encode()
        raw = await self._repeat(
            method, path, data=data, kind="application/json", query=query, seconds=seconds, patient=patient
        )
        answer = _parsed(raw)
        if answer is None:
            raise UnreachableError(f"{self.url} answers {path} with something that is no JSON.")
        return answer

    async def upload(self, data: bytes) -> str:
        """Upload an encrypted file, without name or type; returns its address ("mxc://...")."""
        path, kind = "/_matrix/media/v3/upload", "application/octet-stream"
        raw = await self._repeat("POST", path, data=data, kind=kind)
        return str((_parsed(raw) or {}).get("content_uri", ""))

    async def download(self, address: str) -> bytes:
        """Fetch an encrypted file. Raises as `call`."""
        server, _, media = address.removeprefix("mxc://").partition("/")
        path = f"/_matrix/client/v1/media/download/{quoted(server)}/{quoted(media)}"
        return await self._repeat("GET", path)

    def _connections(self) -> aiohttp.ClientSession:
        if self._shared:
            return self._shared
        if self._own is None:
            self._own = aiohttp.ClientSession()
        return self._own

    async def _repeat(
        self,
        method: str,
        path: str,
        *,
        data: bytes | None = None,
        kind: str = "",
        query: Mapping[str, str] | None = None,
        seconds: float = _ANSWER_SECONDS,
        patient: bool = True,
    ) -> bytes:
        """Send a request until it is answered, at most TRIES times over broken connections."""
        headers = {"Content-Type": kind} if kind else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token.reveal().decode()}"
        pause, broken = _FIRST_PAUSE, 0
        while True:
            try:
                status, raw = await self._once(method, path, data=data, headers=headers, query=query, seconds=seconds)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                broken += 1
                if broken >= TRIES:
                    raise UnreachableError(f"{self.url} cannot be reached: {type(error).__name__}.") from None
                await asyncio.sleep(pause)
                pause *= 2
                continue
            if status == 200:  # noqa: PLR2004
                return raw
            wait = _pause_asked(status, raw)
            if wait is None:
                raise refusal(status, _parsed(raw) or {})
            if not patient or wait > PATIENCE:
                raise ThrottledError("The homeserver asks for patience.", wait=math.ceil(wait))
            await asyncio.sleep(wait)

    async def _once(
        self,
        method: str,
        path: str,
        *,
        data: bytes | None,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None,
        seconds: float,
    ) -> tuple[int, bytes]:
        limit = aiohttp.ClientTimeout(total=seconds)
        async with self._connections().request(
            method, self.url + path, data=data, headers=headers, params=query, timeout=limit
        ) as answer:
            raw = await answer.content.read(_MAX_DOWNLOAD)
            while chunk := await answer.content.read(_MAX_DOWNLOAD):
                raw += chunk
            return answer.status, raw

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def quoted(part: str) -> str:
    """Return a part of a path with everything escaped that is not a letter or digit."""
    return quote(part, safe="")


def refusal(status: int, answer: Json) -> ServerRefusedError:
    """Make the error of an answer that says no."""
    errcode, words = str(answer.get("errcode", "")), str(answer.get("error", "")) or f"It answers with {status}."
    if errcode == "ORG_MATRIX_EXPIRED_ACCOUNT":
        ends = answer.get("org.underseal.ends")
        return LicenceEndedError(
            words,
            errcode=errcode,
            status=status,
            state=str(answer.get("org.underseal.state", "expired")),
            ends=datetime.fromisoformat(ends) if isinstance(ends, str) else None,
        )
    return ServerRefusedError(words, errcode=errcode, status=status)


def _pause_asked(status: int, raw: bytes) -> float | None:
    """Return the seconds to wait where the server asks for it, None where it does not."""
    if status != 429:  # noqa: PLR2004
        return None
    asked = (_parsed(raw) or {}).get("retry_after_ms")
    return asked / 1000 if isinstance(asked, int) and asked > 0 else 1.0


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
