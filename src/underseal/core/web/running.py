"""How an application is run by uvicorn; the socket is opened by whoever runs it."""

from typing import Final

import uvicorn
from fastapi import FastAPI

GOODBYE: Final = 3
"""Seconds that open answers are given to end when the server is stopped."""

MAX_CONNECTIONS: Final = 640
"""Connections at once: a browser opens up to six, a hundred people may be at work, and a process may often open 1,024 files. Beyond
that the server says 503 rather than slow everybody down."""


def configure(app: FastAPI, *, behind_proxy: bool) -> uvicorn.Config:
    """Return how an application is run.

    Args:
        app: what is run. behind_proxy: whether a proxy on this machine says whom it speaks for.
    """
    return uvicorn.Config(
        app,
        log_config=None,  # the program that runs us decides what is logged where
        access_log=False,  # addresses hold queries
        server_header=False,
        ws="none",
        lifespan="off",
        proxy_headers=behind_proxy,
        forwarded_allow_ips="127.0.0.1,::1",
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=GOODBYE,
    )
