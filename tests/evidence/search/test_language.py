"""The query language: what is understood, what is refused and how, and that a tree and its text mean the same."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.errors import QueryError
from underseal.evidence.search import And, During, Everything, Is, Node, Not, Or, Words, explain, parse
from underseal.evidence.search.language import MAX_DEPTH
from underseal.evidence.search.lexer import MAX_QUERY
from underseal.evidence.search.nodes import format as query_text

from .strategies import queries


def _word(text: str) -> Words:
    return Words(text=text)


A, B, C = map(_word, "abc")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", Everything()),
        (" \n", Everything()),
        ("a", A),
        ("a b", And(parts=(A, B))),
        ("a AND b", And(parts=(A, B))),
        ("a b OR c", Or(parts=(And(parts=(A, B)), C))),
        ("a (b OR c)", And(parts=(A, Or(parts=(B, C))))),
        ("a OR b OR c", Or(parts=(A, B, C))),
        ("(a OR b) OR c", Or(parts=(Or(parts=(A, B)), C))),
        ("-a b", And(parts=(Not(part=A), B))),
        ("a NOT b", And(parts=(A, Not(part=B)))),
        ("NOT (a b)", Not(part=And(parts=(A, B)))),
        ("--a", Not(part=Not(part=A))),
        ("a-b", _word("a-b")),
        ("a and b", And(parts=(A, _word("and"), B))),
        ('"AND"', _word("AND")),
        ("((a))", A),
        ("a(b)", And(parts=(A, B))),
        ('"old harbour"', _word("old harbour")),
        ("„old harbour“", _word("old harbour")),
        ("（a）", A),
        ('"say \\"no\\" \\\\ c:\\x"', _word('say "no" \\ c:\\x')),
        ("caf*", Words(text="caf", prefix=True)),
        ('"old har"*', Words(text="old har", prefix=True)),
        ("recieve~", Words(text="recieve", distance=1)),
        ("recieve~2", Words(text="recieve", distance=2)),
        ('"recieve"~1', Words(text="recieve", distance=1)),
        ("https://x.be/a:b", _word("https://x.be/a:b")),
        ("10:30", _word("10:30")),
        ("привет:мир", _word("привет:мир")),
        ("中国", _word("中国")),
        ("from:@ann:harbour.example", Is(field="from", value="@ann:harbour.example")),
        ("From:K7Q2", Is(field="from", value="K7Q2")),
        ('in:"two words"', Is(field="in", value="two words")),
        ("in：!quay", Is(field="in", value="!quay")),
        ("to:@an*", Is(field="to", value="@an", prefix=True)),
        ("to:*", Is(field="to", value="", prefix=True)),
        ('from:"a*"', Is(field="from", value="a*")),
        ("from:a*b*", None),
        ("kind:VOICE", Is(field="kind", value="voice")),
        ("verdict:locked has:link", And(parts=(Is(field="verdict", value="locked"), Is(field="has", value="link")))),
        ("-kind:text", Not(part=Is(field="kind", value="text"))),
        ("a copies:all", And(parts=(A, Is(field="copies", value="all")))),
        ("(a (b copies:all))", And(parts=(A, And(parts=(B, Is(field="copies", value="all")))))),
    ],
)  # fmt: skip
def test_a_query_means(query: str, tree: Node | None) -> None:
    if tree is None:
        with pytest.raises(QueryError):
            parse(query)
    else:
        assert parse(query) == tree
        assert parse(query_text(tree)) == tree


@given(queries)
def test_a_tree_and_its_text_mean_the_same(tree: Node) -> None:
    assert parse(query_text(tree)) == tree


@given(st.text())
def test_any_text_is_understood_or_refused_in_its_place(query: str) -> None:
    _understood_or_refused(query)


_pieces = [
    "a",
    '"',
    "(",
    ")",
    "AND",
    "OR",
    "NOT",
    "-",
    " ",
    ":",
    "from:",
    "on:",
    "2021",
    "*",
    "~1",
    "\\",
    "kind:",
    "copies:all",
]


@given(st.lists(st.sampled_from(_pieces), max_size=12).map("".join))
def test_any_heap_of_signs_is_understood_or_refused_in_its_place(query: str) -> None:
    _understood_or_refused(query)


def _understood_or_refused(query: str) -> None:
    try:
        tree = parse(query)
    except QueryError as error:
        assert 0 <= error.position <= len(query)  # noqa: PT017  # either way is right
        assert 1 <= error.length <= max(len(query) - error.position, 1)  # noqa: PT017
    else:
        assert parse(query_text(tree)) == tree
        assert explain(tree).endswith(".")


@pytest.mark.parametrize(
    ("query", "at", "message", "hint"),
    [
        ("AND a", "AND", "nothing before it", '"AND"'),
        ("OR", "OR", "nothing before it", ""),
        ("a AND", "AND", "nothing after it", '"AND"'),
        ("a OR", "OR", "nothing after it", ""),
        ("a AND OR b", "AND", "nothing after it", ""),
        ("NOT", "NOT", "nothing after it", ""),
        ("(a OR) b", "OR", "nothing after it", ""),
        ("a -)", "-", "nothing after it", ""),
        ("(a", "(", "not closed", ""),
        ("((a) b", "(", "not closed", ""),
        ("a (", "(", "not closed", ""),
        ("a)", ")", "closes nothing", ""),
        (")", ")", "closes nothing", ""),
        ("a ( ) b", "( )", "nothing in the brackets", ""),
        ('a "b c', '"b c', "quote is not closed", ""),
        ('from:"b', '"b', "quote is not closed", ""),
        ("fro:x", "fro:", "no field fro:", "from:?"),
        ("sender:x", "sender:", "no field sender:", "from:?"),
        ("a zzz:x", "zzz:", "no field zzz:", "Fields are"),
        ("from: x", "from:", "no value", "quotes"),
        ('in:""', 'in:""', "empty value", ""),
        ("kind:voise", "voise", "does not know voise", "kind:voice?"),
        ("verdict:x", "x", "does not know x", "no_key"),
        ("has:pictures", "pictures", "does not know pictures", "has:picture?"),
        ("kind:te*", "te*", "does not know", ""),
        ("copies:none", "none", "does not know", "all"),
        ("a OR copies:all", "copies:all", "whole query", ""),
        ("-copies:all", "copies:all", "whole query", ""),
        ("on:2021-02-30", "2021-02-30", "no such day", ""),
        ("on:2021-02-03T25:00", "2021-02-03T25:00", "no such day or time", ""),
        ("after:09/03/2021", "09/03/2021", "not a date", "2021-03-09"),
        ("after:2021-03-0*", "2021-03-0*", "not a date", ""),
        ("before:yesterday", "yesterday", "not a date", ""),
        ("wo*rd", "*", "end of a word", '"wo*rd"'),
        ("*word", "*", "end of a word", ""),
        ("from:a*b", "a*b", "end of a value", "quotes"),
        ("word~3", "~3", "too much", ""),
        ("word~0", "~0", "too much", ""),
        ('"two words"~1', "~1", "single word", ""),
        ("don't~1", "~1", "single word", ""),
        ("中国~1", "~1", "single word", ""),
        ("ab~1", "~1", "at least 3", ""),
        ("abcd~2", "~2", "at least 5", ""),
        ("a !?", "!?", "nothing to search for", "punctuation"),
        ("a - b", "-", "nothing to search for", ""),
        ('""', '""', "nothing to search for", ""),
        ("*", "*", "nothing to search for", ""),
    ],
)  # fmt: skip
def test_a_fault_is_named_in_its_place(query: str, at: str, message: str, hint: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        parse(query)
    error = caught.value
    assert query[error.position : error.position + error.length] == at
    assert hint in error.hint


def test_a_query_too_deep_or_too_long_is_refused() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == A
    for query in ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), "-" * (MAX_DEPTH + 1) + "a"):
        with pytest.raises(QueryError, match="inside each other") as deep:
            parse(query)
        assert deep.value.position == MAX_DEPTH
    with pytest.raises(QueryError, match="at most") as long:
        parse("(" * 200_000)
    assert long.value.position == MAX_QUERY


def test_nodes_know_where_they_stand() -> None:
    query = 'a  -(b OR "c d"*) from:x'
    tree = parse(query)
    assert isinstance(tree, And)
    assert [query[part.start : part.end] for part in tree.parts] == ["a", '-(b OR "c d"*)', "from:x"]


@pytest.mark.parametrize(
    ("text", "first", "until"),
    [
        ("2021", "2020-12-31T23:00", "2021-12-31T23:00"),
        ("2021-03", "2021-02-28T23:00", "2021-03-31T22:00"),
        ("2021-12", "2021-11-30T23:00", "2021-12-31T23:00"),
        ("2021-03-09", "2021-03-08T23:00", "2021-03-09T23:00"),
        ("2021-03-28", "2021-03-27T23:00", "2021-03-28T22:00"),
        ("2021-03-09T05:00", "2021-03-09T04:00", "2021-03-09T04:01"),
        ('"2021-03-09 05:00"', "2021-03-09T04:00", "2021-03-09T04:01"),
        ("2021-03-09T05:00:30", "2021-03-09T04:00:30", "2021-03-09T04:00:31"),
        ("2021-03-09T05:00Z", "2021-03-09T05:00", "2021-03-09T05:01"),
        ("2021-03-09T05:00-03:30", "2021-03-09T08:30", "2021-03-09T08:31"),
        ("2021-03-09T05:00+0100", "2021-03-09T04:00", "2021-03-09T04:01"),
        ("2021-10-31T02:30", "2021-10-31T00:30", "2021-10-31T00:31"),
        ("8999-12-31", "8999-12-30T23:00", "8999-12-31T23:00"),
    ],
)
def test_a_date_is_a_span_in_the_zone_of_the_workspace(text: str, first: str, until: str) -> None:
    zone = ZoneInfo("Europe/Brussels")
    start, end = (int(datetime.fromisoformat(each).replace(tzinfo=UTC).timestamp() * 1000) for each in (first, until))
    bare = text.strip('"')
    assert parse(f"on:{text}", zone=zone) == During(field="on", text=bare, first=start, until=end)
    assert parse(f"after:{text}", zone=zone) == During(field="after", text=bare, first=start, until=None)
    assert parse(f"before:{text}", zone=zone) == During(field="before", text=bare, first=None, until=start)
