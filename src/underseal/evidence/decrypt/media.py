"""Attachments: from the captured bytes of an exhibit into the workspace's content-addressed media folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from underseal.core.crypto import FileDigest, attachments, store_file
from underseal.core.crypto.attachments import OpenedAttachment
from underseal.core.matrix import EncryptedFile
from underseal.core.records import Media
from underseal.errors import IntegrityError

MISSING, OPENED, CLEAR, BAD_DIGEST, MALFORMED = "missing", "opened", "clear", "bad_digest", "malformed"
"""The states of a `Media`."""


class Locate(Protocol):
    """Finds the captured bytes of attachments in one exhibit; goes to worker processes, so it can be pickled."""

    @property
    def path(self) -> Path:
        """The exhibit's root."""

    def __call__(self, address: str) -> Path | OpenedAttachment | None:
        """Return the captured file of an attachment ("mxc://server/id"), or what somebody else has decrypted of it.

        None when it was not captured.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFolder:
    """Where attachments come from and where they go.

    Attributes:
        folder: the workspace's `media`, content-addressed.
        locate: by exhibit, how its attachments are found; an exhibit that is not named holds none.
    """

    folder: Path
    locate: Mapping[str, Locate] = field(default_factory=dict)

    def fetch(self, media: Media, opener: EncryptedFile | None, *, exhibit: str) -> Media:
        """Copy or decrypt an attachment into the folder, and return `media` with what came of it.

        Args:
            media: what the message says of it.
            opener: what decrypts it; None where it is clear.
            exhibit: the exhibit that the message came from.

        Raises:
            OSError: the captured bytes cannot be read, or the folder not be written.
        """
        if media.state == MALFORMED:
            return media
        locate = self.locate.get(exhibit)
        captured = locate(media.source) if locate and media.source else None
        if locate is None or captured is None:
            return replace(media, state=MISSING)
        media = replace(media, file=media.file or _inside(captured, locate.path))
        try:
            digest = self._keep(captured, opener)
        except IntegrityError:
            return replace(media, state=BAD_DIGEST)
        return replace(media, sha256=digest.sha256.hex(), state=OPENED if opener else CLEAR)

    def _keep(self, captured: Path | OpenedAttachment, opener: EncryptedFile | None) -> FileDigest:
        if isinstance(captured, OpenedAttachment):
            return attachments.keep_opened(captured, self.folder, opener)
        if opener is None:
            return store_file(captured, self.folder)
        return attachments.decrypt(captured, self.folder, key=opener.key, iv=opener.iv, sha256=opener.sha256)


def _inside(captured: Path | OpenedAttachment, root: Path) -> str:
    """Return the path of an attachment inside its exhibit, "" where it lies outside."""
    if isinstance(captured, OpenedAttachment):
        return captured.name
    return captured.relative_to(root).as_posix() if captured.is_relative_to(root) else ""
