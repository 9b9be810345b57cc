"""The folder of a handset: written whole or not at all, its secrets for their owner alone."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from underseal.core.crypto.private_files import write_new
from underseal.core.folders import publish_folder, sync_folder, write_synced
from underseal.core.records import Secret
from underseal.errors import InternalError
from underseal.network.kiosk.android import android_policy, web_app_request
from underseal.network.kiosk.handset import Handset
from underseal.network.kiosk.linux import linux_files
from underseal.network.kiosk.provisioning import Wifi, provisioning, qr_pictures
from underseal.network.kiosk.words import android_readme, linux_readme

_PROGRAMS: Final = frozenset({"linux/install.sh"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """All that a dedicated handset needs.

    Attributes:
        files: what may be seen, by its path in the folder.
        secrets: what may not.
    """

    files: Mapping[str, str]
    secrets: Mapping[str, Secret]

    @classmethod
    def of(
        cls,
        handset: Handset,
        *,
        token: Secret | None = None,
        wifi: Wifi | None = None,
        web_app: str = "",
        reset_admins: Sequence[str] = (),
    ) -> "Kiosk":
        """Return the files of a handset.

        Args:
            handset: what they are for.
            token, wifi: for the provisioning QR code, which there is only with a token, see `provisioning`.
            web_app, reset_admins: see `android_policy`.

        Raises:
            CallerError: one of them cannot be used.
        """
        android = {
            "policy.json": _json(android_policy(handset, web_app=web_app, reset_admins=reset_admins)),
            "webapp.json": _json(web_app_request(handset)),
            "README.md": android_readme(handset),
        }
        linux = {**linux_files(handset), "README.md": linux_readme(handset)}
        files = {f"android/{name}": text for name, text in android.items()}
        files |= {f"linux/{name}": text for name, text in linux.items()}
        return cls(files=files, secrets={} if token is None else _secrets(token, wifi))

    def write(self, folder: Path) -> None:
        """Write the folder.

        Args:
            folder: to make; may exist if it is empty. Its parent must exist.

        Raises:
            ConflictError: it is not empty.
            CallerError: there is no parent folder.
            InternalError: the disk refuses.
        """
        try:
            publish_folder(Path(os.path.abspath(folder)), self._build)  # noqa: PTH100  # as in Network.init
        except OSError as error:
            raise InternalError(f"The folder {folder} cannot be made: {error.strerror}.") from error

    def _build(self, aside: Path) -> None:
        aside.mkdir(mode=0o700 if self.secrets else 0o755)
        for name, text in self.files.items():
            file = aside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            write_synced(file, text)
            file.chmod(0o755 if name in _PROGRAMS else 0o644)
        for name, secret in self.secrets.items():
            write_new(aside / name, secret.reveal())
        for place in (aside, *(inner for inner in aside.rglob("*") if inner.is_dir())):
            sync_folder(place)


def _secrets(token: Secret, wifi: Wifi | None) -> dict[str, Secret]:
    text = provisioning(token, wifi)
    pictures = {f"android/provisioning.{kind}": Secret(drawn) for kind, drawn in qr_pictures(text).items()}
    return {"android/provisioning.json": text, **pictures}


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
