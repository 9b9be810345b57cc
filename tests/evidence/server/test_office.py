"""Named users: passwords, throttling, and who runs the house."""

from collections.abc import Callable, Iterator

import pytest

from underseal.core.web.tokens import NAMED as LASTING
from underseal.evidence.authority.door import LOGIN_WINDOW, LOGINS_PER_NAME
from underseal.evidence.casework import Role
from underseal.evidence.investigation import Investigation
from underseal.evidence.server import new_link

from .serving_room import PASSWORD, Browser, Served, acts, served


@pytest.fixture
def anna(office: Served) -> Iterator[Browser]:
    with office.reader("anna") as browser:
        yield browser


def test_a_password_logs_in(office: Served) -> None:
    with office.browser() as browser:
        response = browser.login("ines")
        session = response.json()
        assert (session["user"], session["role"], session["single_user"]) == ("ines", "investigator", False)
        assert [authority["number"] for authority in session["authorities"]] == ["BR-2026/17"]
        assert acts(office.investigation, "login")[0] == {"user": "ines", "role": "investigator", "door": "password"}
        assert browser.get("/api/session").json() == session
    with office.browser() as browser:
        assert browser.login(" Ines ").status_code == 200


def test_an_administrator_is_offered_no_authority(anna: Browser) -> None:
    assert anna.get("/api/session").json()["authorities"] == []


@pytest.mark.parametrize("name", ["ines", "nobody-of-that-name"])
def test_a_wrong_password_says_no_more(office: Served, name: str) -> None:
    with office.browser() as browser:
        response = browser.login(name, "wrong horse battery")
    assert response.status_code == 401
    assert response.json()["error"] == {
        "code": "login",
        "message": "The name or the password is wrong.",
        "hint": "",
        "position": None,
        "length": None,
        "field": "",
    }
    assert "set-cookie" not in response.headers


def test_what_is_typed_as_a_name_is_not_written_down(office: Served) -> None:
    with office.browser() as browser:
        browser.login(PASSWORD)
        browser.login("ines", "wrong horse battery")
    assert [act["user"] for act in acts(office.investigation, "login_failed")[:2]] == ["ines", "(nobody)"]


def test_guessing_a_password_is_throttled(
    own_harbour: Investigation, pass_time: Callable[[int], None], office: Served
) -> None:
    del office  # names the users
    with served(own_harbour) as fresh, fresh.browser() as browser:
        statuses = [browser.login("maud", "wrong horse battery").status_code for _ in range(LOGINS_PER_NAME + 3)]
        assert statuses == [401] * LOGINS_PER_NAME + [429] * 3
        right = browser.login("maud")
        assert right.status_code == 429
        assert right.json()["error"]["code"] == "throttled"
        assert 0 < int(right.headers["retry-after"]) <= LOGIN_WINDOW // 1000
        assert browser.login("ines").status_code == 200, "others still come in"
        pass_time(LOGIN_WINDOW)
        assert browser.login("maud").status_code == 200


def test_coming_in_clears_the_name(own_harbour: Investigation, office: Served) -> None:
    del office
    with served(own_harbour) as fresh, fresh.browser() as browser:
        for _ in range(2):
            for _ in range(LOGINS_PER_NAME // 2 + 1):
                assert browser.login("fatma", "wrong horse battery").status_code == 401
            assert browser.login("fatma").status_code == 200


def test_sessions_of_named_users_end_sooner(office: Served, pass_time: Callable[[int], None]) -> None:
    with office.reader("ines") as browser:
        pass_time(LASTING.idle + 1)
        assert browser.get("/api/session").status_code == 401


def test_a_link_logs_a_named_user_in(office: Served) -> None:
    with office.browser() as browser:
        browser.follow(new_link(office.investigation, office.base, user="ines"))
        assert browser.get("/api/session").json()["user"] == "ines"


def test_an_administrator_adds_and_keeps_out(office: Served, anna: Browser) -> None:
    new = {"name": "zoe", "role": "filter", "password": PASSWORD}
    added = anna.post("/api/users", new)
    assert added.status_code == 201
    assert added.json() | {"created": ""} == {"name": "zoe", "role": "filter", "disabled": False, "created": ""}
    assert acts(office.investigation, "user_added")[0] == {"user": "zoe", "role": "filter"}
    assert anna.post("/api/users", new).status_code == 409
    with office.reader("zoe") as zoe:
        assert anna.post("/api/users/zoe/disable").json()["disabled"] is True
        assert zoe.get("/api/session").status_code == 401
        assert zoe.login("zoe").status_code == 401
        assert anna.post("/api/users/zoe/enable").json()["disabled"] is False
        assert zoe.login("zoe").status_code == 200
        assert anna.post("/api/users/zoe/password", {"password": "another horse battery"}).status_code == 204
        assert zoe.get("/api/session").status_code == 401
        assert zoe.login("zoe", "another horse battery").status_code == 200
    names = {user["name"]: user["role"] for user in anna.get("/api/users").json()}
    assert names["zoe"] == Role.FILTER
    assert "hash" not in anna.get("/api/users").text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "Zoë", "role": "filter", "password": PASSWORD}, 400),
        ({"name": "yan", "role": "king", "password": PASSWORD}, 400),
        ({"name": "yan", "role": "filter", "password": "short"}, 400),
        ({"name": "yan", "role": "filter"}, 400),
        ({"name": "ines", "role": "filter", "password": PASSWORD}, 409),
    ],
)
def test_users_that_cannot_be_are_refused(anna: Browser, body: object, status: int) -> None:
    response = anna.post("/api/users", body)
    assert response.status_code == status
    assert "short" not in response.text


def test_nobody_is_changed_whom_nobody_knows(office: Served, anna: Browser) -> None:
    before = office.investigation._audit.size
    for act, body in (("disable", None), ("enable", None), ("password", {"password": PASSWORD})):
        assert anna.post(f"/api/users/nemo/{act}", body).status_code == 404
    assert office.investigation._audit.size == before


def test_the_last_administrator_stays(anna: Browser) -> None:
    assert anna.post("/api/users/anna/disable").status_code == 409
    assert anna.get("/api/users").status_code == 200


def test_everybody_changes_the_own_password_with_the_old_one_and_goes_on(office: Served) -> None:
    new = "another horse battery"
    with office.reader("ines") as here, office.reader("ines") as elsewhere:
        assert here.post("/api/password", {"old": "wrong horse battery", "new": new}).status_code == 403
        assert here.post("/api/password", {"old": PASSWORD, "new": "short"}).status_code == 400
        assert elsewhere.get("/api/session").status_code == 200
        assert here.post("/api/password", {"old": PASSWORD, "new": new}).status_code == 204
        assert here.get("/api/session").status_code == 200
        assert elsewhere.get("/api/session").status_code == 401
        assert elsewhere.login("ines").status_code == 401
        assert elsewhere.login("ines", new).status_code == 200
    assert acts(office.investigation, "password_changed") == [{"user": "ines"}]


def test_who_finds_the_desk_of_an_administrator_open_does_not_take_it_over(office: Served, anna: Browser) -> None:
    refused = anna.post("/api/users/anna/password", {"password": "another horse battery"})
    assert refused.status_code == 403
    assert refused.json()["error"]["hint"]
    with office.browser() as browser:
        assert browser.login("anna").status_code == 200


def test_a_stolen_session_cannot_guess_the_password(office: Served) -> None:
    with office.reader("maud") as maud:
        body = {"old": "wrong horse battery", "new": "another horse battery"}
        statuses = [maud.post("/api/password", body).status_code for _ in range(LOGINS_PER_NAME + 1)]
        assert statuses == [403] * LOGINS_PER_NAME + [429]
