"""Running the server: on this machine only, opened by a link that works once."""

import ipaddress
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvicorn

from underseal.core.web.running import MAX_CONNECTIONS, configure
from underseal.core.web.tokens import HOUR
from underseal.errors import CallerError
from underseal.evidence.investigation import Investigation
from underseal.evidence.server.app import create_app

LINK_LASTS: Final = HOUR
"""How long a one-time link can be used, in milliseconds."""

MAX_PORT: Final = 65_535


def serve(
    investigation: Investigation,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    behind_proxy: str = "",
    announce: Callable[[str], None],
) -> None:
    """Serve an investigation until the process is told to stop (SIGINT or SIGTERM).

    Args:
        investigation: what is served.
        host: address to listen on; another than loopback needs named users and `behind_proxy`.
        port: 0 takes a free one.
        behind_proxy: host name under which a TLS proxy publishes the server, "" for none.
        announce: told the address to open, once the server listens: a one-time link in a workspace of one person.

    Raises:
        CallerError: the address cannot be listened on, or would let strangers in.
    """
    single_user = not investigation.casework.users.list()
    _check(host, behind_proxy=behind_proxy, single_user=single_user)
    app = create_app(investigation, public_name=behind_proxy)
    with listen(host, port) as listener:
        base = f"https://{behind_proxy}" if behind_proxy else _address(listener)
        announce(new_link(investigation, base) if single_user else f"{base}/")
        try:
            with suppress(KeyboardInterrupt):  # uvicorn raises it once the open answers have ended
                uvicorn.Server(configure(app, behind_proxy=bool(behind_proxy))).run(sockets=[listener])
        finally:
            app.state.shared.packs.close()


def new_link(investigation: Investigation, base: str, *, user: str = "") -> str:
    """Make a link that logs in once, within LINK_LASTS.

    Args:
        investigation: what it opens. base: "http://127.0.0.1:8420". user: whom it logs in; by default who runs this.

    Raises:
        RefusedError: the workspace has named users and this is none of them.
    """
    links, gate = investigation.casework.links, investigation.gate
    token = links.create(user or investigation.user, at=gate.clock(), lasts=LINK_LASTS)
    return f"{base}/login?token={token.reveal().decode()}"


def _check(host: str, *, behind_proxy: str, single_user: bool) -> None:
    if _is_loopback(host):
        if behind_proxy and single_user:
            raise CallerError(
                "A workspace without named users is not published by a proxy.",
                hint="Add the first one: underseal user add NAME --role administrator",
            )
        return
    if single_user or not behind_proxy:
        raise CallerError(
            f"The server listens on this machine only, not on {host}.",
            hint="Add named users, put a TLS proxy in front, and say so with --behind-proxy HOSTNAME.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """Open a port, so that whoever is told of it can connect at once.

    The socket names TCP as its protocol: on any other, asyncio leaves Nagle's algorithm on, and each answer waits 40 ms.

    Raises:
        CallerError: the address cannot be listened on.
    """
    if not 0 <= port <= MAX_PORT:
        raise CallerError(f"The server cannot listen on port {port}: ports end at {MAX_PORT}.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(MAX_CONNECTIONS)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise CallerError(f"The server cannot listen on {host}, port {port}: {error}.") from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
