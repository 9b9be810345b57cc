"""The description of the HTTP API: `openapi.json`, from which the desk's types are made, and the page of the reference.

python -m underseal.evidence.server.openapi    in a checkout: writes both
"""

import json
from pathlib import Path
from typing import Any, Final

from underseal.core.web import openapi
from underseal.core.web.forgery import CSRF
from underseal.core.web.guard import MAX_BODY
from underseal.evidence.server.app import routes
from underseal.evidence.server.asking import AUTHORITY, PURPOSE

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
  answer is 401, code `login`; but what is sent as JSON and is none is 400.
- **Changes** (all but GET) repeat the session's `csrf` in the header `{CSRF}`; else 403, code `forged`.
- **Evidence** is read under an authority: its number in the header `{AUTHORITY}`, the purpose in `{PURPOSE}`, both
  percent-encoded UTF-8. Attachments take both as parameters of the address. Without a valid one: 403, code `refused`, and
  the refusal is in the audit.
- **Errors** all have the shape `ErrorAnswer`: a code for machines, a sentence and a hint for people; `position` and `length`
  say where in a query, `field` in which part of a request ("start", "supporting.2").
- **Pages** go on by an opaque `cursor`, without a ceiling. It is null on the last page.
- **Long work** answers in JSON lines: `{{"done": 1, "total": 9}}` and at last `{{"check": ...}}`.
- A request has at most {MAX_BODY:,} bytes, and is addressed to the name that the server was started under.

"""


def describe() -> dict[str, Any]:
    """Return the description (OpenAPI 3.1)."""
    return openapi.describe(routes(), cookie="underseal-WORKSPACE", doors=OPEN)


def files() -> dict[str, str]:
    """Return what stands in each of the FILES."""
    description = describe()
    texts = (
        json.dumps(description, indent=2, sort_keys=True, ensure_ascii=False) + "\n",
        _INTRODUCTION + "\n".join([*openapi.route_table(description), "", *openapi.error_table(), ""]),
    )
    return dict(zip(FILES, texts, strict=True))


if __name__ == "__main__":
    for name, text in files().items():
        Path(name).write_text(text, encoding="utf-8")
