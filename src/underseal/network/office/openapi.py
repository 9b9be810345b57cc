"""The description of the office's API: `openapi.json`, from which the page's types are made, and the page of the reference.

python -m underseal.network.office.openapi    in a checkout: writes both
"""

import json
from pathlib import Path
from typing import Any, Final

from underseal.core.web import openapi
from underseal.core.web.forgery import CSRF
from underseal.core.web.guard import MAX_BODY
from underseal.network.office.app import routes

FILES: Final = ("web/office/openapi.json", "docs/reference/office-api.md")
"""Where both stand in a checkout."""

OPEN: Final = frozenset(
    {
        "/login",
        "/api/login",
        "/reward",
        "/reward/reward.jsonl",
        "/reward/{challenge}/challenge.json",
        "/reward/{challenge}/events.jsonl",
    }
)
"""Paths that need no session."""

_INTRODUCTION: Final = f"""\
<!-- Made by python -m underseal.network.office.openapi. Change the code, then run it again. -->
# HTTP API of the office

What the office of a network is asked, on the office port of `underseal network serve`. The shapes of requests and answers
stand in [openapi.json](../../web/office/openapi.json).

- **Session**: a cookie that the one-time link or `POST /api/login` sets (HttpOnly, SameSite=Strict). It ends after 30 minutes
  without a request, and with a change of the password. Without it every answer is 401, code `login`.
- **The reward** (`/reward`) is open to everybody.
- **Two houses**: routes under `/api/shop` answer resellers and know no other name than theirs; all others answer operators.
  Who asks at the other's house gets 403, code `refused`.
- **Changes** (all but GET) repeat the session's `csrf` in the header `{CSRF}`; else 403, code `forged`.
- **Codes** are in the answer that issues them and nowhere else. Who loses it makes the batch void.
- **Errors** all have the shape `ErrorAnswer`: a code for machines, a sentence and a hint for people.
- **Pages** go on by an opaque `cursor`, without a ceiling. It is null on the last page.
- A request has at most {MAX_BODY:,} bytes, and is addressed to this machine or to the host of `office_url`.

"""


def describe() -> dict[str, Any]:
    """Return the description (OpenAPI 3.1)."""
    return openapi.describe(routes(), cookie="underseal-office-PORT", doors=OPEN)


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
