"""Rows of a message table as records: Arrow columns in, Arrow columns out; Python looks only at values that differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import CAPTURED, Failure, Kind, Place
from underseal.evidence.intake.formats._mapping import TableMapping
from underseal.evidence.intake.formats._time_columns import TimeColumn, from_timestamps, read_times
from underseal.evidence.intake.formats._times import TWICE, read_time
from underseal.evidence.intake.formats._unit import BadUnitError, failure

UNIT: Final = "row"
"""What a place in a message table counts."""

BETWEEN: Final = ", "
"""Stands between the accounts in the name of a conversation that has no other name."""

_APART: Final = "\x1f"
_NO_TEXT: Final = pa.scalar(None, pa.string())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows of a table, column by column.

    Attributes:
        numbers: int64, the number of each row.
        columns: column -> strings; the column of the time may hold timestamps, that of the recipients lists of strings.
    """

    numbers: pa.Array
    columns: Mapping[str, pa.Array]


def place(number: int) -> Place:
    """Return the place of a row."""
    return Place(file="", unit=UNIT, row=number)


def to_records(rows: Rows, mapping: TableMapping, *, exhibit: str) -> tuple[pa.RecordBatch, tuple[Failure, ...]]:
    """Turn rows into records, and those whose time cannot be understood into failures."""
    length = len(rows.numbers)
    given = {name: rows.columns[column] for name, column in mapping.columns.items()}
    time, found, failures = _times(given["time"], rows.numbers, mapping)
    kind, odd_kind = _kinds(given.get("kind"), mapping, length)
    sender, recipients = _identifiers(given.get("sender")), _recipients(given.get("recipients"), mapping)
    conversation = _identifiers(given.get("conversation"))
    if mapping.by_participants:
        conversation = _participants(sender, recipients)
    columns = {
        "exhibit": _constant(exhibit, length),
        "unit": _constant(UNIT, length),
        "row": rows.numbers,
        "event": _identifiers(given.get("event")),
        "conversation": conversation,
        "sender": sender,
        "device": _identifiers(given.get("device")),
        "recipients": recipients,
        "time": time.time,
        "clock": _constant(mapping.time.clock, length),
        "time_found": found,
        "uncertainty": time.uncertainty,
        "kind": kind,
        "text": _filled(given.get("text")),
        "detail": _detail(_filled(given.get("detail")), odd_kind, time.twice),
    }
    batch = pa.RecordBatch.from_arrays(
        [_shaped(columns.get(field.name), field.type, length) for field in CAPTURED], schema=CAPTURED
    )
    return (batch.filter(pc.is_valid(time.time)) if failures else batch), failures


def _times(
    given: pa.Array, numbers: pa.Array, mapping: TableMapping
) -> tuple[TimeColumn, pa.Array, tuple[Failure, ...]]:
    """Return the times, how they were found (null where that says no more), and a failure for each that is null."""
    rule = mapping.time
    if pa.types.is_timestamp(given.type):
        times = from_timestamps(given, rule)
        plain = given.type.unit == "ms" and given.type.tz is not None and not times.time.null_count
        found = pa.nulls(len(given), pa.string()) if plain else given.cast(pa.string())
        rule = replace(rule, format="iso")
    else:
        times, found = read_times(given, rule), given
    unsure = pc.indices_nonzero(pc.is_null(times.time)).to_pylist()
    failures: list[Failure] = []
    if unsure:
        time, uncertainty, twice = (c.to_pylist() for c in (times.time, times.uncertainty, times.twice))
        for index in unsure:
            value = found[index].as_py() or ""
            try:
                moment = read_time(value, rule)
            except BadUnitError as error:
                failures.append(error.at(place(numbers[index].as_py()), value.encode()))
            else:
                time[index], uncertainty[index], twice[index] = moment.time, moment.uncertainty, bool(moment.detail)
        times = TimeColumn(
            time=pa.array(time, pa.int64()),
            uncertainty=pa.array(uncertainty, pa.int32()),
            twice=pa.array(twice, pa.bool_()),
        )
    if rule.format == "epoch_ms":
        found = pc.if_else(pc.equal(found, times.time.cast(pa.string())), _NO_TEXT, found)
    return times, found, tuple(failures)


def _kinds(given: pa.Array | None, mapping: TableMapping, length: int) -> tuple[pa.Array, pa.Array | None]:
    """Return the kinds, and the values that stand for no kind."""
    if given is None:
        return _constant(Kind.TEXT.value, length), None
    own_words = {} if mapping.kinds else {kind.value: kind for kind in Kind if kind is not Kind.SEALED}
    known = {**own_words, **mapping.kinds}
    kinds = _by_value(given, lambda value: known.get(value, Kind.OTHER).value, pa.string())
    odd = _by_value(given, lambda value: None if value in known else value or None, pa.string())
    return kinds, odd if odd.null_count < length else None


def _recipients(given: pa.Array | None, mapping: TableMapping) -> pa.Array | None:
    """Return sorted lists of accounts; null where there is none."""
    if given is None:
        return None
    if pa.types.is_list(given.type) or pa.types.is_large_list(given.type):
        return _accounts(given.flatten(), given.value_lengths())
    if mapping.separator:
        lists = pc.split_pattern(given, mapping.separator)
        return _accounts(lists.flatten(), lists.value_lengths())
    return _accounts(given, pa.repeat(1, len(given)))


def _accounts(names: pa.Array, lengths: pa.Array) -> pa.Array:
    """Return the different accounts of each list, sorted; null where there are none. Each name is looked at once.

    Args:
        names: of all lists, one after another. lengths: how many are of each list, null for none.
    """
    coded = names if pa.types.is_dictionary(names.type) else names.dictionary_encode()
    found = coded.dictionary.to_pylist()
    cleaned = [name.strip().replace("\0", "\ufffd") if isinstance(name, str) else "" for name in found]
    accounts = sorted({*cleaned} - {""})
    rank_of = {account: rank for rank, account in enumerate(accounts)}
    ranks = np.array([*(rank_of.get(name, -1) for name in cleaned), -1])[coded.indices.fill_null(-1).to_numpy()]
    rows = np.repeat(np.arange(len(lengths)), lengths.fill_null(0).to_numpy())
    rows, ranks = np.divmod(np.unique((rows * len(accounts) + ranks)[ranks >= 0]), max(len(accounts), 1))
    counts = np.bincount(rows, minlength=len(lengths))
    ends = pa.array(np.concatenate(([0], np.cumsum(counts))), pa.int32(), mask=np.append(counts == 0, False))
    return pa.ListArray.from_arrays(ends, pa.array(accounts, pa.string()).take(pa.array(ranks)))


def _participants(sender: pa.Array, recipients: pa.Array) -> pa.Array:
    """Name a conversation by everybody in it, so that question and answer meet."""
    others = pc.binary_join(recipients, _APART).fill_null("")
    everybody = pc.binary_join_element_wise(sender.fill_null(""), others, _APART)
    return _by_value(everybody, lambda value: BETWEEN.join(sorted({*value.split(_APART)} - {""})) or None, pa.string())


def _detail(given: pa.Array | None, odd_kind: pa.Array | None, twice: pa.Array) -> pa.Array | None:
    remark = pc.if_else(twice, pa.scalar(TWICE), _NO_TEXT)
    parts = [part for part in (given, odd_kind, remark) if part is not None and part.null_count < len(part)]
    return reduce(_joined, parts) if parts else None


def _joined(left: pa.Array, right: pa.Array) -> pa.Array:
    """Join two columns; null where both are. Arrow's own way of skipping nulls leaves out such rows altogether."""
    return pc.coalesce(pc.binary_join_element_wise(left, right, "; "), left, right)


def _by_value(given: pa.Array, change: Callable[[str], object], to: pa.DataType) -> pa.Array:
    """Change each different value once; null counts as ""."""
    coded = given.fill_null("").dictionary_encode()
    return pa.array([change(value) for value in coded.dictionary.to_pylist()], to).take(coded.indices)


def _identifiers(given: pa.Array | None) -> pa.Array | None:
    filled = _filled(given)
    if filled is not None and pc.any(pc.match_substring(filled, "\0")).as_py():
        return pc.replace_substring(filled, "\0", "\ufffd")
    return filled


def _filled(given: pa.Array | None) -> pa.Array | None:
    """Return null for an empty text."""
    return None if given is None else pc.if_else(pc.equal(given, ""), _NO_TEXT, given)


def _constant(value: str, length: int) -> pa.Array:
    indices = pa.repeat(pa.scalar(0, pa.int32()), length)
    return pa.DictionaryArray.from_arrays(indices, pa.array([value]))


def _shaped(given: pa.Array | None, to: pa.DataType, length: int) -> pa.Array:
    if given is None:
        return pa.nulls(length, to)
    if given.type == to:
        return given
    return given.dictionary_encode() if pa.types.is_dictionary(to) else given.cast(to)


def fit_strings(given: pa.Array) -> tuple[pa.Array, list[int]]:
    """Return a column of text as Arrow strings, and the indices of the values that are not UTF-8 (null then).

    Raises:
        pa.ArrowException: the type cannot be written as text.
    """
    if pa.types.is_dictionary(given.type):
        given = given.dictionary_decode()
    raw = given.cast(pa.binary()) if _is_text(given.type) else given.cast(pa.string()).cast(pa.binary())
    try:
        return raw.cast(pa.string()), []
    except pa.ArrowInvalid:
        values = [_decoded(value) for value in raw.to_pylist()]
    bad = [index for index, (value, was) in enumerate(zip(values, raw, strict=True)) if value is None and was.is_valid]
    return pa.array(values, pa.string()), bad


def not_utf8(number: int) -> Failure:
    """Return the failure of a row that holds text which is not UTF-8."""
    return failure(place(number), "invalid_utf8", "the row holds bytes that are not UTF-8")


def _is_text(found: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(found)
        or pa.types.is_large_string(found)
        or pa.types.is_binary(found)
        or pa.types.is_large_binary(found)
        or pa.types.is_string_view(found)
        or pa.types.is_binary_view(found)
    )


def _decoded(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None
