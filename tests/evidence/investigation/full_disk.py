"""Takes in and releases the sample on disks that fill up in the middle; run by `unshare`, which lets it mount them.

    unshare --user --map-root-user --mount python -m investigation.full_disk WORKSPACE

Each line of its input is JSON: [MOUNT, WORDS, CALL, LEFT]. WORKSPACE is copied to a real file system of its own at MOUNT. When
the CALLth report of progress says WORDS, the disk is filled but for LEFT bytes. Answers one line of JSON: what was said, and
whether all was well before, after, and at the end.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from underseal.errors import ConflictError, UndersealError
from underseal.evidence.investigation import Investigation, open_investigation

from .harbour import AUTHORITY, SAMPLE, Harbour, arrival
from .test_main_job import _assert_true

SIZE = "96m"


class Filler:
    """Fills a disk at a moment."""

    def __init__(self, disk: Path, words: str, call: int, left: int) -> None:
        self.file = disk / "filler"
        self.filled = False
        self._words = words
        self._calls = call
        self._left = left

    def reading(self, _done: int, _total: int) -> None:
        self.told("Reading", 0, 0)

    def told(self, words: str, _done: int, _total: int) -> None:
        self._calls -= words == self._words
        if self._calls == 0 and not self.filled:
            self._fill()

    def _fill(self) -> None:
        self.filled = True
        space = os.statvfs(self.file.parent)
        size = space.f_bavail * space.f_frsize - self._left
        with self.file.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, max(size, 1))


def job(investigation: Investigation, filler: Filler | None) -> None:
    with suppress(ConflictError):  # read to its end by the run before
        investigation.take(
            SAMPLE / "capture",
            arrival("CAPTURE"),
            authority=AUTHORITY,
            progress=filler.reading if filler else None,
        )
    investigation.release(workers=1, progress=filler.told if filler else None)


def main(workspace: Path, disk: Path, filler: Filler) -> dict[str, object]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", disk], check=True)
    house = disk / "harbour"
    shutil.copytree(workspace, house)
    said: dict[str, object] = {}
    with open_investigation(house) as investigation:
        before = investigation.releases.latest()
        assert before is not None
        try:
            job(investigation, filler)
        except UndersealError as error:
            said = {"code": error.code, "message": error.message, "hint": error.hint}
    said["filled"] = filler.filled
    with open_investigation(house) as investigation:  # with the disk still full
        after = investigation.releases.latest()
        assert after is not None
        said["released"] = after.number - before.number
    filler.file.unlink(missing_ok=True)
    with open_investigation(house) as investigation:
        said["faults after"] = [step.detail for step in investigation.verify() if not step.ok]
        job(investigation, None)
        _assert_true(Harbour(SAMPLE, investigation))
        said["faults at the end"] = [step.detail for step in investigation.verify() if not step.ok]
        last = investigation.releases.latest()
        assert last is not None
        said["releases"] = last.number
        said["in the audit"] = [
            entry.details["release"] for entry in investigation._audit.entries(act="released", oldest_first=True)
        ]
        said["left over"] = [path.name for path in (house / "staging").iterdir() if path.name != ".release"]
    return said


if __name__ == "__main__":
    for line in sys.stdin:
        mount, said, calls, room = json.loads(line)
        where = Path(mount)
        made = main(Path(sys.argv[1]), where, Filler(where, said, calls, room))
        subprocess.run(["umount", where], check=True)
        sys.stdout.write(json.dumps(made) + "\n")
        sys.stdout.flush()
