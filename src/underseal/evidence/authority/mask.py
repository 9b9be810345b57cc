"""The scope as a mask over columns, for millions of rows, and row by row, for one."""

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from underseal.evidence.authority.scope import Scope


def in_scope(
    scope: Scope, *, sender: str | None, recipients: Collection[str], conversation: str | None, time: int
) -> bool:
    """Say whether one record is in scope.

    Args:
        scope: what may be seen.
        sender: account identifier, None or "" where unknown; an unknown account is in scope of "all" only.
        recipients: account identifiers.
        conversation: its identifier, None or "" for a record outside conversations.
        time: milliseconds since 1970.
    """
    return (
        (scope.start is None or time >= scope.start)
        and (scope.end is None or time < scope.end)
        and (scope.rooms is None or conversation in scope.rooms)
        and (scope.accounts is None or sender in scope.accounts or not scope.accounts.isdisjoint(recipients))
    )


def scope_mask(rows: pa.Table | pa.RecordBatch, scope: Scope) -> pa.BooleanArray:
    """Say for each row whether it is in scope; the same answers as `in_scope`.

    Args:
        rows: with the columns time (int64), conversation, sender (strings, also dictionary-coded) and recipients
            (list of strings), of which only those that the scope speaks of are looked at.
        scope: what may be seen.

    Returns:
        One truth value per row, never null: a null in a column that the scope speaks of is out of scope.
    """
    if isinstance(rows, pa.Table):
        masks = [_batch_mask(batch, scope) for batch in rows.to_batches()]
        return pa.concat_arrays(masks) if masks else pa.array([], pa.bool_())
    return _batch_mask(rows, scope)


def _batch_mask(batch: pa.RecordBatch, scope: Scope) -> pa.BooleanArray:
    mask = pa.repeat(pa.scalar(value=True), batch.num_rows)
    if scope.start is not None:
        mask = pc.and_(mask, pc.greater_equal(batch["time"], scope.start))
    if scope.end is not None:
        mask = pc.and_(mask, pc.less(batch["time"], scope.end))
    if scope.rooms is not None:
        mask = pc.and_(mask, _among(batch["conversation"], _values(scope.rooms)))
    if scope.accounts is not None:
        accounts = _values(scope.accounts)
        mask = pc.and_(mask, pc.or_(_among(batch["sender"], accounts), _any_among(batch["recipients"], accounts)))
    return pc.fill_null(mask, fill_value=False)


def _values(names: frozenset[str]) -> pa.Array:
    return pa.array(sorted(names), pa.string())


def _among(column: pa.Array, values: pa.Array) -> pa.BooleanArray:
    """Say for each string whether it is one of `values`; false for null."""
    if isinstance(column, pa.DictionaryArray):
        # Each string of the dictionary is looked up once, however many rows refer to it.
        return pc.fill_null(pc.take(_among(column.dictionary, values), column.indices), fill_value=False)
    return pc.is_in(column, value_set=values.cast(column.type))


def _any_among(lists: pa.Array, values: pa.Array) -> pa.BooleanArray:
    """Say for each list of strings whether one of them is among `values`; false for null.

    A running count of matches over all strings, taken where each list begins and ends, differs where one matches.
    """
    starts = lists.offsets.slice(0, len(lists))
    ends = lists.offsets.slice(1, len(lists))
    matches = pc.cumulative_sum(_among(lists.values, values).cast(pa.int64()))
    before = pa.concat_arrays([pa.array([0], pa.int64()), matches])
    found = pc.greater(pc.take(before, ends), pc.take(before, starts))
    return pc.and_(found, lists.is_valid())
