"""`underseal network reward`: the public reward for breaking the network, from the challenge to the payment."""

import json
from datetime import UTC, datetime, time
from pathlib import Path

import click

from underseal.cli.network.common import network_option, now, opened_network
from underseal.cli.network.reward_claim import claim, shown_verdict
from underseal.cli.terminal import harmless, out, read_passphrase, table
from underseal.core.records import Secret
from underseal.core.verify.reward import Amount, Contest, Terms, instant
from underseal.errors import CallerError
from underseal.network.licences.money import Money
from underseal.network.reward import (
    Offer,
    Reward,
    amount_of,
    challenge_bytes,
    converse,
    event_lines,
    publish,
    read_kept,
    render_page,
    shown_by,
    small_talk,
    summary,
)

_FILE = click.Path(path_type=Path)
_INPUT = click.Path(path_type=Path, allow_dash=True)


@click.group()
def reward() -> None:
    """Publish challenges, take claims, decide them, and show that all of it was fair."""


reward.add_command(claim)


def _opened(folder: Path | None) -> Reward:
    network = opened_network(folder)
    return Reward(network.reward, network.signing_key)


@reward.command("publish")
@click.argument("title")
@click.option("--amount", required=True, help="The reward, such as '500000.00 EUR'.")
@click.option("--until", required=True, help="Last day for claims (UTC, to its end), or a moment with its offset.")
@click.option(
    "--keep", type=_FILE, required=True, help="New file for the answer and the session keys; never published."
)
@click.option("--burn", is_flag=True, help="Forget the session keys; the file then holds the answer alone.")
@click.option("--passphrase-file", type=_INPUT, help="Seal the kept file under this passphrase ('-': standard input).")
@click.option("--terms", type=_FILE, help="File with the terms in your words.")
@click.option("--lines", type=_FILE, help="File with the conversation, a message a line; small talk by default.")
@click.option("--secret-file", type=_FILE, help="File with the secret, 16 bytes or more; 32 random bytes by default.")
@click.option("--reveal-hours", default=168, show_default=True, help="Hours from a commitment to its reveal, at most.")
@click.option("--session-key-required", is_flag=True, help="A claim must show a key; the plaintext is not enough.")
@click.option(
    "--participants-may-claim", is_flag=True, help="A claim under a key of the conversation's devices counts."
)
@click.option("--statement-required", is_flag=True, help="A claimant must sign that no participant helped.")
@network_option
def publish_(
    folder: Path | None,
    title: str,
    amount: str,
    until: str,
    keep: Path,
    burn: bool,
    passphrase_file: Path | None,
    terms: Path | None,
    lines: Path | None,
    secret_file: Path | None,
    **conditions: bool | int,
) -> None:
    """Open a challenge called TITLE: a sealed conversation of two devices with a secret in it."""
    network = opened_network(folder)
    money = Money.parse(amount)
    offer = Offer(
        title=title,
        amount=Amount(minor=money.minor, currency=money.currency),
        terms=Terms(text=_text(terms), until=_until(until), **conditions),  # type: ignore[arg-type]  # by click's types
    )
    held = converse(
        [line for line in _text(lines).splitlines() if line.strip()] if lines else small_talk(),
        Secret(_bytes(secret_file).strip()) if secret_file else None,
        server_name=network.settings.server_name,
        ends=now(),
    )
    passphrase = read_passphrase(passphrase_file, "") if passphrase_file else None
    contest = publish(
        Reward(network.reward, network.signing_key), offer, held, keep=keep, passphrase=passphrase, burn=burn
    )
    out.print(f"Opened the challenge {contest.challenge.id}", markup=False)
    out.print(f"Keep {keep} out of everybody's reach: who reads it can claim the reward.", markup=False)


@reward.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--html", type=_FILE, help="Write the public page to this file instead.")
@network_option
def status(folder: Path | None, as_json: bool, html: Path | None) -> None:
    """List all challenges and where they stand."""
    network = opened_network(folder)
    contests = list(_opened(folder).book().contests.values())
    if html:
        page = render_page(contests, at=now(), key=network.signing_key.public, name=network.settings.server_name)
        html.write_text(page, encoding="utf-8")
        out.print(f"Wrote {html}.", markup=False)
    elif as_json:
        click.echo(json.dumps([summary(contest) for contest in contests], ensure_ascii=False))
    elif contests:
        rows = table("challenge", "title", "reward", "stands", "claims until", "claims")
        for one in contests:
            challenge = one.challenge
            until = instant(challenge.terms.until)
            reward_text = str(amount_of(challenge))
            rows.add_row(
                challenge.id[:12], harmless(challenge.title), reward_text, one.standing, until, str(len(one.claims))
            )
        out.print(rows, markup=False)
    else:
        out.print("No challenge was ever opened: underseal network reward publish --help")


@reward.command()
@click.argument("challenge")
@click.option("--challenge-file", type=_FILE, help="Write what a claimant needs to this file.")
@click.option("--events-file", type=_FILE, help="Write the transcript to this file, a Matrix event a line.")
@network_option
def show(folder: Path | None, challenge: str, challenge_file: Path | None, events_file: Path | None) -> None:
    """Show CHALLENGE (the first digits of its id) with its terms and claims; write its files."""
    contest = _opened(folder).find(challenge)
    for file, data in ((challenge_file, challenge_bytes), (events_file, event_lines)):
        if file:
            file.write_bytes(data(contest.challenge))
            out.print(f"Wrote {file}.", markup=False)
    for line in _described(contest):
        click.echo(harmless(line))


def _described(contest: Contest) -> list[str]:
    challenge = contest.challenge
    asked = [name for name, value in challenge.terms.to_json().items() if value is True]
    lines = [
        f"{challenge.title}: {amount_of(challenge)}, {contest.standing}",
        f"Id: {challenge.id}",
        f"Commitment: {challenge.commitment.hex()}",
        f"Opened {instant(contest.opened)}; claims until {instant(challenge.terms.until)}, to be revealed within"
        f" {challenge.terms.reveal_hours} hours" + "".join(f"; {name.replace('_', ' ')}" for name in asked),
        f"Transcript: {len(challenge.messages)} messages",
    ]
    lines += [challenge.terms.text.strip()] if challenge.terms.text.strip() else []
    lines += [f"{contest.standing.capitalize()} {instant(contest.ended)}. {contest.words}"] if contest.ended else []
    for claim_ in contest.claims:
        state = "revealed" if claim_.reveal else f"to be revealed until {instant(contest.reveal_by(claim_))}"
        if claim_.verdict:
            state = "has won" if claim_.verdict.pays else "has not won"
        lines.append(f"Claim {claim_.number} of {claim_.commit.key.hex()[:16]}, {instant(claim_.committed)}: {state}")
    return lines


@reward.command()
@click.argument("number", type=int)
@network_option
def verify(folder: Path | None, number: int) -> int:
    """Judge claim NUMBER and enter nothing: term by term what holds, what fails and what nobody can check."""
    return shown_verdict(_opened(folder).judge(number))


@reward.command()
@click.argument("number", type=int)
@network_option
def decide(folder: Path | None, number: int) -> int:
    """Judge claim NUMBER and enter the decision in the ledger."""
    return shown_verdict(_opened(folder).decide(number))


@reward.command()
@click.argument("challenge")
@click.option("--reference", required=True, help="How it was paid, for the public: such as a transaction's number.")
@network_option
def pay(folder: Path | None, challenge: str, reference: str) -> None:
    """Enter that the winner of CHALLENGE was paid."""
    found = _opened(folder)
    found.pay(found.find(challenge), reference)
    out.print("Entered the payment.")


@reward.command()
@click.argument("challenge")
@click.option("--reason", required=True, help="Why, for the public.")
@network_option
def withdraw(folder: Path | None, challenge: str, reason: str) -> None:
    """Take CHALLENGE back; only as long as nobody has committed a claim."""
    found = _opened(folder)
    found.withdraw(found.find(challenge), reason)
    out.print("Entered the withdrawal.")


@reward.command()
@click.argument("challenge")
@click.option("--kept", type=_FILE, help="The kept file: publishes the answer, and the key that shows where it stood.")
@click.option("--passphrase-file", type=_INPUT, help="What the kept file is sealed with ('-': standard input).")
@network_option
def close(folder: Path | None, challenge: str, kept: Path | None, passphrase_file: Path | None) -> None:
    """Close CHALLENGE when its time is over and nobody has won."""
    found = _opened(folder)
    passphrase = read_passphrase(passphrase_file, "") if passphrase_file else None
    contest = found.find(challenge)
    found.close(contest, shown_by(read_kept(kept, passphrase), contest.challenge) if kept else None)
    out.print("Closed the challenge.")


@reward.command()
@click.argument("file", type=_FILE)
@network_option
def export(folder: Path | None, file: Path) -> None:
    """Write the whole reward to FILE: ledger, transcripts, claims and proofs, for anyone to check."""
    checkpoint = _opened(folder).export(file)
    out.print(
        f"Wrote {checkpoint.size:,} entries to {file}. Anyone can check it with: underseal verify {file}", markup=False
    )


def _until(text: str) -> datetime:
    """Read a moment with its offset, or a day, which counts to its end in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CallerError(f"{text!r} is no day.", hint="Such as 2026-12-31, or 2026-12-31T18:00:00+01:00.") from None
    if len(text) == len("2026-12-31"):
        return datetime.combine(moment.date(), time(23, 59, 59), UTC)
    if moment.tzinfo is None:
        raise CallerError("A moment needs its offset from UTC.", hint="Such as 2026-12-31T18:00:00+01:00.")
    return moment.astimezone(UTC)


def _text(file: Path | None) -> str:
    try:
        return _bytes(file).decode() if file else ""
    except UnicodeDecodeError:
        raise CallerError(f"{file} is not UTF-8 text.") from None


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CallerError(f"{file} cannot be read: {error.strerror}.") from None
