"""The files of a built web application, held in memory, with a fresh nonce in its page at every answer."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

PLACEHOLDER: Final = "__CSP_NONCE__"
"""Where the nonce goes in index.html."""

INDEX: Final = "index.html"

FOR_EVER: Final = "public, max-age=31536000, immutable"
"""Files under assets/ have a digest in their name, so they never change."""

TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
"""Types by the end of a name: the machine's own table differs from machine to machine."""

NOT_BUILT: Final = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Underseal</title></head>
  <body>
    <h1>The pages have not been built</h1>
    <p>The server runs, but its pages are missing. Build them with <code>make web</code> in the checkout, then start
    the server again; a package carries them when they are built before it is.</p>
  </body>
</html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The files of a web application.

    Attributes:
        files: their bytes, by path from the root.
    """

    files: Mapping[str, bytes]

    @classmethod
    def find(cls, places: Iterable[Path]) -> Self:
        """Read the built application from the first place where it lies; without any file when it was not built."""
        built = next((place for place in places if (place / INDEX).is_file()), None)
        return cls(files={} if built is None else _read(built))

    def answer(self, path: str) -> Response:
        """Answer a request for a file or a page; the application itself knows which pages it has.

        Raises:
            HTTPException: 404, there is no such file.
        """
        if path in self.files and path != INDEX:
            kind = TYPES.get(Path(path).suffix, "application/octet-stream")
            caching = FOR_EVER if path.startswith("assets/") else "no-cache"
            return Response(self.files[path], media_type=kind, headers={"Cache-Control": caching})
        if path.startswith(("api/", "assets/")) or path == "api":
            raise HTTPException(404)
        return self._page()

    def _page(self) -> Response:
        if INDEX not in self.files:
            return HTMLResponse(NOT_BUILT, status_code=503)
        nonce = secrets.token_urlsafe(16)
        page = self.files[INDEX].decode().replace(PLACEHOLDER, nonce)
        return HTMLResponse(page, headers={"Content-Security-Policy": policy(nonce)})


def policy(nonce: str) -> str:
    """Return the Content-Security-Policy of a page: its own files, styles that carry the nonce, and nobody else.

    `data:` and `blob:` pictures come from the page itself and reach nobody.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "font-src 'self'",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def serve_pages(app: FastAPI, pages: Pages) -> None:
    """Add an application's files behind all other routes."""

    async def page(request: Request) -> Response:
        return pages.answer(str(request.path_params["path"]))

    app.add_route("/{path:path}", page, methods=["GET"], include_in_schema=False)


def _read(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
