"""The append-only Merkle ledger: canonical JSON, tree hashes and proofs (RFC 9162), signed documents, ledgers on disk.

It needs the standard library and `cryptography` only, and no other part of the project but its errors: the standalone
verifier rests on it.
"""

from underseal.core.ledger.canonical import Json, canonical
from underseal.core.ledger.checkpoint import CHECKPOINT_FORMAT, Checkpoint, claimed_name, read_checkpoint
from underseal.core.ledger.documents import PublicKey, SignedDocument, Signer, read_document, sign_document
from underseal.core.ledger.frontier import Frontier
from underseal.core.ledger.ledger import Ledger
from underseal.core.ledger.merkle import (
    EMPTY_ROOT,
    Subtree,
    block_roots,
    consistency_path,
    inclusion_path,
    leaf_hash,
    merkle_root,
    node_hash,
    subset_path,
    verify_consistency,
    verify_inclusion,
    verify_subset,
)
from underseal.core.ledger.reader import CONSISTENCY_FORMAT, MAX_ENTRY_BYTES, Aside, Entry, LedgerReader, Progress
from underseal.core.ledger.strict import Fields, JsonValue, parse_strict

__all__ = [
    "CHECKPOINT_FORMAT",
    "CONSISTENCY_FORMAT",
    "EMPTY_ROOT",
    "MAX_ENTRY_BYTES",
    "Aside",
    "Checkpoint",
    "Entry",
    "Fields",
    "Frontier",
    "Json",
    "JsonValue",
    "Ledger",
    "LedgerReader",
    "Progress",
    "PublicKey",
    "SignedDocument",
    "Signer",
    "Subtree",
    "block_roots",
    "canonical",
    "claimed_name",
    "consistency_path",
    "inclusion_path",
    "leaf_hash",
    "merkle_root",
    "node_hash",
    "parse_strict",
    "read_checkpoint",
    "read_document",
    "sign_document",
    "subset_path",
    "verify_consistency",
    "verify_inclusion",
    "verify_subset",
]
