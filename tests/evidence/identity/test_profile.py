"""The profile of an account equals what a slow reference finds that reads every row in scope, under any scope."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.test_conversation import view_of
from store.test_release import Shelf
from underseal.core.records import LOCKED, MESSAGE_KINDS
from underseal.evidence.authority import EVERYTHING, Scope, in_scope
from underseal.evidence.identity import Eyes, Profile, State, profile_of, queries_of_hour
from underseal.evidence.identity.activity import DRAWS, MIN_DAYS, MIN_MESSAGES, estimate, hours_of
from underseal.evidence.identity.languages import language_of
from underseal.evidence.identity.together import WINDOW
from underseal.evidence.search import parse, search
from underseal.evidence.store import Directory, View

Row = Mapping[str, Any]

ACCOUNTS = ["@ann:h", "@ben:h", "@eve:h", "two words"]
ROOMS = ["!x", "!y", "!z"]
BASE = 1_616_889_600_000
"""2021-03-28T00:00:00Z: clocks go forward in Brussels an hour later."""

TIMES = st.integers(BASE, BASE + 3 * 3_600_000) | st.integers(BASE - 40 * 86_400_000, BASE + 40 * 86_400_000)

rows: st.SearchStrategy[list[dict[str, object]]] = st.lists(
    st.fixed_dictionaries(
        {
            "exhibit": st.just("BR-1"),
            "unit": st.just("row"),
            "row": st.integers(1, 10**6),
            "event": st.sampled_from([None, "$a", "$b", "$c"]),
            "conversation": st.sampled_from([None, *ROOMS]),
            "sender": st.sampled_from([None, *ACCOUNTS]),
            "device": st.sampled_from([None, "PHONE", "TABLET"]),
            "recipients": st.none() | st.lists(st.sampled_from(ACCOUNTS), max_size=3, unique=True),
            "time": TIMES,
            "clock": st.just("homeserver"),
            "uncertainty": st.just(0),
            "kind": st.sampled_from(["text", "text", "picture", "membership", "sealed", "reaction"]),
            "target": st.sampled_from([None, None, "@ann:h", "@ben:h"]),
            "text": st.sampled_from(
                [None, "Ann", "dat is niet wat ik wil", "what are you doing there", "привет как дела"]
            ),
            "verdict": st.sampled_from(["clear", "opened", "no_key"]),
        }
    ),
    min_size=1,
    max_size=40,
)
edges = st.none() | st.none() | TIMES
scopes = st.builds(
    Scope,
    accounts=st.none() | st.frozensets(st.sampled_from(ACCOUNTS), min_size=1, max_size=2),
    rooms=st.none() | st.frozensets(st.sampled_from(ROOMS), min_size=1),
    start=edges,
    end=edges,
)


def rows_in(view: View, scope: Scope) -> list[Row]:
    """Read every row one by one, and keep those in scope."""
    return [
        row
        for row in view.records(range(view.release.size)).to_pylist()
        if in_scope(
            scope,
            sender=row["sender"],
            recipients=row["recipients"] or [],
            conversation=row["conversation"],
            time=row["time"],
        )
    ]


def is_message(row: Row) -> bool:
    return row["kind"] in MESSAGE_KINDS and row["copy_of"] is None


def near(own: int, others: Sequence[int]) -> bool:
    return any(abs(own - other) <= WINDOW for other in others)


def compare(profile: Profile, inside: Sequence[Row], account: str, zone: ZoneInfo) -> None:
    messages = [row for row in inside if is_message(row)]
    sent = [row for row in messages if row["sender"] == account]
    got = [row for row in messages if account in (row["recipients"] or [])]
    compare_times(profile, sent, got, zone)
    compare_contacts(profile, messages, sent, got, account)
    compare_company(profile, messages, sent, {row["conversation"] for row in (*sent, *got)} - {None}, account)
    compare_names(profile, inside, account)
    compare_languages(profile, sent)


def compare_times(profile: Profile, sent: Sequence[Row], got: Sequence[Row], zone: ZoneInfo) -> None:
    for counted, expected in ((profile.sent, sent), (profile.received, got)):
        times = [row["time"] for row in expected]
        locked = sum(row["verdict"] in {verdict.value for verdict in LOCKED} for row in expected)
        assert (counted.count, counted.locked) == (len(expected), locked)
        assert (counted.first, counted.last) == (min(times, default=None), max(times, default=None))

    local = [datetime.fromtimestamp(row["time"] / 1000, zone) for row in sent]
    assert {day.day: day.count for day in profile.days} == Counter(moment.date().isoformat() for moment in local)
    by_hour = Counter(moment.hour for moment in local)
    days = defaultdict(set)
    for moment in local:
        days[moment.hour].add(moment.date())
    assert [(h.hour, h.count, h.days) for h in profile.hours] == [(h, by_hour[h], len(days[h])) for h in range(24)]


def compare_contacts(
    profile: Profile, messages: Sequence[Row], sent: Sequence[Row], got: Sequence[Row], account: str
) -> None:
    company = profile.company
    to = Counter(other for row in sent for other in set(row["recipients"] or []) - {account})
    of = Counter(row["sender"] for row in got if row["sender"] not in {None, account})
    assert {c.account: (c.sent, c.received) for c in company.contacts} == {n: (to[n], of[n]) for n in to | of}
    assert company.contact_count == len(to | of)
    for contact in company.contacts:
        pair = [
            row["time"]
            for row in messages
            if (row["sender"] == account and contact.account in (row["recipients"] or []))
            or (row["sender"] == contact.account and account in (row["recipients"] or []))
        ]
        told = contact.counted
        assert (told.count, told.first, told.last) == (len(pair), min(pair), max(pair))


def compare_company(
    profile: Profile, messages: Sequence[Row], sent: Sequence[Row], rooms: set[str], account: str
) -> None:
    company = profile.company
    assert {place.conversation for place in company.places} == rooms
    together: Counter[str] = Counter()
    for room in rooms:
        theirs = defaultdict(list)
        for row in messages:
            if row["conversation"] == room and row["sender"]:
                theirs[row["sender"]].append(row["time"])
        own = theirs.pop(account, [])
        together.update({other: sum(near(time, times) for time in own) for other, times in theirs.items()})
    assert {other.account: other.messages for other in company.copresence} == dict(+together)
    devices = Counter(row["device"] for row in sent if row["device"] and row["conversation"])
    assert {device.device: device.messages for device in company.devices} == devices


def compare_names(profile: Profile, inside: Sequence[Row], account: str) -> None:
    named = defaultdict(set)
    for row in inside:
        naming = row["kind"] == "membership" and row["text"] and row["copy_of"] is None
        if naming and (row["target"] or row["sender"]) == account:
            named[row["text"], row["sender"] or "", row["conversation"] or ""].add(row["number"])
    told_names = {(n.name, n.by, n.conversation): set(n.records) for n in profile.nicknames}
    assert told_names == named


def compare_languages(profile: Profile, sent: Sequence[Row]) -> None:
    texts = {row["number"]: language_of(row["text"]) for row in sent if row["kind"] == "text" and row["text"]}
    readable = {number for number, row in ((r["number"], r) for r in sent) if row["verdict"] != "no_key"}
    expected_languages = defaultdict(list)
    for number, language in sorted(texts.items()):
        if number in readable:
            expected_languages[language].append(number)
    assert {s.language: list(s.records) for s in profile.languages.spoken} == expected_languages
    assert profile.languages.of == len(sent)


@settings(max_examples=25, deadline=None)
@given(
    parts=st.lists(rows, min_size=1, max_size=2),
    wanted=st.lists(scopes, min_size=1, max_size=3),
    zone=st.sampled_from([ZoneInfo("Europe/Brussels"), ZoneInfo("UTC"), ZoneInfo("America/New_York")]),
)
def test_a_profile_is_that_of_the_rows_in_scope(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[list[dict[str, object]]],
    wanted: list[Scope],
    zone: ZoneInfo,
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for part in parts:
        shelf.publish(part)
    whole = view_of(shelf)
    for scope in [EVERYTHING, *wanted]:
        view, inside = view_of(shelf, scope), rows_in(whole, scope)
        named = {row["sender"] for row in inside} | {name for row in inside for name in row["recipients"] or []}
        at_once = Eyes(view, State())
        at_once._look_at({*ACCOUNTS, *(f"@none{number}" for number in range(300))})
        assert at_once._accounts.items() >= {(account, account in named) for account in ACCOUNTS}
        for account in ACCOUNTS:
            assert Eyes(view, State()).knows(account) == (account in named)
            if account in named:
                compare(profile_of(view, Directory(view), account, zone=zone), inside, account, zone)


@settings(max_examples=15, deadline=None)
@given(part=rows, zone=st.sampled_from([ZoneInfo("Europe/Brussels"), ZoneInfo("America/New_York")]))
def test_every_statement_leads_to_its_messages(
    tmp_path_factory: pytest.TempPathFactory, part: list[dict[str, object]], zone: ZoneInfo
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    shelf.publish(part)
    view = view_of(shelf)
    for account in ACCOUNTS:
        profile = profile_of(view, Directory(view), account, zone=zone)
        pairs = [profile.sent, profile.received, *(contact.counted for contact in profile.company.contacts)]
        for counted in (*pairs, *(place.counted for place in profile.company.places)):
            assert search(view, parse(counted.query, zone=zone), limit=1).total == counted.count
        for hour in profile.hours:
            found: list[int] = []
            for query in queries_of_hour(view, account, hour.hour, zone):
                assert len(query) < 4000
                found += search(view, parse(query, zone=zone), limit=500).rows.column("number").to_pylist()
            assert (len(found), len(set(found))) == (hour.count, hour.count)


def test_a_place_in_scope_says_nothing_of_one_outside(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    said = {
        "exhibit": "B",
        "unit": "row",
        "kind": "text",
        "verdict": "clear",
        "text": "x",
        "sender": "@ann:h",
        "recipients": [],
    }
    shelf.publish([{**said, "time": BASE, "conversation": "!x"}, {**said, "time": BASE + 1, "conversation": "!y"}])
    view = view_of(shelf, replace(EVERYTHING, rooms=frozenset({"!x"})))
    profile = profile_of(view, Directory(view), "@ann:h", zone=ZoneInfo("UTC"))
    assert (profile.sent.count, [place.conversation for place in profile.company.places]) == (1, ["!x"])


# --- the time zone ----------------------------------------------------------------------------------------------------


def days(offset: float, *, count: int = 60, seed: int = 1) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Days of somebody who lives by a clock that is `offset` hours ahead of UTC, and sleeps from 0:15 to 8:15."""
    random = np.random.default_rng(seed)
    made = np.zeros((count, 24), dtype=bool)
    for row in made:
        for local in random.uniform(8.5, 24, 12):
            row[int((local - offset) % 24)] = True
    return made


@pytest.mark.parametrize("offset", [-11, -8, -5, -3.5, 0, 1, 2, 5.75, 9, 12])
def test_somebody_who_sleeps_at_night_is_found_within_the_uncertainty(offset: float) -> None:
    found = estimate(days(offset), messages=720)
    assert found.offset is not None
    assert found.uncertainty is not None
    away = abs((found.offset / 60 - offset + 12) % 24 - 12)
    assert away <= found.uncertainty / 60 <= 6
    assert found.offset % 30 == 0
    assert -12 * 60 < found.offset <= 12 * 60


@settings(max_examples=10, deadline=None)
@given(part=rows)
def test_the_estimate_does_not_depend_on_the_zone_of_the_page(
    tmp_path_factory: pytest.TempPathFactory, part: list[dict[str, object]]
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    shelf.publish(part)
    zones = ("UTC", "Europe/Brussels", "America/St_Johns", "Asia/Kathmandu")
    found = [hours_of(view_of(shelf), "@ann:h", ZoneInfo(zone)) for zone in zones]
    assert len({(estimate.messages, estimate.days, estimate.words) for _, estimate in found}) == 1
    assert len({sum(hour.count for hour in hours) for hours, _ in found}) == 1


def test_too_little_is_said_to_be_too_little() -> None:
    for found in (estimate(days(2, count=MIN_DAYS - 1), messages=5000), estimate(days(2), messages=MIN_MESSAGES - 1)):
        assert found.offset is None
        assert found.words.startswith("Too little")
    assert estimate(days(2, count=MIN_DAYS), messages=MIN_MESSAGES).offset is not None
    assert estimate(days(2)[:0], messages=0).offset is None


def test_who_never_rests_has_no_zone() -> None:
    found = estimate(np.ones((60, 24), dtype=bool), messages=9000)
    assert found.offset is None
    assert "stand out" in found.words
    shifts = np.concatenate([days(0), days(12)])
    assert estimate(shifts, messages=9000).offset is None


def test_a_burst_weighs_no_more_than_a_message() -> None:
    once = estimate(days(3), messages=720)
    assert estimate(days(3), messages=90_000).offset == once.offset


@given(st.integers(-11, 12))
def test_the_estimate_moves_with_the_clock(hours: int) -> None:
    first, moved = estimate(days(0), messages=720), estimate(np.roll(days(0), -hours, axis=1), messages=720)
    assert first.offset is not None
    assert moved.offset is not None
    assert (moved.offset - first.offset - hours * 60) % (24 * 60) == 0
    assert DRAWS > 100


# --- languages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ik weet niet wat hij wil", "nl"),
        ("I don't know what you want", "en"),
        ("je ne sais pas où il est", "fr"),
        ("ich weiß nicht was du willst", "de"),
        ("no sé qué quiere pero está bien", "es"),
        ("Завтра не приду", "ru"),
        ("这是我的船", "zh"),
        ("これは船です", "ja"),
        ("이것은 배입니다", "ko"),
        ("أنا في البيت", "ar"),
        ("ok", ""),
        ("港口", ""),
        ("👍", ""),
        ("", ""),
    ],
)
def test_a_language_is_told_or_not_determined(text: str, language: str) -> None:
    assert language_of(text) == language


def test_utc_is_utc() -> None:
    assert datetime.fromtimestamp(BASE / 1000, UTC).isoformat() == "2021-03-28T00:00:00+00:00"
