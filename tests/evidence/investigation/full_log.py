"""Releases the sample where the log of releases alone lies on a disk that is full; run by `unshare`, as full_disk is.

    unshare --user --map-root-user --mount python -m investigation.full_log WORKSPACE MOUNT

The log is filled up to a whole page and laid on a disk of one page, so that everything can be written but its next line.
Prints one line of JSON: what was said, and what the audit says of releases, before there is room and after.
"""

import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from underseal.errors import InternalError
from underseal.evidence.investigation import Investigation, open_investigation

from .full_disk import job

PAGE = resource.getpagesize()


def full(log: Path, disk: Path) -> None:
    """Put a log on a disk of its own that has no byte left."""
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={PAGE}", "none", disk], check=True)
    page = disk / log.name
    page.write_bytes(log.read_bytes().removesuffix(b"\n").ljust(PAGE - 1) + b"\n")
    subprocess.run(["mount", "--bind", page, log], check=True)


def audited(investigation: Investigation) -> list[tuple[str, str | int, str | int]]:
    entries = investigation._audit.entries(oldest_first=True, limit=1000)
    return [(e.act, e.details["release"], e.details["root"]) for e in entries if "root" in e.details]


def main(workspace: Path, disk: Path) -> dict[str, object]:
    house = Path(shutil.copytree(workspace, disk / "harbour"))
    log = house / "releases" / "log.jsonl"
    full(log, disk / "page")
    said: dict[str, object] = {}
    with open_investigation(house) as investigation:
        try:
            job(investigation, None)
        except InternalError as error:
            said = {"message": error.message, "hint": error.hint}
        said["published"] = investigation.releases.numbers()
        said["audit"] = audited(investigation)
    subprocess.run(["umount", log], check=True)
    with open_investigation(house) as investigation:
        job(investigation, None)
        said["published later"] = investigation.releases.numbers()
        said["audit later"] = audited(investigation)
        said["faults"] = [step.detail for step in investigation.verify() if not step.ok]
    return said


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
