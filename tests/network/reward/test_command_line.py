"""The reward over the command line: sponsor, claimant and a third person, each with nothing but their own files."""

import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from underseal.cli import main
from underseal.core.crypto import key_export
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.crypto.megolm import export_bytes
from underseal.core.ledger import canonical
from underseal.core.records import Secret
from underseal.core.verify.reward import Answer
from underseal.network.creation import create_network
from underseal.network.reward import Kept, read_challenge, read_kept
from underseal.network.setup import NetworkSettings

PASSPHRASE = "correct horse battery"
UNTIL = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `underseal` in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.isatty", lambda _descriptor: False)  # whoever runs the tests may sit at a terminal

    def command(*words: str | Path, typed: str = "", expect: int = 0) -> Said:
        with monkeypatch.context() as here:
            here.setattr("sys.argv", ["underseal", *map(str, words)])
            here.setattr("sys.stdin", io.StringIO(typed))
            with pytest.raises(SystemExit) as ended:
                main()
        shown = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        assert ended.value.code == expect, shown.out + shown.err
        return Said(code=ended.value.code, out=shown.out, err=shown.err)

    return command


@pytest.fixture
def reward(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `underseal network reward` on a new network."""
    create_network(tmp_path / "net", NetworkSettings(server_name="phone.example.org"))
    monkeypatch.setenv("UNDERSEAL_NETWORK", str(tmp_path / "net"))
    return lambda *words, **more: run("network", "reward", *words, **more)


def published(reward: Run, *more: str) -> tuple[str, Kept]:
    """Publish a challenge, download its files, and return its id and what the sponsor kept."""
    offer = ("--amount", "500000.00 EUR", "--until", UNTIL, "--keep", "kept.json")
    reward("publish", "Read one message", *offer, *more)
    found = read_kept(Path("kept.json"), None)
    reward("show", found.challenge[:12], "--challenge-file", "challenge.json", "--events-file", "events.jsonl")
    return found.challenge, found


def seized(kept: Kept) -> None:
    """Write the key export that a seized phone of a participant would give."""
    sessions = [
        ExportedSession(
            room_id=one.room,
            session_id=one.session,
            sender_key=one.sender_key,
            session_key=one.exported,
            first_index=0,
        )
        for one in kept.sessions
    ]
    Path("keys.txt").write_bytes(key_export.write(sessions, Secret(PASSPHRASE.encode()), rounds=1000))
    Path("passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")


def claimed(reward: Run, kept: Kept, *shown: str) -> str:
    """Go both steps of a claim; return the claim's number."""
    Path("answer.txt").write_text(f"I have read: {kept.answer.text}\n", encoding="utf-8")
    reward("claim", "key", "me.key")
    reward("claim", "commit", "challenge.json", "--key", "me.key", "--answer", "answer.txt", "--out", "commit.json")
    entered = reward("claim", "enter", "commit.json").out
    step = ("claim", "reveal", "challenge.json", "--key", "me.key", "--answer", "answer.txt", "--out", "reveal.json")
    reward(*step, *shown)
    reward("claim", "enter", "reveal.json")
    return entered.split()[-1].rstrip(".")


def test_a_challenge_is_published_claimed_decided_paid_and_checked(reward: Run, run: Run) -> None:
    challenge, kept = published(reward, "--session-key-required", "--statement-required")
    assert kept.answer.text not in Path("challenge.json").read_text(encoding="utf-8")
    seized(kept)
    number = claimed(reward, kept, "--session-key", "keys.txt", "--passphrase-file", "passphrase", "--statement")
    shown = reward("verify", number).out
    assert "The reward is this claim's." in shown
    assert "cannot be checked" in shown
    assert reward("decide", number).out == shown
    reward("pay", challenge[:10], "--reference", "transfer 17")
    assert "Paid" in reward("show", challenge[:10]).out
    reward("export", "reward.jsonl")
    key = (Path("net") / "keys" / "signing.pub").read_text(encoding="utf-8").strip()
    assert f"won by claim {number}" in run("verify", "reward.jsonl", "--key", key).out
    Path("forged.jsonl").write_bytes(Path("reward.jsonl").read_bytes().replace(b"transfer 17", b"transfer 18"))
    assert "Not proved" in run("verify", "forged.jsonl", expect=1).out


def test_the_evidence_half_makes_a_claim_from_a_decrypted_message_with_its_proof(reward: Run, run: Run) -> None:
    _, kept = published(reward)
    seized(kept)
    run("init", "case")
    workspace = ("--workspace", "case")
    scope = ("--account", "all", "--room", "all", "--period", "all", "--valid-from", "2020-01-01")
    office = ("--magistrate", "M. Claes", "--legal-basis", "article 90ter", "--valid-to", "2099-12-31")
    run("authority", "add", "BR-2026/17", *office, *scope, *workspace)
    under = ("--authority", "BR-2026/17", "--purpose", "the public reward", *workspace)
    run("intake", "events.jsonl", "--exhibit", "SRV-1", *under)
    run("intake", "keys.txt", "--exhibit", "KEY-1", "--passphrase-file", "passphrase", *under)
    found = run("search", '"underseal answer"', *under).out
    assert kept.answer.text in found
    Path("found.txt").write_text(found, encoding="utf-8")
    run("release", "prove", kept.event, "--out", "message.proof.json", *under)
    number = claimed(reward, kept, "--proof", "message.proof.json")
    shown = reward("decide", number).out
    assert "The proof leads from the ciphertext to the answer" in shown
    assert "The reward is this claim's." in shown
    assert "cannot be checked" in shown, "a proof is not a key: which way led to the plaintext stays open"
    reward("export", "reward.jsonl")
    assert "won by claim" in run("verify", "reward.jsonl").out


def test_a_proof_of_another_message_is_refused_before_it_is_signed(reward: Run) -> None:
    _, kept = published(reward)
    Path("answer.txt").write_text(kept.answer.text, encoding="utf-8")
    reward("claim", "key", "me.key")
    record = canonical({"ciphertext_sha256": "00" * 32}).decode()
    Path("other.json").write_text(json.dumps({"record": record}), encoding="utf-8")
    step = ("claim", "reveal", "challenge.json", "--key", "me.key", "--answer", "answer.txt", "--out", "reveal.json")
    assert "no message of this challenge" in reward(*step, "--proof", "other.json", expect=1).err
    assert "not said which message" in reward(*step, expect=1).err
    assert not Path("reveal.json").exists()


def test_an_answer_comes_from_standard_input_and_never_from_the_arguments(reward: Run) -> None:
    _, kept = published(reward)
    reward("claim", "key", "me.key")
    step = ("claim", "commit", "challenge.json", "--key", "me.key", "--answer", "-", "--out", "commit.json")
    assert "no answer in it" in reward(*step, typed="hello", expect=1).err
    wrong = Answer(bytes(32), bytes(16)).text
    assert "does not open" in reward(*step, typed=wrong, expect=1).err
    reward(*step, typed=kept.answer.text)
    assert kept.answer.secret.hex() not in Path("commit.json").read_text(encoding="utf-8")
    assert "exists already" in reward(*step, typed=kept.answer.text, expect=1).err


def test_a_session_key_alone_is_taken_in_base64_and_a_wrong_one_refused(reward: Run) -> None:
    challenge, kept = published(reward)
    sealed = read_challenge(Path("challenge.json")).messages[kept.event].session
    right = next(one for one in kept.sessions if _public(one.exported) == sealed)
    wrong = next(one for one in kept.sessions if _public(one.exported) != sealed)
    Path("wrong.txt").write_bytes(wrong.exported.reveal())
    Path("right.txt").write_bytes(right.exported.reveal() + b"\n")
    Path("answer.txt").write_text(kept.answer.text, encoding="utf-8")
    reward("claim", "key", "other.key")
    step = ("claim", "reveal", "challenge.json", "--key", "other.key", "--answer", "answer.txt", "--out", "r.json")
    assert "No session key" in reward(*step, "--session-key", "wrong.txt", expect=1).err
    number = claimed(reward, kept, "--session-key", "right.txt")
    assert "holds" in reward("decide", number).out
    assert "has won" in reward("show", challenge).out


def _public(exported: Secret) -> bytes:
    return export_bytes(exported)[-32:]


def test_a_key_export_needs_its_passphrase(reward: Run) -> None:
    _, kept = published(reward)
    seized(kept)
    Path("answer.txt").write_text(kept.answer.text, encoding="utf-8")
    reward("claim", "key", "me.key")
    step = ("claim", "reveal", "challenge.json", "--key", "me.key", "--answer", "answer.txt", "--out", "r.json")
    assert "--passphrase-file" in reward(*step, "--session-key", "keys.txt", expect=1).err


def test_status_lists_for_people_for_programs_and_for_the_public(reward: Run) -> None:
    assert "No challenge" in reward("status").out
    assert reward("status", "--json").out == "[]\n"
    challenge, _ = published(reward)
    assert challenge[:12] in reward("status").out
    (told,) = json.loads(reward("status", "--json").out)
    assert told["id"] == challenge
    assert told["amount"] == {"minor": 50_000_000, "currency": "EUR", "text": "500000.00 EUR"}
    assert (told["standing"], told["claims"]) == ("open", [])
    reward("status", "--html", "page.html")
    assert challenge in Path("page.html").read_text(encoding="utf-8")


def test_a_conversation_and_a_secret_of_ones_own_are_sealed_and_can_be_burnt(reward: Run) -> None:
    Path("lines").write_text("One.\n\nTwo.\n", encoding="utf-8")
    Path("secret").write_text("the blue chairs are in the harbour\n", encoding="utf-8")
    Path("terms").write_text("No one is to be harmed.", encoding="utf-8")
    _, kept = published(reward, "--lines", "lines", "--secret-file", "secret", "--burn", "--terms", "terms")
    assert kept.answer.secret == b"the blue chairs are in the harbour"
    assert kept.sessions == []
    assert len(Path("events.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    assert read_challenge(Path("challenge.json")).terms.text == "No one is to be harmed."


def test_what_is_kept_can_be_put_under_a_passphrase(reward: Run) -> None:
    Path("passphrase").write_text(PASSPHRASE, encoding="utf-8")
    sealing = ("--amount", "1.00 EUR", "--until", UNTIL, "--keep", "kept.json", "--passphrase-file", "passphrase")
    reward("publish", "Sealed", *sealing)
    assert "underseal-answer" not in Path("kept.json").read_text(encoding="utf-8")
    kept = read_kept(Path("kept.json"), Secret(PASSPHRASE.encode()))
    closing = ("close", kept.challenge, "--kept", "kept.json")
    assert "under a passphrase" in reward(*closing, expect=1).err
    assert "cannot be closed before" in reward(*closing, "--passphrase-file", "passphrase", expect=1).err


def test_a_challenge_is_withdrawn_with_a_reason(reward: Run) -> None:
    challenge, _ = published(reward)
    reward("withdraw", challenge, "--reason", "a spelling mistake")
    assert "a spelling mistake" in reward("show", challenge).out
    assert "is withdrawn" in reward("withdraw", challenge, "--reason", "again", expect=1).err
    assert "not won" in reward("pay", challenge, "--reference", "x", expect=1).err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--amount", "much", "--until", UNTIL), "amount"),
        (("--amount", "1.00 EUR", "--until", "soon"), "no day"),
        (("--amount", "1.00 EUR", "--until", "2020-01-01"), "lies in the past"),
        (("--amount", "1.00 EUR", "--until", "2099-12-31T12:00:00"), "offset"),
        (("--amount", "1.00 EUR", "--until", UNTIL, "--lines", "nowhere"), "nowhere"),
        (("--amount", "1.00 EUR", "--until", UNTIL, "--reveal-hours", "0"), "hours"),
        (("--amount", "0.00 EUR", "--until", UNTIL), "amount"),
    ],
)
def test_what_cannot_be_published_is_named(reward: Run, words: tuple[str, ...], told: str) -> None:
    assert told in reward("publish", "Title", "--keep", "kept.json", *words, expect=1).err
    assert not Path("kept.json").exists()


def test_commands_name_what_they_cannot_find(reward: Run) -> None:
    published(reward)
    assert "no challenge" in reward("show", "000000", expect=1).err
    assert "no claim 9" in reward("verify", "9", expect=1).err
    assert "no claim 9" in reward("decide", "9", expect=1).err
    assert "cannot be read" in reward("claim", "enter", "nowhere.json", expect=1).err
    Path("broken.json").write_text("{}", encoding="utf-8")
    assert "has no 'format'" in reward("claim", "enter", "broken.json", expect=1).err
    assert "is no challenge" in _commit_on(reward, "broken.json")
    assert "exists already" in _export_twice(reward)


def _commit_on(reward: Run, challenge: str) -> str:
    reward("claim", "key", "me.key")
    step = ("claim", "commit", challenge, "--key", "me.key", "--answer", "-", "--out", "commit.json")
    return reward(*step, typed="x", expect=1).err


def _export_twice(reward: Run) -> str:
    reward("export", "reward.jsonl")
    return reward("export", "reward.jsonl", expect=1).err


def test_without_a_network_the_way_to_one_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "UNDERSEAL_NETWORK" not in os.environ
    assert "no network" in run("network", "reward", "status", expect=1).err
    create_network(Path("net"), NetworkSettings(server_name="phone.example.org"))
    (Path("net") / "deep").mkdir()
    monkeypatch.chdir("net/deep")
    challenge: dict[str, Any] = json.loads(_published_here(run))
    assert challenge["title"] == "Found upwards"


def _published_here(run: Run) -> str:
    offer = ("--amount", "1.00 EUR", "--until", UNTIL, "--keep", "kept.json")
    run("network", "reward", "publish", "Found upwards", *offer)
    run("network", "reward", "show", read_kept(Path("kept.json"), None).challenge, "--challenge-file", "c.json")
    return Path("c.json").read_text(encoding="utf-8")
