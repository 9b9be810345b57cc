"""Every route of the description for every role and standing; a route that is added is in here by itself.

What is to come is said by rules of this file alone, from the authority's and the dossier's point of view, never by the code
that is tested.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

import httpx
import pytest

from entered import state_of
from underseal.evidence.server.packs import Owner

from .asked import NOTHING, ROUTES, Route, Things, detail
from .furnished import EXPIRED, NAMES, NARROW, Furnished, furnished, grant_all
from .serving_room import NUMBER, Browser, Served, acts, add_users

ALONE: Final = ""
"""The one person of a workspace without named users."""

ASKING: Final = ("ines", "fatma", "maud", "paul", "anna")
"""One of each role."""

READERS: Final = {ALONE, "ines", "fatma", "maud", "paul"}
WRITERS: Final = {ALONE, "ines", "maud", "paul"}

MAY: Final[tuple[tuple[str, set[str]], ...]] = (
    ("GET /api/users", {ALONE, "anna"}),
    ("POST /api/users", {ALONE, "anna"}),
    ("GET /api/audit", {ALONE, "maud", "anna"}),
    ("POST /api/audit", {ALONE, "maud", "anna"}),
    ("GET /api/releases", {ALONE, *ASKING}),
    ("POST /api/releases", {ALONE, *ASKING}),
    ("GET /api/session", {ALONE, *ASKING}),
    ("POST /api/logout", {ALONE, *ASKING}),
    ("POST /api/password", {ALONE, *ASKING}),
    ("POST /api/attributions", {ALONE, "ines"}),
    ("GET /api/attributions/{attribution}/proof", WRITERS),
    ("POST /api/persons", {ALONE, "ines"}),
    ("GET /api/records/{number}/proof", WRITERS),
    ("POST /api/records/{number}/prove", WRITERS),
    ("POST /api/dossiers/{dossier}/codings", READERS),
    ("POST /api/dossiers/{dossier}/threats", READERS),
    ("POST /api/dossiers/{dossier}/disclosure/pack", {ALONE, "maud", "paul"}),
    ("POST /api/dossiers", WRITERS),
    ("PUT /api/dossiers", WRITERS),
    ("POST /api/exclusions", WRITERS),
    ("POST /api/held-packages", WRITERS),
    ("POST /api/offers", WRITERS),
    ("POST /api/privilege/suspect", READERS),
    ("POST /api/privilege/declarations/{number}", {"fatma"}),
    ("POST /api/privilege/declarations", {ALONE, "ines", "fatma"}),
    ("POST /api/privilege/rules/run", {ALONE, "ines", "fatma"}),
    ("GET /api/privilege/de", {"fatma"}),
    ("POST /api/privilege", {"fatma"}),
    ("", READERS),
)
"""Who may ask what, said a second time; the first beginning that fits holds."""

NO_EVIDENCE: Final = {
    "/api/audit", "/api/audit/export", "/api/audit/verify", "/api/conversations/{id}/position", "/api/logout",
    "/api/password", "/api/privilege/rules", "/api/privilege/rules/run",
    "/api/releases", "/api/releases/diff", "/api/releases/{number}", "/api/releases/{number}/verify", "/api/session",
    "/api/users", "/api/users/{name}/disable", "/api/users/{name}/enable", "/api/users/{name}/password",
}  # fmt: skip
"""Routes that show nothing of what a message says or who sent it. A new route is evidence unless it is added here."""

OF_EVIDENCE: Final = {
    "accounts", "attributions", "absorbed", "codings", "conversations", "items", "media", "merges", "persons",
    "records", "suspects",
}  # fmt: skip
"""Things that stand on messages: who may not see those does not know of them."""

OF_MEMBERS: Final = {"dossiers", "offers"}
"""Things of which only those know who are let in."""

LAST: Final = (
    "/disclosure/pack", "/pack/file", "/pack/discard", "/recall", "/notice", "/confirm",
    "/remove", "/withdraw", "/part", "/release", "/reject", "/disable", "/accept", "/refuse", "/api/password", "/logout",
)  # fmt: skip
"""Ends of addresses that are asked last, in this order: each needs what the one before did, or takes away what others need."""

NOT_NOW: Final = {
    ("all", "GET /api/releases/diff"): 404,  # there is one release only
    ("all", "POST /api/dossiers/{dossier}/close"): 409,  # those who are in it lack attributions
    ("all", "POST /api/dossiers/{dossier}/reopen"): 409,  # it is open
    ("all", "POST /api/attributions/{attribution}/withdraw"): 409,  # it was superseded
    ("all", "POST /api/dossiers/{dossier}/disclosure/pack/discard"): 404,  # it was fetched
    ("all", "POST /api/offers/{dossier}/refuse"): 409,  # it was accepted
    ("all", "POST /api/held-packages/consents"): 404,  # no partner sent a package, here and in the next two
    ("all", "POST /api/held-packages/recalls"): 404,
    ("all", "GET /api/held-packages/confirmation"): 404,
    ("fatma", "GET /api/dossiers/{dossier}/packages/{package}/notice"): 409,  # who asked for its recall may not
    (ALONE, "POST /api/dossiers/{dossier}/members"): 404,  # there are no users
    (ALONE, "POST /api/dossiers/{dossier}/members/remove"): 400,
    (ALONE, "POST /api/users"): 400,  # the first has to be an administrator
    (ALONE, "POST /api/users/{name}/disable"): 404,
    (ALONE, "POST /api/users/{name}/enable"): 404,
    (ALONE, "POST /api/users/{name}/password"): 404,
    (ALONE, "POST /api/password"): 404,
}
"""What cannot be done here by whoever may, and its status."""

NOTHING_IN: Final = {
    "GET /api/conversations/{id}/density": 200,
    "GET /api/dossiers/{dossier}/lines": 200,
    "GET /api/exclusions/preview": 200,
}
"""What is answered with nothing, where there is nothing of that name."""


class Standing(StrEnum):
    """From where somebody asks."""

    INSIDE = "inside"
    OUTSIDE = "outside the dossier"
    NARROW = "outside the authority's scope"
    EXPIRED = "under an authority that has ended"
    SEALED = "of what is quarantined"


class Outcome(StrEnum):
    """What is to come of it."""

    DONE = "done"
    REFUSED = "refused"
    HIDDEN = "as if it were not there"


def may(name: str, route: Route) -> bool:
    return name in next(names for start, names in MAY if route.label.startswith(start))


def expected(name: str, route: Route, standing: Standing) -> Outcome:
    looked_up = (
        route.label == "PUT /api/dossiers/{dossier}/documents" and standing is Standing.OUTSIDE and name == "fatma"
    )
    if (not may(name, route) and not looked_up) or (route.evidence and standing is Standing.EXPIRED):
        return Outcome.REFUSED
    hidden = {
        Standing.OUTSIDE: bool(route.things & OF_MEMBERS),
        Standing.NARROW: bool(route.things & OF_EVIDENCE),
        Standing.SEALED: name != "fatma" and bool(route.things & OF_EVIDENCE),
    }
    return Outcome.HIDDEN if route.evidence and hidden.get(standing) else Outcome.DONE


def things_of(house: Furnished, name: str, standing: Standing) -> Things:
    own = house.own[name]
    added = {Standing.OUTSIDE: house.hidden, Standing.SEALED: house.sealed}.get(standing, {})
    return {**own, **added}


def browser_of(house: Furnished, name: str, standing: Standing) -> Browser:
    authority = {Standing.NARROW: NARROW, Standing.EXPIRED: EXPIRED}.get(standing, NUMBER)
    return replace(house.browsers[name], authority=authority)


def in_turn() -> list[Route]:
    """Return the routes: those that read, that write, and that take away."""

    def turn(route: Route) -> tuple[int, bool]:
        ends = [number for number, end in enumerate(LAST, 1) if route.path.endswith(end)]
        return max(ends, default=0), route.method != "GET"

    return sorted(ROUTES, key=turn)


def told(response: httpx.Response, asked: Collection[str]) -> tuple[int, str, Mapping[str, str]]:
    """Return all that an answer tells, without the names that were asked for, and accounts that are written alike."""
    text = response.text
    for name in sorted(asked, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    headers = {key: value for key, value in response.headers.items() if key not in ("date", "content-length")}
    return response.status_code, re.sub(r"@\w{6}:harbour\.example", "…", text), headers


def asked(house: Furnished, name: str, route: Route, browser: Browser, things: Things) -> httpx.Response:
    """Ask; return the answer once what it began has ended: a pack is made, or, after it was fetched, removed."""
    owner = Owner(dossier=things["dossiers"], user=name or house.room.investigation.user, authority=browser.authority)
    before = house.room.packs.find(owner)
    response = route.ask(browser, things)
    if before is not None and before.timer is not None and route.path.endswith("/pack/file") and response.is_success:
        before.timer.join(60)
    pack = house.room.packs.find(owner)
    assert pack is None or pack.ended.wait(60)
    return response


def amiss(house: Furnished, name: str, route: Route, standing: Standing) -> str:
    """Ask, and return what is not as it should be."""
    investigation, browser = house.room.investigation, browser_of(house, name, standing)
    things, size = things_of(house, name, standing), house.room.investigation._audit.size
    response = asked(house, name, route, browser, things)
    match expected(name, route, standing):
        case Outcome.DONE:
            fits = response.status_code == NOT_NOW.get(
                (name, route.label), NOT_NOW.get(("all", route.label), route.success)
            )
        case Outcome.REFUSED:
            entry = investigation._audit.entries(limit=1)[0]
            fits = (
                response.status_code == 403
                and investigation._audit.size > size
                and (entry.act, entry.user) == ("refused", name or investigation.user)
            )
        case Outcome.HIDDEN:
            outside = standing is Standing.OUTSIDE
            named = OF_MEMBERS if outside else OF_EVIDENCE
            missing = {**things, **{kind: NOTHING[kind] for kind in named & route.things}}
            names = {each[kind] for each in (things, missing) for kind in named & route.things}
            other = route.ask(browser, missing)
            unheard = {things[kind] for kind in ("accounts", "conversations", "media")} - set(missing.values())
            fits = (
                told(response, names) == told(other, names)
                and response.status_code == (404 if outside else NOTHING_IN.get(route.label, 404))
                and not any(secret in other.text for secret in unheard)
            )
    return "" if fits else f"{route.label} for {name or 'the one person'}, {standing}: {detail(response)}"


@pytest.fixture(scope="module")
def alone(room: Served) -> Iterator[Furnished]:
    """The sample with one of everything, served to the one person whose workspace it is."""
    grant_all(room)
    with furnished(room, [ALONE]) as house:
        yield house


@pytest.fixture(scope="module")
def office(alone: Furnished) -> Iterator[Furnished]:
    """The same, after users were named: one of each role, and two that the others have to do with."""
    add_users(alone.room.investigation, NAMES)
    with furnished(alone.room, NAMES) as house:
        yield house


def test_every_route_is_in_the_matrix() -> None:
    assert len(ROUTES) >= 130
    assert {route.path for route in ROUTES if not route.evidence} == NO_EVIDENCE
    for route in ROUTES:
        assert any(may(name, route) for name in (ALONE, *ASKING)), route.label


@pytest.mark.parametrize("standing", [Standing.NARROW, Standing.EXPIRED, Standing.SEALED])
def test_the_one_person_is_bound_by_the_authority_and_the_quarantine(alone: Furnished, standing: Standing) -> None:
    expect_nothing_done(alone, ALONE, standing)


def test_the_one_person_does_all_but_what_is_the_filter_teams(alone: Furnished) -> None:
    expect_fitting(alone, ALONE, Standing.INSIDE, in_turn())


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.INSIDE])
def test_who_may_not_changes_nothing_and_learns_nothing(office: Furnished, standing: Standing, name: str) -> None:
    expect_nothing_done(office, name, standing)


def expect_fitting(house: Furnished, name: str, standing: Standing, routes: Iterable[Route]) -> None:
    """Ask, and fail with all that is amiss."""
    found = [words for route in routes if (words := amiss(house, name, route, standing))]
    assert not found, "\n".join(found)


def expect_nothing_done(house: Furnished, name: str, standing: Standing) -> None:
    """Ask for all that is to be refused or hidden."""
    before = state_of(house.room.investigation)
    routes = [route for route in in_turn() if expected(name, route, standing) is not Outcome.DONE]
    expect_fitting(house, name, standing, routes)
    assert state_of(house.room.investigation) == before


def test_lists_tell_nothing_of_what_is_not_to_be_seen(office: Furnished) -> None:
    secret = {office.sealed[kind] for kind in ("accounts", "conversations", "media")}
    secret |= {office.hidden[kind] for kind in OF_MEMBERS}
    lists = [route for route in ROUTES if route.method == "GET" and route.evidence and not route.things]
    assert len(lists) >= 15
    for name in ("ines", "maud", "paul"):
        for route in lists:
            text = route.ask(office.browsers[name], office.own[name]).text
            assert not any(each in text for each in secret), (name, route.label)


@pytest.mark.parametrize("authority", ["", "BR-0000/0", "🏠"])
def test_evidence_is_refused_without_authority(office: Furnished, authority: str) -> None:
    browser = replace(office.browsers["ines"], authority=authority)
    for route in ROUTES if not authority else ROUTES[::9]:
        if route.evidence:
            assert route.ask(browser, office.own["ines"]).status_code == 403, route.label


def test_strangers_learn_nothing_and_stand_in_the_audit_once_a_minute(office: Furnished) -> None:
    before = state_of(office.room.investigation)
    with office.room.browser() as browser:
        cookie = f"underseal-{office.room.investigation.workspace.settings.id.hex[:12]}"
        for token in ("", "x" * 43):
            browser.http.cookies.set(cookie, token)
            browser.csrf = token
            for route in ROUTES:
                response = route.ask(browser, office.own["ines"])
                assert (response.status_code, response.json()["error"]["code"]) == (401, "login"), route.label
    notes = [act for act in acts(office.room.investigation, "refused") if act["reason"] == "login"]
    assert 1 <= len(notes) <= 5
    assert {(act["user"], act["address"]) for act in notes} == {("(nobody)", "127.0.0.1")}
    assert state_of(office.room.investigation) == before


def test_changes_are_refused_without_the_sessions_token(office: Furnished) -> None:
    before = state_of(office.room.investigation)
    forged = replace(office.browsers["ines"], csrf="x")
    for route in ROUTES:
        if route.method != "GET":
            response = route.ask(forged, office.own["ines"])
            assert (response.status_code, response.json()["error"]["code"]) == (403, "forged"), route.label
    assert state_of(office.room.investigation) == before


@pytest.mark.parametrize("name", ASKING)
def test_each_role_does_what_is_its_own_and_nothing_else(office: Furnished, name: str) -> None:
    expect_fitting(office, name, Standing.INSIDE, in_turn())
