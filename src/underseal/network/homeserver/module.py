"""Our module inside Synapse: it says what is closed on this network, and asks the licences at every request.

Synapse loads `ClosedNetwork` as homeserver.yaml names it. Each callback is a line or two: what may pass is decided in `rules`
(events), `gate` (paths), `walls` (strangers), `contacts` (invitations) and `accounts` (licences).

Source: Synapse 1.163, "Writing a module".
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from synapse.api.errors import Codes, SynapseError
from synapse.events import EventBase
from synapse.module_api import ModuleApi
from synapse.module_api.errors import ConfigError
from synapse.types import Requester, StateMap

from underseal.network.homeserver.accounts import Accounts
from underseal.network.homeserver.client_api import PREFIX, ClientApi
from underseal.network.homeserver.contacts import Contacts
from underseal.network.homeserver.feed import Feed
from underseal.network.homeserver.gate import close_gate
from underseal.network.homeserver.pages import serve_phone
from underseal.network.homeserver.rules import ENCRYPTION, refuse_creation, refuse_event
from underseal.network.homeserver.shares import Shares
from underseal.network.homeserver.walls import raise_walls
from underseal.network.licences import Licences
from underseal.network.setup import Network

_Verdict = Literal["NOT_SPAM"] | Codes

_ALLOWED: Final = "NOT_SPAM"  # the word of Synapse's spam checker for "yes"

_INITIAL_STATE: Final = (
    ("m.room.encryption", ENCRYPTION),
    ("m.room.history_visibility", {"history_visibility": "joined"}),
    ("m.room.guest_access", {"guest_access": "forbidden"}),
)
"""What every room begins with, whatever the request to make it says."""


class ClosedNetwork:
    """The module.

    Args:
        config: "folder", the network's folder.
        api: Synapse's.
    """

    def __init__(self, config: Mapping[str, str], api: ModuleApi) -> None:
        self._api = api
        network = Network.open(Path(config["folder"]))
        self._licences = Licences(network.licences, network.signing_key)
        self._accounts = Accounts(api, self._licences)
        self._contacts = Contacts(api)
        api.register_account_validity_callbacks(is_user_expired=self.is_user_expired)
        api.register_third_party_rules_callbacks(
            check_event_allowed=self.check_event_allowed, on_create_room=self.on_create_room
        )
        api.register_spam_checker_callbacks(
            user_may_invite=self.user_may_invite,
            user_may_join_room=self.user_may_join_room,
            user_may_create_room_alias=self.never,
            user_may_publish_room=self.never,
        )
        api.register_web_resource(
            PREFIX, ClientApi(api, network.settings, self._accounts, self._contacts, Shares(network.shares))
        )
        serve_phone(api)
        close_gate(api)
        raise_walls(api, self._on_device_keys)
        self._feed = Feed(api, network.capture)
        api.looping_background_call(self._send_notices, 60 * 60 * 1000, run_on_all_instances=False)

    @staticmethod
    def parse_config(config: Mapping[str, Any]) -> Mapping[str, str]:
        """Check what homeserver.yaml says of the module.

        Raises:
            ConfigError: it does not name the network's folder.
        """
        if not isinstance(config.get("folder"), str):
            raise ConfigError("The module ClosedNetwork needs the network's folder.", ("modules",))
        return config

    async def is_user_expired(self, user: str) -> bool:
        """Refuse a request of an account without a licence; called at every request with an access token."""
        self._accounts.check(user, datetime.now(UTC))
        return False

    async def check_event_allowed(self, event: EventBase, state: StateMap[EventBase]) -> tuple[bool, None]:
        """Refuse an event that is not ciphertext, or not the least that a room needs."""
        state_key = event.state_key if event.is_state() else None
        refusal = refuse_event(event.type, state_key, event.content, encrypted=("m.room.encryption", "") in state)
        if refusal:
            raise SynapseError(403, refusal, Codes.FORBIDDEN)
        return True, None

    async def on_create_room(self, requester: Requester, request_content: dict[str, Any], is_admin: bool) -> None:  # noqa: ARG002, FBT001  # Synapse's signature
        """Refuse a clear name and the like; give every room its encryption from the first moment."""
        refusal = refuse_creation(request_content)
        if refusal:
            raise SynapseError(403, refusal, Codes.FORBIDDEN)
        given = {(part.get("type"), part.get("state_key", "")) for part in request_content.get("initial_state", [])}
        request_content["initial_state"] = [
            *request_content.get("initial_state", []),
            *(
                {"type": kind, "state_key": "", "content": dict(content)}
                for kind, content in _INITIAL_STATE
                if (kind, "") not in given
            ),
        ]

    async def user_may_invite(self, inviter: str, invited: str, room_id: str) -> _Verdict:  # noqa: ARG002  # Synapse's signature
        """Let an invitation pass if the invited accepted the inviter before."""
        return _ALLOWED if await self._contacts.takes_invitations_from(invited, inviter) else Codes.FORBIDDEN

    async def user_may_join_room(self, user: str, room_id: str, is_invited: bool) -> _Verdict:  # noqa: ARG002, FBT001  # Synapse's signature
        """Nobody joins without an invitation."""
        return _ALLOWED if is_invited else Codes.FORBIDDEN

    async def never(self, *_: object) -> _Verdict:
        """There are no aliases and no public rooms."""
        return Codes.FORBIDDEN

    async def _on_device_keys(self, user: str) -> None:
        await self._accounts.settle(user, datetime.now(UTC))

    async def _send_notices(self) -> None:
        await self._accounts.send_notices(datetime.now(UTC))
