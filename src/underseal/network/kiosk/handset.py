"""The handset on which only the phone is there, as the rest of the package needs it: one address, and what it is called."""

import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from underseal.errors import CallerError
from underseal.network.setup import NetworkSettings

_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_PORTS: Final = {"https": 443, "http": 80}
_LOOPBACK: Final = "127.0.0.1"
_HINT: Final = "Such as https://phone.example.org; http only for 127.0.0.1, to try it out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Handset:
    """A dedicated handset of a network.

    Attributes:
        network: the network's server name.
        scheme, host, port: of the one origin that it may open.
    """

    network: str
    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, settings: NetworkSettings, url: str = "") -> Self:
        """Return the handset of a network.

        Args:
            settings: of the network.
            url: where the phone is reached, without a path; "" for the network's public address.

        Raises:
            CallerError: there is no address, or it is none that a phone can use.
        """
        address = url or settings.public_url
        if not address:
            raise CallerError(
                "The network has no public_url, so a handset cannot know where it is.",
                hint="Say it with --url https://phone.example.org",
            )
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise CallerError(f"{address} is no address.", hint=_HINT) from None
        host = parts.hostname or ""
        secure = parts.scheme == "https" or (parts.scheme == "http" and host == _LOOPBACK)
        bare = parts.path in {"", "/"} and "@" not in parts.netloc and not parts.query and not parts.fragment
        if not (secure and bare and _HOST.fullmatch(host) and address.isprintable()):  # urlsplit drops line ends
            raise CallerError(f"{address} is no address that a phone can have for its own.", hint=_HINT)
        return cls(network=settings.server_name, scheme=parts.scheme, host=host, port=port or _PORTS[parts.scheme])

    @property
    def origin(self) -> str:
        """The origin as RFC 6454, 6.2 writes it: without the scheme's own port."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def start(self) -> str:
        """The page that is opened, and to which there is no other."""
        return f"{self.origin}/phone/"

    @property
    def url_filter(self) -> str:
        """The filter of URLAllowlist that lets in the phone's pages and nothing else.

        A host without a leading dot would let its subdomains in, one without a port every port. An address of numbers
        has no subdomains and takes no dot. (https://www.chromium.org/administrators/url-blocklist-filter-format/)
        """
        dot = "" if self.host == _LOOPBACK else "."
        return f"{self.scheme}://{dot}{self.host}:{self.port}/phone/"
