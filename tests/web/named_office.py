"""The demonstration, served to named users: what tests of several pages begin with."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import run, served
from .test_named_users import PASSWORD


@contextmanager
def office(demonstration: Path, folder: Path, roles: Mapping[str, str]) -> Iterator[str]:
    """Serve a copy of the demonstration to named users; yield the address of its desk.

    Args:
        demonstration: the workspace. folder: of the copy. roles: of the users, an administrator first.
    """
    workspace, secret = folder / "harbour", folder / "password"
    shutil.copytree(demonstration, workspace)
    secret.write_text(PASSWORD, encoding="utf-8")
    first = next(iter(roles))
    with pytest.MonkeyPatch.context() as environment:
        environment.setitem(os.environ, "UNDERSEAL_PASSWORD", PASSWORD)
        for name, role in roles.items():
            environment.setitem(os.environ, "UNDERSEAL_USER", "" if name == first else first)
            run("user", "add", name, "--role", role, "--password-file", secret, "--workspace", workspace)
    with served(workspace) as found:
        yield found
