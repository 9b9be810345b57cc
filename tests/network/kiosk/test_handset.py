"""The folder of a handset, its files for Linux, and the command that writes it."""

import io
import json
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from underseal.cli import main
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError
from underseal.network.kiosk import PLACES, Handset, Kiosk, chromium_flags, linux_files, linux_policies
from underseal.network.setup import NetworkSettings

HANDSET = Handset.of(NetworkSettings(server_name="phone.example.org"), "https://phone.example.org")
TOKEN = "XZKMILGMXCUSEMOOQTMJ"


@pytest.mark.parametrize(
    ("url", "origin", "url_filter"),
    [
        ("https://phone.example.org", "https://phone.example.org", "https://.phone.example.org:443/phone/"),
        ("https://phone.example.org/", "https://phone.example.org", "https://.phone.example.org:443/phone/"),
        ("https://PHONE.example.org:443", "https://phone.example.org", "https://.phone.example.org:443/phone/"),
        ("https://phone.example.org:8443", "https://phone.example.org:8443", "https://.phone.example.org:8443/phone/"),
        ("http://127.0.0.1:8440", "http://127.0.0.1:8440", "http://127.0.0.1:8440/phone/"),
    ],
)
def test_an_address_is_one_origin_and_a_filter_without_subdomains_and_other_ports(
    url: str, origin: str, url_filter: str
) -> None:
    handset = Handset.of(NetworkSettings(server_name="phone.example.org"), url)
    assert (handset.origin, handset.url_filter) == (origin, url_filter)
    assert handset.start == f"{origin}/phone/"


@pytest.mark.parametrize(
    "url",
    [
        "phone.example.org",
        "http://phone.example.org",
        "http://localhost:8440",
        "https://",
        "https://a b",
        "https://phone.example.org/phone/",
        "https://phone.example.org?x",
        "https://phone.example.org#x",
        "https://me:secret@phone.example.org",
        "https://phone.example.org:0x1f",
        "https://phone.example.org:99999",
        "https://[::1",
        "https://phone.example.org\n--no-sandbox",
        "https://*",
        "ftp://127.0.0.1",
    ],
)
def test_what_is_no_address_of_a_phone_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(CallerError) as refused:
        Handset.of(NetworkSettings(server_name="phone.example.org"), url)
    assert refused.value.hint


def test_a_network_without_an_address_says_how_to_give_one() -> None:
    with pytest.raises(CallerError) as refused:
        Handset.of(NetworkSettings(server_name="phone.example.org"))
    assert "--url" in refused.value.hint


def test_the_service_is_one_that_systemd_takes_and_its_walls_stand(tmp_path: Path) -> None:
    unit = tmp_path / "underseal-phone.service"
    # Its programs need not be on this machine, and its account is made by install.sh.
    text = linux_files(HANDSET)["underseal-phone.service"].replace("/usr/bin/cage", "/bin/true")
    unit.write_text(text, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=40", unit],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert rated.returncode == 0, rated.stdout


def test_the_service_starts_one_window_that_cannot_change_to_another_console() -> None:
    text = linux_files(HANDSET)["underseal-phone.service"]
    (command,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    words = shlex.split(command)
    assert words[:3] == ["/usr/bin/cage", "--", "/usr/bin/chromium"]  # cage -s would allow it
    assert words[3:] == [word for flag in chromium_flags(HANDSET) for word in shlex.split(flag)]
    assert "--kiosk" in words
    assert words[-1] == "--app=https://phone.example.org/phone/"
    assert "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE phone.example.org" in words
    assert "--no-sandbox" not in words


def install(folder: Path, root: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", folder / "linux" / "install.sh"],
        env={"PATH": os.environ["PATH"], "DESTDIR": str(root), **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def tree(root: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        f"/{file.relative_to(root)}": (file.read_bytes(), stat.S_IMODE(file.stat().st_mode), file.stat().st_mtime_ns)
        for file in root.rglob("*")
        if file.is_file()
    }


def test_the_installation_places_its_files_says_so_and_changes_nothing_the_second_time(tmp_path: Path) -> None:
    Kiosk.of(HANDSET).write(tmp_path / "out")
    root = tmp_path / "image"
    root.mkdir()
    first = install(tmp_path / "out", root)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [f"Placed: {place}" for place in PLACES.values()]
    placed = tree(root)
    assert set(placed) == set(PLACES.values())
    assert {mode for _, mode, _ in placed.values()} == {0o644}
    policies = json.loads(placed["/etc/chromium/policies/managed/underseal.json"][0])
    assert policies == json.loads(json.dumps(linux_policies(HANDSET)))
    second = install(tmp_path / "out", root)
    assert second.stdout.splitlines() == [f"Is there already: {place}" for place in PLACES.values()]
    assert tree(root) == placed


def test_the_installation_by_anybody_but_root_is_refused_before_anything_is_done() -> None:
    as_nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    script = linux_files(HANDSET)["install.sh"]
    nobody = subprocess.run(
        [*as_nobody, "sh", "-s"],
        input=script,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert nobody.returncode == 1
    assert nobody.stdout == ""
    assert "root" in nobody.stderr


def test_what_holds_a_secret_is_for_its_owner_alone_and_the_rest_is_not_secret(tmp_path: Path) -> None:
    made = Kiosk.of(HANDSET, token=Secret(TOKEN.encode()))
    made.write(tmp_path / "out")
    holding = {file for file in (tmp_path / "out").rglob("*") if file.is_file() and TOKEN.encode() in file.read_bytes()}
    assert {file.name for file in holding} == {"provisioning.json"}
    private = {
        file.name for file in (tmp_path / "out").rglob("*") if file.is_file() and file.stat().st_mode & 0o077 == 0
    }
    assert private == {"provisioning.json", "provisioning.png", "provisioning.svg"}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert TOKEN not in repr(made)


def test_a_folder_that_holds_something_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(ConflictError):
        Kiosk.of(HANDSET).write(tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine"]


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`underseal network kiosk`, in a folder with a network."""
    settings = NetworkSettings(server_name="phone.example.org", public_url="https://phone.example.org")
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "network.toml").write_text(settings.to_toml(), encoding="utf-8")

    def run(*words: str | Path, typed: str = "") -> tuple[int, str, str]:
        with monkeypatch.context() as here:
            here.chdir(tmp_path)
            here.setattr("sys.argv", ["underseal", "network", "kiosk", *map(str, words), "--network", "net"])
            here.setattr("sys.stdin", io.StringIO(typed))
            with pytest.raises(SystemExit) as ended:
                main()
        shown = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, shown.out, shown.err

    return run


def test_the_command_writes_both_handsets_and_names_the_steps(kiosk: Command, tmp_path: Path) -> None:
    code, said, warned = kiosk("out")
    assert (code, warned) == (0, "")
    assert "https://phone.example.org/phone/" in said
    for system in ("android", "linux"):
        assert f"out/{system}/README.md" in said
        steps = (tmp_path / "out" / system / "README.md").read_text(encoding="utf-8")
        assert "https://phone.example.org/phone/" in steps
        assert "$" not in steps.replace("$TOKEN", "")
    assert not list((tmp_path / "out").rglob("provisioning*"))


def test_the_command_takes_its_secrets_from_files_and_says_what_the_pictures_are(
    kiosk: Command, tmp_path: Path
) -> None:
    (tmp_path / "wifi").write_text("open sesame\n", encoding="utf-8")
    code, said, warned = kiosk(
        "out", "--token-file", "-", "--wifi", "House", "--wifi-password-file", "wifi", typed=f"{TOKEN}\n"
    )
    assert code == 0
    assert TOKEN not in said + warned
    assert "open sesame" not in said + warned
    assert "nobody" in warned
    text = (tmp_path / "out" / "android" / "provisioning.json").read_text(encoding="utf-8")
    assert TOKEN in text
    assert "open sesame" in text


@pytest.mark.parametrize(
    "words",
    [
        ["out", "--wifi", "House"],
        ["out", "--wifi-password-file", "wifi"],
        ["out", "--token-file", "nothing-there"],
        ["out", "--web-app", "phone"],
        ["out", "--url", "http://phone.example.org"],
        ["nowhere/out"],
    ],
)
def test_the_command_refuses_what_cannot_be_with_a_hint_and_writes_nothing(
    kiosk: Command, tmp_path: Path, words: list[str]
) -> None:
    code, said, warned = kiosk(*words)
    assert (code, said) == (1, "")
    assert warned.startswith("underseal: ")
    assert len(warned.splitlines()) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["net"]
