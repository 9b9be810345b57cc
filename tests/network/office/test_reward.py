"""The public page of the reward needs no login, shows what the ledger says, and changes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from network.reward.playing import conversation, terms
from underseal.core.verify import verify_file
from underseal.core.verify.reward import Amount
from underseal.network.office.shared import EXPORTS_PER_ADDRESS
from underseal.network.reward import Offer, Reward, publish, read_challenge

from .counter import NOW, Counter


@pytest.fixture
def challenge(office: Counter, tmp_path: Path) -> str:
    """Id of a challenge that is open."""
    reward = Reward(office.network.reward, office.network.signing_key, clock=office.clock)
    offer = Offer(
        title="جائزة", amount=Amount(minor=500_000_00, currency="EUR"), terms=terms(until=NOW + timedelta(days=30))
    )
    keep = tmp_path / "keep"
    return publish(reward, offer, conversation(), keep=keep, passphrase=None, burn=True).challenge.id


def test_the_page_needs_no_login_and_no_script(office: Counter, challenge: str) -> None:
    with office.browser() as stranger:
        answer = stranger.get("/reward")
    assert answer.status_code == 200
    assert "جائزة" in answer.text
    assert f"/reward/{challenge}/challenge.json" in answer.text
    assert "<script" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_network_without_a_challenge_says_so(office: Counter) -> None:
    with office.browser() as stranger:
        assert "No challenge is published yet." in stranger.get("/reward").text


def test_anyone_takes_the_ledger_and_checks_it(office: Counter, challenge: str, tmp_path: Path) -> None:
    with office.browser() as stranger:
        ledger = stranger.get("/reward/reward.jsonl")
        assert ledger.headers["content-disposition"] == 'attachment; filename="reward.jsonl"'
        found = stranger.get(f"/reward/{challenge}/challenge.json")
        events = stranger.get(f"/reward/{challenge}/events.jsonl")
    file = tmp_path / "challenge.json"
    file.write_bytes(found.content)
    assert read_challenge(file).id == challenge
    file = tmp_path / "reward.jsonl"
    file.write_bytes(ledger.content)
    assert verify_file(file, trusted=office.network.signing_key.public.hex).exit_code == 0
    assert "m.room.encrypted" in events.text


def test_what_is_not_there_is_said(office: Counter) -> None:
    with office.browser() as stranger:
        assert stranger.get(f"/reward/{'0' * 64}/challenge.json").status_code == 404
        assert stranger.get("/reward/x/events.jsonl").status_code == 400


def test_nobody_keeps_the_office_busy_with_exports(office: Counter) -> None:
    with office.browser() as stranger:
        statuses = [stranger.get("/reward/reward.jsonl").status_code for _ in range(EXPORTS_PER_ADDRESS + 1)]
    assert statuses == [200] * EXPORTS_PER_ADDRESS + [429]
