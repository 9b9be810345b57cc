"""The live feed: every event as it is accepted, appended to a file for as long as an order to capture is in force.

    DIR/capture/order.json   made by `capture`: {"number", "from", "to"}, times in milliseconds; absent, nothing is kept
    DIR/capture/feed.jsonl   one event a line with its id and its place in the server's order

The feed is quick and no authority: lines that were not yet on the disk are lost in a crash. `capture` compares it with the
database, event by event.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from synapse.events import EventBase
from synapse.module_api import ModuleApi
from synapse.types import StateMap

from underseal.network.homeserver.files import FEED_FILE, ORDER_FILE

_LOOK_MS: Final = 1000
"""How often the module looks whether there is an order, in milliseconds."""


class Feed:
    """What the module does for a capture. Without an order Synapse does not even ask it.

    Args:
        api: Synapse's. folder: DIR/capture.
    """

    def __init__(self, api: ModuleApi, folder: Path) -> None:
        self._api = api
        self._order = folder / ORDER_FILE
        self._file = folder / FEED_FILE
        self._known: Mapping[str, Any] = {}
        self._span = (0, 0)
        self._asked = False
        self.look()
        api.looping_background_call(self._look_again, _LOOK_MS, run_on_all_instances=False)

    def look(self) -> None:
        """Read the order, if there is one."""
        try:
            order: Mapping[str, Any] = json.loads(self._order.read_bytes())
        except FileNotFoundError:
            self._known, self._span = {}, (0, 0)
            return
        if order == self._known:
            return
        self._known, self._span = order, (order["from"], order["to"])
        # A callback costs Synapse the state of the room at every event: none before the first order.
        if not self._asked:
            self._api.register_third_party_rules_callbacks(on_new_event=self.on_new_event)
            self._asked = True
        self._file.touch(mode=0o600)  # whoever entered the order waits for it

    async def _look_again(self) -> None:
        self.look()

    async def on_new_event(self, event: EventBase, state: StateMap[EventBase]) -> None:  # noqa: ARG002  # Synapse's signature
        """Append an accepted event while an order is in force; that it ended counts from the next event on."""
        self.look()
        start, end = self._span
        if not start <= self._api.get_current_time_msec() < end:
            return
        numbered = {"event_id": event.event_id, "stream_ordering": event.internal_metadata.stream_ordering}
        line = json.dumps({**event.get_dict(), **numbered}, ensure_ascii=False, separators=(",", ":"))
        try:
            descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND)
        except FileNotFoundError:  # the order ended just now
            return
        try:
            os.write(descriptor, line.encode("utf-8", "surrogatepass") + b"\n")
        finally:
            os.close(descriptor)
