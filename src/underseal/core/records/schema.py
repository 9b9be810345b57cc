"""The columns in which records are kept, as Apache Arrow schemas.

`CAPTURED` is what intake stages. `RECORDS` is what a segment holds: the captured columns without the ciphertext itself
(which lies beside them in `sealed.parquet`), the verdict columns of decryption, and the record's number in the ledger.
"""

from collections.abc import Sequence

import pyarrow as pa

from underseal.core.records.record import Record

_CODED = pa.dictionary(pa.int32(), pa.string())
"""Strings that repeat: kept once and referred to by number."""

_ORIGIN = [
    pa.field("exhibit", _CODED),
    pa.field("file", _CODED),
    pa.field("unit", _CODED),
    pa.field("row", pa.int64()),
    pa.field("event", pa.string()),
    pa.field("conversation", _CODED),
    pa.field("sender", _CODED),
    pa.field("device", _CODED),
    pa.field("recipients", pa.list_(pa.string())),
    pa.field("time", pa.int64()),
    pa.field("clock", _CODED),
    pa.field("time_found", pa.string()),
    pa.field("uncertainty", pa.int32()),
    pa.field("kind", _CODED),
    pa.field("text", pa.string()),
    pa.field("relation", _CODED),
    pa.field("target", pa.string()),
    pa.field("media", pa.string()),
    pa.field("algorithm", _CODED),
    pa.field("session", _CODED),
    pa.field("sender_key", _CODED),
    pa.field("source_sha256", pa.binary(32)),
    pa.field("detail", _CODED),
]

CAPTURED = pa.schema([*_ORIGIN, pa.field("ciphertext", pa.binary())])
"""One row per captured record, in the order of the exhibit. "" of a Record is null here."""

RECORDS = pa.schema(
    [
        pa.field("number", pa.int64(), nullable=False),
        *_ORIGIN,
        pa.field("verdict", _CODED),
        pa.field("reason", _CODED),
        pa.field("ciphertext_sha256", pa.binary(32)),
        pa.field("index", pa.int64()),
        pa.field("signature", _CODED),
        pa.field("key", _CODED),
        pa.field("key_exhibit", _CODED),
        pa.field("tool", _CODED),
        pa.field("raw", pa.binary()),
        pa.field("raw_sha256", pa.binary(32)),
        pa.field("supersedes", pa.int64()),
        pa.field("copy_of", pa.int64()),
    ]
)
"""One row per record of a segment.

number: position in the ledger of records, from 0; the record's name for ever.
reason: a few words why the verdict is not `opened` or `clear`.
ciphertext_sha256: SHA-256 of the ciphertext. index: Megolm message index. signature: "valid", "invalid" or null.
key: id of the room key that opened it (see decrypt); of `bad_mac`, the ids of the keys that did not, with ", " between them.
key_exhibit: exhibit that the key came from, or exhibits in the order of the keys.
tool: name and version of the library that decrypted.
raw: decrypted bytes exactly as the cipher gave them; null for clear records. raw_sha256: their SHA-256.
supersedes: number of the record of the same bytes of which a later key said more. copy_of: number of the first record of the same event.
"""


def captured_batch(records: Sequence[Record], *, exhibit: str) -> pa.RecordBatch:
    """Turn records into one Arrow batch of the `CAPTURED` schema.

    Args:
        records: any number of records, of one exhibit.
        exhibit: number of that exhibit.
    """
    columns: dict[str, list[object]] = {
        "exhibit": [exhibit] * len(records),
        "file": [r.place.file or None for r in records],
        "unit": [r.place.unit for r in records],
        "row": [r.place.row for r in records],
        "event": [r.event or None for r in records],
        "conversation": [r.conversation or None for r in records],
        "sender": [r.sender or None for r in records],
        "device": [r.device or None for r in records],
        "recipients": [list(r.recipients) or None for r in records],
        "time": [r.time for r in records],
        "clock": [r.clock for r in records],
        "time_found": [r.time_found or None for r in records],
        "uncertainty": [r.uncertainty for r in records],
        "kind": [r.kind.value for r in records],
        "text": [r.text for r in records],
        "relation": [r.relation.value if r.relation else None for r in records],
        "target": [r.target or None for r in records],
        "media": [r.media.to_json() if r.media else None for r in records],
        "algorithm": [r.algorithm or None for r in records],
        "session": [r.session or None for r in records],
        "sender_key": [r.sender_key or None for r in records],
        "source_sha256": [r.source_sha256 for r in records],
        "detail": [r.detail or None for r in records],
        "ciphertext": [r.ciphertext for r in records],
    }
    return pa.RecordBatch.from_arrays(
        [pa.array(columns[field.name], type=field.type) for field in CAPTURED], schema=CAPTURED
    )
