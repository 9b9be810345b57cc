"""Makes web/reader/tests/vectors.json: what vodozemac, hashlib and the ledger of this project say, for the tests of the page to agree with.

python tests/web/reader_vectors.py > web/reader/tests/vectors.json
"""

import base64
import hashlib
import hmac
import json
import sys

from vodozemac import GroupSession, InboundGroupSession

from underseal.core.crypto.megolm import InboundSession
from underseal.core.ledger import Json, canonical, consistency_path, inclusion_path, leaf_hash, merkle_root
from underseal.core.records import Secret

INDICES = (0, 1, 255, 256, 300)


def megolm() -> dict[str, object]:
    """A session, and messages of it with their keys."""
    session = GroupSession()
    exported = InboundGroupSession(session.session_key).export_at(0)
    assert exported is not None
    whole = InboundSession(Secret(exported.to_base64().encode()))
    messages = []
    for index in range(max(INDICES) + 1):
        text = f"Message {index}: the boat comes at four."
        ciphertext = session.encrypt(text.encode()).to_bytes()
        if index in INDICES:
            key = base64.b64encode(whole.message_key(index).reveal()).decode()
            messages.append(
                {"index": index, "text": text, "ciphertext": base64.b64encode(ciphertext).decode(), "key": key}
            )
    return {"session": session.session_id, "exported": exported.to_base64(), "messages": messages}


def tree() -> dict[str, object]:
    """Trees of some sizes: each leaf's path, and the path from each earlier size."""
    leaves = [leaf_hash(b"leaf %d" % number) for number in range(13)]

    def subtree(start: int, end: int) -> bytes:
        return merkle_root(leaves[start:end])

    sizes = []
    for size in range(1, len(leaves) + 1):
        paths = [[node.hex() for node in inclusion_path(number, size, subtree)] for number in range(size)]
        since = [[node.hex() for node in consistency_path(old, size, subtree)] for old in range(1, size + 1)]
        sizes.append({"size": size, "root": merkle_root(leaves[:size]).hex(), "paths": paths, "since": since})
    return {"leaves": [leaf.hex() for leaf in leaves], "sizes": sizes}


def digests() -> list[dict[str, str]]:
    """Digests of texts of lengths around a block."""
    lengths = (0, 1, 55, 56, 63, 64, 65, 119, 120, 1000)
    return [
        {
            "text": "a" * length,
            "sha256": hashlib.sha256(b"a" * length).hexdigest(),
            "hmac": hmac.digest(b"k" * length, b"text", "sha256").hex(),
        }
        for length in lengths
    ]


def values() -> list[str]:
    """Canonical JSON."""
    found: list[Json] = [
        {"b": 1, "a": [None, True, "é€\u2028😀"], "\ufb33": "", "😀": -5, "": 9007199254740991},
        ['\x00\x1f"\\/'],
        {},
    ]
    return [canonical(value).decode() for value in found]


if __name__ == "__main__":
    made = {"digests": digests(), "canonical": values(), "tree": tree(), "megolm": megolm()}
    json.dump(made, sys.stdout, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.write("\n")
