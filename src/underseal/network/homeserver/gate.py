"""The only paths of Synapse that exist on a closed network. What is not listed here is answered as if there were no such path.

Two resources take the place of Synapse's own: the client API and uploads. The rest of what Synapse would serve (its admin API,
its static pages, the old media downloads) is replaced by nothing.
"""

import re
from typing import Final

from synapse.api.errors import Codes, SynapseError, UnrecognizedRequestError
from synapse.http.server import ServletCallback
from synapse.http.site import SynapseRequest
from synapse.module_api import ModuleApi
from synapse.rest import ClientRestResource
from synapse.rest.media.media_repository_resource import MediaRepositoryResource
from twisted.web.pages import notFound
from twisted.web.resource import Resource

from underseal.network.homeserver.clear_files import HEAD_BYTES, clear_format

_R = r"/rooms/[^/]+"
_CLIENT: Final = tuple(
    (methods, re.compile(rf"/_matrix/client/(?:{path})", re.ASCII))
    for methods, path in (
        ("GET", r"versions"),
        ("GET", r"v3/capabilities"),
        ("GET", r"v3/account/whoami"),
        ("POST", r"v3/logout"),
        # traffic
        ("GET", r"v3/sync"),
        ("POST", r"v3/user/[^/]+/filter"),
        ("GET", r"v3/user/[^/]+/filter/[^/]+"),
        ("GET", r"v3/pushrules/"),
        ("PUT", r"v3/sendToDevice/[^/]+/[^/]+"),
        # keys
        ("POST", r"v3/keys/(?:upload|query|claim)"),
        ("GET", r"v3/keys/changes"),
        ("POST", r"v3/keys/(?:device_signing|signatures)/upload"),
        ("GET", r"v3/devices(?:/[^/]+)?"),
        # rooms
        ("POST", r"v3/createRoom"),
        ("POST", r"v3/join/[^/]+"),
        ("GET", r"v3/joined_rooms"),
        ("POST", rf"v3{_R}/(?:join|leave|invite|kick|ban|unban|forget)"),
        ("PUT", rf"v3{_R}/send/[^/]+/[^/]+"),
        ("PUT", rf"v3{_R}/redact/[^/]+/[^/]+"),
        ("PUT", rf"v3{_R}/state/[^/]+/?(?:[^/]+)?"),
        ("GET", rf"v3{_R}/state(?:/[^/]+/?(?:[^/]+)?)?"),
        ("GET", rf"v3{_R}/(?:members|joined_members|messages)"),
        ("GET", rf"v3{_R}/(?:event|context)/[^/]+"),
        ("GET", rf"v1{_R}/relations/.+"),
        ("PUT", rf"v3{_R}/typing/[^/]+"),
        ("POST", rf"v3{_R}/receipt/[^/]+/[^/]+"),
        ("POST", rf"v3{_R}/read_markers"),
        # encrypted files
        ("GET", r"v1/media/config"),
        ("GET", r"v1/media/download/[^/]+/[^/]+(?:/[^/]+)?"),
    )
)
_UPLOAD: Final = re.compile(r"/_matrix/media/v3/upload", re.ASCII)
_CLOSED_PATHS: Final = ("/_synapse/admin", "/_synapse/client", "/_matrix/static", "/.well-known", "/_matrix/media")
_CIPHERTEXT_TYPE: Final = b"application/octet-stream"


def close_gate(api: ModuleApi) -> None:
    """Put the gate where Synapse would serve everything that it can."""
    for path in _CLOSED_PATHS:
        api.register_web_resource(path, _nothing())
    for version in ("r0", "v1"):
        api.register_web_resource(f"/_matrix/media/{version}", _nothing())
    hs = api._hs  # noqa: SLF001  # the resources below are Synapse's own, and take its server object
    hs.version_string = "Underseal"  # the header Server of every answer: which faults to try is nobody's business
    api.register_web_resource("/_matrix/media/v3", _Uploads(hs))
    api.register_web_resource("/_matrix/client", _Client(hs))


def _nothing() -> Resource:
    return notFound()


def _method(request: SynapseRequest) -> str:
    method = request.method.decode("ascii")
    return "GET" if method == "HEAD" else method


class _Client(ClientRestResource):
    def _get_handler_for_request(self, request: SynapseRequest) -> tuple[ServletCallback, str, dict[str, str]]:
        path, method = request.path.decode("ascii"), _method(request)
        if method != "OPTIONS" and not any(method == only and rule.fullmatch(path) for only, rule in _CLIENT):
            raise UnrecognizedRequestError(code=404)
        return super()._get_handler_for_request(request)


class _Uploads(MediaRepositoryResource):
    """Uploads of ciphertext: no name, no type, nothing that begins like a picture."""

    def _get_handler_for_request(self, request: SynapseRequest) -> tuple[ServletCallback, str, dict[str, str]]:
        if not _UPLOAD.fullmatch(request.path.decode("ascii")) or _method(request) not in {"POST", "OPTIONS"}:
            raise UnrecognizedRequestError(code=404)
        if _method(request) == "POST":
            _check_upload(request)
        return super()._get_handler_for_request(request)


def _check_upload(request: SynapseRequest) -> None:
    kinds = request.requestHeaders.getRawHeaders(b"Content-Type") or []
    if request.args.get(b"filename") or any(kind != _CIPHERTEXT_TYPE for kind in kinds):
        raise SynapseError(
            400, "An encrypted file has no name and the type application/octet-stream.", Codes.INVALID_PARAM
        )
    head = b""
    if request.content is not None:
        head = request.content.read(HEAD_BYTES)
        request.content.seek(0)
    if not head:
        raise SynapseError(400, "The file is empty.", Codes.INVALID_PARAM)
    if found := clear_format(head):
        raise SynapseError(403, f"Only encrypted files pass on this network, and this is {found}.", Codes.FORBIDDEN)
