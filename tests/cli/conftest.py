"""Workspaces that are made once, and copied for each test."""

import shutil
from pathlib import Path

import pytest

from underseal.core.records import Secret
from underseal.evidence.casework import Role
from underseal.evidence.investigation import create_investigation

from .commands import PASSWORD, CommandLine


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workspace of one person, and one with an administrator and an investigator; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    with create_investigation(folder / "single", "Harbour"):
        pass
    with create_investigation(folder / "office", "Harbour") as office:
        office.people.add("anna", Role.ADMINISTRATOR, Secret(PASSWORD.encode()))
        office.acting_as(office.casework.users.actor("anna")).people.add(
            "ines", Role.INVESTIGATOR, Secret(PASSWORD.encode())
        )
    return folder / "single", folder / "office"


@pytest.fixture
def single(
    made: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line of a workspace of one person."""
    return CommandLine(Path(shutil.copytree(made[0], tmp_path / "harbour")), monkeypatch, capsys)


@pytest.fixture
def office(
    made: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line of a workspace with an administrator and an investigator."""
    return CommandLine(Path(shutil.copytree(made[1], tmp_path / "harbour")), monkeypatch, capsys)
