"""A network's folder is made whole or not at all, and its settings are checked where they are read."""

from pathlib import Path

import pytest

from underseal.errors import CallerError, ConflictError, NotFoundError
from underseal.network.setup import SETTINGS_FILE, Network, NetworkSettings

SETTINGS = NetworkSettings(server_name="phone.example.org", upload_bytes=2**20)


def test_what_was_set_is_read_again(tmp_path: Path) -> None:
    made = Network.init(tmp_path / "net", SETTINGS, lambda _: None)
    found = Network.open(tmp_path / "net")
    assert found.settings == SETTINGS
    assert found.signing_key.public == made.signing_key.public
    assert (tmp_path / "net").stat().st_mode & 0o777 == 0o700


def test_a_network_that_cannot_be_furnished_leaves_nothing(tmp_path: Path) -> None:
    def fail(_: Network) -> None:
        raise CallerError("no")

    with pytest.raises(CallerError):
        Network.init(tmp_path / "net", SETTINGS, fail)
    assert not list(tmp_path.iterdir())


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary").touch()
    with pytest.raises(ConflictError):
        Network.init(tmp_path, SETTINGS, lambda _: None)


def test_a_folder_that_is_no_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not a network"):
        Network.open(tmp_path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("server_name = 7", "server_name is text"),
        ('server_name = "Phone.example"', "small letters"),
        ('server_name = "x"\nphone_port = 0', "phone_port"),
        ('server_name = "x"\nphone_port = 8441', "differ"),
        ('server_name = "x"\nphone_port = "8441"', "whole number"),
        ('server_name = "x"\nphone_port = true', "whole number"),
        ('server_name = "x"\ncolour = "blue"', '"colour"'),
        ('server_name = "x"\npublic_url = "http://x"', "https"),
        ('server_name = "x"\ndatabase = "oracle"', "postgresql"),
        ("phone_port = 5", "missing"),
        ("what is this", "cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_its_file(tmp_path: Path, line: str, words: str) -> None:
    Network.init(tmp_path / "net", SETTINGS, lambda _: None)
    file = tmp_path / "net" / SETTINGS_FILE
    file.write_text(line, encoding="utf-8")
    with pytest.raises(CallerError, match=words) as refused:
        Network.open(tmp_path / "net")
    assert str(file) in refused.value.message
