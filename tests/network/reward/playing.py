"""A network's reward with a clock that a test turns, and those who play: claimants with their keys."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from underseal.core.crypto import SigningKey
from underseal.core.crypto.megolm import export_bytes
from underseal.core.records import Secret
from underseal.core.verify.reward import Amount, Answer, Contest, Terms
from underseal.network.reward import Conversation, Offer, Reward, Showing, commit, converse, publish, reveal

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
UNTIL = NOON + timedelta(days=30)
HOURS = 72
"""Hours for the reveal."""

LINES = ["Shall we meet at the ferry?", "After lunch.", "Bring the blue chairs."]


class Clock:
    """Tells the time that a test has set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def terms(**changed: object) -> Terms:
    given: dict[str, object] = {
        "text": "Whoever reads it first is paid.",
        "until": UNTIL,
        "reveal_hours": HOURS,
        "session_key_required": False,
        "participants_may_claim": False,
        "statement_required": False,
    }
    return Terms(**given | changed)  # type: ignore[arg-type]  # a test that names another field fails at once


def conversation() -> Conversation:
    return converse(LINES, None, server_name="phone.example.org", ends=NOON)


@dataclass(kw_only=True)
class Game:
    """A reward in a folder of its own."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    key: SigningKey = field(default_factory=SigningKey.generate)
    held: Conversation = field(default_factory=conversation)
    contest: Contest = field(init=False)
    reward: Reward = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        Reward.create(self.folder, self.key)
        self.reward = Reward(self.folder, self.key, clock=self.clock)

    def opens(self, *, title: str = "Read one message", **changed: object) -> Contest:
        """Publish a challenge whose answer is `self.held.answer`."""
        offer = Offer(title=title, amount=Amount(minor=500_000_00, currency="EUR"), terms=terms(**changed))
        keep = self.folder / f"kept-{len(list(self.folder.glob('kept-*')))}.json"
        self.contest = publish(self.reward, offer, self.held, keep=keep, passphrase=None, burn=False)
        return self.contest

    @property
    def now(self) -> Contest:
        """The challenge as it stands."""
        return self.reward.book().contests[self.contest.challenge.id]

    def commits(self, key: SigningKey, answer: Answer | None = None) -> int:
        """Enter the commitment of a claimant who holds the answer."""
        self.clock.forward(minutes=1)
        return self.reward.enter(commit(self.contest.challenge, answer or self.held.answer, key))

    def reveals(self, key: SigningKey, *, shown: Showing | None = None, stated: bool = False) -> int:
        """Enter the reveal of a claimant; by the session key unless told otherwise."""
        self.clock.forward(minutes=1)
        step = reveal(self.contest.challenge, self.held.answer, key, shown or self.by_key(), stated=stated)
        return self.reward.enter(step)

    def by_key(self) -> Showing:
        """Show the session key that opens the message with the answer."""
        return Showing(event=self.held.event, session_key=self.session_key())

    def session_key(self, *, other: bool = False) -> Secret:
        """Return the bytes of the session in which the answer was sent, or of the other one."""
        sealed = self.contest.challenge.messages[self.held.event].session
        found = [Secret(export_bytes(one.exported)) for one in self.held.sessions]
        return next(key for key in found if (key.reveal()[-32:] != sealed) is other)
