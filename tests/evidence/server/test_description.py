"""Whatever is asked, and by whomever: the server answers as its description says, and strangers get nothing."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from described import FEW, Operation, ask, cases, expect_described, expect_nothing, read
from underseal.evidence.investigation import Investigation
from underseal.evidence.server.openapi import OPEN, describe

from .furnished import NAMES, Furnished, furnished, grant_all
from .serving_room import Served, add_users
from .test_matrix import ASKING

STRANGER = "(nobody)"
OPERATIONS = read(describe(), leaving_out=["POST /api/logout"])  # after which one is a stranger; the matrix has it


@pytest.fixture(scope="module")
def house(own_harbour: Investigation, room: Served) -> Iterator[Furnished]:
    """The sample with one of everything, served to one of each role."""
    grant_all(room)
    add_users(own_harbour, NAMES)
    with furnished(room, NAMES) as found:
        yield found


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
@given(data=st.data())
@FEW
def test_every_answer_is_as_described(house: Furnished, operation: Operation, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*ASKING, STRANGER]))
    browser = house.browsers.get(name, house.stranger)
    case = data.draw(cases(operation, known(house, name)))
    response = ask(browser.http, case, browser._headers())
    expect_described(case, response)
    if name == STRANGER and operation.path not in OPEN:
        expect_nothing(response)


def known(house: Furnished, name: str) -> dict[str, str]:
    """Return values for the parameters of addresses."""
    own = house.own.get(name, house.own["ines"])
    return {
        "account": own["accounts"],
        "attribution": own["attributions"],
        "dossier": own["dossiers"],
        "id": own["conversations"],
        "item": own["items"],
        "number": "1",
        "package": own["packages"],
        "person": own["persons"],
        "record": own["records"],
        "sha256": own["media"],
        "thing": own["work"],
        "name": own["users"],
    }
