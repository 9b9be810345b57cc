"""The commands of the page on publishing a reward run, one after another, on a network that is there already."""

import os
import re
import subprocess
import sys
from pathlib import Path

from underseal.network.setup import Network, NetworkSettings

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "publish-a-reward.md"
MADE = "underseal network init net --server-name phone.example.org\n"


def test_the_page_leads_from_the_challenge_to_the_payment(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    script = "".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    assert MADE in script
    Network.init(tmp_path / "net", NetworkSettings(server_name="phone.example.org"), lambda _: None)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(MADE, "")],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    promised = "".join(re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)).splitlines()
    said = iter(done.stdout.splitlines())
    missing = [line for line in promised if not any(re.fullmatch(_pattern(line), found.strip()) for found in said)]
    assert missing == [], done.stdout
    assert "won by claim 1" in done.stdout


def _pattern(line: str) -> str:
    return ".*".join(map(re.escape, line.split("…")))
