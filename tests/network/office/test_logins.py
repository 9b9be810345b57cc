"""Who came, who did not, and who may: all of it in the signed ledger, none of what was typed."""

from underseal.core.web.tokens import MINUTE
from underseal.network.licences import Staff
from underseal.network.office.attempts import LOGIN_WINDOW, LOGINS_PER_NAME

from .counter import ANNA, NORTH, OFFICE, OTHER_PASSWORD, PASSWORD, SOUTH, Browser, Counter, Row, opened

WRONG = "wrong horse battery"


def told(browser: Browser, **asked: str | int) -> list[Row]:
    """Return what an operator reads of logins, the newest first."""
    lines: list[Row] = browser.read("/api/logins", **asked)["lines"]
    return lines


def acts(lines: list[Row]) -> list[tuple[str, str, str]]:
    return [(line["act"], line["by"]["role"], line["by"]["name"]) for line in lines]


def test_comings_and_goings_are_read_newest_first_with_who_when_and_from_how_far(office: Counter) -> None:
    with office.browser() as theirs:
        theirs.login(NORTH, WRONG)
        office.clock.pass_time(minutes=1)
        theirs.login(NORTH)
        office.clock.pass_time(minutes=1)
        theirs.do("/api/password", {"old": PASSWORD, "new": OTHER_PASSWORD})
        theirs.do("/api/logout")
    with office.enter(ANNA) as anna:
        lines = told(anna, limit=5)
        assert acts(lines) == [
            ("logged_in", "operator", ANNA),
            ("logged_out", "reseller", NORTH),
            ("password_set", "reseller", NORTH),
            ("logged_in", "reseller", NORTH),
            ("login_refused", "stranger", ""),
        ]
        assert lines[0]["details"] == {"door": "password", "origin": "machine"}
        assert lines[4]["details"] == {"account": NORTH, "reason": "wrong_password", "origin": "machine"}
        assert [line["at"][11:16] for line in lines] == ["04:02", "04:02", "04:02", "04:01", "04:00"]
        assert anna.do("/api/ledger/verify")["ok"]


def test_logins_are_found_by_how_a_name_begins_and_go_on_page_by_page(office: Counter, anna: Browser) -> None:
    for name in (NORTH, SOUTH, NORTH):
        with office.enter(name):
            pass
    assert acts(told(anna, name=" NOR ")) == [("logged_in", "reseller", NORTH)] * 3 + [
        ("reseller_added", "operator", ANNA)
    ]
    whole = told(anna)
    first = anna.read("/api/logins", limit=2)
    rest = anna.read("/api/logins", before=first["cursor"])
    assert first["lines"] + rest["lines"] == whole
    assert rest["cursor"] is None
    assert told(anna, name="nemo") == []


def test_no_password_and_no_unknown_name_is_written_down(office: Counter, anna: Browser) -> None:
    with office.browser() as browser:
        browser.login("my secret password", WRONG)
        browser.login(NORTH, WRONG)
        browser.http.get("/login", params={"token": "a guessed token"})
    lines = told(anna, limit=3)
    assert [(line["details"]["reason"], line["details"]["account"]) for line in lines] == [
        ("wrong_link", ""),
        ("wrong_password", NORTH),
        ("unknown_name", ""),
    ]
    kept = b"".join(file.read_bytes() for file in office.network.root.rglob("*") if file.is_file())
    for typed in (WRONG, "my secret password", "a guessed token", PASSWORD):
        assert typed.encode() not in kept


def test_a_stranger_cannot_fill_the_ledger(office: Counter) -> None:
    size = office.licences.checkpoint().size
    with office.browser() as browser:
        for number in range(4):
            browser.login(f"nobody {number}", WRONG)
    assert office.licences.checkpoint().size == size + 1
    office.clock.pass_time(milliseconds=MINUTE)
    with office.browser() as browser:
        browser.login("nobody", WRONG)
    assert office.licences.checkpoint().size == size + 2


def test_who_is_kept_out_and_who_does_not_know_their_own_password_is_told_as_that(
    office: Counter, anna: Browser
) -> None:
    office.licences.resellers.disable(NORTH, why="unpaid", at=office.clock(), by=OFFICE)
    with office.browser() as browser:
        browser.login(NORTH)
    anna.post("/api/password", {"old": WRONG, "new": OTHER_PASSWORD})
    own, north = told(anna, limit=2)
    assert (own["by"], own["details"]["reason"]) == ({"role": "operator", "name": ANNA}, "wrong_old_password")
    assert north["details"] == {"account": NORTH, "reason": "kept_out", "origin": "machine"}


def test_whoever_comes_by_the_link_is_told_too_and_has_no_password_to_change(unnamed: Counter) -> None:
    with unnamed.browser() as browser:
        browser.follow(unnamed.link())
        line = told(browser, limit=1)[0]
        assert (line["act"], line["by"]["role"], line["details"]["door"]) == ("logged_in", "link", "link")
        refused = browser.post("/api/password", {"old": PASSWORD, "new": OTHER_PASSWORD})
        assert refused.status_code == 404


def test_what_was_told_and_what_was_counted_outlive_the_office_and_a_throttled_name_is_told_once(
    office: Counter,
) -> None:
    with office.browser() as browser:
        for _ in range(LOGINS_PER_NAME):
            assert browser.login(NORTH, WRONG).status_code == 401
    office.books.close()
    with opened(office.network) as again:
        with again.browser() as browser:
            for _ in range(5):
                assert browser.login(NORTH).status_code == 429, "who starts anew does not begin anew"
            again.clock.pass_time(milliseconds=LOGIN_WINDOW)
            assert browser.login(NORTH).status_code == 200
        with again.enter(ANNA) as anna:
            refused = [line for line in told(anna, name=NORTH) if line["act"] == "login_refused"]
            reasons = [line["details"]["reason"] for line in refused]
            assert reasons == ["throttled", *["wrong_password"] * LOGINS_PER_NAME]


def test_a_new_account_and_a_password_set_at_the_command_line_are_told(anna: Browser) -> None:
    lines = told(anna, name=ANNA)
    by = Staff.command_line()
    assert ("operator_added", by.role, by.name) in acts(lines)
    assert "argon2" not in str(lines)
