"""The engine finds what reading every row finds: the same rows, counts, days and values, in order, page by page."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta, timezone, tzinfo
from itertools import pairwise, product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.records import Kind, Media, Relation, Verdict
from underseal.errors import CallerError, ConflictError, InternalError
from underseal.evidence.authority import EVERYTHING, Scope
from underseal.evidence.search import And, Interval, Is, Node, Not, Order, Page, count, facets, histogram, parse, search
from underseal.evidence.search.nodes import CHOICES, DATED
from underseal.evidence.search.nodes import format as query_text

from .reference import Row, Shelf, day, found, hour, is_locked, order_key
from .strategies import ACCOUNTS, DATES, EXHIBITS, ROOMS, TIMES, WORDS, during, queries, scopes, segments, words

ZONES: list[tzinfo] = [
    UTC, timezone(timedelta(hours=-3, minutes=-30)), ZoneInfo("UTC"), ZoneInfo("Europe/Brussels"), ZoneInfo("America/St_Johns"),
    ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia"),
]  # fmt: skip


@settings(max_examples=examples(30))
@given(
    segments=segments,
    scope=scopes,
    queries=st.lists(queries, min_size=6, max_size=6),
    limit=st.integers(1, 12),
    zone=st.sampled_from(ZONES),
)
def test_it_finds_what_reading_every_row_finds(
    tmp_path_factory: pytest.TempPathFactory,
    *,
    segments: list[list[Row]],
    scope: Scope,
    queries: list[Node],
    limit: int,
    zone: tzinfo,
) -> None:
    view = Shelf(tmp_path_factory.mktemp("shelf"), segments, scope)
    rows = [row for segment in segments for row in segment]
    for query in queries:
        expected = found(rows, query, scope)
        held_back = sum(is_locked(rows[number]) for number in expected)
        counted = count(view, query)
        assert (counted.total, counted.locked) == (len(expected), held_back)
        for order in Order:
            read = list(_pages(view, query, order, limit))
            assert all((page.total, page.locked) == (len(expected), held_back) for page in read)
            assert all(page.rows.num_rows == limit for page in read[:-1])
            numbers = [number for page in read for number in page.rows.column("number").to_pylist()]
            assert sorted(numbers) == expected
            if order is not Order.RELEVANCE:
                by_time = sorted(expected, key=lambda number: (order_key(rows[number]), number))
                assert numbers == (by_time if order is Order.OLDEST else by_time[::-1])
        _check_days(view, query, [rows[number] for number in expected], zone)
        _check_values(view, query, [rows[number] for number in expected])


def _pages(view: Shelf, query: Node, order: Order, limit: int) -> Iterator[Page]:
    cursor: str | None = None
    while True:
        page = search(view, query, order=order, limit=limit, after=cursor)
        yield page
        cursor = page.cursor
        if cursor is None:
            return


def _check_days(view: Shelf, query: Node, expected: Sequence[Row], zone: tzinfo) -> None:
    for interval, label in ((Interval.DAY, day), (Interval.HOUR, hour)):
        buckets = histogram(view, query, interval=interval, zone=zone)
        in_range = [row for row in expected if abs(order_key(row)) < 2**42 and _has_local_time(row)]
        if len(in_range) < len(expected):
            assert sum(bucket.count for bucket in buckets) == len(expected)
            continue
        assert {bucket.day: bucket.count for bucket in buckets} == Counter(label(row, zone) for row in expected)
        locked = Counter(label(row, zone) for row in expected if is_locked(row))
        assert {bucket.day: bucket.locked for bucket in buckets if bucket.locked} == locked


def _has_local_time(row: Row) -> bool:
    """Say whether a time has a local date in every zone: those of the year 1 do not, west of Greenwich."""
    time = row["time"]
    assert isinstance(time, int)
    return time > -62_000_000_000_000


def _check_values(view: Shelf, query: Node, expected: Sequence[Row]) -> None:
    for field in ("sender", "conversation", "kind", "verdict", "exhibit"):
        values = {facet.value: facet.count for facet in facets(view, query, field, limit=100)}
        ranked = sorted(values.items(), key=lambda item: (-item[1], item[0]))
        assert [(facet.value, facet.count) for facet in facets(view, query, field, limit=2)] == ranked[:2]
        assert values == Counter(row[field] for row in expected if row.get(field) is not None)
    recipients = Counter(
        name
        for row in expected
        if isinstance(row.get("recipients"), list)
        for name in set(row["recipients"])  # type: ignore[call-overload]
    )
    assert {facet.value: facet.count for facet in facets(view, query, "recipients", limit=100)} == recipients


def _every_condition() -> Iterator[Node]:
    for text in [*WORDS, *(word[:size] for word in WORDS for size in (1, 2, 3))]:
        yield from (words(text, prefix=prefix, distance=edits) for prefix in (False, True) for edits in (0, 1, 2))
    for one, other in product(WORDS, WORDS[::4]):
        yield from (words(f"{one} {other}", prefix=prefix, distance=0) for prefix in (False, True))
    for field, values in {"from": ACCOUNTS, "to": ACCOUNTS, "in": ROOMS, "exhibit": EXHIBITS}.items():
        for value in ["", *values, *(value[:-1] for value in values)]:
            yield Is(field=field, value=value, prefix=True)
            yield Is(field=field, value=value)
    yield from (Is(field=field, value=value) for field, values in CHOICES.items() for value in values)
    yield from (during(field, date) for field in DATED for date in DATES)


def _some_rows(count: int) -> list[Row]:
    """Return rows that hold each word, account and time often, and next to each other."""
    pick = random.Random(1)  # noqa: S311  # the same rows each time
    return [
        {
            "kind": pick.choice(list(Kind)),
            "verdict": pick.choice(list(Verdict)),
            "text": pick.choice([" ", "; "]).join(pick.choices(WORDS, k=pick.randint(0, 5))),
            "sender": pick.choice([None, *ACCOUNTS]),
            "recipients": pick.sample(ACCOUNTS, pick.randint(0, 2)),
            "conversation": pick.choice([None, *ROOMS]),
            "time": pick.choice(TIMES),
            "exhibit": pick.choice(EXHIBITS),
            "relation": pick.choice([None, *Relation]),
            "media": pick.choice([None, Media(name="Old boots").to_json()]),
        }
        for _ in range(count)
    ]


def test_every_condition_alone_finds_what_reading_finds(tmp_path: Path) -> None:
    rows = _some_rows(120)
    view = Shelf(tmp_path, [rows[:70], rows[70:]], EVERYTHING)
    hits = 0
    for condition in _every_condition():
        for query in (condition, And(parts=(Not(part=condition), Is(field="has", value="media")))):
            expected = found(rows, query, EVERYTHING)
            numbers = search(view, query, order=Order.OLDEST, limit=400, columns=["number"]).rows.column("number")
            assert sorted(numbers.to_pylist()) == expected, query_text(query)
            hits += bool(expected)
    assert hits > 800


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_in_scope_shows_what_it_sent_and_what_it_was_sent(tmp_path: Path, account: str) -> None:
    rows = _some_rows(100)
    for rooms in (None, frozenset(ROOMS[:2])):
        scope = Scope(accounts=frozenset({account}), rooms=rooms, start=None, end=None)
        everything = parse(f"in:* OR NOT in:* OR {' OR '.join(f'kind:{kind}' for kind in Kind)}")
        numbers = search(Shelf(tmp_path / str(rooms is None), [rows], scope), everything, limit=100).rows.column(
            "number"
        )
        assert sorted(numbers.to_pylist()) == found(rows, everything, scope) != []


def _message(text: str, time: int = 0, **more: object) -> Row:
    return {"kind": "text", "verdict": "clear", "text": text, "time": time, **more}


@pytest.mark.parametrize("word", ["tea", "harbourmaster", "abcdefgh" * 5, "мой", "한국어"])
def test_a_word_is_found_with_an_edit_however_long_it_is(tmp_path: Path, word: str) -> None:
    texts = [
        word, f"{word}q", f"q{word}", word[1:], word[:-1], f"é{word[1:]}", f"{word[1::-1]}{word[2:]}", f"qq{word}",
        f"{word}  😀😀", "中国人 and tea", "q", "qq",
    ]  # fmt: skip
    rows = [_message(text, at) for at, text in enumerate(texts)]
    query = parse(f"{word}~1")
    numbers = search(Shelf(tmp_path, [rows], EVERYTHING), query, order=Order.OLDEST).rows.column("number")
    assert numbers.to_pylist() == found(rows, query, EVERYTHING) != []


@pytest.mark.parametrize("order", Order)
def test_pages_hold_while_a_release_is_appended(tmp_path: Path, order: Order) -> None:
    view = Shelf(tmp_path, [[_message("x", time) for time in range(10)]], EVERYTHING)
    first = search(view, parse("x"), order=order, limit=4)
    view.add([_message("x", time) for time in range(5)])
    rest = [
        number
        for page in _go_on(view, parse("x"), order, first)
        for number in page.rows.column("number").to_pylist()
        if number < 10
    ]
    assert sorted(first.rows.column("number").to_pylist() + rest) == list(range(10))


def _go_on(view: Shelf, query: Node, order: Order, page: Page) -> Iterator[Page]:
    while page.cursor is not None:
        page = search(view, query, order=order, limit=4, after=page.cursor)
        yield page


def test_records_of_one_moment_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    view = Shelf(tmp_path, [[_message("x", 5)] * 3, [_message("x", 5), _message("x", 4)]], EVERYTHING)
    newest = [page.rows.column("number")[0].as_py() for page in _pages(view, parse("x"), Order.NEWEST, 1)]
    assert newest == [3, 2, 1, 0, 4]
    oldest = [page.rows.column("number")[0].as_py() for page in _pages(view, parse("x"), Order.OLDEST, 1)]
    assert oldest == newest[::-1]


def test_relevance_puts_the_text_that_is_about_it_first(tmp_path: Path) -> None:
    texts = ["boat " + "and other words " * 10, "boat boat", "no", "the boat leaves at nine"]
    view = Shelf(tmp_path, [[_message(text) for text in texts], [_message("x")]], EVERYTHING)
    page = search(view, parse("boat kind:text in:* OR boat"), order=Order.RELEVANCE)
    assert page.rows.column("text").to_pylist()[0] == "boat boat"
    assert page.rows.column("text").to_pylist()[-1].startswith("boat and")


def test_relevance_without_words_is_newest_first(tmp_path: Path) -> None:
    view = Shelf(tmp_path, [[_message("x", 1), _message("y", 2)]], EVERYTHING)
    page = search(view, parse("kind:text"), order=Order.RELEVANCE, limit=1)
    assert page.rows.column("text").to_pylist() == ["y"]
    assert search(view, parse("kind:text"), order=Order.RELEVANCE, limit=1, after=page.cursor).cursor is None


def test_words_are_marked_in_the_original_text(tmp_path: Path) -> None:
    view = Shelf(tmp_path, [[_message("Le CAFÉ, puis le port"), {"kind": "sealed", "verdict": "no_key"}]], EVERYTHING)
    page = search(view, parse("(cafe OR verdict:no_key) -bar NOT NOT (port OR verdict:locked)"), columns=["number"])
    assert page.highlights == ((), ((3, 7), (17, 21)))
    assert page.rows.column_names == ["number"]


def test_a_phrase_that_goes_on_is_found_however_many_words_do(tmp_path: Path) -> None:
    rows = [_message(f"the a{number}") for number in range(17_000)] + [_message("the a"), _message("a1 the")]
    view = Shelf(tmp_path, [rows], EVERYTHING)
    assert count(view, parse('"the a"*')).total == 17_001
    assert count(view, parse('"the a1"*')).total == sum(str(number).startswith("1") for number in range(17_000))


def test_every_time_of_a_day_counts_in_it(tmp_path: Path) -> None:
    last = 86_400_000 - 1
    view = Shelf(tmp_path, [[_message("x", at) for at in (0, last, last + 1, -1)]], EVERYTHING)
    days = histogram(view, parse(""))
    assert [(each.day, each.count) for each in days] == [("1969-12-31", 1), ("1970-01-01", 2), ("1970-01-02", 1)]


def test_an_hour_that_happens_twice_is_counted_twice(tmp_path: Path) -> None:
    first, second = 1_635_640_200_000, 1_635_643_800_000
    view = Shelf(tmp_path, [[_message("x", first), _message("x", second), _message("x", second)]], EVERYTHING)
    hours = histogram(view, parse(""), interval=Interval.HOUR, zone=ZoneInfo("Europe/Brussels"))
    assert [(each.day, each.count) for each in hours] == [
        ("2021-10-31T02:00+02:00", 1),
        ("2021-10-31T02:00+01:00", 2),
    ]


def test_a_view_without_segments_is_an_empty_result(tmp_path: Path) -> None:
    view = Shelf(tmp_path, [], EVERYTHING)
    page = search(view, parse("x"))
    assert (page.rows.num_rows, page.total, page.locked, page.cursor) == (0, 0, 0, None)
    assert histogram(view, parse("")) == []
    assert facets(view, parse(""), "kind") == []


def test_nothing_in_scope_is_an_empty_result(tmp_path: Path) -> None:
    view = Shelf(tmp_path, [[_message("x", sender="@a", conversation="!r")]], EVERYTHING)
    nothing = Scope(accounts=frozenset(), rooms=None, start=None, end=None)
    assert count(view, parse("x")).total == 1
    assert count(view.under(nothing), parse("x")).total == 0
    assert facets(view.under(nothing), parse(""), "sender") == []


def test_many_accounts_in_scope_are_one_condition(tmp_path: Path) -> None:
    rows = [_message("x", sender=f"@{number}", recipients=[f"@{number + 1}"]) for number in range(500)]
    accounts = frozenset(f"@{number}" for number in range(0, 500, 7))
    view = Shelf(tmp_path, [rows], Scope(accounts=accounts, rooms=None, start=None, end=None))
    expected = [n for n in range(500) if f"@{n}" in accounts or f"@{n + 1}" in accounts]
    assert count(view, parse("x")).total == len(expected)


@pytest.mark.parametrize("cursor", ["", "x", "é", "bm9uc2Vuc2U=", "W10=", "WzEsMiwzLDRd"])
def test_a_damaged_cursor_is_refused(tmp_path: Path, cursor: str) -> None:
    view = Shelf(tmp_path, [[_message("x")]], EVERYTHING)
    with pytest.raises(CallerError, match="does not belong"):
        search(view, parse("x"), after=cursor)


def test_a_cursor_of_another_query_is_refused(tmp_path: Path) -> None:
    view = Shelf(tmp_path, [[_message("x y")] * 3], EVERYTHING)
    cursor = search(view, parse("x"), limit=1).cursor
    for query, order in (("y", Order.NEWEST), ("x", Order.OLDEST)):
        with pytest.raises(CallerError, match="does not belong"):
            search(view, parse(query), order=order, after=cursor)


def test_a_cursor_whose_segment_is_gone_is_refused(tmp_path: Path) -> None:
    view = Shelf(tmp_path, [[_message("x")] * 3], EVERYTHING)
    cursor = search(view, parse("x"), limit=1).cursor
    other = Shelf(tmp_path / "other", [], EVERYTHING)
    with pytest.raises(ConflictError, match="has changed"):
        search(other, parse("x"), after=cursor)


def test_a_page_without_hits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="at least one"):
        search(Shelf(tmp_path, [], EVERYTHING), parse("x"), limit=0)


def test_an_unknown_facet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="nothing to count by"):
        facets(Shelf(tmp_path, [], EVERYTHING), parse("x"), "colour")


def test_an_index_that_cannot_be_searched_is_named(tmp_path: Path) -> None:
    view = Shelf(tmp_path, [[_message("x")]], EVERYTHING)
    foreign = tantivy.Index(tantivy.SchemaBuilder().add_text_field("other").build())
    object.__setattr__(view.segments[0], "index", foreign)
    with pytest.raises(InternalError, match="segment s0"):
        count(view, parse("x"))


def test_pages_are_in_order_of_time_across_segments(tmp_path: Path) -> None:
    parts = [[_message("x", time) for time in range(start, 300, 3)] for start in range(3)]
    view = Shelf(tmp_path, parts, EVERYTHING)
    times = [
        time for page in _pages(view, parse("x"), Order.NEWEST, 7) for time in page.rows.column("time").to_pylist()
    ]
    assert all(one > other for one, other in pairwise(times))
    assert len(times) == 300
