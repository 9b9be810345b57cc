"""Runs commands on one network as a person does, in this process."""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from underseal.cli import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


class CommandLine:
    """`underseal network ...` on a network.

    Args:
        root: of the network. monkeypatch, capsys: of the test. group: the words before those of each command.
    """

    def __init__(
        self,
        root: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        *group: str,
    ) -> None:
        self.root = root
        self._group = group
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: str, typed: str = "", network: str | None = None) -> Done:
        """Run a command.

        Args:
            words: behind the group. typed: what standard input holds. network: another UNDERSEAL_NETWORK.
        """
        with self._monkeypatch.context() as here:
            here.setenv("UNDERSEAL_NETWORK", str(self.root) if network is None else network)
            here.setattr("sys.argv", ["underseal", "network", *self._group, *words])
            here.setattr("sys.stdin", io.StringIO(typed))
            with pytest.raises(SystemExit) as ended:
                main()
        shown = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(returncode=ended.value.code, stdout=shown.out, stderr=shown.err)

    def says(self, *words: str, typed: str = "") -> str:
        """Run what must succeed, and return what it says."""
        done = self(*words, typed=typed)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def refuses(self, *words: str, typed: str = "") -> str:
        """Run what must be refused with one sentence and perhaps a hint, and return them."""
        done = self(*words, typed=typed)
        assert done.returncode in (1, 3)
        assert done.stdout == ""
        assert done.stderr.startswith("underseal: ")
        assert "Traceback" not in done.stderr
        return done.stderr
