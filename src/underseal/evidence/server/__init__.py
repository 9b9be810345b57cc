"""The investigators' HTTP API and desk, served on this machine."""

from underseal.evidence.server.app import create_app
from underseal.evidence.server.serving import new_link, serve

__all__ = ["create_app", "new_link", "serve"]
