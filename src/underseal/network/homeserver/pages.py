"""The phone's files, served beside the client API so that a phone has one origin and asks no other."""

from pathlib import Path
from typing import Final

from synapse.module_api import ModuleApi
from twisted.web.http import Request
from twisted.web.pages import notFound
from twisted.web.resource import Resource
from twisted.web.static import File, getTypeAndEncoding

DIST: Final = (Path(__file__).parent / "phone", Path(__file__).parents[4] / "web" / "phone" / "dist")
"""Where the built phone lies: in an installed package, and in a checkout."""

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every answer with a file of the phone says."""

_FOR_EVER = "public, max-age=31536000, immutable"


def serve_phone(api: ModuleApi) -> None:
    """Serve the built phone at /phone/, if there is one."""
    folder = next((place for place in DIST if (place / "index.html").is_file()), None)
    api.register_web_resource("/phone", notFound() if folder is None else _Phone(str(folder)))


class _Phone(File):
    """Files with the headers above: no listing of folders, no page of Twisted's own."""

    def render_GET(self, request: Request) -> bytes | int:  # noqa: N802  # Twisted's name
        for name, value in SECURITY_HEADERS.items():
            request.setHeader(name, value)
        # The bundler puts a hash of the content into the names of what lies in assets/.
        hashed = "/assets/" in self.path
        request.setHeader("Cache-Control", _FOR_EVER if hashed else "no-cache")
        self._take_compressed(request)
        result: bytes | int = super().render_GET(request)
        return result

    def _take_compressed(self, request: Request) -> None:
        """Answer with the .gz that the build laid beside a file, so that nothing is compressed while Synapse waits."""
        compressed = Path(f"{self.path}.gz")
        if not compressed.is_file():
            return
        request.setHeader("Vary", "Accept-Encoding")
        # A range is one of the bytes that are sent, which a phone never asks for.
        if "gzip" in (request.getHeader("accept-encoding") or "") and not request.getHeader("range"):
            self.type, _ = getTypeAndEncoding(self.path, self.contentTypes, {}, self.defaultType)
            self.encoding = "gzip"
            self.path = str(compressed)
            self.restat(reraise=False)

    def directoryListing(self) -> Resource:  # noqa: N802  # Twisted's name
        return notFound()


_Phone.contentTypes = {**File.contentTypes, ".wasm": "application/wasm", ".webmanifest": "application/manifest+json"}
