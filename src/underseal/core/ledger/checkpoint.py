"""The signed state of a ledger after an entry: how many entries, their root, and how to go on."""

from dataclasses import dataclass, field
from pathlib import Path

from underseal.core.ledger.canonical import Json
from underseal.core.ledger.documents import PublicKey, SignedDocument, Signer, sign_document
from underseal.core.ledger.frontier import Frontier
from underseal.core.ledger.strict import Fields, parse_strict
from underseal.errors import IntegrityError, UnreadableError

CHECKPOINT_FORMAT = "underseal/ledger-checkpoint/1"
_WHAT = "The checkpoint"
_FIELDS = ("format", "ledger", "size", "root", "length", "frontier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A verified checkpoint.

    Attributes:
        ledger: name of the ledger, so that the checkpoint of one cannot stand in for another's.
        size: entries; they are numbered 0 .. size-1.
        root: Merkle tree hash over the entries, 32 bytes.
        length: bytes of entries.jsonl that it covers.
        frontier: state of the tree; not to be changed, copy it.
        document: the signed document that it was read from.
    """

    ledger: str
    size: int
    root: bytes
    length: int
    frontier: Frontier = field(compare=False, repr=False)
    document: SignedDocument


def sign_checkpoint(ledger: str, frontier: Frontier, length: int, key: Signer) -> Checkpoint:
    """Sign the state of a ledger; `frontier` belongs to the checkpoint from then on."""
    root = frontier.root()
    payload: dict[str, Json] = {
        "format": CHECKPOINT_FORMAT,
        "ledger": ledger,
        "size": frontier.size,
        "root": root.hex(),
        "length": length,
        "frontier": frontier.to_bytes().hex(),
    }
    document = sign_document(payload, key)
    return Checkpoint(ledger=ledger, size=frontier.size, root=root, length=length, frontier=frontier, document=document)


def read_checkpoint(data: bytes, trusted: PublicKey, *, ledger: str) -> Checkpoint:
    """Read and verify a checkpoint file.

    Args:
        data: the signed document.
        trusted: the key that must have signed it.
        ledger: name of the ledger that it must belong to.

    Raises:
        IntegrityError: it is damaged, signed by another key, or belongs to another ledger.
    """
    try:
        document = SignedDocument.from_json(parse_strict(data, what=_WHAT), what=_WHAT)
        fields = Fields(document.verify(trusted), _WHAT, required=_FIELDS)
        if fields.text("format") != CHECKPOINT_FORMAT or fields.text("ledger") != ledger:
            raise IntegrityError(f"The checkpoint is not one of the ledger {ledger!r}.")
        checkpoint = Checkpoint(
            ledger=ledger,
            size=fields.integer("size"),
            root=fields.hexadecimal("root"),
            length=fields.integer("length"),
            frontier=Frontier.from_bytes(fields.hexadecimal("frontier", None)),
            document=document,
        )
    except UnreadableError as error:
        raise IntegrityError(error.message) from error
    if (checkpoint.frontier.size, checkpoint.frontier.root()) != (checkpoint.size, checkpoint.root):
        raise IntegrityError("The checkpoint contradicts itself: its frontier has another root.")
    return checkpoint


def claimed_name(folder: Path) -> str:
    """Return what the ledger in a folder calls itself. Nothing is verified: whoever opens the ledger by that name does it.

    Raises:
        IntegrityError: there is no checkpoint, or it is none.
    """
    try:
        document = SignedDocument.from_json(
            parse_strict((folder / "checkpoint.json").read_bytes(), what=_WHAT), what=_WHAT
        )
        return Fields(parse_strict(document.payload.encode(), what=_WHAT), _WHAT).text("ledger")
    except FileNotFoundError as error:
        raise missing_checkpoint(folder) from error
    except UnreadableError as error:
        raise IntegrityError(error.message) from error


def missing_checkpoint(folder: Path) -> IntegrityError:
    """Return the error that there is no ledger in a folder."""
    return IntegrityError(f"The ledger {folder} has no checkpoint.", hint="A new ledger is made with Ledger.create.")
