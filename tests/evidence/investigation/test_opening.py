"""Whose hands an investigation is in: one person's, or a named user's whose password was checked."""

import getpass
import inspect
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import underseal
from underseal.core.records import Secret
from underseal.errors import RefusedError, ThrottledError
from underseal.evidence.audit import Act
from underseal.evidence.authority.door import LOGIN_WINDOW, LOGINS_PER_NAME
from underseal.evidence.casework import Role
from underseal.evidence.investigation import (
    Investigation,
    create_investigation,
    open_for_others,
)

PASSWORD = "correct horse battery"
ROLES = {"anna": Role.ADMINISTRATOR, "ines": Role.INVESTIGATOR, "dora": Role.FILTER}


@pytest.fixture
def single(tmp_path: Path) -> Path:
    """A workspace of one person."""
    create_investigation(tmp_path / "single", "Harbour").close()
    return tmp_path / "single"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with named users, one of them disabled; not to be changed."""
    folder = tmp_path_factory.mktemp("named") / "harbour"
    with create_investigation(folder, "Harbour") as investigation:
        for name, role in ROLES.items():
            investigation.casework.users.add(name, role, Secret(PASSWORD.encode()), at=0)
        investigation.casework.users.set_disabled("dora", disabled=True)
    return folder


@pytest.fixture
def named(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "named"))


@pytest.fixture
def watching(named: Path) -> Iterator[Investigation]:
    """The same workspace in nobody's hands, to see what is in its audit."""
    with open_for_others(named) as investigation:
        yield investigation


def failures(investigation: Investigation) -> list[tuple[str, str]]:
    entries = investigation._audit.entries(act="login_failed", oldest_first=True)
    return [(entry.user, str(entry.details["reason"])) for entry in entries]


def test_a_workspace_of_one_person_is_opened_as_ever(single: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with underseal.open(single) as investigation:
        assert investigation.user == getpass.getuser()
    with underseal.open(single, user="boss") as investigation:
        assert investigation.user == "boss"
    monkeypatch.setenv("UNDERSEAL_USER", "anna")
    monkeypatch.setenv("UNDERSEAL_PASSWORD", PASSWORD)
    with underseal.open(single) as investigation:
        assert investigation.user == getpass.getuser()
        assert investigation._audit.entries(act="login") == []


def test_a_password_opens_nothing_where_nobody_has_one(single: Path) -> None:
    with pytest.raises(RefusedError, match="no named users"):
        underseal.open(single, user="anna", password=PASSWORD)


def test_a_named_user_acts_and_is_audited_as_that_user(named: Path, watching: Investigation) -> None:
    with underseal.open(named, user="Ines", password=PASSWORD) as investigation:
        assert investigation.user == "ines"
        investigation.gate.permit(user=investigation.user, act=Act.AUDIT_READ)
        with pytest.raises(RefusedError, match="role investigator of ines"):
            investigation.gate.permit(user=investigation.user, act=Act.USER_ADDED)
    (login,) = watching._audit.entries(act="login")
    assert (login.user, login.details) == ("ines", {"role": "investigator", "door": "program"})
    assert watching._audit.entries(act="audit_read")[0].user == "ines"


def test_name_and_password_come_from_the_environment_too(named: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSEAL_USER", "ines")
    monkeypatch.setenv("UNDERSEAL_PASSWORD", PASSWORD)
    with underseal.open(named) as investigation:
        assert investigation.user == "ines"
    with underseal.open(named, user="anna") as investigation:
        assert investigation.user == "anna"


def test_who_is_not_named_is_told_how(named: Path) -> None:
    with pytest.raises(RefusedError, match="you have not said which") as caught:
        underseal.open(named)
    assert caught.value.hint == "Say who acts: underseal --user NAME ..., or UNDERSEAL_USER."


def test_a_name_alone_is_not_enough(named: Path) -> None:
    with pytest.raises(RefusedError, match="a name needs its password") as caught:
        underseal.open(named, user="ines")
    assert "UNDERSEAL_PASSWORD" in caught.value.hint
    assert "user" not in inspect.signature(Investigation.under).parameters


@pytest.mark.parametrize(
    ("name", "password", "known"),
    [
        ("ines", "wrong horse battery", "ines"),
        ("ines", "", "ines"),
        ("nemo", PASSWORD, "(nobody)"),
        (PASSWORD, "ines", "(nobody)"),
        ("dora", PASSWORD, "dora"),
    ],
)
def test_whatever_is_wrong_the_refusal_is_one_and_in_the_audit(
    named: Path, watching: Investigation, name: str, password: str, known: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        underseal.open(named, user=name, password=password)
    assert (caught.value.message, caught.value.hint) == ("The name or the password is wrong.", "")
    assert failures(watching) == [(known, "wrong password")]
    assert "account " in str(watching._audit.entries(act="login_failed")[0].details["address"])


def test_guessing_is_slowed_down_though_each_guess_is_an_opening_of_its_own(
    named: Path, watching: Investigation
) -> None:
    for _ in range(LOGINS_PER_NAME):
        with pytest.raises(RefusedError, match="name or the password is wrong"):
            underseal.open(named, user="ines", password="wrong horse battery")
    with pytest.raises(ThrottledError, match="too many attempts") as caught:
        underseal.open(named, user="ines", password=PASSWORD)
    assert 0 < caught.value.wait <= LOGIN_WINDOW // 1000
    assert failures(watching) == [("ines", "wrong password")] * LOGINS_PER_NAME + [("ines", "throttled")]
    watching.gate.clock = lambda before=watching.gate.clock: before() + LOGIN_WINDOW  # type: ignore[misc]
    assert watching.door.enter("ines", Secret(PASSWORD.encode()), door="program", address="here").name == "ines"


def test_unknown_names_are_slowed_down_alike(named: Path) -> None:
    for _ in range(LOGINS_PER_NAME):
        with pytest.raises(RefusedError, match="name or the password is wrong"):
            underseal.open(named, user="nemo", password=PASSWORD)
    with pytest.raises(ThrottledError):
        underseal.open(named, user="nemo", password=PASSWORD)


def test_a_server_is_itself_nobody(watching: Investigation) -> None:
    assert watching.user == ""
    with pytest.raises(RefusedError, match="Nobody is named"):
        watching.gate.permit(user=watching.user, act=Act.RELEASE_READ)


def test_a_server_of_one_person_is_that_person(single: Path) -> None:
    with open_for_others(single) as investigation:
        assert investigation.user == getpass.getuser()


def test_who_opens_an_investigation_to_search_it_loads_no_reader_of_formats_and_no_decryption() -> None:
    program = (
        "import sys, click; from underseal.cli.main import group;"
        "[group.get_command(click.Context(group), verb) for verb in ('search', 'read')]; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )  # our own program
    loaded = set(done.stdout.split())
    assert "underseal.evidence.search" in loaded
    heavy = ["underseal.evidence.intake", "underseal.evidence.decrypt", "underseal.evidence.server", "rich.progress"]
    assert [name for name in [*heavy, "pyarrow.csv", "pyarrow.dataset", "duckdb", "pandas"] if name in loaded] == []
