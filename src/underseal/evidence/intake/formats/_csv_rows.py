r"""Finding the rows of a CSV file in its bytes, and sorting out those that are damaged.

Grammar: RFC 4180 with any ASCII delimiter and quote, rows ending in LF or CRLF. A field that does not begin with a quote
may hold quotes. A quoted field ends at a quote that a delimiter or the end of the row follows; where something else
follows, or nothing does, the line in which the row began is a failure and reading goes on at the line behind it, so
that a forgotten quote does not swallow its neighbours.
"""

import codecs
import re
from collections import deque
from dataclasses import dataclass
from typing import Final

from underseal.core.records.failure import SAMPLE_BYTES
from underseal.evidence.intake.formats._mapping import CsvRule

MAX_ROW_BYTES: Final = 1 << 24
"""Longest row that is read, in bytes: 16 MiB."""

PLACEHOLDER: Final = b"\x1a"
"""Begins what stands for a damaged row: a row of a wrong number of fields, so that whoever parses the rest counts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a row is damaged; see `Failure`."""

    code: str
    reason: str
    sample: bytes


class Grammar:
    """The patterns of a file's rows. Nothing in them goes back over what it has matched, so that they take linear time.

    Groups that hold others are atomic, `(?>(?:x)*)`, where `(?:x)*+` would say the same: Python before 3.11.5 matches
    such a possessive group wrongly when there is a choice inside (CPython issue 106052).

    Attributes:
        row: one whole row. rows: any number of them.
        beginning: what may yet become a row, to the end of the bytes.
        usual: fields that are quoted wholly or hold no quote, and line ends: four times as fast, and stops at all else.
    """

    def __init__(self, rule: CsvRule) -> None:
        delimiter, quote = re.escape(rule.delimiter.encode()), re.escape(rule.quote.encode())
        inner = rb"[^%b\r\n]*+" % delimiter
        unclosed = field = inner
        if quote:
            quoted = rb"%b(?:[^%b]++|%b%b)*+" % (quote, quote, quote, quote)
            plain = rb"[^%b%b\r\n]%b" % (quote, delimiter, inner)
            field = rb"(?>(?:%b%b|%b)?)" % (quoted, quote, plain)
            unclosed = rb"(?>(?:%b%b?+|%b)?)" % (quoted, quote, plain)
        row = rb"(?>(?:%b%b)*)%b\r?+\n" % (field, delimiter, field)
        self.row = re.compile(row)
        self.rows = re.compile(rb"(?>(?:%b)*)" % row)
        text = rb"[^%b\r]" % quote if quote else rb"[^\r]"
        usual = rb"%b++|\r(?=\n)" % text
        if quote:
            usual += rb"|(?<![^%b\n])%b%b(?![^%b\r\n])" % (delimiter, quoted, quote, delimiter)
        self.usual = re.compile(rb"(?>(?:%b)*)" % usual)
        self._quote = rule.quote.encode()
        self.beginning = re.compile(rb"(?>(?:%b%b)*)%b\r?+\Z" % (field, delimiter, unclosed))

    def end_of_rows(self, data: bytes, start: int, limit: int) -> int:
        """Return the end of the last whole row between two offsets, or `start` where there is none."""
        match = self.rows.match(data, self._end_of_usual_rows(data, start, limit), limit)
        return match.end() if match else start

    def _end_of_usual_rows(self, data: bytes, start: int, limit: int) -> int:
        match = self.usual.match(data, start, limit)
        end = match.end() if match else start
        feed = data.rfind(b"\n", start, end)
        # What matched holds whole quoted fields only: with an odd number of quotes behind it, a line feed is inside one.
        while feed >= 0 and self._quote and data.count(self._quote, feed, end) % 2:
            feed = data.rfind(b"\n", start, feed)
        return feed + 1 or start


class Sifter:
    """Goes through a file piece by piece, and puts a placeholder where a damaged row was.

    Args:
        rule: how the file is written.
        width: how many fields a row has.
        skipping: whether the file is entered inside a line that is too long and was told already.

    Attributes:
        faults: of the placeholders that are not accounted for yet, oldest first.
        skipping: whether the last piece ended inside such a line.
    """

    def __init__(self, rule: CsvRule, width: int, *, skipping: bool) -> None:
        self._grammar = Grammar(rule)
        fields = PLACEHOLDER if width != 1 else PLACEHOLDER + rule.delimiter.encode() + PLACEHOLDER
        self._placeholder = fields + b"\n"
        self.faults: deque[Fault] = deque()
        self.skipping = skipping

    def sift(self, data: bytes, *, final: bool) -> tuple[bytes, int]:
        """Take the next bytes of the file.

        Args:
            data: from the first byte that was not used yet.
            final: whether these are the last; then they end in a line feed, and all are used.

        Returns:
            Whole rows, valid UTF-8, with placeholders; and how many bytes of `data` were used.
        """
        clean: list[bytes] = []
        position = self._end_of_skipped(data)
        while position < len(data):
            end = self._grammar.end_of_rows(data, position, len(data))
            if len(data) - position > MAX_ROW_BYTES:
                end = self._before_long_row(data, position, end)
            self._keep_decodable(data, position, end, clean)
            position = end
            if position == len(data):
                break
            long = len(data) - position > MAX_ROW_BYTES and self._may_be_row(data, position)
            if not long and not final and self._may_be_row(data, position):
                break
            sample = data[position : position + SAMPLE_BYTES].split(b"\n")[0]
            reason = f"the row is longer than {MAX_ROW_BYTES >> 20} MiB" if long else "a quoted field does not end"
            self._drop("too_long" if long else "malformed_csv", reason, sample, clean)
            self.skipping = True
            position = self._end_of_skipped(data, position)
        return b"".join(clean), position

    def _before_long_row(self, data: bytes, start: int, end: int) -> int:
        """Return the end of the rows before the first that is too long, so that it does not matter how a file is cut."""
        while start < end:
            row = self._grammar.row.match(data, start)
            if not row or len(row[0]) > MAX_ROW_BYTES:
                break
            start = row.end()
        return start

    def _may_be_row(self, data: bytes, position: int) -> bool:
        """Say whether a row stands here, or the bytes to their end can become one."""
        found = self._grammar.row.match(data, position) or self._grammar.beginning.match(data, position)
        return found is not None

    def _end_of_skipped(self, data: bytes, start: int = 0) -> int:
        """Return where the line that is being skipped ends in these bytes."""
        if not self.skipping:
            return start
        end = data.find(b"\n", start) + 1
        self.skipping = not end
        return end or len(data)

    def _keep_decodable(self, data: bytes, start: int, end: int, clean: list[bytes]) -> None:
        view = memoryview(data)
        while start < end:
            try:
                codecs.utf_8_decode(view[start:end], "strict", True)  # noqa: FBT003  # takes no keyword
            except UnicodeDecodeError as error:
                bad = self._grammar.end_of_rows(data, start, start + error.start)
                clean.append(data[start:bad])
                row = self._grammar.row.match(data, bad)
                start = row.end() if row else end
                reason = "the row holds bytes that are not UTF-8"
                self._drop("invalid_utf8", reason, data[bad : min(start, bad + SAMPLE_BYTES)], clean)
            else:
                clean.append(data[start:end])
                return

    def _drop(self, code: str, reason: str, sample: bytes, clean: list[bytes]) -> None:
        self.faults.append(Fault(code=code, reason=reason, sample=sample))
        clean.append(self._placeholder)
