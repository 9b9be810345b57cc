"""What all tests share: how hard hypothesis tries, real databases, and a fresh workspace."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from examples import load_profile

if TYPE_CHECKING:  # the tests of core must not depend on evidence
    from underseal.evidence.workspace import Workspace

pytest_plugins = ["postgres", "preloaded", "samples.harbour_fixture", "network.server_fixture"]

load_profile()


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for variable in [name for name in os.environ if name.startswith("UNDERSEAL_")]:
        monkeypatch.delenv(variable)


@pytest.fixture
def workspace(tmp_path: Path) -> "Workspace":
    """A fresh workspace whose signing key has no passphrase."""
    from underseal.evidence.workspace import Workspace  # noqa: PLC0415  # as above

    return Workspace.init(tmp_path / "workspace", "Harbour")
