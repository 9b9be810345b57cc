"""From a tree of conditions and the scope of an authority to a query of the index.

The scope is a clause of the query, beside what was asked for: no hit, count or histogram ever exists that would have to be
filtered afterwards. So are the two defaults: messages only unless a kind is named, and no copies unless they are asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from tantivy import FieldType, Occur, Query, Searcher

from underseal.core.records import LOCKED, MESSAGE_KINDS, Kind, Verdict
from underseal.evidence.authority import Scope
from underseal.evidence.search.nodes import VERDICT_GROUPS, And, During, Is, Node, Not, Or, Words, names
from underseal.evidence.store.folding import Pattern
from underseal.evidence.store.index import COPY, EARLIEST, FAR, LATEST, MESSAGE, SCHEMA, fact, order_of

SERVICE_KINDS = frozenset(Kind) - MESSAGE_KINDS
"""Kinds that a query leaves out unless it names a kind."""

_LOCKED = [fact("verdict", verdict) for verdict in sorted(LOCKED)]
_UNLOCKED = [fact("verdict", verdict) for verdict in sorted(set(Verdict) - LOCKED)]
_SERVICE = [fact("kind", kind) for kind in sorted(SERVICE_KINDS)]
_NO_MESSAGES = [COPY, *_SERVICE]

_FEW = 16
"""Up to so many facts are merged as they are read; more are gathered into a bitmap first."""

_MAX_EXPANSIONS = 2**14
"""Terms that the words of a phrase may stand for together in tantivy (0.27)."""

_FIRST, _LAST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked of every segment.

    Attributes:
        node: what was asked for. scope: what may be seen.
        weights: what each word counts in the relevance; None leaves that to the index.
    """

    node: Node
    scope: Scope
    weights: Mapping[Words, float] | None = None

    def query(self, searcher: Searcher, *further: Query) -> Query:
        """Return the query for one segment.

        Args:
            searcher: of the segment. further: conditions that must hold as well.
        """
        clauses = _Clauses(searcher, self.weights)
        clauses.add(self.node)
        clauses.add_scope(self.scope)
        clauses.required += further
        self._add_defaults(clauses, searcher)
        return clauses.query()

    def _add_defaults(self, clauses: "_Clauses", searcher: Searcher) -> None:
        """Leave out the service's own records and copies, unless the query asks for them."""
        kinds, copies = names(self.node, "kind"), names(self.node, "copies")
        if not kinds and not copies:
            if not _all_messages(searcher):
                clauses.required.append(_facts([MESSAGE]))
        elif not copies:
            clauses.excluded.append(_facts([COPY]))
        elif not kinds:
            clauses.excluded.append(_facts(_SERVICE))

    def all_locked(self, searcher: Searcher) -> bool | None:
        """Say whether all results of one segment are locked (True), none is (False), or they must be counted (None).

        Locked records mostly have segments of their own, and none is found by its words.
        """
        held_back = _times(searcher, _LOCKED)
        if not held_back or _needs_text(self.node):
            return False
        return True if held_back >= searcher.num_docs and not _times(searcher, _UNLOCKED) else None


def locked() -> Query:
    """Return the condition that a record is locked and may open with a further key."""
    return _facts(_LOCKED)


def _all_messages(searcher: Searcher) -> bool:
    """Say whether all rows of an index are messages and none a copy.

    Facts are counted of rows, too, that are withheld: where those alone differ from the others, the answer is no.
    """
    return searcher.doc_freq("facts", MESSAGE) >= searcher.num_docs and not _times(searcher, _NO_MESSAGES)


def _times(searcher: Searcher, facts: Iterable[str]) -> int:
    return sum(searcher.doc_freq("facts", term) for term in facts)


def _needs_text(node: Node) -> bool:
    """Say whether every result has a text, which a locked record never has."""
    if isinstance(node, And):
        return any(map(_needs_text, node.parts))
    if isinstance(node, Or):
        return all(map(_needs_text, node.parts))
    return isinstance(node, Words)


class _Clauses:
    """The parts of an AND while they are gathered: all periods become one, and negations become exclusions."""

    def __init__(self, searcher: Searcher, weights: Mapping[Words, float] | None) -> None:
        self._weights = weights
        self.required: list[Query] = []
        self.excluded: list[Query] = []
        self._searcher = searcher
        self._first: int | None = None
        self._until: int | None = None

    def add(self, node: Node) -> None:
        if isinstance(node, And):
            for part in node.parts:
                self.add(part)
        elif isinstance(node, Not):
            self.excluded.append(self._inner(node.part))
        elif isinstance(node, During):
            self._add_period(node.first, node.until)
        elif isinstance(node, Or):
            self.required.append(any_of([self._inner(part) for part in node.parts]))
        elif isinstance(node, Words):
            self.required.append(self._words(node))
        elif isinstance(node, Is) and node.field != "copies":
            self.required.append(_fact(node))

    def add_scope(self, scope: Scope) -> None:
        self._add_period(scope.start, scope.end)
        if scope.rooms is not None:
            self.required.append(_in_rooms(scope.rooms))
        if scope.accounts is not None:
            self.required.append(_by_accounts(scope.accounts))

    def query(self) -> Query:
        required = [*self.required, *self._period()]
        if not self.excluded:
            return required[0] if len(required) == 1 else _all(required)
        clauses = [(Occur.Must, query) for query in required or [Query.all_query()]]
        return Query.boolean_query([*clauses, *((Occur.MustNot, query) for query in self.excluded)])

    def _words(self, node: Words) -> Query:
        found = _text(node.pattern, self._searcher)
        return found if self._weights is None else Query.const_score_query(found, self._weights.get(node, 0.0))

    def _inner(self, node: Node) -> Query:
        inner = _Clauses(self._searcher, self._weights)
        inner.add(node)
        return inner.query()

    def _add_period(self, first: int | None, until: int | None) -> None:
        if first is not None:
            self._first = first if self._first is None else max(first, self._first)
        if until is not None:
            self._until = until if self._until is None else min(until, self._until)

    def _period(self) -> list[Query]:
        if self._first is None and self._until is None:
            return []
        first = _FIRST if self._first is None else self._first
        until = _LAST if self._until is None else self._until
        near = _range("order", order_of(max(first, EARLIEST + 1)), order_of(min(until, LATEST)))
        if not self._searcher.doc_freq("facts", FAR):
            return [near]
        return [any_of([near, _range("far", first, until)])]


@lru_cache(maxsize=4)
def _in_rooms(rooms: frozenset[str]) -> Query:
    return _facts([fact("in", room) for room in rooms])


@lru_cache(maxsize=4)
def _by_accounts(accounts: frozenset[str]) -> Query:
    """Return the condition on sender and recipients; with a hundred thousand accounts it costs a tenth of a second."""
    return _facts([fact(role, account) for account in accounts for role in ("from", "to")])


def within(first: int, until: int) -> Query:
    """Return the condition that `order` lies in a range, its end exclusive and both held within 64 bits."""
    return _range("order", *(min(max(end, _FIRST), _LAST) for end in (first, until)))


def near() -> Query:
    """Return the condition that `order` holds the time of a record."""
    return _range("order", order_of(EARLIEST + 1), order_of(LATEST))


def far() -> Query:
    """Return the condition that it does not, and that `far` holds it instead."""
    return _facts([FAR])


def any_of(queries: Iterable[Query]) -> Query:
    """Return the condition that one of the queries matches."""
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _range(field: str, first: int, until: int) -> Query:
    return Query.range_query(SCHEMA, field, FieldType.Integer, first, until, include_upper=False)


def _all(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries]) if queries else Query.all_query()


def _fact(node: Is) -> Query:
    if node.prefix:
        begins = fact(node.field, node.value)
        return _unscored(Query.fuzzy_term_query(SCHEMA, "facts", begins, distance=0, prefix=True))
    if node.field == "verdict" and node.value in VERDICT_GROUPS:
        return _facts([fact("verdict", verdict) for verdict in sorted(VERDICT_GROUPS[node.value])])
    return _facts([fact(node.field, node.value)])


def _facts(terms: Sequence[str]) -> Query:
    """Return the condition that a record has one of these facts; none of them matches nothing."""
    if len(terms) > _FEW:
        return _unscored(Query.term_set_query(SCHEMA, "facts", terms))
    queries = [Query.term_query(SCHEMA, "facts", term, index_option="basic") for term in terms]
    return _unscored(queries[0] if len(queries) == 1 else any_of(queries))


def _unscored(query: Query) -> Query:
    """Keep conditions out of the relevance, which is a matter of the words alone."""
    return Query.const_score_query(query, 0.0)


def _text(wanted: Pattern, searcher: Searcher) -> Query:
    *head, last = wanted.terms
    if head:
        if wanted.prefix:
            return _phrase_that_goes_on(head, last, searcher)
        return Query.phrase_query(SCHEMA, "text", list(wanted.terms))
    if wanted.distance == 1 and not wanted.prefix and (one_edit := _one_edit(last)) is not None:
        return one_edit
    if wanted.distance or wanted.prefix:
        return Query.fuzzy_term_query(SCHEMA, "text", last, distance=wanted.distance, prefix=wanted.prefix)
    return Query.term_query(SCHEMA, "text", last, index_option="freq")


@lru_cache(maxsize=16)
def _one_edit(term: str) -> Query | None:
    """Return the condition that a text has a term that differs by one edit at most; None if the term is too long for that.

    It finds what a fuzzy query does, in a quarter of the time: that one follows every pair of Han characters to its end,
    where an expression is done with it at the first byte that is wrong. Tantivy (0.27) refuses expressions of more than
    1,000 states, some 20 letters.
    """
    cuts = [(term[:at], term[at:]) for at in range(len(term) + 1)]
    swapped = [f"{head}{tail[1]}{tail[0]}{tail[2:]}" for head, tail in cuts if len(tail) > 1]
    other_or_none = [f"{head}.?{tail[1:]}" for head, tail in cuts if tail]
    one_more = [f"{head}.{tail}" for head, tail in cuts]
    try:
        # As in `_phrase_that_goes_on`, no term means something as an expression.
        return Query.regex_query(SCHEMA, "text", "|".join([*swapped, *other_or_none, *one_more]))
    except ValueError:
        return None


def _phrase_that_goes_on(head: list[str], last: str, searcher: Searcher) -> Query:
    """Return the phrase with every term that begins like its last word, in as few queries as tantivy's limit allows."""
    found = sorted(term for term, _ in searcher.terms_with_prefix("text", last))
    if len(found) + len(head) <= _MAX_EXPANSIONS:
        # Terms hold letters, digits and symbols beyond ASCII only, so none of them means something as an expression.
        return Query.regex_phrase_query(SCHEMA, "text", [*head, f"{last}.*"])
    size = len(last)
    longer = [begin for begin, _ in groupby(term[: size + 1] for term in found if len(term) > size)]
    return any_of(
        [Query.phrase_query(SCHEMA, "text", [*head, last])]
        + [_phrase_that_goes_on(head, begin, searcher) for begin in longer]
    )
