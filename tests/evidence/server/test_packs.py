"""Packs in the server: one at a time, stopped on demand, and nothing left of what died."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest
from starlette.types import Message

from underseal.errors import ConflictError, InternalError, RefusedError
from underseal.evidence.disclosure import Selection
from underseal.evidence.disclosure.house import Counts, Made, Progress, Stage
from underseal.evidence.server.packs import Owner, Packs, PackState
from underseal.evidence.server.routes.disclosing import HandedOut

PAUL = Owner(dossier="0" * 16, user="paul", authority="BR-2026/17")
MAUD = Owner(dossier="0" * 16, user="maud", authority="BR-2026/17")


@dataclass(kw_only=True)
class Job:
    """Work that goes on when it is told to."""

    before: Callable[[], None] = lambda: None
    go: threading.Event = field(default_factory=threading.Event)
    discarded: list[Made] = field(default_factory=list)
    then: Callable[[], None] = lambda: None

    def make(self, file: Path, progress: Progress) -> Made:
        self.before()
        progress(Stage.READING, 0, 0)
        assert self.go.wait(60)
        progress(Stage.MESSAGES, 1, 2)
        self.then()
        file.write_bytes(b"a pack")
        counts = Counts(**dict.fromkeys(Counts.__slots__, 0))
        selection = Selection(dossier="AN.1", reference=PAUL.dossier, title="", items=frozenset())
        return Made(path=file, selection=selection, release=1, counts=counts, size=6, contents="00", key="00")

    def discard(self, made: Made) -> None:
        self.discarded.append(made)


@pytest.fixture
def outgoing(tmp_path: Path) -> Path:
    return tmp_path / "outgoing"


def refuse() -> None:
    raise RefusedError("Not you.")


def fall() -> None:
    raise ValueError("a secret")


def files(outgoing: Path) -> list[Path]:
    return [path for path in outgoing.rglob("*") if path.is_file()]


def test_one_is_made_of_a_dossier_at_a_time_and_one_waits_for_each(outgoing: Path) -> None:
    packs, work = Packs(outgoing), Job()
    pack = packs.start(PAUL, work, to="Mr Vos", at=1)
    assert packs.of_others(MAUD) is pack
    with pytest.raises(ConflictError, match="paul is having a pack made"):
        packs.start(MAUD, Job(), to="Mr Vos", at=2)
    work.go.set()
    assert pack.ended.wait(60)
    with pytest.raises(ConflictError, match="waits for you"):
        packs.start(PAUL, Job(), to="Mr Vos", at=3)
    assert (packs.find(PAUL), packs.find(MAUD)) == (pack, None)
    packs.remove(pack)
    assert (packs.find(PAUL), files(outgoing)) == (None, [])
    packs.close()


def test_what_is_not_wanted_any_more_is_stopped_and_leaves_nothing(outgoing: Path) -> None:
    packs, work = Packs(outgoing), Job()
    pack = packs.start(PAUL, work, to="Mr Vos", at=1)
    packs.remove(pack)
    assert packs.find(PAUL) is None
    work.go.set()
    assert pack.ended.wait(60)
    assert (pack.state, files(outgoing), work.discarded) == (PackState.FAILED, [], [])
    packs.close()


def test_what_is_stopped_when_the_audit_has_its_entry_is_discarded_in_the_audit_too(outgoing: Path) -> None:
    packs = Packs(outgoing)
    work = Job(then=lambda: packs.remove(pack))
    pack = packs.start(PAUL, work, to="Mr Vos", at=1)
    work.go.set()
    assert pack.ended.wait(60)
    assert ([made.contents for made in work.discarded], files(outgoing)) == (["00"], [])
    packs.close()


def test_who_may_not_is_told_at_once_and_a_later_failure_is_kept_without_its_words(outgoing: Path) -> None:
    packs = Packs(outgoing)
    with pytest.raises(RefusedError, match="Not you"):
        packs.start(PAUL, Job(before=refuse), to="Mr Vos", at=1)
    assert packs.find(PAUL) is None
    work = Job(then=fall)
    pack = packs.start(PAUL, work, to="Mr Vos", at=1)
    work.go.set()
    assert pack.ended.wait(60)
    assert isinstance(pack.error, InternalError)
    assert "secret" not in pack.error.message
    assert packs.find(PAUL) is pack
    assert files(outgoing) == []
    packs.close()


def test_a_pack_waits_no_longer_than_it_is_kept(outgoing: Path) -> None:
    packs, work = Packs(outgoing, kept=0), Job()
    pack = packs.start(PAUL, work, to="Mr Vos", at=1)
    work.go.set()
    assert pack.ended.wait(60)
    assert pack.timer is not None
    pack.timer.join(60)
    assert (packs.find(PAUL), files(outgoing)) == (None, [])
    packs.close()


@pytest.mark.parametrize("gone", [False, True])
def test_a_file_is_done_with_once_all_of_it_was_sent_to_somebody_who_was_there(tmp_path: Path, *, gone: bool) -> None:
    file, done = tmp_path / "pack.zip", []
    file.write_bytes(b"a pack")
    answer = HandedOut(file)
    answer.done = lambda: done.append(file)

    async def receive() -> Message:
        if not gone:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    sent = b""

    async def send(message: Message) -> None:
        nonlocal sent
        sent += message.get("body", b"")

    asyncio.run(answer({"type": "http", "method": "POST", "headers": [(b"range", b"bytes=0-1")]}, receive, send))
    assert bool(done) is not gone
    assert gone or sent == b"a pack"  # whatever range is asked for


DYING = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from server.test_packs import PAUL, Job
from underseal.evidence.server.packs import Packs
work = Job(then=lambda: (print("begun", flush=True), sys.stdin.read()))
work.go.set()
packs = Packs(Path({outgoing!r}))
packs.start(PAUL, work, to="Mr Vos", at=1).ended.wait()
"""


def test_kill_9_leaves_what_the_next_server_clears_and_nothing_of_a_living_one(outgoing: Path) -> None:
    living, work = Packs(outgoing), Job()
    work.go.set()
    assert living.start(PAUL, work, to="Mr Vos", at=1).ended.wait(60)
    code = DYING.format(path=[str(Path(__file__).parents[1])], outgoing=str(outgoing))
    dying = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert dying.stdout is not None
    assert dying.stdout.readline() == "begun\n"
    Packs(outgoing)
    assert len([*outgoing.iterdir()]) == 2
    dying.send_signal(signal.SIGKILL)
    dying.communicate()
    Packs(outgoing)
    assert [path.read_bytes() for path in files(outgoing)] == [b"a pack"]
    assert len([*outgoing.iterdir()]) == 1
    living.close()
    assert [*outgoing.iterdir()] == []
