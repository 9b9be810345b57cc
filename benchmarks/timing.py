"""Timing of answers: every question in turn, some rounds, the first of them only to warm up."""

import math
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

ROUNDS = 3
"""Rounds that count; one more comes before them."""


def time_all(questions: Sequence[T], ask: Callable[[T], object], kind: Callable[[T], str]) -> dict[str, list[float]]:
    """Return, for each kind of question, the milliseconds of every answer that counts."""
    times: dict[str, list[float]] = {}
    for round_ in range(ROUNDS + 1):
        for question in questions:
            start = time.perf_counter()
            ask(question)
            passed = (time.perf_counter() - start) * 1000
            if round_:
                times.setdefault(kind(question), []).append(passed)
    return times


def percentile(times: Sequence[float], part: float) -> float:
    """Return the smallest time that `part` (0..1) of all times do not exceed."""
    return sorted(times)[max(math.ceil(len(times) * part), 1) - 1]
