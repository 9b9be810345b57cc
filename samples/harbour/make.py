"""Makes the harbour sample: a real homeserver, real handsets, a story, and the capture that remains of it.

`python samples/harbour/make.py` makes the committed sample anew, in about a minute;
`python samples/harbour/make.py --small --out FOLDER` makes a small one for tests, in some ten seconds.
"""

import argparse
import asyncio
import importlib.util
import json
import logging
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import truth
from cast import FULL, SMALL, Cast
from story import SEED, tell

HERE = Path(__file__).parent
SHARE = (0.45, 0.60)
TOOLS = ("espeak-ng", "opusenc")
MODULES = ("synapse", "nio", "PIL")
MADE = ("capture", "keys", "truth.jsonl")
_BEGIN, _END = "<!-- counts -->\n", "<!-- end of counts -->\n"


class SampleError(Exception):
    """The sample is not what it should be."""


async def run(cast: Cast, seed: int, folder: Path) -> list[truth.Sent]:
    """Perform the story and write capture, keys and truth into an empty folder."""
    # Late, so that main() can say in one sentence what is not installed.
    from fleet import Fleet  # noqa: PLC0415
    from homeserver import Homeserver, take_capture  # noqa: PLC0415

    server_folder = folder / "server"
    server_folder.mkdir()
    (folder / "keys").mkdir()
    async with Homeserver(server_folder) as server:
        fleet = Fleet(cast, server)
        try:
            await fleet.gather()
            await fleet.perform(tell(cast, seed))
            passphrases = await fleet.export(folder / "keys")
        finally:
            await fleet.close()
    take_capture(server_folder, folder / "capture")
    events = sorted(fleet.sent.values(), key=lambda event: event.n)
    truth.settle(events, fleet.book, [device.phone for device in cast.devices if device.seized])
    truth.write(events, folder / "truth.jsonl")
    (folder / "keys" / "passphrases.json").write_text(json.dumps(passphrases, indent=2) + "\n", "utf-8")
    return events


def ask(database: Path, question: str) -> list[tuple[Any, ...]]:
    """Rows of the captured database, which is opened as evidence is: for reading only."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
        return connection.execute(question).fetchall()


def check_times(events: list[truth.Sent], database: Path) -> None:
    """Compare event ids and times with the captured database.

    Raises:
        SampleError: they differ.
    """
    found = dict(ask(database, "SELECT event_id, origin_server_ts FROM events WHERE state_key IS NULL"))
    if found != {event.event_id: event.ts for event in events}:
        raise SampleError("The events in the database are not those that were sent, or not at the times of the story.")


def counts(events: list[truth.Sent], database: Path) -> str:
    """What the sample holds, as the tables of the README."""
    sealed = [event for event in events if event.encrypted]
    opened = sum(bool(event.openable_by) for event in sealed)
    sessions = len({event.session_id for event in sealed})
    state = ask(database, "SELECT count(*) FROM events WHERE state_key IS NOT NULL")[0][0]
    logged = ask(database, "SELECT count(*) FROM underseal_to_device_log")[0][0]
    lines = [
        (
            f"{len(events)} events that are not state, {len(sealed)} of them encrypted in {sessions} Megolm sessions; "
            f"{opened} of these ({opened / len(sealed):.1%}) can be opened with the exported keys. "
            f"Beside them {state} state events and {logged} to-device messages."
        ),
    ]
    for title, values in (
        ("kind", Counter(event.kind for event in events)),
        ("verdict", Counter(event.verdict for event in events)),
        ("language", Counter(event.language for event in events if event.language)),
        ("room", Counter(event.room for event in events)),
        ("key export", Counter(phone for event in sealed for phone in event.openable_by)),
    ):
        rows = "".join(f"| {name} | {number} |\n" for name, number in values.most_common())
        lines.append(f"\n| {title} | events |\n|---|---:|\n{rows.rstrip()}")
    return "\n".join(lines) + "\n"


def publish(made: Path, out: Path, summary: str) -> None:
    """Put what was made in the place of what was there, and the counts into the README when there is one."""
    out.mkdir(parents=True, exist_ok=True)
    for name in MADE:
        old = out / name
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
        shutil.move(made / name, old)
    readme = out / "README.md"
    if readme.exists():
        before, _, rest = readme.read_text("utf-8").partition(_BEGIN)
        after = rest.partition(_END)[2]
        readme.write_text(f"{before}{_BEGIN}{summary}{_END}{after}", "utf-8")


def main() -> None:
    """Read the arguments, make the sample, check it and say what it holds."""
    parser = argparse.ArgumentParser(description="Make the harbour sample.")
    parser.add_argument("--small", action="store_true", help="4 accounts, 3 rooms, some 75 events")
    parser.add_argument("--out", type=Path, help="where to write; without it the full sample goes beside this script")
    parser.add_argument("--seed", type=int, default=SEED, help="of the story; keys are new in every run")
    options = parser.parse_args()
    if options.small and not options.out:
        parser.error("--small needs --out: the small sample must not replace the committed one")
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        sys.exit(f"Making the voice messages needs {' and '.join(missing)}; install espeak-ng and opus-tools.")
    if missing := [module for module in MODULES if not importlib.util.find_spec(module)]:
        sys.exit(f'This Python lacks {", ".join(missing)}; install the dependency group "sample".')
    # nio warns of every device that has no session yet; phone.py checks that each got its keys in the end.
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    started = time.monotonic()
    cast = SMALL if options.small else FULL
    with tempfile.TemporaryDirectory(prefix="harbour-") as folder:
        events = asyncio.run(run(cast, options.seed, Path(folder)))
        database = Path(folder, "capture", "homeserver.db")
        check_times(events, database)
        summary = counts(events, database)
        check_share(events, small=options.small)
        publish(Path(folder), options.out or HERE, summary)
    print(summary)
    print(f"Made in {time.monotonic() - started:.0f} s.")


def check_share(events: list[truth.Sent], *, small: bool) -> None:
    """See that about half of the encrypted events can be opened; in the small sample, that some can and some cannot.

    Raises:
        SampleError: the share lies outside.
    """
    sealed = [event for event in events if event.encrypted]
    share = sum(bool(event.openable_by) for event in sealed) / len(sealed)
    low, high = (0.01, 0.99) if small else SHARE
    if not low <= share <= high:
        raise SampleError(f"{share:.1%} of the encrypted events can be opened; {low:.0%} to {high:.0%} was meant.")


if __name__ == "__main__":
    main()
