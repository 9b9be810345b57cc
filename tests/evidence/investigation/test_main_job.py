"""The main job against what is true of the sample: everything that the keys open and nothing else, word for word."""

import json
from pathlib import Path

import pytest

from underseal.core.records import Secret
from underseal.errors import ConflictError, KeyFileError, NotFoundError, RefusedError
from underseal.evidence.investigation import create_investigation
from underseal.evidence.store import Tree

from .harbour import AUTHORITY, SAMPLE, Harbour, arrival, draft, main_job, take_keys

SPOKEN = {"text", "reply"}


def _records(harbour: Harbour) -> dict[str, dict[str, object]]:
    release = harbour.investigation.releases.latest()
    assert release is not None
    rows = Tree(release, harbour.investigation.pool).rows(0, release.size).to_pylist()
    superseded = {row["supersedes"] for row in rows}
    return {row["event"]: row for row in rows if row["event"] and row["number"] not in superseded}


def _assert_true(harbour: Harbour) -> None:
    found = _records(harbour)
    assert harbour.truth
    for line in harbour.truth:
        record = found[line["event_id"]]
        assert record["verdict"] == line["verdict"], line
        assert record["time"] == line["ts"], line
        assert record["sender"] == line["sender"], line
        assert record["conversation"] == line["room_id"], line
        if line["kind"] in SPOKEN:
            readable = line["verdict"] in {"opened", "clear"}
            assert record["text"] == (line["body"] if readable else None), line


def test_the_recorded_sample_opens_as_far_as_its_keys_reach_word_for_word(harbour: Harbour) -> None:
    _assert_true(harbour)


def test_a_fresh_sample_of_a_real_homeserver_does_too(small_harbour: Path, fresh: Path) -> None:
    done = main_job(small_harbour, fresh)
    with done.investigation:
        _assert_true(done)


def test_pictures_and_voices_of_opened_messages_are_held_under_their_digest(harbour: Harbour) -> None:
    rows = _records(harbour)
    spoken = [line for line in harbour.truth if line["kind"] in {"picture", "voice"}]
    states = {
        json.loads(str(rows[line["event_id"]]["media"]))["state"] for line in spoken if line["verdict"] == "opened"
    }
    assert states == {"opened"}
    for line in spoken:
        row = rows[line["event_id"]]
        if line["verdict"] in {"opened", "clear"}:
            media, path = harbour.case.media(int(str(row["number"])))
            assert path.stat().st_size == media.size
            assert media.mime


def test_edits_reactions_replies_and_redactions_stand_on_their_messages(harbour: Harbour) -> None:
    edits = reactions = replies = redactions = 0
    for summary in harbour.case.conversations():
        page = harbour.case.read(summary.id, limit=500)
        for line in harbour.case.lines(page.rows, in_conversation=True):
            edits += len(line.edits)
            reactions += sum(len(reaction.senders) for reaction in line.reactions)
            replies += line.reply is not None and line.reply.number is not None
            redactions += line.redaction is not None
    kinds = [line["kind"] for line in harbour.truth]
    readable = [line for line in harbour.truth if line["verdict"] in {"opened", "clear"}]
    assert reactions == kinds.count("reaction")
    assert redactions == kinds.count("redaction")
    assert edits == kinds.count("edit")  # a locked edit too: its relation stands in clear beside the ciphertext
    assert replies >= sum(line["kind"] == "reply" for line in readable)


def test_every_verdict_can_be_proved_without_the_workspace(harbour: Harbour) -> None:
    seen: set[str] = set()
    for event, record in _records(harbour).items():
        verdict = str(record["verdict"])
        if verdict not in seen:
            seen.add(verdict)
            assert harbour.case.check(int(str(record["number"]))).ok, event
    assert len(seen) == 8


def test_a_verification_finds_everything_sound(harbour: Harbour) -> None:
    assert [step.name for step in harbour.investigation.verify() if not step.ok] == []


def test_keys_that_come_later_open_what_was_locked_in_a_new_release(fresh: Path) -> None:
    with create_investigation(fresh, "Harbour") as investigation:
        investigation.authorities.add(draft(), user=investigation.user)
        investigation.take(SAMPLE / "capture", arrival("CAPTURE"), authority=AUTHORITY)
        first = investigation.release()
        assert first is not None
        assert "opened" not in first.verdicts
        take_keys(investigation, SAMPLE)
        last = investigation.release()
        assert last is not None
        _assert_true(Harbour(SAMPLE, investigation))
        assert {line.reason for line in investigation.diff(first.number, last.number)} == {"new key"}
        assert [step.name for step in investigation.verify() if not step.ok] == []
        old, new = (investigation.under(AUTHORITY, release=n) for n in (first.number, last.number))
        assert old.search("verdict:no_key").total > new.search("verdict:no_key").total
        assert old.search("").total == new.search("").total
        assert investigation.release() is None


def test_without_an_authority_nothing_is_read_and_the_refusal_is_in_the_audit(harbour: Harbour) -> None:
    with pytest.raises(RefusedError):
        harbour.investigation.under("").search("koffie")
    entry = harbour.investigation._audit.entries(limit=1)[0]
    assert entry.act == "refused"
    with pytest.raises(RefusedError):
        harbour.investigation.under("BR-0000/0").conversations()


def test_a_search_stands_in_the_audit_with_its_query_and_count(harbour: Harbour) -> None:
    page = harbour.case.search("koffie")
    entry = harbour.investigation._audit.entries(limit=1)[0]
    assert (entry.act, entry.details["query"], entry.details["count"]) == ("searched", "koffie", page.total)
    assert entry.authority == AUTHORITY


def test_what_is_out_of_scope_is_not_found_listed_or_counted(harbour: Harbour) -> None:
    room = harbour.case.conversations()[0].id
    number = "BR-2026/18"
    harbour.investigation.authorities.add(draft(number, rooms=[room]), user=harbour.investigation.user)
    narrow = harbour.investigation.under(number)
    assert [summary.id for summary in narrow.conversations()] == [room]
    assert narrow.search("").total == harbour.case.search(f'in:"{room}"').total
    other = harbour.case.conversations()[1].id
    with pytest.raises(NotFoundError):
        narrow.read(other)
    hit = harbour.case.search(f'in:"{other}"', limit=1).rows.column("number")[0].as_py()
    with pytest.raises(NotFoundError):
        narrow.record(hit)
    with pytest.raises(NotFoundError):
        narrow.prove(hit)


def test_an_exhibit_is_taken_in_once(harbour: Harbour) -> None:
    with pytest.raises(ConflictError):
        harbour.investigation.take(SAMPLE / "capture", arrival("CAPTURE"), authority=AUTHORITY)
    with pytest.raises(ConflictError):
        harbour.investigation.take(SAMPLE / "capture", arrival("AGAIN"), authority=AUTHORITY)


def test_a_wrong_passphrase_is_a_clear_error_and_nothing_else(fresh: Path) -> None:
    with create_investigation(fresh, "Harbour") as investigation:
        investigation.authorities.add(draft(), user=investigation.user)
        file = next((SAMPLE / "keys").glob("*-phone.txt"))
        with pytest.raises(KeyFileError):
            investigation.take(file, arrival("KEY"), authority=AUTHORITY, passphrase=Secret(b"wrong"))
        assert investigation.casework.exhibits.list() == ()
        assert list(investigation.workspace.keyring.iterdir()) == []
