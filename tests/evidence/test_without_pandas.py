"""Commands and workers start without pandas, which Arrow would import at its first conversion."""

import subprocess
import sys

_STARTED = """
import sys
import underseal.cli.search
import pyarrow as pa
pa.array([1, None]).to_pylist(), pa.scalar(None, pa.string())
print("pandas" in sys.modules)
print(type(pa.table({"number": [1]}).to_pandas()).__module__.partition(".")[0])
"""


def test_a_command_starts_without_pandas_and_a_notebook_still_gets_its_frames() -> None:
    done = subprocess.run([sys.executable, "-c", _STARTED], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False", "pandas"]
