"""What must fail on a closed network, tried against a real homeserver with the raw API."""

import base64
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from loopback import NO_TLS
from network.server_fixture import API, CLIENT, LiveNetwork, RawPhone, b64, make, now, start
from underseal.network.licences import Staff
from underseal.network.pins import ALPHABET, random_pin, user_id

WORDS = {"msgtype": "m.text", "body": "meet me at the flower market"}


def megolm() -> dict[str, Any]:
    return {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": base64.b64encode(b"\x03" + secrets.token_bytes(119)).decode(),
        "session_id": "A" * 43,
        "sender_key": "B" * 43,
        "device_id": "ABCDEFGHIJ",
    }


def stranger(live: LiveNetwork) -> str:
    """A user id that does not exist."""
    return user_id(random_pin(), live.network.settings.server_name)


# --- licences ---------------------------------------------------------------------------------------------------------


def test_a_code_becomes_a_phone_that_may_do_what_phones_do(live_network: LiveNetwork) -> None:
    phone = live_network.phone()
    assert set(phone.pin) <= set(ALPHABET)
    assert phone.ok("GET", f"{CLIENT}/account/whoami")["user_id"] == phone.user
    licence = phone.ok("GET", f"{API}/licence")
    assert (licence["state"], licence["notice"], licence["pin"]) == ("active", None, phone.pin)


def test_without_a_code_there_is_no_account(live_network: LiveNetwork) -> None:
    nobody = RawPhone(live_network.url)
    for path in ("register", "login"):
        answer = nobody.call(
            "POST", f"{CLIENT}/{path}", {"username": "eve", "password": "x", "type": "m.login.password"}
        )
        assert (answer.status_code, answer.json()["errcode"]) == (404, "M_UNRECOGNIZED")
    assert nobody.call("GET", f"{CLIENT}/account/whoami").status_code == 401


def test_an_unknown_code_and_a_mistyped_one_are_refused(live_network: LiveNetwork) -> None:
    code = live_network.codes()[0]
    flipped = code[:-1] + next(sign for sign in ALPHABET if sign != code[-1])
    for wrong in ("", "hello", flipped, "2222-2222-2222-2222-2222"):
        answer = RawPhone(live_network.url).activate(wrong)
        assert answer.status_code in {400, 403}, answer.text
    assert RawPhone(live_network.url).activate(code).is_success


def test_a_spent_code_is_refused_to_others(live_network: LiveNetwork) -> None:
    code = live_network.codes()[0]
    assert RawPhone(live_network.url).activate(code).is_success
    answer = RawPhone(live_network.url).activate(code)
    assert (answer.status_code, answer.json()["errcode"]) == (403, "ORG.UNDERSEAL.CODE_SPENT")


def test_an_activation_whose_answer_was_lost_is_repeated_by_the_same_phone_until_its_keys_are_up(
    live_network: LiveNetwork,
) -> None:
    code, key, phone = live_network.codes()[0], secrets.token_bytes(32), RawPhone(live_network.url)
    assert phone.activate(code, key).is_success
    lost = RawPhone(live_network.url)
    lost.token, first = phone.token, phone.pin
    assert phone.activate(code, key).is_success
    assert phone.pin == first
    assert lost.call("GET", f"{CLIENT}/account/whoami").status_code == 401
    phone.ok("POST", f"{CLIENT}/keys/upload", device_keys(phone))
    replayed = RawPhone(live_network.url).activate(code, key)
    assert (replayed.status_code, replayed.json()["errcode"]) == (403, "ORG.UNDERSEAL.CODE_SPENT")


def test_one_code_at_one_moment_makes_one_phone(live_network: LiveNetwork) -> None:
    code = live_network.codes()[0]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: RawPhone(live_network.url).activate(code), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[403] * 7]


def test_an_ended_licence_stops_everything_and_says_what_to_do(live_network: LiveNetwork) -> None:
    phone = live_network.phone()
    live_network.licences.suspend(phone.pin, why="a test", at=now(), by=Staff.command_line())
    for method, path in (
        ("GET", "sync?timeout=0"),
        ("POST", "keys/query"),
        ("POST", "createRoom"),
        ("GET", "joined_rooms"),
    ):
        answer = phone.call(method, f"{CLIENT}/{path}", {} if method == "POST" else None)
        assert (answer.status_code, answer.json()["errcode"]) == (403, "ORG_MATRIX_EXPIRED_ACCOUNT")
        assert answer.json()["org.underseal.state"] == "suspended"
        assert "reseller" in answer.json()["error"]
    assert phone.ok("GET", f"{API}/licence")["state"] == "suspended"
    live_network.licences.resume(phone.pin, at=now(), by=Staff.command_line())
    phone.ok("GET", f"{CLIENT}/joined_rooms")


def test_an_expired_licence_names_its_day_and_works_again_at_once_after_renewal(live_network: LiveNetwork) -> None:
    code = live_network.codes()[0]
    long_ago = now() - timedelta(days=400)
    key = secrets.token_bytes(32)
    old = live_network.licences.activate(code, retry_key=key, at=long_ago)
    phone = RawPhone(live_network.url)
    assert phone.activate(code, key).is_success
    answer = phone.call("GET", f"{CLIENT}/sync?timeout=0")
    assert (answer.status_code, answer.json()["errcode"]) == (403, "ORG_MATRIX_EXPIRED_ACCOUNT")
    assert old.ends.date().isoformat() in answer.json()["error"]
    assert phone.call("POST", f"{API}/renew", {"code": code}).json()["errcode"] == "ORG.UNDERSEAL.CODE_SPENT"
    assert phone.ok("POST", f"{API}/renew", {"code": live_network.codes()[0]})["licence"]["state"] == "active"
    phone.ok("GET", f"{CLIENT}/sync?timeout=0")


def test_a_revoked_licence_cannot_be_renewed(live_network: LiveNetwork) -> None:
    phone = live_network.phone()
    live_network.licences.revoke(phone.pin, why="a test", at=now(), by=Staff.command_line())
    assert phone.call("GET", f"{CLIENT}/sync?timeout=0").json()["org.underseal.state"] == "revoked"
    assert phone.call("POST", f"{API}/renew", {"code": live_network.codes()[0]}).status_code == 403


def test_a_transfer_logs_the_old_phone_out(live_network: LiveNetwork) -> None:
    old, new = live_network.phone(), RawPhone(live_network.url)
    old.ok("POST", f"{CLIENT}/keys/upload", device_keys(old))
    code = live_network.licences.transfer(old.pin, at=now(), by=Staff.command_line())
    assert new.activate(code.text).is_success
    assert (new.pin, new.device != old.device) == (old.pin, True)
    assert old.call("GET", f"{CLIENT}/account/whoami").status_code == 401


# --- what people write ------------------------------------------------------------------------------------------------


def test_ciphertext_passes_and_clear_text_does_not(live_network: LiveNetwork) -> None:
    one, other = live_network.friends()
    room = one.room_with(other)
    assert one.send(room, "m.room.encrypted", megolm()).status_code == 200
    for kind, content in (
        ("m.room.message", WORDS),
        ("m.room.encrypted", WORDS),
        ("m.room.encrypted", megolm() | {"body": "hello"}),
        ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$a", "key": "+"}}),
        ("org.example.note", {"text": "hello"}),
    ):
        answer = one.send(room, kind, content)
        assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN"), kind


def test_every_room_is_encrypted_from_its_first_moment_and_stays_so(live_network: LiveNetwork) -> None:
    phone = live_network.phone()
    room = phone.ok("POST", f"{CLIENT}/createRoom", {})["room_id"]
    state = {event["type"]: event["content"] for event in phone.ok("GET", f"{CLIENT}/rooms/{room}/state")}
    assert state["m.room.encryption"] == {"algorithm": "m.megolm.v1.aes-sha2"}
    assert state["m.room.history_visibility"] == {"history_visibility": "joined"}
    assert state["m.room.join_rules"] == {"join_rule": "invite"}
    assert state["m.room.guest_access"] == {"guest_access": "forbidden"}
    for kind, content in (
        ("m.room.encryption", {}),
        ("m.room.encryption", {"algorithm": "m.none"}),
        ("m.room.name", {"name": "flowers"}),
        ("m.room.topic", {"topic": "flowers"}),
        ("m.room.join_rules", {"join_rule": "public"}),
        ("m.room.history_visibility", {"history_visibility": "world_readable"}),
        ("im.vector.modular.widgets", {"url": "x"}),
    ):
        answer = phone.call("PUT", f"{CLIENT}/rooms/{room}/state/{kind}", content)
        assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN"), kind


@pytest.mark.parametrize(
    "config",
    [
        {"name": "flowers"},
        {"topic": "flowers"},
        {"visibility": "public"},
        {"preset": "public_chat"},
        {"room_alias_name": "flowers"},
        {"initial_state": [{"type": "m.room.encryption", "content": {"algorithm": "m.none"}}]},
        {"initial_state": [{"type": "m.room.name", "content": {"name": "flowers"}}]},
        {"initial_state": [{"type": "m.room.join_rules", "content": {"join_rule": "public"}}]},
        {"creation_content": {"note": "flowers"}},
        {"power_level_content_override": {"note": 1}},
    ],
)
def test_a_room_with_anything_in_clear_is_not_made(live_network: LiveNetwork, config: dict[str, Any]) -> None:
    answer = live_network.phone().call("POST", f"{CLIENT}/createRoom", config)
    assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN"), answer.text


def test_a_reason_is_text_and_does_not_pass(live_network: LiveNetwork) -> None:
    one, other = live_network.friends()
    room = one.room_with(other)
    event = one.send(room, "m.room.encrypted", megolm()).json()["event_id"]
    assert one.call("PUT", f"{CLIENT}/rooms/{room}/redact/{event}/first", {"reason": "flowers"}).status_code == 403
    assert one.call("PUT", f"{CLIENT}/rooms/{room}/redact/{event}/second", {}).status_code == 200
    assert (
        one.call("POST", f"{CLIENT}/rooms/{room}/kick", {"user_id": other.user, "reason": "flowers"}).status_code == 403
    )


# --- strangers --------------------------------------------------------------------------------------------------------


def test_an_invitation_passes_only_after_the_other_accepted(live_network: LiveNetwork) -> None:
    one, other = live_network.phone(), live_network.phone()
    body = {"invite": [other.user]}
    assert one.call("POST", f"{CLIENT}/createRoom", body).status_code == 403
    one.ok("POST", f"{API}/contacts/ask", {"pin": other.pin})
    assert one.call("POST", f"{CLIENT}/createRoom", body).status_code == 403
    asked = account_data(other)["org.underseal.requests"]["requests"]
    assert set(asked) == {one.pin}
    other.ok("POST", f"{API}/contacts/answer", {"pin": one.pin, "accept": True})
    data = account_data(other)
    assert data["org.underseal.requests"]["requests"] == {}
    assert set(data["org.underseal.contacts"]["contacts"]) == {one.pin}
    room = other.room_with(one)
    assert one.send(room, "m.room.encrypted", megolm()).status_code == 200
    one.ok("POST", f"{API}/contacts/remove", {"pin": other.pin})
    assert other.call("POST", f"{CLIENT}/createRoom", {"invite": [one.user]}).status_code == 403


def test_a_declined_request_lets_nobody_in(live_network: LiveNetwork) -> None:
    one, other = live_network.phone(), live_network.phone()
    one.ok("POST", f"{API}/contacts/ask", {"pin": other.pin})
    other.ok("POST", f"{API}/contacts/answer", {"pin": one.pin, "accept": False})
    assert one.call("POST", f"{CLIENT}/createRoom", {"invite": [other.user]}).status_code == 403


def test_nobody_can_accept_in_anothers_name(live_network: LiveNetwork) -> None:
    one, other = live_network.phone(), live_network.phone()
    one.ok("POST", f"{API}/contacts/answer", {"pin": other.pin, "accept": True})
    assert "org.underseal.contacts" not in account_data(one)
    for user in (one.user, other.user):
        for kind in ("org.underseal.contacts", "m.direct"):
            path = f"{CLIENT}/user/{user}/account_data/{kind}"
            assert one.call("PUT", path, {"contacts": {one.pin: {"at": 1}}}).status_code == 404


def test_a_pin_that_exists_answers_like_one_that_does_not(live_network: LiveNetwork) -> None:
    asker, hidden, unknown = live_network.phone(), live_network.phone(), stranger(live_network)
    hidden.ok("POST", f"{CLIENT}/keys/upload", device_keys(hidden))

    def answers(user: str) -> list[tuple[int, str]]:
        pin = user[1:7].upper()
        tried = [
            asker.call("POST", f"{API}/contacts/ask", {"pin": pin}),
            asker.call("POST", f"{CLIENT}/keys/query", {"device_keys": {user: []}}),
            asker.call("POST", f"{CLIENT}/keys/claim", {"one_time_keys": {user: {"A": "signed_curve25519"}}}),
            asker.call("POST", f"{CLIENT}/createRoom", {"invite": [user]}),
            asker.call("GET", f"{CLIENT}/profile/{user}"),
            asker.call("GET", f"{CLIENT}/presence/{user}/status"),
            asker.call("POST", f"{CLIENT}/user_directory/search", {"search_term": pin.lower()}),
            asker.call("GET", f"{CLIENT}/register/available?username={pin.lower()}"),
            asker.call("PUT", f"{CLIENT}/sendToDevice/m.room.encrypted/{pin}", {"messages": {user: {"*": megolm()}}}),
        ]
        return [(answer.status_code, answer.text.replace(user, "USER").replace(pin.lower(), "PIN")) for answer in tried]

    assert answers(hidden.user) == answers(unknown)


def test_pins_cannot_be_tried_by_the_hundred(live_network: LiveNetwork) -> None:
    phone = live_network.phone()
    codes = [phone.call("POST", f"{API}/contacts/ask", {"pin": random_pin()}).status_code for _ in range(12)]
    assert codes == [200] * 10 + [429] * 2


def test_friends_who_share_a_room_see_each_others_devices(live_network: LiveNetwork) -> None:
    one, other = live_network.friends()
    other.ok("POST", f"{CLIENT}/keys/upload", device_keys(other))
    ask: dict[str, Any] = {"device_keys": {other.user: []}}
    assert one.ok("POST", f"{CLIENT}/keys/query", ask)["device_keys"] == {}
    one.room_with(other)
    assert set(one.ok("POST", f"{CLIENT}/keys/query", ask)["device_keys"][other.user]) == {other.device}


def test_messages_to_devices_are_encrypted(live_network: LiveNetwork) -> None:
    one, other = live_network.friends()
    one.room_with(other)
    path = f"{CLIENT}/sendToDevice/org.example.note/1"
    answer = one.call("PUT", path, {"messages": {other.user: {"*": {"text": "hello"}}}})
    assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN")


def test_a_room_is_not_joined_without_an_invitation(live_network: LiveNetwork) -> None:
    one, eve = live_network.phone(), live_network.phone()
    room = one.ok("POST", f"{CLIENT}/createRoom", {})["room_id"]
    assert eve.call("POST", f"{CLIENT}/join/{room}", {}).status_code == 403
    assert eve.call("GET", f"{CLIENT}/rooms/{room}/messages?dir=b").status_code == 403
    assert eve.send(room, "m.room.encrypted", megolm()).status_code == 403


# --- files ------------------------------------------------------------------------------------------------------------


def upload(phone: RawPhone, data: bytes, *, query: str = "", kind: str = "application/octet-stream") -> httpx.Response:
    return phone.call("POST", f"/_matrix/media/v3/upload{query}", content=data, headers={"Content-Type": kind})


def test_an_encrypted_file_reaches_friends_and_no_stranger(live_network: LiveNetwork) -> None:
    one, other = live_network.friends()
    one.room_with(other)
    data = secrets.token_bytes(5000)
    path = "/_matrix/client/v1/media/download/" + upload(one, data).json()["content_uri"].removeprefix("mxc://")
    assert (one.call("GET", path).content, other.call("GET", path).content) == (data, data)
    eve = live_network.phone()
    unknown = path[:-24] + "A" * 24
    assert [eve.call("GET", wanted).status_code for wanted in (path, unknown)] == [404, 404]
    for old in ("/_matrix/media/v3/download/", "/_matrix/media/r0/download/"):
        assert one.call("GET", path.replace("/_matrix/client/v1/media/download/", old)).status_code == 404
    assert RawPhone(live_network.url).call("GET", path).status_code == 401


def test_what_is_no_encrypted_file_is_not_taken(live_network: LiveNetwork) -> None:
    phone = live_network.phone()
    assert upload(phone, b"\xff\xd8\xff\xe0" + bytes(500)).status_code == 403
    assert upload(phone, b"a plan that everybody could read " * 9).status_code == 403
    assert upload(phone, secrets.token_bytes(500), query="?filename=plan.jpg").status_code == 400
    assert upload(phone, secrets.token_bytes(500), kind="image/jpeg").status_code == 400
    assert upload(phone, b"").status_code == 400
    assert upload(phone, secrets.token_bytes(2**20 + 1)).status_code == 413
    assert upload(phone, secrets.token_bytes(2**20)).status_code == 200
    assert upload(RawPhone(live_network.url), secrets.token_bytes(500)).status_code == 401


# --- doors that do not exist ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/_matrix/federation/v1/version",
        "/_matrix/federation/v1/send/1",
        "/_matrix/key/v2/server",
        "/_matrix/client/v3/publicRooms",
        "/_matrix/client/v3/directory/room/x",
        "/_matrix/client/v3/search",
        "/_matrix/client/v3/thirdparty/protocols",
        "/_matrix/client/v3/pushers",
        "/_matrix/client/v3/voip/turnServer",
        "/_matrix/client/v3/account/3pid",
        "/_matrix/client/v3/account/password",
        "/_matrix/client/v1/rooms/x/hierarchy",
        "/_matrix/client/r0/sync",
        "/_matrix/client/unstable/org.matrix.msc3575/sync",
        "/_matrix/client/v3/sync/",
        "/_matrix/client/v3/%73ync",
        "/_matrix/media/v3/config",
        "/_matrix/media/v1/download/x/y",
        "/_matrix/static/",
        "/_synapse/admin/v1/server_version",
        "/_synapse/admin/v1/register",
        "/_synapse/client/account_validity/renew",
        "/.well-known/matrix/server",
    ],
)
def test_a_door_of_plain_matrix_is_not_there(live_network: LiveNetwork, path: str) -> None:
    phone = live_network.phone()
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert phone.call(method, path, {}).status_code in {404, 405}, method


def test_no_answer_names_the_software_and_its_version(live_network: LiveNetwork) -> None:
    for path in ("/health", f"{API}/server", "/_matrix/client/versions", "/_matrix/federation/v1/version"):
        assert httpx.get(live_network.url + path, verify=NO_TLS).headers["server"] == "Underseal"


def test_the_server_says_what_a_phone_must_know(live_network: LiveNetwork) -> None:
    found = RawPhone(live_network.url).ok("GET", f"{API}/server")
    assert found == {"name": "phone.example", "pins": ALPHABET, "undelivered_hours": 48, "upload_bytes": 2**20}


def test_the_share_of_a_phone_is_counted_over_http(live_network: LiveNetwork) -> None:
    phone = live_network.phone()
    unlock, duress, wrong = (secrets.token_bytes(32) for _ in range(3))
    nobody = RawPhone(live_network.url)
    body = {"unlock": b64(unlock), "duress": b64(duress)}
    assert nobody.call("POST", f"{API}/shares", body).status_code == 401
    made = phone.ok("POST", f"{API}/shares", body)
    place = f"{API}/shares/{made['id']}"
    refused = nobody.call("POST", place, {"proof": b64(wrong)})
    assert (refused.status_code, refused.json()["errcode"]) == (403, "ORG.UNDERSEAL.WRONG_CODE")
    assert refused.json()["tries_left"] == 9
    assert nobody.ok("POST", place, {"proof": b64(unlock)}) == {"share": made["share"]}
    assert nobody.ok("POST", place, {"proof": b64(duress)}) == {"share": made["decoy"]}
    gone = nobody.call("POST", place, {"proof": b64(unlock)})
    assert (gone.status_code, gone.json()["errcode"]) == (410, "ORG.UNDERSEAL.SHARE_GONE")


def test_logs_hold_no_traffic(live_network: LiveNetwork) -> None:
    one, other = live_network.friends()
    room = one.room_with(other)
    one.send(room, "m.room.message", WORDS)
    logs = "".join(file.read_text() for file in live_network.network.homeserver.glob("*.log"))
    assert not [secret for secret in (room, one.token, one.user, "flower market") if secret in logs]


def test_codes_cannot_be_guessed_from_one_address(tmp_path: Path) -> None:
    with start(make(tmp_path / "net")) as live:
        body = {"code": "2222-2222-2222-2222-2222", "retry_key": b64(secrets.token_bytes(32))}
        nobody = RawPhone(live.url)
        for attempt in range(51):
            headers = {"X-Forwarded-For": f"192.0.2.{attempt}"}  # is not believed without a proxy
            answer = nobody.call("POST", f"{API}/activate", body, headers=headers)
        assert answer.status_code == 429
        assert answer.json()["retry_after_ms"] > 0


# --- helpers ----------------------------------------------------------------------------------------------------------


def account_data(phone: RawPhone) -> dict[str, Any]:
    found = phone.ok("GET", f"{CLIENT}/sync?timeout=0")
    return {event["type"]: event["content"] for event in found["account_data"]["events"]}


def device_keys(phone: RawPhone) -> dict[str, Any]:
    keys = {"user_id": phone.user, "device_id": phone.device, "algorithms": ["m.megolm.v1.aes-sha2"], "keys": {}}
    return {"device_keys": keys | {"signatures": {}, "at": int(time.time())}}
