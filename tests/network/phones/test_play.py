"""A played scenario is written down as it was: what was said, who could read it, and what was refused."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from network.phones.crowd import play as run
from network.server_fixture import LiveNetwork
from underseal.cli.network.play import play_command
from underseal.core.crypto import key_export
from underseal.core.crypto.megolm import InboundSession
from underseal.core.matrix import decode_base64
from underseal.core.records import Kind, Secret
from underseal.errors import CallerError, ConflictError
from underseal.network.phones import HeadlessPhone
from underseal.network.phones.codes import Issuer, Ticket
from underseal.network.phones.play import Outcome, play
from underseal.network.phones.scenario import read_scenario

QUICK = Path(__file__).parents[3] / "samples" / "scenarios" / "quick.yaml"

ACCIDENTS = """\
title: What goes wrong
seconds: 5
lines: LINES
cast:
  lotte: {languages: [nl]}
  bram: {languages: [nl]}
  vera: {languages: [nl]}
  tarek: {languages: [nl]}
conversations:
  quay: {name: Kade, members: [lotte, bram, vera, tarek]}
events:
  - {at: 0.5, act: say, who: tarek, where: quay, language: nl, name: first, words: nog wel}
  - {at: 1, act: lose, who: vera}
  - {at: 1.5, act: say, who: lotte, where: quay, language: nl, words: Vera is weg}
  - {at: 3, act: expire, who: tarek}
  - {at: 3.5, act: say, who: tarek, where: quay, language: nl, name: late, words: nu niet meer, refused: true}
  - {at: 4, act: react, who: bram, to: late, sign: x}
  - {at: 4.5, act: say, who: bram, where: quay, language: nl, reply_to: first, words: gehoord}
seized: [vera, bram]
"""


def read_truth(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module", params=["nio", "thin"])
def played(
    request: pytest.FixtureRequest, live_network: LiveNetwork, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """The quick scenario, played by the command with the phones of the parameter; their kind, and the folder."""
    out = tmp_path_factory.mktemp("played") / "out"
    network = str(live_network.network.root)
    done = CliRunner().invoke(
        play_command, [str(QUICK), "--network", network, "--out", str(out), "--phones", request.param, "--speed", "2"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.output.splitlines()[-1])
    assert (told["surprises"], told["sent"]) == (0, len(read_truth(out)))
    return request.param, out


def test_every_kind_is_there_with_its_event_and_its_time(played: tuple[str, Path]) -> None:
    truth = read_truth(played[1])
    assert {row["kind"] for row in truth} == {"text", "picture", "voice", "reaction", "redaction", "conversation"}
    assert [row["n"] for row in truth] == list(range(len(truth)))
    assert len({row["event_id"] for row in truth}) == len(truth)
    assert all(abs(row["ts"] - row["sent_at"]) < 60_000 for row in truth)
    assert any("in_reply_to" in row for row in truth)
    for row in truth:
        if row["kind"] in {"picture", "voice"}:
            assert len(row["sha256"]) == len(row["sealed_sha256"]) == 64
            assert row["size"] > 100


def test_everybody_opened_what_they_were_given(played: tuple[str, Path]) -> None:
    kept = [row for row in read_truth(played[1]) if row["encrypted"] and not {"timer", "redacted_by"} & row.keys()]
    assert len(kept) > 30
    for row in kept:
        assert set(row["opened_by"]) == {*row["given_to"], row["phone"]}
        assert "withheld" not in row


def test_who_joined_late_can_open_nothing_of_before(played: tuple[str, Path]) -> None:
    truth = [row for row in read_truth(played[1]) if row["room"] == "quay" and row["encrypted"]]
    joined = next(n for n, row in enumerate(truth) if "zeno" in row["given_to"])
    assert joined > 5
    assert not [row for row in truth[:joined] if "zeno" in row["openable_by"] or "zeno" in row["opened_by"]]
    assert all("zeno" in row["openable_by"] for row in truth[joined:])
    crane = next(row for row in truth if "bloempot" in row["body"])
    answer = next(row for row in truth if row.get("in_reply_to") == crane["event_id"] and "Daar lag" in row["body"])
    assert "zeno" in answer["openable_by"]


def test_a_deleted_message_and_its_deletion_point_at_each_other(played: tuple[str, Path]) -> None:
    truth = {row["event_id"]: row for row in read_truth(played[1])}
    deletion = next(row for row in truth.values() if row["kind"] == "redaction")
    assert truth[deletion["redacts"]]["redacted_by"] == deletion["event_id"]


def test_key_exports_open_what_truth_says_and_it_says_what_truth_says(
    played: tuple[str, Path],
) -> None:
    out = played[1]
    words = json.loads((out / "keys" / "passphrases.json").read_text(encoding="utf-8"))
    assert set(words) == {"lotte.txt", "zeno.txt"}
    held = {}
    for name, word in words.items():
        entries = key_export.read((out / "keys" / name).read_bytes(), Secret(word.encode()))
        held[name.removesuffix(".txt")] = {
            entry.session_id: entry.first_index for entry in entries if isinstance(entry, key_export.ExportedSession)
        }
    for row in read_truth(out):
        if row["encrypted"]:
            opens = sorted(who for who in held if held[who].get(row["session_id"], 1 << 40) <= row["message_index"])
            assert row.get("openable_by", []) == opens


def test_a_phone_that_played_opens_again_with_what_it_read(played: tuple[str, Path]) -> None:
    kind, out = played
    codes = json.loads((out / "phones" / "unlock-codes.json").read_text(encoding="utf-8"))
    if kind == "thin":
        assert codes == {}
        return
    truth = {row["event_id"]: row for row in read_truth(out)}

    async def acts() -> None:
        phone = await HeadlessPhone.open(out / "phones" / "lotte", Secret(codes["lotte"].encode()))
        try:
            rooms = json.loads((out / "rooms.json").read_text(encoding="utf-8"))
            lines = [line for room in rooms.values() for line in phone.history(room["room_id"])]
            texts = {line.event_id: line.text for line in lines if line.kind is Kind.TEXT}
            assert len(texts) > 15
            assert texts == {event_id: truth[event_id]["body"] for event_id in texts}
            seen = phone.find(next(row["event_id"] for row in truth.values() if row["kind"] == "picture"))
            assert seen is not None
            event = await phone._api.call("GET", f"/_matrix/client/v3/rooms/{seen.room_id}/event/{seen.event_id}")
            key = next(key for key in phone.room_keys() if key.session_id == seen.session_id)
            ciphertext = decode_base64(event["content"]["ciphertext"], what="the ciphertext")
            assert truth[seen.event_id]["body"].encode() in InboundSession(key.session_key).open(ciphertext)
        finally:
            await phone.close()

    run(acts())


def accidents(folder: Path) -> Path:
    file = folder / "accidents.yaml"
    file.write_text(ACCIDENTS.replace("LINES", str(QUICK.parent.parent / "harbour" / "lines")), encoding="utf-8")
    return file


@pytest.mark.parametrize("phones", ["nio", "thin"])
def test_a_lost_phone_and_an_ended_licence_are_in_the_truth(
    live_network: LiveNetwork, tmp_path: Path, phones: str
) -> None:
    file, issuer = accidents(tmp_path), Issuer(live_network.network)

    async def acts() -> Outcome:
        return await play(
            read_scenario(file),
            file,
            tmp_path / "out",
            url=live_network.url,
            codes=issuer.lasting(3),
            issuer=issuer,
            thin=phones == "thin",
        )

    outcome = run(acts())
    assert outcome.surprises == []
    assert outcome.refused == 1
    rows = {row["body"]: row for row in read_truth(tmp_path / "out")}
    assert rows["nu niet meer"]["refused"] == "ORG_MATRIX_EXPIRED_ACCOUNT"
    assert "event_id" not in rows["nu niet meer"]
    gone = rows["Vera is weg"]
    assert "vera" in gone["given_to"]
    assert "vera" not in gone["opened_by"]
    # Lotte's key goes on from before the loss, so the lost phone opens what it never saw; Bram's was never delivered.
    assert gone["openable_by"] == ["bram", "vera"]
    assert "vera" in rows["gehoord"]["given_to"]
    assert rows["gehoord"]["openable_by"] == ["bram"]
    assert rows["nog wel"]["openable_by"] == ["bram", "vera"]
    assert rows["gehoord"]["in_reply_to"] == rows["nog wel"]["event_id"]
    assert "x" not in rows
    cast = json.loads((tmp_path / "out" / "cast.json").read_text(encoding="utf-8"))
    assert {who for who in cast if cast[who]["lost"]} == {"vera"}
    assert {who for who in cast if cast[who]["licence_ended"]} == {"tarek"}


def test_a_scenario_needs_a_code_for_each_phone_and_the_network_for_an_end(
    live_network: LiveNetwork, tmp_path: Path
) -> None:
    file = accidents(tmp_path)

    def attempt(codes: list[Ticket], out: str) -> None:
        run(play(read_scenario(file), file, tmp_path / out, url=live_network.url, codes=codes))

    with pytest.raises(CallerError, match="3 phones need a code each"):
        attempt([], "one")
    with pytest.raises(CallerError) as refused:
        attempt([Ticket(code="x")] * 3, "two")
    assert "--network" in refused.value.hint
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / "diary").touch()
    with pytest.raises(ConflictError):
        attempt([], "three")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "which network"),
        (["--url", "http://127.0.0.1:9"], "activation codes"),
        (["--url", "http://127.0.0.1:9", "--speed", "0"], "--speed"),
    ],
)
def test_the_command_says_what_it_lacks(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(play_command, [str(QUICK), "--out", str(tmp_path / "out"), *arguments])
    assert isinstance(done.exception, CallerError)
    assert words in done.exception.message


def test_a_run_that_is_stopped_leaves_the_truth_of_what_was_played(live_network: LiveNetwork, tmp_path: Path) -> None:
    out = tmp_path / "out"

    async def acts() -> int:
        arguments = [str(QUICK), "--network", str(live_network.network.root), "--out", str(out), "--phones", "thin"]
        # Whoever runs the tests in the background of a shell has them ignore SIGINT, and so would the child.
        heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        code = "import sys; from underseal.cli import main; sys.argv[1:1] = ['network', 'play']; main()"
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", heard + code, *arguments, env=os.environ)
        waiting = asyncio.create_task(child.wait())
        while not ((out / "truth.jsonl").exists() and len(read_truth(out)) >= 8):
            assert not waiting.done()
            await asyncio.wait([waiting], timeout=0.1)
        child.send_signal(signal.SIGINT)
        return await waiting

    assert run(acts()) == 130
    truth = read_truth(out)
    assert 8 <= len(truth) < 35
    assert all(row["ts"] for row in truth)
    assert {row["room"] for row in truth} <= set(json.loads((out / "rooms.json").read_text(encoding="utf-8")))
    assert (out / "keys" / "lotte.txt").is_file()
