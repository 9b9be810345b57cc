import hashlib
import json
from collections.abc import Mapping, Sequence

import pyarrow as pa
from hypothesis import given

from underseal.core.ledger import leaf_hash
from underseal.evidence.store.leaves import LEAF_FIELDS, leaf_hashes, leaf_texts

from .rows import ROWS, recorded


def _slow(row: Mapping[str, object]) -> bytes:
    """The rule of docs/formats/proofs.md with nothing but a JSON library."""
    shown = {
        name: value.hex() if isinstance(value, bytes) else value
        for name in LEAF_FIELDS
        if (value := row.get(name)) is not None
    }
    return json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(ROWS)
def test_a_leaf_is_the_canonical_json_of_its_row(rows: Sequence[Mapping[str, object]]) -> None:
    assert list(leaf_texts(recorded(rows))) == [_slow(row) for row in rows]


@given(ROWS)
def test_leaf_hashes_are_those_of_the_leaf_texts(rows: Sequence[Mapping[str, object]]) -> None:
    table = recorded(rows)
    assert leaf_hashes(table) == [leaf_hash(text) for text in leaf_texts(table)]


@given(ROWS)
def test_chunks_and_their_dictionaries_do_not_matter(rows: Sequence[Mapping[str, object]]) -> None:
    whole = recorded(rows)
    chunked = pa.concat_tables([recorded([row]) for row in rows])
    assert leaf_hashes(chunked) == leaf_hashes(whole)


def test_a_leaf_names_what_it_stands_for() -> None:
    text = next(leaf_texts(recorded([{"exhibit": "BR-1", "time": 5, "text": 'say "hé"', "raw": b"secret"}])))
    assert text == '{"exhibit":"BR-1","text":"say \\"hé\\"","time":5}'.encode()
    assert leaf_hash(text) == hashlib.sha256(b"\x00" + text).digest()
