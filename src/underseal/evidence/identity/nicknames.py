"""What an account is called: display names out of memberships, each with its conversation, its dates and who gave it.

In Matrix an account names itself, and whoever invites or removes it may write a name for it too. The readers of today yield no
address books of phones: names that a contact keeps on a phone of their own appear here once a reader yields them.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import Kind
from underseal.evidence.identity.facts import both, sent
from underseal.evidence.search import Is, Order, search
from underseal.evidence.store import View

_COLUMNS = ["number", "conversation", "sender", "target", "kind", "text", "time", "copy_of"]
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Nickname:
    """A name of an account.

    Attributes:
        name: as found. by: account that gave it. own: whether that is the account itself. conversation: where.
        first, last: times of the first and the last record that says so, ms since 1970. records: their numbers, in order.
    """

    name: str
    by: str
    own: bool
    conversation: str
    first: int
    last: int
    records: tuple[int, ...]


def nicknames_of(view: View, account: str) -> list[Nickname]:
    """Return the names of an account, in the order in which they were first given."""
    rows = pa.concat_tables([view.referring([account], _COLUMNS), *_of_its_own(view, account)]).to_pylist()
    found: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for row in rows:
        names_it = (row["target"] or row["sender"]) == account
        if row["kind"] == Kind.MEMBERSHIP and row["text"] and names_it and row["copy_of"] is None:
            key = row["text"], row["sender"] or "", row["conversation"] or ""
            found.setdefault(key, []).append((row["time"], row["number"]))
    names = [
        Nickname(
            name=name,
            by=by,
            own=by == account,
            conversation=conversation,
            first=min(said)[0],
            last=max(said)[0],
            records=tuple(sorted({number for _, number in said})),
        )
        for (name, by, conversation), said in found.items()
    ]
    return sorted(names, key=lambda name: (name.first, name.records))


def _of_its_own(view: View, account: str) -> list[pa.Table]:
    """Return the memberships that an account itself sent, in pages; they grow with the conversations it joined."""
    query = both(sent(account), Is(field="kind", value=Kind.MEMBERSHIP.value))
    pages, cursor = [], None
    while True:
        page = search(view, query, order=Order.OLDEST, limit=_PAGE, after=cursor, columns=_COLUMNS)
        pages.append(page.rows.filter(_for_itself(page.rows, account)))
        cursor = page.cursor
        if cursor is None:
            return pages


def _for_itself(rows: pa.Table, account: str) -> pa.ChunkedArray:
    """Say which rows are about their sender: those about the account by their target were found as references to it."""
    return pc.not_equal(pc.fill_null(rows.column("target"), ""), account)
