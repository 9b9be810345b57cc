"""Databases are made, updated, claimed and refused; processes that come at once do not disturb each other."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from underseal.errors import CallerError, ConflictError, InternalError
from underseal.evidence.casework import CaseWork, schema
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import Base
from underseal.evidence.casework.schema import VERSION_TABLE
from underseal.evidence.workspace import Workspace

from .racing import race

HERE = UUID(int=1)
ELSEWHERE = UUID(int=2)


def execute(url: str, *statements: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_the_tables_are_those_that_the_program_maps(database_url: str) -> None:
    CaseWork.open(database_url).close()
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_step_is_the_one_that_the_program_expects() -> None:
    folder = Path(schema.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [schema.HEAD]


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/casework.db"
    CaseWork.open(url).close()
    program = (
        "import sys; from underseal.evidence.casework import CaseWork; CaseWork.open(sys.argv[1]).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, url], check=True)  # our own program


def test_opening_again_changes_nothing(database_url: str) -> None:
    with CaseWork.open(database_url) as casework:
        casework.reading.stop_at("anna", "!a:b", 7, at=0)
    with CaseWork.open(database_url) as casework:
        assert casework.reading.position("anna", "!a:b") == 7


def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    CaseWork.open(database_url).close()
    execute(database_url, "UPDATE underseal_version SET version_num = '9999'")
    with pytest.raises(CallerError, match=r"newer version .* 9999") as caught:
        CaseWork.open(database_url)
    assert caught.value.hint == "Update Underseal."


def test_another_programs_tables_are_refused_and_untouched(database_url: str) -> None:
    execute(database_url, "CREATE TABLE users (id INTEGER)")
    with pytest.raises(CallerError, match=r"another program's tables \(users\)"):
        CaseWork.open(database_url)
    execute(database_url, "INSERT INTO users VALUES (1)")


def test_a_database_belongs_to_one_workspace(database_url: str) -> None:
    CaseWork.open(database_url, workspace=HERE).close()
    CaseWork.open(database_url, workspace=HERE).close()
    with pytest.raises(ConflictError, match="belongs to another workspace"):
        CaseWork.open(database_url, workspace=ELSEWHERE)


def test_a_new_workspace_can_get_its_database_in_one_step_with_its_folder(tmp_path: Path) -> None:
    workspace = Workspace.init(tmp_path / "w", "Harbour", furnish=lambda made: CaseWork.of(made).close())
    assert [path.name for path in workspace.root.glob("*casework*")] == ["casework.db"]
    with CaseWork.of(workspace) as casework:
        assert casework.users.list() == ()


def test_many_threads_share_one_case_work(database_url: str) -> None:
    with CaseWork.open(database_url) as casework, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: casework.reading.stop_at(f"user{n % 3}", "!room:x", n, at=n), range(60)))
        assert all(casework.reading.position(f"user{n}", "!room:x") is not None for n in range(3))


def _open(job: tuple[str, UUID], start: Barrier) -> str:
    url, workspace = job
    start.wait()
    try:
        CaseWork.open(url, workspace=workspace).close()
    except ConflictError:
        return "conflict"
    return "open"


def at_once(url: str, workspaces: list[UUID]) -> list[str]:
    return race(_open, [(url, workspace) for workspace in workspaces])


def test_processes_that_open_a_new_database_at_once_all_succeed(database_url: str) -> None:
    assert at_once(database_url, [HERE] * 4) == ["open"] * 4


def test_of_two_workspaces_that_claim_one_database_at_once_one_succeeds(database_url: str) -> None:
    assert at_once(database_url, [HERE, ELSEWHERE]) == ["conflict", "open"]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("custody", "exhibit"),
        ("exhibit_files", "exhibit"),
        ("privilege_declarations", "account"),
        ("privilege_decisions", "account"),
        ("dossiers", "number"),
        ("dossier_entries", "body"),
        ("dossier_codings", "choice"),
        ("dossier_identifiers", "value"),
        ("dossier_notices", "value"),
        ("exclusions", "value"),
    ],
)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
def test_the_database_itself_keeps_what_is_only_added(database_url: str, table: str, column: str, change: str) -> None:
    CaseWork.open(database_url).close()
    execute(
        database_url,
        "INSERT INTO authorities VALUES ('A', '', '', '', '', 0, 0, '', 0, '', NULL, NULL, NULL)",
        "INSERT INTO exhibits VALUES ('x', '', '', '', '', '', 0, 'A', NULL, '', '', NULL, 0, 0, '', 0, 0, 0, 0, 0)",
        "INSERT INTO custody VALUES (1, 'x', 0, '', '', '')",
        "INSERT INTO exhibit_files VALUES ('x', 0, '', 0, '')",
        "INSERT INTO privilege_declarations VALUES (1, '', '', '', '', '', NULL, NULL, 0)",
        "INSERT INTO privilege_decisions VALUES "
        "(1, '', '', '', '', '', '', '', '', '', '', NULL, NULL, NULL, NULL, 1, 0, '')",
        "INSERT INTO dossiers VALUES (1, 'r', 'n', '', 1, '', NULL, '', '', 0)",
        "INSERT INTO dossier_entries VALUES (1, 1, '', '', 1, TRUE, NULL, '', '', '', 0)",
        "INSERT INTO dossier_codings VALUES (1, 1, 0, '', '', '', '', 0)",
        "INSERT INTO dossier_identifiers VALUES (1, 1, '', '', '', NULL, '', 0)",
        "INSERT INTO dossier_notices VALUES (1, 1, 1, '', '', 0)",
        "INSERT INTO exclusions VALUES (1, '', '', TRUE, '', '', '', '', '', 0)",
    )
    with pytest.raises(DBAPIError, match="only ever added"):
        execute(database_url, change.format(table, column))


def test_a_workspace_has_its_case_work_in_its_folder_for_its_owner_only(workspace: Workspace) -> None:
    CaseWork.of(workspace).close()
    file = workspace.root / "casework.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in workspace.root.glob("*casework*")] == ["casework.db"]


def test_odd_folders_are_no_hindrance(tmp_path: Path) -> None:
    workspace = Workspace.init(tmp_path / "a b?c#d%20e%d", "Odd")
    CaseWork.of(workspace).close()
    assert (workspace.root / "casework.db").stat().st_size > 0


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://h/d"])
def test_addresses_of_no_use_are_refused(url: str) -> None:
    with pytest.raises(CallerError):
        CaseWork.open(url)


def test_a_server_that_does_not_answer_is_named_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match=r"anna:\*\*\*@") as caught:
        CaseWork.open(f"postgresql://anna:hunter2@/d?host={tmp_path}")
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_database_is_named_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("my thesis, of some length so that it is no empty page" * 50)
    before = (tmp_path / "x.db").read_bytes()
    with pytest.raises(InternalError, match=r"x\.db.* not a database"):
        CaseWork.open(f"sqlite:///{tmp_path}/x.db")
    assert (tmp_path / "x.db").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="cannot be created"):
        CaseWork.open(f"sqlite:///{tmp_path}/missing/x.db")


@pytest.mark.parametrize("value", ["\ud800", "a\0b"])
def test_what_no_database_can_hold_is_the_callers_fault(database_url: str, value: str) -> None:
    with CaseWork.open(database_url) as casework:
        if value == "a\0b" and database_url.startswith("sqlite"):
            assert casework.authorities.find(value) is None  # SQLite can
            return
        with pytest.raises(CallerError, match="cannot be stored"):
            casework.authorities.find(value)


def test_a_failed_transaction_leaves_nothing(database_url: str) -> None:
    CaseWork.open(database_url).close()
    database = Database(database_url)

    def add_then_fail() -> None:
        with database.write() as session:
            session.execute(text("INSERT INTO owner VALUES ('x')"))
            session.execute(text("DELETE FROM no_such_table"))

    with pytest.raises(InternalError, match="no_such_table"):
        add_then_fail()
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM owner")) == 0
    database.close()
