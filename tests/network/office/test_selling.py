"""What operators and resellers do at the counter, and that the ledger alone says what is owed."""

from underseal.network.licences import State
from underseal.network.office.shapes import MAX_BATCH

from .counter import ANNA, NORTH, OFFICE, OTHER_PASSWORD, PRODUCT, RENEWAL, SOUTH, Browser, Counter, Row


def issue(anna: Browser, count: int = 2, reseller: str = NORTH, product: str = PRODUCT) -> Row:
    return anna.do("/api/batches", {"reseller": reseller, "product": product, "count": count})


def error(browser: Browser, path: str, body: object = None) -> tuple[int, str]:
    response = browser.post(path, body)
    return response.status_code, response.json()["error"]["message"]


def test_a_product_is_added_and_listed(anna: Browser) -> None:
    new = {"name": "جنوب", "price": "90000 JPY", "months": 12, "kind": "subscription", "zone": "Asia/Tokyo"}
    assert anna.do("/api/products", new) == new
    assert new in anna.get("/api/products").json()
    assert anna.post("/api/products", new).status_code == 409
    for wrong in ({"price": "12,00 EUR"}, {"months": 0}, {"zone": "Mars"}, {"kind": "gift"}, {"extra": 1}):
        assert anna.post("/api/products", new | {"name": "x"} | wrong).status_code == 400, wrong


def test_a_reseller_is_added_kept_out_and_let_in(office: Counter, anna: Browser) -> None:
    name = "Ø & \u05d0"
    anna.do("/api/resellers", {"name": name, "password": OTHER_PASSWORD, "quota": 5})
    path = "/api/resellers/%C3%98%20%26%20%D7%90"
    with office.browser() as theirs:
        assert theirs.login(name, OTHER_PASSWORD).json()["part"] == "reseller"
        assert anna.do(f"{path}/disable", {"why": "unpaid"})["disabled"] is True
        assert theirs.get("/api/session").status_code == 401
        assert error(anna, f"{path}/disable", {"why": "again"})[0] == 409
        assert anna.do(f"{path}/enable")["disabled"] is False
        assert anna.do(f"{path}/quota", {"quota": 7})["quota"] == 7
        assert anna.post(f"{path}/password", {"password": "yet another battery"}).status_code == 204
        assert theirs.login(name, "yet another battery").status_code == 200
    assert {"name": name, "quota": 7, "unused": 0, "disabled": False} in anna.get("/api/resellers").json()
    assert error(anna, "/api/resellers/nemo/enable") == (404, 'There is no reseller "nemo".')
    assert "argon2" not in anna.get("/api/ledger").text


def test_codes_are_in_the_answer_that_issues_them_and_nowhere_else(office: Counter, anna: Browser) -> None:
    batch = issue(anna)
    codes = [issued["code"] for issued in batch["codes"]]
    assert len(set(codes)) == 2
    answers = [
        anna.get(path).text
        for path in ("/api/sales", "/api/ledger", "/api/overview", "/api/balances", f"/api/resellers/{NORTH}/account")
    ]
    files = [file.read_bytes() for file in office.network.root.rglob("*") if file.is_file()]
    for code in codes:
        assert not [text for text in answers if code in text]
        assert not [data for data in files if code.encode() in data]


def test_a_sheet_is_drawn_from_the_codes_that_the_page_holds(anna: Browser) -> None:
    batch = issue(anna, 11)
    codes = [issued["code"] for issued in batch["codes"]]
    sheet = anna.post("/api/batches/sheet", {"batch": batch["number"], "codes": codes})
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.headers["content-disposition"] == f'attachment; filename="codes-{batch["number"]}.pdf"'
    assert sheet.headers["cache-control"] == "no-store"
    assert sheet.content.startswith(b"%PDF-")
    assert sheet.content.count(b"/Type /Page\n") == 2, "ten to a page"
    assert anna.post("/api/batches/sheet", {"batch": batch["number"], "codes": codes[:10]}).status_code == 404


def test_the_largest_batch_has_its_sheet(anna: Browser) -> None:
    batch = issue(anna, MAX_BATCH)
    codes = [issued["code"] for issued in batch["codes"]]
    assert anna.post("/api/batches/sheet", {"batch": batch["number"], "codes": codes}).status_code == 200
    assert anna.post("/api/batches", {"reseller": NORTH, "product": PRODUCT, "count": MAX_BATCH + 1}).status_code == 400


def test_a_sheet_of_a_name_in_no_font_says_what_to_do(anna: Browser) -> None:
    anna.do("/api/products", {"name": "\U0001f512", "price": "1 JPY"})
    batch = issue(anna, 1, product="\U0001f512")
    held = {"batch": batch["number"], "codes": [batch["codes"][0]["code"]]}
    refused = anna.post("/api/batches/sheet", held).json()["error"]
    assert "from the page" in refused["hint"]


def test_a_reseller_sells_within_the_quota(north: Browser) -> None:
    assert [product["name"] for product in north.get("/api/shop/products").json()] == [RENEWAL, PRODUCT]
    batch = north.do("/api/shop/batches", {"product": PRODUCT, "count": 10})
    assert error(north, "/api/shop/batches", {"product": PRODUCT, "count": 1})[0] == 403
    held = {"batch": batch["number"], "codes": [issued["code"] for issued in batch["codes"]]}
    assert north.post("/api/shop/batches/sheet", held).content.startswith(b"%PDF-")
    serial = batch["codes"][0]["serial"]
    assert north.do(f"/api/shop/sales/{serial}/void", {"why": "lost"}) == {"serials": [serial]}
    overview = north.read("/api/shop/overview")
    assert overview["reseller"] == {"name": NORTH, "quota": 10, "unused": 9, "disabled": False}
    assert overview["months"] == [{"month": "2026-03", "codes": 9, "price": "10800.00 EUR"}]
    owed = {
        "reseller": NORTH,
        "issued": "12000.00 EUR",
        "voided": "1200.00 EUR",
        "paid": "0.00 EUR",
        "due": "10800.00 EUR",
    }
    assert north.read("/api/shop/balances")["balances"] == [owed]
    assert [line["owed"] for line in north.read("/api/shop/account")["lines"]] == ["-1200.00 EUR", "12000.00 EUR"]


def test_sales_go_on_page_by_page(anna: Browser) -> None:
    issue(anna, 3)
    issue(anna, 2, SOUTH)
    serials: list[str] = []
    cursor = ""
    while True:
        page = anna.read("/api/sales", limit=2, **({"before": cursor} if cursor else {}))
        serials += [sale["serial"] for sale in page["sales"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert len(serials) == len(set(serials)) == 5
    assert len(anna.read("/api/sales", reseller=SOUTH, state="unused")["sales"]) == 2
    assert anna.read("/api/sales", reseller="nobody")["sales"] == []
    assert anna.get("/api/sales", before="x").status_code == 400


def test_a_batch_that_was_lost_is_made_void_whole(anna: Browser) -> None:
    batch = issue(anna, 3)
    assert len(anna.do(f"/api/sales/{batch['number']}/void", {"why": "the page was closed"})["serials"]) == 3
    assert error(anna, f"/api/sales/{batch['number']}/void", {"why": "again"})[0] == 409
    assert anna.post("/api/sales/x/void", {"why": "x"}).status_code == 400
    assert anna.post(f"/api/sales/{batch['number']}/void", {"why": " "}).status_code == 400


def test_an_operator_renews_suspends_resumes_transfers_and_revokes(office: Counter, anna: Browser) -> None:
    code = issue(anna, 1)["codes"][0]["code"]
    pin = office.licences.activate(code, retry_key=b"r" * 32, at=office.clock()).pin
    path = f"/api/licences/{pin}"
    found = anna.read(f"/api/licences/{pin.lower()}")["licence"]
    assert (found["state"], found["ends"]) == ("active", "2026-09-09T04:00:00.000Z")
    assert anna.do(f"{path}/renew", {"months": 1, "why": "late"})["licence"]["ends"] == "2026-10-09T04:00:00.000Z"
    assert anna.do(f"{path}/suspend", {"why": "stolen"})["licence"]["state"] == "suspended"
    assert error(anna, f"{path}/suspend", {"why": "stolen"})[0] == 409
    assert anna.do(f"{path}/resume")["licence"]["state"] == "active"
    moved = anna.do(f"{path}/transfer")["code"]
    assert office.licences.activate(moved, retry_key=b"o" * 32, at=office.clock()).replacement
    detail = anna.do(f"{path}/revoke", {"why": "abuse"})
    assert detail["licence"]["state"] == "revoked"
    assert [line["act"] for line in detail["history"]] == [
        "activated", "extended", "suspended", "resumed", "transfer_issued", "transferred", "revoked",
    ]  # fmt: skip
    assert detail["history"][-1]["details"] == {"pin": pin, "why": "abuse"}
    assert moved not in str(detail)
    assert error(anna, f"{path}/resume")[0] == 403
    assert error(anna, "/api/licences/222222/resume") == (404, "No licence has the PIN 222222.")
    assert anna.get("/api/licences/O0I1").status_code == 400


def test_a_reseller_transfers_what_they_sold(office: Counter, north: Browser) -> None:
    code = north.do("/api/shop/batches", {"product": PRODUCT, "count": 1})["codes"][0]["code"]
    pin = office.licences.activate(code, retry_key=b"r" * 32, at=office.clock()).pin
    page = north.read("/api/shop/licences", pin=pin[:3].lower(), state="active")
    assert [licence["pin"] for licence in page["licences"]] == [pin]
    moved = north.do(f"/api/shop/licences/{pin}/transfer")["code"]
    assert office.licences.activate(moved, retry_key=b"o" * 32, at=office.clock()).replacement


def test_licences_go_on_page_by_page_with_their_notices(office: Counter, anna: Browser) -> None:
    for day, issued in enumerate(issue(anna, 5, product=RENEWAL)["codes"]):
        office.licences.activate(issued["code"], retry_key=b"r" * 32, at=office.clock())
        office.clock.pass_time(days=day)
    anna.login(ANNA)
    found: list[Row] = []
    cursor = ""
    while True:
        page = anna.read("/api/licences", limit=2, latest_first="true", **({"cursor": cursor} if cursor else {}))
        assert page["total"] == 5
        found += page["licences"]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert [licence["ends"] for licence in found] == sorted((licence["ends"] for licence in found), reverse=True)
    assert len({licence["pin"] for licence in found}) == 5
    assert {licence["notice"] for licence in found} == {30}
    office.clock.pass_time(days=18)
    anna.login(ANNA)
    ending = anna.read("/api/licences/ending")
    assert ending["licences"][0]["notice"] in (1, 7)
    assert ending["total"] == anna.read("/api/overview")["ending"]
    for wrong in ("x", "W10"):
        assert anna.get("/api/licences", cursor=wrong).status_code == 400
    assert anna.get("/api/licences", state="none").json()["total"] == 0


def test_balances_are_those_of_the_ledger_alone(office: Counter, anna: Browser) -> None:
    issue(anna, 2)
    number = anna.do(f"/api/resellers/{NORTH}/payments", {"amount": "1000.00 EUR", "note": "bank"})["number"]
    balances = anna.read("/api/balances")
    assert [balance["due"] for balance in balances["balances"]] == ["1400.00 EUR"]
    assert balances["entries"] == number + 1 == office.licences.checkpoint().size
    counted = anna.do("/api/balances/recount")
    assert counted == {"ok": True, "entries": balances["entries"], "balances": balances["balances"]}
    account = anna.read(f"/api/resellers/{NORTH}/account", limit=1)
    assert (account["lines"][0]["words"], account["lines"][0]["owed"]) == ("bank", "-1000.00 EUR")
    assert anna.read(f"/api/resellers/{NORTH}/account", before=account["cursor"])["lines"][0]["act"] == "issued"
    assert anna.post(f"/api/resellers/{NORTH}/payments", {"amount": "0.00 EUR"}).status_code == 400


def test_a_database_that_says_otherwise_than_the_ledger_is_found_out(office: Counter, anna: Browser) -> None:
    issue(anna, 2)
    assert anna.do("/api/ledger/verify")["ok"] is True
    with office.licences._book.turn() as turn:
        turn.database.execute("UPDATE batch SET price = price / 2")
    assert anna.do("/api/balances/recount")["ok"] is False
    verified = anna.do("/api/ledger/verify")
    assert verified["ok"] is False
    assert '"batch"' in verified["detail"]


def test_a_changed_ledger_is_found_out(office: Counter, anna: Browser) -> None:
    issue(anna, 2)
    file = office.network.licences / "ledger" / "entries.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"quota":10', b'"quota":99', 1))
    verified = anna.do("/api/ledger/verify")
    assert verified["ok"] is False
    assert "Entry" in verified["detail"]


def test_the_ledger_goes_on_page_by_page(office: Counter, anna: Browser) -> None:
    issue(anna, 1)
    first = anna.read("/api/ledger", limit=2)
    rest = anna.read("/api/ledger", before=first["cursor"])
    lines = first["lines"] + rest["lines"]
    assert [line["number"] for line in lines] == list(range(first["size"]))[::-1]
    assert rest["cursor"] is None
    assert first["key"] == office.network.signing_key.public.hex
    assert first["root"] == office.licences.checkpoint().root.hex()
    assert lines[0]["details"] == {"reseller": NORTH, "product": PRODUCT, "price": "1200.00 EUR", "codes": "1"}


def test_the_overview_counts_what_is_there(office: Counter, anna: Browser) -> None:
    codes = issue(anna, 3)["codes"]
    pin = office.licences.activate(codes[0]["code"], retry_key=b"r" * 32, at=office.clock()).pin
    office.licences.suspend(pin, why="asked to", at=office.clock(), by=OFFICE)
    overview = anna.read("/api/overview")
    assert overview["licences"] == {"active": 0, "expired": 0, "suspended": 1, "revoked": 0}
    assert overview["codes"] == {"unused": 2, "activated": 1, "renewed": 0, "void": 0}
    assert overview["ending"] == 0
    assert overview["at"] == "2026-03-09T04:00:00.000Z"
    assert office.licences.counts(office.clock())[State.SUSPENDED] == 1


def test_the_ledger_names_the_operator_the_reseller_the_subscriber_and_the_account_of_the_machine(
    office: Counter, anna: Browser, north: Browser
) -> None:
    issue(anna, 1)
    batch = north.do("/api/shop/batches", {"product": PRODUCT, "count": 1})
    pin = office.licences.activate(batch["codes"][0]["code"], retry_key=b"r" * 32, at=office.clock()).pin
    anna.do(f"/api/licences/{pin}/suspend", {"why": "asked to"})
    acts = {(line["act"], line["by"]["role"], line["by"]["name"]) for line in anna.read("/api/ledger")["lines"]}
    assert {
        ("issued", "operator", ANNA),
        ("issued", "reseller", NORTH),
        ("activated", "subscriber", pin),
        ("suspended", "operator", ANNA),
    } <= acts
    account = anna.read(f"/api/resellers/{NORTH}/account")["lines"]
    assert [line["by"] for line in account] == [
        {"role": "reseller", "name": NORTH},
        {"role": "operator", "name": ANNA},
    ]


def test_who_came_by_the_one_time_link_is_named_as_that(unnamed: Counter) -> None:
    with unnamed.browser() as browser:
        browser.follow(unnamed.link())
        issue(browser, 1)
        assert browser.read("/api/ledger", limit=1)["lines"][0]["by"] == {"role": "link", "name": ""}
