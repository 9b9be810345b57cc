"""A phone's folder opens again with its unlock code, after a kill too, shows nothing without it, and says when it is damaged."""

import asyncio
import json
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from network.phones.crowd import CODE, arrives, group, phones, play
from network.server_fixture import LiveNetwork
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, IntegrityError, KeyFileError, NotFoundError
from underseal.network.phones import HeadlessPhone, WrongUnlockCodeError
from underseal.network.phones.history import HISTORY_FILE
from underseal.network.phones.home import PHONE_FILE
from underseal.network.phones.nio_engine import STORE_FILE

KILLED = Path(__file__).parent / "killed.py"


def test_a_phone_that_was_killed_has_every_message_once_when_it_is_opened_again(
    live_network: LiveNetwork, tmp_path: Path
) -> None:
    async def acts() -> None:
        folder = tmp_path / "phone"
        async with phones(live_network, "nio", "thin", folder=folder) as (lotte, bram):
            room = await group(lotte, bram)
            first = await lotte.say(room, "voor de storing")
            await lotte.close()
            while_away = await bram.say(room, "ben je er nog?")
            child = await asyncio.create_subprocess_exec(
                sys.executable, str(KILLED), str(folder), room, "ja", stdout=asyncio.subprocess.PIPE
            )
            told, _ = await child.communicate()
            assert child.returncode == -signal.SIGKILL
            again = await HeadlessPhone.open(folder, CODE)
            try:
                last = await again.say(room, "daar ben ik weer")
                got = Counter(line.text for line in again.history(room))
                assert got == Counter(
                    ["Havenfeest", "Havenfeest", "voor de storing", "ben je er nog?", "ja", "daar ben ik weer"]
                )
                assert (again.conversations[room].settings.name, again.pin) == ("Havenfeest", lotte.pin)
                for event_id in (first.event_id, told.decode().strip(), last.event_id):
                    await arrives(bram, event_id)
                assert again.find(while_away.event_id) is not None
            finally:
                await again.close()

    play(acts())


def test_the_folder_shows_no_word_no_token_and_no_key(phone: Path) -> None:
    everything = b"".join(file.read_bytes() for file in phone.rglob("*") if file.is_file())
    for secret in (b"bloempot", b"Havenfeest", b"syt_", CODE.reveal()):
        assert secret not in everything
    assert (phone / PHONE_FILE).stat().st_mode & 0o777 == 0o600


def test_another_unlock_code_does_not_open_it(phone: Path) -> None:
    with pytest.raises(WrongUnlockCodeError):
        play(HeadlessPhone.open(phone, Secret(b"482914")))


@pytest.mark.parametrize("file", [PHONE_FILE, STORE_FILE, HISTORY_FILE])
def test_a_damaged_store_is_said_whatever_the_code(phone: Path, file: str) -> None:
    damaged = phone / file
    for log in phone.glob(f"{file}-*"):
        log.unlink()
    data = bytearray(damaged.read_bytes())
    data[: len(data) // 2] = b"\xa5" * (len(data) // 2)
    damaged.write_bytes(data)
    with pytest.raises(IntegrityError) as refused:
        play(HeadlessPhone.open(phone, CODE))
    assert refused.value.hint


def test_keys_of_another_phone_do_not_open_a_store(phone: Path, live_network: LiveNetwork, tmp_path: Path) -> None:
    async def other() -> None:
        async with phones(live_network, "nio", folder=tmp_path / "other"):
            pass

    play(other())
    shutil.copy(tmp_path / "other" / PHONE_FILE, phone / PHONE_FILE)

    async def acts() -> None:
        opened = await HeadlessPhone.open(phone, CODE)
        await opened.close()

    with pytest.raises(IntegrityError):
        play(acts())


def test_a_changed_parameter_of_the_seal_is_damage(phone: Path) -> None:
    fields = json.loads((phone / PHONE_FILE).read_bytes())
    fields["sealed"]["time"] = 1
    (phone / PHONE_FILE).write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(IntegrityError):
        play(HeadlessPhone.open(phone, CODE))


def test_a_folder_that_others_may_read_is_not_opened(phone: Path) -> None:
    (phone / PHONE_FILE).chmod(0o644)
    with pytest.raises(KeyFileError, match="can be read by others"):
        play(HeadlessPhone.open(phone, CODE))


def test_a_folder_without_a_phone_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"phone\.json"):
        play(HeadlessPhone.open(tmp_path, CODE))


def test_a_code_is_not_spent_on_a_folder_that_is_taken(phone: Path, live_network: LiveNetwork, tmp_path: Path) -> None:
    (code,) = live_network.codes()
    with pytest.raises(ConflictError):
        play(HeadlessPhone.enrol(live_network.url, code, folder=phone, unlock_code=CODE))

    async def acts() -> None:
        phone = await HeadlessPhone.enrol(live_network.url, code, folder=tmp_path / "free", unlock_code=CODE)
        await phone.close()

    play(acts())


def test_a_phone_with_a_folder_needs_an_unlock_code_before_its_code_is_spent(
    live_network: LiveNetwork, tmp_path: Path
) -> None:
    (code,) = live_network.codes()
    with pytest.raises(CallerError):
        play(HeadlessPhone.enrol(live_network.url, code, folder=tmp_path / "phone"))

    async def acts() -> None:
        phone = await HeadlessPhone.enrol(live_network.url, code, thin=True)
        await phone.close()

    play(acts())
