"""Every route of the description is refused to those who may not use it; a route that is added is in here by itself."""

import pytest

from underseal.core.web.openapi import operations
from underseal.network.office.openapi import OPEN, describe

from .counter import NORTH, OFFICE, PRODUCT, SOUTH, Browser, Counter

EVERYBODYS = {"/api/session", "/api/logout", "/api/password"}
VALUES = {"{name}": NORTH, "{pin}": "222222", "{serial}": "0-1"}
BODIES = {
    "NewProduct": {"name": "x", "price": "1.00 EUR"},
    "NewReseller": {"name": "x", "password": "correct horse battery", "quota": 1},
    "Reason": {"why": "x"},
    "Quota": {"quota": 1},
    "NewPassword": {"password": "correct horse battery"},
    "OwnPassword": {"old": "correct horse battery", "new": "correct horse battery"},
    "Payment": {"amount": "1.00 EUR"},
    "NewBatch": {"reseller": NORTH, "product": PRODUCT, "count": 1},
    "OwnBatch": {"product": PRODUCT, "count": 1},
    "Sheet": {"batch": 1, "codes": ["x"]},
    "MoreTime": {"months": 1, "why": "x"},
}


def calls(*, shop: bool | None = None) -> list[tuple[str, str, object]]:
    """Method, path and body of every route that needs a session; of resellers, of operators, or of all."""
    found: list[tuple[str, str, object]] = []
    for path, method, operation in operations(describe()):
        if path in OPEN or (shop is not None and (path in EVERYBODYS or path.startswith("/api/shop") != shop)):
            continue
        body = operation.get("requestBody")
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2] if body else ""
        for place, value in VALUES.items():
            path = path.replace(place, value)  # noqa: PLW2901  # filled place by place
        found.append((method, path, BODIES[name] if name else None))
    return found


def test_without_a_login_no_route_answers(office: Counter) -> None:
    size = office.licences.checkpoint().size
    with office.browser() as browser:
        for method, path, body in calls():
            response = browser.ask(method, path, body)
            assert (response.status_code, response.json()["error"]["code"]) == (401, "login"), (method, path)
    assert office.licences.checkpoint().size == size


def test_a_session_that_has_ended_opens_no_route(office: Counter, anna: Browser, north: Browser) -> None:
    size = office.licences.checkpoint().size
    office.clock.pass_time(minutes=31)
    for method, path, body in calls():
        for browser in (anna, north):
            assert browser.ask(method, path, body).status_code == 401, (method, path)
    assert office.licences.checkpoint().size == size


def test_resellers_and_operators_are_refused_in_each_other_s_house(
    office: Counter, anna: Browser, north: Browser
) -> None:
    size = office.licences.checkpoint().size
    for browser, is_shop in ((north, False), (anna, True)):
        for method, path, body in calls(shop=is_shop):
            response = browser.ask(method, path, body)
            assert (response.status_code, response.json()["error"]["code"]) == (403, "refused"), (method, path)
    assert office.licences.checkpoint().size == size


def test_no_route_of_a_shop_takes_the_name_of_a_reseller() -> None:
    for path, _, operation in operations(describe()):
        if path.startswith("/api/shop"):
            assert {parameter["name"] for parameter in operation.get("parameters", [])} <= {
                "pin", "state", "product", "latest_first", "cursor", "limit", "before", "serial",
            }  # fmt: skip
            assert "reseller" not in str(operation.get("requestBody"))


@pytest.mark.parametrize("query", [{}, {"reseller": SOUTH}, {"reseller": ""}, {"product": PRODUCT, "name": SOUTH}])
def test_a_reseller_reads_their_own_sales_whatever_they_ask_for(
    office: Counter, north: Browser, query: dict[str, str]
) -> None:
    office.licences.codes.issue(SOUTH, PRODUCT, 2, at=office.clock(), by=OFFICE)
    own = office.licences.codes.issue(NORTH, PRODUCT, 1, at=office.clock(), by=OFFICE)
    sales = north.read("/api/shop/sales", **query)["sales"]
    assert [sale["serial"] for sale in sales] == [own.serial(1)]


def test_another_reseller_s_things_are_not_there(office: Counter, north: Browser) -> None:
    batch = office.licences.codes.issue(SOUTH, PRODUCT, 2, at=office.clock(), by=OFFICE)
    pin = office.licences.activate(batch.codes[0].text, retry_key=b"r" * 32, at=office.clock()).pin
    codes = [code.text for code in batch.codes]
    size = office.licences.checkpoint().size
    for path, body in (
        (f"/api/shop/sales/{batch.serial(2)}/void", {"why": "not mine"}),
        (f"/api/shop/sales/{batch.number}/void", {"why": "not mine"}),
        (f"/api/shop/licences/{pin}/transfer", None),
        ("/api/shop/batches/sheet", {"batch": batch.number, "codes": codes}),
    ):
        response = north.post(path, body)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found"), path
        assert SOUTH not in response.text
    assert north.read("/api/shop/licences")["licences"] == []
    assert north.read("/api/shop/licences", pin=pin)["total"] == 0
    overview = north.read("/api/shop/overview")
    assert overview["codes"] == {"unused": 0, "activated": 0, "renewed": 0, "void": 0}
    assert overview["balances"] == overview["months"] == north.read("/api/shop/balances")["balances"] == []
    assert north.read("/api/shop/account")["lines"] == []
    assert office.licences.checkpoint().size == size


def test_a_reseller_who_is_disabled_while_at_work_can_do_no_more(office: Counter, north: Browser) -> None:
    office.licences.resellers.disable(NORTH, why="unpaid", at=office.clock(), by=OFFICE)
    assert north.post("/api/shop/batches", BODIES["OwnBatch"]).status_code == 401
