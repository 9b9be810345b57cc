"""Who comes in, who does not, and when a session ends."""

import httpx
import pytest

from underseal.core.records import Secret
from underseal.core.web.tokens import NAMED, OWN
from underseal.network.licences import Shop
from underseal.network.office.attempts import LOGIN_WINDOW, LOGINS_PER_ADDRESS, LOGINS_PER_NAME
from underseal.network.setup import Network, NetworkSettings

from .counter import ANNA, NORTH, OFFICE, OTHER_PASSWORD, PASSWORD, SOUTH, Browser, Counter, opened


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def test_operators_and_resellers_come_in_by_one_door(office: Counter) -> None:
    for name, part in ((ANNA, "operator"), (NORTH, "reseller"), (f" {ANNA} ", "operator")):
        with office.browser() as browser:
            session = browser.login(name).json()
            assert (session["user"], session["part"]) == (name.strip(), part)
            assert session["network"] == "phone.example.org"
            assert browser.read("/api/session") == session


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(office: Counter) -> None:
    with office.browser() as browser:
        cookie = browser.login(ANNA).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


@pytest.mark.parametrize("name", [ANNA, NORTH, "nobody-of-that-name"])
def test_a_wrong_password_says_no_more(office: Counter, name: str) -> None:
    with office.browser() as browser:
        response = browser.login(name, "wrong horse battery")
        assert "set-cookie" not in response.headers
        assert code_of(response) == (401, "login")
        assert response.json()["error"]["message"] == "The name or the password is wrong."


def test_a_session_that_was_not_used_for_half_an_hour_has_ended(office: Counter) -> None:
    for name in (ANNA, NORTH):
        with office.enter(name) as browser:
            office.clock.pass_time(milliseconds=NAMED.idle)
            assert browser.get("/api/session").status_code == 200
            office.clock.pass_time(milliseconds=NAMED.idle + 1)
            assert code_of(browser.get("/api/session")) == (401, "login")
            office.clock.pass_time(milliseconds=-NAMED.idle)
            assert browser.get("/api/session").status_code == 401, "an ended session stays ended"


def test_no_session_outlives_its_day_however_much_it_is_used(office: Counter, anna: Browser) -> None:
    for _ in range(NAMED.whole // NAMED.idle - 1):
        office.clock.pass_time(milliseconds=NAMED.idle)
        assert anna.get("/api/session").status_code == 200
    office.clock.pass_time(milliseconds=NAMED.idle)
    assert anna.get("/api/session").status_code == 401


def test_logging_out_ends_the_session_on_the_server(office: Counter, anna: Browser) -> None:
    cookies = dict(anna.http.cookies)
    assert anna.post("/api/logout").status_code == 204
    with office.browser() as thief:
        thief.http.cookies.update(cookies)
        assert thief.get("/api/session").status_code == 401


def test_guessing_at_a_name_is_throttled_for_as_long_as_is_said(office: Counter) -> None:
    with office.browser() as browser:
        statuses = [browser.login(NORTH, "wrong horse battery").status_code for _ in range(LOGINS_PER_NAME + 2)]
        assert statuses == [401] * LOGINS_PER_NAME + [429] * 2
        right = browser.login(NORTH.upper())
        assert code_of(right) == (429, "throttled")
        wait = int(right.headers["retry-after"])
        assert 0 < wait <= LOGIN_WINDOW // 1000
        assert browser.login(SOUTH).status_code == 200, "others still come in"
        office.clock.pass_time(seconds=wait)
        assert browser.login(NORTH).status_code == 200


def test_guessing_from_an_address_is_throttled(office: Counter) -> None:
    with office.browser() as browser:
        for number in range(LOGINS_PER_ADDRESS):
            assert browser.http.get("/login", params={"token": f"guess {number}"}).headers["location"] == "/link-used"
        assert browser.login(ANNA).status_code == 429


def test_a_link_opens_once_and_only_where_no_operator_is_named(unnamed: Counter) -> None:
    link = unnamed.link()
    with unnamed.browser() as browser:
        assert browser.follow(link).headers["location"] == "/"
        assert browser.read("/api/session") | {"csrf": ""} == {
            "user": "",
            "part": "operator",
            "csrf": "",
            "network": "phone.example.org",
        }
        assert browser.get("/api/overview").status_code == 200
        with unnamed.browser() as other:
            assert other.follow(link).headers["location"] == "/link-used"
        assert browser.follow(link).headers["location"] == "/", "who is in already is led there"
        later = unnamed.link()
        unnamed.name_operators()
        assert browser.get("/api/overview").status_code == 401, "with the first named operator the nameless one is out"
        assert browser.follow(later).headers["location"] == "/link-used"


def test_a_link_grows_old(unnamed: Counter) -> None:
    link = unnamed.link()
    unnamed.clock.pass_time(hours=1)
    with unnamed.browser() as browser:
        assert browser.follow(link).headers["location"] == "/link-used"


def test_the_nameless_operator_is_not_sent_to_the_terminal_every_half_hour(unnamed: Counter) -> None:
    with unnamed.browser() as browser:
        browser.follow(unnamed.link())
        unnamed.clock.pass_time(milliseconds=OWN.idle)
        assert browser.get("/api/overview").status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old_one_wherever_it_was_set(office: Counter) -> None:
    with office.seated(ANNA) as anna, office.seated(NORTH) as north:
        office.licences.operators.set_password(ANNA, Secret(OTHER_PASSWORD.encode()), at=office.clock(), by=OFFICE)
        office.licences.resellers.set_password(NORTH, Secret(OTHER_PASSWORD.encode()), at=office.clock(), by=OFFICE)
        for browser, name in ((anna, ANNA), (north, NORTH)):
            assert browser.get("/api/session").status_code == 401
            assert browser.login(name).status_code == 401
            assert browser.login(name, OTHER_PASSWORD).status_code == 200


def test_who_is_kept_out_is_out_at_once_and_comes_back_when_let_in(office: Counter) -> None:
    with office.seated(ANNA) as anna, office.seated(NORTH) as north:
        office.licences.operators.disable(ANNA, at=office.clock(), by=OFFICE)
        office.licences.resellers.disable(NORTH, why="unpaid", at=office.clock(), by=OFFICE)
        for browser, name in ((anna, ANNA), (north, NORTH)):
            assert browser.get("/api/session").status_code == 401
            assert browser.login(name).status_code == 401
        office.licences.operators.enable(ANNA, at=office.clock(), by=OFFICE)
        office.licences.resellers.enable(NORTH, at=office.clock(), by=OFFICE)
        for browser, name in ((anna, ANNA), (north, NORTH)):
            assert browser.get("/api/session").status_code == 401
            assert browser.login(name).status_code == 200


def test_everybody_changes_their_own_password(office: Counter) -> None:
    for name in (ANNA, NORTH):
        with office.seated(name) as browser, office.enter(name) as elsewhere:
            wrong = browser.post("/api/password", {"old": "wrong horse battery", "new": OTHER_PASSWORD})
            assert code_of(wrong) == (403, "refused")
            assert browser.post("/api/password", {"old": PASSWORD, "new": "short"}).status_code == 400
            assert browser.post("/api/password", {"old": PASSWORD, "new": OTHER_PASSWORD}).status_code == 204
            assert browser.get("/api/session").status_code == 200, "one goes on where one is"
            assert elsewhere.get("/api/session").status_code == 401, "one's other sessions end"
            assert elsewhere.login(name).status_code == 401
            assert elsewhere.login(name, OTHER_PASSWORD).status_code == 200
    assert Shop.enter(office.licences, NORTH, Secret(OTHER_PASSWORD.encode())).name == NORTH


def test_a_stolen_session_cannot_guess_the_password(north: Browser) -> None:
    body = {"old": "wrong horse battery", "new": OTHER_PASSWORD}
    statuses = [north.post("/api/password", body).status_code for _ in range(LOGINS_PER_NAME + 1)]
    assert statuses == [403] * LOGINS_PER_NAME + [429]


def test_a_change_without_the_sessions_token_or_from_another_site_is_forged(anna: Browser) -> None:
    body = {"name": "Two years", "price": "1.00 EUR"}
    for csrf, headers in (("", {}), ("wrong", {}), (anna.csrf, {"Sec-Fetch-Site": "cross-site"})):
        anna.headers, token = headers, anna.csrf
        anna.csrf = csrf
        assert code_of(anna.post("/api/products", body)) == (403, "forged")
        anna.csrf = token
    anna.headers = {"Sec-Fetch-Site": "same-origin"}
    assert anna.post("/api/products", body).status_code == 201


def test_the_office_answers_to_no_other_name(office: Counter) -> None:
    for host in ("attacker.example", "phone.example.org"):
        with office.browser(Host=host) as browser:
            assert code_of(browser.get("/api/session")) == (400, "host")


def test_behind_a_proxy_it_answers_to_its_name_and_its_cookie_needs_tls(office: Counter) -> None:
    settings = NetworkSettings(server_name="phone.example.org", office_url="https://office.example.org")
    office.books.close()
    with opened(Network(office.network.root, settings)) as published:
        with published.browser(Host="office.example.org") as browser:
            answer = browser.login(ANNA)
            assert answer.status_code == 200
            assert "Secure" in answer.headers["set-cookie"]
            assert answer.headers["set-cookie"].startswith("__Host-")
            assert "max-age" in answer.headers["strict-transport-security"]
        with published.browser(Host="office.example.net") as browser:
            assert browser.get("/api/session").status_code == 400


def test_every_answer_carries_the_headers(office: Counter) -> None:
    with office.browser() as browser:
        for path in ("/", "/licences", "/api/session", "/api/nothing", "/login"):
            headers = browser.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["cache-control"] == "no-store"
            assert "server" not in headers


def test_no_secret_lies_in_the_office_s_database(office: Counter) -> None:
    with office.seated(ANNA) as anna:
        token = next(iter(anna.http.cookies.values()))
        kept = b"".join(file.read_bytes() for file in office.network.root.glob("office.db*"))
        assert PASSWORD.encode() not in kept
        assert token.encode() not in kept
    assert office.network.office.stat().st_mode & 0o077 == 0


def test_sessions_that_have_ended_are_cleared_away(office: Counter, anna: Browser) -> None:
    del anna
    office.clock.pass_time(milliseconds=NAMED.whole)
    with office.enter(ANNA), office.books.turn() as database:
        assert database.execute("SELECT count(*) FROM session").fetchone() == (1,)
