"""Named users on the command line: who is let in, who is not, and in whose name it stands in the audit."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

UNDERSEAL = Path(sys.executable).parent / "underseal"
PASSWORD = "correct horse battery"
LIMIT_SECONDS = 60


def run(workspace: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [UNDERSEAL, *words],
        env={**os.environ, "UNDERSEAL_WORKSPACE": str(workspace), **variables},
        input=PASSWORD,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def typed(workspace: Path, *words: str, answer: str) -> tuple[int, str]:
    """Run a command on a terminal of its own, answer its first question, and return its exit code and all that was shown."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(UNDERSEAL, ["underseal", *words], {**os.environ, "UNDERSEAL_WORKSPACE": str(workspace)})  # noqa: S606
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
            if answer and b": " in shown:
                os.write(terminal, f"{answer}\n".encode())
                answer = ""
    except OSError:  # the other end was closed
        pass
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()


@pytest.fixture
def single(tmp_path: Path) -> Path:
    """A workspace of one person."""
    workspace = tmp_path / "harbour"
    assert run(workspace, "init", str(workspace)).returncode == 0
    return workspace


@pytest.fixture
def office(single: Path) -> Path:
    """A workspace with an administrator and an investigator, named as a person does it."""
    first = run(single, "user", "add", "anna", "--role", "administrator", "--password-file", "-")
    assert first.returncode == 0, first.stderr
    second = run(
        single, "--user", "anna", "user", "add", "ines", "--role", "investigator", "--password-file", "-",
        UNDERSEAL_PASSWORD=PASSWORD,
    )  # fmt: skip
    assert second.returncode == 0, second.stderr
    return single


@pytest.fixture
def as_anna(office: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    return lambda *words: run(office, *words, UNDERSEAL_USER="anna", UNDERSEAL_PASSWORD=PASSWORD)


def test_an_act_stands_in_the_audit_under_the_name_of_who_did_it(
    as_anna: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    listed = as_anna("audit", "list", "--act", "user_added").stdout.splitlines()
    assert "  anna  user_added" in listed[0]
    assert "user=ines" in listed[0]
    assert "  anna  login" in as_anna("audit", "list", "--act", "login").stdout.splitlines()[0]


def test_the_role_is_that_of_the_user(office: Path) -> None:
    done = run(office, "--user", "ines", "audit", "export", "x.jsonl", UNDERSEAL_PASSWORD=PASSWORD)
    assert done.returncode == 3
    assert "The role investigator of ines does not allow this" in done.stderr


@pytest.mark.parametrize(
    "words", [("audit", "list"), ("release", "list"), ("user", "list"), ("decrypt",), ("search", "x")]
)
def test_without_a_name_there_is_one_sentence_and_a_hint(office: Path, words: tuple[str, ...]) -> None:
    done = run(office, *words)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        "underseal: This workspace has named users, and you have not said which of them you are.",
        "           Say who acts: underseal --user NAME ..., or UNDERSEAL_USER.",
    ]


def test_without_a_password_and_a_terminal_there_is_a_hint(office: Path) -> None:
    done = run(office, "--user", "ines", "release", "list")
    assert done.returncode == 3
    assert "UNDERSEAL_PASSWORD" in done.stderr


@pytest.mark.parametrize(("name", "password"), [("ines", "wrong horse battery"), ("nemo", PASSWORD)])
def test_a_refusal_does_not_say_what_is_wrong(office: Path, name: str, password: str) -> None:
    done = run(office, "--user", name, "release", "list", UNDERSEAL_PASSWORD=password)
    assert (done.returncode, done.stderr) == (3, "underseal: The name or the password is wrong.\n")


def test_a_name_is_of_no_use_in_a_workspace_of_one_person(single: Path) -> None:
    done = run(single, "--user", "anna", "release", "list")
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "underseal: This workspace has no named users, so nobody logs in to it.",
        "           Leave the name out, or add the first user: underseal user add NAME --role administrator",
    ]
    assert run(single, "release", "list").returncode == 0
    assert run(single, "release", "list", UNDERSEAL_USER="anna").returncode == 0


def test_a_password_is_asked_for_and_not_shown(office: Path) -> None:
    code, shown = typed(office, "--user", "ines", "release", "list", answer=PASSWORD)
    assert "Password of ines: " in shown
    assert "Nothing has been released yet" in shown
    assert PASSWORD not in shown
    assert code == 0


def test_a_wrong_password_at_the_terminal_is_refused(office: Path) -> None:
    code, shown = typed(office, "--user", "ines", "release", "list", answer="wrong horse battery")
    assert code == 3
    assert "The name or the password is wrong." in shown
    assert "wrong horse" not in shown
