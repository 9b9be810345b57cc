"""`underseal network reward claim`: on the claimant's machine a key and two steps; on the network's, entering them."""

import sys
from pathlib import Path

import click

from underseal.cli.network.common import network_option, opened_network
from underseal.cli.terminal import out, read_passphrase, table
from underseal.core.crypto import SigningKey
from underseal.core.crypto.private_files import write_new
from underseal.core.ledger import canonical
from underseal.core.verify.reward import Answer, Challenge, ClaimFile, Commit, Verdict
from underseal.errors import CallerError
from underseal.network.reward import (
    Reward,
    Showing,
    commit,
    event_of_proof,
    read_challenge,
    read_session_keys,
    reveal,
    shown_by_key,
)

_FILE = click.Path(path_type=Path)
_INPUT = click.Path(path_type=Path, allow_dash=True)


@click.group()
def claim() -> None:
    """Make a claim in two steps, so that nobody can copy it; enter claims that came in."""


@claim.command()
@click.argument("file", type=_FILE)
def key(file: Path) -> None:
    """Make a claimant's key in FILE. Whoever holds it is the claimant; no name is asked for."""
    made = SigningKey.generate()
    made.save(file)
    out.print(f"Wrote {file}. Its public key: {made.public.hex}", markup=False)


@claim.command("commit")
@click.argument("challenge", type=_FILE)
@click.option("--key", "key_file", type=_FILE, required=True, help="Your key, made by: claim key FILE.")
@click.option("--answer", type=_INPUT, required=True, help="File that holds the answer ('-': standard input).")
@click.option("--out", "target", type=_FILE, required=True, help="File to write and send to the network.")
def commit_(challenge: Path, key_file: Path, answer: Path, target: Path) -> None:
    """First step of a claim on the downloaded file CHALLENGE: bind yourself to the answer without showing it."""
    step = commit(read_challenge(challenge), _answer(answer), SigningKey.load(key_file))
    _write(target, step)
    out.print(f"Wrote {target}. Send it; reveal the answer once it stands in the public ledger.", markup=False)


@claim.command("reveal")
@click.argument("challenge", type=_FILE)
@click.option("--key", "key_file", type=_FILE, required=True, help="The key of the first step.")
@click.option("--answer", type=_INPUT, required=True, help="File that holds the answer ('-': standard input).")
@click.option(
    "--session-key", type=_FILE, help="Key export, or one exported session in base64, that opens the message."
)
@click.option("--passphrase-file", type=_FILE, help="Passphrase of the key export.")
@click.option("--proof", type=_FILE, help="Proof of the decrypted message, made by: underseal release prove.")
@click.option(
    "--event", default="", help="Id of the message that held the answer, where neither key nor proof shows it."
)
@click.option("--statement", is_flag=True, help="Sign that no participant helped, where the terms ask for it.")
@click.option("--out", "target", type=_FILE, required=True, help="File to write and send to the network.")
def reveal_(
    challenge: Path,
    key_file: Path,
    answer: Path,
    session_key: Path | None,
    passphrase_file: Path | None,
    proof: Path | None,
    event: str,
    statement: bool,
    target: Path,
) -> None:
    """Second step of a claim: show the answer, and how the transcript leads to it."""
    published, found = read_challenge(challenge), _answer(answer)
    text = _bytes(proof).decode(errors="replace") if proof else ""
    shown = Showing(event=event or (event_of_proof(published, text) if proof else ""), proof=text)
    if session_key:
        shown = _by_key(published, found, session_key, passphrase_file, text)
    if not shown.event:
        raise CallerError(
            "It is not said which message held the answer.", hint="Give --session-key, --proof or --event."
        )
    _write(target, reveal(published, found, SigningKey.load(key_file), shown, stated=statement))
    out.print(f"Wrote {target}. It shows the answer: send it only when your commitment stands in the ledger.")


@claim.command()
@click.argument("file", type=_FILE)
@network_option
def enter(folder: Path | None, file: Path) -> None:
    """Enter a step of a claim that came in as FILE in the ledger of the network."""
    network = opened_network(folder)
    step = ClaimFile.read(_bytes(file))
    number = Reward(network.reward, network.signing_key).enter(step)
    what = "commitment" if isinstance(step.step, Commit) else "reveal"
    out.print(f"Entered the {what} of claim {number}.")


def shown_verdict(verdict: Verdict) -> int:
    """Print a verdict term by term; return the exit code, 0 where it pays."""
    rows = table("term", "result", "why")
    for term, finding in verdict.findings.items():
        rows.add_row(term, finding.result, finding.words)
    out.print(rows, markup=False)
    out.print("The reward is this claim's." if verdict.pays else "The reward is not this claim's.")
    return 0 if verdict.pays else 1


def _by_key(challenge: Challenge, answer: Answer, file: Path, passphrase_file: Path | None, proof: str) -> Showing:
    passphrase = read_passphrase(passphrase_file, "") if passphrase_file else None
    shown = shown_by_key(challenge, answer, read_session_keys(_bytes(file), passphrase))
    return Showing(event=shown.event, session_key=shown.session_key, proof=proof)


def _answer(file: Path) -> Answer:
    data = sys.stdin.read().encode() if str(file) == "-" else _bytes(file)
    found = Answer.find(data)
    if found is None:
        raise CallerError("There is no answer in it.", hint="An answer is written underseal-answer-1:…:….")
    return found


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CallerError(f"{file} cannot be read: {error.strerror}.") from None


def _write(target: Path, step: ClaimFile) -> None:
    write_new(target, canonical(step.to_json()) + b"\n")
