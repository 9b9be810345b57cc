import hashlib
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from underseal.core.crypto import ContentWriter, HashingReader, content_path, sha256_file, store_file


def test_a_file_has_the_digest_that_sha256_gives(tmp_path: Path) -> None:
    path = tmp_path / "exhibit"
    data = bytes(range(256)) * 10_000
    path.write_bytes(data)
    digest = sha256_file(path)
    assert (digest.size, digest.sha256) == (len(data), hashlib.sha256(data).digest())


def test_an_empty_file_has_a_digest_too(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert sha256_file(tmp_path / "empty").sha256 == hashlib.sha256().digest()


@given(st.binary(max_size=2000), st.lists(st.integers(1, 300)))
def test_reading_in_any_pieces_gives_one_digest(data: bytes, sizes: list[int]) -> None:
    reader = HashingReader(io.BytesIO(data))
    pieces = [reader.read(size) for size in sizes]
    assert b"".join([*pieces, *reader.chunks()]) == data
    assert reader.digest.sha256 == hashlib.sha256(data).digest()
    assert reader.digest.size == len(data)


def test_a_stored_file_lies_under_its_digest_for_its_owner_only(tmp_path: Path) -> None:
    source, folder = tmp_path / "picture", tmp_path / "media"
    source.write_bytes(b"picture")
    digest = store_file(source, folder)
    place = content_path(folder, digest.sha256)
    assert place.read_bytes() == b"picture"
    assert place.parent.name == digest.sha256.hex()[:2]
    assert place.stat().st_mode & 0o777 == 0o600


def test_storing_again_heals_a_damaged_copy_and_leaves_no_part(tmp_path: Path) -> None:
    source, folder = tmp_path / "picture", tmp_path / "media"
    source.write_bytes(b"picture")
    place = content_path(folder, store_file(source, folder).sha256)
    place.write_bytes(b"damaged")
    store_file(source, folder)
    assert place.read_bytes() == b"picture"
    assert [p.name for p in folder.iterdir()] == [place.parent.name]


def test_nothing_is_kept_without_commit(tmp_path: Path) -> None:
    with ContentWriter(tmp_path / "media") as writer:
        writer.write(b"half of a picture")
    assert list((tmp_path / "media").iterdir()) == []
