"""Settings: read with the environment over them, refused with file, line and hint, and without secrets on disk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from underseal.errors import CallerError
from underseal.settings import Environment, Settings, without_password

GOOD = """\
format = 1
id = "5f0c8f6e-9a57-4c25-9d5f-3d3b9c1f2a10"
name = "Harbour"
created = 2026-03-01T08:00:00+01:00
database = "sqlite:///casework.db"
timezone = "Europe/Brussels"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "underseal.toml"
    path.write_text(GOOD)
    return path


def read(file: Path) -> Settings:
    return Settings.read(file, Environment())


def test_a_file_is_read_and_written_back_alike(file: Path) -> None:
    settings = read(file)
    assert settings.created == datetime(2026, 3, 1, 7, tzinfo=UTC)
    assert settings.timezone == "Europe/Brussels"
    file.write_text(settings.to_toml())
    assert read(file) == settings


@pytest.mark.parametrize(
    ("old", "new", "words", "hint"),
    [
        ("database =", "databse =", r'line 5: there is no setting "databse"', 'Did you mean "database"'),
        ('"Europe/Brussels"', '"Europe/Atlantis"', r'line 6: "timezone": this time zone is unknown', "Repair"),
        ('"Europe/Brussels"', '"../../etc/passwd"', r'line 6: "timezone": this time zone is unknown', "Repair"),
        ('"Harbour"', "7", r'line 3: "name": ', "Repair"),
        ('"Harbour"', '"', r"not valid TOML: .* line 3", "Repair"),
        ("+01:00", "", r'line 4: "created": .*timezone', "Repair"),
        ('name = "Harbour"\n', "", r'toml: the setting "name" is missing', "Repair"),
        ("format = 1", "format = 2", "newer version of Underseal", "Update"),
        ('"sqlite:///casework.db"', '"mysql://h/d"', r'line 5: "database": a database address is', "Repair"),
        ('"sqlite:///casework.db"', '"sqlite://"', r'line 5: "database": a database address is', "Repair"),
        ('"sqlite:///casework.db"', '"postgresql://h"', r'line 5: "database": a database address is', "Repair"),
        ('"sqlite:///casework.db"', '"postgresql://h:x/d"', r'line 5: "database": a database address is', "Repair"),
        ('"sqlite:///casework.db"', '"postgresql://[/d"', r'line 5: "database": a database address is', "Repair"),
        (
            "timezone",
            'dossier_scheme = "{year}"\ntimezone',
            r'line 6: "dossier_scheme": a scheme counts once',
            "Repair",
        ),
        (
            "timezone",
            'dossier_scheme = "{nr}"\ntimezone',
            r'line 6: "dossier_scheme": a scheme has no field .nr',
            "Repair",
        ),
        (
            "timezone",
            'dossier_scheme = "{number:x}"\ntimezone',
            r'line 6: "dossier_scheme": the field number',
            "Repair",
        ),
        (
            "timezone",
            'dossier_scheme = "{"\ntimezone',
            r'line 6: "dossier_scheme": this scheme cannot be read',
            "Repair",
        ),
        ("timezone", "dossier_districts = {}\ntimezone", r'line 6: "dossier_districts": there is at least', "Repair"),
        (
            "timezone",
            'dossier_districts = {"a b" = "x"}\ntimezone',
            r'line 6: "dossier_districts": the short',
            "Repair",
        ),
        ("timezone", "document_bytes = 0\ntimezone", r'line 6: "document_bytes": ', "Repair"),
    ],
)
def test_faults_are_named_with_their_line(file: Path, old: str, new: str, words: str, hint: str) -> None:
    assert old in GOOD
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(CallerError, match=words) as caught:
        read(file)
    assert str(file) in caught.value.message
    assert hint in caught.value.hint


def test_files_that_are_no_text_or_absent_are_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CallerError, match="not UTF-8"):
        read(file)
    file.unlink()
    with pytest.raises(CallerError, match="cannot be read"):
        read(file)


@pytest.mark.parametrize("address", ["postgresql://u:hunter2@h/d", "postgresql://u@h/d?password=hunter2"])
def test_a_password_in_the_file_is_refused_and_not_repeated(file: Path, address: str) -> None:
    file.write_text(GOOD.replace("sqlite:///casework.db", address))
    with pytest.raises(CallerError, match="line 5: the database address holds a password") as caught:
        read(file)
    assert "UNDERSEAL_DATABASE" in caught.value.hint
    assert "hunter2" not in f"{caught.value}{caught.value.hint}"


def test_the_environment_goes_over_the_file_and_empty_counts_as_unset(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDERSEAL_DATABASE", "postgresql://u:hunter2@h/d")
    monkeypatch.setenv("UNDERSEAL_TIMEZONE", "Asia/Tokyo")
    settings = read(file)
    assert settings.timezone == "Asia/Tokyo"
    assert settings.database_in(file.parent).reveal() == b"postgresql+psycopg://u:hunter2@h/d"
    assert "hunter2" not in f"{settings!r}{settings.to_toml()}{Environment()!r}"
    monkeypatch.setenv("UNDERSEAL_TIMEZONE", "")
    assert read(file).timezone == "Europe/Brussels"


def test_a_fault_in_the_environment_names_the_variable_not_its_value(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDERSEAL_DATABASE", "hunter2")
    with pytest.raises(CallerError, match="UNDERSEAL_DATABASE in the environment") as caught:
        read(file)
    assert "hunter2" not in f"{caught.value}{caught.value.hint}"


def test_a_new_workspace_remembers_the_environments_database_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UNDERSEAL_DATABASE", "postgresql://u:hunter2@h:5432/d?sslmode=require&password=hunter2")
    now = datetime.now(UTC)
    settings = Settings.new("n", created=now, database=None, environment=Environment())
    assert 'database = "postgresql://u@h:5432/d?sslmode=require"' in settings.to_toml()
    with pytest.raises(CallerError, match="holds a password"):
        Settings.new("n", created=now, database="postgresql://u:p@h/d", environment=Environment())


def test_sqlite_files_lie_in_the_workspace_unless_absolute(file: Path) -> None:
    root = Path("/cases/a b?#%")
    assert read(file).database_in(root).reveal() == b"sqlite:////cases/a%20b%3F%23%25/casework.db"
    file.write_text(GOOD.replace("sqlite:///casework.db", "sqlite:////elsewhere/x.db"))
    assert read(file).database_in(root).reveal() == b"sqlite:////elsewhere/x.db"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:///a:b@c.db", "sqlite:///a:b@c.db"),
        ("postgresql://h/d", "postgresql://h/d"),
        ("postgresql://u:p@@h/d", "postgresql://u@h/d"),
        ("postgresql://u@/d?host=/run&sslpassword=p", "postgresql://u@/d?host=%2Frun"),
    ],
)
def test_addresses_are_shown_without_password(address: str, shown: str) -> None:
    assert without_password(address) == shown
