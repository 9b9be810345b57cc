"""Consultation: reading evidence under one authority.

Each act is admitted by the gate and written to the audit before anything of it is shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa

from underseal.core.crypto import content_path
from underseal.core.records import Media
from underseal.core.verify import Report, verify
from underseal.errors import NotFoundError
from underseal.evidence.audit import Act
from underseal.evidence.dossier.terms import Leaving
from underseal.evidence.identity import (
    LIMIT,
    Eyes,
    ListedAccount,
    Profile,
    State,
    list_accounts,
    profile_of,
    queries_of_hour,
    unknown_account,
)
from underseal.evidence.investigation.attributing import Attributing
from underseal.evidence.investigation.dossier_hand import Hand, Tell
from underseal.evidence.investigation.dossiers import Dossiers
from underseal.evidence.investigation.held_packages import HeldPackages
from underseal.evidence.investigation.lines import Line, Lines
from underseal.evidence.investigation.overview import Overview, overview
from underseal.evidence.investigation.provenance import ProvenanceStep, steps
from underseal.evidence.investigation.proving import leaf_of, proof_of
from underseal.evidence.search import Bucket, Facet, Order, count, facets, histogram, parse, search
from underseal.evidence.search import Page as Hits
from underseal.evidence.store import (
    EVERYTHING,
    Conversation,
    Directory,
    Filter,
    Gap,
    Key,
    Release,
    Summary,
    View,
)
from underseal.evidence.store import Page as Rows

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation


class Consultation:
    """What may be read of an investigation under one authority, by one user, for one purpose.

    Made by `Investigation.under`. Every method raises RefusedError when the authority does not allow it (any more).

    Attributes:
        release: the release that is read.
    """

    def __init__(
        self, investigation: "Investigation", *, authority: str, user: str, purpose: str, release: Release
    ) -> None:
        self._investigation = investigation
        self._authority = authority
        self._user = user
        self._purpose = purpose
        self.release = release
        self._admitted: View | None = None  # of the last act: names and lines of what it showed are part of it

    def search(
        self,
        query: str,
        *,
        order: Order = Order.NEWEST,
        limit: int = 50,
        after: str | None = None,
        columns: Sequence[str] = Lines.columns,
    ) -> Hits:
        """Find messages (docs/howto/search.md).

        Args:
            query: in the query language; "" finds all. order: of the hits. limit: hits per page, at most 500.
            after: cursor of the page before. columns: of `core.records.RECORDS`; by default those that lines are made of.

        Raises:
            QueryError: the query cannot be understood; it says where and why.
        """
        with self._acting(Act.SEARCHED, query=query) as (view, details):
            page = search(view, parse(query, zone=self.zone), order=order, limit=limit, after=after, columns=columns)
            details["count"] = page.total
        return page

    def pages(self, query: str, *, order: Order = Order.NEWEST, limit: int = 500) -> Iterator[Hits]:
        """Yield all pages of a result, without a ceiling."""
        cursor: str | None = None
        while True:
            page = self.search(query, order=order, limit=limit, after=cursor)
            yield page
            cursor = page.cursor
            if cursor is None:
                return

    def histogram(self, query: str) -> list[Bucket]:
        """Count the messages of a result per day; raises as `search`."""
        with self._acting(Act.SEARCHED, query=query, shown="days") as (view, details):
            days = histogram(view, parse(query, zone=self.zone), zone=self.zone)
            details["count"] = sum(day.count for day in days)
        return days

    def facets(self, query: str, fields: tuple[str, ...], *, limit: int = 20) -> Mapping[str, list[Facet]]:
        """Count the messages of a result per value of each field; raises as `search`."""
        with self._acting(Act.SEARCHED, query=query, shown="facets") as (view, details):
            node = parse(query, zone=self.zone)
            found = {field: facets(view, node, field, limit=limit) for field in fields}
            details["count"] = count(view, node).total
        return found

    def overview(self) -> Overview:
        """Sum up what the release holds."""
        view = self._view(Act.OVERVIEW_READ)
        return overview(
            view,
            self._directory(view),
            exhibits=self._investigation.casework.exhibits.list(),
            releases=self._investigation.releases,
            zone=self.zone,
        )

    def conversations(self) -> list[Summary]:
        """List all conversations in scope, the latest first."""
        with self._acting(Act.CONVERSATIONS_LISTED) as (view, details):
            found = list(self._directory(view).conversations.values())
            details["count"] = len(found)
        return found

    def conversation(self, conversation: str) -> Summary:
        """Describe one conversation.

        Raises:
            NotFoundError: there is none of that name in scope.
        """
        view = self._view(Act.CONVERSATIONS_LISTED, conversation=conversation)
        found = self._directory(view).find(conversation)
        if found is None:
            raise NotFoundError("There is no such conversation within the authority's scope.")
        return found

    def read(
        self,
        conversation: str,
        *,
        after: Key | None = None,
        before: Key | None = None,
        around: int | None = None,
        at: int | None = None,
        limit: int = 100,
        only: Filter = EVERYTHING,
    ) -> Rows:
        """Return a page of a conversation; without a place, its end.

        Args:
            conversation: its identifier. after, before: keys of an earlier page. around: number of a record.
            at: a time in milliseconds. limit: lines, at most 500. only: which lines.

        Raises:
            NotFoundError: no such conversation or record in scope.
        """
        with self._acting(Act.CONVERSATION_READ, conversation=conversation) as (view, details):
            page = _page(view, conversation, after=after, before=before, around=around, at=at, limit=limit, only=only)
            numbers = page.rows.column("number").to_pylist()
            details["count"] = len(numbers)
            details.update({"first": numbers[0], "last": numbers[-1]} if numbers else {})
        return page

    def lines(self, rows: pa.Table, *, in_conversation: bool = False) -> list[Line]:
        """Turn records that were read into lines: names, replies, edits, reactions and redactions drawn to them."""
        view = self._admitted or self._view(Act.RECORD_READ)
        lines = Lines(view, self._directory(view), self.zone)
        return lines.in_conversation(rows) if in_conversation else lines.of(rows)

    def names(self) -> Directory:
        """Return who is who in this release."""
        return self._directory(self._admitted or self._view(Act.CONVERSATIONS_LISTED))

    def gaps(self, conversation: str) -> Sequence[Gap]:
        """Return where messages of a conversation are missing, in order (docs/howto/see-what-is-missing.md).

        It belongs to the act before it, such as the reading of the conversation; nothing is told of one out of scope.
        """
        view = self._admitted or self._view(Act.CONVERSATION_READ, conversation=conversation)
        return self._directory(view).gaps(conversation)

    def record(self, number: int) -> Mapping[str, object]:
        """Return one record with all its columns (core.records.RECORDS).

        Raises:
            NotFoundError: no such record in scope.
        """
        return self._view(Act.RECORD_READ, record=number).record(number)

    def find(self, event: str) -> int:
        """Return the number of the record of a source's identifier (a Matrix event id).

        Raises:
            NotFoundError: no record of it in scope.
        """
        with self._acting(Act.RECORD_READ) as (view, details):
            numbers = view.of_events([event], ["number"]).column("number").to_pylist()
            if not numbers:
                raise NotFoundError(f"There is no record of {event} within the authority's scope.")
            details["record"] = int(min(numbers))
        return int(min(numbers))

    def provenance(self, number: int) -> list[ProvenanceStep]:
        """Return the way of a record from the captured bytes, in seven steps; raises as `record`."""
        view = self._view(Act.PROVENANCE_READ, record=number)
        record = view.record(number)
        exhibit, file_sha256 = self._investigation.exhibit_facts(str(record["exhibit"]), str(record["file"] or ""))
        return steps(
            record,
            exhibit=exhibit,
            file_sha256=file_sha256,
            leaf=leaf_of(view, number, pool=self._investigation.pool).hex(),
            release=self.release.number,
            root=self.release.root,
            signer=self.release.key,
        )

    def prove(self, number: int) -> bytes:
        """Make the proof file of a record, with its ciphertext and decrypted bytes; raises as `record`.

        Raises:
            RefusedError: it comes from a source that a judge excluded, or that its sender keeps in the house.
        """
        with self._acting(Act.PROOF_MADE, record=number) as (view, _):
            view.record(number, ["number"])
            self._investigation.leaving_without(Leaving.AS_EVIDENCE).expect_none(view, [number])
            return self._proof(view, number)

    def check(self, number: int) -> Report:
        """Make the proof of a record and run the standalone verifier over it; raises as `record`."""
        return verify(self._proof(self._view(Act.PROOF_MADE, record=number), number), trusted=self.release.key)

    def _proof(self, view: View, number: int) -> bytes:
        return proof_of(view, number, releases=self._investigation.releases, pool=self._investigation.pool)

    def accounts(self) -> list[ListedAccount]:
        """List all accounts in scope, the one that sent most first, each with whom claims in force name."""
        with self._acting(Act.ACCOUNT_READ) as (view, details):
            eyes = Eyes(view, self._investigation.book.state())
            found = list_accounts(view, self._directory(view), eyes)
            details["count"] = len(found)
        return found

    def account(self, account: str, *, limit: int = LIMIT) -> Profile:
        """Return what the evidence shows of an account (docs/howto/attribute-an-account.md).

        Args:
            account: its identifier. limit: entries of each list at most.

        Raises:
            NotFoundError: no record in scope names it; the hint names those that are written like it.
        """
        with self._acting(Act.ACCOUNT_READ, account=account) as (view, _):
            self._expect_account(view, account)
            return profile_of(view, self._directory(view), account, zone=self.zone, limit=limit)

    def account_hour(self, account: str, hour: int) -> list[str]:
        """Return queries that find what an account sent in an hour of the day (0 to 23), each message once.

        Raises:
            NotFoundError: no record in scope names the account.
        """
        with self._acting(Act.ACCOUNT_READ, account=account, hour=hour) as (view, _):
            self._expect_account(view, account)
            return queries_of_hour(view, account, hour, self.zone)

    def _expect_account(self, view: View, account: str) -> None:
        if not Eyes(view, State()).knows(account):
            raise unknown_account(account, self._directory(view))

    @cached_property
    def attributions(self) -> Attributing:
        """Who is claimed to have used which account, and what may be done about it."""
        return Attributing(self._investigation, acting=self._acting)

    @cached_property
    def dossiers(self) -> Dossiers:
        """The dossiers of which the one who reads may know, and what may be done in them."""
        return Dossiers(Hand(self._investigation, acting=self._acting, changing=self._changing))

    @cached_property
    def held_packages(self) -> HeldPackages:
        """The packages of partner forces that are held."""
        return HeldPackages(Hand(self._investigation, acting=self._acting, changing=self._changing))

    def media(self, number: int) -> tuple[Media, Path]:
        """Return the attachment of a record and where its bytes are.

        Raises:
            NotFoundError: no such record in scope, or it has no attachment that is held.
        """
        held = self._view(Act.MEDIA_READ, record=number).record(number, ["media"])["media"]
        media = Media.from_json(str(held)) if held else Media()
        if not media.sha256:
            raise NotFoundError(f"Record {number} has no attachment that is held.")
        return media, content_path(self._investigation.workspace.media, bytes.fromhex(media.sha256))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are written and dates of queries are meant."""
        return ZoneInfo(self._investigation.workspace.settings.timezone)

    def _view(self, act: Act, **details: str | int) -> View:
        """Have an act admitted, and open the release under it."""
        access = self._investigation.gate.admit(
            self._authority, user=self._user, act=act, purpose=self._purpose, details=details
        )
        self._admitted = View(self.release, access, self._investigation.pool)
        return self._admitted

    @contextmanager
    def _acting(self, act: Act, **known: str | int) -> Iterator[tuple[View, dict[str, str | int]]]:
        """Do an act whose details are known only after it; its entry is written before the block is left."""
        passing = self._investigation.gate.acting(
            self._authority, user=self._user, act=act, purpose=self._purpose, details=known
        )
        with passing as (access, details):
            self._admitted = View(self.release, access, self._investigation.pool)
            yield self._admitted, details

    @contextmanager
    def _changing(self, act: Act) -> Iterator[tuple[View, Tell]]:
        """Do an act that changes the case work; its entry is written by what is yielded, inside the change's transaction."""
        passing = self._investigation.gate.changing(self._authority, user=self._user, act=act, purpose=self._purpose)
        with passing as (access, tell):
            self._admitted = View(self.release, access, self._investigation.pool)
            yield self._admitted, tell

    def _directory(self, view: View) -> Directory:
        return self._investigation.directory(view)


def _page(
    view: View,
    conversation: str,
    *,
    after: Key | None,
    before: Key | None,
    around: int | None,
    at: int | None,
    limit: int,
    only: Filter,
) -> Rows:
    thread = Conversation(view, conversation)
    if around is not None:
        record = view.record(around, ["time", "number"])
        return thread.around(Key(int(str(record["time"])), around), limit=limit, only=only)
    if at is not None:
        return thread.around(Key(at, 0), limit=limit, only=only)
    if after is not None:
        return thread.forward(after, limit=limit, only=only)
    return thread.backward(before, limit=limit, only=only)
