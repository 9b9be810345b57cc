"""A phone in a browser becomes an exhibit: what it hands over opens its conversations in the capture of its network."""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from network.phones.crowd import PICTURE, VOICE
from network.server_fixture import LiveNetwork, make, now, start
from underseal.core.crypto import key_export
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.records import Secret
from underseal.errors import KeyFileError
from underseal.evidence.authority import Draft
from underseal.evidence.investigation import Arrival, Consultation, create_investigation
from underseal.network.capture import ALL, Order, begin_capture, hand_over
from underseal.network.pins import Pin
from web.conftest import UNDERSEAL

from .conftest import CODE, Handset, handset, sample_picture
from .headless import Headless, headless
from .test_account import open_account
from .test_sealed import DURESS, kept_phone
from .test_talking import PLAY, record, send_picture

PASSPHRASE = "de kraan staat stil om vijf uur"
AUTHORITY = "BR-2026/17"
WORDS = ("Waar ligt de sleutel?", "Onder de derde bloempot", "Dan haal ik hem om zes uur")


def ask_for_files(phone: Handset, code: str = CODE) -> None:
    """Fill the sheet in, and have the files made."""
    phone.page.get_by_label("Unlock code", exact=True).fill(code)
    phone.page.get_by_label("Passphrase for the keys").fill(PASSPHRASE)
    phone.page.get_by_label("Passphrase again").fill(PASSPHRASE)
    phone.page.get_by_role("button", name="Make the files").click()


def open_sheet(phone: Handset) -> None:
    open_account(phone)
    phone.page.get_by_role("button", name="Hand over keys and history").click()


def save(phone: Handset, folder: Path) -> dict[str, Path]:
    """Save both files under the names that the phone gives them, and compare their digests with those on the screen."""
    folder.mkdir()
    files = {}
    for button in ("key", "message"):
        link = phone.page.get_by_role("link", name=button)
        with phone.page.expect_download() as download:
            link.click()
        file = files[button] = folder / download.value.suggested_filename
        download.value.save_as(file)
        shown = phone.page.get_by_role("region", name=file.name).locator("code").inner_text()
        assert shown.replace(" ", "") == sha256(file.read_bytes()).hexdigest()
    return files


def talk(phone: Handset, lotte: Headless, folder: Path) -> str:
    """A little of everything, both ways; returns the room."""
    lotte.do(lotte.phone.ask(Pin(phone.pin)))
    phone.accept(lotte.pin)
    room = lotte.join()
    phone.chat(lotte.pin)
    phone.write(WORDS[0])
    asked = lotte.hears(room, WORDS[0])
    lotte.do(lotte.phone.say(room, WORDS[1], reply_to=asked.event_id))
    phone.expect_line(WORDS[1])
    phone.write(WORDS[2])
    said = lotte.hears(room, WORDS[2])
    send_picture(phone, sample_picture(folder))
    lotte.hears(room, "picture")
    lotte.do(lotte.phone.show(room, PICTURE, "taart"))
    record(phone)
    lotte.hears(room, "voice")
    lotte.do(lotte.phone.speak(room, VOICE))
    expect(phone.page.get_by_role("button", name=PLAY)).to_have_count(2)
    lotte.do(lotte.phone.react(room, said.event_id, "👍"))
    expect(phone.page.get_by_role("button", name="Thumbs Up, 1")).to_be_visible()
    gone = lotte.do(lotte.phone.say(room, "dit neem ik terug"))
    phone.expect_line("dit neem ik terug")
    lotte.do(lotte.phone.redact(room, gone.event_id))
    expect(phone.lines().filter(has_text="dit neem ik terug")).to_have_count(0)
    phone.back()
    return room


def seize(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    """`underseal network seize`, in a process of its own: the driver of the browser holds the loop of this one."""
    command = [UNDERSEAL, "network", "seize", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def everything() -> Order:
    return Order.of(
        number=AUTHORITY,
        magistrate="Examining magistrate of the test",
        legal_basis="none: invented",
        accounts=(ALL,),
        begins=now() - timedelta(minutes=1),
        ends=now() + timedelta(days=1),
    )


def draft() -> Draft:
    return Draft(
        number=AUTHORITY,
        magistrate="Examining magistrate of the test",
        legal_basis="none: invented",
        type="interception",
        accounts="all",
        rooms="all",
        period="all",
        valid_from="2020-01-01",
        valid_to="2099-12-31",
        zone="UTC",
    )


def arrival(number: str) -> Arrival:
    return Arrival(
        number=number, title=number, custodian="test", condition="sealed", received_from="lab", received_by="desk"
    )


def rows(case: Consultation, query: str) -> list[dict[str, Any]]:
    columns = ["event", "verdict", "text", "sender", "kind", "target", "media_sha256"]
    found: list[dict[str, Any]] = []
    for page in case.pages(query):
        found += page.rows.select([name for name in columns if name in page.rows.column_names]).to_pylist()
    return found


def test_what_a_phone_hands_over_opens_its_conversations_in_the_capture(
    phones_browser: Browser, tmp_path: Path
) -> None:
    with start(make(tmp_path / "net")) as live:
        begin_capture(live.network, everything(), now())
        with handset(phones_browser, live.url) as phone, headless(live) as lotte:
            phone.enrol(live.codes()[0])
            room = talk(phone, lotte, tmp_path)
            theirs = lotte.history(room)
            open_sheet(phone)
            ask_for_files(phone)
            files = save(phone, tmp_path / "saved")
            user = f"@{phone.pin.lower()}:phone.example"
        captured = hand_over(live.network, tmp_path / "handover", now()).folder
    check_keys(files["key"], room)
    check_history(files["message"], {message.event_id: message.text for message in theirs})
    exhibit = tmp_path / "exhibit"
    (tmp_path / "wrong").write_text("een andere zin", encoding="utf-8")
    (tmp_path / "word").write_text(PASSPHRASE, encoding="utf-8")
    refused = seize(tmp_path / "saved", exhibit, "--passphrase-file", tmp_path / "wrong")
    assert (refused.returncode, "passphrase is wrong" in refused.stderr, exhibit.exists()) == (1, True, False)
    done = seize(tmp_path / "saved", exhibit, "--passphrase-file", tmp_path / "word")
    assert done.returncode == 0, done.stderr
    account = json.loads((exhibit / "seizure.json").read_text(encoding="utf-8"))
    assert (account["phone"], account["source"], account["opened"]) == (user, "export", True)
    assert {file["path"]: file["sha256"] for file in account["files"]} == {
        str(file.relative_to(exhibit)): sha256(file.read_bytes()).hexdigest()
        for file in exhibit.rglob("*")
        if file.is_file() and file.name != "seizure.json"
    }
    check_evidence(tmp_path / "case", captured, exhibit)


def check_keys(file: Path, room: str) -> None:
    """The passphrase opens them, another does not; each is a session of that conversation."""
    data = file.read_bytes()
    with pytest.raises(KeyFileError):
        key_export.read(data, Secret(b"een andere zin"))
    sessions = key_export.read(data, Secret(PASSPHRASE.encode()))
    assert all(isinstance(session, ExportedSession) and session.room_id == room for session in sessions)
    assert len({session.sender_key for session in sessions if isinstance(session, ExportedSession)}) == 2


def check_history(file: Path, said: dict[str, str | None]) -> None:
    """It is what the headless phone holds of the same conversation, but for what was taken back."""
    events = [json.loads(text) for text in file.read_text(encoding="utf-8").splitlines()]
    messages = {event["event_id"]: event for event in events if event["type"] == "m.room.message"}
    reactions = [event for event in events if event["type"] == "m.reaction"]
    assert {event: messages[event]["content"]["body"] for event in messages} == {
        event: text or "" for event, text in said.items() if event in messages
    }
    kinds = sorted(event["content"]["msgtype"] for event in messages.values())
    assert kinds == ["m.audio"] * 2 + ["m.image"] * 2 + ["m.text"] * 3
    (reply,) = [event for event in messages.values() if "m.relates_to" in event["content"]]
    target = reply["content"]["m.relates_to"]["m.in_reply_to"]["event_id"]
    assert (reply["content"]["body"], messages[target]["content"]["body"]) == (WORDS[1], WORDS[0])
    (reaction,) = reactions
    relation = reaction["content"]["m.relates_to"]
    assert (relation["key"], messages[relation["event_id"]]["content"]["body"]) == ("👍", WORDS[2])
    for event in messages.values():
        assert (event["content"]["msgtype"] == "m.text") is ("file" not in event["content"])


def check_evidence(folder: Path, captured: Path, exhibit: Path) -> None:
    """The capture opens by the phone's keys, files and all; the phone's own history is a copy of each message."""
    with create_investigation(folder, "Harbour") as investigation:
        investigation.authorities.add(draft(), user=investigation.user)
        investigation.take(captured, arrival("CAPTURE"), authority=AUTHORITY)
        keys = Secret(PASSPHRASE.encode())
        investigation.take(exhibit / "keys.txt", arrival("KEYS"), authority=AUTHORITY, passphrase=keys)
        investigation.take(exhibit / "history.jsonl", arrival("HISTORY"), authority=AUTHORITY)
        investigation.release(workers=1)
        case = investigation.under(AUTHORITY, purpose="test")
        found = rows(case, "copies:all (kind:text OR kind:picture OR kind:voice OR kind:reaction)")
    for words in WORDS:
        assert {row["verdict"] for row in found if row["text"] == words} == {"opened", "clear"}
    for kind in ("picture", "voice"):
        verdicts = sorted(row["verdict"] for row in found if row["kind"] == kind)
        assert verdicts == ["clear", "clear", "opened", "opened"]
    assert {row["text"] for row in found if row["kind"] == "reaction"} == {"👍"}


def test_a_wrong_unlock_code_counts_and_gives_nothing(new_phone: Callable[[], Handset]) -> None:
    phone = new_phone()
    phone.expected |= {403, 410}
    open_sheet(phone)
    for left in range(9, 0, -1):
        ask_for_files(phone, "verkeerd")
        expect(phone.page.get_by_text(f"{left} tr")).to_be_visible()
        expect(phone.page.get_by_role("link")).to_have_count(0)
    ask_for_files(phone, "verkeerd")
    expect(phone.page.get_by_role("heading", name="Activate this phone")).to_be_visible()


def test_a_passphrase_is_entered_twice_and_not_too_short(friends: tuple[Handset, Handset]) -> None:
    phone, _ = friends
    open_sheet(phone)
    phone.page.get_by_label("Unlock code", exact=True).fill(CODE)
    phone.page.get_by_label("Passphrase for the keys").fill("kort")
    expect(phone.page.get_by_text("Weak: easily guessed")).to_be_visible()
    phone.page.get_by_role("button", name="Make the files").click()
    expect(phone.page.get_by_text("At least 6 signs.")).to_be_visible()
    phone.page.get_by_label("Passphrase for the keys").fill(PASSPHRASE)
    phone.page.get_by_role("button", name="Make the files").click()
    expect(phone.page.get_by_text("The two are not the same.")).to_be_visible()


def test_the_duress_code_does_in_this_place_what_it_always_does(
    phones_browser: Browser, live_network: LiveNetwork
) -> None:
    with handset(phones_browser, live_network.url) as phone:
        phone.enrol(live_network.codes()[0], duress=DURESS)
        open_sheet(phone)
        ask_for_files(phone, DURESS)
        phone.unlock(DURESS)
        expect(phone.page.get_by_text("Nobody to talk to yet")).to_be_visible()
        phone.lock()
        phone.expected.add(410)
        phone.unlock(CODE)
        expect(phone.page.get_by_role("heading", name="Activate this phone")).to_be_visible()


def test_a_locked_profile_is_copied_and_holds_nothing_readable(
    phones_browser: Browser, live_network: LiveNetwork, tmp_path: Path
) -> None:
    profile, exhibit = tmp_path / "profile", tmp_path / "exhibit"
    with kept_phone(phones_browser, live_network, profile) as phone:
        phone.enrol(live_network.codes()[0])
        pin = phone.pin
    (tmp_path / "word").write_text(PASSPHRASE, encoding="utf-8")
    refused = seize(profile, exhibit, "--passphrase-file", tmp_path / "word")
    assert (refused.returncode, "browser's profile" in refused.stderr) == (1, True)
    assert seize(profile, exhibit, "--locked").returncode == 0
    account = json.loads((exhibit / "seizure.json").read_text(encoding="utf-8"))
    assert (account["source"], account["opened"], account["phone"]) == ("profile", False, None)
    assert sorted(file.name for file in exhibit.iterdir()) == ["phone", "seizure.json"]
    held = {file["path"] for file in account["files"]}
    assert any("IndexedDB" in path for path in held)
    assert pin not in json.dumps(account)
