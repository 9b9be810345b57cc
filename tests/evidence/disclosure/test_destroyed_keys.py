"""Where messages of a session were destroyed, no key of the workspace opens them, and all others open, prove and leave the house."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest

from privilege.left import where
from underseal.core.crypto import megolm, megolm_message
from underseal.core.records import Secret
from underseal.core.verify import verify, verify_file
from underseal.evidence.casework import Actor, Role
from underseal.evidence.decrypt import Keyring
from underseal.evidence.investigation import Investigation
from underseal.evidence.privilege import Named

from .quay import AUTHORITY, Quay, Sender, lines_of, make_quay, payload_of
from .test_independent import program, run

__all__ = ["program"]

_USERS: Final = {"anna": Role.ADMINISTRATOR, "root": Role.INVESTIGATOR, "fatma": Role.FILTER, "paul": Role.PROSECUTOR}

GONE: Final = ("$a3", "$a6")
"""Of ten messages of one session, by their index."""

LATER: Final = "$a10"

WORDING: Final = "$b4"
"""A later wording of one that was destroyed, of another session: it is destroyed when it is taken in."""


@dataclass(kw_only=True)
class House:
    """A quay of which two messages were destroyed, and taken in again with the key of their session and one message more."""

    quay: Quay
    keys: list[dict[str, int]] = field(default_factory=list)

    def of(self, user: str) -> Investigation:
        return self.quay.investigation.acting_as(Actor(name=user, role=_USERS[user]))

    @property
    def root(self) -> Path:
        return self.quay.investigation.workspace.root

    @property
    def sender(self) -> Sender:
        return self.quay.senders["ada"]

    @cached_property
    def captured(self) -> dict[str, Any]:
        """The events as they were captured first, by their id."""
        lines = (self.quay.folder / "A.jsonl").read_text(encoding="utf-8").splitlines()
        return {event["event_id"]: event for event in map(json.loads, lines)}

    @property
    def paul(self) -> Quay:
        """The quay in the hands of who may disclose."""
        return replace(self.quay, investigation=self.of("paul"))

    def confirmed(self, event: str) -> int:
        """Have the privilege of a message confirmed; return the number of the decision."""
        named = Named(record=self.quay.number(event))
        self.of("root").privilege.suspect(named, why="counsel", authority=AUTHORITY)
        return self.of("fatma").privilege.confirm(named, why="counsel", authority=AUTHORITY)[0].number

    def destroy(self, event: str) -> None:
        decision, destroying = self.confirmed(event), self.of("fatma").destroying
        words = destroying.preview(decision, authority=AUTHORITY).words
        self.keys.append(dict(destroying.destroy(decision, confirm=words, authority=AUTHORITY).destruction.keys))


def add_users(house: House) -> None:
    for name, role in _USERS.items():
        house.quay.investigation.casework.users.add(name, role, Secret(b"correct horse battery"), at=0)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Not to be changed."""
    quay = make_quay(tmp_path_factory.mktemp("destroyed"))
    found = House(quay=quay)
    add_users(found)
    assert where(found.root, _openings(found.sender, 3)) == {"keyring/KEYS.parquet", "keyring/KEYS.parquet, decoded"}
    for event in GONE:
        found.destroy(event)
    assert_nothing_opens(found)
    later = found.sender.send("box 10 stands at gate 10", event=LATER, time=100)
    wording = quay.senders["ben"].send("box 3 stands elsewhere", event=WORDING, time=101)
    wording["content"] |= {"m.relates_to": {"rel_type": "m.replace", "event_id": "$a3"}}  # type: ignore[operator]
    quay.capture("B", [*(found.captured[event] for event in GONE), later, wording])
    quay.keys("KEYS-2", [found.sender.key(), quay.senders["ben"].key()])
    assert quay.investigation.release(workers=1) is not None
    yield found
    quay.investigation.close()


def assert_nothing_opens(house: House) -> None:
    """Try every key of the workspace, and look for what opens the destroyed in every byte of it."""
    keyring, session = Keyring(house.root / "keyring"), house.sender.id
    for event in GONE:
        ciphertext = base64.b64decode(house.captured[event]["content"]["ciphertext"] + "==")
        index = megolm.message_index(ciphertext)
        for key in keyring.load({session})[session]:
            with pytest.raises(megolm.KeyTooLateError):
                megolm.InboundSession(key.exported).open(ciphertext)
        for single in (key for keys in keyring.load_messages({session})[session].values() for key in keys):
            with pytest.raises(megolm.BadMacError):
                megolm_message.MessageKey(single.secret, session_id=session, index=index).open(ciphertext)
        assert where(house.root, _openings(house.sender, index)) == set()


def _openings(sender: Sender, index: int) -> Iterator[bytes]:
    """Yield what opens a message, as bytes and within base64: each earlier state of the ratchet, and its own key."""
    for first in range(index + 1):
        exported = megolm.export_bytes(sender.key(index=first).session_key)
        yield exported[5:133]
        yield base64.b64encode(exported[6:132])
    single = megolm.InboundSession(sender.key().session_key).message_key(index).reveal()
    yield single
    yield from (base64.b64encode(single[at : at + 75]) for at in range(3))


def test_nothing_in_the_workspace_opens_a_destroyed_message_and_none_of_it_comes_back(house: House) -> None:
    assert_nothing_opens(house)
    case = house.quay.case()
    assert [case.search(f'"box {n} stands"').total for n in (2, 3, 5, 6, 10)] == [1, 0, 1, 0, 1]
    keyring = Keyring(house.root / "keyring")
    assert keyring.load_messages({house.sender.id})[house.sender.id].keys() == {0, 1, 2, 4, 5}
    assert {key.first_index for key in keyring.load({house.sender.id})[house.sender.id]} == {7}
    assert where(house.root, [*_openings(house.quay.senders["ben"], 4), b"box 3 stands elsewhere"]) == set()
    assert case.search('"who has box 3"').total == 1
    assert [step.detail for step in house.of("root").verify() if not step.ok] == []


def test_the_receipt_counts_what_was_replaced(house: House) -> None:
    assert house.keys == [{"removed": 0, "shortened": 0, "replaced": 1}] * 2
    receipt = house.of("fatma").destroying.receipt(1, authority=AUTHORITY)
    report = verify(receipt, trusted=house.quay.investigation.workspace.public_key.hex)
    assert report.ok
    assert "room keys removed: 0, shortened: 0, replaced by keys of single messages: 1." in report.summary


def test_what_stays_is_proved_and_disclosed_with_its_keys(house: House, program: Path) -> None:
    quay = house.paul
    events = ("$a2", "$a4", "$a7", "$a8", "$a9", LATER)
    assert all(verify(quay.case().prove(quay.number(event))).ok for event in events)
    pack = quay.pack(quay.dossier(*events))
    assert verify_file(pack).ok
    assert (payload_of(pack)["counts"]["message_keys"], payload_of(pack)["counts"]["session_keys"]) == (6, 1)
    (session,) = json.loads((pack / "keys.json").read_bytes())["sessions"]
    assert (session["from"], session["opens"]) == (7, 4)
    assert all(line["message_key"] for line in lines_of(pack))
    signer = quay.investigation.workspace.public_key.hex
    assert run(program, pack, signer, quay.number("$a9")).stdout == "verified: box 9 stands at gate 9\n"
