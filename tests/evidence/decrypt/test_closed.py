"""What is closed of a session, by the rows that it lost and those that stay."""

import pyarrow as pa
import pytest

from underseal.evidence.decrypt import Closed, closed_sessions

Row = tuple[int | None, str | None, bool]
"""Index, signature, and whether the row is gone."""


def closed_by(*rows: Row) -> Closed | None:
    """Return what is closed of a session with these rows, beside one that loses nothing."""
    indices, signatures, gone = zip(*rows, strict=True)
    table = pa.table(
        {
            "session": pa.array(["s"] * len(rows) + ["other"]).dictionary_encode(),
            "index": pa.array([*indices, 0], pa.int64()),
            "signature": pa.array([*signatures, "valid"], pa.string()).dictionary_encode(),
            "gone": [*gone, False],
        }
    )
    found = closed_sessions(pa.array(["s"], pa.string()), [table.slice(0, 1), table.slice(1)])
    assert found.keys() <= {"s"}
    return found.get("s")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [(0, "valid", False), (1, "valid", True), (2, "valid", False)],
            Closed(gone=frozenset({1}), kept=frozenset({0})),
        ),
        ([(1, "valid", True), (2, "valid", True)], Closed(gone=None)),
        ([(1, "valid", True), (9, "invalid", False)], Closed(gone=None)),  # what nobody signed is nothing that is left
        ([(1, "valid", False), (9, "invalid", True)], None),  # and closes nothing
        (
            [(1, "valid", True), (1, "valid", False), (2, "valid", False)],
            Closed(gone=frozenset({1})),
        ),  # they share a key
        ([(1, "valid", True), (1, "valid", False)], Closed(gone=None)),
        ([(None, "valid", True), (1, "valid", False)], None),  # no message that a key opens
        ([(None, "valid", True), (None, None, False)], Closed(gone=None)),
    ],
)
def test_a_session_is_closed_where_messages_that_it_signed_are_gone(rows: list[Row], expected: Closed | None) -> None:
    assert closed_by(*rows) == expected


def test_what_is_closed_adds_up_and_survives_its_file() -> None:
    first, second = Closed(gone=frozenset({3}), kept=frozenset({1, 2})), Closed(gone=frozenset({2, 7}))
    joined = first.joined(second)
    assert joined == Closed(gone=frozenset({2, 3, 7}), kept=frozenset({1}))
    assert joined.joined(Closed(gone=None)) == Closed(gone=None).joined(joined) == Closed(gone=None)
    assert [each.allows(index) for each in (joined, Closed(gone=None)) for index in (2, 4)] == [
        False,
        True,
        False,
        False,
    ]
    assert [Closed.from_json(each.to_json()) for each in (joined, Closed(gone=None))] == [joined, Closed(gone=None)]
