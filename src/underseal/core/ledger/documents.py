"""Signed documents: a canonical JSON text, its Ed25519 signature, and the key that made it.

    {"key": "<32 bytes, hex>", "payload": "<canonical JSON text>", "signature": "<64 bytes, hex>"}

The signature is over the UTF-8 bytes of `payload` as they stand, so that nobody has to agree on how to write JSON in
order to check it. The payload always says what it is in its field "format".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from underseal.core.ledger.canonical import Json, canonical
from underseal.core.ledger.strict import Fields, JsonValue, parse_strict
from underseal.errors import CallerError, IntegrityError, UnreadableError

KEY_BYTES = 32
SIGNATURE_BYTES = 64


class PublicKey(Protocol):
    """What is needed of a key to trust it; `underseal.core.crypto.VerifyKey` is one."""

    @property
    def hex(self) -> str:
        """The 32 bytes of the Ed25519 public key in lowercase hexadecimal."""


class Signer(Protocol):
    """What is needed of a key to sign; `underseal.core.crypto.SigningKey` is one, a hardware token may be another."""

    @property
    def public(self) -> PublicKey:
        """The public half."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of `message`, 64 bytes (RFC 8032)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDocument:
    """A document as it was found: nothing in it is verified until `verify` returned.

    Attributes:
        payload: the signed text.
        signature: 64 bytes.
        key: public key that it names, 32 bytes.
    """

    payload: str
    signature: bytes
    key: bytes

    @classmethod
    def from_json(cls, value: JsonValue, *, what: str = "The signed document") -> "SignedDocument":
        """Read the shape of a document, as parsed from JSON or as embedded in another.

        Raises:
            UnreadableError: another shape.
        """
        fields = Fields(value, what, required=("payload", "signature", "key"))
        return cls(
            payload=fields.text("payload"),
            signature=fields.hexadecimal("signature", SIGNATURE_BYTES),
            key=fields.hexadecimal("key", KEY_BYTES),
        )

    def to_json(self) -> dict[str, str]:
        """Return the value to embed in another JSON document."""
        return {"payload": self.payload, "signature": self.signature.hex(), "key": self.key.hex()}

    def to_bytes(self) -> bytes:
        """Return the file form: canonical JSON and a newline."""
        return canonical(self.to_json()) + b"\n"

    def verify(self, trusted: PublicKey | None) -> dict[str, JsonValue]:
        """Return the payload's value once it is proved.

        Args:
            trusted: the key that must have signed; None proves only that the key named in the document did.

        Raises:
            IntegrityError: another key signed, the signature does not fit, or the payload is not canonical JSON of an
                object with a "format".
        """
        if trusted is not None and self.key.hex() != trusted.hex:
            raise IntegrityError(
                f"The document is signed by the key {self.key.hex()}, not by the trusted key {trusted.hex}."
            )
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(self.signature, self.payload.encode())
        except (InvalidSignature, ValueError) as error:
            raise IntegrityError("The signature does not fit the document: one of them was changed.") from error
        return self._value()

    def _value(self) -> dict[str, JsonValue]:
        try:
            value = parse_strict(self.payload.encode(), what="The signed payload")
            fields = Fields(value, "The signed payload")
            fields.text("format")
            is_canonical = canonical(value) == self.payload.encode()
        except (UnreadableError, CallerError) as error:
            raise IntegrityError(error.message) from error
        if not is_canonical or not isinstance(value, dict):
            raise IntegrityError("The signed payload is not written as canonical JSON.")
        return value


def sign_document(value: Mapping[str, Json], key: Signer) -> SignedDocument:
    """Sign a value.

    Args:
        value: an object with a string under "format", such as "underseal/release/1".
        key: what signs.

    Raises:
        CallerError: the value has no "format", or no canonical form.
    """
    if not isinstance(value.get("format"), str):
        raise CallerError('A signed document needs a "format".')
    payload = canonical(value)
    return SignedDocument(payload=payload.decode(), signature=key.sign(payload), key=bytes.fromhex(key.public.hex))


def read_document(data: bytes, trusted: PublicKey | None) -> dict[str, JsonValue]:
    """Return the verified payload of a signed document file; see `SignedDocument.verify`.

    Raises:
        UnreadableError: not a signed document. IntegrityError: not signed, or not by the trusted key.
    """
    return SignedDocument.from_json(parse_strict(data)).verify(trusted)
