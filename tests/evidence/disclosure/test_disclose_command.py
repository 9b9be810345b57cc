"""The command line of disclosure."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from underseal.cli.main import group
from underseal.errors import UndersealError

from .quay import AUTHORITY, Quay


@pytest.fixture
def run(quay: Quay, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("UNDERSEAL_WORKSPACE", str(quay.investigation.workspace.root))
    monkeypatch.setenv("UNDERSEAL_AUTHORITY", AUTHORITY)
    return Run()


class Run:
    def __call__(self, *arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(group, arguments, standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        assert (done.return_value or 0) == code, done.output
        return done


def test_a_dossier_is_previewed_held_back_disclosed_verified_and_compared(run: Run, quay: Quay, tmp_path: Path) -> None:
    dossier, number = quay.dossier("$a8", "$a9"), str(quay.number("$a9"))
    previewed = json.loads(run("disclose", dossier, "--to", "Mr Vos", "--preview", "--json").stdout)
    assert (previewed["counts"]["used"], previewed["sessions"][0]["opens"]) == (2, 2)
    assert "session keys" in run("disclose", dossier, "--to", "Mr Vos", "--preview").stdout
    one, two = str(tmp_path / "one"), str(tmp_path / "two.zip")
    assert "underseal verify" in run("disclose", dossier, "--to", "Mr Vos", "--out", one).stdout
    run("disclose", "redact", dossier, "--message", number, "--why", "a third party")
    run("disclose", "hold-back", dossier, "--message", str(quay.number("$b1")), "--why", "a source")
    assert "a third party" in run("disclose", "held-back", dossier).stdout
    run("disclose", dossier, "--to", "Mr Vos", "--out", two, "--zip", "--since", one)
    assert "is as it was signed" in run("verify", two).stdout
    found = json.loads(run("disclose", "diff", one, two, "--json", code=1).stdout)
    assert [(each["where"], each["reason"]) for each in found] == [("changed", "newly redacted: text")]
    assert "newly redacted" in run("disclose", "diff", one, two, code=1).stdout
    assert "alike" in run("disclose", "diff", one, one).stdout
    run("disclose", "show", dossier, "--message", number, "--why", "they agreed")
    run("disclose", "give-back", dossier, "--message", str(quay.number("$b1")), "--why", "no more")


def test_a_pack_that_is_not_proved_is_not_compared(run: Run, quay: Quay) -> None:
    pack = quay.pack(quay.dossier("$a8"))
    (pack / "keys.json").write_text("{}", encoding="utf-8")
    run("verify", str(pack), code=1)
    with pytest.raises(UndersealError, match=r"keys\.json was changed"):
        run("disclose", "diff", str(pack), str(pack))


def test_what_is_missing_is_said(run: Run, quay: Quay) -> None:
    dossier = quay.dossier("$a8")
    with pytest.raises(UndersealError, match="No folder"):
        run("disclose", dossier, "--to", "Mr Vos")
    with pytest.raises(UndersealError, match="no such dossier"):
        run("disclose", "AN.1999/0001", "--to", "Mr Vos", "--preview")
    with pytest.raises(UndersealError, match="no pack"):
        run("disclose", dossier, "--to", "Mr Vos", "--out", str(quay.folder / "x"), "--since", "nothing")
