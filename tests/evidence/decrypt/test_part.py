import hashlib
import pickle
import secrets
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from underseal.core.crypto import content_path
from underseal.core.records import CAPTURED, RECORDS, Kind, Media
from underseal.evidence.decrypt import DECIDED, MediaFolder, decrypt_part

from .capture import ROOM, Phone, clear, payload, ring, rows_of, table, words

ADDRESS = "mxc://harbour.example/abcdef"


@dataclass(frozen=True)
class Store:
    """The media store of a captured server."""

    path: Path

    def __call__(self, address: str) -> Path | None:
        file = self.path / "media" / address.rsplit("/", 1)[1]
        return file if file.exists() else None

    def hold(self, data: bytes, address: str = ADDRESS) -> None:
        file = self.path / "media" / address.rsplit("/", 1)[1]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "exhibit")


@pytest.fixture
def media(tmp_path: Path, store: Store) -> MediaFolder:
    return MediaFolder(folder=tmp_path / "media", locate={"SRV-1": store})


def unpadded(data: bytes) -> str:
    return b64encode(data).rstrip(b"=").decode()


def picture(data: bytes) -> tuple[bytes, bytes]:
    """Encrypt a picture as a client does; return what the server holds and what the message says."""
    key, iv = secrets.token_bytes(32), secrets.token_bytes(8) + bytes(8)
    ciphertext = Cipher(AES256(key), CTR(iv)).encryptor().update(data)
    file = {
        "v": "v2",
        "url": ADDRESS,
        "key": {"kty": "oct", "alg": "A256CTR", "k": unpadded(key), "ext": True, "key_ops": ["encrypt", "decrypt"]},
        "iv": unpadded(iv),
        "hashes": {"sha256": unpadded(hashlib.sha256(ciphertext).digest())},
    }
    content = {
        "msgtype": "m.image",
        "body": "quay.jpg",
        "file": file,
        "info": {"mimetype": "image/jpeg", "size": len(data)},
    }
    return ciphertext, orjson.dumps({"type": "m.room.message", "content": content, "room_id": ROOM})


def open_one(tmp_path: Path, plaintext: bytes, media: MediaFolder) -> tuple[dict[str, Any], Media]:
    phone = Phone()
    rows = decrypt_part(table([phone.send(plaintext)]), keyring=ring(tmp_path / "ring", phone.key()), media=media)
    (row,) = rows_of(rows)
    return dict(row), Media.from_json(row["media"])


def test_rows_without_encryption_pass_through_untouched(tmp_path: Path, media: MediaFolder) -> None:
    rows = table([clear("one"), clear("two", relation=None, detail="m.emote")])
    decided = decrypt_part(rows, keyring=ring(tmp_path / "ring"), media=media)
    assert decided.schema == DECIDED
    assert decided.select(CAPTURED.names).equals(rows)
    assert words(decided, "verdict") == ["clear", "clear"]
    assert decided.column("raw").null_count == 2


def test_an_empty_part_stays_empty(tmp_path: Path, media: MediaFolder) -> None:
    decided = decrypt_part(table([]), keyring=ring(tmp_path / "ring"), media=media)
    assert (decided.num_rows, decided.schema) == (0, DECIDED)


def test_decided_rows_have_every_column_of_a_record_that_does_not_depend_on_the_release() -> None:
    assert set(RECORDS.names) - set(DECIDED.names) == {"number", "supersedes", "copy_of"}
    assert set(DECIDED.names) - set(RECORDS.names) == {"ciphertext"}


def test_mixed_rows_keep_their_places_and_further_columns(tmp_path: Path, media: MediaFolder) -> None:
    phone, stranger = Phone(), Phone()
    records = [clear("a"), phone.send(payload("b")), stranger.send(), clear("c"), phone.send(payload("d"))]
    rows = table(records).append_column("supersedes", pa.array([None, 7, None, None, 9], pa.int64()))
    decided = decrypt_part(rows, keyring=ring(tmp_path / "ring", phone.key()), media=media)
    assert words(decided, "text") == ["a", "b", None, "c", "d"]
    assert words(decided, "kind") == ["text", "text", "sealed", "text", "text"]
    assert words(decided, "verdict") == ["clear", "opened", "no_key", "clear", "opened"]
    assert words(decided, "supersedes") == [None, 7, None, None, 9]
    assert words(decided, "ciphertext") == [record.ciphertext for record in records]
    assert decided.schema.names == [*DECIDED.names, "supersedes"]


def test_rows_in_several_chunks_with_words_of_their_own_are_read(tmp_path: Path, media: MediaFolder) -> None:
    phones = [Phone() for _ in range(4)]
    chunks = [table([phone.send(payload(f"from {n}")), clear(f"clear {n}")]) for n, phone in enumerate(phones)]
    keyring = ring(tmp_path / "ring", *(phone.key() for phone in phones))
    decided = decrypt_part(pa.concat_tables(chunks), keyring=keyring, media=media)
    assert words(decided, "text") == [text for n in range(4) for text in (f"from {n}", f"clear {n}")]


def test_an_encrypted_picture_is_opened_into_the_media_folder(tmp_path: Path, media: MediaFolder, store: Store) -> None:
    held, message = picture(b"a picture of the quay")
    store.hold(held)
    row, found = open_one(tmp_path, message, media)
    digest = hashlib.sha256(b"a picture of the quay")
    assert (row["kind"], row["text"]) == (Kind.PICTURE, "quay.jpg")
    assert (found.state, found.sha256, found.file) == ("opened", digest.hexdigest(), "media/abcdef")
    assert (found.name, found.mime, found.size, found.source) == ("quay.jpg", "image/jpeg", 21, ADDRESS)
    assert content_path(tmp_path / "media", digest.digest()).read_bytes() == b"a picture of the quay"


def test_a_damaged_picture_is_not_kept(tmp_path: Path, media: MediaFolder, store: Store) -> None:
    held, message = picture(b"a picture of the quay")
    store.hold(held[:-1] + b"?")
    row, found = open_one(tmp_path, message, media)
    assert (row["verdict"], found.state, found.sha256, found.file) == ("opened", "bad_digest", "", "media/abcdef")
    assert list((tmp_path / "media").iterdir()) == []


def test_a_picture_that_was_not_captured_is_missing(tmp_path: Path, media: MediaFolder) -> None:
    _, message = picture(b"a picture of the quay")
    _, found = open_one(tmp_path, message, media)
    assert (found.state, found.sha256, found.file) == ("missing", "", "")


def test_a_picture_of_an_exhibit_without_media_is_missing(tmp_path: Path) -> None:
    _, message = picture(b"a picture of the quay")
    _, found = open_one(tmp_path, message, MediaFolder(folder=tmp_path / "media"))
    assert found.state == "missing"


def test_a_picture_whose_key_is_malformed_says_so(tmp_path: Path, media: MediaFolder, store: Store) -> None:
    held, message = picture(b"a picture of the quay")
    store.hold(held)
    event = orjson.loads(message)
    event["content"]["file"]["iv"] = "AAAA"
    _, found = open_one(tmp_path, orjson.dumps(event), media)
    assert (found.state, found.sha256) == ("malformed", "")


def test_a_clear_picture_in_an_encrypted_message_is_kept_as_it_is(
    tmp_path: Path, media: MediaFolder, store: Store
) -> None:
    store.hold(b"never encrypted")
    content = {"msgtype": "m.image", "body": "quay.jpg", "url": ADDRESS}
    _, found = open_one(tmp_path, orjson.dumps({"type": "m.room.message", "content": content, "room_id": ROOM}), media)
    assert (found.state, found.sha256) == ("clear", hashlib.sha256(b"never encrypted").hexdigest())


def test_a_picture_of_a_clear_row_is_kept(tmp_path: Path, media: MediaFolder, store: Store) -> None:
    store.hold(b"never encrypted")
    carried = Media(name="quay.jpg", source=ADDRESS)
    records = [clear("no picture"), clear("quay.jpg", kind=Kind.PICTURE, media=carried)]
    decided = decrypt_part(table(records), keyring=ring(tmp_path / "ring"), media=media)
    assert words(decided, "verdict") == ["clear", "clear"]
    none, held = words(decided, "media")
    assert none is None
    found = Media.from_json(held)
    assert (found.state, found.file) == ("clear", "media/abcdef")
    assert content_path(tmp_path / "media", bytes.fromhex(found.sha256)).read_bytes() == b"never encrypted"


def test_what_goes_to_a_worker_can_be_pickled(media: MediaFolder) -> None:
    assert pickle.loads(pickle.dumps(media)) == media  # noqa: S301  # our own bytes
