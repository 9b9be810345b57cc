"""Random rows and random queries that have something to do with each other."""

from datetime import UTC

from hypothesis import strategies as st

from underseal.core.records import Media
from underseal.evidence.authority import Scope
from underseal.evidence.search import And, During, Everything, Is, Node, Not, Or, Words
from underseal.evidence.search.dates import read_date
from underseal.evidence.store.folding import pattern, unspaced
from underseal.evidence.store.index import EARLIEST, HAS, LATEST

from .reference import Row

WORDS = [
    "boot", "Boots", "boat", "baot", "bo", "old", "harbour", "CAFÉ", "cafe\u0301", "cafés", "straße", "don't", "k7q2mx",
    "пароход", "ёлка", "елка", "مَرْفَأ", "مرفا", "中国人", "中国", "国", "港口", "カメラ", "ｶﾒﾗ", "กำลัง", "한국어", "한국", "😀", "https://x.be/a",
]  # fmt: skip
ACCOUNTS = ["@ann:harbour", "@anna:harbour", "K7 Q2", "港", "50%"]
ROOMS = ["!quay:harbour", "!quay", "two words"]
EXHIBITS = ["BR-1", "BR-12"]
DATES = ["2021", "2021-03", "2021-03-28", "2021-03-28T02:00", "2021-03-28T03:00:00+02:00", "1969-12-31", "3000-01-01"]
TIMES = [
    0, -1, 1_616_893_200_000, 1_616_893_199_999, 1_616_889_600_000, 1_616_900_000_000, 1_635_642_000_000, 1_640_991_600_000,
    EARLIEST, EARLIEST + 1, LATEST, LATEST - 1, 32_503_680_000_000, -62_135_596_800_000,
]  # fmt: skip

texts = st.lists(st.sampled_from(WORDS), max_size=6).flatmap(
    lambda words: st.sampled_from([" ", ", ", "\n", " "]).map(lambda between: between.join(words))
)
times = st.sampled_from(TIMES) | st.integers(1_616_800_000_000, 1_617_000_000_000)
names = st.sampled_from(["", "boot.jpg", "harbour old"])

_common = {
    "sender": st.sampled_from([None, *ACCOUNTS]),
    "conversation": st.sampled_from([None, *ROOMS]),
    "recipients": st.none() | st.lists(st.sampled_from(ACCOUNTS), max_size=3),
    "time": times,
    "exhibit": st.sampled_from(EXHIBITS),
    "copy_of": st.sampled_from([None, None, None, 0]),
}
_readable: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {
        **_common,
        "kind": st.sampled_from(["text", "text", "text", "voice", "picture", "edit", "reaction", "membership"]),
        "verdict": st.sampled_from(["opened", "clear"]),
        "text": st.none() | texts,
        "relation": st.sampled_from([None, None, "reply", "edit", "thread", "reaction"]),
        "media": st.none() | names.map(lambda name: Media(name=name, mime="a/b").to_json()),
    }
)
_sealed: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {**_common, "kind": st.just("sealed"), "verdict": st.sampled_from(["no_key", "key_too_late", "bad_mac"])}
)
rows: st.SearchStrategy[list[Row]] = st.lists(_readable | _readable | _sealed, min_size=5, max_size=25) | st.just([])
locked_rows = st.lists(_sealed.filter(lambda row: row["verdict"] != "bad_mac"), min_size=1, max_size=9)
segments = st.lists(rows | rows | locked_rows, min_size=1, max_size=3)


def _some(values: list[str]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from(values))


_edges = st.none() | st.none() | times
scopes = st.builds(Scope, accounts=_some(ACCOUNTS), rooms=_some(ROOMS), start=_edges, end=_edges)


def words(text: str, *, prefix: bool, distance: int) -> Words:
    """Return a node that the language can express: only a single word of some length can be misspelt."""
    found = pattern(text)
    assert found is not None
    alone = len(found.terms) == 1 and not unspaced(found.terms[0]) and len(found.terms[0]) > 2 * distance
    return Words(text=text, prefix=prefix, distance=0 if prefix or not alone else distance)


def during(field: str, text: str) -> During:
    """Return what the language reads from a date, in UTC."""
    span = read_date(text, zone=UTC)
    assert span is not None
    bounds = {"after": (span.first, None), "before": (None, span.first), "on": (span.first, span.until)}
    return During(field=field, text=text, first=bounds[field][0], until=bounds[field][1])


_phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
_beginnings = st.sampled_from([word[:size] for word in WORDS for size in (1, 2, 3)])
word_nodes = st.builds(
    words, _phrases | st.sampled_from(WORDS) | _beginnings, prefix=st.booleans(), distance=st.integers(0, 2)
)
leaf_nodes: st.SearchStrategy[Node] = st.one_of(
    word_nodes,
    word_nodes,
    st.builds(
        Is, field=st.sampled_from(["from", "to"]), value=st.sampled_from([*ACCOUNTS, "@ann", "K"]), prefix=st.booleans()
    ),
    st.builds(Is, field=st.just("in"), value=st.sampled_from(ROOMS), prefix=st.booleans()),
    st.builds(Is, field=st.just("exhibit"), value=st.sampled_from(EXHIBITS), prefix=st.booleans()),
    st.builds(Is, field=st.just("has"), value=st.sampled_from(HAS)),
    st.builds(Is, field=st.just("kind"), value=st.sampled_from(["text", "voice", "sealed", "reaction"])),
    st.builds(Is, field=st.just("verdict"), value=st.sampled_from(["clear", "no_key", "locked", "readable"])),
    st.builds(during, st.sampled_from(["after", "before", "on"]), st.sampled_from(DATES)),
)


def _more(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, part=nodes), st.builds(And, parts=several), st.builds(Or, parts=several))


def _with_copies(node: Node) -> Node:
    return And(parts=(node, Is(field="copies", value="all")))


trees: st.SearchStrategy[Node] = st.one_of(leaf_nodes, _more(st.one_of(leaf_nodes, _more(leaf_nodes))))
queries: st.SearchStrategy[Node] = st.one_of(
    st.just(Everything()), st.just(Is(field="copies", value="all")), trees, trees, trees, trees.map(_with_copies)
)
