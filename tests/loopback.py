"""Asking a server of this machine, which has no TLS."""

import ssl
from typing import Final

NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For httpx, which else reads the certificates of all authorities for each client: that takes longer than most answers."""
