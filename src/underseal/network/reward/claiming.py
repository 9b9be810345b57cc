"""Making a claim, on the claimant's own machine: needs the published challenge, the claimant's key and the answer."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from underseal.core.crypto import SigningKey, key_export
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.crypto.megolm import InboundSession, MegolmError, export_bytes
from underseal.core.ledger import Fields, Json, parse_strict, sign_document
from underseal.core.records import Secret
from underseal.core.verify.reward import (
    REVEAL_FORMAT,
    STATEMENT,
    Answer,
    Challenge,
    ClaimFile,
    claim_digest,
    commit_payload,
)
from underseal.errors import CallerError, EvidenceError

_NONCE_DOMAIN: Final = b"underseal/reward-nonce/1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """How a claimant shows that the answer stands in the transcript.

    Attributes:
        event: id of the event whose ciphertext holds it.
        session_key: an exported session that opens it; None shows the plaintext only.
        proof: text of a proof of the evidence half; "" for none.
    """

    event: str
    session_key: Secret | None = None
    proof: str = ""


def read_session_keys(data: bytes, passphrase: Secret | None) -> list[Secret]:
    """Read exported sessions: a key export of a client, which needs its passphrase, or one session in base64.

    Raises:
        CallerError: the passphrase is missing. KeyFileError: it is wrong, or the export is damaged.
    """
    if not key_export.is_export(data[:4096]):
        return [Secret(data.strip())]
    if passphrase is None:
        raise CallerError("A key export is under a passphrase.", hint="Name a file that holds it: --passphrase-file.")
    return [one.session_key for one in key_export.read(data, passphrase) if isinstance(one, ExportedSession)]


def shown_by_key(challenge: Challenge, answer: Answer, keys: Iterable[Secret]) -> Showing:
    """Find the message of the transcript that one of some exported sessions (base64) opens to the answer.

    Raises:
        CallerError: none of them does.
    """
    for exported in keys:
        try:
            session = InboundSession(exported)
        except MegolmError:
            continue
        for message in challenge.messages.values():
            try:
                plaintext, _ = session.decrypt(message.ciphertext)
            except MegolmError:
                continue
            if Answer.find(plaintext) == answer:
                return Showing(event=message.event, session_key=Secret(export_bytes(exported)))
    raise CallerError("No session key in the file opens a message of the transcript to this answer.")


def event_of_proof(challenge: Challenge, proof: str) -> str:
    """Return the id of the transcript's event that a proof of the evidence half is about.

    Raises:
        CallerError: it is about none of them.
    """
    try:
        record = Fields(parse_strict(proof.encode()), "The proof").text("record")
        named = Fields(parse_strict(record.encode()), "The record").hexadecimal("ciphertext_sha256")
    except EvidenceError as error:
        raise CallerError(f"The proof cannot be used: {error.message}") from None
    for message in challenge.messages.values():
        if hashlib.sha256(message.ciphertext).digest() == named:
            return message.event
    raise CallerError("The proof is about no message of this challenge's transcript.")


def commit(challenge: Challenge, answer: Answer, key: SigningKey) -> ClaimFile:
    """Make the first step of a claim.

    Raises:
        CallerError: the answer does not open the challenge's commitment, so that the claim could only fail.
    """
    digest = _digest(challenge, answer, key)
    return ClaimFile(document=sign_document(commit_payload(challenge.id, digest), key), proof="")


def reveal(challenge: Challenge, answer: Answer, key: SigningKey, shown: Showing, *, stated: bool) -> ClaimFile:
    """Make the second step of a claim, with the nonce of the first.

    Args:
        stated: whether the claimant signs STATEMENT.

    Raises:
        CallerError: see `commit`.
    """
    payload: dict[str, Json] = {
        "format": REVEAL_FORMAT,
        "challenge": challenge.id,
        "digest": _digest(challenge, answer, key).hex(),
        "answer": answer.text,
        "nonce": _nonce(challenge, answer, key).hex(),
        "event": shown.event,
        "session_key": base64.b64encode(shown.session_key.reveal()).decode() if shown.session_key else "",
        "statement": STATEMENT if stated else "",
        "proof_sha256": hashlib.sha256(shown.proof.encode()).hexdigest() if shown.proof else "",
    }
    return ClaimFile(document=sign_document(payload, key), proof=shown.proof)


def _digest(challenge: Challenge, answer: Answer, key: SigningKey) -> bytes:
    if answer.commitment != challenge.commitment:
        raise CallerError("This answer does not open the challenge's commitment.", hint="Nothing was written.")
    return claim_digest(key.public.raw, _nonce(challenge, answer, key), answer)


def _nonce(challenge: Challenge, answer: Answer, key: SigningKey) -> bytes:
    """Return a nonce that only the key's holder can make, and can make again: so there is none to be lost.

    SHA-256 of the key's signature (which RFC 8032 makes deterministic) over _NONCE_DOMAIN, id (32 bytes) and answer.
    """
    return hashlib.sha256(key.sign(_NONCE_DOMAIN + bytes.fromhex(challenge.id) + answer.text.encode())).digest()
