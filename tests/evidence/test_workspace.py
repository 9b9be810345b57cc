"""The workspace folder: made whole or not at all, found, opened, and written to by one at a time."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.file_names import file_name
from underseal.core.records import Secret
from underseal.errors import (
    CallerError,
    ConflictError,
    IntegrityError,
    InternalError,
    KeyFileError,
    NotFoundError,
    UndersealError,
)
from underseal.evidence.workspace import Workspace

PARTS = {"keys", "audit", "keyring", "media", "staging", "segments", "releases"}


def run(code: str, *arguments: object, stdin: int | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_new_workspace_has_its_parts_and_opens(tmp_path: Path) -> None:
    made = Workspace.init(tmp_path / "w", "Harbour")
    opened = Workspace.open(tmp_path / "w")
    assert {path.name for path in made.root.iterdir()} == PARTS | {"underseal.toml"}
    assert opened.settings == made.settings
    assert opened.settings.name == "Harbour"
    assert opened.signing_key.public.hex == made.public_key.hex
    signature = opened.signing_key.sign(b"message")
    made.public_key.verify(b"message", signature)


def test_the_folder_and_the_key_are_closed_to_others(workspace: Workspace) -> None:
    assert stat.S_IMODE(workspace.root.stat().st_mode) == 0o700
    assert stat.S_IMODE((workspace.keys / "signing.key").stat().st_mode) == 0o600


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir(mode=0o755)
    made = Workspace.init(tmp_path / "w", "Harbour")
    assert stat.S_IMODE(made.root.stat().st_mode) == 0o700


def test_what_later_stages_put_in_appears_with_the_folder_or_not_at_all(tmp_path: Path) -> None:
    def furnish(workspace: Workspace) -> None:
        assert not (tmp_path / "w").exists()
        assert workspace.signing_key.public.hex == workspace.public_key.hex
        (workspace.audit / "ledger").write_text("begun")

    def fail(workspace: Workspace) -> None:
        (workspace.audit / "ledger").write_text("begun")
        raise InternalError("The disk is full.")

    with pytest.raises(InternalError, match="disk is full"):
        Workspace.init(tmp_path / "w", "Harbour", furnish=fail)
    assert not list(tmp_path.iterdir())
    made = Workspace.init(tmp_path / "w", "Harbour", furnish=furnish)
    assert (made.audit / "ledger").read_text() == "begun"


def test_what_stands_there_already_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("w", "file", "link"):
        with pytest.raises(ConflictError, match="exists already"):
            Workspace.init(tmp_path / name, "Harbour")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "link", "thesis.txt", "w"]


def test_the_current_folder_is_not_replaced_under_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConflictError, match="current folder"):
        Workspace.init(Path(), "Harbour")


def test_a_missing_parent_is_named(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match=r"no folder .*/nowhere"):
        Workspace.init(tmp_path / "nowhere" / "w", "Harbour")


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 201, "bell\a"])
def test_unusable_names_are_refused_before_anything_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(CallerError, match="printable"):
        Workspace.init(tmp_path / "w", name)
    assert not list(tmp_path.iterdir())


def test_names_survive_toml(tmp_path: Path) -> None:
    name = 'Haven "Noord" \\ Порт 港 🛳'
    Workspace.init(tmp_path / "w", name)
    assert Workspace.open(tmp_path / "w").settings.name == name


def test_a_workspace_is_found_upwards_and_by_the_environment(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.media)
    assert Workspace.open().root == workspace.root
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNDERSEAL_WORKSPACE", "workspace")
    assert Workspace.open().root == workspace.root


def test_no_workspace_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFoundError) as caught:
        Workspace.open()
    assert "underseal init" in caught.value.hint
    with pytest.raises(NotFoundError, match=r"no underseal\.toml"):
        Workspace.open(tmp_path)


def test_the_passphrase_guards_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Workspace.init(tmp_path / "w", "Harbour", passphrase=Secret(b"right"))
    for wrong in (None, Secret(b"wrong")):
        with pytest.raises(KeyFileError):
            _ = Workspace.open(made.root, passphrase=wrong).signing_key
    assert Workspace.open(made.root, passphrase=Secret(b"right")).signing_key.public.hex == made.public_key.hex
    monkeypatch.setenv("UNDERSEAL_PASSPHRASE", "right")
    assert Workspace.open(made.root).signing_key.public.hex == made.public_key.hex
    assert b"right" not in b"".join(path.read_bytes() for path in made.root.rglob("*") if path.is_file())


def test_exchanged_or_damaged_keys_are_found(workspace: Workspace, tmp_path: Path) -> None:
    other = Workspace.init(tmp_path / "other", "Other")
    (workspace.keys / "signing.pub").write_bytes((other.keys / "signing.pub").read_bytes())
    with pytest.raises(IntegrityError, match="not halves of one key"):
        _ = Workspace.open(workspace.root).signing_key
    for damage in (b"", b"zz", b"\xff\xfe"):
        (workspace.keys / "signing.pub").write_bytes(damage)
        with pytest.raises(UndersealError):
            _ = Workspace.open(workspace.root).public_key


def test_one_writer_at_a_time_and_the_other_learns_who(workspace: Workspace) -> None:
    with workspace.writing("intake of BR-7"):
        with pytest.raises(ConflictError, match=rf"intake of BR-7, process {os.getpid()} on ") as caught:
            workspace.writing("publish").__enter__()
        assert "searching and reading go on" in caught.value.hint
    with workspace.writing("publish"):
        pass


def test_a_killed_writer_leaves_the_place_free(workspace: Workspace) -> None:
    child = run(
        """
        import sys
        from pathlib import Path
        from underseal.evidence.workspace import Workspace
        with Workspace.open(Path(sys.argv[1])).writing("intake of BR-7"):
            print("in", flush=True)
            sys.stdin.read()
        """,
        workspace.root,
        stdin=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "in\n"
        with pytest.raises(ConflictError, match=f"process {child.pid} on"):
            workspace.writing("publish").__enter__()
        child.kill()
    with workspace.writing("publish"):
        pass


STOPPING_INIT = """
    import os, signal, sys
    from pathlib import Path
    from underseal.evidence.workspace import Workspace

    def die(left):
        def count(event, arguments):
            nonlocal left
            if event in ("open", "os.mkdir", "os.rename"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(count)

    folder = Path(sys.argv[1])
    Workspace.init(folder / "warm", "all modules are loaded now")
    for number in range(1000):
        (folder / str(number)).mkdir()
        if (child := os.fork()) == 0:
            die(number + 1)
            Workspace.init(folder / str(number) / "w", "Harbour")
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(ended)
        if ended != -signal.SIGKILL:
            break
"""
"""Makes workspaces in processes of which each kills itself at the n-th file, folder or rename that Python asks for."""


def test_kill_9_during_init_leaves_nothing_or_everything(tmp_path: Path) -> None:
    with run(STOPPING_INIT, tmp_path) as process:
        *killed, last = map(int, process.communicate()[0].split())
    assert set(killed) == {-signal.SIGKILL}
    assert last == 0
    for number in range(len(killed)):
        folder = tmp_path / str(number)
        assert not (folder / "w").exists()
        Workspace.init(folder / "w", "Again")
        assert [path.name for path in folder.iterdir()] == ["w"]
    assert len(killed) > 10
    assert Workspace.open(tmp_path / str(len(killed)) / "w").settings.name == "Harbour"


def test_of_two_processes_that_make_one_workspace_one_succeeds(tmp_path: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from underseal.errors import ConflictError
        from underseal.evidence.workspace import Workspace
        sys.stdin.readline()
        try:
            print(Workspace.init(Path(sys.argv[1]), "Harbour").settings.id)
        except ConflictError:
            print("conflict")
    """
    children = [run(code, tmp_path / "w", stdin=subprocess.PIPE) for _ in range(3)]
    answers = sorted(child.communicate("go\n")[0].strip() for child in children)
    assert answers.count("conflict") == 2
    assert str(Workspace.open(tmp_path / "w").settings.id) in answers
    assert [path.name for path in tmp_path.iterdir()] == ["w"]


@given(st.text(max_size=20), st.text(max_size=20))
def test_exhibit_numbers_become_file_names_one_to_one(one: str, other: str) -> None:
    try:
        names = file_name(one), file_name(other)
    except CallerError:
        return
    assert (names[0] == names[1]) == (one == other)
    for name in names:
        assert name.isascii()
        assert "/" not in name
        assert not name.startswith(".")


@pytest.mark.parametrize("number", ["", "x" * 201, "\ud800"])
def test_numbers_without_a_file_name_are_refused(workspace: Workspace, number: str) -> None:
    with pytest.raises(CallerError):
        workspace.staging(number)
    with pytest.raises(CallerError):
        workspace.keyring_of(number)
