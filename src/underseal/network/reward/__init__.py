"""The public reward for breaking the network: challenges, claims and decisions that anyone can check.

What a challenge, a claim and a verdict are, and which acts the rules allow, stands in `core.verify.reward`, since the
standalone verifier must know it too. Here challenges are made, claims are made, and acts are entered.
"""

from underseal.network.reward.claiming import (
    Showing,
    commit,
    event_of_proof,
    read_session_keys,
    reveal,
    shown_by_key,
)
from underseal.network.reward.conversation import Conversation, KeptSession, converse
from underseal.network.reward.files import amount_of, challenge_bytes, event_lines, read_challenge, summary
from underseal.network.reward.kept import Kept, read_kept, shown_by, write_kept
from underseal.network.reward.page import render_page
from underseal.network.reward.publishing import Offer, publish
from underseal.network.reward.rewards import Reward
from underseal.network.reward.talk import small_talk

__all__ = [
    "Conversation",
    "Kept",
    "KeptSession",
    "Offer",
    "Reward",
    "Showing",
    "amount_of",
    "challenge_bytes",
    "commit",
    "converse",
    "event_lines",
    "event_of_proof",
    "publish",
    "read_challenge",
    "read_kept",
    "read_session_keys",
    "render_page",
    "reveal",
    "shown_by",
    "shown_by_key",
    "small_talk",
    "summary",
    "write_kept",
]
