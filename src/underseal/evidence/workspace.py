"""The workspace: one folder that holds an investigation.

    underseal.toml        settings, see underseal.settings
    privilege.toml        rules that suspect privilege, where the workspace has its own
    keys/                 signing.key (0600, under a passphrase if one was given) and signing.pub (hex, for anyone)
    casework.db           case work, unless the settings name another database
    audit/                ledger of acts; that of a defence is sealed for a key which is not here
    attributions/         ledger of attributions; made with the first one
    keyring/              room keys out of key exports, one file per exhibit, 0600; in messages/ keys of single messages
    media/                attachments, addressed by their SHA-256
    documents/            documents of dossiers, likewise; made with the first one
    staging/              intakes in progress, one folder per exhibit
    segments/  releases/  the store
    destructions/         documents of what was destroyed, and segments without it; made with the first one
    outgoing/             packs for the defence that wait to be fetched from the desk; each server clears what others left
    quarantine/           which rows are withheld, and indexes without them; made again when it is removed

This module makes the folder, finds it, and lets one writer in at a time. What lies in the parts is left to the stages.
"""

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from underseal.core.crypto import SigningKey, VerifyKey
from underseal.core.file_names import file_name
from underseal.core.folders import publish_folder, sync_folder, write_synced
from underseal.core.records import Secret
from underseal.errors import ConflictError, IntegrityError, InternalError, NotFoundError
from underseal.settings import Environment, Settings

SETTINGS_FILE: Final = "underseal.toml"

_PARTS: Final = ("keys", "audit", "keyring", "media", "staging", "segments", "releases")


class Workspace:
    """An investigation's folder, opened. It holds no lock and no open file.

    Attributes:
        root: the folder, absolute.
        settings: what `underseal.toml` and the environment say.
    """

    def __init__(self, root: Path, settings: Settings, *, passphrase: Secret | None) -> None:
        self.root = root
        self.settings = settings
        self._passphrase = passphrase

    @classmethod
    def init(
        cls,
        path: Path,
        name: str,
        *,
        passphrase: Secret | None = None,
        database: str | None = None,
        furnish: Callable[["Workspace"], None] | None = None,
    ) -> Self:
        """Make a workspace: wholly, or not at all.

        Args:
            path: folder to make; may exist if it is empty. Its parent must exist.
            name: what people call the workspace.
            passphrase: encrypts the signing key; None leaves it to the file's permissions.
            database: address of the case work without password; None for UNDERSEAL_DATABASE, else a file in the folder.
            furnish: called with the workspace while it still stands aside, to put in what later stages need (an audit,
                a database); when it fails there is no workspace.

        Raises:
            ConflictError: the folder is not empty, or is in use as a current folder or mount point.
            CallerError: name, database address or parent folder cannot be used.
            InternalError: the disk refuses.
        """
        settings = Settings.new(name, created=datetime.now(UTC), database=database, environment=Environment())
        root = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow a link at the end
        try:
            publish_folder(root, lambda aside: _build(cls(aside, settings, passphrase=passphrase), passphrase, furnish))
        except OSError as error:
            raise InternalError(f"The workspace {root} cannot be made: {error.strerror}.") from error
        return cls(root, settings, passphrase=passphrase)

    @classmethod
    def open(cls, path: Path | None = None, *, passphrase: Secret | None = None) -> Self:
        """Open a workspace.

        Args:
            path: its folder; None for UNDERSEAL_WORKSPACE, else the nearest one upwards from the current folder.
            passphrase: opens the signing key when that is first used; None for UNDERSEAL_PASSPHRASE.

        Raises:
            NotFoundError: there is no workspace.
            CallerError: its settings cannot be used; names file and line.
        """
        environment = Environment()
        root = _find(path or environment.workspace)
        settings = Settings.read(root / SETTINGS_FILE, environment)
        return cls(root, settings, passphrase=passphrase or environment.secret())

    def __repr__(self) -> str:
        return f"Workspace({str(self.root)!r}, name={self.settings.name!r})"

    @property
    def keys(self) -> Path:
        """Folder of the workspace's own keys."""
        return self.root / "keys"

    @property
    def audit(self) -> Path:
        """Folder of the ledger of acts."""
        return self.root / "audit"

    @property
    def attributions(self) -> Path:
        """Folder of the ledger of attributions; it is not there before the first one."""
        return self.root / "attributions"

    @property
    def keyring(self) -> Path:
        """Folder of the room keys; see `keyring_of`."""
        return self.root / "keyring"

    @property
    def media(self) -> Path:
        """Folder of the attachments, addressed by digest."""
        return self.root / "media"

    @property
    def documents(self) -> Path:
        """Folder of the documents of dossiers, addressed by digest; it is not there before the first one."""
        return self.root / "documents"

    @property
    def segments(self) -> Path:
        """Folder of the segments of the store."""
        return self.root / "segments"

    @property
    def releases(self) -> Path:
        """Folder of the signed releases."""
        return self.root / "releases"

    @property
    def destructions(self) -> Path:
        """Folder of the destructions; it is not there before the first one."""
        return self.root / "destructions"

    @property
    def outgoing(self) -> Path:
        """Folder of packs that wait to be fetched; it need not exist."""
        return self.root / "outgoing"

    @property
    def quarantine(self) -> Path:
        """Folder of what is known of withheld rows; it can be made again, and need not exist."""
        return self.root / "quarantine"

    @property
    def privilege_rules(self) -> Path:
        """File of the workspace's own rules that suspect privilege; it need not exist."""
        return self.root / "privilege.toml"

    def staging(self, exhibit: str) -> Path:
        """Return the folder of an intake in progress; it need not exist.

        Raises:
            CallerError: the exhibit's number gives no usable file name.
        """
        return self.root / "staging" / file_name(exhibit)

    def keyring_of(self, exhibit: str) -> Path:
        """Return the file of the room keys that an exhibit held; it need not exist.

        Raises:
            CallerError: the exhibit's number gives no usable file name.
        """
        return self.keyring / f"{file_name(exhibit)}.parquet"

    @property
    def database(self) -> Secret:
        """Address of the case work as SQLAlchemy reads it (UTF-8); it may hold a password."""
        return self.settings.database_in(self.root)

    @cached_property
    def public_key(self) -> VerifyKey:
        """Public half of the signing key; needs no passphrase.

        Raises:
            IntegrityError: the file is missing or damaged.
        """
        file = self.keys / "signing.pub"
        try:
            return VerifyKey.from_hex(file.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise IntegrityError(f"The public key {file} is missing or damaged.") from error

    @cached_property
    def signing_key(self) -> SigningKey:
        """The workspace's Ed25519 key, read at first use.

        Raises:
            KeyFileError: wrong or missing passphrase, or a damaged file.
            IntegrityError: it is not the key that the workspace was made with.
        """
        key = SigningKey.load(self.keys / "signing.key", self._passphrase)
        if key.public.hex != self.public_key.hex:
            raise IntegrityError(f"signing.key and signing.pub in {self.keys} are not halves of one key.")
        return key

    @contextmanager
    def writing(self, act: str) -> Iterator[None]:
        """Hold the workspace's one place for a writer; reading needs no lock. Ends with the process, however that ends.

        Args:
            act: a few words for whoever finds the place taken, such as "intake of BR-7".

        Raises:
            ConflictError: another writer is at work; names who.
        """
        descriptor = os.open(self.root / "writing.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(descriptor)
            with suppress(OSError):  # a full disk: the lock holds without saying who has it
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, _holder(act), 0)
            yield
        finally:
            os.close(descriptor)


def _find(path: Path | None) -> Path:
    if path is not None:
        root = path.absolute()
        if not (root / SETTINGS_FILE).is_file():
            raise NotFoundError(
                f"{root} is not a workspace: it has no {SETTINGS_FILE}.", hint="Make one with: underseal init NAME"
            )
        return root
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise NotFoundError(
        f"There is no workspace in {here} or above it.",
        hint="Make one with: underseal init NAME, or name one in UNDERSEAL_WORKSPACE.",
    )


def _build(workspace: Workspace, passphrase: Secret | None, furnish: Callable[[Workspace], None] | None) -> None:
    workspace.root.mkdir(mode=0o700)
    for part in _PARTS:
        (workspace.root / part).mkdir(mode=0o700)
    key = SigningKey.generate()
    key.save(workspace.keys / "signing.key", passphrase)
    write_synced(workspace.keys / "signing.pub", f"{key.public.hex}\n")
    write_synced(workspace.root / SETTINGS_FILE, workspace.settings.to_toml())
    if furnish is not None:
        furnish(workspace)
    for made in (workspace.keys, workspace.root):
        sync_folder(made)


def _take(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConflictError(
            f"The workspace is being written to by {_read_holder(descriptor)}.",
            hint="Wait until that has finished; searching and reading go on meanwhile.",
        ) from None


def _holder(act: str) -> bytes:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # the account has no name, as in some containers
        user = f"user {os.getuid()}"
    return json.dumps({"act": act, "user": user, "process": os.getpid(), "host": socket.gethostname()}).encode()


def _read_holder(descriptor: int) -> str:
    """Describe the holder of the lock; the file may be empty for the moment between locking and writing."""
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f"{holder['user']} ({holder['act']}, process {holder['process']} on {holder['host']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
