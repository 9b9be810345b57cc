"""Walls between strangers, where Synapse has no callback to put one.

Plain Synapse tells any subscriber which devices any other has, hands out their one-time keys, delivers messages to their devices
and serves every file whose id is known. On a closed network that would let one find out PINs by the million and write to
whoever never accepted. So these handlers of Synapse are wrapped: a stranger gets what an account that does not exist gets.

Two accounts are strangers unless they share a room. The wrapped methods are those of Synapse 1.163; a test of each
fails if a later version goes another way.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from synapse.api.errors import Codes, NotFoundError, SynapseError
from synapse.http.site import SynapseRequest
from synapse.module_api import ModuleApi
from synapse.types import Requester, UserID

if TYPE_CHECKING:
    from synapse.media.media_repository import LocalMedia
    from synapse.server import HomeServer

_TO_DEVICE = frozenset({"m.room.encrypted", "m.room_key_request", "m.room_key.withheld", "m.dummy"})
_VERIFICATION = "m.key.verification."


def raise_walls(api: ModuleApi, on_device_keys: Callable[[str], Awaitable[None]]) -> None:
    """Wrap the handlers; called once, while Synapse starts.

    Args:
        api: Synapse's.
        on_device_keys: called with a user id when a device has uploaded its identity keys.
    """
    hs: HomeServer = api._hs  # noqa: SLF001  # as the module's docstring says
    walls = _Walls(hs, on_device_keys)
    keys, messages, media = hs.get_e2e_keys_handler(), hs.get_device_message_handler(), hs.get_media_repository()
    for handler, name in (
        (keys, "query_devices"),
        (keys, "claim_one_time_keys"),
        (keys, "upload_keys_for_user"),
        (messages, "send_device_message"),
        (media, "get_local_media_info"),
    ):
        walls.behind[name] = getattr(handler, name)
        setattr(handler, name, getattr(walls, name))


class _Walls:
    """The wrappers, each named as what it wraps; `behind` holds Synapse's own, by name."""

    def __init__(self, hs: "HomeServer", on_device_keys: Callable[[str], Awaitable[None]]) -> None:
        self.behind: dict[str, Callable[..., Awaitable[Any]]] = {}
        self._store = hs.get_datastores().main
        self._on_device_keys = on_device_keys

    async def upload_keys_for_user(self, user_id: str, device_id: str, keys: Any) -> Any:
        done = await self.behind["upload_keys_for_user"](user_id, device_id, keys)
        if keys.get("device_keys"):
            await self._on_device_keys(user_id)
        return done

    async def query_devices(self, query_body: Any, wait: int, from_user_id: str, from_device_id: str | None) -> Any:
        asked = query_body.get("device_keys", {})
        known = await self._not_strangers(from_user_id, asked)
        body = {**query_body, "device_keys": {user: asked[user] for user in known}}
        return await self.behind["query_devices"](body, wait, from_user_id, from_device_id)

    async def claim_one_time_keys(
        self, query: dict[str, Any], user: UserID, wait: int | None, *, always_include_fallback_keys: bool
    ) -> Any:
        known = await self._not_strangers(user.to_string(), query)
        return await self.behind["claim_one_time_keys"](
            {other: query[other] for other in known},
            user,
            wait,
            always_include_fallback_keys=always_include_fallback_keys,
        )

    async def send_device_message(self, requester: Requester, message_type: str, messages: dict[str, Any]) -> None:
        if message_type not in _TO_DEVICE and not message_type.startswith(_VERIFICATION):
            raise SynapseError(403, "Messages to devices are encrypted on this network.", Codes.FORBIDDEN)
        known = await self._not_strangers(requester.user.to_string(), messages)
        await self.behind["send_device_message"](requester, message_type, {other: messages[other] for other in known})

    async def get_local_media_info(
        self, request: SynapseRequest, media_id: str, *rest: Any, **named: Any
    ) -> "LocalMedia | None":
        info: LocalMedia | None = await self.behind["get_local_media_info"](request, media_id, *rest, **named)
        asker = request.requester
        if info is None:
            return None
        if not isinstance(asker, Requester) or info.user_id is None:
            raise NotFoundError
        if not await self._not_strangers(asker.user.to_string(), [info.user_id]):
            raise NotFoundError
        return info

    async def _not_strangers(self, user: str, others: Iterable[str]) -> list[str]:
        """Return those of `others` who are the user or share a room with the user."""
        asked = list(others)
        ask = frozenset(other for other in asked if other != user and UserID.is_valid(other))
        sharing = await self._store.do_users_share_a_room(user, ask) if ask else ()
        return [other for other in asked if other == user or other in sharing]
