"""How many examples hypothesis tries: enough to meet a fault within days in `make test`, a multitude in `make soak`."""

import os
from typing import Final

from hypothesis import settings

USUAL: Final = 40
"""Examples of a test that says nothing else."""

_TIMES: Final = 50 if os.environ.get("SOAK") else 1


def examples(usual: int) -> int:
    """Return how many examples a test tries that usually tries so many."""
    return usual * _TIMES


def load_profile() -> None:
    """Have hypothesis try as many examples as this run is for."""
    settings.register_profile("test", deadline=None, max_examples=examples(USUAL))
    settings.register_profile("ci", settings.get_profile("test"), derandomize=True, print_blob=True)
    settings.register_profile("soak", settings.get_profile("test"), print_blob=True)
    settings.load_profile("soak" if os.environ.get("SOAK") else "ci" if os.environ.get("CI") else "test")
