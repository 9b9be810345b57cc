"""Publishing a challenge: the conversation is held, what the sponsor keeps is written, and only then it is entered."""

from dataclasses import dataclass
from pathlib import Path

from underseal.core.ledger import canonical, parse_strict
from underseal.core.records import Secret
from underseal.core.verify.reward import CHALLENGE_FORMAT, Amount, Challenge, Contest, Terms
from underseal.errors import CallerError
from underseal.network.reward.conversation import Conversation
from underseal.network.reward.kept import Kept, write_kept
from underseal.network.reward.rewards import Reward


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is offered.

    Attributes:
        title: one line. amount: the reward. terms: what a claim must keep to.
    """

    title: str
    amount: Amount
    terms: Terms


def publish(
    reward: Reward, offer: Offer, held: Conversation, *, keep: Path, passphrase: Secret | None, burn: bool
) -> Contest:
    """Publish a challenge.

    Args:
        reward: whose ledger it goes to.
        offer: what is offered.
        held: the conversation.
        keep: new file for what the sponsor keeps: the answer, and the session keys unless `burn`.
        passphrase: seals that file; None leaves it to its mode 0600.
        burn: forget the session keys.

    Raises:
        ConflictError: `keep` exists already; nothing is published.
        CallerError: the last day for claims lies in the past; `keep` is removed again.
    """
    challenge = _challenge(offer, held)
    kept = Kept(
        challenge=challenge.id, answer=held.answer, event=held.event, sessions=() if burn else tuple(held.sessions)
    )
    write_kept(keep, kept, passphrase)
    try:
        return reward.open(challenge)
    except CallerError:
        keep.unlink()
        raise


def _challenge(offer: Offer, held: Conversation) -> Challenge:
    """Put a challenge together, and read it as everybody else will."""
    value = {
        "format": CHALLENGE_FORMAT,
        "title": offer.title,
        "amount": offer.amount.to_json(),
        "terms": offer.terms.to_json(),
        "commitment": held.answer.commitment.hex(),
        "devices": [participant.to_json() for participant in held.participants],
        "to_device": held.to_device,
        "events": held.events,
    }
    return Challenge.from_json(parse_strict(canonical(value)))  # type: ignore[arg-type]  # JSON by construction
