"""What the operator hands over: a folder that an intake reads without knowing our code, with a signed list of all that is in it.

    OUT/homeserver.db      what the order covers, as Synapse's tables (see `selection`)
    OUT/media_store/       the encrypted files that belong to it
    OUT/feed.jsonl         the module's feed since the last handover
    OUT/differences.jsonl  where feed and database differ, event by event
    OUT/handover.json      signed: order, number, the handover before it, sums, and the SHA-256 of every file

Source of the layout: what `docs/formats/synapse.md` and `docs/formats/matrix-jsonl.md` say that they read.
"""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from underseal.core.crypto import sha256_file
from underseal.core.folders import publish_folder
from underseal.core.ledger import Json, sign_document
from underseal.errors import InternalError, RefusedError
from underseal.network.capture.order import InForce, Order, Orders, next_position, order_file
from underseal.network.capture.reconcile import Difference, Reconciliation, reconcile
from underseal.network.capture.selection import Taken, copy_database
from underseal.network.capture.source import end_log, log_to_device, snapshot
from underseal.network.homeserver import is_running
from underseal.network.homeserver.files import FEED_FILE, ORDER_FILE
from underseal.network.pins import user_id
from underseal.network.setup import Network

FORMAT: Final = "underseal/handover/1"
MANIFEST: Final = "handover.json"

FEED_LAG_SECONDS: Final = 3.0
"""How long the feed may be behind the database before an event counts as missing from it."""

_LOOK_AGAIN_SECONDS: Final = 0.1

Progress = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and how much in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What was handed over.

    Attributes:
        folder: where. number: which one under its order, from 1.
        order: under which. sums: counts by name. manifest: SHA-256 of handover.json, hex.
    """

    folder: Path
    number: int
    order: Order
    sums: dict[str, int]
    manifest: str


def begin_capture(network: Network, order: Order, at: datetime) -> None:
    """Enter an order, and from now on keep what the server would delete.

    Raises:
        ConflictError: another order is in force. NotFoundError: the network never ran.
    """
    begins, ends = (int(moment.timestamp() * 1000) for moment in (order.begins, order.ends))
    with snapshot(network):
        pass  # there is a database to log in
    Orders(network).begin(order, at)
    log_to_device(network, begins, ends)
    (network.capture / ORDER_FILE).write_bytes(order_file(order))
    _await_feed(network)


def _await_feed(network: Network) -> None:
    """Wait until the homeserver, if it runs, has seen the order: from then on its feed is whole."""
    deadline = time.monotonic() + FEED_LAG_SECONDS
    while is_running(network) and not (network.capture / FEED_FILE).exists() and time.monotonic() < deadline:
        time.sleep(_LOOK_AGAIN_SECONDS)


def end_capture(network: Network, at: datetime) -> Order:
    """End the order in force; what was kept and not handed over is deleted.

    Raises:
        NotFoundError: there is none.
    """
    order = Orders(network).end(at)
    for name in (ORDER_FILE, FEED_FILE):
        (network.capture / name).unlink(missing_ok=True)
    end_log(network)
    return order


def hand_over(network: Network, out: Path, at: datetime, progress: Progress = lambda *_: None) -> Handover:
    """Make the next handover under the order in force, while the network runs or not.

    Args:
        network: whose. out: folder to make. at: now. progress: called now and then.

    Raises:
        NotFoundError: there is no order, or no database.
        RefusedError: the order does not hold yet, or no more.
        ConflictError: the folder is not empty. InternalError: the disk or the database refuses.
    """
    orders = Orders(network)
    current = orders.in_force()
    order = current.order
    if not order.begins <= at < order.ends:
        raise RefusedError(
            f"The order {order.number} holds from {order.begins.isoformat()} to {order.ends.isoformat()}.",
            hint="Ask for another one, or wait until it begins.",
        )
    work = _Work(network, current, at, progress)
    try:
        publish_folder(out.absolute(), work.build)
    except (OSError, sqlite3.Error) as error:
        raise InternalError(f"The handover {out} cannot be made: {error}.") from error
    orders.handed_over(order, work.position, at, work.sums)
    return Handover(
        folder=out, number=work.position.count, order=order, sums=work.sums, manifest=work.position.manifest
    )


class _Work:
    """One handover in the making."""

    def __init__(self, network: Network, current: InForce, at: datetime, progress: Progress) -> None:
        self._network = network
        self._order = current.order
        self._since = current.position
        self._fed_since = max(current.entered, current.order.begins)
        self._at = at
        self._progress = progress
        self.sums: dict[str, int] = {}
        self.position = current.position

    def build(self, aside: Path) -> None:
        aside.mkdir(mode=0o700)
        self._progress("Copying the database", 0, 1)
        with snapshot(self._network) as found:
            taken = copy_database(
                found, aside / "homeserver.db", self._order, self._since, self._network.settings.server_name
            )
        self._progress("Copying the database", 1, 1)
        files = self._copy_media(taken, aside)
        compared = self._compare(aside, taken)
        (aside / "differences.jsonl").write_text("".join(line + "\n" for line in compared.lines()), encoding="utf-8")
        self.sums = {**{f"rows_{table}": rows for table, rows in taken.rows.items()}, "files": files, **compared.sums()}
        data = self._manifest(aside)
        (aside / MANIFEST).write_bytes(data)
        self.position = next_position(
            self._since,
            events=taken.events,
            to_device=taken.to_device,
            manifest=sha256(data).hexdigest(),
        )

    def _copy_media(self, taken: Taken, aside: Path) -> int:
        """Copy the files of the media store; one that the server has dropped meanwhile is counted by its absence."""
        copied = 0
        for done, media in enumerate(taken.media, 1):
            place = Path("media_store", "local_content", media[:2], media[2:4], media[4:])
            found = self._network.homeserver / place
            if found.is_file():
                (aside / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(found, aside / place)
                copied += 1
            self._progress("Copying files", done, len(taken.media))
        return copied

    def _compare(self, aside: Path, taken: Taken) -> Reconciliation:
        """Copy the feed of the events that are in the database, and hold the two against each other.

        An event is in the database a moment before it is in the feed; so what is missing is looked for again for a while.
        """
        deadline = time.monotonic() + FEED_LAG_SECONDS
        while True:
            with closing(sqlite3.connect(aside / "homeserver.db")) as database:
                rooms = {room for (room,) in database.execute("SELECT room_id FROM rooms")}
                due = _Due(rooms=rooms, after=self._since.events, until=taken.events)
                _copy_feed(self._network.capture / FEED_FILE, aside / FEED_FILE, due)
                compared = reconcile(aside / FEED_FILE, self._events(database))
            if not compared.differences[Difference.ONLY_DATABASE] or time.monotonic() > deadline:
                return compared
            time.sleep(_LOOK_AGAIN_SECONDS)

    def _events(self, database: sqlite3.Connection) -> Iterator[tuple[str, str, bool]]:
        fed_since = int(self._fed_since.timestamp() * 1000)
        query = (
            "SELECT event_id, json, received_ts >= ? AND stream_ordering > ? FROM events JOIN event_json USING (event_id)"
            " ORDER BY stream_ordering"
        )
        for event_id, text, due in database.execute(query, (fed_since, self._since.events)):
            yield event_id, text, bool(due)

    def _manifest(self, aside: Path) -> bytes:
        files = sorted(path for path in aside.rglob("*") if path.is_file())
        listed: list[Json] = []
        for done, file in enumerate(files, 1):
            digest = sha256_file(file)
            listed.append({"path": str(file.relative_to(aside)), "bytes": digest.size, "sha256": digest.sha256.hex()})
            self._progress("Hashing", done, len(files))
        payload: dict[str, Json] = {
            "format": FORMAT,
            "server": self._network.settings.server_name,
            "number": self._since.count + 1,
            "previous": self._since.manifest,
            "at": self._at.isoformat(),
            "order": self._order.to_json(),
            "accounts": [user_id(pin, self._network.settings.server_name) for pin in self._order.accounts],
            "sums": dict(self.sums),
            "files": listed,
        }
        return sign_document(payload, self._network.signing_key).to_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """Which lines of the feed belong to a handover.

    Attributes:
        rooms: those that the order covers. after, until: places in the server's order.
    """

    rooms: set[str]
    after: int
    until: int

    def has(self, line: bytes) -> bool:
        """Say whether a line belongs to it; a damaged one tells nothing but that it is damaged, and does."""
        try:
            event = json.loads(line)
            return self.after < event["stream_ordering"] <= self.until and event["room_id"] in self.rooms
        except (ValueError, KeyError, TypeError):
            return True


def _copy_feed(feed: Path, target: Path, due: _Due) -> None:
    with target.open("wb") as copy:
        if feed.exists():
            with feed.open("rb") as lines:
                copy.writelines(line for line in lines if due.has(line))


def read_manifest(folder: Path) -> dict[str, Json]:
    """Return what a handover's manifest says, unverified."""
    payload: dict[str, Json] = json.loads(json.loads((folder / MANIFEST).read_bytes())["payload"])
    return payload
