"""The page on the reward is enough to check an answer, and says the words that are signed."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from underseal.core.verify.reward import STATEMENT, Act, Term
from underseal.network.reward import challenge_bytes

from .playing import Game

PAGE = (Path(__file__).parents[3] / "docs" / "formats" / "reward.md").read_text(encoding="utf-8")


def test_the_printed_program_tells_a_right_answer_from_a_wrong_one(game: Game, tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    (tmp_path / "printed.py").write_text(program, encoding="utf-8")
    (tmp_path / "challenge.json").write_bytes(challenge_bytes(game.contest.challenge))
    right = game.held.answer
    for answer, said in ((right, "right\n"), (replace(right, secret=right.secret + b"x"), "wrong\n")):
        done = subprocess.run(
            [sys.executable, "printed.py", "challenge.json"],
            input=answer.text + "\n",
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == said, done.stderr


def test_the_page_names_every_act_and_term_and_the_statement() -> None:
    assert [name for name in (*Act, *Term) if f"`{name}`" not in PAGE] == []
    assert STATEMENT in " ".join(PAGE.replace("*", "").split())
