"""The reverse proxies of the how-to, run as they stand there: what they pass on, and what they say."""

import os
import re
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from network.server_fixture import API, CLIENT, LiveNetwork, now
from underseal.network.setup import free_ports

HOWTO = Path(__file__).parents[3] / "docs" / "howto" / "put-a-network-online.md"
HOST = "phone.example.org"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found.group(1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


@contextmanager
def running(command: list[str], folder: Path, port: int, certificate: Path) -> Iterator[httpx.Client]:
    trust = ssl.create_default_context(cafile=str(certificate))
    with (folder / "proxy.log").open("wb") as log:
        proxy = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)})
    try:
        with httpx.Client(
            base_url=f"https://127.0.0.1:{port}", headers={"Host": HOST}, verify=trust, trust_env=False
        ) as client:
            client.get = as_host(client)  # type: ignore[method-assign]
            deadline = time.monotonic() + 60
            while True:
                try:
                    client.get("/")
                    break
                except httpx.TransportError:
                    words = (folder / "proxy.log").read_text()
                    assert proxy.poll() is None, words
                    assert time.monotonic() < deadline, words
            yield client
    finally:
        proxy.terminate()
        proxy.wait(30)


def as_host(client: httpx.Client) -> Callable[..., httpx.Response]:
    """Return a `get` that asks for the certificate's name, whatever the address."""
    get = client.get
    return lambda path, **more: get(path, extensions={"sni_hostname": HOST}, **more)


@pytest.fixture(params=["nginx", "caddy"])
def proxy(
    request: pytest.FixtureRequest, tmp_path: Path, live_network: LiveNetwork, certificate: tuple[Path, Path]
) -> Iterator[httpx.Client]:
    port, text = free_ports(1)[0], block(request.param)
    text = text.replace("127.0.0.1:8440", live_network.url.removeprefix("http://"))
    if request.param == "nginx":
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        text = text.replace(f"/etc/ssl/{HOST}.pem", str(certificate[0]))
        text = text.replace(f"/etc/ssl/private/{HOST}.key", str(certificate[1]))
        places = "".join(
            f"{kind}_temp_path {tmp_path};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        frame = "daemon off; pid nginx.pid; error_log stderr; events {} http { %s %s }"
        (tmp_path / "nginx.conf").write_text(frame % (places, text))
        command = ["/usr/sbin/nginx", "-p", str(tmp_path), "-c", "nginx.conf", "-e", "stderr"]
    else:
        text = text.replace(
            f"{HOST} {{", f"https://{HOST}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate[0]} {certificate[1]}", 1
        )
        (tmp_path / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text)
        command = ["/usr/bin/caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"]
    with running(command, tmp_path, port, certificate[0]) as client:
        yield client


def test_a_proxy_passes_on_what_phones_need_and_nothing_else(proxy: httpx.Client) -> None:
    assert proxy.get(f"{API}/server").json()["name"] == "phone.example"
    assert proxy.get(f"{CLIENT}/account/whoami").status_code == 401
    for path in ("/", "/health", "/_synapse/admin/v1/server_version", "/_matrix/federation/v1/version", "/metrics"):
        answer = proxy.get(path)
        assert (answer.status_code, "errcode" in answer.text) == (404, False), path


def test_a_proxy_promises_tls_and_says_nothing_of_what_stands_behind_it(proxy: httpx.Client) -> None:
    headers = proxy.get(f"{API}/server").headers
    assert headers["Strict-Transport-Security"] == "max-age=63072000"
    assert not re.search(r"synapse|twisted|python|[0-9]+\.[0-9]+", headers.get("Server", ""), re.IGNORECASE)
