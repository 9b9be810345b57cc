"""Proofs of attributions: a true one is verified, whatever is changed in it is found; and documents say what they were made of."""

import base64
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claiming import acts
from underseal.core.crypto import SigningKey
from underseal.core.ledger import (
    Json,
    Ledger,
    canonical,
    inclusion_path,
    leaf_hash,
    merkle_root,
    parse_strict,
    sign_document,
)
from underseal.core.verify import Outcome, verify
from underseal.core.verify.attribution import (
    LEDGER,
    PROOF_FORMAT,
    Act,
    Circle,
    Claim,
    Grade,
    Interval,
    Message,
    Person,
    Polygon,
    Statement,
    Withdrawal,
    read_act,
    to_entry,
)
from underseal.errors import UnreadableError

KEY, OTHER = SigningKey.generate(), SigningKey.generate()
RAW = b'{"body":"hello"}'
RECORDS = [
    canonical({"text": "one", "raw_sha256": "00" * 32}),
    canonical({"text": "two"}),
    canonical({"text": "three"}),
]
LEAVES = [leaf_hash(record) for record in RECORDS]


def claim(**changes: Any) -> Claim:
    said: dict[str, Any] = {
        "author": "ines", "time": 5, "authority": "BR-1", "id": "A1", "account": "@ann:harbour",
        "person": Person(id="P1", name="Ann", born=None), "interval": Interval(start=1, end=None, zone="UTC"),
        "grade": Grade.STRONG,
        "supporting": (Message(record=1, release=1, leaf=LEAVES[1], words="she signs with her name"),),
        "opposing": (Statement(words="her brother had the phone"), Message(record=2, release=1, leaf=LEAVES[2])),
    }  # fmt: skip
    return Claim(**(said | changes))


def release(key: SigningKey) -> dict[str, str]:
    payload: dict[str, Json] = {
        "format": "underseal/release/1",
        "number": 1,
        "size": 3,
        "root": merkle_root(LEAVES).hex(),
    }
    return sign_document(payload, key).to_json()


def record(number: int, *, key: SigningKey = KEY) -> dict[str, Any]:
    path = inclusion_path(number, 3, lambda start, end: merkle_root(LEAVES[start:end]))
    return {
        "format": "underseal/inclusion-proof/1",
        "record": RECORDS[number].decode(),
        "number": number,
        "path": [node.hex() for node in path],
        "release": release(key),
    }


def proof(folder: Path, entered: list[Act], *, later: list[int], records: list[dict[str, Any]]) -> dict[str, Any]:
    ledger = Ledger.create(folder, KEY, name=LEDGER)
    for act in entered:
        ledger.append(to_entry(act))
    checkpoint = ledger.checkpoint()

    def enclosed(number: int) -> dict[str, Any]:
        (entry,) = ledger.read(after=number - 1, limit=1)
        path = [node.hex() for node in ledger.inclusion(number, checkpoint)]
        return {"entry": entry.data.decode(), "number": number, "path": path}

    return {
        "format": PROOF_FORMAT,
        **enclosed(1),
        "checkpoint": checkpoint.document.to_json(),
        "later": [enclosed(number) for number in later],
        "records": records,
    }


WITHDRAWN = Withdrawal(author="ines", time=6, authority="BR-1", claim="A1", reason="mistaken")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    other = claim(id="A2", account="@ben:harbour")
    entered: list[Act] = [other, claim(), WITHDRAWN, other]
    return proof(tmp_path_factory.mktemp("l") / "l", entered, later=[2], records=[record(1), record(2)])


def judged(value: dict[str, Any], trusted: str | None = KEY.public.hex) -> Outcome:
    return verify(json.dumps(value).encode(), trusted=trusted).outcome


def test_a_true_proof_is_verified(whole: dict[str, Any]) -> None:
    report = verify(json.dumps(whole).encode(), trusted=KEY.public.hex)
    assert report.outcome is Outcome.VERIFIED, report
    for words in ("Claim A1", "'Ann'", "'@ann:harbour'", "strong", "2 of its messages", "withdraws it", "not proved"):
        assert words in report.summary
    bare = whole | {"later": [], "records": []}
    assert "a newer ledger may" in verify(json.dumps(bare).encode()).summary


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every text and number of a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))
    else:
        yield path


@settings(max_examples=300)
@given(data=st.data())
def test_whatever_is_changed_is_found(whole: dict[str, Any], data: st.DataObject) -> None:
    changed = copy.deepcopy(whole)
    *way, last = data.draw(st.sampled_from(list(places(whole))))
    inside: Any = changed
    for step in way:
        inside = inside[step]
    value = inside[last]
    if isinstance(value, int):
        inside[last] = data.draw(st.integers(0, 9).filter(lambda number: number != value))
    else:
        at = data.draw(st.integers(0, len(value) - 1))
        inside[last] = value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :]
    assert judged(changed) is not Outcome.VERIFIED
    assert judged(changed, trusted=None) is not Outcome.VERIFIED


def test_the_enclosed_belongs_to_the_claim(whole: dict[str, Any], tmp_path: Path) -> None:
    assert judged(whole | {"records": [record(0)]}) is Outcome.REFUTED, "a message that the claim does not name"
    assert judged(whole | {"records": [record(1, key=OTHER)]}, trusted=None) is Outcome.REFUTED, "signed by two"
    entered: list[Act] = [claim(id="A2"), claim(), WITHDRAWN, claim(id="A3")]
    assert judged(proof(tmp_path / "l", entered, later=[3], records=[])) is Outcome.REFUTED, "that came of another"
    renamed = whole | {"entry": whole["later"][0]["entry"], "number": 2, "path": whole["later"][0]["path"]}
    assert judged(renamed | {"later": []}) is Outcome.REFUTED, "a withdrawal is no claim"
    audit = Ledger.create(tmp_path / "audit", KEY, name="audit")
    audit.append(to_entry(claim()))
    elsewhere = {"number": 0, "path": [], "checkpoint": audit.checkpoint().document.to_json(), "later": []}
    (entry,) = audit.read()
    assert judged(whole | elsewhere | {"entry": entry.data.decode()}) is Outcome.REFUTED, "a ledger of another name"
    assert judged(whole, trusted=OTHER.public.hex) is Outcome.REFUTED


def test_the_message_itself_may_be_enclosed(whole: dict[str, Any]) -> None:
    with_raw = record(1) | {"raw": base64.b64encode(RAW).decode()}
    assert judged(whole | {"records": [with_raw]}) is Outcome.REFUTED, "the record names no such bytes"


@given(act=acts)
def test_an_act_reads_as_it_was_written(act: Act) -> None:
    line = canonical({**to_entry(act), "number": 7})
    assert read_act(parse_strict(line), "Entry 7") == act


@settings(max_examples=200)
@given(act=acts, data=st.data())
def test_an_act_of_another_shape_is_unreadable(act: Act, data: st.DataObject) -> None:
    value: Any = json.loads(canonical({**to_entry(act), "number": 7}))
    *way, last = data.draw(st.sampled_from([place for place in places(value) if place != ("number",)]))
    inside: Any = value
    for step in way:
        inside = inside[step]
    if data.draw(st.booleans()) or not isinstance(last, str):
        inside[last] = [data.draw(st.sampled_from([1, "x"]))]
    else:
        del inside[last]
    with pytest.raises(UnreadableError):
        read_act(value, "Entry 7")


def test_an_area_is_never_a_point() -> None:
    with pytest.raises(ValueError, match="never a point"):
        Circle(longitude=1, latitude=1, radius=0)
    with pytest.raises(ValueError, match="never a point"):
        Polygon(ring=((1, 1),) * 4)
