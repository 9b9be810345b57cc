"""A real Synapse on loopback: configure, start, speak to it, stop, and take the capture from what it leaves.

Events are sent through an application service, since only that may set the time of an event (`ts`, the
Application Service API's timestamp massaging) in the name of a user and of one of the user's devices.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
import shutil
import sqlite3
import sys
import time
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from underseal.network.setup import free_ports

SERVER_NAME = "harbour.example"
START_SECONDS = 60
STOP_SECONDS = 30
POLL_SECONDS = 0.05
# Synapse has some 500 tables and indexes, most of them empty and each a page at least: SQLite's own 4,096 bytes cost 2 MB.
PAGE_BYTES = 1024
TO_DEVICE_LOG = """
CREATE TABLE underseal_to_device_log (
    stream_id BIGINT NOT NULL, user_id TEXT NOT NULL, device_id TEXT NOT NULL,
    message_json TEXT NOT NULL, logged_ts BIGINT NOT NULL
);
CREATE TRIGGER underseal_to_device_copy AFTER INSERT ON device_inbox BEGIN
    INSERT INTO underseal_to_device_log VALUES (
        NEW.stream_id, NEW.user_id, NEW.device_id, NEW.message_json,
        CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
    );
END;
"""


class HomeserverError(Exception):
    """Synapse did not start, did not stop, or refused a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """In whose name, from which device and at which moment (milliseconds since 1970, UTC) something is sent."""

    user: str
    ts: int
    device: str = ""

    def query(self) -> dict[str, str]:
        """The query parameters of the request."""
        device = {"device_id": self.device} if self.device else {}
        return {"user_id": self.user, "ts": str(self.ts), **device}


def user_id(pin: str) -> str:
    """The Matrix user id of an account."""
    return f"@{pin}:{SERVER_NAME}"


class Homeserver:
    """A Synapse that runs for as long as the `async with` block."""

    def __init__(self, folder: Path) -> None:
        """Prepare a server that keeps all it has in a folder, which must exist and be empty."""
        self.folder = folder
        self.url = ""
        self._shared_secret = secrets.token_hex(16)
        self._as_token = secrets.token_hex(16)
        self._child: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None
        self._sent = 0

    async def __aenter__(self) -> Self:
        """Start Synapse, wait until it says that it is healthy, and begin the log of to-device messages.

        Raises:
            HomeserverError: it ended early or took longer than START_SECONDS.
        """
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        config = self._configure(port)
        with (self.folder / "child.log").open("wb") as log:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "synapse.app.homeserver",
                "-c",
                str(config),
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self._http = aiohttp.ClientSession(self.url)
        try:
            await self._until_healthy()
            self._log_to_device_messages()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop Synapse."""
        await self._end()

    async def call(self, method: str, path: str, body: dict[str, Any], stamp: Stamp | None = None) -> dict[str, Any]:
        """Make a request, as an account when a stamp is given.

        Raises:
            HomeserverError: the answer is not a success.
        """
        headers = {"Authorization": f"Bearer {self._as_token}"} if stamp else {}
        query = stamp.query() if stamp else {}
        async with self._session().request(method, path, json=body, params=query, headers=headers) as answer:
            found: dict[str, Any] = await answer.json()
            if answer.status != 200:
                raise HomeserverError(f"{method} {path} was refused with {answer.status}: {found}")
            return found

    async def register(self, pin: str, nickname: str, password: str) -> None:
        """Make an account, by the shared secret (an HMAC-SHA-1, as the admin API has it)."""
        path = "/_synapse/admin/v1/register"
        async with self._session().get(path) as answer:
            nonce = (await answer.json())["nonce"]
        signed = f"{nonce}\0{pin}\0{password}\0notadmin".encode()
        body = {
            "nonce": nonce,
            "username": pin,
            "displayname": nickname,
            "password": password,
            "admin": False,
            "inhibit_login": True,
            "mac": hmac.new(self._shared_secret.encode(), signed, hashlib.sha1).hexdigest(),
        }
        await self.call("POST", path, body)

    async def send(self, room_id: str, event_type: str, content: dict[str, Any], stamp: Stamp) -> str:
        """Send an event as it is and return its event id."""
        self._sent += 1
        path = f"/_matrix/client/v3/rooms/{quote(room_id, safe='')}/send/{event_type}/harbour{self._sent}"
        return str((await self.call("PUT", path, content, stamp))["event_id"])

    async def set_state(self, room_id: str, event_type: str, key: str, content: dict[str, Any], stamp: Stamp) -> None:
        """Send a state event."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id, safe='')}/state/{event_type}/{quote(key, safe='')}"
        await self.call("PUT", path, content, stamp)

    async def create_room(self, *, direct: bool, stamp: Stamp) -> str:
        """Make a private room. Its first events bear the time of the run: Synapse takes no `ts` here."""
        body = {"preset": "private_chat", "is_direct": direct}
        return str((await self.call("POST", "/_matrix/client/v3/createRoom", body, stamp))["room_id"])

    async def _until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if await self._gone(POLL_SECONDS):
                raise HomeserverError(f"Synapse ended before it was ready:\n{self._last_words()}")
            try:
                async with self._session().get("/health") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                continue
        raise HomeserverError(f"Synapse was not ready after {START_SECONDS} s:\n{self._last_words()}")

    def _session(self) -> aiohttp.ClientSession:
        if not self._http:
            raise HomeserverError("The homeserver is not running.")
        return self._http

    async def _gone(self, seconds: float) -> bool:
        """Wait that long for the child to end; say whether it has."""
        try:
            if self._child:
                await asyncio.wait_for(self._child.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _last_words(self) -> str:
        logs = [self.folder / "child.log", self.folder / "synapse.log"]
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())

    async def _end(self) -> None:
        if self._http:
            await self._http.close()
            self._http = None
        if not self._child or self._child.returncode is not None:
            return
        self._child.terminate()
        if not await self._gone(STOP_SECONDS):
            self._child.kill()
            await self._child.wait()
            raise HomeserverError(f"Synapse did not stop within {STOP_SECONDS} s and was killed.")

    def _log_to_device_messages(self) -> None:
        """Synapse deletes a to-device message once it is delivered, so a trigger keeps a copy of each."""
        database = sqlite3.connect(self.folder / "homeserver.db", timeout=10)
        try:
            database.executescript(TO_DEVICE_LOG)
        finally:
            database.close()

    def _configure(self, port: int) -> Path:
        """Write the configuration. JSON is YAML too."""
        key = b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        (self.folder / "signing.key").write_text(f"ed25519 a_harbour {key}\n", "utf-8")
        written = {
            "appservice.yaml": {
                "id": "story",
                "url": None,
                "as_token": self._as_token,
                "hs_token": secrets.token_hex(16),
                "sender_localpart": "story",
                "rate_limited": False,
                "namespaces": {"users": [{"exclusive": False, "regex": "@.*"}]},
            },
            "log.yaml": _LOGGING,
            "homeserver.yaml": self._settings(port),
        }
        for name, content in written.items():
            (self.folder / name).write_text(json.dumps(content), "utf-8")
        return self.folder / "homeserver.yaml"

    def _settings(self, port: int) -> dict[str, Any]:
        fast = {"per_second": 10_000, "burst_count": 10_000}
        return {
            "server_name": SERVER_NAME,
            "report_stats": False,
            "listeners": [
                {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"], "resources": [{"names": ["client"]}]}
            ],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "homeserver.db")}},
            "media_store_path": str(self.folder / "media_store"),
            "signing_key_path": str(self.folder / "signing.key"),
            "log_config": str(self.folder / "log.yaml"),
            "pid_file": str(self.folder / "homeserver.pid"),
            "app_service_config_files": [str(self.folder / "appservice.yaml")],
            "registration_shared_secret": self._shared_secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "presence": {"enabled": False},
            # Unread counts would be half of the database and say nothing of the messages.
            "push": {"enabled": False},
            "bcrypt_rounds": 4,
            "rc_message": fast,
            "rc_registration": fast,
            "rc_joins": {"local": fast, "remote": fast},
            "rc_invites": {"per_room": fast, "per_user": fast, "per_issuer": fast},
            "rc_login": {"address": fast, "account": fast, "failed_attempts": fast},
            "rc_room_creation": fast,
        }


_LOGGING = {
    "version": 1,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"file": {"class": "logging.FileHandler", "filename": "synapse.log", "formatter": "plain"}},
    "root": {"level": "WARNING", "handlers": ["file"]},
    "disable_existing_loggers": False,
}


def take_capture(folder: Path, target: Path) -> None:
    """Copy database and media of a stopped server; the database as one file, compact and checked.

    Raises:
        HomeserverError: the database is damaged.
    """
    database = sqlite3.connect(folder / "homeserver.db", isolation_level=None)
    try:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        database.execute("VACUUM")
        verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        database.close()
    if verdict != "ok":
        raise HomeserverError(f"The database is damaged: {verdict}")
    target.mkdir(parents=True)
    shutil.copyfile(folder / "homeserver.db", target / "homeserver.db")
    if (folder / "media_store").exists():
        shutil.copytree(folder / "media_store", target / "media_store")
