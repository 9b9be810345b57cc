"""What a sponsor may do and may not, and that everything they do can be checked by anybody."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from underseal.core.crypto import SigningKey
from underseal.core.ledger import Ledger, parse_strict
from underseal.core.verify import Outcome, verify_file
from underseal.core.verify.reward import Answer, Book, Standing
from underseal.errors import CallerError, ConflictError, IntegrityError, NotFoundError, UndersealError
from underseal.network.reward import Reward, commit, read_kept, shown_by

from .playing import HOURS, NOON, UNTIL, Game, conversation


def test_a_challenge_is_found_by_the_first_digits_of_its_id(game: Game) -> None:
    id_ = game.contest.challenge.id
    assert game.reward.find(id_[:6].upper()).challenge.id == id_
    with pytest.raises(CallerError, match="6 digits"):
        game.reward.find(id_[:5])
    with pytest.raises(NotFoundError):
        game.reward.find("0" * 64)


def test_a_challenge_whose_time_is_over_is_not_opened_and_nothing_is_kept(game: Game) -> None:
    with pytest.raises(CallerError, match="lies in the past"):
        game.opens(until=NOON)
    assert len(list(game.folder.glob("kept-*"))) == 1


def test_nothing_is_published_where_the_kept_file_is_in_the_way(game: Game) -> None:
    (game.folder / "kept-1.json").touch()
    (game.folder / "kept-0.json").rename(game.folder / "kept-9.json")
    (game.folder / "kept-9.json").unlink()
    with pytest.raises(ConflictError):
        game.opens(title="Second")
    assert len(game.reward.book().contests) == 1


def test_a_challenge_is_withdrawn_only_before_a_claim(game: Game, ada: SigningKey) -> None:
    game.reward.withdraw(game.now, "a spelling mistake")
    assert (game.now.standing, game.now.words) == (Standing.WITHDRAWN, "a spelling mistake")
    with pytest.raises(CallerError, match="is withdrawn"):
        game.commits(ada)
    game.opens(title="Once more")
    game.commits(ada)
    with pytest.raises(CallerError, match="cannot be withdrawn"):
        game.reward.withdraw(game.now, "it gets dangerous")


def test_a_challenge_that_nobody_broke_is_closed_with_what_shows_that_it_could_be(game: Game, tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="cannot be closed before"):
        game.reward.close(game.now, None)
    game.clock.now = UNTIL + timedelta(seconds=1)
    right = shown_by(read_kept(game.folder / "kept-0.json", None), game.contest.challenge)
    assert right.session_key == game.session_key().reveal()
    other = next(event for event in game.contest.challenge.messages if event != game.held.event)
    for wrong, words in (
        (replace(right, answer=Answer(bytes(32), b"something else, sorry")), "does not open the commitment"),
        (replace(right, session_key=game.session_key(other=True).reveal()), "another session"),
        (replace(right, event=other), "session"),
        (replace(right, event="$nowhere"), "no such event"),
    ):
        with pytest.raises(IntegrityError, match=words):
            game.reward.close(game.now, wrong)
    game.reward.close(game.now, right)
    assert (game.now.standing, game.now.shown) == (Standing.CLOSED, right)
    game.reward.export(tmp_path / "reward.jsonl")
    assert "the answer that it was about stood in its transcript" in verify_file(tmp_path / "reward.jsonl").summary


def test_a_challenge_whose_keys_were_burnt_is_closed_with_its_answer_alone(game: Game) -> None:
    kept = replace(read_kept(game.folder / "kept-0.json", None), sessions=())
    game.clock.now = UNTIL + timedelta(seconds=1)
    game.reward.close(game.now, shown_by(kept, game.contest.challenge))
    assert game.now.shown is not None
    assert game.now.shown.session_key == b""


def test_a_challenge_is_not_closed_over_a_claim(game: Game, ada: SigningKey) -> None:
    game.clock.now = UNTIL - timedelta(minutes=2)
    number = game.commits(ada)
    game.clock.forward(hours=1)
    with pytest.raises(CallerError, match=f"Claim {number} is not decided"):
        game.reward.close(game.now, None)
    game.clock.forward(hours=HOURS)
    game.reward.close(game.now, None)
    assert game.now.standing is Standing.CLOSED


def test_nobody_is_paid_who_has_not_won(game: Game) -> None:
    with pytest.raises(CallerError, match="is open, not won"):
        game.reward.pay(game.now, "transfer 1")
    with pytest.raises(CallerError, match="no claim 77"):
        game.reward.decide(77)


def test_a_reason_is_needed(game: Game) -> None:
    with pytest.raises(UndersealError, match="1 to 1000"):
        game.reward.withdraw(game.now, " ")


def test_a_clock_that_was_set_back_does_not_turn_time_back(game: Game, ada: SigningKey) -> None:
    game.clock.forward(hours=-5)
    game.reward.enter(commit(game.contest.challenge, game.held.answer, ada))
    assert game.now.claims[0].committed == NOON


def test_of_many_who_enter_the_same_claim_at_once_one_succeeds(game: Game, ada: SigningKey) -> None:
    step = commit(game.contest.challenge, game.held.answer, ada)

    def enter(_: int) -> bool:
        try:
            Reward(game.folder, game.key, clock=game.clock).enter(step)
        except CallerError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(enter, range(8))) == 1
    assert len(game.now.claims) == 1


def test_a_ledger_is_never_made_anew_silently(game: Game, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError):
        Reward(tmp_path / "elsewhere", game.key)
    with pytest.raises(ConflictError):
        Reward.create(game.folder, game.key)


def test_what_a_dead_writer_left_behind_is_set_aside_and_nothing_else_changes(game: Game, ada: SigningKey) -> None:
    with (game.folder / "ledger" / "entries.jsonl").open("ab") as file:
        file.write(b'{"act":"claim_comm')
    number = game.commits(ada)
    game.reveals(ada)
    assert game.reward.decide(game.now.claims[0].number).pays
    assert number == game.now.claims[0].number


# --- the export, and who would cheat --------------------------------------------------------------------------------


def won(game: Game, key: SigningKey) -> None:
    number = game.commits(key)
    game.reveals(key)
    game.reward.decide(number)


def test_the_export_is_verified_by_anyone(game: Game, ada: SigningKey, tmp_path: Path) -> None:
    won(game, ada)
    file = tmp_path / "reward.jsonl"
    game.reward.export(file)
    report = verify_file(file, trusted=game.key.public.hex)
    assert report.ok, report.summary
    assert f"won by claim 1 of the key {ada.public.hex}" in report.summary
    assert "with the same results: 1." in report.steps[-1].detail
    assert verify_file(file, trusted=SigningKey.generate().public.hex).outcome is Outcome.REFUTED
    with pytest.raises(ConflictError):
        game.reward.export(file)


def test_the_export_of_a_reward_without_challenges_is_verified(tmp_path: Path) -> None:
    game = Game(folder=tmp_path / "reward")
    game.reward.export(tmp_path / "empty.jsonl")
    report = verify_file(tmp_path / "empty.jsonl")
    assert report.ok
    assert "No challenge was ever opened." in report.summary


def test_the_export_is_verified_without_any_library_but_cryptography(
    game: Game, ada: SigningKey, tmp_path: Path
) -> None:
    won(game, ada)
    file = tmp_path / "reward.jsonl"
    game.reward.export(file)
    source = Path(__file__).parents[3] / "src"
    program = (
        "import sys\n"
        "for name in ('vodozemac', 'argon2', 'pyarrow', 'click', 'rich', 'numpy', 'orjson'):\n"
        "    sys.modules[name] = None\n"
        f"sys.path.insert(0, {str(source)!r})\n"
        "from underseal.core.verify.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file), "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "verified"


def test_every_changed_line_is_refuted(game: Game, ada: SigningKey, tmp_path: Path) -> None:
    won(game, ada)
    file = tmp_path / "reward.jsonl"
    game.reward.export(file)
    lines = file.read_bytes().splitlines(keepends=True)
    for number in range(len(lines)):
        changed = [line.replace(b"2026", b"2027") if at == number else line for at, line in enumerate(lines)]
        changed = changed if changed != lines else lines[:number] + lines[number + 1 :]
        (tmp_path / "changed.jsonl").write_bytes(b"".join(changed))
        assert verify_file(tmp_path / "changed.jsonl").outcome is not Outcome.VERIFIED, number


def cheated(game: Game, tmp_path: Path, change: Callable[[list[dict[str, Any]]], object]) -> str:
    """Sign the ledger anew as a sponsor who cheats could, and return what the verifier says of it."""
    ledger = Ledger(game.folder / "ledger", game.key, name="reward")
    entries = [json.loads(entry.data) for entry in ledger.oldest_first()]
    change(entries)
    forged = Ledger.create(tmp_path / "forged" / "ledger", game.key, name="reward")
    for entry in entries:
        entry.pop("number", None)
        forged.append(entry)
    file = tmp_path / "forged.jsonl"
    lines = [entry.data for entry in forged.oldest_first()]
    head = json.dumps({"format": "underseal/reward-export/1", "checkpoint": forged.checkpoint().document.to_json()})
    file.write_bytes(b"".join(line + b"\n" for line in (head.encode(), *lines)))
    report = verify_file(file, trusted=game.key.public.hex)
    assert report.outcome is Outcome.REFUTED
    return report.summary


def test_a_sponsor_who_denies_a_claim_that_holds_is_refuted(game: Game, ada: SigningKey, tmp_path: Path) -> None:
    won(game, ada)
    words = cheated(game, tmp_path, lambda entries: entries[3]["verdict"].update(pays=False))
    assert "not the one that commitment and terms give" in words


def test_a_sponsor_who_pays_without_a_decision_is_refuted(game: Game, ada: SigningKey, tmp_path: Path) -> None:
    won(game, ada)
    paid = {"act": "paid", "time": "2026-03-10T12:00:00.000Z", "challenge": game.contest.challenge.id, "reference": "x"}
    assert "is open, not won" in cheated(game, tmp_path, lambda entries: entries.__setitem__(3, paid))


def test_a_sponsor_who_moves_time_back_is_refuted(game: Game, ada: SigningKey, tmp_path: Path) -> None:
    won(game, ada)
    words = cheated(game, tmp_path, lambda entries: entries[2].update(time="2026-03-01T12:00:00.000Z"))
    assert "lies before the entry before it" in words


def test_a_sponsor_who_changes_the_terms_afterwards_is_refuted(game: Game, ada: SigningKey, tmp_path: Path) -> None:
    won(game, ada)
    words = cheated(game, tmp_path, lambda entries: entries[0]["challenge"]["amount"].update(minor=1))
    assert "no challenge" in words


def test_a_transcript_whose_ciphertext_was_changed_is_refuted(game: Game, tmp_path: Path) -> None:
    def swap(entries: list[dict[str, Any]]) -> None:
        one, other = entries[0]["challenge"]["events"][:2]
        one["content"]["session_id"], other["content"]["session_id"] = (
            other["content"]["session_id"],
            one["content"]["session_id"],
        )

    assert "not signed by its session" in cheated(game, tmp_path, swap)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        {"act": "bribed", "time": "2026-03-10T12:00:00.000Z", "number": 1},
        {"act": "paid", "number": 1},
        {"act": "withdrawn", "time": "2026-03-10", "number": 1, "challenge": "", "reason": "x"},
        {"act": "withdrawn", "time": "2026-02-30T12:00:00.000Z", "number": 1, "challenge": "", "reason": "x"},
        {"act": "challenge_opened", "time": "2026-03-10T12:00:00.000Z", "number": 1, "challenge": {}},
        {"act": "decided", "time": "2026-03-10T12:00:00.000Z", "number": 1, "claim": -1, "verdict": {}},
    ],
)
def test_an_entry_of_no_sense_is_named(entry: object) -> None:
    with pytest.raises(IntegrityError, match="is not allowed"):
        Book.of([parse_strict(json.dumps(entry).encode())])


def test_two_challenges_do_not_touch_each_other(game: Game, ada: SigningKey) -> None:
    first = game.contest
    game.held = conversation()
    game.opens(title="Second")
    won(game, ada)
    assert game.now.standing is Standing.WON
    assert game.reward.find(first.challenge.id).standing is Standing.OPEN


def test_an_older_copy_of_the_folder_that_was_put_back_is_what_is_told(game: Game, ada: SigningKey) -> None:
    earlier = {file: file.read_bytes() for file in (game.folder / "ledger").iterdir() if file.is_file()}
    game.commits(ada)
    assert game.now.claims
    for file, data in earlier.items():
        file.write_bytes(data)
    assert len(game.reward.find(game.contest.challenge.id).claims) == 0


def test_what_another_process_enters_is_seen(game: Game, ada: SigningKey) -> None:
    assert not game.now.claims
    other = Reward(game.folder, game.key, clock=game.clock)
    other.enter(commit(game.contest.challenge, game.held.answer, ada))
    assert [claim.commit.key for claim in game.now.claims] == [ada.public.raw]
