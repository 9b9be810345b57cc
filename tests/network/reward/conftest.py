from pathlib import Path

import pytest

from underseal.core.crypto import SigningKey

from .playing import Game


@pytest.fixture
def game(tmp_path: Path) -> Game:
    """A reward with one open challenge."""
    made = Game(folder=tmp_path / "reward")
    made.opens()
    return made


@pytest.fixture
def ada() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture
def bob() -> SigningKey:
    return SigningKey.generate()
