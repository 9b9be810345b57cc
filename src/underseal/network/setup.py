"""The folder of a network: made whole or not at all, its settings, its signing key.

    network.toml      settings, see `NetworkSettings`
    keys/             signing.key (0600) and signing.pub: the key that signs every ledger of the network
    homeserver/       Synapse's own
    licences/         ledger and its derived database
    office.db         who is logged in at its office
    shares/           the server's halves of the phones' storage keys
    reward/  capture/ ledgers of the public reward, and of what was handed over

What lies in the parts is left to them.
"""

import os
import re
import socket
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from underseal.core.crypto import SigningKey
from underseal.core.folders import publish_folder, sync_folder, write_synced
from underseal.errors import CallerError, InternalError, NotFoundError

SETTINGS_FILE: Final = "network.toml"

OWN_DATABASE: Final = "sqlite"
"""The homeserver's database unless told otherwise: a file in its folder."""

_PARTS: Final = ("keys", "homeserver", "licences", "shares", "reward", "capture")
_SERVER_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_OFFICE_URL = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """What holds for a network; the fields of network.toml.

    Attributes:
        server_name: the right half of every user id; cannot change later.
        phone_port: loopback port of the homeserver, which serves the phone as well.
        office_port: loopback port of the office: licences, resellers, reward.
        public_url: where subscribers reach the phone, through a reverse proxy; "" for loopback only.
        office_url: where resellers reach the office, through a reverse proxy; "" for loopback only.
        database: "sqlite", or "postgresql" for the address in UNDERSEAL_NETWORK_DATABASE.
        upload_bytes: largest encrypted picture or voice message.
        undelivered_hours: what was not delivered by then is dropped.
    """

    server_name: str
    phone_port: int = 8440
    office_port: int = 8441
    public_url: str = ""
    office_url: str = ""
    database: str = OWN_DATABASE
    upload_bytes: int = 16 * 2**20
    undelivered_hours: int = 48

    def __post_init__(self) -> None:
        """Check each setting.

        Raises:
            CallerError: one cannot be used; names it.
        """
        if not _SERVER_NAME.fullmatch(self.server_name):
            raise CallerError(
                f'server_name "{self.server_name}" is not a host name in small letters.',
                hint="Such as phone.example.org.",
            )
        for name in ("phone_port", "office_port"):
            if not 0 < getattr(self, name) <= _MAX_PORT:
                raise CallerError(f"{name} is a number from 1 to {_MAX_PORT}.")
        if self.phone_port == self.office_port:
            raise CallerError("phone_port and office_port must differ.")
        if self.database not in {OWN_DATABASE, "postgresql"}:
            raise CallerError('database is "sqlite" or "postgresql".', hint=_ADDRESS_HINT)
        if self.public_url and not self.public_url.startswith("https://"):
            raise CallerError("public_url begins with https://, since a phone needs a secure origin.")
        if self.office_url and not _OFFICE_URL.fullmatch(self.office_url):
            raise CallerError("office_url is https:// and a host name, such as https://office.example.org.")
        if not 2**16 <= self.upload_bytes <= 2**30:
            raise CallerError("upload_bytes is a number from 65536 to 1073741824.")
        if not 1 <= self.undelivered_hours <= 24 * 365:
            raise CallerError("undelivered_hours is a number from 1 to 8760.")

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read network.toml.

        Raises:
            CallerError: it cannot be read or says something that cannot be used.
        """
        try:
            written = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CallerError(f"{file} cannot be read: {error}.") from None
        known = {field.name: type(field.default) for field in fields(cls)} | {"server_name": str}
        for name, value in written.items():
            if name not in known:
                raise CallerError(f'{file}: there is no setting "{name}".', hint=f"Settings: {', '.join(known)}.")
            if type(value) is not known[name]:
                raise CallerError(f"{file}: {name} is {'text' if known[name] is str else 'a whole number'}.")
        if "server_name" not in written:
            raise CallerError(f"{file}: server_name is missing.")
        try:
            return cls(**written)
        except CallerError as error:
            raise CallerError(f"{file}: {error.message}", hint=error.hint) from None

    def to_toml(self) -> str:
        """Return the text of network.toml."""
        lines = [
            f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value}"
            for name, value in asdict(self).items()
        ]
        return "# Settings of an Underseal network. Secrets never go here.\n" + "\n".join(lines) + "\n"


_ADDRESS_HINT = "The address of a PostgreSQL database is taken from UNDERSEAL_NETWORK_DATABASE."


class Network:
    """A network's folder, opened. It holds no lock and no open file.

    Attributes:
        root: the folder, absolute.
        settings: what network.toml says.
    """

    def __init__(self, root: Path, settings: NetworkSettings) -> None:
        self.root = root
        self.settings = settings

    @classmethod
    def init(cls, path: Path, settings: NetworkSettings, furnish: Callable[["Network"], None]) -> Self:
        """Make a network's folder: wholly, or not at all.

        Args:
            path: folder to make; may exist if it is empty. Its parent must exist.
            settings: checked already.
            furnish: called with the network while it still stands aside, to put in what its parts need.

        Raises:
            ConflictError: the folder is not empty.
            CallerError: there is no parent folder.
            InternalError: the disk refuses.
        """
        root = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow a link at the end

        def build(aside: Path) -> None:
            made = cls(aside, settings)
            made._build()  # its own class
            furnish(made)
            sync_folder(aside)

        try:
            publish_folder(root, build)
        except OSError as error:
            raise InternalError(f"The network {root} cannot be made: {error.strerror}.") from error
        return cls(root, settings)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a network's folder.

        Raises:
            NotFoundError: there is none.
            CallerError: its settings cannot be used.
        """
        root = path.absolute()
        if not (root / SETTINGS_FILE).is_file():
            raise NotFoundError(
                f"{root} is not a network: it has no {SETTINGS_FILE}.", hint="Make one with: underseal network init DIR"
            )
        return cls(root, NetworkSettings.read(root / SETTINGS_FILE))

    @cached_property
    def signing_key(self) -> SigningKey:
        """The Ed25519 key that signs the network's ledgers.

        Raises:
            KeyFileError: the file is missing or damaged.
        """
        return SigningKey.load(self.root / "keys" / "signing.key")

    @property
    def homeserver(self) -> Path:
        """Folder of Synapse."""
        return self.root / "homeserver"

    @property
    def licences(self) -> Path:
        """Folder of licences."""
        return self.root / "licences"

    @property
    def office(self) -> Path:
        """Database of the office: sessions, one-time links, attempts to log in."""
        return self.root / "office.db"

    @property
    def shares(self) -> Path:
        """Folder of the server's halves of the phones' storage keys."""
        return self.root / "shares"

    @property
    def reward(self) -> Path:
        """Folder of the public reward."""
        return self.root / "reward"

    @property
    def capture(self) -> Path:
        """Folder of what was ordered and handed over."""
        return self.root / "capture"

    def _build(self) -> None:
        self.root.mkdir(mode=0o700)
        for part in _PARTS:
            (self.root / part).mkdir(mode=0o700)
        key = SigningKey.generate()
        key.save(self.root / "keys" / "signing.key")
        write_synced(self.root / "keys" / "signing.pub", f"{key.public.hex}\n")
        write_synced(self.root / SETTINGS_FILE, self.settings.to_toml())
        sync_folder(self.root / "keys")


def free_ports(count: int) -> list[int]:
    """Find loopback ports that were free a moment ago, for networks that need no lasting address."""
    with ExitStack() as closing:
        probes = [closing.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
