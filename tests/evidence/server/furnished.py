"""A workspace in which there is one of everything that the API knows of, for each of those who ask."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from underseal.evidence.audit import Act
from underseal.evidence.authority import may
from underseal.evidence.casework import Actor, Role
from underseal.evidence.dossier.packages import PackageDraft
from underseal.evidence.investigation import Investigation

from .asked import NOTHING, Things
from .conftest import NAMED, grant
from .serving_room import Browser, Row, Served

NAMES: Final = NAMED | {"iris": Role.INVESTIGATOR, "pim": Role.INVESTIGATOR}
"""The named users: one of each role, whoever has a dossier that the others know nothing of, and one who may come and go."""

OTHER, NARROW, EXPIRED = "BR-2026/18", "BR-2026/19", "BR-2026/20"
"""Authorities beside NUMBER: as wide as that, for one room in which nothing happens, and one that has ended."""

UNASKING: Final = frozenset({"iris", "pim"})
READERS: Final = frozenset(NAMES) - UNASKING - {"anna"}
"""Who may be a member of a dossier."""

NARROW_ROOM: Final = "!B7jjHpc0Pb_a-YPbPB7gy6ibTpfTYkiiB0110p9QvbU"
ROOM: Final = "!zg_tQsaHQ6mNGoQxXzXYLHh1Q_DRnOk8LPKjiP96fOU"
ACCOUNT: Final = "@m2h8rk:harbour.example"
DECLARED: Final = "@e9s6tv:harbour.example"
SEALED_ROOM: Final = "!MqVnY5Ko2H06AXmhL3jcr1z96GI9w77bEis1gmx4KDY"
SEALED_ACCOUNT: Final = "@d6l4sa:harbour.example"


WORK: Final = ({"kind": "task"}, {"kind": "hypothesis"}, {"kind": "event", "start": "2026-06-01"})
"""What work on a dossier there is, without its words; the first of each kind have the same name."""

_DECISIONS: Final = "/api/privilege/decisions"


@dataclass(frozen=True, kw_only=True)
class Furnished:
    """What there is.

    Attributes:
        room: where it is served. stranger: a browser of nobody. browsers: of those who ask, by their names. own: what each may see in full.
        sealed: what is quarantined. hidden: what lies in a dossier of which only its lead knows.
    """

    room: Served
    stranger: Browser
    browsers: dict[str, Browser]
    own: dict[str, Things]
    sealed: Things
    hidden: Things


def grant_all(room: Served) -> None:
    """Grant the authorities beside the one of the sample."""
    grant(room.investigation, OTHER)
    grant(room.investigation, NARROW, rooms=[NARROW_ROOM])
    grant(room.investigation, EXPIRED, valid_to="2020-12-31")


def made(browser: Browser, path: str, body: object) -> Row:
    """Return what a request made."""
    response = browser.post(path, body)
    assert response.is_success, (path, response.text)
    answer: Row = response.json() if response.content else {}
    return answer


def voice(browser: Browser, conversation: str) -> tuple[str, str]:
    """Return the record of a voice message that was opened in a conversation, and the digest of its bytes."""
    (hit,) = browser.get("/api/search", q=f"kind:voice verdict:opened in:{conversation}").json()["hits"]
    return str(hit["line"]["number"]), hit["line"]["media"]["url"].split("/")[-1].split("?")[0]


@dataclass(frozen=True, kw_only=True)
class Furnisher:
    """Puts things into a workspace.

    Attributes:
        hand: an investigator's browser. lead: who that is. sender: the workspace in the hands of who may send packages. texts: records of text messages, each used once.
    """

    hand: Browser
    lead: str
    sender: Investigation
    texts: Iterator[int]

    def claim(self, account: str, record: str) -> Row:
        """Claim that somebody used an account."""
        body = {
            "account": account,
            "name": "Lotte",
            "start": "2026-06-01",
            "end": "unknown",
            "zone": "UTC",
            "grade": "weak",
        }
        return made(
            self.hand,
            "/api/attributions",
            body | {"supporting": [{"kind": "message", "record": int(record)}], "opposing": []},
        )

    def persons(self, account: str, record: str) -> dict[str, str]:
        """Make a claim and the persons that there have to be for others to be made."""
        first, second, third, fourth = (self.claim(account, record) for _ in range(4))
        merge = made(
            self.hand,
            "/api/persons/merge",
            {"kept": third["person"]["id"], "absorbed": fourth["person"]["id"], "why": "one fingerprint"},
        )
        return {
            "attributions": first["id"],
            "persons": first["person"]["id"],
            "absorbed": second["person"]["id"],
            "merges": merge["id"],
        }

    def dossier(self, members: list[str], records: list[str]) -> dict[str, str]:
        """Take over a dossier with one of everything in it, and with messages."""
        reference = self.offered(self.lead, members)
        made(self.hand, f"/api/offers/{reference}/accept", {})
        at = f"/api/dossiers/{reference}"
        for record in records:
            made(self.hand, f"{at}/items", {"kind": "message", "record": int(record)})
            made(self.hand, f"{at}/codings", {"record": int(record), "choice": "relevant"})
        document = self.hand.http.put(
            f"{at}/documents", params={"name": "a.txt"}, content=at.encode(), headers=self.hand._headers()
        )
        return {
            "dossiers": reference,
            "documents": document.json()["id"],
            "threats": made(self.hand, f"{at}/threats", {"words": "a threat"})["id"],
            "packages": self.package(reference),
            "work": self.work(at),
        }

    def work(self, at: str) -> str:
        """Return the name of the first work of each kind, which is the same for all."""
        (name,) = {made(self.hand, f"{at}/work", {**each, "words": "it is his"})["id"] for each in WORK}
        return str(name)

    def offered(self, lead: str, members: list[str]) -> str:
        """Return a dossier that is offered to another district."""
        body = {"title": "The box", "offence": "drugs", "district": "AN", "members": members}
        reference: str = made(self.hand, "/api/dossiers", body)["reference"]
        offer = {"district": "LG", "lead": lead, "basis": "art. 62ter", "why": "they live there", "keep": members}
        made(self.hand, f"/api/dossiers/{reference}/transfers", offer)
        return reference

    def package(self, reference: str) -> str:
        """Return a package that was sent of a dossier, by a magistrate where there is one, who forgets the dossier then."""
        order, members = PackageDraft(to="BKA", basis="art. 7"), f"/api/dossiers/{reference}/members"
        strange = self.sender.user not in {
            member["user"] for member in self.hand.get(f"/api/dossiers/{reference}").json()["members"]
        }
        if strange:
            made(self.hand, members, {"user": self.sender.user})
        reads = self.sender.under(self.hand.authority, purpose="a test")
        with TemporaryDirectory() as folder:
            sent, _ = reads.dossiers.packages.make(reference, order, Path(folder) / "pack")
        if strange:
            made(self.hand, f"{members}/remove", {"user": self.sender.user})
        return sent.thing

    def things(self, name: str, sealed: str) -> dict[str, str]:
        """Return one of everything, made for one who asks."""
        lead = self.lead if not name else name if may(NAMES[name], Act.DOSSIER_CHANGED) else "pim"
        record, media = voice(self.hand, ROOM)
        return {
            **NOTHING,
            "accounts": ACCOUNT,
            "account": f"@{name}:elsewhere.example",
            "conversations": ROOM,
            "records": record,
            "codings": record,
            "items": f"message:{record}",
            "media": media,
            "suspects": str(next(self.texts)),
            "users": "pim",
            "lead": self.lead,
            "offers": self.offered(lead, []),
            **self.persons(ACCOUNT, record),
            **self.dossier([name] if name in READERS else [], [record, sealed]),
        }

    def decided(self, filtering: Browser) -> dict[str, str]:
        """Declare and decide on privilege, and destroy something; return what can be decided, destroyed and read then."""
        declared = {"profession": "lawyer", "account": DECLARED, "proof": "a card of the bar"}
        destroyed, confirmed = (self._confirmed(filtering) for _ in range(2))
        made(filtering, f"{_DECISIONS}/{destroyed[0]}/destruction", {"confirm": destroyed[1]})
        return {
            "declarations": str(made(self.hand, "/api/privilege/declarations", declared)["number"]),
            "decisions": confirmed[0],
            "words": confirmed[1],
            "destructions": "1",
        }

    def _confirmed(self, filtering: Browser) -> tuple[str, str]:
        body = {"record": next(self.texts), "why": "is counsel"}
        answer = filtering.post("/api/privilege/confirm", body)
        number = str(answer.json()[0]["number"])
        return number, filtering.get(f"{_DECISIONS}/{number}/destruction").json()["words"]


@contextmanager
def furnished(room: Served, names: Iterable[str]) -> Iterator[Furnished]:
    """Log everybody in, and put one of everything into the workspace for each.

    Args:
        room: where. names: of the users; "" for the one person of a workspace without any.
    """
    with ExitStack() as stack:
        browsers = {name: stack.enter_context(room.reader(name)) for name in names}
        alone = "" in browsers
        hand = browsers["" if alone else "ines"]
        magistrate = room.investigation.acting_as(Actor(name="maud", role=Role.MAGISTRATE))
        furnisher = Furnisher(
            hand=hand,
            lead=room.investigation.user if alone else "ines",
            sender=room.investigation if alone else magistrate,
            texts=_texts(hand),
        )
        if any(room.investigation.privilege.withheld().values()):  # since there was one person only
            _judge(browsers["fatma"], "release")
        record, media = voice(hand, SEALED_ROOM)
        sealed: dict[str, str] = {
            "accounts": SEALED_ACCOUNT,
            "conversations": SEALED_ROOM,
            "records": record,
            "codings": record,
            "items": f"message:{record}",
            "media": media,
            "suspects": record,
            **furnisher.persons(SEALED_ACCOUNT, record),
        }
        decided = {} if alone else furnisher.decided(browsers["fatma"])
        own: dict[str, Things] = {
            name: furnisher.things(name, record) | decided for name in browsers if name not in UNASKING
        }
        other = furnisher if alone else replace(furnisher, hand=replace(browsers["iris"], authority=OTHER), lead="iris")
        hidden = other.dossier([], [own["" if alone else "ines"]["records"]]) | {
            "offers": other.offered(other.lead, [])
        }
        _judge(hand, "suspect")
        yield Furnished(
            room=room,
            stranger=stack.enter_context(room.browser()),
            browsers=browsers,
            own=own,
            sealed=sealed,
            hidden=hidden,
        )


def _judge(browser: Browser, verb: str) -> None:
    for subject in ({"account": SEALED_ACCOUNT}, {"conversation": SEALED_ROOM}):
        made(browser, f"/api/privilege/{verb}", {**subject, "why": "speaks as counsel"})


def _texts(browser: Browser) -> Iterator[int]:
    page = browser.get("/api/search", q=f"kind:text verdict:opened in:{ROOM}", limit=60)
    return (hit["line"]["number"] for hit in page.json()["hits"])
