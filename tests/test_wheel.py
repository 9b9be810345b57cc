"""A wheel is all that a person needs: its server shows the desk, and its demo finds the sample."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
DESK = ROOT / "web" / "desk" / "dist"
LIMIT_SECONDS = 300


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this checkout."""
    assert (DESK / "index.html").is_file(), "the desk is not built: make web"
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("underseal-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel was installed into, away from the checkout."""
    folder = tmp_path_factory.mktemp("installed") / "site"
    _pip("install", "--no-deps", "--target", folder, wheel)
    return folder


def _pip(*words: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False, env=_away_from_the_network()
    )
    assert done.returncode == 0, done.stderr


def _away_from_the_network() -> dict[str, str]:
    return {**os.environ, "PIP_NO_INDEX": "1"}


def _command(installed: Path, *words: str | Path) -> tuple[list[str | Path], dict[str, str]]:
    program = "import sys; from underseal.cli import main; sys.argv[0] = 'underseal'; main()"
    return [sys.executable, "-c", program, *words], {**os.environ, "PYTHONPATH": str(installed)}


def test_a_wheel_holds_every_file_of_the_desk(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    desk = {
        f"underseal/evidence/server/desk/{file.relative_to(DESK).as_posix()}"
        for file in DESK.rglob("*")
        if file.is_file()
    }
    assert desk <= names
    assert "underseal/cli/harbour/capture/homeserver.db" in names
    assert "underseal/evidence/disclosure/reader.html" in names


def test_the_demo_and_the_desk_work_from_an_installed_wheel(installed: Path, tmp_path: Path) -> None:
    command, environment = _command(installed, "demo", "--recorded", "--no-serve", "--workspace", tmp_path / "harbour")
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdicts"]["opened"] > 0

    command, environment = _command(installed, "serve", "--workspace", tmp_path / "harbour")
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr
        try:
            link = next(match[0] for line in server.stderr if (match := re.search(r"http://\S+", line)))
            with httpx.Client(base_url=link.partition("/login")[0], timeout=60) as browser:
                page = browser.get("/")
                assert page.status_code == 200
                scripts = re.findall(r'src="(/assets/[^"]+\.js)"', page.text)
                assert scripts
                assert browser.get(scripts[0]).content == (DESK / scripts[0].removeprefix("/")).read_bytes()
        finally:
            server.terminate()


def test_a_wheel_without_the_sample_says_where_to_get_it(installed: Path, tmp_path: Path) -> None:
    bare = tmp_path / "site"
    bare.mkdir()
    for part in installed.iterdir():
        (bare / part.name).symlink_to(part)
    (bare / "underseal").unlink()
    _copy_without(installed / "underseal", bare / "underseal", "harbour")
    command, environment = _command(bare, "demo", "--recorded", "--no-serve")
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "underseal: This installation of Underseal does not carry the sample that the demo takes in.",
        "           Run the demo in a checkout of the source, where samples/harbour is, or install a wheel built from one.",
    ]


def _copy_without(source: Path, target: Path, left_out: str) -> None:
    for file in source.rglob("*"):
        if file.is_file() and left_out not in file.relative_to(source).parts:
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
