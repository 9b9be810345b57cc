"""The public page needs nothing beside it, runs nothing, cuts nothing, and says what the ledger says."""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from underseal.core.crypto import SigningKey
from underseal.core.verify.reward import Challenge, Contest, Shown
from underseal.network.reward import challenge_bytes, event_lines, render_page

from .playing import UNTIL, Game, conversation

KEY = SigningKey.generate().public
AXE = (Path(__file__).parents[3] / "web" / "desk" / "node_modules" / "axe-core" / "axe.min.js").read_text(
    encoding="utf-8"
)
LONG = "A conversation whose title goes on and on, Донаудампфшифффартсгезельшафт 多瑙河轮船公司, " + "x" * 120


def rendered(game: Game) -> str:
    contests = game.reward.book().contests.values()
    return render_page(contests, at=game.clock(), key=KEY, name="phone.example.org")


def many(game: Game, ada: SigningKey) -> str:
    """Ten challenges of every standing, with long and hostile words."""
    number = game.commits(ada)
    game.reveals(ada)
    game.reward.decide(number)
    game.reward.pay(game.now, "transfer 2026-17")
    for title in (LONG[:200], '<script>alert(1)</script> & "quotes"', "رسالة واحدة", "Four", "Five", "Six", "Seven"):
        game.held = conversation()
        game.opens(title=title, text="One line.\nAnother line. " + "word " * 80, statement_required=True)
    game.reward.withdraw(game.now, "a spelling mistake")
    game.held = conversation()
    game.opens(title="Eight", session_key_required=True)
    number = game.commits(ada)
    game.reveals(ada)
    game.reward.decide(number)
    game.held = conversation()
    game.opens(title="Nine", until=game.clock() + timedelta(hours=1))
    game.clock.forward(hours=2)
    game.reward.close(game.now, Shown(answer=game.held.answer, event="", session_key=b""))
    return rendered(game)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        yield found
        found.close()


def test_without_a_challenge_it_says_what_will_be_here(tmp_path: Path) -> None:
    page = rendered(Game(folder=tmp_path / "reward"))
    assert "No challenge is published yet." in page
    assert KEY.hex in page


def test_it_shows_what_the_ledger_says(game: Game, ada: SigningKey) -> None:
    page = many(game, ada)
    assert "Challenges: 6 open, 1 won, 1 paid, 1 closed, 1 withdrawn" in page
    assert game.contest.challenge.commitment.hex() in page
    assert game.held.answer.text in page, "the answer of a challenge that was closed unbroken"
    assert "500\u202f000.00\u00a0EUR" in page
    assert "transfer 2026-17" in page
    assert page.index("Six") < page.index(">Eight<") < page.index("Read one message") < page.index(">Nine<")


def test_words_of_others_are_never_markup(game: Game, ada: SigningKey) -> None:
    page = many(game, ada)
    assert "<script" not in page
    assert escape('<script>alert(1)</script> & "quotes"') in page
    assert not re.search(r"\son[a-z]+=|\sstyle=|javascript:", page)


def test_its_policy_allows_its_own_style_and_nothing_else(game: Game) -> None:
    page = rendered(game)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src &#x27;none&#x27;; style-src &#x27;sha256-{digest}&#x27;" in page


def test_files_lie_where_the_office_serves_them(game: Game) -> None:
    def address(challenge: Challenge, name: str) -> str:
        return f"/reward/{challenge.id}/{name}"

    contests: Sequence[Contest] = list(game.reward.book().contests.values())
    page = render_page(contests, at=UNTIL, key=KEY, name="x", address=address, export="/reward/reward.jsonl")
    for name in ("challenge.json", "events.jsonl"):
        assert f'href="/reward/{game.contest.challenge.id}/{name}"' in page
    assert 'href="/reward/reward.jsonl"' in page
    assert "data:" not in page


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of ten challenges as a file."""
    folder = tmp_path_factory.mktemp("full")
    game = Game(folder=folder / "reward")
    game.opens()
    file = folder / "reward.html"
    file.write_text(many(game, SigningKey.generate()), encoding="utf-8")
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024, 360])
def test_nothing_is_cut_and_nothing_is_refused_by_the_policy(
    full: Path, browser: Browser, scheme: str, width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(full.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("article").count() == 10
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 21, 24)"
    assert dark is (scheme == "dark")
    assert said == []
    page.evaluate(AXE)
    violations = page.evaluate("async () => (await axe.run()).violations.map((one) => `${one.id}: ${one.help}`)")
    assert violations == []
    page.emulate_media(media="print")
    assert page.locator(".files").first.is_hidden()
    context.close()


def test_the_enclosed_files_are_downloaded(game: Game, tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "reward.html"
    file.write_text(rendered(game), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    challenge = game.contest.challenge
    for name, data in (("challenge.json", challenge_bytes(challenge)), ("events.jsonl", event_lines(challenge))):
        with page.expect_download() as downloading:
            page.locator(f"a[download$='{name}']").click()
        assert downloading.value.suggested_filename == f"{challenge.id[:12]}-{name}"
        assert Path(downloading.value.path()).read_bytes() == data
    assert hashlib.sha256(challenge_bytes(challenge)).hexdigest() == challenge.id
    page.close()
