"""Named users on the command line: who is let in, who is not, and in whose name it stands in the audit."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from .commands import PASSWORD, CommandLine

UNDERSEAL = Path(sys.executable).parent / "underseal"
LIMIT_SECONDS = 60
NEW = "a longer battery staple"


def as_anna(line: CommandLine, *words: str, typed: str = PASSWORD) -> str:
    """Do as the administrator what must succeed."""
    done = line(*words, typed=typed, UNDERSEAL_USER="anna", UNDERSEAL_PASSWORD=PASSWORD)
    assert done.returncode == 0, done.stderr
    return done.stdout


def typed(workspace: Path, *words: str, answers: list[str]) -> tuple[int, str]:
    """Run a command on a terminal of its own, answer its questions, and return its exit code and all that was shown."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(UNDERSEAL, ["underseal", *words], {**os.environ, "UNDERSEAL_WORKSPACE": str(workspace)})  # noqa: S606
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
            if answers and shown.endswith(b": "):
                os.write(terminal, f"{answers.pop(0)}\n".encode())
    except OSError:  # the other end was closed
        pass
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()


def test_the_first_users_are_named_as_a_person_does_it(single: CommandLine) -> None:
    first = single("user", "add", "anna", "--role", "administrator", "--password-file", "-")
    assert first.returncode == 0, first.stderr
    # Once as a process of its own, as a script does it.
    second = subprocess.run(
        [UNDERSEAL, "--user", "anna", "user", "add", "ines", "--role", "investigator", "--password-file", "-"],
        env={**os.environ, "UNDERSEAL_WORKSPACE": str(single.workspace), "UNDERSEAL_PASSWORD": PASSWORD},
        input=PASSWORD,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert (second.returncode, second.stdout) == (0, "Added ines (investigator).\n"), second.stderr
    listed = as_anna(single, "user", "list")
    assert "anna" in listed
    assert "ines" in listed


def test_an_act_stands_in_the_audit_under_the_name_of_who_did_it(office: CommandLine) -> None:
    as_anna(office, "user", "add", "fatma", "--role", "filter", "--password-file", "-")
    listed = as_anna(office, "audit", "list", "--act", "user_added").splitlines()
    assert "  anna  user_added" in listed[0]
    assert "user=fatma" in listed[0]
    assert "  anna  login" in as_anna(office, "audit", "list", "--act", "login").splitlines()[0]


def test_the_role_is_that_of_the_user(office: CommandLine) -> None:
    done = office("--user", "ines", "audit", "export", "x.jsonl", UNDERSEAL_PASSWORD=PASSWORD)
    assert done.returncode == 3
    assert "The role investigator of ines does not allow this" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "list"),
        ("release", "list"),
        ("user", "list"),
        ("user", "password"),
        ("authority", "list"),
        ("decrypt",),
        ("search", "x"),
    ],
)
def test_without_a_name_there_is_one_sentence_and_a_hint(office: CommandLine, words: tuple[str, ...]) -> None:
    done = office(*words)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        "underseal: This workspace has named users, and you have not said which of them you are.",
        "           Say who acts: underseal --user NAME ..., or UNDERSEAL_USER.",
    ]


def test_without_a_password_and_a_terminal_there_is_a_hint(office: CommandLine) -> None:
    done = office("--user", "ines", "release", "list")
    assert done.returncode == 3
    assert "UNDERSEAL_PASSWORD" in done.stderr


@pytest.mark.parametrize(("name", "password"), [("ines", "wrong horse battery"), ("nemo", PASSWORD)])
def test_a_refusal_does_not_say_what_is_wrong(office: CommandLine, name: str, password: str) -> None:
    done = office("--user", name, "release", "list", UNDERSEAL_PASSWORD=password)
    assert (done.returncode, done.stderr) == (3, "underseal: The name or the password is wrong.\n")


def test_a_name_is_of_no_use_in_a_workspace_of_one_person(single: CommandLine) -> None:
    no_users = [
        "underseal: This workspace has no named users, so nobody logs in to it.",
        "           Leave the name out, or add the first user: underseal user add NAME --role administrator",
    ]
    for words in (("--user", "anna", "release", "list"), ("user", "password", "--password-file", "-")):
        done = single(*words)
        assert (done.returncode, done.stderr.splitlines()) == (3, no_users)
    assert single("release", "list").returncode == 0
    assert single("release", "list", UNDERSEAL_USER="anna").returncode == 0


def test_a_password_is_asked_for_and_not_shown(office: CommandLine) -> None:
    code, shown = typed(office.workspace, "--user", "ines", "release", "list", answers=[PASSWORD])
    assert "Password of ines: " in shown
    assert "Nothing has been released yet" in shown
    assert PASSWORD not in shown
    assert code == 0


def test_a_wrong_password_at_the_terminal_is_refused(office: CommandLine) -> None:
    code, shown = typed(office.workspace, "--user", "ines", "release", "list", answers=["wrong horse battery"])
    assert code == 3
    assert "The name or the password is wrong." in shown
    assert "wrong horse" not in shown


def test_at_the_terminal_the_old_password_is_asked_for_once_and_the_new_one_twice(office: CommandLine) -> None:
    code, shown = typed(office.workspace, "--user", "ines", "user", "password", answers=[PASSWORD, NEW, NEW])
    questions = ["Password of ines: ", "New password of ines: ", "The same again: ", "Changed the password of ines."]
    assert (code, shown.split("\r\n")) == (0, [*questions, ""])
    assert office("--user", "ines", "release", "list", UNDERSEAL_PASSWORD=NEW).returncode == 0


def test_a_new_password_that_was_mistyped_changes_nothing(office: CommandLine) -> None:
    code, shown = typed(office.workspace, "--user", "ines", "user", "password", answers=[PASSWORD, NEW, PASSWORD])
    assert code == 1
    assert "The two passwords are not the same." in shown
    assert office("--user", "ines", "release", "list", UNDERSEAL_PASSWORD=PASSWORD).returncode == 0


def test_an_administrator_gives_another_a_new_password(office: CommandLine) -> None:
    said = as_anna(office, "user", "password", "ines", "--password-file", "-", typed=NEW)
    assert said == "Changed the password of ines.\n"
    assert office("--user", "ines", "release", "list", UNDERSEAL_PASSWORD=PASSWORD).returncode == 3
    assert office("--user", "ines", "release", "list", UNDERSEAL_PASSWORD=NEW).returncode == 0


@pytest.mark.parametrize("words", [("password", "anna", "--password-file", "-"), ("enable", "anna"), ("list",)])
def test_nobody_but_an_administrator_changes_others_or_lists_them(office: CommandLine, words: tuple[str, ...]) -> None:
    done = office("--user", "ines", "user", *words, UNDERSEAL_PASSWORD=PASSWORD)
    assert (done.returncode, done.stdout) == (3, "")
    assert "The role investigator of ines does not allow this" in done.stderr


def test_who_was_disabled_is_let_in_again(office: CommandLine) -> None:
    as_anna(office, "user", "disable", "ines", "--why", "on leave")
    assert office("--user", "ines", "release", "list", UNDERSEAL_PASSWORD=PASSWORD).returncode == 3
    assert as_anna(office, "user", "enable", "ines") == "Enabled ines.\n"
    assert office("--user", "ines", "release", "list", UNDERSEAL_PASSWORD=PASSWORD).returncode == 0
