"""Running the office in the main thread until it is told to stop, or what runs beside it ends."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

import uvicorn

from underseal.core.web.running import MAX_CONNECTIONS, configure
from underseal.core.web.tokens import HOUR
from underseal.errors import CallerError, ConflictError
from underseal.network.licences import Licences
from underseal.network.office.app import create_office, now
from underseal.network.office.books import Books
from underseal.network.setup import Network

LINK_LASTS: Final = HOUR
"""How long a one-time link can be used, in milliseconds."""

_POLL_SECONDS: Final = 0.5
"""How long what runs beside is waited for before one looks whether the office still runs."""


class Office:
    """An office whose port is open: who asks already waits in its queue.

    Attributes:
        url: where it is reached.
        link: what logs in once, "" in a network with named operators.
    """

    def __init__(self, server: uvicorn.Server, listener: socket.socket, *, url: str, link: str) -> None:
        self._server = server
        self._listener = listener
        self.url = url
        self.link = link

    def run(self, ended: Callable[[float], bool]) -> bool:
        """Serve until SIGINT or SIGTERM comes, or something else ends.

        Args:
            ended: waits so many seconds for what runs beside the office, and says whether it has ended.

        Returns:
            Whether it was that which ended.
        """
        done, gone = threading.Event(), threading.Event()

        def watch() -> None:
            while not done.is_set():
                if ended(_POLL_SECONDS):
                    gone.set()
                    self._server.should_exit = True
                    return

        watcher = threading.Thread(target=watch, name="watch")
        watcher.start()
        try:
            with suppress(KeyboardInterrupt):  # uvicorn raises it once the open answers have ended
                self._server.run(sockets=[self._listener])
        finally:
            done.set()
            watcher.join()
        return gone.is_set()


@contextmanager
def serving(network: Network) -> Iterator[Office]:
    """Open the office of a network for the time of the block.

    Raises:
        ConflictError: its port cannot be used. CallerError: it would let strangers in.
        IntegrityError, InternalError: its licences or its database cannot be used.
    """
    settings = network.settings
    with ExitStack() as opened:
        listener = opened.enter_context(_listen(settings.office_port))
        licences = opened.enter_context(Licences(network.licences, network.signing_key))
        books = opened.enter_context(Books(network.office))
        is_named = bool(licences.operators.all())
        if settings.office_url and not is_named:
            raise CallerError(
                "A network without named operators is not published by a proxy.",
                hint="Add the first one: underseal network operator add NAME",
            )
        url = settings.office_url or f"http://127.0.0.1:{settings.office_port}"
        link = "" if is_named else new_link(books, url)
        app = create_office(network, licences, books)
        server = uvicorn.Server(configure(app, behind_proxy=bool(settings.office_url)))
        yield Office(server, listener, url=f"{url}/", link=link)


def new_link(books: Books, url: str) -> str:
    """Make a link that logs the operator of a network without named ones in, once, within LINK_LASTS.

    Args:
        books: of the office. url: "http://127.0.0.1:8441".
    """
    token = books.links.create(at=round(now().timestamp() * 1000), lasts=LINK_LASTS)
    return f"{url}/login?token={token.reveal().decode()}"


def _listen(port: int) -> socket.socket:
    """Open a port of 127.0.0.1. The socket names TCP as its protocol: on any other, asyncio leaves Nagle's algorithm on."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(MAX_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise ConflictError(
            f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}.", hint="Name another in network.toml."
        ) from None
    return listener
