"""Finding the records of a release of which the keys of today can say more."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import CAPTURED, Verdict
from underseal.evidence.decrypt import KEYS_BETWEEN, Keyring
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.release import Release

_CAPTURED = [name for name in CAPTURED.names if name != "ciphertext"]


def openable(release: Release, pool: SegmentPool, *, keyring: Keyring) -> Iterator[pa.Table]:
    """Yield, segment by segment, the shown rows that a key may open which was not there when they got their verdict.

    Those are rows that had no key and have one now, that a key now reaches, and of `bad_mac` those for whose index a key is
    held that is not among the keys that were tried.

    Yields:
        Rows of the `CAPTURED` schema with the further columns `supersedes`, their number, `was` and `was_key`, their verdict
        and key, and `copy_of`, as it was: what stands for its event goes on standing for it.

    Raises:
        IntegrityError: the keyring or a segment is damaged.
    """
    sessions, single = keyring.sessions(), _slots(keyring.message_slots())
    for entry in release.segments:
        if entry.locked:
            segment = pool.get(entry)
            offsets = _openable(segment, sessions, single, keyring)
            if len(offsets):
                yield _captured(segment, offsets)


def _openable(
    segment: OpenSegment, sessions: pa.Table, single: pa.Array, keyring: Keyring
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    rows = segment.read_all(["session", "index", "verdict", "key"])
    verdict = rows.column("verdict").cast(pa.string())
    place = pc.index_in(rows.column("session").cast(pa.string()), value_set=sessions.column("session"))
    reach = sessions.column("first_index").combine_chunks().take(place.combine_chunks())
    keyless = pc.and_(pc.is_valid(reach), pc.equal(verdict, Verdict.NO_KEY.value))
    reached = pc.less_equal(reach, rows.column("index")).fill_null(fill_value=False)
    named = pc.is_in(_slots(rows), value_set=single)
    wanted = np.array(pc.or_(pc.or_(keyless, reached), named).to_numpy(), dtype=bool)
    if segment.visible is not None:
        wanted &= segment.visible
    spoilt = np.flatnonzero(wanted & pc.equal(verdict, Verdict.BAD_MAC.value).to_numpy())
    wanted[spoilt] = _untried(rows.take(pa.array(spoilt)), keyring)
    return np.flatnonzero(wanted)


def _untried(rows: pa.Table, keyring: Keyring) -> list[bool]:
    """Return for each `bad_mac` row whether a key is held for its index that it was not tried with."""
    sessions, indices, tried = (rows.column(name).to_pylist() for name in ("session", "index", "key"))
    held = keyring.openers(set(sessions))
    return [
        not {
            *(key.key for key in held.sessions.get(session, ()) if key.first_index <= index),
            *(key.key for key in held.messages.get(session, {}).get(index, ())),
        }
        <= set((keys or "").split(KEYS_BETWEEN))
        for session, index, keys in zip(sessions, indices, tried, strict=True)
    ]


def _slots(rows: pa.Table) -> pa.Array:
    """Return session and index of rows as one text each, null where either is."""
    session, index = rows.column("session").cast(pa.string()), rows.column("index").cast(pa.string())
    return pc.binary_join_element_wise(session, index, " ").combine_chunks()


def _captured(segment: OpenSegment, offsets: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pa.Table:
    rows = segment.read(offsets, ["number", *_CAPTURED, "copy_of", "verdict", "key"])
    sealed = segment.sealed
    held = sealed.read() if sealed is not None else pa.table({"number": [], "ciphertext": []})
    place = pc.index_in(rows.column("number"), value_set=held.column("number"))
    ciphertext = held.column("ciphertext").combine_chunks().take(place.combine_chunks())
    table = rows.append_column(CAPTURED.field("ciphertext"), pa.chunked_array([ciphertext]))
    carried = table.select(CAPTURED.names).cast(CAPTURED)
    for name, source in (("supersedes", "number"), ("copy_of", "copy_of"), ("was", "verdict"), ("was_key", "key")):
        carried = carried.append_column(name, rows.column(source))
    return carried
