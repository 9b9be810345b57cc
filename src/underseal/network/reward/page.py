"""The public page: every challenge with its reward, terms and files, how to claim, and how to check all of it.

One HTML document that needs nothing beside it: no script, no font, no picture. What it shows comes from the fold of the
ledger alone; the office serves it, and a file of it can lie anywhere.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Final, TypeAlias

from underseal.core.crypto import VerifyKey
from underseal.core.verify.reward import STATEMENT, Challenge, Contest, Standing
from underseal.network.licences.money import Money
from underseal.network.reward.files import amount_of, challenge_bytes, event_lines

Address: TypeAlias = Callable[[Challenge, str], str]
"""Gives the address of a file of a challenge: "challenge.json" or "events.jsonl"."""

_STYLE: Final = files("underseal.network.reward").joinpath("page.css").read_text(encoding="utf-8")
_STYLE_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY: Final = f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'; form-action 'none'"
"""Content-Security-Policy of the page; who serves it adds `frame-ancestors 'none'`, which only a header can say."""

_ORDER: Final = (Standing.OPEN, Standing.WON, Standing.PAID, Standing.CLOSED, Standing.WITHDRAWN)
_SIGNS: Final = {
    Standing.OPEN: "○",
    Standing.WON: "✓",
    Standing.PAID: "✓",
    Standing.CLOSED: "–",
    Standing.WITHDRAWN: "–",
}


def enclosed(challenge: Challenge, name: str) -> str:
    """Return a file's content as its address, for a page that lies alone (RFC 2397)."""
    data = challenge_bytes(challenge) if name == "challenge.json" else event_lines(challenge)
    return f"data:application/octet-stream;base64,{base64.b64encode(data).decode()}"


def render_page(
    contests: Iterable[Contest],
    *,
    at: datetime,
    key: VerifyKey,
    name: str,
    address: Address = enclosed,
    export: str = "",
) -> str:
    """Return the page.

    Args:
        contests: all challenges of the ledger.
        at: as of when.
        key: the network's, which signs the ledger.
        name: of the network.
        address: where the files of a challenge are.
        export: address of the reward's export; "" where the page does not offer it.
    """
    listed = sorted(contests, key=lambda one: (_ORDER.index(one.standing), -one.number))
    articles = "".join(_article(contest, at, address) for contest in listed) or _EMPTY
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}: reward for breaking it</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><div>\n<h1>A reward for whoever breaks {escape(name)}</h1>\n"
        f'<p class="lead">{_LEAD}</p>\n</div></header>\n<main>\n'
        f"<h2>{_counted(listed)}</h2>\n{articles}{_CLAIM}{_checking(key, export)}</main>\n"
        f"<footer>As of {_moment(at)}. Times are in UTC.</footer>\n</body>\n</html>\n"
    )


_LEAD: Final = (
    "Each challenge is a conversation of two devices, sealed as every conversation here is sealed. One message holds a"
    " secret. Whoever reads it first, and keeps to the terms, is paid."
)

_EMPTY: Final = (
    '<article class="empty"><p>No challenge is published yet.</p>'
    "<p>Once one is, its sealed conversation can be downloaded here, with the amount and the terms.</p></article>\n"
)

_CLAIM: Final = """<h2>How to claim</h2>
<ol>
<li>Download the challenge, and read the message whose text begins with <code>underseal-answer-1</code>.</li>
<li>Make a key and commit to the answer without showing it. Send <code>commit.json</code> to the network.
<pre>underseal network reward claim key me.key
underseal network reward claim commit challenge.json \\
  --key me.key --answer answer.txt --out commit.json</pre></li>
<li>Once your commitment stands in the public ledger, reveal the answer. Send <code>reveal.json</code>.
<pre>underseal network reward claim reveal challenge.json \\
  --key me.key --answer answer.txt --session-key key.txt --out reveal.json</pre></li>
</ol>
<p>Nobody can copy your claim: a copy of the answer comes too late, and a copy of the commitment belongs to your key.</p>
"""


def _checking(key: VerifyKey, export: str) -> str:
    link = (
        f'<a href="{escape(export)}" download>Download the whole ledger</a>' if export else "Ask for the whole ledger"
    )
    return (
        "<h2>How to check it</h2>\n"
        f"<p>{link} and check it with no help of ours: every act is signed, and every decision is made again from the"
        " commitment and the terms. Compare the key with one that you have from elsewhere.</p>\n"
        f"<pre>underseal verify reward.jsonl --key {key.hex}</pre>\n"
        f'<p>Fingerprint of the key: <span class="mono">{key.fingerprint}</span></p>\n'
    )


def _counted(contests: Sequence[Contest]) -> str:
    counts = Counter(contest.standing for contest in contests)
    told = [f"{counts[standing]} {standing}" for standing in _ORDER if counts[standing]]
    return f"Challenges: {', '.join(told)}" if told else "Challenges"


def _article(contest: Contest, at: datetime, address: Address) -> str:
    challenge = contest.challenge
    text = challenge.terms.text.strip()
    terms = f'<p class="terms">{escape(text)}</p>\n' if text else ""
    return (
        f'<article id="{challenge.id[:12]}">\n'
        f'<div class="top"><h3 dir="auto">{escape(challenge.title)}</h3>'
        f'<span class="amount">{_grouped(amount_of(challenge))}</span></div>\n'
        f'<p class="state">{_state(contest, at)}</p>\n{terms}<dl>\n'
        f"{_facts(contest)}</dl>\n"
        f'<p class="files">{_file(challenge, "challenge.json", "Challenge (JSON)", address)}'
        f"{_file(challenge, 'events.jsonl', f'{len(challenge.messages)} sealed messages (JSON lines)', address)}</p>\n"
        "</article>\n"
    )


def _state(contest: Contest, at: datetime) -> str:
    """Say where a challenge stands: a sign, a word, and what it means for a reader."""
    word = f'<b class="{contest.standing}">{_SIGNS[contest.standing]} {contest.standing.capitalize()}</b>'
    until = contest.challenge.terms.until
    if contest.standing is Standing.OPEN:
        over = at > until
        told = f"claims were taken until {_moment(until)}" if over else f"claims until {_moment(until)}"
        waiting = sum(1 for _ in contest.waiting(at))
        return f"{word} · {told}" + (f" · {waiting} claim{'s' if waiting > 1 else ''} not decided" if waiting else "")
    winner = contest.winner
    if winner is not None and winner.decided is not None:
        won = f'won by the key <span class="mono">{winner.commit.key.hex()[:16]}…</span> on {_moment(winner.decided)}'
        paid = f" · paid on {_moment(contest.ended)}" if contest.ended else ""
        return f"{word} · {won}{paid}{_words(contest)}"
    kept = " · nobody read it; the answer is published below" if contest.shown else ""
    return f"{word} · {_moment(contest.ended or until)}{kept}" + _words(contest)


def _words(contest: Contest) -> str:
    return f" · {escape(contest.words)}" if contest.words else ""


def _facts(contest: Contest) -> str:
    challenge = contest.challenge
    terms = challenge.terms
    rules = [f"An answer is revealed within {terms.reveal_hours} hours of its commitment."]
    if terms.session_key_required:
        rules.append("A claim shows a session key that opens the message; the plaintext alone is not enough.")
    if not terms.participants_may_claim:
        rules.append("A claim under a key of the conversation's own devices does not count.")
    if terms.statement_required:
        rules.append(f"The claimant signs: “{STATEMENT}”")
    facts = {
        "Opened": _moment(contest.opened),
        "Rules": "<ul>" + "".join(f"<li>{escape(rule)}</li>" for rule in rules) + "</ul>",
        "Claims": str(len(contest.claims)),
        "Commitment (SHA-256)": f'<span class="mono">{challenge.commitment.hex()}</span>',
        "Id": f'<span class="mono">{challenge.id}</span>',
    }
    if contest.shown:
        proved = "a published key opens its message" if contest.shown.session_key else "the keys were burnt"
        facts["Answer"] = f'<span class="mono">{contest.shown.answer.text}</span><br>{proved}'
    return "".join(f"<dt>{name}</dt><dd>{value}</dd>\n" for name, value in facts.items())


def _file(challenge: Challenge, name: str, words: str, address: Address) -> str:
    saved = f"{challenge.id[:12]}-{name}"
    return f'<a href="{escape(address(challenge, name))}" download="{saved}">{words}</a>'


def _grouped(money: Money) -> str:
    """Return an amount with thin spaces between the thousands: 1 200 000.00 EUR."""
    number, currency = str(money).split(" ")
    whole, point, fraction = number.partition(".")
    return f"{int(whole):,}".replace(",", "\u202f") + f"{point}{fraction}\u00a0{currency}"


def _moment(moment: datetime) -> str:
    return f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}">{moment:%Y-%m-%d %H:%M}\u00a0UTC</time>'
