"""What reaches a browser: little, from one place, under a strict policy, and kept so that the app opens without a line."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Browser, expect

from network.server_fixture import LiveNetwork
from web.conftest import ROOT

from .conftest import Handset, handset

DIST = ROOT / "web" / "phone" / "dist"
MOST_BYTES = 3_000_000
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def test_the_first_load_until_one_can_talk_is_under_three_megabytes(
    phones_browser: Browser, live_network: LiveNetwork
) -> None:
    with handset(phones_browser, live_network.url) as phone:
        needed: set[str] = set()  # by the page, whether its service worker is quick enough to fetch it or not
        phone.page.on("response", lambda answer: needed.add(answer.url))
        phone.enrol(live_network.codes()[0])
        files = {url for url in needed if "/phone/" in url}
        assert any(url.endswith(".wasm") for url in files)
        gzip = {"Accept-Encoding": "gzip"}
        assert sum(httpx.get(url, headers=gzip).num_bytes_downloaded for url in files) < MOST_BYTES


def test_every_file_comes_under_the_same_strict_policy(live_network: LiveNetwork) -> None:
    files = [file.relative_to(DIST) for file in DIST.rglob("*") if file.is_file() and file.suffix != ".gz"]
    for name in ["", *files]:
        answer = httpx.get(f"{live_network.url}/phone/{name}")
        assert (name, answer.status_code, answer.headers["content-security-policy"]) == (name, 200, POLICY)


@pytest.mark.parametrize("file", sorted(DIST.glob("**/*.gz")), ids=lambda file: file.name)
def test_a_file_is_sent_compressed_only_to_who_takes_it(live_network: LiveNetwork, file: Path) -> None:
    plain = file.with_suffix("")
    address = f"{live_network.url}/phone/{plain.relative_to(DIST)}"
    for encoding, sent in (("gzip", file), ("identity", plain)):
        answer = httpx.get(address, headers={"Accept-Encoding": encoding})
        assert answer.num_bytes_downloaded == sent.stat().st_size
        assert answer.content == plain.read_bytes()
        assert answer.headers["content-type"] not in ("application/gzip", "text/html") or plain.suffix == ".html"


def test_the_app_opens_without_a_line_and_caches_no_answer(friends: tuple[Handset, Handset]) -> None:
    phone, _ = friends
    phone.page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    phone.page.context.set_offline(True)
    phone.page.reload()
    expect(phone.page.get_by_label("Unlock code")).to_be_visible()
    kept: list[str] = phone.page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat()"
    )
    assert {name.split("/")[1] for name in kept} == {"phone"}
    assert {f"/phone/{name}" for name in ("index.html", "icon-192.png", "manifest.webmanifest")} < set(kept)
    phone.page.context.set_offline(False)
    phone.unlock()
    phone.expect_list()
    phone.faults.clear()  # the browser calls it an error that it was offline


@contextmanager
def shop(folder: Path) -> Iterator[str]:
    """Serve a folder from a server of its own, so that its files can change while others use those of the build."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_new_version_waits_until_somebody_restarts(phones_browser: Browser, tmp_path: Path) -> None:
    worker = Path(shutil.copytree(DIST, tmp_path / "phone")) / "sw.js"
    with shop(tmp_path) as url, handset(phones_browser, url) as phone:
        page = phone.page
        phone.open()
        page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        page.reload()
        expect(page.get_by_label("Activation code")).to_be_visible()
        expect(page.get_by_text("New version")).not_to_be_attached()
        later = re.sub(r"phone-[0-9a-f]{16}", "phone-0123456789abcdef", worker.read_text(encoding="utf-8"))
        worker.write_text(later, encoding="utf-8")
        page.reload()
        expect(page.get_by_text("New version")).to_be_visible()
        assert len(page.evaluate("() => caches.keys()")) == 2
        page.get_by_role("button", name="Restart").click()
        expect(page.get_by_text("New version")).not_to_be_attached()
        expect(page.get_by_label("Activation code")).to_be_visible()
        page.wait_for_function("async () => (await caches.keys()).join() === 'phone-0123456789abcdef'")


def test_no_address_names_anything(friends: tuple[Handset, Handset]) -> None:
    one, _ = friends
    one.chat("Zeepaard")
    one.page.get_by_role("button", name="Details").click()
    assert one.page.url == f"{one.url}/phone/"
    one.page.go_back()
    expect(one.page.get_by_label("Write a message")).to_be_visible()
    one.page.go_back()
    one.expect_list()


def test_it_can_be_installed(phones_browser: Browser, live_network: LiveNetwork) -> None:
    with handset(phones_browser, live_network.url) as phone:
        phone.open()
        phone.page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        session = phone.page.context.new_cdp_session(phone.page)
        errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
        # The browser of a test keeps nothing, which alone stands in the way.
        assert [error["errorId"] for error in errors] == ["in-incognito"]
        assert session.send("Page.getAppManifest")["errors"] == []
