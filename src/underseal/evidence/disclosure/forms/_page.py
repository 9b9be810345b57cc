"""How a message is put in words on a page: what stands where, before it is set."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from underseal.core.records import LOCKED, READABLE, Relation
from underseal.evidence.disclosure.disclosed import PLACEHOLDER, Attached, Disclosed
from underseal.evidence.disclosure.forms._glyphs import Glyphs, Part
from underseal.evidence.disclosure.forms._signs import lines, one_line, right_to_left

GUIDE: Final = (
    (
        "Every message has its number in the schedule of used material, its time with the offset from UTC, and who sent it. Under "
        "it stand the number and the leaf hash of its record, by which the pack proves that it belongs to the release above."
    ),
    (
        "A black block is something that is held back; why stands under the message. A message that could not be opened is "
        "shown in its place with the reason. “Context” is a message on which the dossier does not stand, given to understand "
        "one on which it does. A message went to all accounts named at the head of its conversation unless it says to whom."
    ),
    (
        "A number in a frame, such as U+0007, is a character that no font of this document has, or that would hide or turn "
        "others; the last page lists them. White space is not to be relied on here: the pack and its table hold every text exactly."
    ),
)

_RELATIONS: Final[Mapping[str, str]] = {
    Relation.REPLY: "In reply to",
    Relation.EDIT: "Changes the text of",
    Relation.REACTION: "Reaction to",
    Relation.REDACTION: "Withdraws",
    Relation.THREAD: "In the thread of",
}
_STATES: Final[Mapping[str, str]] = {
    "missing": "its bytes were not captured",
    "bad_digest": "its bytes are not those that the message names",
    "malformed": "its bytes could not be read",
    "redacted": "held back",
}
"""States of an attachment that are worth a word."""

_NAMELESS: Final[Mapping[str, str]] = {"Cc": "control character", "Co": "for private use", "Cn": "not assigned"}
"""What Unicode gives no name, by category."""

_WHOLE: Final = 800
"""Characters of a message that is kept on one page."""

_NAME: Final = 30
"""Characters of a name, about."""

_ISOLATED: Final = "\u2068{}\u2069"
"""First strong isolate: a name that is read from the right turns nothing beside it (Unicode Standard Annex 9)."""

Words: TypeAlias = list[Part]


class Page:
    """Puts conversations in words.

    Args:
        glyphs: knows what can be shown. lines: numbers of the lines by event.
    """

    def __init__(self, glyphs: Glyphs, lines: Mapping[str, int]) -> None:
        self._glyphs = glyphs
        self._lines = lines

    def conversation(self, name: str, messages: Sequence[Disclosed]) -> dict[str, object]:
        """Return the heading of a conversation, what is said of it, and its messages."""
        everyone = sorted({account for message in messages for account in (message.sender, *message.recipients)} - {""})
        called = {message.sender: message.name for message in messages if message.name}
        between = ", ".join(_account(account, called.get(account, "")) for account in everyone)
        return {
            "title": self._words(f"Conversation {_name(name)}" if name else "Without a conversation"),
            "facts": [
                self._words(f"{contents(messages)}, {messages[0].iso} to {messages[-1].iso}"),
                self._words(f"Between {between or 'accounts that are not known'}"),
            ],
            "messages": [self._message(message, everyone) for message in messages],
        }

    def _message(self, message: Disclosed, everyone: Sequence[str]) -> dict[str, object]:
        return {
            "line": str(message.line),
            "iso": message.iso,
            "name": self._words(_name(message.name)),
            "sender": self._words(_name(message.sender) if message.sender else "sender not known"),
            "text": [(right_to_left(line), self._words(line)) for line in lines(message.text)] if message.text else [],
            "marks": [self._words(mark) for mark in _marks(message)],
            "notes": [self._words(note) for note in self._notes(message, everyone)],
            "trace": [self._words(words) for words in _trace(message)],
            "breakable": len(message.text or "") + len(message.recipients) * _NAME > _WHOLE,
        }

    def _notes(self, message: Disclosed, everyone: Sequence[str]) -> Iterator[str]:
        if message.recipients and {message.sender, *message.recipients} - {""} != set(everyone):
            yield "To " + ", ".join(_name(account) for account in message.recipients)
        if message.relation:
            line = self._lines.get(message.target)
            target = f"line {line}" if line else f"event {_name(message.target)}"
            yield f"{_RELATIONS.get(message.relation, message.relation)} {target}"
        if message.attached is not None:
            yield "Attachment: " + ", ".join(_attachment(message.attached))
        if message.text is not None and not message.text.strip():
            yield "The text is white space." if message.text else "The text is empty."
        if message.text is None and message.verdict in READABLE and message.attached is None:
            yield "There is no text."

    def _words(self, text: str) -> Words:
        return self._glyphs.parts(text)


def contents(messages: Sequence[Disclosed]) -> str:
    """Return how many messages there are, and of what kinds."""
    conversations = len({message.conversation for message in messages})
    places = f" in {_counted(conversations, 'conversation')}" if conversations > 1 else ""
    parts = [
        _counted(len(messages), "message") + places,
        *_some(sum(message.verdict not in READABLE for message in messages), "not opened"),
        *_some(sum(bool(message.redactions) for message in messages), "with something held back"),
    ]
    return ", ".join(parts)


def missing(glyphs: Glyphs) -> list[tuple[str, str, str]]:
    """Return the characters that were not shown: number, name in Unicode, how often."""
    return [
        (f"{ord(sign):04X}", unicodedata.name(sign, _NAMELESS.get(unicodedata.category(sign), "")), f"{count:,}")
        for sign, count in sorted(glyphs.missing.items())
    ]


def _marks(message: Disclosed) -> Iterator[str]:
    if message.verdict not in READABLE:
        word = "Locked" if message.verdict in LOCKED else "Not opened"
        yield f"{word} ({message.verdict}): {one_line(message.reason) or 'no reason is recorded'}"
    elif message.reason:
        yield f"{message.verdict}: {one_line(message.reason)}"
    for held in message.redactions:
        yield f"Held back ({held.field}): {one_line(held.why)} ({one_line(held.by)})"


def _attachment(attached: Attached) -> Iterator[str]:
    yield _name(attached.name) if attached.name else "without a name"
    yield from filter(None, (one_line(attached.mime), _STATES.get(attached.state, "")))
    if attached.size is not None:
        yield f"{attached.size:,} bytes"
    if attached.sha256:
        yield f"SHA-256 {attached.sha256}"
    if attached.file:
        yield f"file {_name(attached.file)}"


def _trace(message: Disclosed) -> Iterator[str]:
    yield f"record {message.record} · leaf {message.leaf} · {'item' if message.item else 'context'}"
    rest = {"exhibit": message.exhibit, "event": message.event, "ciphertext": message.ciphertext_sha256}
    said = (f"{word} {_name(value)}" for word, value in rest.items() if value)
    clock = f"{one_line(message.clock)} clock ±{message.uncertainty} ms"
    yield " · ".join((f"{message.kind}, {message.verdict}", clock, *said))


def _account(account: str, name: str) -> str:
    return f"{_name(name)} ({_name(account)})" if name else _name(account)


def _name(name: str) -> str:
    return name if name == PLACEHOLDER else _ISOLATED.format(one_line(name)) if name else ""


def _some(count: int, word: str) -> Iterable[str]:
    return (f"{count:,} {word}",) if count else ()


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("s" if count != 1 else "")
