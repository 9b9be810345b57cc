"""What the filter team has destroyed is gone from the workspace, and all else is as it was: answers, proofs, releases."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from staffed import AUTHORITY
from underseal.core.crypto import SigningKey
from underseal.core.ledger import SignedDocument, parse_strict, sign_document
from underseal.core.verify import verify
from underseal.errors import ConflictError, IntegrityError, NotFoundError, RefusedError, UndersealError
from underseal.evidence.authority import NOTHING, Quarantine, Scope
from underseal.evidence.investigation import Investigation
from underseal.evidence.privilege import Named
from underseal.evidence.store import View
from underseal.evidence.store.destroy import Doomed, rewrite
from underseal.evidence.store.destroyed import FILE
from underseal.evidence.store.destructions import DOCUMENT
from underseal.evidence.store.withheld import marks_of
from underseal.evidence.workspace import Workspace

from .chambers import CLIENT, FRIEND, LAWYER, NARROW, USERS, Chambers, make_chambers
from .left import indexes_with, where
from .reading import read_everything
from .test_as_if_not_there import NOBODY, Row, _numbered, corpora, published, quarantines, scopes, view_of

SECRETS = ["what do I say about the parrot", "nothing at all about the parrot", "the parrot flies at noon"]
"""What is said to or by the lawyer."""

WORDS = [secret.encode() for secret in SECRETS]


def confirmed(chambers: Chambers, named: Named | None = None) -> int:
    named = named or Named(account=LAWYER)
    chambers.privilege("ines").suspect(named, why="counsel", authority=AUTHORITY)
    return chambers.privilege("fatma").confirm(named, why="the bar confirms it", authority=AUTHORITY)[0].number


def destroy(chambers: Chambers, decision: int) -> None:
    destroying = chambers.of("fatma").destroying
    words = destroying.preview(decision, authority=AUTHORITY).words
    destroying.destroy(decision, confirm=words, authority=AUTHORITY, purpose="the bar asked for it")


def faults(chambers: Chambers) -> list[str]:
    return [f"{step.name}: {step.detail}" for step in chambers.of("fatma").verify() if not step.ok]


@pytest.fixture(scope="module")
def destroyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chambers]:
    """Chambers whose lawyer's messages were destroyed, with a release before and one after; not to be changed."""
    folder = tmp_path_factory.mktemp("destroyed")
    chambers = make_chambers(folder)
    chambers.take("BR-2", [("$6", "2026-03-04T10:00:00Z", "!pier", FRIEND, CLIENT, "a parrot of its own")])
    destroy(chambers, confirmed(chambers))
    yield chambers
    chambers.investigation.close()


@pytest.fixture
def copied(destroyed: Chambers, tmp_path: Path) -> Iterator[Chambers]:
    """A copy of it, to be tampered with."""
    shutil.copytree(destroyed.folder / "workspace", tmp_path / "workspace")
    with Investigation(Workspace.open(tmp_path / "workspace"), user="") as investigation:
        yield Chambers(folder=tmp_path, investigation=investigation)


def test_the_preview_says_what_would_go_and_nothing_goes(chambers: Chambers) -> None:
    found = chambers.of("fatma").destroying.preview(confirmed(chambers), authority=AUTHORITY)
    assert (found.records, found.attachments, found.exhibits) == (3, {"removed": 0, "kept": 0}, ["BR-1"])
    assert found.words == "destroy 3 records of decision 2"
    assert len(chambers.found(user="fatma")) == 5
    root = chambers.investigation.workspace.root
    assert not (root / "destructions").exists()
    # What the test below looks for is found as long as it is there.
    assert where(root, WORDS) == {"segments/r0001-0000-0/records.parquet, decoded"}
    assert indexes_with(root, SECRETS) == {"segments/r0001-0000-0/text"}


def test_no_plaintext_is_left_anywhere_in_the_workspace(destroyed: Chambers) -> None:
    assert destroyed.found(user="ines")  # which leaves an index in the cache of what is withheld
    root = destroyed.investigation.workspace.root
    assert (where(root, WORDS), indexes_with(root, SECRETS)) == (set(), set())
    assert "destructions/0001/segments/r0001-0000-0/records.parquet, decoded" in where(root, [b"which parrot"])
    assert indexes_with(root, ["which parrot"]) == {"destructions/0001/segments/r0001-0000-0/text"}


def test_it_is_shown_to_nobody_and_all_else_is_as_it_was(destroyed: Chambers) -> None:
    for user in ("ines", "fatma", "maud"):
        assert destroyed.found(user=user) == ["$4", "$5", "$6"]
        assert [each.id for each in destroyed.case(user).conversations()] == ["!pier", "!group"]
        for number in (0, 2, 3):
            with pytest.raises(NotFoundError):
                destroyed.case(user).record(number)
            with pytest.raises(RefusedError if user == "fatma" else NotFoundError):
                destroyed.case(user).prove(number)
    (group,) = (each for each in destroyed.case("fatma").conversations() if each.id == "!group")
    assert (group.messages, group.members) == (1, (CLIENT, FRIEND))
    assert destroyed.found(user="ines") == [
        text
        for text in destroyed.case("ines", release=2).search("parrot").rows.column("event").to_pylist()[::-1]
        if text
    ]


def test_releases_and_proofs_still_verify_and_say_how_much_is_gone(destroyed: Chambers) -> None:
    steps = {step.name: step for step in destroyed.of("ines").verify()}
    assert [step.name for step in steps.values() if not step.ok] == []
    assert steps["Destruction 1"].detail == "3 records destroyed under decision 2, digest kept"
    assert "of 3 the digest alone is kept" in steps["Records of segment r0001-0000-0"].detail
    assert [step.name for step in destroyed.of("ines").verify(1) if not step.ok] == []
    for event in ("$4", "$5", "$6"):
        case = destroyed.case("ines")
        assert verify(case.prove(case.find(event)), trusted=destroyed.investigation.workspace.public_key.hex).ok
    assert verify(destroyed.of("ines").prove_consistency(1, 2)).ok


def test_the_receipt_is_signed_and_its_digests_are_in_the_release(destroyed: Chambers) -> None:
    receipt = destroyed.of("fatma").destroying.receipt(1, authority=AUTHORITY)
    report = verify(receipt, trusted=destroyed.investigation.workspace.public_key.hex)
    assert report.ok
    assert report.summary.startswith("3 records destroyed under decision 2, digests kept")
    assert "originals of 'BR-1' lie outside" in report.summary
    payload = json.loads(json.loads(receipt)["payload"])
    assert [record["number"] for record in payload["records"]] == [0, 2, 3]
    assert not any(word in receipt.decode() for word in ("lawyer", "office", "parrot"))
    payload["records"][0]["leaf"] = payload["records"][1]["leaf"]
    forged = verify(sign_document(payload, SigningKey.generate()).to_bytes())
    assert not forged.ok
    assert "digests of what was destroyed are in the release" in forged.summary


def test_the_audit_has_it_before_it_is_done(destroyed: Chambers) -> None:
    (entry,) = destroyed.audit("erased")
    (document,) = destroyed.of("fatma").destroying.documents(authority=AUTHORITY)
    assert (entry.user, entry.authority, entry.purpose) == ("fatma", AUTHORITY, "the bar asked for it")
    assert dict(entry.details) == {
        "destruction": 1, "decision": 2, "records": 3, "attachments": 0, "keys": 0, "sha256": document.sha256,
    }  # fmt: skip


def test_what_was_destroyed_stays_so_whatever_is_decided_later(copied: Chambers) -> None:
    copied.privilege("fatma").release(Named(account=LAWYER), why="no privilege after all", authority=AUTHORITY)
    for user in ("ines", "fatma"):
        assert copied.found(user=user) == ["$4", "$5", "$6"]
    assert faults(copied) == []


def test_taken_in_again_it_is_released_without_its_content(copied: Chambers) -> None:
    again = [
        ("$1", "2026-03-01T10:00:00Z", "!office", CLIENT, LAWYER, SECRETS[0]),
        ("", "2026-03-02T10:00:00Z", "!group", FRIEND, f"{CLIENT};{LAWYER}", SECRETS[2]),
        ("$7", "2026-03-05T10:00:00Z", "!office", CLIENT, LAWYER, "another parrot for the lawyer"),
        ("$8", "2026-03-05T10:01:00Z", "!pier", CLIENT, FRIEND, "a parrot for a friend"),
    ]
    copied.take("BR-3", again)
    copied.privilege("fatma").release(Named(account=LAWYER), why="no privilege after all", authority=AUTHORITY)
    assert copied.found(user="fatma") == ["$4", "$5", "$6", "$7", "$8"]
    assert where(copied.investigation.workspace.root, WORDS) == set()
    assert faults(copied) == []
    copied.privilege("fatma").confirm(Named(account=LAWYER), why="it is, after all", authority=AUTHORITY)
    destroy(copied, copied.privilege("fatma").decisions(authority=AUTHORITY)[-1].number)
    assert copied.found(user="fatma") == ["$4", "$5", "$6", "$8"]
    assert where(copied.investigation.workspace.root, [*WORDS, b"for the lawyer"]) == set()
    assert faults(copied) == []
    assert len(copied.of("fatma").destroying.documents(authority=AUTHORITY)) == 2


def test_a_message_is_destroyed_alone_and_one_that_was_given_back_stays(chambers: Chambers) -> None:
    single = confirmed(chambers, Named(record=chambers.number("$5")))
    destroy(chambers, single)
    assert chambers.found(user="fatma") == ["$1", "$2", "$3", "$4"]
    account = confirmed(chambers)
    filtering = chambers.privilege("fatma")
    filtering.release(Named(record=chambers.number("$3")), why="said in public", authority=AUTHORITY)
    destroy(chambers, account)
    assert chambers.found(user="fatma") == chambers.found() == ["$3", "$4"]
    assert faults(chambers) == []


REFUSED: dict[str, tuple[type[UndersealError], str, Callable[[Chambers], object]]] = {
    **{
        f"by {user}": (
            RefusedError,
            "does not allow this",
            lambda c, user=user: c.of(user).destroying.destroy(  # type: ignore[misc]
                2, confirm="destroy 3 records of decision 2", authority=AUTHORITY
            ),
        )
        for user in USERS
        if user != "fatma"
    },
    "without authority": (
        RefusedError,
        "No authority",
        lambda c: c.of("fatma").destroying.destroy(2, confirm="", authority=""),
    ),
    "unknown": (
        NotFoundError,
        "no decision 9",
        lambda c: c.of("fatma").destroying.preview(9, authority=AUTHORITY),
    ),
    "superseded": (
        ConflictError,
        "decision 2 came after it",
        lambda c: c.of("fatma").destroying.preview(1, authority=AUTHORITY),
    ),
    "other words": (
        ConflictError,
        "in these words: destroy 3 records of decision 2",
        lambda c: c.of("fatma").destroying.destroy(2, confirm="yes", authority=AUTHORITY),
    ),
    "outside the authority": (
        RefusedError,
        "2 of the records lie outside the scope of the authority BR-2026/18",
        lambda c: c.of("fatma").destroying.destroy(2, confirm="destroy 3 records of decision 2", authority=NARROW),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_it_destroys_nothing(chambers: Chambers, name: str) -> None:
    confirmed(chambers)
    error, words, deed = REFUSED[name]
    with pytest.raises(error, match=words):
        deed(chambers)
    assert not list((chambers.investigation.workspace.root / "destructions").glob("*"))
    assert len(chambers.found(user="fatma")) == 5
    assert not [entry for entry in chambers.audit("erased") if "failed" not in entry.details]


def test_only_what_is_confirmed_is_destroyed_once_and_nothing_may_wait(chambers: Chambers) -> None:
    chambers.privilege("ines").suspect(Named(account=LAWYER), why="counsel", authority=AUTHORITY)
    with pytest.raises(ConflictError, match="decision 1 is suspected, not confirmed"):
        chambers.of("fatma").destroying.preview(1, authority=AUTHORITY)
    chambers.privilege("fatma").confirm(Named(account=LAWYER), why="it is", authority=AUTHORITY)
    release = chambers.investigation.releases.latest()
    chambers.stage("BR-2", [("$6", "2026-03-04T10:00:00Z", "!pier", FRIEND, CLIENT, "a parrot of its own")])
    with pytest.raises(ConflictError, match="taken in of BR-2 is not released yet"):
        destroy(chambers, 2)
    chambers.of("ines").release(workers=1)
    assert chambers.investigation.releases.latest() != release
    destroy(chambers, 2)
    with pytest.raises(ConflictError, match="Nothing is left to destroy under decision 2"):
        chambers.of("fatma").destroying.preview(2, authority=AUTHORITY)


def test_another_process_that_has_it_open_shows_it_no_more(chambers: Chambers) -> None:
    decision = confirmed(chambers)
    other = chambers.reopened()
    reading = other.case("fatma")
    rows = next(reading.pages("parrot", limit=5)).rows
    assert (rows.num_rows, len(reading.conversations())) == (5, 3)
    destroy(chambers, decision)
    assert other.found(user="fatma") == ["$4", "$5"]
    assert [each.id for each in reading.conversations()] == ["!pier", "!group"]
    with pytest.raises(NotFoundError):
        reading.record(0)


def test_what_a_killed_release_has_left_is_cleared_away_first(chambers: Chambers) -> None:
    decision = confirmed(chambers)
    stray = chambers.investigation.workspace.segments / "r0002-0000-0"
    shutil.copytree(stray.with_name("r0001-0000-0"), stray)
    with pytest.raises(ConflictError, match="A release was interrupted"):
        destroy(chambers, decision)
    assert chambers.of("ines").release(workers=1) is None
    left = chambers.investigation.workspace.root / "staging" / "BR-9"
    left.mkdir()
    (left / "part-00000.parquet").write_bytes(WORDS[0])  # of an intake that was stopped and has to begin anew
    destroy(chambers, decision)
    assert where(chambers.investigation.workspace.root, WORDS) == set()


def test_a_destruction_that_was_not_written_to_its_end_is_cleared_away(copied: Chambers) -> None:
    aside = copied.investigation.workspace.destructions / ".new-0002"
    aside.mkdir()
    (aside / DOCUMENT).write_bytes(_document(copied).read_bytes()[:-9])
    copied.investigation.settle()
    assert not aside.exists()
    assert faults(copied) == []


# --- what is not as it was signed --------------------------------------------------------------------------------------


def _segment(chambers: Chambers) -> Path:
    return chambers.investigation.workspace.destructions / "0001" / "segments" / "r0001-0000-0"


def _document(chambers: Chambers) -> Path:
    return chambers.investigation.workspace.destructions / "0001" / DOCUMENT


def _resigned(chambers: Chambers, change: Callable[[dict[str, object]], object]) -> None:
    """Change the document and sign it again, as whoever has the key could."""
    payload = json.loads(SignedDocument.from_json(parse_strict(_document(chambers).read_bytes())).payload)
    change(payload)
    _document(chambers).write_bytes(sign_document(payload, chambers.investigation.workspace.signing_key).to_bytes())


def _forget(chambers: Chambers) -> None:
    shutil.rmtree(chambers.investigation.workspace.destructions)


def _restore(chambers: Chambers) -> None:
    shutil.copytree(_segment(chambers), chambers.investigation.workspace.segments / "r0001-0000-0")


def _flip(chambers: Chambers) -> None:
    file = _segment(chambers) / FILE
    file.write_bytes(file.read_bytes()[:-1] + b"\0")


def _unnamed(payload: dict[str, object]) -> None:
    records = payload["records"]
    assert isinstance(records, list)
    del records[0]


TAMPERED: dict[str, tuple[str, Callable[[Chambers], object]]] = {
    "the documents are gone": ("destruction 1 is in the audit and not here", _forget),
    "the old segment is back": ("segments/r0001-0000-0 is still there", _restore),
    "a kept digest was changed": ("destruction 1 does not name it with its digest", _flip),
    "the document was changed": (
        "signature does not fit",
        lambda c: _document(c).write_bytes(_document(c).read_bytes().replace(b"BR-2026/17", b"BR-2026/18")),
    ),
    "a digest was taken out and signed again": (
        "leads? to the root",
        lambda c: _resigned(c, _unnamed),
    ),
    "a list of others": (
        "list of destroyed rows is that of others",
        lambda c: (_segment(c) / FILE).write_bytes(b"\xff" * 48),
    ),
    "another decision was signed": (
        "the audit does not know destruction 1",
        lambda c: _resigned(c, lambda payload: payload.update(decision=3)),
    ),
    "another segment was signed": (
        "not from what was signed",
        lambda c: _resigned(c, lambda payload: payload["segments"][0].update(was="0" * 64)),  # type: ignore[index]
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_is_tampered_with_is_named(copied: Chambers, name: str) -> None:
    words, deed = TAMPERED[name]
    deed(copied)
    found = "; ".join(faults(copied.reopened()))
    assert re.search(words, found), found


def test_a_row_that_lost_its_content_without_a_document_is_named(chambers: Chambers) -> None:
    segment = chambers.investigation.workspace.segments / "r0001-0000-0"
    doomed = confirmed(chambers)
    copy = make_copy(chambers)
    destroy(copy, doomed)
    shutil.rmtree(segment)
    shutil.copytree(_segment(copy), segment)
    found = "; ".join(faults(chambers.reopened()))
    assert "segment.json was changed" in found
    assert "is destroyed, and there is no destruction 1" in found


def make_copy(chambers: Chambers) -> Chambers:
    root = chambers.folder / "copy"
    shutil.copytree(chambers.investigation.workspace.root, root)
    return Chambers(folder=root, investigation=Investigation(Workspace.open(root), user=""))


def test_a_damaged_workspace_is_not_destroyed_in(chambers: Chambers) -> None:
    decision = confirmed(chambers)
    file = chambers.investigation.workspace.segments / "r0001-0000-0" / "records.parquet"
    rows = pq.read_table(file)
    place = rows.schema.get_field_index("text")
    pq.write_table(rows.set_column(place, rows.schema.field(place), [["x"] * len(rows)]), file)
    with pytest.raises(IntegrityError):
        destroy(chambers, decision)
    assert not list(chambers.investigation.workspace.destructions.glob("*"))


# --- the store ---------------------------------------------------------------------------------------------------------


@settings(max_examples=6)
@given(parts=corpora, quarantine=quarantines, scope=scopes)
def test_destroyed_rows_answer_as_withheld_ones_do(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[Row]], quarantine: Quarantine, scope: Scope
) -> None:
    shelf = published(tmp_path_factory, _numbered(parts))
    assert shelf is not None
    release = shelf.releases.latest()
    assert release is not None
    expected = read_everything(view_of(shelf, quarantine or NOBODY, scope))
    segments = [shelf.pool.get(entry) for entry in release.segments]
    for segment, rows in zip(segments, marks_of(quarantine, segments), strict=True):
        if rows.any():
            folder = shelf.root / "destructions" / "0001" / "segments" / segment.entry.id
            rewrite(Doomed(segment=segment, rows=rows), destruction=1, folder=folder)
            shutil.rmtree(segment.folder)
    got = read_everything(view_of(shelf, NOBODY, scope))
    for way, found in expected.items():
        assert got[way] == found, way
    assert isinstance(view_of(shelf, NOTHING, scope), View)
