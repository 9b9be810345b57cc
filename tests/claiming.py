"""Random acts on attributions, of the shape that people make."""

from hypothesis import strategies as st

from underseal.core.verify.attribution import (
    Circle,
    Claim,
    Document,
    Grade,
    Interval,
    Item,
    Location,
    Merge,
    Message,
    Parting,
    Person,
    Polygon,
    Statement,
    Withdrawal,
)
from underseal.core.verify.attribution.items import DEGREE

TIMES = st.integers(-62_135_596_800_000, 253_402_300_799_999)
"""Milliseconds within the years 1 to 9999."""

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ACCOUNTS = ["@ann:harbour", "@ben:harbour", "港"]


def spans(times: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: (min(pair), max(pair)))


messages = st.builds(
    Message,
    record=st.integers(0, 10**6),
    release=st.integers(1, 9),
    leaf=st.binary(min_size=32, max_size=32),
    words=words,
)
documents = st.builds(
    Document, sha256=st.binary(min_size=32, max_size=32), name=texts, page=st.none() | st.integers(1, 9), words=words
)
positions = st.tuples(st.integers(-180 * DEGREE, 180 * DEGREE), st.integers(-90 * DEGREE, 90 * DEGREE))
circles = st.builds(
    lambda position, radius: Circle(longitude=position[0], latitude=position[1], radius=radius),
    positions,
    st.integers(1, 10**6),
)
triangles = st.builds(
    lambda x, y, width, height: Polygon(ring=((x, y), (x + width, y), (x, y + height), (x, y))),
    st.integers(-170 * DEGREE, 170 * DEGREE),
    st.integers(-80 * DEGREE, 80 * DEGREE),
    st.integers(1, DEGREE),
    st.integers(1, DEGREE),
)
locations = st.builds(
    lambda span, area, source, said: Location(start=span[0], end=span[1], area=area, source=source, words=said),
    spans(TIMES),
    circles | triangles,
    texts,
    words,
)
items: st.SearchStrategy[Item] = messages | documents | locations | st.builds(Statement, words=texts)
intervals = st.builds(
    lambda span, open_start, open_end, zone: Interval(
        start=None if open_start else span[0], end=None if open_end else span[1], zone=zone
    ),
    spans(TIMES),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["UTC", "Europe/Brussels", "Asia/Kathmandu"]),
)
persons = st.builds(
    Person,
    id=st.integers(1, 5).map(lambda number: f"P{number}"),
    name=texts,
    born=st.none() | st.dates().map(lambda day: day.isoformat()),
)
_ids = st.integers(1, 12)
_signed = {"author": texts, "time": TIMES, "authority": texts}
claims = st.builds(
    Claim,
    id=_ids.map(lambda number: f"A{number}"),
    account=st.sampled_from(ACCOUNTS),
    person=persons,
    interval=intervals,
    grade=st.sampled_from(Grade),
    supporting=st.lists(items, min_size=1, max_size=3).map(tuple),
    opposing=st.lists(items, max_size=2).map(tuple),
    supersedes=st.none() | _ids.map(lambda number: f"A{number}"),
    **_signed,
)
withdrawals = st.builds(Withdrawal, claim=_ids.map(lambda number: f"A{number}"), reason=texts, **_signed)
merges = st.builds(
    lambda pair, id_, reason, author, time, authority: Merge(
        id=f"M{id_}",
        kept=f"P{pair[0]}",
        absorbed=f"P{pair[1]}",
        reason=reason,
        author=author,
        time=time,
        authority=authority,
    ),
    st.tuples(st.integers(1, 5), st.integers(1, 5)).filter(lambda pair: pair[0] != pair[1]),
    st.integers(1, 5),
    texts,
    *_signed.values(),
)
partings = st.builds(Parting, merge=st.integers(1, 5).map(lambda number: f"M{number}"), reason=texts, **_signed)
acts = claims | claims | withdrawals | merges | partings
