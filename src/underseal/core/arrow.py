"""Arrow as this program uses it: without pandas, unless somebody asks for it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType

_LOCK = RLock()


def spare_pandas() -> None:
    """Have Arrow look for pandas now, and not find it: it looks once, at its first conversion, and imports it if it can.

    That takes half a second of every process. Whoever calls `to_pandas` later still gets pandas: Arrow then looks again.
    """
    import pyarrow as pa  # noqa: PLC0415  # `without_pandas` is for those who do not know yet whether they need it

    with without_pandas():
        pa.array([0])


@contextmanager
def without_pandas() -> Iterator[None]:
    """Have Arrow not find pandas if it looks for it in the block, for instance while modules are imported that use Arrow."""
    with _LOCK:
        if "pandas" in sys.modules:
            yield
            return
        hidden = _Hidden()
        sys.meta_path.insert(0, hidden)
        try:
            yield
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
