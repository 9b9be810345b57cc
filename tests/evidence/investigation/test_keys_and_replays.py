"""What keys and messages of several exhibits say of each other, in one release and from release to release."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from vodozemac import GroupSession, InboundGroupSession

from underseal.core.crypto import key_export
from underseal.core.crypto.megolm import ALGORITHM
from underseal.core.records import Secret
from underseal.evidence.investigation import Investigation, create_investigation

from .harbour import AUTHORITY, arrival, draft

ROOM = "!quay:harbour.example"
WORD = Secret(b"word")


@pytest.fixture
def investigation(fresh: Path) -> Iterator[Investigation]:
    with create_investigation(fresh, "Quay") as made:
        made.authorities.add(draft(), user=made.user)
        yield made


class Sender:
    """A device with one Megolm session, and the events that a server has of it."""

    def __init__(self) -> None:
        self._session = GroupSession()
        self._whole = InboundGroupSession(self._session.session_key)
        self.id = self._session.session_id

    def send(self, text: str, *, event: str, time: int) -> dict[str, object]:
        content = {"msgtype": "m.text", "body": text}
        payload = {"type": "m.room.message", "room_id": ROOM, "content": content}
        ciphertext = self._session.encrypt(json.dumps(payload).encode()).to_base64()
        return {
            "event_id": event,
            "type": "m.room.encrypted",
            "room_id": ROOM,
            "sender": "@ada:harbour.example",
            "origin_server_ts": 1_600_000_000_000 + time,
            "content": {
                "algorithm": ALGORITHM,
                "session_id": self.id,
                "sender_key": "curve",
                "device_id": "PHONE",
                "ciphertext": ciphertext,
            },
        }

    def key(self, *, index: int = 0, flip: int | None = None) -> key_export.ExportedSession:
        """Return the session as a phone exports it; with a bit of its ratchet flipped, as a damaged export has it."""
        exported = self._whole.export_at(index)
        assert exported is not None
        data = bytearray(base64.b64decode(exported.to_base64() + "=="))
        if flip is not None:
            data[flip] ^= 1
        key = Secret(base64.b64encode(bytes(data)).rstrip(b"="))
        return key_export.ExportedSession(
            room_id=ROOM, session_id=self.id, sender_key="curve", session_key=key, first_index=index
        )


def sent(sender: Sender, numbers: Sequence[int]) -> list[dict[str, object]]:
    """Return those of ten messages whose numbers are wanted."""
    ten = [sender.send(f"text {n}", event=f"${sender.id[:4]}{n}", time=1000 * n) for n in range(10)]
    return [ten[number] for number in numbers]


def capture(to: Investigation, number: str, events: Sequence[Mapping[str, object]], folder: Path) -> None:
    file = folder / f"{number}.jsonl"
    file.write_text("".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8")
    to.take(file, arrival(number), authority=AUTHORITY)


def keys(to: Investigation, number: str, sessions: Sequence[key_export.ExportedSession], folder: Path) -> None:
    file = folder / f"{number}.txt"
    file.write_bytes(key_export.write(sessions, WORD, rounds=10))
    to.take(file, arrival(number), authority=AUTHORITY, passphrase=WORD)


def found(investigation: Investigation) -> dict[str, tuple[str, str | None]]:
    """Return verdict and text of every message that the latest release shows, by event."""
    rows = investigation.under(AUTHORITY).search("", columns=["event", "verdict", "text"]).rows
    return {row["event"]: (row["verdict"], row["text"]) for row in rows.to_pylist()}


@pytest.mark.parametrize("numbers", [("A", "B"), ("B", "A")])
@pytest.mark.parametrize("together", [True, False])
def test_a_message_of_one_exhibit_replayed_in_another_is_found(
    investigation: Investigation, tmp_path: Path, numbers: tuple[str, str], *, together: bool
) -> None:
    sender = Sender()
    sent = sender.send("the boat is in", event="$sent", time=100)
    keys(investigation, "KEYS", [sender.key()], tmp_path)
    capture(investigation, numbers[0], [sent], tmp_path)
    if not together:
        investigation.release()
    replayed = sent | {"event_id": "$again", "origin_server_ts": 1_600_000_000_200}
    capture(investigation, numbers[1], [replayed], tmp_path)
    investigation.release()
    assert found(investigation) == {"$sent": ("opened", "the boat is in"), "$again": ("replayed", None)}


def test_a_replay_staged_in_the_release_that_opens_the_original_is_found(
    investigation: Investigation, tmp_path: Path
) -> None:
    sender = Sender()
    sent = sender.send("the boat is in", event="$sent", time=100)
    capture(investigation, "A", [sent | {"event_id": "$again", "origin_server_ts": 1_600_000_000_200}], tmp_path)
    investigation.release()
    assert found(investigation)["$again"][0] == "no_key"
    capture(investigation, "B", [sent], tmp_path)
    keys(investigation, "KEYS", [sender.key()], tmp_path)
    investigation.release()
    verdicts = {event: verdict for event, (verdict, _) in found(investigation).items()}
    assert verdicts == {"$sent": "opened", "$again": "replayed"}


def test_a_right_key_opens_what_a_damaged_export_had_given_as_bad_mac(
    investigation: Investigation, tmp_path: Path
) -> None:
    sender = Sender()
    events = [sender.send(f"text {n}", event=f"${n}", time=n) for n in range(3)]
    keys(investigation, "DAMAGED", [sender.key(flip=20)], tmp_path)
    capture(investigation, "A", events, tmp_path)
    first = investigation.release()
    assert first is not None
    assert first.verdicts == {"bad_mac": 3}
    keys(investigation, "RIGHT", [sender.key(index=1)], tmp_path)
    second = investigation.release()
    assert second is not None
    assert (second.added, second.verdicts) == (2, {"bad_mac": 1, "opened": 2})
    assert found(investigation) == {
        "$0": ("bad_mac", None),
        "$1": ("opened", "text 1"),
        "$2": ("opened", "text 2"),
    }
    assert [step.name for step in investigation.verify() if not step.ok] == []
    reread = investigation.under(AUTHORITY, release=1).search("verdict:bad_mac")
    assert reread.total == 3


def test_a_key_that_was_tried_is_not_tried_again_and_one_that_was_not_is_named(
    investigation: Investigation, tmp_path: Path
) -> None:
    sender = Sender()
    keys(investigation, "DAMAGED", [sender.key(flip=20)], tmp_path)
    capture(investigation, "A", [sender.send("text", event="$0", time=1)], tmp_path)
    investigation.release()
    assert investigation.release() is None
    keys(investigation, "SAME", [sender.key(flip=20)], tmp_path)
    third = investigation.release()
    assert third is None or third.added == 0
    keys(investigation, "LATER", [sender.key(index=1)], tmp_path)
    later = investigation.release()
    assert later is None or later.added == 0
    keys(investigation, "WORSE", [sender.key(flip=21)], tmp_path)
    tried = investigation.release()
    assert tried is not None
    assert (tried.added, tried.verdicts) == (1, {"bad_mac": 1})
    case = investigation.under(AUTHORITY)
    assert case.record(case.find("$0"))["key_exhibit"] in {"DAMAGED, WORSE", "WORSE, DAMAGED"}
    assert investigation.release() is None
    keys(investigation, "RIGHT", [sender.key()], tmp_path)
    investigation.release()
    assert found(investigation) == {"$0": ("opened", "text")}
