"""Reviewers at their desks: each logs in, searches, reads and codes over HTTP as the desk does, and thinks in between.

What was acknowledged is kept, so that it can be looked for afterwards; what was not is an error.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import quote

import aiohttp

from benchmarks import workspace
from benchmarks.process import own_seconds
from underseal.core.web.forgery import CSRF
from underseal.evidence.server.asking import AUTHORITY, PURPOSE

ACTS: Final[Mapping[str, int]] = {
    "read on": 30,
    "code": 20,
    "open a hit": 15,
    "search": 10,
    "turn to the next hits": 8,
    "look at a message": 8,
    "open the dossier": 5,
    "write a note": 4,
}
"""Of a hundred acts of a reviewer, how many are of which kind: who searches reads what was found, and codes some of it."""

HITS: Final = 60
LINES: Final = 100
EVERYTHING: Final = "500"
"""Hits, lines and things of a page, as the desk asks for them."""

IDLE_SECONDS: Final = 4
"""How long a client keeps a connection that it does not use: less than the server, so that neither closes it under the other."""

TIMEOUT_SECONDS: Final = 120
"""After which an answer counts as an error: far above any goal, so that what is slow is measured and not cut off."""

_CHOICES: Final = ("relevant", "not_relevant")

_Answer: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A coding, or a note, that was acknowledged.

    Attributes:
        dossier: its reference. user: who wrote it. record, choice: of a coding; None and "" of a note.
        words: nobody else's, and nowhere else.
    """

    dossier: str
    user: str
    words: str
    record: int | None = None
    choice: str = ""


@dataclass(slots=True, kw_only=True)
class Book:
    """What was asked and answered.

    Attributes:
        times: milliseconds of each answered request, from its sending to its last byte, by kind.
        errors: of requests that were refused, failed or not answered, by what went wrong.
        written: what was acknowledged to be kept.
    """

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    written: Counter[Written] = field(default_factory=Counter)

    def add(self, other: "Book") -> None:
        """Take over what is in another."""
        for kind, times in other.times.items():
            self.times.setdefault(kind, []).extend(times)
        self.errors += other.errors
        self.written += other.written

    @property
    def every(self) -> list[float]:
        """The milliseconds of all answered requests."""
        return [each for times in self.times.values() for each in times]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time in which reviewers worked. book: what came of it. seconds: how long. own: processor seconds of the clients."""

    book: Book
    seconds: float
    own: float


class Reviewer:
    """One reviewer, with a session and connections of their own.

    Args:
        http: their browser. user: their name. dossier: reference of the one that they code in.
        queries: what they search for. seed: of what they do.
    """

    def __init__(
        self, http: aiohttp.ClientSession, *, user: str, dossier: str, queries: Sequence[str], seed: int
    ) -> None:
        self._http = http
        self._user = user
        self._dossier = f"/api/dossiers/{dossier}"
        self._reference = dossier
        self._queries = queries
        self._random = random.Random(seed)
        self._headers = {AUTHORITY: quote(workspace.AUTHORITY), PURPOSE: quote(workspace.PURPOSE)}
        self._query, self._cursor = "", ""
        self._hits: list[_Answer] = []
        self._page: _Answer = {"lines": [], "before": None}
        self._reading = ""
        self._written = 0
        self.book = Book()

    async def enter(self, link: str) -> None:
        """Log in by a one-time link, find something to read, and write a first coding and a first note."""
        async with self._http.get(link, allow_redirects=False) as answer:
            if answer.headers.get("Location") != "/":
                raise RuntimeError(f"The link of {self._user} does not log in: {answer.status}")
        found = await self._get("session", "/api/session")
        self._headers[CSRF] = found["csrf"]
        await self._search("")
        await self._open()
        await self._code()
        await self._note()

    async def work(self, *, until: float, think: tuple[float, float] | None) -> None:
        """Act until a moment of the monotonic clock; the act that is under way then is finished.

        Args:
            until: in seconds. think: shortest and longest pause after an act in seconds, None for none.
        """
        names, weights = list(ACTS), list(ACTS.values())
        if think:
            await asyncio.sleep(self._random.uniform(0, think[1]))  # nobody begins at the same moment as the others
        while time.perf_counter() < until:
            await self._act(self._random.choices(names, weights)[0])
            if think:
                await asyncio.sleep(self._random.uniform(*think))

    async def _act(self, name: str) -> None:
        match name:
            case "search":
                await self._search(self._random.choice(self._queries))
            case "turn to the next hits":
                await self._turn()
            case "open a hit":
                await self._open()
            case "read on":
                await self._read_on()
            case "look at a message":
                record = f"/api/records/{self._some_record()}"
                await asyncio.gather(self._get("message", record), self._get("provenance", f"{record}/provenance"))
            case "open the dossier":
                own = self._dossier
                await asyncio.gather(
                    self._get("dossier", own),
                    self._get("dossier", f"{own}/items", limit=EVERYTHING),
                    self._get("dossier", f"{own}/codings", limit=EVERYTHING),
                    self._get("dossier", f"{own}/threats"),
                )
            case "code":
                await self._code()
            case _:
                await self._note()

    async def _search(self, query: str) -> None:
        page, _, _ = await asyncio.gather(
            self._get("search", "/api/search", q=query, limit=str(HITS)),
            self._get("histogram", "/api/search/histogram", q=query),
            self._get("facets", "/api/search/facets", q=query),
        )
        self._query = query
        self._keep(page)

    async def _turn(self) -> None:
        if self._cursor:
            page = await self._get("next hits", "/api/search", q=self._query, limit=str(HITS), after=self._cursor)
            self._keep(page)
        else:
            await self._search(self._random.choice(self._queries))

    def _keep(self, page: _Answer) -> None:
        """Keep the hits of a page; of a search without any, those of the one before."""
        self._hits = [hit["line"] for hit in page.get("hits", ()) if hit["line"]["conversation"]] or self._hits
        self._cursor = page.get("cursor") or ""

    async def _open(self) -> None:
        hit = self._random.choice(self._hits)
        conversation = f"/api/conversations/{quote(hit['conversation'], safe='')}"
        _, _, page = await asyncio.gather(
            self._get("conversation", conversation),
            self._get("density", f"{conversation}/density"),
            self._get("page", f"{conversation}/messages", around=str(hit["number"]), limit=str(LINES)),
        )
        self._reading, self._page = conversation, page

    async def _read_on(self) -> None:
        before = self._page.get("before")
        if not before:
            await self._open()
            return
        self._page = await self._get("page", f"{self._reading}/messages", before=before, limit=str(LINES))

    def _some_record(self) -> int:
        return int(self._random.choice(self._page.get("lines") or self._hits)["number"])

    async def _code(self) -> None:
        coded = Written(
            dossier=self._reference,
            user=self._user,
            record=self._some_record(),
            choice=self._random.choice(_CHOICES),
            words=self._words(),
        )
        body = {"record": coded.record, "choice": coded.choice, "note": coded.words}
        if await self._send("coding", f"{self._dossier}/codings", body):
            self.book.written[coded] += 1

    async def _note(self) -> None:
        noted = Written(dossier=self._reference, user=self._user, words=self._words())
        if await self._send("note", f"{self._dossier}/items", {"kind": "note", "text": noted.words}):
            self.book.written[noted] += 1

    def _words(self) -> str:
        """Return words that nobody has written yet."""
        self._written += 1
        return f"{self._user} {self._written}"

    async def _get(self, kind: str, path: str, **query: str) -> _Answer:
        return await self._ask(kind, "GET", path, params=query)

    async def _send(self, kind: str, path: str, body: Mapping[str, object]) -> _Answer:
        return await self._ask(kind, "POST", path, json=body)

    async def _ask(self, kind: str, method: str, path: str, **rest: Any) -> _Answer:  # the client's own words
        """Return the answer to a request, an empty one where it failed."""
        began = time.perf_counter()
        try:
            async with self._http.request(method, path, headers=self._headers, **rest) as answer:
                status, body = answer.status, await answer.read()
                passed = (time.perf_counter() - began) * 1000
                found: Any = await answer.json()  # what was read is kept: no more waiting
        except (aiohttp.ClientError, TimeoutError) as error:
            self.book.errors[f"{kind}: {type(error).__name__}"] += 1
            return {}
        if not answer.ok:
            self.book.errors[f"{kind}: {status} {found['error']['code']}"] += 1
            return {}
        if not body:
            raise RuntimeError(f"The answer to {kind} is empty")
        self.book.times.setdefault(kind, []).append(passed)
        return found if isinstance(found, dict) else {"list": found}


class Office:
    """Reviewers who work at the same time."""

    def __init__(self, reviewers: Sequence[Reviewer]) -> None:
        self._reviewers = reviewers

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, base: str, links: Mapping[str, str], dossiers: Mapping[str, str], queries: Sequence[str]
    ) -> AsyncIterator["Office"]:
        """Log reviewers in.

        Args:
            base: address of the server. links: one-time link of each. dossiers: reference of the dossier of each.
            queries: what they search for.
        """
        async with AsyncExitStack() as stack:
            reviewers = []
            for seed, (user, link) in enumerate(links.items()):
                http = await stack.enter_async_context(_browser(base))
                reviewers.append(Reviewer(http, user=user, dossier=dossiers[user], queries=queries, seed=seed))
                await reviewers[-1].enter(link)
            yield cls(reviewers)

    def take_book(self) -> Book:
        """Return what came of everybody's requests since this was asked last."""
        whole = Book()
        for reviewer in self._reviewers:
            whole.add(reviewer.book)
            reviewer.book = Book()
        return whole

    async def work(self, seconds: float, *, think: tuple[float, float] | None) -> Stretch:
        """Let everybody work for a time; arguments as of `Reviewer.work`."""
        own, began = own_seconds(), time.perf_counter()
        await asyncio.gather(*(reviewer.work(until=began + seconds, think=think) for reviewer in self._reviewers))
        passed = time.perf_counter() - began
        return Stretch(book=self.take_book(), seconds=passed, own=own_seconds() - own)


def _browser(base: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        base,
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # it keeps none of an address without a name otherwise
        connector=aiohttp.TCPConnector(limit_per_host=6, keepalive_timeout=IDLE_SECONDS),  # as many as a browser has
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
    )
