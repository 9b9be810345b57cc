"""Under what a network is captured: an order, entered in a ledger before anything is logged.

The ledger (name "capture", DIR/capture/ledger) holds `ordered`, `handed_over` and `ended`. One order is in force at a time; what it
does not cover is neither logged nor handed over.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from underseal.core.ledger import Ledger
from underseal.errors import CallerError, ConflictError, NotFoundError
from underseal.network.pins import Pin, parse_pin
from underseal.network.setup import Network

LEDGER_NAME: Final = "capture"

ALL: Final = "all"
"""The scope of an order that names no PINs; it has to be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A judge's order to capture.

    Attributes:
        number: of the order, such as "BR-2026/17".
        magistrate: who gave it.
        legal_basis: the article it rests on.
        accounts: the PINs it covers; empty for all.
        begins, ends: aware times; before and after nothing is logged.
    """

    number: str
    magistrate: str
    legal_basis: str
    accounts: tuple[Pin, ...]
    begins: datetime
    ends: datetime

    @classmethod
    def of(
        cls,
        *,
        number: str,
        magistrate: str,
        legal_basis: str,
        accounts: tuple[str, ...],
        begins: datetime,
        ends: datetime,
    ) -> "Order":
        """Check what somebody typed.

        Raises:
            CallerError: a part is missing or makes no sense.
        """
        for name, text in (("number", number), ("magistrate", magistrate), ("legal basis", legal_basis)):
            if not text.strip() or not text.isprintable():
                raise CallerError(f"The order's {name} is missing.")
        if not accounts:
            raise CallerError("The order's accounts are missing.", hint='Name the PINs that it covers, or "all".')
        if begins >= ends:
            raise CallerError("The order ends before it begins.")
        pins = () if accounts == (ALL,) else tuple(sorted({parse_pin(text) for text in accounts}))
        return cls(
            number=number.strip(),
            magistrate=magistrate.strip(),
            legal_basis=legal_basis.strip(),
            accounts=pins,
            begins=begins,
            ends=ends,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the order as the ledger and the handover's manifest have it."""
        return asdict(self) | {
            "accounts": list(self.accounts) or ALL,
            "begins": self.begins.astimezone(UTC).isoformat(),
            "ends": self.ends.astimezone(UTC).isoformat(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Order":
        """Read what `to_json` wrote."""
        accounts = value["accounts"]
        return cls(
            number=value["number"],
            magistrate=value["magistrate"],
            legal_basis=value["legal_basis"],
            accounts=() if accounts == ALL else tuple(Pin(pin) for pin in accounts),
            begins=datetime.fromisoformat(value["begins"]),
            ends=datetime.fromisoformat(value["ends"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far the last handover came.

    Attributes:
        events: highest stream ordering handed over. to_device: highest number of a logged to-device message.
        manifest: SHA-256 of the last handover's manifest, hex; "" before the first.
        count: handovers so far.
    """

    events: int = 0
    to_device: int = 0
    manifest: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The order in force.

    Attributes:
        order: itself. entered: when it was entered; the feed begins there. position: how far its handovers came.
    """

    order: Order
    entered: datetime
    position: Position


class Orders:
    """The capture ledger of a network.

    Args:
        network: whose.
    """

    def __init__(self, network: Network) -> None:
        self._folder = network.capture / "ledger"
        self._ledger = Ledger(self._folder, network.signing_key, name=LEDGER_NAME)

    @staticmethod
    def create(network: Network) -> None:
        """Make the empty ledger of a new network."""
        Ledger.create(network.capture / "ledger", network.signing_key, name=LEDGER_NAME)

    def begin(self, order: Order, at: datetime) -> None:
        """Enter an order.

        Raises:
            ConflictError: another is in force, or this number was used before.
        """
        for entry in self._entries():
            if entry["act"] == "ordered" and entry["order"]["number"] == order.number:
                raise ConflictError(f"The order {order.number} was entered before.")
        if (current := self._current()) is not None:
            raise ConflictError(
                f"The order {current.order.number} is in force.", hint="End it first: underseal network capture end"
            )
        self._ledger.append({"act": "ordered", "at": at.isoformat(), "order": order.to_json()})

    def in_force(self) -> InForce:
        """Return the order that was entered and not ended.

        Raises:
            NotFoundError: there is none.
        """
        current = self._current()
        if current is None:
            raise NotFoundError(
                "There is no order to capture this network.",
                hint="Enter one: underseal network capture order --number ...",
            )
        return current

    def handed_over(self, order: Order, position: Position, at: datetime, sums: Mapping[str, int]) -> None:
        """Enter a handover."""
        self._ledger.append(
            {
                "act": "handed_over",
                "at": at.isoformat(),
                "order": order.number,
                "position": asdict(position),
                "sums": dict(sums),
            }
        )

    def end(self, at: datetime) -> Order:
        """Enter the end of the order in force and return it. Raises as `in_force`."""
        order = self.in_force().order
        self._ledger.append({"act": "ended", "at": at.isoformat(), "order": order.number})
        return order

    def history(self) -> list[dict[str, Any]]:
        """Return every entry, oldest first."""
        return list(self._entries())

    def _current(self) -> InForce | None:
        found: InForce | None = None
        for entry in self._entries():
            match entry["act"]:
                case "ordered":
                    order, entered = Order.from_json(entry["order"]), datetime.fromisoformat(entry["at"])
                    found = InForce(order=order, entered=entered, position=Position())
                case "handed_over" if found:
                    found = replace(found, position=Position(**entry["position"]))
                case "ended":
                    found = None
        return found

    def _entries(self) -> Any:
        return (entry.value() for entry in self._ledger.oldest_first())


def order_file(order: Order) -> bytes:
    """Return what the homeserver's module reads: how long to keep its feed."""
    span = {"from": _ms(order.begins), "to": _ms(order.ends)}
    return json.dumps({"number": order.number, **span}).encode()


def next_position(before: Position, *, events: int, to_device: int, manifest: str) -> Position:
    """Return where the next handover begins."""
    return replace(before, events=events, to_device=to_device, manifest=manifest, count=before.count + 1)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
