"""What the figures were measured on."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("underseal", "pyarrow", "tantivy", "vodozemac", "duckdb", "numpy")
"""Libraries whose versions belong to a figure."""


def describe(folder: Path) -> dict[str, str]:
    """Describe the machine, the disk under `folder` and the versions, for people."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB",
        "disk": _disk(folder),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _disk(folder: Path) -> str:
    """Return the file system under a folder and whether its device turns."""
    number = folder.stat().st_dev
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if fields[2] == f"{os.major(number)}:{os.minor(number)}":
            return f"{fields[fields.index('-') + 1]}{_turns(fields[2])}"
    return "unknown"


def _turns(device: str) -> str:
    path = Path(f"/sys/dev/block/{device}/queue/rotational")
    if not path.exists():
        path = Path(f"/sys/dev/block/{device}/../queue/rotational")
    if not path.exists():
        return ""
    return (
        " on a turning disk" if path.read_text(encoding="ascii").strip() == "1" else " on a solid-state or virtual disk"
    )
