"""Many browsers at once read the same evidence, and each gets its own answer."""

import socket
from concurrent.futures import ThreadPoolExecutor

from underseal.evidence.server.serving import listen

from .serving_room import Served, acts

AT_ONCE = 16
PATHS = (
    "/api/overview",
    "/api/search?q=kind:text&order=oldest",
    "/api/search/histogram?q=verdict:locked",
    "/api/search/facets",
    "/api/conversations?limit=5",
    "/api/records/700",
    "/api/records/700/provenance",
    "/api/releases/1",
)


def test_answers_are_those_of_one_at_a_time(room: Served) -> None:
    def ask(path: str) -> tuple[int, object]:
        with room.reader() as browser:
            answer = browser.get(path)
            content = answer.json()
            content.pop("milliseconds", None)
            content.pop("last_visit", None)
            return answer.status_code, content

    alone = [ask(path) for path in PATHS]
    before = len(acts(room.investigation, "searched"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        together = list(pool.map(ask, PATHS * 6))
    assert together == alone * 6
    assert len(acts(room.investigation, "searched")) == before + 3 * 6, "every search of each of them is in the audit"


def test_answers_are_not_held_back() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP, "asyncio switches Nagle's algorithm off only for this"
