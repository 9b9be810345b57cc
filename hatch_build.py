"""What a package carries beside the code: the built web applications, and what `underseal demo` plays and takes in.

An editable install finds them in the checkout. A page that has not been built is left out, and its server says so.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACES = {
    "web/desk/dist": "underseal/evidence/server/desk",
    "web/office/dist": "underseal/network/office/pages",
    "web/reader/dist/reader.html": "underseal/evidence/disclosure/reader.html",
    "samples/harbour/capture": "underseal/cli/harbour/capture",
    "samples/harbour/keys": "underseal/cli/harbour/keys",
    "samples/harbour/lines": "underseal/cli/harbour/lines",
    "samples/harbour/truth.jsonl": "underseal/cli/harbour/truth.jsonl",
    "samples/scenarios": "underseal/cli/scenarios",
    "web/phone/dist": "underseal/network/homeserver/phone",
}
"""Folders and files of the checkout, and where they go in a wheel."""


class Carried(BuildHookInterface[Any]):
    """Adds the folders that are there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name them to the builder."""
        if version == "editable":
            return
        for source, place in PLACES.items():
            found = Path(self.root, source)
            if found.is_file() or (found.is_dir() and any(found.iterdir())):
                build_data["force_include"][str(found)] = place if self.target_name == "wheel" else source
