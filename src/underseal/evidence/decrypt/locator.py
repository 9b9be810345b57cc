"""Where the captured bytes of an attachment lie in its exhibit: what each format of an intake knows."""

from dataclasses import dataclass
from pathlib import Path

from underseal.core.crypto.attachments import OpenedAttachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Finds attachments in one exhibit; can be pickled.

    Attributes:
        reader: name of the exhibit's format.
        path: the exhibit's root.
    """

    reader: str
    path: Path

    def __call__(self, address: str) -> Path | OpenedAttachment | None:
        """Return the captured file of an attachment, or what was decrypted of it, or None when it was not captured.

        Args:
            address: what the message says where it is ("mxc://server/id").
        """
        # Imported at the first attachment: most worker processes meet none, and the readers take a second to import.
        from underseal.evidence.intake.formats import reader_named  # noqa: PLC0415
        from underseal.evidence.intake.reader import HoldsMedia, Source  # noqa: PLC0415

        reader = reader_named(self.reader)
        if not isinstance(reader, HoldsMedia):
            return None
        return reader.locate(Source(path=self.path, exhibit=""), address)
