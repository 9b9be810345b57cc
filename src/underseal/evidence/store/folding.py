"""How text is made findable: the one analysis that indexing, querying and highlighting share.

A text becomes a sequence of terms; case, accents and ways of writing that carry no difference for a reader are folded away:

- NFKC first (full-width forms, ligatures, presentation forms), then Unicode case folding (`ß` is `ss`);
- marks that a writer may leave out go: accents, Hebrew points, Arabic harakat and tatweel, variation selectors. Marks that
  are letters stay: vowel signs of Indic scripts and Thai, the dakuten of kana, and Cyrillic `й ї ў ѓ ќ`, which are letters
  of their own; `ё` becomes `е`, since its dots are usually left out;
- Latin letters that no normalisation takes apart are spelt out (`ø` o, `ł` l, `æ` ae, `þ` th, dotless `ı` i);
- Arabic alef variants become alef, yeh and alef maksura yeh, teh marbuta heh, and so their Persian and Urdu forms;
- decimal digits of every script become 0-9; invisible format characters go without a trace, so that they hide nothing;
- all else that is not letter, digit or symbol separates terms; a symbol (emoji) is a term of its own.

Scripts that are written without spaces (Han, kana, bopomofo, Thai, Lao, Burmese, Khmer, Yi) become overlapping pairs, and
the last character of a run stands alone behind them: `中国人` gives `中国 国人 人`. So every character begins exactly one
term, a single character is found as a prefix, and a longer piece as a phrase of pairs: always by substring. It costs one
term per character, as pairs alone do, and one more per run; a second set of single-character terms would double that.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MAX_TERM = 128
"""Code points of a term at most; a longer word is cut into pieces that follow each other, so nothing of it is lost."""

_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e80-\u0eff"  # Lao
    "\u1000-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17dd"  # Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303c"  # Han: radicals, marks and numerals
    "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # kana
    "\u3105-\u312f\u31a0-\u31bf"  # bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\ua000-\ua48c"  # Yi
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_PIECE = re.compile(f"[{_UNSPACED}]+|[^ {_UNSPACED}]{{1,{MAX_TERM}}}")
_LONG = re.compile(f"[^ ]{{{MAX_TERM + 1},}}")
_PLAIN_WORD = re.compile("[^ ]+")

_LETTERS_WITH_MARKS = frozenset("йїўѓќ")
_SAME_LETTER = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ے": "ي", "ۍ": "ي", "ک": "ك", "ڪ": "ك",
    "ة": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه", "ە": "ه",
}  # fmt: skip
_APOSTROPHES = frozenset("ʹʻʼʽ")
"""Modifier letters that stand for an apostrophe; they separate, as the apostrophe itself does."""

_OPTIONAL_MARKS = frozenset({1, *range(10, 37), *range(200, 241)})
"""Canonical combining classes of the marks that go: overlays, Hebrew and Arabic points, accents above and below. What
stays has class 0 (vowel signs), 7 (nukta), 8 (dakuten), 9 (virama) or 84-132 (fixed positions of Indic scripts)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What a text has to hold: the terms one after another.

    Attributes:
        terms: at least one.
        prefix: the last term need only begin so.
        distance: edits (insert, delete, replace, swap neighbours) by which the only term may differ; 0, 1 or 2.
    """

    terms: tuple[str, ...]
    prefix: bool = False
    distance: int = 0


class _Table(dict[int, str]):
    """What each code point of an NFKC text becomes, worked out at its first use."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    letters = (
        letter
        for folded in character.casefold()
        for letter in (folded if folded in _LETTERS_WITH_MARKS else unicodedata.normalize("NFD", folded))
    )
    spelt = unicodedata.normalize("NFC", "".join(map(_fold_letter, letters)))
    return " " if spelt.isspace() else spelt


def _fold_letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in {"Cf", "Me"} or letter == "ـ":
        return ""
    if category == "Mn":
        variation = "\ufe00" <= letter <= "\ufe0f" or letter >= "\U000e0100" or letter == "\u034f"
        return "" if variation or unicodedata.combining(letter) in _OPTIONAL_MARKS else letter
    if category == "Nd":
        return str(unicodedata.digit(letter))
    if category == "So":
        return f" {letter} "
    if category[0] in "LMN" and letter not in _APOSTROPHES:
        return _SAME_LETTER.get(letter, letter)
    return " "


_TABLE = _Table()
_ASCII = bytes(ord(_fold_character(chr(code))) for code in range(128)) + bytes(range(128, 256))


class _Words(dict[str, str]):
    """Folded words, since languages repeat theirs; kept up to a limit, first come first served."""

    def __missing__(self, word: str) -> str:
        folded = unicodedata.normalize("NFKC", word).translate(_TABLE)
        if _RUN.search(folded):
            folded = _RUN.sub(_pairs, folded)
        if len(self) < _KEPT_WORDS and len(word) <= _KEPT_LENGTH:
            self[word] = folded
        return folded


_KEPT_WORDS = 50_000
_KEPT_LENGTH = 32
_WORDS = _Words()


def fold(text: str) -> str:
    """Return the terms of a text, separated by spaces: what the index is given (its tokenizer splits at white space)."""
    if text.isascii():
        folded = text.encode("ascii").translate(_ASCII).decode("ascii")
    else:
        folded = " ".join(map(_WORDS.__getitem__, text.split(" ")))
    return folded if len(folded) <= MAX_TERM else _LONG.sub(_pieces, folded)


def fold_column(texts: pa.StringArray) -> pa.StringArray:
    """Return `fold` of each text, "" for null: ASCII in one pass over the bytes, other texts by their different words."""
    folded = _translated(texts)
    odd = pc.invert(pc.string_is_ascii(texts.fill_null("")))
    if pc.any(odd, min_count=0).as_py():
        folded = pc.replace_with_mask(folded, odd, _fold_words(texts.filter(odd)))
    long = _with_long_words(folded)
    if pc.any(long, min_count=0).as_py():
        cut = [_LONG.sub(_pieces, text) for text in folded.filter(long).to_pylist()]
        folded = pc.replace_with_mask(folded, long, pa.array(cut, pa.string()))
    return folded


def _with_long_words(texts: pa.StringArray) -> pa.BooleanArray:
    """Say which texts have a word of more than MAX_TERM bytes, and so perhaps one of more code points."""
    data, bounds = text_bytes(texts)
    ends = np.concatenate((bounds, np.flatnonzero(np.frombuffer(data, np.uint8) == ord(" "))))
    ends.sort(kind="stable")
    starts = ends[:-1][np.diff(ends) > MAX_TERM]
    long = np.zeros(len(texts), dtype=bool)
    long[np.searchsorted(bounds, starts, side="right") - 1] = True
    return pa.array(long)


def _fold_words(texts: pa.StringArray) -> pa.StringArray:
    """Return `fold` of texts, none of them null, with their long words whole."""
    words = pc.split_pattern(texts, " ")
    coded = words.values.dictionary_encode()
    distinct = coded.dictionary
    folded = _translated(distinct)
    odd = pc.invert(pc.string_is_ascii(distinct))
    own = pa.array(map(_WORDS.__getitem__, distinct.filter(odd).to_pylist()), pa.string())
    folded = pc.replace_with_mask(folded, odd, own)
    return pc.binary_join(pa.ListArray.from_arrays(words.offsets, folded.take(coded.indices)), " ")


def _translated(texts: pa.StringArray) -> pa.StringArray:
    """Return texts with their ASCII folded and all else as it was, "" for null."""
    data, bounds = text_bytes(texts)
    moved = [pa.py_buffer(np.array(bounds, dtype=np.int32)), pa.py_buffer(data.translate(_ASCII))]
    return pa.StringArray.from_buffers(len(texts), *moved)


def text_bytes(texts: pa.StringArray) -> tuple[bytes, list[int]]:
    """Return the bytes of all texts in one piece (UTF-8), and where each begins and the last one ends."""
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return b"", [0] * (len(texts) + 1)
    bounds = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return data.slice(bounds[0], bounds[-1] - bounds[0]).to_pybytes(), (bounds - bounds[0]).tolist()


def terms(text: str) -> list[str]:
    """Return the terms of a text in order; their positions are those in the index."""
    return fold(text).split()


def pattern(text: str, *, prefix: bool = False, distance: int = 0) -> Pattern | None:
    """Return what a query for `text` looks for; None when there is nothing in it to look for.

    Args:
        text: a word or a phrase. prefix: the last word may go on. distance: allowed edits.
    """
    found = terms(text)
    if not found:
        return None
    if unspaced(found[-1]):
        inside_run = len(found) > 1 and len(found[-2]) > 1 and unspaced(found[-2])
        found, prefix = (found[:-1], False) if inside_run else (found, True)
    return Pattern(terms=tuple(found), prefix=prefix, distance=distance)


def unspaced(term: str) -> bool:
    """Say whether a term is of a script that is written without spaces."""
    return _RUN.match(term) is not None


def spans(text: str, patterns: Iterable[Pattern]) -> list[tuple[int, int]]:
    """Return where in the original text the patterns stand.

    Returns:
        Ranges of code points, end exclusive, in order and without overlap. A word counts whole even where only its
        beginning was asked for; in scripts without spaces only the characters that were asked for.
    """
    wanted = list(patterns)
    ranges = _plain_occurrences(text, wanted) if text.isascii() else None
    if ranges is None:
        tokens = list(_tokens(text))
        ranges = [found for pattern in wanted for found in _occurrences(pattern, tokens)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        start, end = _whole(text, start, end)  # noqa: PLW2901  # the same range, as it is shown
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@dataclass(frozen=True, slots=True)
class _Token:
    """A term and the range of the original text that each of its characters came from."""

    term: str
    origins: Sequence[tuple[int, int]]


def _pairs(run: re.Match[str]) -> str:
    text = run.group()
    return f" {' '.join(text[at : at + 2] for at in range(len(text)))} "


def _pieces(word: re.Match[str]) -> str:
    text = word.group()
    return " ".join(text[at : at + MAX_TERM] for at in range(0, len(text), MAX_TERM))


def _tokens(text: str) -> Iterator[_Token]:
    """Yield the terms of `fold` with their origins."""
    if unicodedata.is_normalized("NFKC", text):
        clusters = [(at, at + 1) for at in range(len(text))]
        folded = [_TABLE[ord(character)] for character in text]
    else:
        clusters = list(_clusters(text))
        folded = [unicodedata.normalize("NFKC", text[start:end]).translate(_TABLE) for start, end in clusters]
    origins = [cluster for cluster, characters in zip(clusters, folded, strict=True) for _ in characters]
    for piece in _PIECE.finditer("".join(folded)):
        start, end = piece.span()
        if not unspaced(piece.group()):
            yield _Token(piece.group(), origins[start:end])
        else:
            for at in range(start, end):
                last = min(at + 2, end)
                yield _Token(piece.string[at:last], origins[at:last])


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a text that normalise apart from each other."""
    start = 0
    for at in range(1, len(text)):
        if not _joins(text[start:at], text[at]):
            yield start, at
            start = at
    if text:
        yield start, len(text)


def _joins(before: str, character: str) -> bool:
    """Say whether NFKC may combine a character with those before it, as it does marks and the letters of Hangul."""
    if character.isascii():
        return False
    alone = unicodedata.normalize("NFKC", character)
    if unicodedata.category(alone[0])[0] == "M":
        return True
    return unicodedata.normalize("NFKC", before + character) != unicodedata.normalize("NFKC", before) + alone


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a range with the marks that belong to its first and last character."""
    while start > 0 and unicodedata.category(text[start])[0] == "M":
        start -= 1
    while end < len(text) and unicodedata.category(text[end])[0] == "M":
        end += 1
    return start, end


def _plain_occurrences(text: str, patterns: Sequence[Pattern]) -> list[tuple[int, int]] | None:
    """Return where patterns stand in an ASCII text, each of whose characters folds to one; None where that is not so plain.

    It says the same as `_occurrences`, in a tenth of the time.
    """
    folded = text.encode("ascii").translate(_ASCII).decode("ascii")
    if _LONG.search(folded) or any(pattern.distance and len(pattern.terms) > 1 for pattern in patterns):
        return None
    exact = [pattern for pattern in patterns if not pattern.distance]
    found = [match.span(1) for pattern in exact for match in _finder(pattern).finditer(folded)]
    for pattern in patterns:
        if pattern.distance:
            found += [word.span() for word in _PLAIN_WORD.finditer(folded) if _fits(word.group(), pattern)]
    return found


@lru_cache(maxsize=64)
def _finder(wanted: Pattern) -> re.Pattern[str]:
    """Return what finds a pattern in a folded text; it looks ahead, so that occurrences may overlap."""
    terms = " +".join(map(re.escape, wanted.terms))
    return re.compile(f"(?<![^ ])(?=({terms}{'[^ ]*' if wanted.prefix else '(?![^ ])'}))")


def _occurrences(wanted: Pattern, tokens: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    size = len(wanted.terms)
    for at in range(len(tokens) - size + 1):
        found = tokens[at : at + size]
        if all(token.term == term for token, term in zip(found[:-1], wanted.terms, strict=False)) and _fits(
            found[-1].term, wanted
        ):
            last = found[-1].origins
            used = last[: len(wanted.terms[-1])] if unspaced(found[-1].term) else last
            yield found[0].origins[0][0], used[-1][1]


def _fits(term: str, wanted: Pattern) -> bool:
    last = wanted.terms[-1]
    if wanted.distance:
        return _near(term, last, wanted.distance)
    return term.startswith(last) if wanted.prefix else term == last


@lru_cache(maxsize=4096)  # languages repeat their words
def _near(one: str, other: str, limit: int) -> bool:
    """Say whether two terms differ by at most `limit` edits, a swap of neighbours being one (optimal string alignment)."""
    if abs(len(one) - len(other)) > limit:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        # The least of a row never falls, and rises by one at most: a swap that reaches back a row is beyond the limit, too.
        if min(row) > limit:
            return False
    return row[-1] <= limit
