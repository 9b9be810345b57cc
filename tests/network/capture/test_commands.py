"""The commands that make a network and hand over what it carries."""

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.commands import CommandLine, Done
from network.capture.test_handover import talk
from network.server_fixture import LiveNetwork, make, start
from underseal.network.capture import read_manifest
from underseal.network.setup import Network

ORDER = (
    "order --number BR-2026/17 --magistrate 'Magistrate of the test' --legal-basis 'none: invented'"
    " --from 2026-01-01 --to 2099-12-31"
)
Commands = Callable[[str], Done]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNetwork]:
    """A network of its own: what is entered in its ledger stays."""
    with start(make(tmp_path_factory.mktemp("commands") / "net")) as running:
        yield running


@pytest.fixture
def network(
    live: LiveNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Commands:
    """`underseal network ...`, as one line."""
    line = CommandLine(tmp_path, monkeypatch, capsys)
    return lambda words: line("network", *shlex.split(words), UNDERSEAL_NETWORK=str(live.network.root))


def test_a_network_is_made_and_says_how_to_start_it(network: Commands, tmp_path: Path) -> None:
    done = network(f"init {tmp_path / 'new'} --server-name phone.example.org --phone-port 9440")
    assert done.returncode == 0
    assert f"underseal network serve {tmp_path / 'new'}" in done.stdout
    assert Network.open(tmp_path / "new").settings.phone_port == 9440


def test_a_network_is_not_made_over_another(network: Commands, live: LiveNetwork) -> None:
    done = network(f"init {live.network.root} --server-name phone.example.org")
    assert (done.returncode, "not an empty folder" in done.stderr) == (1, True)


def test_an_order_is_entered_carried_out_twice_and_ended(network: Commands, live: LiveNetwork, tmp_path: Path) -> None:
    assert "no order" in network(f"capture take {tmp_path / 'early'}").stderr
    assert network(f"capture {ORDER} --account all").returncode == 0
    one, other = live.friends()
    room = one.room_with(other)
    for number, count in ((1, 3), (2, 2)):
        talk(one, room, count)
        done = network(f"capture take {tmp_path / str(number)}")
        assert (done.returncode, f"Handover {number} under BR-2026/17" in done.stdout) == (0, True)
    assert read_manifest(tmp_path / "2")["number"] == 2
    refused = network(f"capture {ORDER} --account all")
    assert (refused.returncode, "BR-2026/17" in refused.stderr) == (1, True)
    assert network("capture end").returncode == 0
    listed = network("capture list").stdout
    assert [listed.count(act) for act in ("ordered", "handed over", "ended")] == [1, 2, 1]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "--account"),
        ("--account nobody", "not a PIN"),
        ("--account all --to 2025-12-31", "ends before it begins"),
        ("--account all --magistrate ''", "magistrate is missing"),
    ],
)
def test_an_order_that_says_too_little_is_not_entered(network: Commands, words: str, why: str) -> None:
    done = network(f"capture {ORDER} --number BR-2026/99 {words}")
    assert (done.returncode in {1, 2}, why in done.stderr) == (True, True)
    assert "BR-2026/99" not in network("capture list").stdout
