"""The command line: arguments and words only. One file per verb; the work is done by the investigation."""

from underseal.cli.main import main

__all__ = ["main"]
