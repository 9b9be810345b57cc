"""`python -m underseal.core.verify FILE`: the verifier where nothing else of the project can run.

Exit code: 0 verified, 1 refuted, 2 the file cannot be read as a proof or the command is wrong.
"""

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from underseal.core.verify import Report, verify_file
from underseal.errors import CallerError

_WIDTH = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one file and print what was found; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m underseal.core.verify", description="Verify a proof file.")
    parser.add_argument("file", type=Path, help="proof, signed document, or export of an audit or reward")
    parser.add_argument("--key", metavar="HEX", help="public key that must have signed: 64 hexadecimal digits")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(arguments)
    try:
        report = verify_file(options.file, trusted=options.key)
    except CallerError as error:
        parser.error(error.message)
    text = json.dumps(report.to_json(), indent=2) if options.json else as_text(report)
    sys.stdout.write(text + "\n")
    return report.exit_code


def as_text(report: Report) -> str:
    """Return a report for a terminal: ASCII only, one paragraph per step."""
    lines = []
    for step in report.steps:
        lines.append(f"{'ok    ' if step.ok else 'FAILED'}  {step.name}")
        lines.append(_paragraph(step.detail, indent="        "))
    lines += ["", _paragraph(f"{report.outcome.value.upper()}. {report.summary}", indent="")]
    return "\n".join(lines)


def _paragraph(text: str, *, indent: str) -> str:
    return textwrap.fill(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


if __name__ == "__main__":
    sys.exit(main())
