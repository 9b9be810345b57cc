import subprocess
import sys

_LOADED = """
import sys
from underseal.core.arrow import spare_pandas
spare_pandas()
import pyarrow as pa
table = pa.table({"number": [1, None], "word": ["a", "b"]}).take(pa.array([1, 0]))
print(table.column("number").fill_null(0).to_numpy().tolist(), "pandas" in sys.modules)
print(list(table.to_pandas()["word"]), "pandas" in sys.modules)
"""


def test_arrow_does_without_pandas_until_somebody_asks_for_a_frame() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[0, 1] False", "['b', 'a'] True"]
