"""A phone in a process of its own, which ends as a phone does whose battery is taken out: after a message, at once.

Run with the phone's folder, a room id and words; prints the event id, then kills itself.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from underseal.core.records import Secret
from underseal.network.phones import HeadlessPhone


async def main(folder: str, room_id: str, words: str) -> None:
    phone = await HeadlessPhone.open(Path(folder), Secret(b"482913"))
    print((await phone.say(room_id, words)).event_id, flush=True)  # noqa: T201  # for the test
    os.kill(os.getpid(), signal.SIGKILL)


asyncio.run(main(*sys.argv[1:]))
