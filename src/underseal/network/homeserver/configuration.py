"""Synapse's configuration for a closed network: written anew at each start from network.toml, never edited by hand.

Source: Synapse's configuration manual, 1.163. Each setting that closes something says what.
"""

import json
import os
import secrets
from base64 import b64encode
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from underseal.errors import CallerError
from underseal.network.setup import OWN_DATABASE, Network

DATABASE_VARIABLE: Final = "UNDERSEAL_NETWORK_DATABASE"
"""The environment variable with the address of the PostgreSQL database, if the settings name one."""

HEADER: Final = "# Written at each start of the network from network.toml: change that.\n"

_EVENTS_PER_SECOND: Final = 20
"""How many messages one phone may send per second in the long run; a person needs less than one."""


def furnish_homeserver(network: Network) -> None:
    """Make the keys and secrets that the homeserver keeps for life."""
    key = b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    _write(network.homeserver / "signing.key", f"ed25519 a_1 {key}\n")
    for name in ("macaroon.secret", "form.secret"):
        _write(network.homeserver / name, secrets.token_urlsafe(32))


def write_configuration(network: Network) -> Path:
    """Write homeserver.yaml and log.yaml and return the former.

    Raises:
        CallerError: the settings name PostgreSQL and the environment no usable address.
    """
    folder = network.homeserver
    _write(folder / "log.yaml", HEADER + json.dumps(_logging(folder), indent=1))
    file = folder / "homeserver.yaml"
    _write(file, HEADER + json.dumps(_settings(network), indent=1))  # JSON is YAML
    return file


def database_environment(network: Network) -> dict[str, str]:
    """Return the variables that give Synapse its database password: it must stand in no file.

    Raises:
        CallerError: as `write_configuration`.
    """
    if network.settings.database == OWN_DATABASE:
        return {}
    password = _address().password
    return {"PGPASSWORD": unquote(password)} if password else {}


def _settings(network: Network) -> dict[str, Any]:
    folder, settings = network.homeserver, network.settings
    hours = f"{settings.undelivered_hours}h"
    return {
        "server_name": settings.server_name,
        "public_baseurl": settings.public_url or f"http://127.0.0.1:{settings.phone_port}/",
        "report_stats": False,
        "pid_file": str(folder / "homeserver.pid"),
        "log_config": str(folder / "log.yaml"),
        "signing_key_path": str(folder / "signing.key"),
        "macaroon_secret_key_path": str(folder / "macaroon.secret"),
        "form_secret_path": str(folder / "form.secret"),
        "media_store_path": str(folder / "media_store"),
        "database": _database(network),
        "listeners": [_listener(settings.phone_port, proxied=bool(settings.public_url))],
        "modules": [
            {"module": "underseal.network.homeserver.module.ClosedNetwork", "config": {"folder": str(network.root)}}
        ],
        **_CLOSED,
        "max_upload_size": settings.upload_bytes,
        "retention": {
            "enabled": True,
            "default_policy": {"min_lifetime": "1m", "max_lifetime": hours},
            "allowed_lifetime_max": hours,
            "purge_jobs": [{"interval": "1h"}],
        },
        "media_retention": {"local_media_lifetime": hours, "remote_media_lifetime": "1m"},
        **_rate_limits(),
    }


def _listener(port: int, *, proxied: bool) -> dict[str, Any]:
    """Return the only listener: loopback, and no resource of federation. The module closes what `client` brings too much."""
    return {
        "port": port,
        "type": "http",
        "bind_addresses": ["127.0.0.1"],
        "x_forwarded": proxied,
        "resources": [{"names": ["client"], "compress": False}],
    }


_CLOSED: Final[dict[str, Any]] = {
    # no other server
    "federation_domain_whitelist": [],
    "trusted_key_servers": [],
    "suppress_key_server_warning": True,
    "allow_public_rooms_over_federation": False,
    "send_federation": False,
    # nobody without a licence: accounts are made by the module alone
    "enable_registration": False,
    "allow_guest_access": False,
    "password_config": {"enabled": False},
    "user_directory": {"enabled": False, "search_all_users": False},
    "require_auth_for_profile_requests": True,
    "limit_profile_requests_to_users_who_share_rooms": True,
    "include_profile_data_on_invite": False,
    "enable_set_displayname": False,
    "enable_set_avatar_url": False,
    "enable_3pid_changes": False,
    "allow_public_rooms_without_auth": False,
    "enable_room_list_search": False,
    "room_list_publication_rules": [{"action": "deny"}],
    "alias_creation_rules": [{"action": "deny"}],
    "encryption_enabled_by_default_for_room_type": "all",
    # the least that is kept
    "presence": {"enabled": False},
    "push": {"enabled": False, "include_content": False},
    "url_preview_enabled": False,
    "enable_media_repo": True,
    "enable_authenticated_media": True,
    "dynamic_thumbnails": False,
    "caches": {
        "sync_response_cache_duration": "0s"
    },  # a phone that was just unlocked must not be told of two minutes ago
    "user_ips_max_age": "1h",
    "redaction_retention_period": "1m",
    "forgotten_room_retention_period": "1h",
    "enable_ephemeral_messages": True,
    "enable_metrics": False,
    "stats": {"enabled": False},
    "require_membership_for_aliases": True,
}


def _rate_limits() -> dict[str, Any]:
    def at(per_second: float, burst: int) -> dict[str, float]:
        return {"per_second": per_second, "burst_count": burst}

    return {
        "rc_message": at(_EVENTS_PER_SECOND, 200),
        "rc_joins": {"local": at(1, 50), "remote": at(0.01, 1)},
        "rc_invites": {"per_room": at(1, 100), "per_user": at(0.1, 20), "per_issuer": at(0.5, 50)},
        "rc_room_creation": at(0.2, 30),
        "rc_media_create": at(5, 50),
    }


def _database(network: Network) -> dict[str, Any]:
    if network.settings.database == OWN_DATABASE:
        return {"name": "sqlite3", "args": {"database": str(network.homeserver / "homeserver.db")}}
    # The password is left to the environment, see `database_environment`.
    args = {name: value for name, value in postgresql_arguments().items() if name != "password"}
    return {"name": "psycopg2", "args": args | {"cp_min": 2, "cp_max": 10}}


def postgresql_arguments() -> dict[str, Any]:
    """Return what psycopg2 needs to connect to the network's database, the password included.

    Raises:
        CallerError: as `write_configuration`.
    """
    address = _address()
    args = {
        "dbname": address.path.lstrip("/"),
        "user": unquote(address.username or ""),
        "password": unquote(address.password or ""),
        "host": address.hostname,
        "port": address.port,
        **dict(parse_qsl(address.query)),
    }
    return {name: value for name, value in args.items() if value}


def _address() -> SplitResult:
    hint = "Such as postgresql://USER:PASSWORD@HOST/DATABASE; the database needs the encoding UTF8 and the collation C."
    text = os.environ.get(DATABASE_VARIABLE, "")
    if not text:
        raise CallerError(f"The network's database is PostgreSQL, and {DATABASE_VARIABLE} is not set.", hint=hint)
    address = urlsplit(text)
    if address.scheme not in {"postgresql", "postgres"} or len(address.path) < 2:  # noqa: PLR2004  # "/" and a name
        raise CallerError(f"{DATABASE_VARIABLE} is not the address of a PostgreSQL database.", hint=hint)
    return address


def _logging(folder: Path) -> dict[str, Any]:
    """Return a log of warnings: no requests, no room ids in clear traffic, no content."""
    return {
        "version": 1,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {
            "file": {
                "class": "logging.handlers.RotatingFileHandler",
                "filename": str(folder / "homeserver.log"),
                "maxBytes": 10 * 2**20,
                "backupCount": 2,
                "formatter": "plain",
            }
        },
        "loggers": {"underseal": {"level": "INFO"}},
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }


def _write(file: Path, text: str) -> None:
    """Write a file that only its owner may read, at once or not at all."""
    fresh = file.with_name(f".{file.name}.new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write(text)
    fresh.replace(file)
