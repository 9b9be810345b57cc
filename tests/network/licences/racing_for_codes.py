"""What processes of many do with the licences of a network, and one that is killed."""

from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Barrier

from underseal.errors import CodeSpentError
from underseal.network.licences import Licences
from underseal.network.setup import Network

from .shelf import NORTH, NOW, OFFICE, PRODUCT, RETRY

LIMIT_SECONDS = 120
"""For a race that hangs, not an expectation."""


def activate(licences: Licences, code: str, racer: int) -> str:
    try:
        return licences.activate(code, retry_key=bytes([racer]) * 32, at=NOW).pin
    except CodeSpentError:
        return ""


def race_for(
    root: str, codes: Sequence[str], racer: int, start: Barrier, results: "list[tuple[int, int, str]]"
) -> None:
    network = Network.open(Path(root))
    with Licences(network.licences, network.signing_key) as licences:
        for number, code in enumerate(codes):
            start.wait(LIMIT_SECONDS)
            results.append((number, racer, activate(licences, code, racer)))


def sell_without_end(telling: Connection, root: str) -> None:
    """Sell a licence and renew it, again and again, and tell the PIN of each that is done."""
    network = Network.open(Path(root))
    with Licences(network.licences, network.signing_key) as licences:
        telling.send("begin")
        while True:
            first, second = (code.text for code in licences.codes.issue(NORTH, PRODUCT, 2, at=NOW, by=OFFICE).codes)
            pin = licences.activate(first, retry_key=RETRY, at=NOW).pin
            licences.renew(pin, second, NOW)
            telling.send(pin)
