"""The two steps of a claim, each signed by the claimant: the commitment to an answer, and later the answer itself.

Between the two stands the place in the ledger. Whoever copies a revealed answer commits too late; whoever copies a
commitment cannot reveal it, since it holds the claimant's key.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from underseal.core.ledger import Fields, Json, SignedDocument, parse_strict
from underseal.core.verify.reward.challenge import Answer
from underseal.errors import IntegrityError, UnreadableError

COMMIT_FORMAT: Final = "underseal/reward-commit/1"
REVEAL_FORMAT: Final = "underseal/reward-reveal/1"

CLAIM_FORMAT: Final = "underseal/reward-claim/1"
"""A file with one step of a claim, as it goes from the claimant to the network."""

CLAIM_DOMAIN: Final = b"underseal/reward-claim/1\n"
"""What is hashed before key, nonce and answer."""

STATEMENT: Final = "I had no help from a participant of this conversation, and used no device or key of one."
"""What a claimant signs where the terms ask for it. Nobody can check it; who signs it falsely has lied in writing."""

NONCE_BYTES: Final = 32

MAX_CLAIM_BYTES: Final = 900_000
"""Largest file of a claim: an entry of the ledger, which carries it, has at most 1 MiB."""


def claim_digest(key: bytes, nonce: bytes, answer: Answer) -> bytes:
    """Return what a claimant commits to: SHA-256 of CLAIM_DOMAIN, public key (32 bytes), nonce (32) and answer."""
    return hashlib.sha256(CLAIM_DOMAIN + key + nonce + answer.text.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """The first step.

    Attributes:
        challenge: id of the challenge, 64 hexadecimal digits.
        digest: see `claim_digest`.
        key: the claimant's Ed25519 public key, 32 bytes, which signed.
    """

    challenge: str
    digest: bytes
    key: bytes

    @classmethod
    def read(cls, document: SignedDocument) -> Self:
        """Verify and read a commitment.

        Raises:
            IntegrityError: it is not signed. UnreadableError: it is none.
        """
        fields = Fields(document.verify(None), "The commitment", required=("format", "challenge", "digest"))
        if fields.text("format") != COMMIT_FORMAT:
            raise UnreadableError("The signed document is not the commitment of a claim.")
        return cls(
            challenge=fields.hexadecimal("challenge").hex(), digest=fields.hexadecimal("digest"), key=document.key
        )


def commit_payload(challenge: str, digest: bytes) -> dict[str, Json]:
    """Return what the claimant signs first."""
    return {"format": COMMIT_FORMAT, "challenge": challenge, "digest": digest.hex()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """The second step.

    Attributes:
        challenge: id of the challenge. digest: of the commitment that it opens.
        key: the claimant's public key, 32 bytes, which signed.
        answer: what was found. nonce: NONCE_BYTES bytes that make the digest.
        event: id of the transcript's event whose ciphertext held it.
        session_key: an exported Megolm session that opens that ciphertext; b"" where only the plaintext is shown.
        statement: STATEMENT, or "".
        proof_sha256: digest of the evidence half's proof that comes with it; b"" where none does.
    """

    challenge: str
    digest: bytes
    key: bytes
    answer: Answer
    nonce: bytes
    event: str
    session_key: bytes
    statement: str
    proof_sha256: bytes

    @classmethod
    def read(cls, document: SignedDocument) -> Self:
        """Verify and read a reveal, and that its answer and nonce make its digest.

        Raises:
            IntegrityError: it is not signed, or does not open its commitment. UnreadableError: it is none.
        """
        names = tuple(name for name in cls.__slots__ if name != "key")
        fields = Fields(document.verify(None), "The reveal", required=("format", *names))
        if fields.text("format") != REVEAL_FORMAT:
            raise UnreadableError("The signed document is not the reveal of a claim.")
        if fields.text("statement") not in ("", STATEMENT):
            raise UnreadableError("The statement of a reveal is the one of the format, word by word, or empty.")
        proof = fields.text("proof_sha256")
        found = cls(
            challenge=fields.hexadecimal("challenge").hex(),
            digest=fields.hexadecimal("digest"),
            key=document.key,
            answer=Answer.parse(fields.text("answer")),
            nonce=fields.hexadecimal("nonce", NONCE_BYTES),
            event=fields.text("event"),
            session_key=fields.base64("session_key"),
            statement=fields.text("statement"),
            proof_sha256=fields.hexadecimal("proof_sha256") if proof else b"",
        )
        if claim_digest(found.key, found.nonce, found.answer) != found.digest:
            raise IntegrityError("Key, nonce and answer do not make the digest that was committed to.")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFile:
    """One step of a claim as a file.

    Attributes:
        document: a signed commitment or reveal, not verified yet.
        proof: text of the proof that a reveal names; "" for none.
    """

    document: SignedDocument
    proof: str

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read the file.

        Raises:
            UnreadableError: it is none, or too large.
        """
        if len(data) > MAX_CLAIM_BYTES:
            raise UnreadableError(f"A claim has at most {MAX_CLAIM_BYTES} bytes.")
        fields = Fields(parse_strict(data), "The claim", required=("format", "document", "proof"))
        if fields.text("format") != CLAIM_FORMAT:
            raise UnreadableError(f"A claim has the format {CLAIM_FORMAT}.")
        document = SignedDocument.from_json(fields.value("document"), what="The claim's document")
        return cls(document=document, proof=fields.text("proof"))

    def to_json(self) -> dict[str, Json]:
        """Return its JSON form."""
        return {"format": CLAIM_FORMAT, "document": self.document.to_json(), "proof": self.proof}

    @property
    def step(self) -> Commit | Reveal:
        """The step that the file holds, verified. Raises as `Commit.read` and `Reveal.read`."""
        payload = Fields(self.document.verify(None), "The claim's document")
        return Reveal.read(self.document) if payload.text("format") == REVEAL_FORMAT else Commit.read(self.document)
