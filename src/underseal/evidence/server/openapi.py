"""The description of the HTTP API: `openapi.json`, from which the desk's types are made, and the page of the reference.

python -m underseal.evidence.server.openapi    in a checkout: writes both
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from underseal.evidence.server.app import routes
from underseal.evidence.server.asking import AUTHORITY, CSRF, PURPOSE
from underseal.evidence.server.errors import STATUS
from underseal.evidence.server.guard import MAX_BODY

FILES: Final = ("web/desk/openapi.json", "docs/reference/http-api.md")
"""Where both stand in a checkout."""

OPEN: Final = frozenset({"/login", "/api/login"})
"""Paths that need no session."""

_INTRODUCTION: Final = f"""\
<!-- Made by python -m underseal.evidence.server.openapi. Change the code, then run it again. -->
# HTTP API

What the desk asks of `underseal serve`. The shapes of requests and answers stand in
[openapi.json](../../web/desk/openapi.json).

- **Session**: a cookie that the one-time link or `POST /api/login` sets (HttpOnly, SameSite=Strict). Without it every
  answer is 401, code `login`.
- **Changes** (all but GET) repeat the session's `csrf` in the header `{CSRF}`; else 403, code `forged`.
- **Evidence** is read under an authority: its number in the header `{AUTHORITY}`, the purpose in `{PURPOSE}`, both
  percent-encoded UTF-8. Attachments take both as parameters of the address. Without a valid one: 403, code `refused`, and
  the refusal is in the audit.
- **Errors** all have the shape `ErrorAnswer`: a code for machines, a sentence and a hint for people; `position` and `length`
  say where in a query.
- **Pages** go on by an opaque `cursor`, without a ceiling. It is null on the last page.
- **Long work** answers in JSON lines: `{{"done": 1, "total": 9}}` and at last `{{"check": ...}}`.
- A request has at most {MAX_BODY:,} bytes, and is addressed to the name that the server was started under.

"""


def describe() -> dict[str, Any]:
    """Return the description (OpenAPI 3.1)."""
    description = routes().openapi()
    components = description["components"]
    components["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "underseal-WORKSPACE"},
        "token": {"type": "apiKey", "in": "header", "name": CSRF, "description": "`csrf` of the session"},
    }
    error = {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}
    components["responses"] = {"Error": {"description": "Refused or failed", "content": {"application/json": error}}}
    for path, method, operation in operations(description):
        needs: dict[str, list[str]] = {"session": []} if method == "GET" else {"session": [], "token": []}
        operation["security"] = [] if path in OPEN else [needs]
        operation["responses"]["default"] = {"$ref": "#/components/responses/Error"}
    return description


def operations(description: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and description of every operation."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def files() -> dict[str, str]:
    """Return what stands in each of the FILES."""
    description = describe()
    texts = (
        json.dumps(description, indent=2, sort_keys=True, ensure_ascii=False) + "\n",
        _INTRODUCTION + "\n".join([*_routes(description), "", *_errors(), ""]),
    )
    return dict(zip(FILES, texts, strict=True))


def _routes(description: Mapping[str, Any]) -> Iterator[str]:
    yield "## Routes\n"
    yield "| route | parameters | what it does |\n| --- | --- | --- |"
    for path, method, operation in operations(description):
        named = [f"`{p['name']}`" for p in operation.get("parameters", []) if p["in"] == "query"]
        words = operation["description"].partition("\n\n")[0].replace("\n", " ")
        yield f"| `{method} {path}` | {', '.join(named)} | {words} |"


def _errors() -> Iterator[str]:
    yield "## Errors\n"
    yield "| status | code | meaning |\n| --- | --- | --- |"
    for error, status in STATUS:
        words = (error.__doc__ or "").partition("\n")[0]
        yield f"| {status} | `{error.code}` | {words} |"


if __name__ == "__main__":
    for name, text in files().items():
        Path(name).write_text(text, encoding="utf-8")
