"""Errors as answers: every refused or failed request has the shape ErrorAnswer, and none says more than it should."""

import logging
import secrets
import traceback
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from underseal.core.web.shapes import ErrorAnswer, ErrorBody
from underseal.errors import (
    CallerError,
    ConflictError,
    EvidenceError,
    InternalError,
    NotFoundError,
    QueryError,
    RefusedError,
    ThrottledError,
    UndersealError,
)

log = logging.getLogger("underseal.server")


class LoginRequiredError(RefusedError):
    """Nobody is logged in."""

    code = "login"


class ForgedError(RefusedError):
    """A changing request does not come from a page of our own."""

    code = "forged"


STATUS: Final[tuple[tuple[type[UndersealError], int], ...]] = (
    (LoginRequiredError, 401),
    (ThrottledError, 429),
    (RefusedError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (CallerError, 400),
    (EvidenceError, 422),
    (InternalError, 500),
)
"""Branches of the error tree and their HTTP status (RFC 9110, section 15); the first that fits holds."""

_HTTP: Final = {
    404: ("not_found", "There is nothing at this address."),
    405: ("request", "This address does not take such a request."),
    413: ("request", "The request is too large."),
}


NOT_JSON: Final = "The body of the request is not JSON."
"""Said before it is asked who sent it: the framework reads a body first."""


def answer(status: int, body: ErrorBody, *, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return an error as an answer."""
    return JSONResponse(ErrorAnswer(error=body).model_dump(), status_code=status, headers=headers)


def body_of(error: UndersealError) -> ErrorBody:
    """Return the body of an error."""
    if isinstance(error, QueryError):
        return ErrorBody(
            code=error.code, message=error.message, hint=error.hint, position=error.position, length=error.length
        )
    field = error.field if isinstance(error, CallerError) else ""
    return ErrorBody(code=error.code, message=error.message, hint=error.hint, field=field)


def incident(error: BaseException, *, method: str, route: str) -> JSONResponse:
    """Log an unexpected exception, and answer with the number of that log line; see `noted`.

    Args:
        error: what happened. method: of the request. route: its template, without values.
    """
    return answer(500, ErrorBody(code="internal", message=noted(error, f"{method} {route}")))


def noted(error: BaseException, where: str) -> str:
    """Log an unexpected exception by its type and place alone; return a sentence with the number of that log line.

    Its message and the values in its frames may hold what people wrote, so neither is kept.

    Args:
        error: what happened. where: in which work.
    """
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "(nowhere)"
    log.error("incident %s: %s at %s in %s", number, type(error).__qualname__, place, where)
    return f"Something went wrong here. Incident {number} in the server's log says where."


def handle_errors(app: FastAPI) -> None:
    """Make an application answer its errors; what is left is caught by the Guard."""
    app.exception_handler(UndersealError)(_underseal)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)


async def _underseal(_request: Request, error: UndersealError) -> JSONResponse:
    status = next((status for branch, status in STATUS if isinstance(error, branch)), 500)
    headers = {"Retry-After": str(error.wait)} if isinstance(error, ThrottledError) else None
    return answer(status, body_of(error), headers=headers)


async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Say which value is wrong, and never repeat it: it may be a password."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return answer(400, ErrorBody(code="request", message=NOT_JSON))
    where, *steps = first["loc"]
    if where == "body" and len(steps) > 1 and isinstance(error.body, dict) and steps[0] not in error.body:
        del steps[0]  # which of several shapes the body has, is no part of it
    place = ".".join(map(str, steps)) or "body"
    return answer(400, ErrorBody(code="request", message=f"{place}: {first['msg']}.", field=place))


async def _http(_request: Request, error: HTTPException) -> JSONResponse:
    code, message = _HTTP.get(error.status_code, ("request", "The request cannot be read."))
    headers = dict(error.headers) if error.headers else None
    return answer(error.status_code, ErrorBody(code=code, message=message), headers=headers)
