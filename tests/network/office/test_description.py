"""Whatever is asked, and by whomever: the office answers as its description says, and strangers get nothing."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from described import FEW, Operation, ask, cases, expect_described, read, unread
from underseal.network.office.openapi import OPEN, describe
from underseal.network.setup import Network

from .counter import ANNA, NORTH, SOUTH, Browser, Counter, opened

OPERATIONS = read(describe(), leaving_out=["POST /api/logout"])  # after which one is a stranger
STRANGER = "(nobody)"
KNOWN = {"name": SOUTH, "serial": "0-1"}


@pytest.fixture(scope="module")
def counter(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """The office of a network with a named operator, for all tests of this file."""
    folder = tmp_path_factory.mktemp("described") / "network"
    with opened(Network.open(Path(shutil.copytree(furnished, folder)))) as office:
        office.name_operators()
        yield office


@pytest.fixture(scope="module")
def seats(counter: Counter) -> Iterator[dict[str, Browser]]:
    """The browsers of an operator, of a reseller, and of somebody who is not logged in."""
    with ExitStack() as stack:
        known = {name: stack.enter_context(counter.enter(name)) for name in (ANNA, NORTH)}
        yield known | {STRANGER: stack.enter_context(counter.browser())}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
@given(data=st.data())
@FEW
def test_every_answer_is_as_described(seats: dict[str, Browser], operation: Operation, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(seats)))
    browser = seats[name]
    case = data.draw(cases(operation, KNOWN))
    response = ask(browser.http, case, browser._headers())
    expect_described(case, response)
    if name == STRANGER and operation.path not in OPEN:
        assert unread(response) or response.status_code in (401, 404, 405), (
            response.text
        )  # what is misspelt is no route
