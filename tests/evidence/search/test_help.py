"""What helps while a query is typed: its meaning in words, and how it may go on."""

import pytest

from underseal.evidence.search import Everything, Not, complete, explain, parse
from underseal.evidence.search.nodes import CHOICES, FIELDS


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "All messages."),
        ("copies:all", "All messages, each copy counted."),
        ("boot", "Messages with “boot”."),
        ("old*", "Messages with words that begin with “old”."),
        ("recieve~1", "Messages with “recieve” or a word that differs from it by 1 letter at most."),
        ("recieve~2", "Messages with “recieve” or a word that differs from it by 2 letters at most."),
        ("boot (from:@ann OR to:@an*) -in:quay", "Messages with “boot” and (from @ann or to @an…) and not in quay."),
        ("kind:to_device OR verdict:no_key", "Records of kind to device or that are locked for want of a key."),
        ("after:2021-03 before:2022", "Messages since the beginning of 2021-03 and before 2022."),
        ("on:2021-03-09", "Messages during 2021-03-09."),
        ("exhibit:BR-1 has:reply copies:all", "Messages out of exhibit BR-1 and that answer another, each copy counted."),
        ("boot copies:all", "Messages with “boot”, each copy counted."),
        ("NOT (a b)", "Messages not (with “a” and with “b”)."),
    ],
)  # fmt: skip
def test_a_query_is_explained_in_plain_words(query: str, words: str) -> None:
    assert explain(parse(query)) == words


def test_every_value_has_its_words() -> None:
    for field, values in CHOICES.items():
        for value in values:
            assert explain(parse(f"{field}:{value}")).endswith(".")
    assert explain(Not(part=Everything())) == "Messages not of any kind."


def _values(field: str, typed: str) -> list[tuple[str, str]]:
    known = {"from": [("@ann:harbour", "Ann"), ("K7 Q2", "")], "in": [("!quay", "The quay")]}
    return [(value, label) for value, label in known.get(field, []) if typed.casefold() in (value + label).casefold()]


def _completed(query: str, position: int | None = None) -> list[str]:
    """Return what the query line would hold after each proposal."""
    at = len(query) if position is None else position
    return [query[: each.start] + each.text + query[each.end :] for each in complete(query, at, _values)]


def test_fields_are_proposed() -> None:
    assert _completed("") == [f"{field}:" for field in FIELDS]
    assert _completed("boot f") == ["boot from:"]
    assert _completed("boot -(fr") == ["boot -(from:"]
    assert _completed("boot") == []
    assert _completed("-k") == ["-kind:"]


def test_values_are_proposed() -> None:
    assert _completed("kind:vo") == ["kind:voice "]
    assert _completed("kind:VI") == ["kind:video "]
    assert _completed("x verdict:no") == ["x verdict:no_key "]
    assert _completed("from:an") == ["from:@ann:harbour "]
    assert _completed("from:@ann:h") == ["from:@ann:harbour "]
    assert _completed("from:k7") == ['from:"K7 Q2" ']
    assert _completed('from:"k7 q') == ['from:"K7 Q2" ']
    assert _completed("(From:") == ["(from:@ann:harbour ", '(from:"K7 Q2" ']
    assert _completed("in：quay") == ["in:!quay "]
    assert complete("in:q", 4, _values)[0].label == "The quay"
    assert complete("from:k", 6, _values)[0].label == "K7 Q2"


def test_a_proposal_replaces_the_whole_word() -> None:
    assert _completed("kind:voxx boot", 7) == ["kind:voice  boot"]
    assert _completed("fr:x", 2) == ["from:"]


def test_nothing_is_proposed_where_nothing_is_known() -> None:
    assert _completed("colour:x") == []
    assert _completed("on:20") == []
    assert _completed('"old harb') == []
    assert _completed("https://x") == []
