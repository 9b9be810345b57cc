"""The command line, called as a function: all but the process around it."""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from underseal.cli import main

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


class CommandLine:
    """Runs commands on one workspace."""

    def __init__(self, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.workspace = workspace
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: str, typed: str = PASSWORD, **variables: str) -> Done:
        """Run a command.

        Args:
            words: its arguments. typed: what standard input holds. variables: of the environment.
        """
        with self._monkeypatch.context() as here:
            for name, value in {"UNDERSEAL_WORKSPACE": str(self.workspace), **variables}.items():
                here.setenv(name, value)
            here.setattr("sys.argv", ["underseal", *words])
            here.setattr("sys.stdin", io.StringIO(typed))
            here.setattr("os.isatty", lambda _descriptor: False)  # whoever runs the tests may sit at a terminal
            with pytest.raises(SystemExit) as ended:
                main()
        shown = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(returncode=ended.value.code, stdout=shown.out, stderr=shown.err)
