"""How often something may happen within a stretch of time, per key. Kept in memory, bounded, and forgotten on restart."""

import threading
from collections import OrderedDict, deque
from typing import Final

from underseal.core.web.attempts import wait_after

MAX_KEYS: Final = 10_000
"""Keys that are remembered; beyond that the one that was used longest ago is forgotten."""


class Allowance:
    """Lets each key pass `times` times in any `per` milliseconds. Usable from many threads."""

    def __init__(self, *, times: int, per: int) -> None:
        self._times = times
        self._per = per
        self._passed: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str, *, at: int) -> int:
        """Let a key pass, or say how long it must wait.

        Args:
            key: whose turn it is. at: now, in milliseconds.

        Returns:
            0 when it passed, which is counted; else milliseconds until it may.
        """
        with self._lock:
            passed = self._passed.setdefault(key, deque())
            self._passed.move_to_end(key)
            while passed and passed[0] <= at - self._per:
                passed.popleft()
            if wait := wait_after(passed, at=at, times=self._times, per=self._per):
                return wait
            passed.append(at)
            while len(self._passed) > MAX_KEYS:
                self._passed.popitem(last=False)
            return 0

    def take_back(self, key: str) -> None:
        """Uncount the last time that a key passed."""
        with self._lock:
            if passed := self._passed.get(key):
                passed.pop()

    def forget(self, key: str) -> None:
        """Let a key begin anew."""
        with self._lock:
            self._passed.pop(key, None)
