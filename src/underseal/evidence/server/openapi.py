"""The description of the HTTP API, from which the desk's types and the reference are made.

python -m underseal.evidence.server.openapi web/desk/openapi.json
"""

import json
import sys
from pathlib import Path
from typing import Final

from underseal.evidence.server.app import routes
from underseal.evidence.server.asking import CSRF

OPEN: Final = frozenset({"/login", "/api/login"})
"""Paths that need no session."""


def describe() -> str:
    """Return the description (OpenAPI 3.1) as JSON text."""
    description = routes().openapi()
    description["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "underseal-WORKSPACE"},
        "token": {"type": "apiKey", "in": "header", "name": CSRF, "description": "`csrf` of the session"},
    }
    error = {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}
    description["components"]["responses"] = {
        "Error": {"description": "Refused or failed", "content": {"application/json": error}}
    }
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            operation["responses"]["default"] = {"$ref": "#/components/responses/Error"}
            needs: dict[str, list[str]] = {"session": []} if method == "get" else {"session": [], "token": []}
            operation["security"] = [] if path in OPEN else [needs]
    return json.dumps(description, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(describe(), encoding="utf-8")
