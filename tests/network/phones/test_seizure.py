"""A seized phone gives keys and history with its code and its share, and without one of them ciphertext and nothing else."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path

import pytest

from network.phones.crowd import CODE, WORDS, group, make_used, phones, play
from network.server_fixture import LiveNetwork, now
from underseal.cli.network.seize import seize as command
from underseal.core.crypto import key_export
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, IntegrityError, KeyFileError, NotFoundError, ShareGoneError
from underseal.network.phones import WrongUnlockCodeError
from underseal.network.phones.seizure import Opening, seize

PASSPHRASE = Secret(b"the examiner's passphrase")
OPENING = Opening(unlock_code=CODE, passphrase=PASSPHRASE)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_code_and_share_give_keys_and_history_and_leave_the_phone_as_it_is(phone: Path, tmp_path: Path) -> None:
    before = digests(phone)
    found = asyncio.run(seize(phone, tmp_path / "exhibit", now(), OPENING))
    assert digests(phone) == before
    assert {name.removeprefix("phone/"): digest for name, digest in digests(found.folder / "phone").items()} == before
    keys = key_export.read((found.folder / "keys.txt").read_bytes(), PASSPHRASE)
    assert found.keys == len(list(keys)) > 0
    history = [json.loads(line) for line in (found.folder / "history.jsonl").read_text().splitlines()]
    assert {event["content"].get("body") for event in history} >= set(WORDS)
    account = json.loads((found.folder / "seizure.json").read_text())
    assert (account["opened"], account["messages"]) == (True, len(history))
    listed = {entry["path"]: entry["sha256"] for entry in account["files"]}
    assert listed == {name: digest for name, digest in digests(found.folder).items() if name != "seizure.json"}


def test_without_the_code_there_is_ciphertext_and_nothing_else(phone: Path, tmp_path: Path) -> None:
    found = asyncio.run(seize(phone, tmp_path / "exhibit", now()))
    assert sorted(path.name for path in found.folder.iterdir()) == ["phone", "seizure.json"]
    everything = b"".join(file.read_bytes() for file in found.folder.rglob("*") if file.is_file())
    for secret in (*(words.encode() for words in WORDS), b"bloempot", b"syt_", CODE.reveal()):
        assert secret not in everything


def test_ten_wrong_codes_leave_nothing_to_the_right_one(live_network: LiveNetwork, tmp_path: Path) -> None:
    phone = make_used(live_network, tmp_path / "phone")
    wrong = Opening(unlock_code=Secret(b"000000"), passphrase=PASSPHRASE)
    for left in range(9, 0, -1):
        with pytest.raises(WrongUnlockCodeError, match="wrong") as refused:
            asyncio.run(seize(phone, tmp_path / "exhibit", now(), wrong))
        assert refused.value.hint.startswith(f"{left} tries")
    for opening in (wrong, OPENING):
        with pytest.raises(ShareGoneError):
            asyncio.run(seize(phone, tmp_path / "exhibit", now(), opening))
    assert not (tmp_path / "exhibit").exists()


def test_what_is_no_phone_and_a_folder_that_is_taken_are_refused(phone: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        asyncio.run(seize(tmp_path, tmp_path / "exhibit", now()))
    with pytest.raises(ConflictError):
        asyncio.run(seize(phone, phone, now()))


def test_a_headless_phone_says_whose_it_is_only_once_it_is_open(phone: Path, tmp_path: Path) -> None:
    asyncio.run(seize(phone, tmp_path / "locked", now()))
    asyncio.run(seize(phone, tmp_path / "open", now(), OPENING))
    locked, opened = (json.loads((tmp_path / name / "seizure.json").read_text()) for name in ("locked", "open"))
    assert (locked["source"], locked["phone"], locked["share"]) == ("headless", None, opened["share"])
    assert opened["phone"].startswith("@")


def test_what_a_conversation_is_called_is_no_message(live_network: LiveNetwork, tmp_path: Path) -> None:
    async def acts() -> None:
        async with phones(live_network, "nio", "thin", folder=tmp_path / "phone") as (lotte, bram):
            await group(lotte, bram)

    play(acts())
    found = asyncio.run(seize(tmp_path / "phone", tmp_path / "exhibit", now(), OPENING))
    history = [json.loads(line) for line in (found.folder / "history.jsonl").read_text().splitlines()]
    assert {event["type"] for event in history} == {"org.underseal.conversation"}
    assert {event["content"]["name"] for event in history} == {"Havenfeest"}


NAME = "k7m2xq_phone.example"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """What a phone in a browser saves; that it does is tested with the phone itself."""
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / f"{NAME}.keys.txt").write_bytes(key_export.write([], PASSPHRASE, 1))
    (folder / f"{NAME}.history.jsonl").write_text('{"event_id": "$a", "type": "m.room.message"}\n')
    return folder


def test_an_export_becomes_the_same_exhibit_without_a_server(export: Path, tmp_path: Path) -> None:
    found = asyncio.run(seize(export, tmp_path / "exhibit", now(), Opening(passphrase=PASSPHRASE)))
    assert (found.keys, found.messages) == (0, 1)
    for name in ("keys.txt", "history.jsonl"):
        assert (found.folder / name).read_bytes() == (export / f"{NAME}.{name}").read_bytes()
    account = json.loads((found.folder / "seizure.json").read_text())
    assert (account["phone"], account["source"], account["share"]) == ("@k7m2xq:phone.example", "export", None)


@pytest.mark.parametrize("beside", ["k7m2xq_phone.example.keys (1).txt", "r4t8wz_phone.example.keys.txt", "notes.txt"])
def test_an_export_with_something_beside_it_is_refused(export: Path, tmp_path: Path, beside: str) -> None:
    (export / beside).touch()
    with pytest.raises(CallerError, match="one phone"):
        asyncio.run(seize(export, tmp_path / "exhibit", now(), Opening(passphrase=PASSPHRASE)))


@pytest.mark.parametrize("lacking", [f"{NAME}.keys.txt", f"{NAME}.history.jsonl"])
def test_half_an_export_is_refused(export: Path, tmp_path: Path, lacking: str) -> None:
    (export / lacking).unlink()
    with pytest.raises(CallerError, match="one phone"):
        asyncio.run(seize(export, tmp_path / "exhibit", now(), Opening(passphrase=PASSPHRASE)))


def test_an_export_that_does_not_open_or_is_cut_short_makes_no_exhibit(export: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError):
        asyncio.run(seize(export, tmp_path / "exhibit", now(), Opening(passphrase=Secret(b"another"))))
    with (export / f"{NAME}.history.jsonl").open("a") as file:
        file.write('{"event_id": "$b", "ty')
    with pytest.raises(IntegrityError, match="Line 2"):
        asyncio.run(seize(export, tmp_path / "exhibit", now(), Opening(passphrase=PASSPHRASE)))
    assert not (tmp_path / "exhibit").exists()


def test_a_link_in_a_seized_profile_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not the phone's")
    store = tmp_path / "profile" / "Default" / "IndexedDB" / "https_phone.example_0.indexeddb.leveldb"
    store.mkdir(parents=True)
    (store / "000003.log").write_bytes(b"ciphertext")
    (tmp_path / "profile" / "SingletonLock").symlink_to(tmp_path / "secret")
    found = asyncio.run(seize(tmp_path / "profile", tmp_path / "exhibit", now()))
    assert (found.folder / "phone" / "SingletonLock").is_symlink()
    account = json.loads((found.folder / "seizure.json").read_text())
    assert [Path(file["path"]).name for file in account["files"]] == ["000003.log"]


def test_the_command_takes_code_and_passphrase_from_files(
    phone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "code").write_bytes(CODE.reveal())
    (tmp_path / "word").write_bytes(PASSPHRASE.reveal())
    files = ["--code-file", str(tmp_path / "code"), "--passphrase-file", str(tmp_path / "word")]
    command.main([str(phone), str(tmp_path / "open"), *files], standalone_mode=False)
    command.main([str(phone), str(tmp_path / "locked"), "--locked"], standalone_mode=False)
    shown = capsys.readouterr().out
    assert "room keys and" in shown
    assert "Copied what lies there" in shown
