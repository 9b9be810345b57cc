"""Arrow as this program uses it: without pandas, unless somebody asks for it."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import Lock
from types import ModuleType

import pyarrow as pa

_LOCK = Lock()


def spare_pandas() -> None:
    """Have Arrow look for pandas now, and not find it: it looks once, at its first conversion, and imports it if it can.

    That takes half a second of every process. Whoever calls `to_pandas` later still gets pandas: Arrow then looks again.
    """
    with _LOCK:
        if "pandas" not in sys.modules:
            hidden = _Hidden()
            sys.meta_path.insert(0, hidden)
            try:
                pa.array([0])
            finally:
                sys.meta_path.remove(hidden)


class _Hidden(MetaPathFinder):
    """Says that there is no pandas."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse to look for pandas, and leave everything else to the other finders."""
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError("Arrow is to do without pandas", name=fullname)
        return None
