"""The query language of the desk, the command line and the Python interface: from text to a tree and back.

    query  = [ or ]
    or     = and { "OR" and }
    and    = unary { [ "AND" ] unary }
    unary  = { "NOT" | "-" } ( "(" or ")" | words | field ":" value )
    words  = ( word | '"' phrase '"' ) [ "*" | "~" [ "1" | "2" ] ]

Operators are capitals, so that "and" stays a word. Whoever errs is told where and how to mend it; nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from difflib import get_close_matches

from underseal.errors import QueryError
from underseal.evidence.search.dates import Span, read_date
from underseal.evidence.search.lexer import Sign, Token, tokens
from underseal.evidence.search.nodes import CHOICES, DATED, FIELDS, And, During, Everything, Is, Node, Not, Or, Words
from underseal.evidence.store.folding import pattern, unspaced

MAX_DEPTH = 50
"""Brackets and negations inside each other at most."""

MAX_DISTANCE = 2

_CLOSES_NOTHING = "This bracket closes nothing.", 'Open it with "(", or put it in quotes to search for it.'
_NOT_CLOSED = "This bracket is not closed.", 'Add a ")" behind what it holds.'

_SIMILAR_FIELDS = {
    "sender": "from", "author": "from", "by": "from", "recipient": "to", "room": "in", "conversation": "in", "chat": "in",
    "since": "after", "until": "before", "date": "on", "day": "on", "type": "kind", "state": "verdict", "status": "verdict",
    "source": "exhibit", "with": "has", "copy": "copies",
}  # fmt: skip


def parse(query: str, *, zone: tzinfo = UTC) -> Node:
    """Read a query.

    Args:
        query: text as typed; an empty one means everything.
        zone: time zone of dates without an offset: that of the workspace.

    Raises:
        QueryError: it cannot be understood; says where and how to mend it.
    """
    return _Parser(query, zone).whole()


class _Parser:
    """Recursive descent, one token ahead."""

    def __init__(self, query: str, zone: tzinfo) -> None:
        self._tokens = tokens(query)
        self._zone = zone
        self._depth = 0
        self._next = next(self._tokens)

    def whole(self) -> Node:
        if self._next.sign is Sign.END:
            return Everything(end=self._next.end)
        node = self._or()
        if self._next.sign is Sign.CLOSE:
            raise _fault(self._next, *_CLOSES_NOTHING)
        _check_copies(node)
        return node

    def _or(self) -> Node:
        parts = [self._and()]
        while self._next.sign is Sign.OR:
            operator = self._take()
            self._expect_operand(operator)
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(parts=tuple(parts), start=parts[0].start, end=parts[-1].end)

    def _and(self) -> Node:
        parts = [self._unary()]
        while self._next.sign not in {Sign.OR, Sign.CLOSE, Sign.END}:
            if self._next.sign is Sign.AND:
                operator = self._take()
                self._expect_operand(operator)
            parts.append(self._unary())
        return parts[0] if len(parts) == 1 else And(parts=tuple(parts), start=parts[0].start, end=parts[-1].end)

    def _unary(self) -> Node:
        token = self._take()
        if token.sign is Sign.NOT:
            self._expect_operand(token)
            self._deeper(token)
            part = self._unary()
            self._depth -= 1
            return Not(part=part, start=token.start, end=part.end)
        if token.sign is Sign.OPEN:
            return self._bracket(token)
        if token.sign is Sign.WORDS:
            return _words(token)
        if token.sign is Sign.FIELD:
            return _condition(token, self._zone)
        if token.sign is Sign.CLOSE:
            raise _fault(token, *_CLOSES_NOTHING)
        raise _fault(
            token,
            f"{token.text} has nothing before it.",
            f'To search for the word, write it small or in quotes: "{token.text}".',
        )

    def _bracket(self, opening: Token) -> Node:
        self._deeper(opening)
        if self._next.sign is Sign.END:
            raise _fault(opening, *_NOT_CLOSED)
        if self._next.sign is Sign.CLOSE:
            raise QueryError(
                "There is nothing in the brackets.", position=opening.start, length=self._next.end - opening.start
            )
        node = self._or()
        closing = self._take()
        if closing.sign is not Sign.CLOSE:
            raise _fault(opening, *_NOT_CLOSED)
        self._depth -= 1
        return replace(node, start=opening.start, end=closing.end)

    def _take(self) -> Token:
        token = self._next
        if token.sign is not Sign.END:
            self._next = next(self._tokens)
        return token

    def _expect_operand(self, operator: Token) -> None:
        if self._next.sign in {Sign.END, Sign.CLOSE, Sign.OR, Sign.AND}:
            hint = (
                ""
                if operator.text == "-"
                else f'To search for the word, write it small or in quotes: "{operator.text}".'
            )
            raise _fault(operator, f"{operator.text} has nothing after it.", hint)

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _fault(token, f"Brackets and negations may stand inside each other {MAX_DEPTH} times at most.")


def _fault(token: Token, message: str, hint: str = "") -> QueryError:
    return QueryError(message, position=token.start, length=max(token.end - token.start, 1), hint=hint)


def _fault_in_text(token: Token, message: str, hint: str = "") -> QueryError:
    return QueryError(message, position=token.text_start, length=max(token.end - token.text_start, 1), hint=hint)


def _words(token: Token) -> Words:
    if not token.quoted and "*" in token.text:
        hint = f'To search for it as it is, put it in quotes: "{token.text}{token.suffix}".'
        position = token.text_start + token.text.index("*")
        raise QueryError("A star stands at the end of a word only.", position=position, hint=hint)
    wanted = pattern(token.text)
    if wanted is None:
        hint = "Letters, digits and emoji can be searched for; punctuation alone cannot."
        raise _fault(token, "There is nothing to search for in this word.", hint)
    distance = _distance(token, wanted.terms) if token.suffix.startswith("~") else 0
    return Words(text=token.text, prefix=token.suffix == "*", distance=distance, start=token.start, end=token.end)


def _distance(token: Token, terms: Sequence[str]) -> int:
    distance = int(token.suffix[1:] or 1)
    position, length = token.end - len(token.suffix), len(token.suffix)
    if not 1 <= distance <= MAX_DISTANCE:
        raise QueryError(
            f"{token.suffix} asks for too much: ~1 or ~2 letters may differ.", position=position, length=length
        )
    if len(terms) > 1 or unspaced(terms[0]):
        message = "Only a single word of letters can be searched for with ~."
        raise QueryError(message, position=position, length=length)
    least = 2 * distance + 1
    if len(terms[0]) < least:
        message = f"{token.suffix} needs a word of at least {least} letters; this one would be like nearly any other."
        raise QueryError(message, position=position, length=length)
    return distance


def _condition(token: Token, zone: tzinfo) -> Is | During:
    if token.field not in FIELDS:
        raise _unknown_field(token)
    if token.field in DATED:
        return _dated(token, zone)
    if token.field in CHOICES:
        return _choice(token)
    if not token.text and not token.suffix:
        raise _fault(token, f"{token.field}: has an empty value.")
    if not token.quoted and "*" in token.text:
        raise _fault_in_text(
            token, "A star stands at the end of a value only.", "Put the value in quotes if the star belongs to it."
        )
    prefix = token.suffix == "*"
    return Is(field=token.field, value=token.text, prefix=prefix, start=token.start, end=token.end)


def _unknown_field(token: Token) -> QueryError:
    known = _SIMILAR_FIELDS.get(token.field) or next(iter(get_close_matches(token.field, FIELDS, 1)), None)
    guess = f"Did you mean {known}:? " if known else f"Fields are {', '.join(FIELDS)}. "
    return QueryError(
        f"There is no field {token.field}:.",
        position=token.start,
        length=token.text_start - token.start,
        hint=guess + "To search for the words as they are, put them in quotes.",
    )


def _choice(token: Token) -> Is:
    values = CHOICES[token.field]
    value = token.text.lower()
    if value not in values or token.suffix:
        near = get_close_matches(value, values, 1)
        hint = (f"Did you mean {token.field}:{near[0]}? " if near else "") + f"Values are {', '.join(values)}."
        raise _fault_in_text(token, f"{token.field}: does not know {token.text}{token.suffix}.", hint)
    return Is(field=token.field, value=value, start=token.start, end=token.end)


def _dated(token: Token, zone: tzinfo) -> During:
    try:
        span = None if token.suffix else read_date(token.text, zone=zone)
    except ValueError:
        raise _fault_in_text(token, f"There is no such day or time: {token.text}.") from None
    if span is None:
        hint = "Write 2021, 2021-03, 2021-03-09 or 2021-03-09T05:00, with Z or +01:00 behind it if need be."
        raise _fault_in_text(token, f"{token.text}{token.suffix} is not a date.", hint)
    first, until = _bounds(token.field, span)
    return During(field=token.field, text=token.text, first=first, until=until, start=token.start, end=token.end)


def _bounds(field: str, span: Span) -> tuple[int | None, int | None]:
    """Return the span that a field means: "after" from the beginning of its date on, "before" all that lies before it."""
    if field == "after":
        return span.first, None
    if field == "before":
        return None, span.first
    return span.first, span.until


def _check_copies(node: Node, *, top: bool = True) -> None:
    """Refuse `copies:` where it would be a condition: it says how the whole query counts."""
    if isinstance(node, Is) and node.field == "copies" and not top:
        raise QueryError(
            "copies: is about the whole query and cannot stand in an OR or NOT.",
            position=node.start,
            length=node.end - node.start,
            hint="Write it once, at the end of the query.",
        )
    if isinstance(node, And | Or):
        for part in node.parts:
            _check_copies(part, top=top and isinstance(node, And))
    elif isinstance(node, Not):
        _check_copies(node.part, top=False)
