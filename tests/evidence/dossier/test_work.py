"""Chronology, hypotheses, tasks and documents: changed one version after the other, seen as far as their messages are."""

import hashlib
from collections.abc import Callable

import pytest

from underseal.errors import CallerError, ConflictError, NotFoundError, UndersealError
from underseal.evidence.dossier import ItemKind, Kind
from underseal.evidence.dossier.work import (
    EventDraft,
    Hypothesis,
    HypothesisDraft,
    HypothesisState,
    Task,
    TaskDraft,
    TaskState,
)
from underseal.evidence.investigation import Dossiers

from .office import Office


def test_a_chronology_is_in_the_order_of_what_happened(office: Office) -> None:
    card, work = office.opened("Chronology"), office.dossiers().work
    work.add(card.number, EventDraft(start="2026-03-02T10:00", zone="Europe/Brussels", words="the box came"))
    first = work.add(card.number, EventDraft(start="2026-03-01", end="2026-03-01", zone="UTC", words="they met"))
    assert [event.words for event in work.chronology(card.number)] == ["they met", "the box came"]
    assert work.chronology(card.number)[0].end == 1_772_409_600_000
    work.change(card.number, first.id, EventDraft(start="2026-03-03", zone="UTC", words="they met later"), version=1)
    assert [event.words for event in work.chronology(card.number)] == ["the box came", "they met later"]
    work.remove(card.number, Kind.EVENT, first.id, why="a mistake")
    assert [event.words for event in work.chronology(card.number)] == ["the box came"]


def test_tasks_and_hypotheses_go_on(office: Office) -> None:
    card, work = office.opened("Tasks", members=["ivan"]), office.dossiers().work
    task = work.add(card.number, TaskDraft(words="ask the port", assignee="ivan", due="2026-04-01"))
    assert isinstance(task, Task)
    done = TaskDraft(words="ask the port", assignee="ivan", state=TaskState.DONE)
    office.dossiers("ivan").work.change(card.number, task.id, done, version=task.version)
    with pytest.raises(ConflictError, match="changed by ivan at"):
        work.change(card.number, task.id, TaskDraft(words="never mind", state=TaskState.DROPPED), version=task.version)
    assert [(each.state, each.changed_by) for each in work.tasks(card.number)] == [(TaskState.DONE, "ivan")]
    guess = HypothesisDraft(words="Ann owns it", supporting=[office.number("$1")], opposing=[office.number("$6")])
    work.add(card.number, guess)
    assert [each.opposing for each in work.hypotheses(card.number)] == [(office.number("$6"),)]


def test_what_was_said_before_is_read_as_far_as_its_message_may_be(fresh: Office) -> None:
    card, dossiers = fresh.opened("Before", record="$2", members=["fatma"]), fresh.dossiers()
    item = dossiers.items.page(card.number).items[0]
    dossiers.items.change(card.number, item.id, before=1, why="the call")
    dossiers.items.change(card.number, item.id, why="the second call")
    event = dossiers.work.add(card.number, EventDraft(start="2026-03-01", zone="UTC", words="a call"))
    dossiers.work.remove(card.number, Kind.EVENT, event.id, why="a mistake")
    versions = dossiers.history(card.number, kind=Kind.ITEM, thing=item.id).versions
    assert [(each.version, each.said["before"], each.said["why"]) for each in versions] == [
        (3, 1, "the second call"),
        (2, 1, "the call"),
        (1, 0, "opened from it"),
    ]
    gone, was = dossiers.history(card.number, kind=Kind.EVENT).versions
    assert (gone.stands, gone.said, was.said["words"]) == (False, {"why": "a mistake"}, "a call")
    first = dossiers.history(card.number, limit=2)
    assert [each.kind for each in first.versions] == [Kind.EVENT, Kind.EVENT]
    assert dossiers.history(card.number, before=first.cursor, limit=1).versions == versions[:1]
    fresh.suspect("$2")
    assert not [each for each in dossiers.history(card.number).versions if each.kind is Kind.ITEM]
    assert len(fresh.dossiers("fatma").history(card.number, kind=Kind.ITEM).versions) == 3


def test_what_a_withheld_message_shows_is_not_seen_and_not_lost(fresh: Office) -> None:
    card, work = fresh.opened("Hidden", members=["fatma"]), fresh.dossiers().work
    work.add(card.number, EventDraft(start="2026-03-01", zone="UTC", words="a call", record=fresh.number("$2")))
    both = [fresh.number("$1"), fresh.number("$2")]
    guess = work.add(card.number, HypothesisDraft(words="Ben calls", supporting=both))
    fresh.suspect("$2")
    assert work.chronology(card.number) == []
    (seen,) = work.hypotheses(card.number)
    assert seen.supporting == (fresh.number("$1"),)
    draft = HypothesisDraft(words="Ben called", state=HypothesisState.SUPPORTED, supporting=[fresh.number("$1")])
    work.change(card.number, guess.id, draft)
    (whole,) = fresh.dossiers("fatma").work.hypotheses(card.number)
    assert isinstance(whole, Hypothesis)
    assert (whole.words, whole.supporting) == ("Ben called", tuple(both))
    assert len(fresh.dossiers("fatma").work.chronology(card.number)) == 1


def test_a_document_is_kept_by_its_digest(office: Office) -> None:
    card, documents = office.opened("Documents", members=["paul"]), office.dossiers().documents
    item = documents.add(card.number, "report.pdf", iter([b"a report", b" of two pieces"]), why="from the port")
    digest = hashlib.sha256(b"a report of two pieces").hexdigest()
    assert (item.kind, item.sha256, item.size, item.name) == (ItemKind.DOCUMENT, digest, 22, "report.pdf")
    _, file = office.dossiers("paul").documents.read(card.number, item.id)
    assert file.read_bytes() == b"a report of two pieces"
    assert file.name == digest
    with pytest.raises(ConflictError, match="in the dossier already"):
        documents.add(card.number, "again.pdf", [b"a report of two pieces"])
    with pytest.raises(NotFoundError):
        office.dossiers("ivan").documents.read(card.number, item.id)
    steps = {step.name: step.ok for step in office.of("maud").verify()}
    assert steps["Documents"]
    assert office.audit("document_taken")[1].details == {"dossier": card.reference, "sha256": digest, "bytes": 22}


WRONG: dict[str, tuple[type[UndersealError], str, Callable[[Dossiers, str], object]]] = {
    "a reversed interval": (
        CallerError,
        "reversed or empty",
        lambda d, n: d.work.add(n, EventDraft(start="2026-03-02", end="2026-03-01", zone="UTC", words="x")),
    ),
    "no words": (CallerError, "Nothing is said", lambda d, n: d.work.add(n, TaskDraft(words=" "))),
    "no member": (CallerError, "no member", lambda d, n: d.work.add(n, TaskDraft(words="x", assignee="ivan"))),
    "no record": (
        NotFoundError,
        "no record 99",
        lambda d, n: d.work.add(n, HypothesisDraft(words="x", supporting=[99])),
    ),
    "no such task": (NotFoundError, "no such task", lambda d, n: d.work.change(n, "7", TaskDraft(words="x"))),
    "a path": (CallerError, "like a path", lambda d, n: d.documents.add(n, "../../etc/passwd", [b"x"])),
    "a path of another system": (CallerError, "like a path", lambda d, n: d.documents.add(n, "C:\\x.pdf", [b"x"])),
    "a hidden file": (CallerError, "like a path", lambda d, n: d.documents.add(n, ".bashrc", [b"x"])),
    "nothing in it": (CallerError, "document is empty", lambda d, n: d.documents.add(n, "x.pdf", [])),
    "too large": (CallerError, "more than 100,000,000", lambda d, n: d.documents.add(n, "x", [bytes(10**7)] * 11)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_kept(office: Office, name: str) -> None:
    kind, words, deed = WRONG[name]
    card = office.opened("Wrong")
    register = office.investigation.casework.dossiers
    before, files = register.history([card.head.id]), _files(office)
    with pytest.raises(kind, match=words):
        deed(office.dossiers(), card.number)
    assert register.history([card.head.id]) == before
    assert _files(office) == files


def _files(office: Office) -> set[str]:
    return {str(file) for file in office.investigation.workspace.documents.rglob("*") if file.is_file()}
