"""No two forms differ by a row, a second or a character."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosed_messages import HEAD, disclosed
from disclosure.forms import reading
from examples import examples
from underseal.evidence.disclosure import Disclosed
from underseal.evidence.disclosure.forms import FORMS

READERS: dict[str, Callable[[Path], list[reading.Row]]] = {
    "csv": reading.read_csv,
    "xlsx": reading.read_xlsx,
    "rsmf": reading.read_rsmf,
    "case": reading.read_case,
    "ftm": reading.read_ftm,
}
"""Of those that hold every text; the PDF and the GraphML have tests of their own."""


@pytest.mark.parametrize("form", READERS)
def test_a_form_says_of_every_message_what_is_so(form: str, written: Path, messages: Sequence[Disclosed]) -> None:
    found = READERS[form](written)
    assert [row.line for row in found] == [message.line for message in messages]
    for row, message in zip(found, messages, strict=True):
        assert row == reading.expected(message)


@settings(max_examples=examples(15))
@given(
    texts=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=6),
    time=st.integers(-62_135_596_800_000 + 86_400_000, 253_402_300_799_999 - 86_400_000),
)
def test_any_text_at_any_time_is_the_same_in_every_form(
    texts: list[str | None], time: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    messages = [disclosed(line, text=text, time=time + line) for line, text in enumerate(texts, 1)]
    folder = tmp_path_factory.mktemp("forms")
    for form, read in READERS.items():
        FORMS[form](HEAD, lambda: iter(messages), folder)
        assert read(folder) == [reading.expected(message) for message in messages]


def test_a_disclosure_of_nothing_has_every_form(tmp_path: Path) -> None:
    for form, write in FORMS.items():
        (folder := tmp_path / form).mkdir()
        names = write(HEAD, lambda: iter(()), folder)
        assert all((folder / name).is_file() for name in names)
        if form in READERS:
            assert READERS[form](folder) == []


def test_every_form_says_at_its_head_where_it_is_from(written: Path) -> None:
    heads = reading.heads(written)
    assert heads.keys() == FORMS.keys()
    for head in heads.values():
        for value in asdict(HEAD).values():
            assert str(value) in head


def test_the_same_messages_make_the_same_bytes(tmp_path: Path) -> None:
    messages = [disclosed(1), disclosed(2, text="שלום 你好")]
    made: list[dict[str, bytes]] = []
    for time in ("first", "second"):
        (folder := tmp_path / time).mkdir()
        names = [name for form in FORMS.values() for name in form(HEAD, lambda: iter(messages), folder)]
        made.append({name: (folder / name).read_bytes() for name in names})
    assert made[0] == made[1]
