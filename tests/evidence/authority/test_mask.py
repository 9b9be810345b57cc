"""The mask over columns gives the same answers as the slow way, on whatever shape the columns come in."""

import pickle
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.records import RECORDS
from underseal.evidence.audit import Act, Permit
from underseal.evidence.audit.permit import SEAL as PERMIT_SEAL
from underseal.evidence.authority import EVERYTHING, Access, Scope, in_scope, scope_mask

NAMES = st.sampled_from(["@anna:x", "@bram:x", "@çelik:x", "+32 4", "!room:x", "港"])
TIMES = st.integers(-5, 5) | st.sampled_from([-(2**63), 2**63 - 1])
CHOICE = st.none() | st.frozensets(NAMES, min_size=1, max_size=3)
SCOPES = st.builds(Scope, accounts=CHOICE, rooms=CHOICE, start=st.none() | TIMES, end=st.none() | TIMES)
ROWS = st.lists(
    st.tuples(
        TIMES,
        st.none() | NAMES,
        st.none() | NAMES,
        st.none() | st.lists(NAMES, max_size=3),
    ),
    max_size=12,
)
CODED = pa.dictionary(pa.int32(), pa.string())
Row = tuple[int, str | None, str | None, list[str] | None]


def batch(rows: list[Row], *, coded: bool) -> pa.RecordBatch:
    strings = CODED if coded else pa.string()
    times, conversations, senders, recipients = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.RecordBatch.from_arrays(
        [
            pa.array(times, pa.int64()),
            pa.array(conversations, pa.string()).cast(strings),
            pa.array(senders, pa.string()).cast(strings),
            pa.array(recipients, pa.list_(pa.string())),
        ],
        names=["time", "conversation", "sender", "recipients"],
    )


def expected(rows: list[Row], scope: Scope) -> list[bool]:
    return [
        in_scope(scope, sender=sender, recipients=recipients or [], conversation=conversation, time=time)
        for time, conversation, sender, recipients in rows
    ]


@given(ROWS, SCOPES, st.booleans())
def test_a_batch(rows: list[Row], scope: Scope, coded: bool) -> None:  # noqa: FBT001  # hypothesis gives it
    assert scope_mask(batch(rows, coded=coded), scope).to_pylist() == expected(rows, scope)


@given(ROWS, ROWS, SCOPES, st.integers(0, 12), st.integers(0, 12))
def test_slices_and_chunks_of_a_table(one: list[Row], two: list[Row], scope: Scope, offset: int, length: int) -> None:
    whole = pa.Table.from_batches([batch(one, coded=False), batch(two, coded=False)])
    assert scope_mask(whole, scope).to_pylist() == expected(one + two, scope)
    part = whole.slice(offset, length)
    assert scope_mask(part, scope).to_pylist() == expected((one + two)[offset : offset + length], scope)


@pytest.mark.parametrize("strings", [pa.large_string(), pa.dictionary(pa.int8(), pa.large_string())])
def test_other_kinds_of_strings_and_lists(strings: pa.DataType) -> None:
    rows: list[Row] = [(1, "!room:x", "@anna:x", ["@bram:x"]), (2, None, None, None), (3, "!other:x", "@anna:x", [])]
    table = pa.Table.from_batches([batch(rows, coded=False)])
    recipients = table["recipients"].cast(pa.large_list(pa.large_string()))
    columns = [table["time"], table["conversation"].cast(strings), table["sender"].cast(strings), recipients]
    other = pa.table(columns, names=table.column_names)
    for account, room in (("@bram:x", "!room:x"), ("@anna:x", "!other:x"), ("@nobody:x", "!room:x")):
        scope = Scope(accounts=frozenset({account}), rooms=frozenset({room}), start=0, end=9)
        assert scope_mask(other, scope).to_pylist() == expected(rows, scope)


def test_a_list_that_is_null_over_names_in_scope_is_out_of_scope() -> None:
    names = pa.array(["@anna:x", "@anna:x"])
    recipients = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), names, mask=pa.array([True, False]))
    rows = pa.table({"recipients": recipients, "sender": pa.nulls(2, pa.string())})
    scope = replace(EVERYTHING, accounts=frozenset({"@anna:x"}))
    assert scope_mask(rows, scope).to_pylist() == [False, True]


def test_columns_that_the_scope_does_not_speak_of_need_not_be_there() -> None:
    rows = pa.table({"time": pa.array([1, 2, None])})
    assert scope_mask(rows, EVERYTHING).to_pylist() == [True, True, True]
    assert scope_mask(rows, replace(EVERYTHING, start=2)).to_pylist() == [False, True, False]
    with pytest.raises(KeyError):
        scope_mask(rows, replace(EVERYTHING, rooms=frozenset({"!room:x"})))


def test_the_columns_of_the_store_fit() -> None:
    scope = Scope(accounts=frozenset({"@anna:x"}), rooms=frozenset({"!room:x"}), start=0, end=1)
    assert len(scope_mask(RECORDS.empty_table(), scope)) == 0


def test_a_pass_cannot_be_made_by_hand(access: Access) -> None:
    with pytest.raises(TypeError, match=r"issued by Gate\.admit"):
        Access(
            authority="BR-1",
            user="anna",
            purpose="",
            scope=EVERYTHING,
            permit=Permit(act=Act.SEARCHED, user="u", seal=PERMIT_SEAL),
            seal=None,
        )
    with pytest.raises((TypeError, ValueError), match="seal"):
        replace(access, user="bram")  # type: ignore[call-arg]  # mypy forbids it too
    with pytest.raises(AttributeError):
        access.scope = EVERYTHING  # type: ignore[misc]  # that is what must not work


def test_a_pass_reaches_worker_processes(access: Access) -> None:
    assert pickle.loads(pickle.dumps(access)) == access  # noqa: S301  # our own bytes
