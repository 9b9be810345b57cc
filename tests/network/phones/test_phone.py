"""Phones of both engines understand each other in every kind of message, and say what did not arrive."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from network.phones.crowd import CODE, PICTURE, VOICE, arrives, befriend, comes, group, phones, play
from network.server_fixture import LiveNetwork, RawPhone, now
from underseal.core.crypto import key_export, megolm
from underseal.core.crypto.olm import OlmAccount
from underseal.core.matrix import decode_base64
from underseal.core.records import Kind, Secret
from underseal.errors import CallerError, NotFoundError
from underseal.network.licences import Staff
from underseal.network.phones import (
    Address,
    HeadlessPhone,
    LicenceEndedError,
    Missing,
    Sent,
    ServerRefusedError,
    UnreachableError,
    Withheld,
)
from underseal.network.phones.devices import canonical
from underseal.network.pins import Pin

PAIRS = [("nio", "thin"), ("thin", "nio"), ("nio", "nio"), ("thin", "thin")]


@pytest.mark.parametrize("engines", PAIRS)
def test_every_kind_of_message_is_read_as_it_was_written(live_network: LiveNetwork, engines: tuple[str, str]) -> None:
    async def acts() -> None:
        async with phones(live_network, *engines) as (lotte, bram):
            room = await group(lotte, bram)
            said = await lotte.say(room, "De kraan is vrij om zes uur. الرافعة جاهزة")
            answered = await bram.say(room, "Goed", reply_to=said.event_id)
            shown = await bram.show(room, PICTURE, "taart")
            spoken = await lotte.speak(room, VOICE)
            reacted = await bram.react(room, spoken.event_id, "👍")
            assert not [sent for sent in (said, answered, shown, spoken, reacted) if sent.withheld]

            line = await arrives(bram, said.event_id)
            assert (line.kind, line.text, line.sender) == (Kind.TEXT, said.content["body"], lotte.user_id)
            assert (line.device_id, line.session_id, line.index) == (lotte.device_id, said.session_id, said.index)
            assert (await arrives(lotte, answered.event_id)).target == said.event_id
            line = await arrives(lotte, shown.event_id)
            assert line.media is not None
            assert (line.kind, line.text, line.media.width) == (Kind.PICTURE, "taart", PICTURE.width)
            assert await lotte.fetch(line) == PICTURE.data
            line = await arrives(bram, spoken.event_id)
            assert line.media is not None
            assert (line.kind, line.media.duration, line.media.waveform) == (Kind.VOICE, 1200, VOICE.waveform)
            assert await bram.fetch(line) == VOICE.data
            line = await arrives(lotte, reacted.event_id)
            assert (line.kind, line.text, line.target) == (Kind.REACTION, "👍", spoken.event_id)

    play(acts())


@pytest.mark.parametrize("engines", PAIRS)
def test_a_deleted_message_is_gone_for_both(live_network: LiveNetwork, engines: tuple[str, str]) -> None:
    async def acts() -> None:
        async with phones(live_network, *engines) as (lotte, bram):
            room = await group(lotte, bram)
            said = await lotte.say(room, "vergeet dit")
            await arrives(bram, said.event_id)
            await lotte.redact(room, said.event_id)
            for phone in (lotte, bram):
                await phone.until(partial(is_deleted, phone, said))
                assert (await comes(phone, said.event_id)).text is None

    play(acts())


def test_senders_learn_what_was_delivered_and_read(live_network: LiveNetwork) -> None:
    async def acts() -> None:
        async with phones(live_network, "nio", "thin") as (lotte, bram):
            room = await group(lotte, bram)
            for one, other in ((lotte, bram), (bram, lotte)):
                said = await one.say(room, "aangekomen?")
                assert said.event_id not in one.delivered
                await arrives(other, said.event_id)
                await one.until(partial(was_delivered, one, said, other))
                await other.read(room, said.event_id)
                await one.until(partial(was_read, one, said, other))

    play(acts())


def is_deleted(phone: HeadlessPhone, said: Sent) -> bool:
    found = phone.find(said.event_id)
    return found is not None and found.kind is Kind.REDACTION


def was_delivered(one: HeadlessPhone, said: Sent, other: HeadlessPhone) -> bool:
    return other.user_id in one.delivered.get(said.event_id, ())


def was_read(one: HeadlessPhone, said: Sent, other: HeadlessPhone) -> bool:
    return one.read_up_to[said.room_id].get(other.user_id) == said.event_id


@pytest.mark.parametrize("engines", [("nio", "thin", "nio"), ("thin", "nio", "thin")])
def test_who_joins_late_reads_what_follows_and_nothing_before(
    live_network: LiveNetwork, engines: tuple[str, str, str]
) -> None:
    async def acts() -> None:
        async with phones(live_network, *engines) as (lotte, bram, zeno):
            room = await group(lotte, bram)
            before = [await phone.say(room, "over Zeno") for phone in (lotte, bram)]
            await lotte.invite(room, zeno.pin)
            await zeno.until(lambda: room in zeno.invitations)
            between = [await phone.say(room, "nog steeds over Zeno") for phone in (lotte, bram)]
            await zeno.join(room)
            for phone in (lotte, bram):
                await phone.until(lambda phone=phone: zeno.user_id in phone.conversations[room].joined)
            await lotte.announce(room)
            after = [await phone.say(room, "welkom") for phone in (lotte, bram)]
            for sent in after:
                await arrives(zeno, sent.event_id)
            assert zeno.conversations[room].settings.name == "Havenfeest"
            assert [zeno.find(sent.event_id) for sent in (*before, *between)] == [None] * 4
            held = {entry.session_id: entry.first_index for entry in keys_of(zeno)}
            for sent in (*before, *between):
                assert held.get(sent.session_id, sent.index + 1) > sent.index
            assert all(Address(zeno.user_id, zeno.device_id) in sent.given for sent in after)

    play(acts())


@pytest.mark.parametrize("engine", ["nio", "thin"])
def test_who_leaves_has_what_was_said_before_and_nothing_after(live_network: LiveNetwork, engine: str) -> None:
    async def acts() -> None:
        async with phones(live_network, "thin", engine, "thin") as (lotte, bram, zeno):
            room = await group(lotte, bram, zeno)
            # A server shows keys of a sender to nobody who shares no room, so they must be known before.
            await arrives(lotte, (await bram.say(room, "ik ga zo")).event_id)
            before = await lotte.say(room, "blijf nog even")
            await bram.leave(room)
            for phone in (lotte, zeno):
                await phone.until(lambda phone=phone: bram.user_id not in phone.conversations[room].joined)
            after = await lotte.say(room, "hij is weg")
            assert {address.user_id for address in after.given} == {zeno.user_id}
            assert after.session_id != before.session_id
            assert (await arrives(bram, before.event_id)).text == "blijf nog even"
            await arrives(zeno, after.event_id)
            await bram.sync()
            assert bram.find(after.event_id) is None
            assert room not in bram.conversations

    play(acts())


def keys_of(phone: HeadlessPhone) -> list[key_export.ExportedSession]:
    exported = key_export.read(phone.export_keys(Secret(b"haven"), rounds=10), Secret(b"haven"))
    assert all(isinstance(entry, key_export.ExportedSession) for entry in exported)
    return [entry for entry in exported if isinstance(entry, key_export.ExportedSession)]


@pytest.mark.parametrize("engine", ["nio", "thin"])
def test_a_key_export_opens_all_that_the_phone_could_read(live_network: LiveNetwork, engine: str) -> None:
    async def acts() -> None:
        async with phones(live_network, engine, "thin") as (lotte, bram):
            room = await group(lotte, bram)
            sent = [await phone.say(room, f"bericht {n}") for n in range(3) for phone in (lotte, bram)]
            for one in sent:
                await arrives(lotte, one.event_id)
            sessions = {key.session_id: megolm.InboundSession(key.session_key) for key in keys_of(lotte)}
            for one in sent:
                event = await lotte._api.call("GET", f"/_matrix/client/v3/rooms/{room}/event/{one.event_id}")
                plaintext, index = sessions[one.session_id].decrypt(
                    decode_base64(event["content"]["ciphertext"], what="x")
                )
                assert str(one.content["body"]).encode() in plaintext
                assert index == one.index

    play(acts())


class Poor:
    """An account whose device publishes identity keys and, until told otherwise, no one-time key."""

    def __init__(self, live: LiveNetwork) -> None:
        self.raw: RawPhone = live.phone()
        self.account = OlmAccount()

    def signed(self, payload: dict[str, object]) -> dict[str, object]:
        signature = {f"ed25519:{self.raw.device}": self.account.sign(canonical(payload))}
        return {**payload, "signatures": {self.raw.user: signature}}

    def publish(self) -> None:
        keys = {
            f"curve25519:{self.raw.device}": self.account.curve25519,
            f"ed25519:{self.raw.device}": self.account.ed25519,
        }
        device = self.signed(
            {"user_id": self.raw.user, "device_id": self.raw.device, "algorithms": [megolm.ALGORITHM], "keys": keys}
        )
        self.raw.ok("POST", "/_matrix/client/v3/keys/upload", {"device_keys": device})

    def restock(self) -> None:
        keys = {
            f"signed_curve25519:{name}": self.signed({"key": key})
            for name, key in self.account.new_one_time_keys(1).items()
        }
        self.raw.ok("POST", "/_matrix/client/v3/keys/upload", {"one_time_keys": keys})


@pytest.mark.parametrize("engine", ["nio", "thin"])
def test_a_device_without_one_time_keys_is_named_and_gets_the_key_once_it_has_some(
    live_network: LiveNetwork, engine: str
) -> None:
    async def acts() -> None:
        poor = Poor(live_network)
        async with phones(live_network, engine) as (lotte,):
            await lotte.ask(poor.raw.pin)
            poor.raw.ok("POST", "/_underseal/client/v1/contacts/answer", {"pin": lotte.pin, "accept": True})
            room = await lotte.start_direct(poor.raw.pin)
            poor.raw.ok("POST", f"/_matrix/client/v3/join/{room}", {})
            await lotte.until(lambda: poor.raw.user in lotte.conversations[room].joined)
            sent = await lotte.say(room, "wie leest dit?")
            assert sent.withheld == (Withheld(address=Address(poor.raw.user, ""), reason=Missing.NO_DEVICE),)
            poor.publish()
            await lotte.sync()
            address = Address(poor.raw.user, poor.raw.device)
            sent = await lotte.say(room, "en dit?")
            assert sent.withheld == (Withheld(address=address, reason=Missing.NO_ONE_TIME_KEY),)
            assert address not in sent.given
            poor.restock()
            sent = await lotte.say(room, "en nu?")
            assert not sent.withheld
            assert sent.given == frozenset({address})

    play(acts())


@pytest.mark.parametrize("engine", ["nio", "thin"])
def test_a_message_sent_again_or_by_another_account_stays_locked(live_network: LiveNetwork, engine: str) -> None:
    async def acts() -> None:
        async with phones(live_network, engine, "thin", "thin") as (lotte, bram, zeno):
            room = await group(lotte, bram, zeno)
            said = await bram.say(room, "eenmalig")
            await arrives(lotte, said.event_id)
            path = f"/_matrix/client/v3/rooms/{room}"
            content = (await bram._api.call("GET", f"{path}/event/{said.event_id}"))["content"]
            reasons = {}
            for phone in (bram, zeno):
                again = await phone._api.call("PUT", f"{path}/send/m.room.encrypted/again", content)
                reasons[phone.pin] = (await comes(lotte, again["event_id"])).locked
            assert reasons == {bram.pin: "replayed", zeno.pin: "not_the_senders_key"}

    play(acts())


@pytest.mark.parametrize("engine", ["nio", "thin"])
def test_messages_beyond_one_answer_of_the_server_are_all_there_once(live_network: LiveNetwork, engine: str) -> None:
    async def acts() -> None:
        async with phones(live_network, engine, "thin") as (lotte, bram):
            room = await group(lotte, bram)
            await lotte.sync()
            sent = [(await bram.say(room, str(n))).event_id for n in range(120)]
            got = [line.event_id for line in await lotte.sync() if line.kind is Kind.TEXT]
            assert got == sent

    play(acts())


def test_a_message_goes_when_its_time_is_up(live_network: LiveNetwork) -> None:
    async def acts() -> None:
        async with phones(live_network, "nio", "thin") as (lotte, bram):
            room = await group(lotte, bram)
            await lotte.set(room, name="Havenfeest", timer=2)
            said = await lotte.say(room, "nog even")
            line = await arrives(bram, said.event_id)
            assert line.timer == 2
            assert line.due - line.at == pytest.approx(2000, abs=500)
            await bram.until(lambda: bram.find(said.event_id) is None)
            await lotte.until(lambda: lotte.find(said.event_id) is None)
            kept = await bram.say(room, "dit blijft", timer=0)
            assert (await arrives(lotte, kept.event_id)).timer == 0

    play(acts())


def test_the_stream_tells_what_comes_until_the_phone_is_closed(live_network: LiveNetwork) -> None:
    async def acts() -> list[str | None]:
        async with phones(live_network, "thin", "thin") as (lotte, bram):
            room = await group(lotte, bram)
            heard: list[str | None] = []

            async def listen() -> None:
                heard.extend([line.text async for line in lotte.stream() if line.sender == bram.user_id])

            listening = asyncio.create_task(listen())
            running = asyncio.create_task(lotte.run())
            for words in ("een", "twee", "drie"):
                sent = await bram.say(room, words)
                await lotte.until(lambda sent=sent: lotte.find(sent.event_id) is not None)
            running.cancel()
            await lotte.close()
            await listening
            return heard

    assert play(acts()) == ["een", "twee", "drie"]


def test_a_stranger_cannot_be_invited_and_a_removed_contact_neither(live_network: LiveNetwork) -> None:
    async def acts() -> None:
        async with phones(live_network, "thin", "thin") as (lotte, bram):
            stranger = Pin("222222")
            await lotte.ask(stranger)
            with pytest.raises(ServerRefusedError):
                await lotte.start_direct(stranger)
            await bram.remove(lotte.pin)
            with pytest.raises(ServerRefusedError):
                await lotte.start_direct(bram.pin)
            await befriend(lotte, bram)
            assert await lotte.start_direct(bram.pin)

    play(acts())


def test_codes_that_are_unknown_or_spent_set_up_no_phone(live_network: LiveNetwork, tmp_path: Path) -> None:
    async def acts() -> None:
        (code,) = live_network.codes()
        with pytest.raises(ServerRefusedError) as refused:
            await HeadlessPhone.enrol(live_network.url, "nonsense", thin=True)
        assert refused.value.errcode == "ORG.UNDERSEAL.CODE_UNKNOWN"
        phone = await HeadlessPhone.enrol(live_network.url, code, thin=True)
        await phone.close()
        with pytest.raises(ServerRefusedError) as refused:
            await HeadlessPhone.enrol(live_network.url, code, folder=tmp_path / "phone", unlock_code=CODE)
        assert refused.value.errcode == "ORG.UNDERSEAL.CODE_SPENT"
        assert not (tmp_path / "phone").exists()

    play(acts())


def test_an_account_whose_licence_is_suspended_sends_nothing(live_network: LiveNetwork) -> None:
    async def acts() -> None:
        async with phones(live_network, "nio", "thin") as (lotte, bram):
            room = await group(lotte, bram)
            live_network.licences.suspend(bram.pin, why="a test", at=now(), by=Staff.command_line())
            with pytest.raises(LicenceEndedError) as refused:
                await bram.say(room, "dit komt niet aan")
            assert refused.value.state == "suspended"
            assert (await bram.licence())["state"] == "suspended"
            with pytest.raises(LicenceEndedError):
                await bram.run()

    play(acts())


def test_a_phone_speaks_in_its_own_conversations_only(live_network: LiveNetwork) -> None:
    async def acts() -> None:
        async with phones(live_network, "thin") as (lotte,):
            with pytest.raises(NotFoundError):
                await lotte.say("!nowhere", "hallo")
            with pytest.raises(CallerError):
                await HeadlessPhone.enrol(live_network.url, "x", thin=True, folder=Path("x"))

    play(acts())


def test_a_homeserver_that_is_not_there_is_said() -> None:
    with pytest.raises(UnreachableError):
        play(HeadlessPhone.enrol("http://127.0.0.1:9", "code", thin=True))
