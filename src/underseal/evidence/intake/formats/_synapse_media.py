"""Where a Synapse media store keeps the bytes of an attachment (synapse/media/filepath.py)."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from underseal.errors import UnreadableError
from underseal.evidence.intake.formats._sqlite import open_unlogged
from underseal.evidence.intake.formats._unit import shown_path

_ADDRESS: Final = re.compile(r"mxc://([A-Za-z0-9.:\[\]-]{1,255})/([A-Za-z0-9_=-]{5,255})")
"""Server name and media id (client-server API, "Matrix Content (mxc://) URIs"); neither can climb out of the store."""


class SynapseMedia:
    """The media store of an exhibit.

    Args:
        root: the exhibit's root; without a media store in it, nothing was captured.
        database: gives the database, which knows under which name a file of another server is kept.
    """

    def __init__(self, root: Path, database: Callable[[], Path]) -> None:
        self._root = root
        self._database = database
        self._stores = sorted(folder.parent for folder in root.glob("*/*_content")) if root.is_dir() else []

    def captured(self, address: str) -> str:
        """Return the path of an attachment's bytes relative to the exhibit's root, or "" when they were not captured."""
        match = _ADDRESS.fullmatch(address)
        if not match or not self._stores:
            return ""
        server, name = match.groups()
        return self._find("local_content", name) or self._remote(server, name)

    def _remote(self, server: str, name: str) -> str:
        if not any((store / "remote_content" / server).is_dir() for store in self._stores):
            return ""
        question = "SELECT filesystem_id FROM remote_media_cache WHERE media_origin = ? AND media_id = ?"
        try:
            with open_unlogged(self._database()) as connection:
                found = connection.execute(question, (server, name)).fetchone()
        except (UnreadableError, sqlite3.DatabaseError):
            return ""
        if not found or not isinstance(found[0], bytes):
            return ""
        kept = found[0].decode("ascii", "replace")
        return self._find(f"remote_content/{server}", kept) if kept.isalnum() else ""

    def _find(self, folder: str, name: str) -> str:
        for store in self._stores:
            file = store / folder / name[:2] / name[2:4] / name[4:]
            inside = file.relative_to(self._root)
            # A link is not followed: it may lead out of the exhibit, and its target is in no manifest.
            if file.is_file() and file.resolve() == self._root.resolve() / inside:
                return shown_path(inside)
        return ""
