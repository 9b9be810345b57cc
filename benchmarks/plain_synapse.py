"""A plain Synapse to compare with: the settings of ours, without our module, and accounts by a shared secret."""

import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import httpx

from underseal.core.records import Secret
from underseal.network.homeserver.configuration import HEADER, furnish_homeserver, write_configuration
from underseal.network.phones import Activation
from underseal.network.setup import Network, NetworkSettings

START_SECONDS = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A running plain Synapse.

    Attributes:
        url: where it listens. pid: its process. secret: with which accounts are registered.
    """

    url: str
    pid: int
    secret: str

    async def register(self, connections: aiohttp.ClientSession, name: str) -> Activation:
        """Make an account and log its device in (Synapse admin API, "Register users": HMAC-SHA-1 of the shared secret)."""
        path = f"{self.url}/_synapse/admin/v1/register"
        async with connections.get(path) as answer:
            nonce = (await answer.json())["nonce"]
        password = secrets.token_hex(8)
        signed = f"{nonce}\0{name}\0{password}\0notadmin".encode()
        mac = hmac.new(self.secret.encode(), signed, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac}
        async with connections.post(path, json=body) as answer:
            found = await answer.json()
        return Activation(
            user_id=found["user_id"], device_id=found["device_id"], token=Secret(found["access_token"].encode())
        )


@contextmanager
def running(folder: Path, settings: NetworkSettings) -> Iterator[Plain]:
    """Run it for as long as the `with` block.

    Raises:
        RuntimeError: it did not start.
    """
    network = Network.init(folder, settings, furnish_homeserver)
    config = write_configuration(network)
    values = json.loads(config.read_text(encoding="utf-8").removeprefix(HEADER))
    secret = secrets.token_hex(16)
    del values["modules"]
    values |= {"registration_shared_secret": secret, "bcrypt_rounds": 4}
    plain = network.homeserver / "plain.yaml"
    plain.write_text(json.dumps(values), encoding="utf-8")
    command = [sys.executable, "-m", "synapse.app.homeserver", "-c", str(plain)]
    with (network.homeserver / "child.log").open("wb") as log:
        child = subprocess.Popen(command, cwd=network.homeserver, stdout=log, stderr=log)  # noqa: S603  # our own
    url = f"http://127.0.0.1:{settings.phone_port}"
    try:
        _wait(child, url)
        yield Plain(url=url, pid=child.pid, secret=secret)
    finally:
        child.terminate()
        child.wait()


def _wait(child: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        try:
            if httpx.get(f"{url}/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("Synapse did not start.")
