"""Destroys and discloses on a disk that is full, with more room at each attempt, until it is enough; run by `unshare`.

    unshare --user --map-root-user --mount python -m disclosure.full_disk FOLDER

A small disk is mounted at FOLDER, and a quay made on it. Writes one line of JSON: for each deed what was said at each attempt that
failed and what was left of it, and whether all was well at the end.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from underseal.core.verify import verify_file
from underseal.errors import MAKE_ROOM, InternalError, UndersealError

from .quay import AUTHORITY, make_quay
from .test_destroyed_keys import GONE, House, add_users

SIZE: Final = "64m"
STEP: Final = 24 * 1024
"""Bytes of room that each attempt has more than the one before."""


def attempts(disk: Path, deed: Callable[[], object], left_over: Callable[[], list[str]]) -> Iterator[list[object]]:
    """Do a deed until there is room enough; yield what was said each time that there was not, and what was left then."""
    filler = disk / "filler"
    for room in count(0, STEP):
        space = os.statvfs(disk)
        with filler.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, max(space.f_bavail * space.f_frsize - room, 1))
        try:
            deed()
        except UndersealError as error:
            filler.unlink()
            yield [error.code, error.message, error.hint, left_over()]
        else:
            filler.unlink()
            return


def main(disk: Path) -> dict[str, object]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", disk], check=True)
    house = House(quay=make_quay(disk))
    add_users(house)
    packs, deeds = disk / "packs", house.root / "destructions"
    packs.mkdir()
    dossier = house.paul.dossier("$a1", "$a5", "$open", before=3, after=3)

    def disclosing(name: str, *, zipped: bool) -> list[list[object]]:
        def deed() -> None:
            house.paul.disclosure().disclose(dossier, packs / name, to="Mr Vos", zipped=zipped)

        failed = list(
            attempts(disk, deed, lambda: sorted(path.name for path in packs.iterdir() if path.name != "pack"))
        )
        assert verify_file(packs / name).ok
        return failed

    said: dict[str, object] = {
        "folder": disclosing("pack", zipped=False),
        "zip": disclosing("pack.zip", zipped=True),
    }
    decision = house.confirmed(GONE[0])

    def destroying() -> None:
        if (deeds / "0001").exists():
            house.quay.investigation.settle()
            if house.quay.investigation.destructions.unfinished:
                raise InternalError("It counts, and is not finished.", hint=MAKE_ROOM)
        else:
            words = f"destroy 1 record of decision {decision}"
            house.of("fatma").destroying.destroy(decision, confirm=words, authority=AUTHORITY)

    def sound() -> list[str]:
        faults = [step.detail for step in house.of("root").verify() if not step.ok]
        return [*faults, *sorted(path.name for path in (deeds.iterdir() if deeds.exists() else ()))]

    said["destruction"] = list(attempts(disk, destroying, sound))
    said["at the end"] = sound()
    said["texts"] = [house.quay.case().search(f'"box {number} stands"').total for number in (2, 3, 4)]
    return said


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))) + "\n")
