"""The cookie that carries the token of a session. It stands apart from tokens, since a command line has no need of FastAPI."""

from fastapi import Response

from underseal.core.records import Secret


def set_cookie(response: Response, name: str, token: Secret, *, lasts: int, secure: bool) -> None:
    """Give the browser its session: out of reach for scripts, and sent along by our own pages only.

    Args:
        response: that carries it. name: of the cookie. token: of the session. lasts: for how long, in ms.
        secure: whether it may be sent over TLS only.
    """
    response.set_cookie(
        name,
        token.reveal().decode(),
        max_age=lasts // 1000,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def clear_cookie(response: Response, name: str, *, secure: bool) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
