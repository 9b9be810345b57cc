"""Debian's Chromium under the policies of a handset, and sites on loopback that note what they are asked.

Chromium reads its managed policies from /etc/chromium/policies. Here a folder of the test lies over /etc/chromium, in a mount
namespace of the browser's own: the machine's /etc stays as it is, and nothing is left behind.
"""

import json
import os
import queue
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

CHROMIUM = "/usr/bin/chromium"
HEADLESS = ["--headless", "--no-sandbox", "--disable-gpu"]
"""How it runs without a screen, and as root, which containers run tests as."""

PATIENCE_SECONDS = 60
"""For what never comes, not an expectation."""


@dataclass(slots=True, kw_only=True)
class Site:
    """A site that answers every request with its page, and notes each.

    Attributes:
        port: on 127.0.0.1. page: HTML, changed at will. asked: paths in their order.
        news: the same paths, to wait for.
    """

    port: int
    page: str = "<!doctype html><title>a page</title>a page"
    redirect: str = ""
    asked: list[str] = field(default_factory=list)
    news: "queue.Queue[str]" = field(default_factory=queue.Queue)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def await_request(self, path: str) -> None:
        """Wait until somebody asks for a path."""
        while self.news.get(timeout=PATIENCE_SECONDS) != path:
            pass


@contextmanager
def site() -> Iterator[Site]:
    """Serve a site on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            found.news.put(self.path)
            leaving = found.redirect and self.path.endswith("/redirect")
            self.send_response(302 if leaving else 200)
            if leaving:
                self.send_header("Location", found.redirect)
            kind = "application/octet-stream" if self.path.endswith(".bin") else "text/html; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(found.page.encode())

        do_POST = do_GET  # noqa: N815  # the library's name

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Site(port=server.server_port)
        Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


def program(folder: Path, policies: Mapping[str, object]) -> Path:
    """Make a program that starts Chromium under these policies alone.

    Args:
        folder: of the test; takes what lies over /etc/chromium, and the program.
    """
    over = folder / "etc"
    (over / "policies" / "managed").mkdir(parents=True)
    (over / "policies" / "managed" / "underseal.json").write_text(json.dumps(policies), encoding="utf-8")
    alone = "unshare --mount" if os.geteuid() == 0 else "unshare --map-root-user --mount"
    inner = f'mount --bind {shlex.quote(str(over))} /etc/chromium && exec {CHROMIUM} "$@"'
    made = folder / "chromium"
    made.write_text(f'#!/bin/sh\nexec {alone} sh -c {shlex.quote(inner)} sh "$@"\n', encoding="utf-8")
    made.chmod(0o755)
    return made


@contextmanager
def started(browser: Path, folder: Path, flags: Sequence[str]) -> Iterator[Path]:
    """Run a browser with nobody at its wheel; yield the file in which it logs what it does on the network."""
    log = folder / "net-log.json"
    running = subprocess.Popen(
        [browser, *HEADLESS, *flags, f"--log-net-log={log}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield log
    finally:
        running.terminate()
        running.wait(PATIENCE_SECONDS)


def network_events(log: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a net log, names and parameters; its last line may be cut off, since its browser was ended.

    A line holds an event, the first one the names of all.
    """
    lines = log.read_text(encoding="utf-8").splitlines()
    kinds = json.loads(lines[0].rstrip(",") + "}")["constants"]["logEventTypes"]
    names = {number: name for name, number in kinds.items()}
    found = []
    for line in lines[2:]:
        try:
            event = json.loads(line.rstrip().rstrip(","))
        except json.JSONDecodeError:
            break
        found.append((names[event["type"]], event.get("params", {})))
    return found
