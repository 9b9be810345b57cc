"""Taking a query apart into its signs, words, phrases and field values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from underseal.errors import QueryError
from underseal.evidence.search.nodes import CLOSING, COLONS, OPENING, OPERATORS, QUOTES

MAX_QUERY = 20_000
"""Characters of a query at most: room for a list of some hundred accounts."""

_FIELD = re.compile(rf"([A-Za-z_]+)[{COLONS}](?!//)")
_PHRASE = re.compile(rf"[{QUOTES}]((?:[^\\{QUOTES}]|\\.|\\$)*)[{QUOTES}]", re.DOTALL)
_BARE = re.compile(rf"[^\s{OPENING}{CLOSING}{QUOTES}]+")
_SUFFIX = re.compile(r"\*|~\d*")
_ESCAPED = re.compile(rf"\\([\\{QUOTES}])")


class Sign(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    WORDS = auto()
    FIELD = auto()
    END = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One piece of a query.

    Attributes:
        sign: what it is. start, end: where it stands, in characters.
        text: of WORDS and FIELD: the words or the value, without quotes and escapes; of operators as typed.
        text_start: where `text` begins, its quote included.
        field: name of the field, in small letters.
        suffix: "*" or "~" with its digits, taken off `text`; "" where there is none.
        quoted: `text` stood in quotes.
    """

    sign: Sign
    start: int
    end: int
    text: str = ""
    text_start: int = 0
    field: str = ""
    suffix: str = ""
    quoted: bool = False


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query, END last.

    Raises:
        QueryError: a quote that is not closed, a field without a value, or a query beyond MAX_QUERY characters.
    """
    if len(query) > MAX_QUERY:
        raise QueryError(
            f"A query has at most {MAX_QUERY} characters.", position=MAX_QUERY, length=len(query) - MAX_QUERY
        )
    at = 0
    while at < len(query):
        if query[at].isspace():
            at += 1
            continue
        token = _token(query, at)
        yield token
        at = token.end
    yield Token(sign=Sign.END, start=len(query), end=len(query))


def _token(query: str, at: int) -> Token:
    character = query[at]
    if character in OPENING:
        return Token(sign=Sign.OPEN, start=at, end=at + 1, text=character)
    if character in CLOSING:
        return Token(sign=Sign.CLOSE, start=at, end=at + 1, text=character)
    if character == "-" and query[at + 1 : at + 2].strip():
        return Token(sign=Sign.NOT, start=at, end=at + 1, text=character)
    if named := _FIELD.match(query, at):
        return _field(query, named)
    if character in QUOTES:
        return _phrase(query, at)
    return _word(query, at)


def _word(query: str, at: int) -> Token:
    text, end = _bare(query, at)
    if text in OPERATORS:
        return Token(sign=Sign[text], start=at, end=end, text=text)
    suffix = re.search(r"\*$|(?<=.)~\d*$", text)
    if suffix:
        text = text[: suffix.start()]
    return Token(sign=Sign.WORDS, start=at, end=end, text=text, text_start=at, suffix=suffix.group() if suffix else "")


def _phrase(query: str, at: int) -> Token:
    text, after = _unquoted(query, at)
    suffix = _SUFFIX.match(query, after)
    return Token(
        sign=Sign.WORDS,
        start=at,
        end=suffix.end() if suffix else after,
        text=text,
        text_start=at,
        suffix=suffix.group() if suffix else "",
        quoted=True,
    )


def _field(query: str, named: re.Match[str]) -> Token:
    at = named.end()
    if query[at : at + 1] and query[at] in QUOTES:
        text, end = _unquoted(query, at)
        star = query[end : end + 1] == "*"
        end, quoted = end + star, True
    elif _BARE.match(query, at):
        text, end = _bare(query, at)
        star, quoted = text.endswith("*"), False
        text = text.removesuffix("*")
    else:
        raise QueryError(
            f"{named.group()} has no value.",
            position=named.start(),
            length=len(named.group()),
            hint=f'Write it right behind the colon; to search for the word itself, put it in quotes: "{named.group()}".',
        )
    return Token(
        sign=Sign.FIELD,
        start=named.start(),
        end=end,
        text=text,
        text_start=at,
        field=named.group(1).lower(),
        suffix="*" if star else "",
        quoted=quoted,
    )


def _bare(query: str, at: int) -> tuple[str, int]:
    found = _BARE.match(query, at)
    end = found.end() if found else at
    return query[at:end], end


def _unquoted(query: str, at: int) -> tuple[str, int]:
    found = _PHRASE.match(query, at)
    if found is None:
        raise QueryError(
            "The quote is not closed.",
            position=at,
            length=len(query) - at,
            hint='Add a " at the end of the phrase.',
        )
    return _ESCAPED.sub(r"\1", found.group(1)), found.end()
