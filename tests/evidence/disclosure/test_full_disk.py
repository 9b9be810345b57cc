"""A disk that is full stops a disclosure and a destruction in words; nothing is half done, and with room it is done."""

import json
from typing import Any

import pytest

from investigation.test_full_disk import said_apart
from underseal.errors import MAKE_ROOM


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said_apart("-m", "disclosure.full_disk", tmp_path_factory.mktemp("disk")))
    return found


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_pack_for_which_there_is_no_room_is_not_there(said: dict[str, Any], form: str) -> None:
    assert len(said[form]) >= 2
    assert {(code, hint) for code, _, hint, _ in said[form]} == {("internal", MAKE_ROOM)}
    assert [left for *_, left in said[form]] == [[]] * len(said[form])
    assert "The disclosure stopped: the disk takes no more." in [words for _, words, *_ in said[form]]


def test_a_destruction_for_which_there_is_no_room_has_not_happened_or_counts_and_says_so(said: dict[str, Any]) -> None:
    attempts = said["destruction"]
    assert {(code, hint) for code, _, hint, _ in attempts} == {("internal", MAKE_ROOM)}
    counting = ["counts" in words for _, words, *_ in attempts]
    assert counting == sorted(counting)
    assert counting.count(False) >= 3
    assert [left for *_, left in attempts] == [["0001"] if counts else [] for counts in counting]
    assert (said["at the end"], said["texts"]) == (["0001"], [1, 0, 1])
