"""The application: routes, who may use them, and what is around them."""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Final

from fastapi import Depends, FastAPI

from underseal.core.web.errors import handle_errors
from underseal.core.web.forgery import own_page
from underseal.core.web.guard import LOOPBACK, Guard
from underseal.core.web.pages import Pages, serve_pages
from underseal.core.web.shapes import ErrorAnswer
from underseal.evidence.investigation import Investigation
from underseal.evidence.server.asking import asker
from underseal.evidence.server.packs import Packs
from underseal.evidence.server.routes import (
    accounts,
    attributions,
    audit,
    conversations,
    disclosing,
    dossier_review,
    dossier_work,
    dossiers,
    exclusions,
    hand_over,
    held_packages,
    media,
    overview,
    persons,
    privilege,
    records,
    releases,
    search,
    session,
    users,
)
from underseal.evidence.server.shared import Shared

NOUNS: Final = (
    session,
    overview,
    search,
    conversations,
    records,
    media,
    accounts,
    persons,
    attributions,
    dossiers,
    dossier_work,
    dossier_review,
    disclosing,
    exclusions,
    hand_over,
    held_packages,
    releases,
    privilege,
    audit,
    users,
)

PLACES: Final = (Path(__file__).parent / "desk", Path(__file__).parents[4] / "web" / "desk" / "dist")
"""Where the built desk lies: in an installed package, and in a checkout."""

_UPLOADS: Final = re.compile(r"/api/dossiers/[0-9a-f]{16}/documents")
"""Addresses to which documents are sent, which may be as large as the settings say."""

_DESCRIPTION: Final = "What the desk asks of an investigation. Every answer but a login needs a session."


def routes() -> FastAPI:
    """Return the application with its routes alone, as they are described in openapi.json."""
    app = FastAPI(
        title="Underseal",
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
    for noun in NOUNS:
        app.include_router(noun.router, dependencies=[Depends(own_page), Depends(asker)])
    handle_errors(app)
    return app


def create_app(investigation: Investigation, *, public_name: str = "", pages: Pages | None = None) -> FastAPI:
    """Return the application that serves an investigation.

    Args:
        investigation: what is served; stays the caller's to close, after the `packs` of the application's `shared` state.
        public_name: host name under which a TLS proxy on this machine publishes it; "" where there is none.
        pages: the desk's files; by default those that were built.
    """
    app = routes()
    app.state.shared = Shared(
        investigation=investigation, secure=bool(public_name), packs=Packs(investigation.workspace.outgoing)
    )
    serve_pages(app, pages or Pages.find(PLACES))
    hosts = LOOPBACK | {public_name.lower()} if public_name else LOOPBACK
    limit = investigation.workspace.settings.document_bytes
    app.add_middleware(Guard, hosts=hosts, secure=bool(public_name), uploads=(_UPLOADS, limit))
    return app
