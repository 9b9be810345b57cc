"""The description of a server's API (OpenAPI 3.1), and the tables of its page in the reference."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI

from underseal.core.web.errors import STATUS
from underseal.core.web.forgery import CSRF


def describe(app: FastAPI, *, cookie: str, doors: frozenset[str]) -> dict[str, Any]:
    """Return the description of an application.

    Args:
        app: its routes. cookie: name of the session's cookie. doors: paths that need no session.
    """
    description = app.openapi()
    components = description["components"]
    components["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": cookie},
        "token": {"type": "apiKey", "in": "header", "name": CSRF, "description": "`csrf` of the session"},
    }
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
    components["responses"] = {
        "Refused": {"description": "The request is at fault, or not allowed", "content": error},
        "Failed": {"description": "Our own fault, or the machine's", "content": error},
    }
    for path, method, operation in operations(description):
        needs: dict[str, list[str]] = {"session": []} if method == "GET" else {"session": [], "token": []}
        operation["security"] = [] if path in doors else [needs]
        del operation["responses"]["default"]
        operation["responses"] |= {
            "4XX": {"$ref": "#/components/responses/Refused"},
            "5XX": {"$ref": "#/components/responses/Failed"},
        }
    return description


def operations(description: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and description of every operation."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def route_table(description: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines that list all routes."""
    yield "## Routes\n"
    yield "| route | parameters | what it does |\n| --- | --- | --- |"
    for path, method, operation in operations(description):
        named = [f"`{p['name']}`" for p in operation.get("parameters", []) if p["in"] == "query"]
        words = operation["description"].partition("\n\n")[0].replace("\n", " ")
        yield f"| `{method} {path}` | {', '.join(named)} | {words} |"


def error_table() -> Iterator[str]:
    """Yield the lines that list all errors."""
    yield "## Errors\n"
    yield "| status | code | meaning |\n| --- | --- | --- |"
    for error, status in STATUS:
        words = (error.__doc__ or "").partition("\n")[0]
        yield f"| {status} | `{error.code}` | {words} |"
