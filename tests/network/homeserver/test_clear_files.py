"""A file that is not encrypted is told by its beginning; ciphertext passes."""

import io
import secrets
import zipfile

import pytest
from PIL import Image

from underseal.network.homeserver.clear_files import HEAD_BYTES, clear_format


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_is_recognised(kind: str) -> None:
    assert str(clear_format(picture(kind)[:HEAD_BYTES])).upper() == kind


def test_an_archive_is_recognised() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")
    assert clear_format(file.getvalue()) == "ZIP or office document"


@pytest.mark.parametrize("words", ["meet me at the flower market", "Встретимся у цветов " * 40, "花" * 400])
def test_text_in_any_script_is_recognised_where_it_is_cut(words: str) -> None:
    assert clear_format(words.encode()[:HEAD_BYTES]) == "text"


def test_random_bytes_pass() -> None:
    assert [clear_format(secrets.token_bytes(HEAD_BYTES)) for _ in range(200)] == [None] * 200


def test_short_ciphertext_passes() -> None:
    assert clear_format(b"abc") is None
