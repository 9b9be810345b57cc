"""The overview: what was taken in, how much of it can be read, and why the rest cannot."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from underseal.core.records import READABLE
from underseal.evidence.casework import Exhibit
from underseal.evidence.investigation.provenance import WORDS
from underseal.evidence.search import Bucket, Facet, count, facets, histogram, parse
from underseal.evidence.store import Directory, Releases, View

FAILURES = {
    "malformed_json": "Lines that are not JSON.",
    "wrong_type": "Values of a wrong type.",
    "impossible_time": "Times that cannot be.",
    "missing_field": "Records without a field that they need.",
    "truncated": "Cut off in the middle.",
    "damaged_page": "Damaged pages of a database.",
}
"""Words for the commonest codes of failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something that cannot be read.

    Attributes:
        code: verdict or code of a failure. words: what it means. count: how many.
        query: a search that shows them, None for failures, which are no records.
    """

    code: str
    words: str
    count: int
    query: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Sums over what an authority may see.

    Attributes:
        records: in the whole release, of every kind. messages: of message kinds, in scope.
        conversations, accounts: in scope. coverage: messages by verdict. activity: messages per day.
        unreadable: what cannot be read, the most first. exhibits: all that were taken in.
    """

    records: int
    messages: int
    conversations: int
    accounts: int
    coverage: Sequence[Facet]
    activity: Sequence[Bucket]
    unreadable: Sequence[Unreadable]
    exhibits: Sequence[Exhibit]


def overview(
    view: View, directory: Directory, *, exhibits: Sequence[Exhibit], releases: Releases, zone: ZoneInfo
) -> Overview:
    """Sum up a view."""
    everything = parse("")
    coverage = facets(view, everything, "verdict", limit=20)
    summaries = directory.conversations.values()
    return Overview(
        records=view.release.size,
        messages=count(view, everything).total,
        conversations=len(summaries),
        accounts=len({member for summary in summaries for member in summary.members}),
        coverage=coverage,
        activity=histogram(view, everything, zone=zone),
        unreadable=[*_locked(coverage), *_failed(releases, view.release.number)],
        exhibits=exhibits,
    )


def _locked(coverage: Sequence[Facet]) -> list[Unreadable]:
    return [
        Unreadable(code=facet.value, words=WORDS[facet.value], count=facet.count, query=f"verdict:{facet.value}")
        for facet in coverage
        if facet.value not in READABLE
    ]


def _failed(releases: Releases, last: int) -> list[Unreadable]:
    codes: Counter[str] = Counter()
    for number in range(1, last + 1):
        if releases.get(number).failures_sha256:
            table = pq.read_table(releases.path(number) / "failures.parquet", columns=["code"])
            codes.update(table.column("code").to_pylist())
    return [
        Unreadable(code=code, words=FAILURES.get(code, "Could not be read."), count=times, query=None)
        for code, times in codes.most_common()
    ]
