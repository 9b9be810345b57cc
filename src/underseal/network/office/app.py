"""The application: routes, who may use them, and what is around them."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI

from underseal.core.web.errors import handle_errors
from underseal.core.web.forgery import own_page
from underseal.core.web.guard import LOOPBACK, Guard
from underseal.core.web.pages import Pages, serve_pages
from underseal.core.web.shapes import ErrorAnswer
from underseal.network.licences import Licences
from underseal.network.office.asking import asker
from underseal.network.office.books import Books
from underseal.network.office.routes import (
    balances,
    batches,
    ledger,
    licences,
    logins,
    overview,
    products,
    resellers,
    reward,
    sales,
    session,
    shop,
)
from underseal.network.office.shared import Shared
from underseal.network.reward import Reward
from underseal.network.setup import Network

NOUNS: Final = (session, overview, licences, resellers, products, batches, sales, balances, ledger, logins, shop)

PLACES: Final = (Path(__file__).parent / "pages", Path(__file__).parents[4] / "web" / "office" / "dist")
"""Where the built office lies: in an installed package, and in a checkout."""

_DESCRIPTION: Final = "What the office of a network is asked. Every answer but a login needs a session."


def routes() -> FastAPI:
    """Return the application with its routes alone, as they are described in openapi.json."""
    app = FastAPI(
        title="Underseal office",
        version=version("underseal"),
        description=_DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": {"model": ErrorAnswer, "description": "Refused or failed"}},
        # Spans and logs of the framework carry paths, arguments and exception messages.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.include_router(session.doors)
    app.include_router(reward.router)
    for noun in NOUNS:
        app.include_router(noun.router, dependencies=[Depends(own_page), Depends(asker)])
    handle_errors(app)
    return app


def now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


def create_office(
    network: Network,
    licences: Licences,
    books: Books,
    *,
    clock: Callable[[], datetime] = now,
    pages: Pages | None = None,
) -> FastAPI:
    """Return the application that serves the office of a network.

    Args:
        network: whose office it is. licences, books: of the network; stay the caller's to close.
        clock: tells the time, aware.
        pages: the office's files; by default those that were built.
    """
    app = routes()
    reward_of = Reward(network.reward, network.signing_key)
    shared = Shared(network=network, licences=licences, books=books, reward=reward_of, clock=clock)
    app.state.shared = shared
    serve_pages(app, pages or Pages.find(PLACES))
    name = urlsplit(network.settings.office_url).hostname
    app.add_middleware(Guard, hosts=LOOPBACK | {name} if name else LOOPBACK, secure=shared.secure)
    return app
