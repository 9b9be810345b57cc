"""What a package carries beside the code: the built desk and office, and the sample that `underseal demo` takes in.

An editable install finds both in the checkout. A page that has not been built is left out, and its server says so.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACES = {
    "web/desk/dist": "underseal/evidence/server/desk",
    "web/office/dist": "underseal/network/office/pages",
    "samples/harbour/capture": "underseal/cli/harbour/capture",
    "samples/harbour/keys": "underseal/cli/harbour/keys",
}
"""Folders of the checkout, and where they go in a wheel."""


class Carried(BuildHookInterface[Any]):
    """Adds the folders that are there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name them to the builder."""
        if version == "editable":
            return
        for source, place in PLACES.items():
            folder = Path(self.root, source)
            if folder.is_dir() and any(folder.iterdir()):
                build_data["force_include"][str(folder)] = place if self.target_name == "wheel" else source
