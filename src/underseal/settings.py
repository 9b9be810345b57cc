"""Settings of a workspace: the file `underseal.toml`, and what the environment says over it.

The file holds what may be read by anyone who may open the folder. Secrets come from the environment only:
`UNDERSEAL_PASSPHRASE` opens the signing key, and a database address with a password goes into `UNDERSEAL_DATABASE`.
Where the folder of a workspace is, and what else lies in it, is left to `underseal.evidence.workspace`.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from underseal.core.records import Secret
from underseal.core.schemes import Scheme
from underseal.errors import CallerError

FORMAT: Final = 1
"""Version of the workspace folder that this program writes and reads."""

OWN_DATABASE: Final = "sqlite:///casework.db"
"""Address of the case work unless told otherwise: a file in the workspace folder."""

MAX_NAME: Final = 200
"""Longest name of a workspace, in characters: it stands in the head of every page."""

OWN_SCHEME: Final = "{district}.{year}/{number:04}"
"""How dossiers are numbered unless told otherwise."""

OWN_DISTRICTS: Final[Mapping[str, str]] = {"AN": "Antwerp", "BR": "Brussels", "CH": "Charleroi", "LG": "Liège"}
"""The districts of dossiers unless told otherwise."""

DOCUMENT_BYTES: Final = 100_000_000
"""Largest document of a dossier unless told otherwise, in bytes: a long scanned file, no film."""

MAX_DOCUMENT_BYTES: Final = 10_000_000_000
"""The most that may be set: what is larger is an exhibit, and taken in."""

_DISTRICT: Final = re.compile(r"[A-Za-z0-9-]{1,20}", re.ASCII)

_SQLITE: Final = "sqlite:///"
_POSTGRESQL: Final = ("postgresql", "postgresql+psycopg", "postgres")
_SECRET_OPTIONS: Final = frozenset({"password", "sslpassword"})


def _name(value: str) -> str:
    if not value.strip() or len(value) > MAX_NAME or not value.isprintable():
        raise ValueError(f"a name has 1 to {MAX_NAME} printable characters on one line")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("this time zone is unknown; give a name such as Europe/Brussels or UTC") from error
    return value


def _scheme(value: str) -> str:
    return Scheme.read(value).text


def _districts(value: Mapping[str, str]) -> Mapping[str, str]:
    if not value:
        raise ValueError("there is at least one district")
    for short, name in value.items():
        if not _DISTRICT.fullmatch(short):
            raise ValueError(
                f"the short name of a district has 1 to 20 letters, digits and hyphens, and {short[:30]!a} has not"
            )
        _name(name)
    return value


def _database(value: SecretStr) -> SecretStr:
    address = value.get_secret_value()
    if address.startswith(_SQLITE) and len(address) > len(_SQLITE):
        return value
    try:
        parts = urlsplit(address)
        usable = parts.scheme in _POSTGRESQL and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("a database address is sqlite:///FILE or postgresql://USER@HOST/DATABASE")
    return value


def without_password(address: str) -> str:
    """Return a database address with its password left out, fit to be stored or shown.

    Args:
        address: "sqlite:///FILE" or "postgresql://USER:PASSWORD@HOST/DATABASE?OPTIONS".
    """
    if address.startswith(_SQLITE):
        return address
    parts = urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    options = [(key, value) for key, value in parse_qsl(parts.query) if key not in _SECRET_OPTIONS]
    query = f"?{urlencode(options)}" if options else ""
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}{query}"  # urlunsplit drops an empty "//"


def _holds_password(address: str) -> bool:
    if address.startswith(_SQLITE):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.password is not None or any(key in _SECRET_OPTIONS for key, _ in parse_qsl(parts.query))


class Environment(BaseSettings):
    """The variables of the environment that Underseal reads; empty ones count as unset.

    Attributes:
        workspace: UNDERSEAL_WORKSPACE, the workspace folder to open when none is named.
        database: UNDERSEAL_DATABASE, used in place of the address in `underseal.toml`; may hold a password.
        timezone: UNDERSEAL_TIMEZONE, used in place of the zone in `underseal.toml`.
        passphrase: UNDERSEAL_PASSPHRASE, opens the signing key.
        user: UNDERSEAL_USER, who acts where the workspace has named users; without effect where it has none.
        password: UNDERSEAL_PASSWORD, that user's password.
    """

    model_config = SettingsConfigDict(
        env_prefix="UNDERSEAL_", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    workspace: Path | None = None
    database: SecretStr | None = None
    timezone: str | None = None
    passphrase: SecretStr | None = None
    user: str | None = None
    password: SecretStr | None = None

    def secret(self) -> Secret | None:
        """Return the passphrase as UTF-8 bytes, or None where there is none."""
        return None if self.passphrase is None else Secret(self.passphrase.get_secret_value().encode())

    def login(self) -> Secret | None:
        """Return the password as UTF-8 bytes, or None where there is none."""
        return (
            None
            if self.password is None
            else Secret(self.password.get_secret_value().encode("utf-8", "surrogateescape"))
        )

    def overrides(self) -> dict[str, str | SecretStr]:
        """Return the settings that the environment replaces, by their name in the file."""
        given = {"database": self.database, "timezone": self.timezone}
        return {name: value for name, value in given.items() if value is not None}


class Settings(BaseModel):
    """What holds for a workspace: its file, overridden by the environment.

    Attributes:
        format: version of the folder, see FORMAT.
        id: names this workspace for ever, whatever folder it is moved to.
        name: what people call it.
        created: when it was made, with offset.
        database: address of the case work. A relative SQLite file lies in the workspace folder.
        timezone: IANA name of the zone in which the interface shows times; evidence is kept in UTC.
        dossier_scheme: how dossiers are numbered: `{number}` once, with zeros in front as in `{number:04}`; `{district}` and
            `{year}` at will.
        dossier_districts: the districts that dossiers belong to, by the short name that stands in their numbers.
        document_bytes: largest document that may be put into a dossier, in bytes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    format: Literal[1] = FORMAT
    id: UUID
    name: Annotated[str, AfterValidator(_name)]
    created: AwareDatetime
    database: Annotated[SecretStr, AfterValidator(_database)] = SecretStr(OWN_DATABASE)
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    dossier_scheme: Annotated[str, AfterValidator(_scheme)] = OWN_SCHEME
    dossier_districts: Annotated[Mapping[str, str], AfterValidator(_districts)] = OWN_DISTRICTS
    document_bytes: Annotated[int, Field(strict=True, ge=1, le=MAX_DOCUMENT_BYTES)] = DOCUMENT_BYTES

    @classmethod
    def new(cls, name: str, *, created: datetime, database: str | None, environment: Environment) -> Self:
        """Choose and check the settings of a workspace that is about to be made.

        Args:
            name: what people will call it.
            created: now, with offset; kept in whole seconds.
            database: address without password, or None for what the environment says, else OWN_DATABASE.
            environment: its `database` serves when none is given here.

        Raises:
            CallerError: a value cannot be used, or the address holds a password.
        """
        if database is not None and _holds_password(database):
            raise _password_in("The database address that was given")
        given: dict[str, object] = {"id": uuid4(), "name": name, "created": created.replace(microsecond=0)}
        if database is not None:
            given["database"] = SecretStr(database)
        elif environment.database is not None:
            given["database"] = environment.database
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise CallerError(f"The workspace cannot be made: {_sentence(error.errors()[0])}.") from None

    @classmethod
    def read(cls, file: Path, environment: Environment) -> Self:
        """Read `underseal.toml` and lay the environment over it.

        Raises:
            CallerError: the file cannot be read or says something that cannot be used; names file and line.
        """
        text = _read_text(file)
        try:
            written = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise CallerError(f"{file} is not valid TOML: {error}.", hint=_REPAIR) from None
        _check_format(file, written)
        if _holds_password(str(written.get("database", ""))):
            raise _password_in(f"{file}, line {_line(text, 'database')}: the database address")
        overrides = environment.overrides()
        try:
            return cls.model_validate(written | overrides)
        except ValidationError as error:
            raise _fault(file, text, error.errors()[0], overrides) from None

    def to_toml(self) -> str:
        """Return the text of `underseal.toml`; a password in the database address is left out."""
        return (
            "# Settings of an Underseal workspace. Secrets never go here: see UNDERSEAL_DATABASE and\n"
            "# UNDERSEAL_PASSPHRASE in the reference.\n"
            f"format = {self.format}\n"
            f"id = {_quoted(str(self.id))}\n"
            f"name = {_quoted(self.name)}\n"
            f"created = {self.created.astimezone(UTC).isoformat(timespec='seconds')}\n"
            f"database = {_quoted(without_password(self.database.get_secret_value()))}\n"
            f"timezone = {_quoted(self.timezone)}\n"
            f"dossier_scheme = {_quoted(self.dossier_scheme)}\n"
            f"dossier_districts = {{ {_pairs(self.dossier_districts)} }}\n"
            f"document_bytes = {self.document_bytes}\n"
        )

    def database_in(self, root: Path) -> Secret:
        """Return the database address with the SQLite file made absolute.

        Args:
            root: the workspace folder.

        Returns:
            A URL as SQLAlchemy reads it, UTF-8, percent-encoded; it may hold a password.
        """
        address = self.database.get_secret_value()
        if address.startswith(_SQLITE):
            file = root / unquote(address.removeprefix(_SQLITE))
            return Secret(f"{_SQLITE}{quote(str(file))}".encode())
        return Secret(re.sub("^postgres(ql)?:", "postgresql+psycopg:", address).encode())


_REPAIR: Final = "Repair the line in a text editor; `underseal init` shows what a whole file looks like."


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CallerError(f"{file} is not UTF-8 text (byte {error.start}).", hint=_REPAIR) from None
    except OSError as error:
        raise CallerError(f"{file} cannot be read: {error.strerror}.") from error


def _check_format(file: Path, written: Mapping[str, object]) -> None:
    version = written.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise CallerError(
            f"{file} belongs to a newer version of Underseal (format {version}; this one reads {FORMAT}).",
            hint="Update Underseal.",
        )


def _fault(file: Path, text: str, detail: ErrorDetails, overrides: Mapping[str, object]) -> CallerError:
    key = str(detail["loc"][0]) if detail["loc"] else ""
    if key in overrides:
        variable = f"UNDERSEAL_{key.upper()}"
        return CallerError(f"{variable} in the environment: {_sentence(detail)}.", hint=f"Correct or unset {variable}.")
    line = _line(text, key)
    place = f"{file}, line {line}" if line else str(file)
    hint = _REPAIR
    if detail["type"] == "extra_forbidden" and (near := difflib.get_close_matches(key, Settings.model_fields, n=1)):
        hint = f'Did you mean "{near[0]}"?'
    return CallerError(f"{place}: {_sentence(detail)}.", hint=hint)


def _sentence(detail: ErrorDetails) -> str:
    key = str(detail["loc"][0]) if detail["loc"] else "the file"
    match detail["type"]:
        case "missing":
            return f'the setting "{key}" is missing'
        case "extra_forbidden":
            return f'there is no setting "{key}"'
        case _:
            return f'"{key}": {detail["msg"].removeprefix("Value error, ")}'


def _password_in(place: str) -> CallerError:
    return CallerError(
        f"{place} holds a password.",
        hint="Leave the password out and put the whole address into the environment variable UNDERSEAL_DATABASE.",
    )


def _line(text: str, key: str) -> int:
    """Return the line, counted from 1, on which `key` is set at the top level; 0 where it is not found."""
    found = re.search(rf'^[ \t]*"?{re.escape(key)}"?[ \t]*=', text, re.MULTILINE) if key else None
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(f"{_quoted(name)} = {_quoted(value)}" for name, value in values.items())


def _quoted(value: str) -> str:
    """Return a TOML basic string; JSON escapes are TOML escapes for printable text (TOML 1.0, "String")."""
    return json.dumps(value, ensure_ascii=False)
