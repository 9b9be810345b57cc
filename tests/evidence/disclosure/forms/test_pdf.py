"""The PDF shows every message, in text that reads right in every direction, and drops no character in silence."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject

from disclosed_messages import HEAD, disclosed
from disclosure.forms import reading
from underseal.errors import InternalError
from underseal.evidence.disclosure import PLACEHOLDER, Disclosed
from underseal.evidence.disclosure.forms import pdf

FROM_THE_RIGHT = re.compile("[\u0590-\u08ff]")
HEAPED = re.compile("[\u0300-\u036f]{2}")


@pytest.fixture(scope="module")
def shown(written: Path) -> list[reading.Printed]:
    """What the PDF shows of each message."""
    return reading.read_pdf(written)


@pytest.fixture(scope="module")
def numbered(written: Path) -> dict[str, str]:
    """What the last page lists: the characters that stand as their number."""
    last = reading.pdf_pages(written)[-1]
    assert "Characters that are shown as their number" in last
    return {chr(int(code, 16)): f"[U+{code}]" for code in re.findall(r"^\[U\+([0-9A-F]+)\]", last, re.MULTILINE)}


def test_every_message_is_there_at_its_time(shown: list[reading.Printed], messages: Sequence[Disclosed]) -> None:
    assert [(one.line, one.iso, one.record, one.leaf, one.verdict) for one in shown] == [
        (one.line, one.iso, one.record, one.leaf, one.verdict) for one in messages
    ]


def test_every_text_is_there_to_the_last_character(
    shown: list[reading.Printed], messages: Sequence[Disclosed], numbered: dict[str, str]
) -> None:
    for one, message in zip(shown, messages, strict=True):
        text = reading.bare("".join(numbered.get(sign, sign) for sign in message.text or ""))
        found = (one.who + one.words)[len(_who(message)) :][: len(text)]
        if FROM_THE_RIGHT.search(text):  # the reader gives the words of a line as they stand, from the left
            assert sorted(found) == sorted(text)
        elif HEAPED.search(text):  # and a letter again before what is heaped on it
            assert set(found) <= set(text) <= set(one.words)
        else:
            assert found == text


def test_who_sent_it_stands_beside_the_time(shown: list[reading.Printed], messages: Sequence[Disclosed]) -> None:
    for one, message in zip(shown, messages, strict=True):
        who = _who(message)
        assert sorted((one.who + one.words)[: len(who)]) == sorted(who)


def _who(message: Disclosed) -> str:
    return reading.bare(message.name + (message.sender or "sender not known"))


def test_what_is_held_back_is_a_block_with_its_reason(
    shown: list[reading.Printed], messages: Sequence[Disclosed]
) -> None:
    pairs = [(one, held) for one, message in zip(shown, messages, strict=True) for held in message.redactions]
    assert pairs
    for one, held in pairs:
        assert one.words.startswith(PLACEHOLDER)
        assert reading.bare(f"Held back ({held.field}): {held.why} ({held.by})") in one.words


def test_a_locked_message_stands_in_its_place_with_the_reason(
    shown: list[reading.Printed], messages: Sequence[Disclosed]
) -> None:
    locked = [(one, message) for one, message in zip(shown, messages, strict=True) if message.verdict == "no_key"]
    assert locked
    for one, message in locked:
        assert one.words == reading.bare(f"Locked (no_key): {message.reason}")


def test_an_attachment_is_named_with_its_digest(shown: list[reading.Printed], messages: Sequence[Disclosed]) -> None:
    attached = {one.line: one.attached for one in messages if one.attached is not None}
    words = {one.line: one.words for one in shown}
    for line, attachment in attached.items():
        assert reading.bare(f"Attachment: {attachment.name}") in words[line]
        assert attachment.sha256 in words[line]
    assert any("itsbyteswerenotcaptured" in words[line] for line in attached)


def test_a_reply_leads_to_its_line(tmp_path: Path) -> None:
    messages = [disclosed(1), disclosed(2, relation="reply", target="$event1:server.example")]
    (name,) = pdf.write(HEAD, lambda: iter(messages), tmp_path)
    assert name == "messages.pdf"
    assert reading.read_pdf(tmp_path)[1].words == "okInreplytoline1"


def test_what_no_font_has_or_what_turns_others_stands_as_its_number(numbered: dict[str, str]) -> None:
    assert {"한", "\ue000", "\u202e", "\x07", "\x00"} <= numbered.keys()
    assert not {"你", "م", "ש", "щ", "é", "😀"} & numbered.keys()


@pytest.mark.parametrize("line", [2, 3])
def test_arabic_and_hebrew_are_read_from_the_right(line: int, written: Path, messages: Sequence[Disclosed]) -> None:
    words = [word for word in (messages[line - 1].text or "").split() if FROM_THE_RIGHT.match(word)]
    places = dict(_words(pypdf.PdfReader(written / "messages.pdf").pages[1]))
    found = sorted(places.keys() & set(words), key=lambda word: -places[word])
    assert len(found) >= 3
    assert found == [word for word in words if word in places]


def _words(page: pypdf.PageObject) -> Iterator[tuple[str, float]]:
    """Return the words of a page with how far from the left each stands."""
    found: list[tuple[str, float]] = []

    def visit(
        text: str, page_matrix: Sequence[float], text_matrix: Sequence[float], _font: object, _size: object
    ) -> None:
        found.extend((word, page_matrix[4] + text_matrix[4]) for word in text.split())

    page.extract_text(visitor_text=visit)
    return iter(found)


def test_it_is_tagged_titled_and_made_to_last(written: Path) -> None:
    reader = pypdf.PdfReader(written / "messages.pdf")
    metadata, marks = reader.metadata, reader.root_object["/MarkInfo"].get_object()
    assert metadata is not None
    assert HEAD.title in str(metadata.title)
    assert str(reader.root_object["/Lang"]) == "en"
    assert isinstance(marks, DictionaryObject)
    assert marks["/Marked"]
    about = reader.xmp_metadata
    assert about is not None
    assert b"pdfaid" in about.stream.get_data()
    assert b"pdfuaid" in about.stream.get_data()


def test_many_messages_become_volumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "CHARACTERS", 1_000)
    messages = [disclosed(line) for line in range(1, 6)]
    names = pdf.write(HEAD, lambda: iter(messages), tmp_path)
    assert names == ["messages-1.pdf", "messages-2.pdf"]
    first, second = (tmp_path / name for name in names)
    readers = [pypdf.PdfReader(file) for file in (first, second)]
    assert "Volume 1 of 2" in readers[0].pages[0].extract_text()
    assert [len(re.findall(r"^\d+ 20", reader.pages[1].extract_text(), re.MULTILINE)) for reader in readers] == [3, 2]
    assert {*tmp_path.iterdir()} == {first, second}


def test_a_document_that_cannot_be_set_is_an_error_and_not_a_broken_file(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match=r"messages\.pdf cannot be made: dictionary does not contain key\."):
        pdf._write({}, tmp_path / "messages.pdf")
    assert list(tmp_path.iterdir()) == []
