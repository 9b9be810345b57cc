"""Rows for the tests of the store: random, but of the shape that decryption gives."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
from hypothesis import strategies as st

from underseal.core.records import RECORDS

_REOPENED = ("supersedes", "copy_of")
DECIDED = pa.schema(
    [*(field for field in RECORDS if field.name not in {"number", *_REOPENED}), pa.field("ciphertext", pa.binary())]
)

_NAMES = st.sampled_from(["a1b2c3", "d4e5f6", "ĝäöü", "مرفأ", "港"])

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "exhibit": st.just("BR-1"),
            "file": st.sampled_from([None, "homeserver.db"]),
            "unit": st.just("row"),
            "row": st.integers(1, 10**6),
            "event": st.sampled_from([None, "$a", "$b", "$c", "$d"]),
            "conversation": st.sampled_from([None, "!x", "!y", "!z"]),
            "sender": _NAMES,
            "recipients": st.none() | st.lists(_NAMES, max_size=3),
            "time": st.integers(-(10**12), 2 * 10**12),
            "clock": st.just("homeserver"),
            "uncertainty": st.sampled_from([0, 500]),
            "kind": st.sampled_from(["text", "picture", "membership", "sealed"]),
            "text": st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
            "verdict": st.sampled_from(["clear", "opened", "no_key", "key_too_late", "bad_mac"]),
            "ciphertext_sha256": st.none() | st.binary(min_size=32, max_size=32),
            "ciphertext": st.none() | st.binary(max_size=50),
            "raw": st.none() | st.binary(max_size=30),
        }
    ),
    min_size=1,
    max_size=60,
)


def decided(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Return rows as decryption would; columns that they do not name are null."""
    schema = pa.schema([*DECIDED, *(pa.field(name, pa.int64()) for name in _REOPENED if name in rows[0])])
    columns = [pa.array([row.get(field.name) for row in rows], type=field.type) for field in schema]
    return pa.table(columns, schema=schema)


def recorded(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Return rows with all columns that a leaf is made of."""
    table = decided(rows)
    for name in _REOPENED:
        table = table.append_column(name, pa.nulls(table.num_rows, pa.int64()))
    return table
