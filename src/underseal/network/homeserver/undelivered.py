"""Messages to devices that nobody fetched: dropped as late as everything else, which Synapse does not do by itself.

Synapse keeps no time with them, only a number that grows. So the module notes the highest number once an hour, and drops what lies
below the one that it noted long enough ago.

    DIR/homeserver/undelivered.json   [[milliseconds since 1970, highest number then], ...], oldest first
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # tests look at `due` without a homeserver
    from synapse.module_api import ModuleApi

MARKS_FILE: Final = "undelivered.json"

_HOUR_MS: Final = 3600 * 1000

Mark = tuple[int, int]
"""A time in milliseconds since 1970, and the highest number at that time."""


class Undelivered:
    """Drops old messages to devices, now and then once an hour.

    Args:
        api: Synapse's. folder: DIR/homeserver. hours: how long a message is kept.
    """

    def __init__(self, api: "ModuleApi", folder: Path, hours: int) -> None:
        self._api = api
        self._file = folder / MARKS_FILE
        self._kept_ms = hours * _HOUR_MS
        api.delayed_background_call(0, self.drop)
        api.looping_background_call(self.drop, _HOUR_MS, run_on_all_instances=False)

    async def drop(self) -> None:
        """Note the highest number, and drop what is too old."""
        now = self._api.get_current_time_msec()
        highest = await self._api.run_db_interaction("underseal_highest", _highest)
        below, marks = due([*self._read(), (now, highest)], now - self._kept_ms)
        if below:
            await self._api.run_db_interaction("underseal_undelivered", _delete, below)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(marks), encoding="ascii")
        fresh.replace(self._file)

    def _read(self) -> list[Mark]:
        if not self._file.exists():
            return []
        return [(at, number) for at, number in json.loads(self._file.read_bytes())]


def due(marks: list[Mark], before: int) -> tuple[int, list[Mark]]:
    """Return up to which number everything was there before a time (0 for nothing), and the marks that are still needed."""
    past = [mark for mark in marks if mark[0] <= before]
    return (past[-1][1] if past else 0), [*past[-1:], *(mark for mark in marks if mark[0] > before)]


def _highest(txn: Any) -> int:
    txn.execute("SELECT max(stream_id) FROM device_inbox")
    return int(txn.fetchone()[0] or 0)


def _delete(txn: Any, number: int) -> None:
    txn.execute("DELETE FROM device_inbox WHERE stream_id <= ?", (number,))
