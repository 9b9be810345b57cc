"""What a form is: one of the formats in which the disclosed messages leave the house."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from underseal.evidence.disclosure.disclosed import Disclosed, Head

Messages: TypeAlias = Callable[[], Iterator[Disclosed]]
"""Reads the disclosed messages from the first; called as often as a form needs."""

Form: TypeAlias = Callable[[Head, Messages, Path], Sequence[str]]
"""Writes the messages into a folder of a pack, and returns the paths of its files in there, with "/" between folders.

The folder stands beside the pack's media: the file of an attachment is at `folder.parent / attached.file`, and
the attributions that may be told are those in `folder.parent / "attributions"`.
"""

FORM_NAMES: Final = ("pdf", "xlsx", "csv", "rsmf", "case", "ftm", "graphml")
"""The names of all forms, for who has not loaded what writes them (`forms.FORMS`)."""
