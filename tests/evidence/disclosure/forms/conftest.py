"""Each form of the same odd messages, written once."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from disclosed_messages import HEAD, enclose_attributions, nasty
from underseal.evidence.disclosure import Disclosed
from underseal.evidence.disclosure.forms import FORMS


@pytest.fixture(scope="session")
def messages() -> Sequence[Disclosed]:
    return nasty()


@pytest.fixture(scope="session")
def written(messages: Sequence[Disclosed], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the forms of a pack."""
    folder = tmp_path_factory.mktemp("pack") / "forms"
    folder.mkdir()
    (folder.parent / "media").mkdir()
    enclose_attributions(folder.parent)
    for message in messages:
        if message.attached and message.attached.file:
            (folder.parent / message.attached.file).write_bytes(b"jpg")
    names = [name for form in FORMS.values() for name in form(HEAD, lambda: iter(messages), folder)]
    assert sorted(names) == sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    return folder
