import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.crypto import SigningKey
from underseal.core.ledger import merkle_root, parse_strict
from underseal.core.verify import verify_file
from underseal.errors import IntegrityError
from underseal.evidence.store import (
    Draft,
    Paths,
    Release,
    Releases,
    SegmentPool,
    Tree,
    build,
    diff,
    hide,
    prove_consistency,
    prove_record,
    publish,
    sweep,
    verify_release,
)
from underseal.evidence.store.leaves import leaf_hashes

from .rows import ROWS, decided

KEY = SigningKey.generate()
TAME = settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])


class Shelf:
    """A store of its own, without the rest of a workspace."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.segments = root / "segments"
        self.segments.mkdir(parents=True)
        (root / "releases").mkdir()
        self.releases = Releases(root / "releases", KEY.public)

    @property
    def pool(self) -> SegmentPool:
        return SegmentPool(self.segments, self.releases.folder)

    def publish(self, *parts: Sequence[Mapping[str, object]], hidden: Sequence[int] = ()) -> Release:
        latest = self.releases.latest()
        number = latest.number + 1 if latest else 1
        aside = self.root / f"aside-{number}"
        aside.mkdir()
        files = []
        for part_number, rows in enumerate(parts):
            files.append(aside / f"{part_number}.parquet")
            pq.write_table(decided(rows), files[-1])
        published = [self.pool.get(entry) for entry in latest.segments] if latest else []
        built = build(
            [[file] for file in files],
            first=latest.size if latest else 0,
            stem=f"r{number:04d}",
            aside=aside,
            published=published,
            workers=1,
        )
        made = hide(hidden, release=latest, pool=self.pool, aside=aside / "hidden") if latest else []
        draft = Draft(
            reason="test", created="2026-01-01T00:00:00Z", workspace="w", built=built, aside=aside, hidden=made
        )
        return publish(draft, releases=self.releases, segments=self.segments, key=KEY)

    def faults(self, release: Release) -> list[str]:
        steps = verify_release(release, releases=self.releases, segments=self.segments)
        return [f"{step.name}: {step.detail}" for step in steps if not step.ok]


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


LOCKED = {"exhibit": "BR-1", "unit": "row", "time": 7, "kind": "sealed", "verdict": "no_key", "ciphertext": b"sealed"}
CLEAR = {"exhibit": "BR-1", "unit": "row", "time": 5, "kind": "text", "verdict": "clear", "text": "ahoy"}


@TAME
@given(parts=st.lists(ROWS, min_size=1, max_size=3))
def test_what_was_published_is_sound_and_complete(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[dict[str, object]]]
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    release = shelf.publish(*parts)
    assert shelf.faults(release) == []
    assert release.size == sum(map(len, parts))
    rows = Tree(release, shelf.pool).rows(0, release.size)
    assert merkle_root(leaf_hashes(rows)).hex() == release.root
    wanted = sorted((str(row["row"]), row["verdict"]) for part in parts for row in part)
    assert sorted((str(row["row"]), row["verdict"]) for row in rows.to_pylist()) == wanted


@TAME
@given(first=ROWS, second=ROWS, data=st.data())
def test_every_record_can_be_proved_and_every_release_extends_its_parent(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[dict[str, object]],
    second: list[dict[str, object]],
    data: st.DataObject,
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    old, new = shelf.publish(first), shelf.publish(second)
    number = data.draw(st.integers(0, new.size - 1))
    proof = shelf.root / "proof.json"
    proof.write_bytes(
        prove_record(number, releases=shelf.releases, release=new, pool=shelf.pool, ciphertext=None, raw=None)
    )
    assert verify_file(proof, trusted=KEY.public.hex).ok
    proof.write_bytes(prove_consistency(old, new, releases=shelf.releases, pool=shelf.pool))
    assert verify_file(proof, trusted=KEY.public.hex).ok


def test_paths_of_many_records_are_those_of_each(shelf: Shelf) -> None:
    rows = [CLEAR | {"row": number, "time": number} for number in range(2_500)]
    release = shelf.publish(rows[:1_500], rows[1_500:])
    tree, paths = Tree(release, shelf.pool), Paths(release, shelf.pool)
    leaves = leaf_hashes(tree.rows(0, release.size))
    for number in (0, 1, 1_023, 1_024, 1_499, 1_500, 2_047, 2_048, 2_431, 2_432, 2_498, 2_499, 7, 1_600):
        assert paths.inclusion(number) == tree.inclusion(number)
        assert paths.leaf(number) == leaves[number]


def test_a_later_key_hides_the_locked_record_in_the_new_release_only(shelf: Shelf) -> None:
    old = shelf.publish([CLEAR, LOCKED])
    locked = next(e.first for e in old.segments if e.locked)
    new = shelf.publish(
        [{**LOCKED, "verdict": "opened", "text": "ahoy", "supersedes": locked, "copy_of": None}], hidden=[locked]
    )
    assert dict(old.verdicts) == {"clear": 1, "no_key": 1}
    assert dict(new.verdicts) == {"clear": 1, "opened": 1}
    assert [(line.reason, line.count) for line in diff(old, new, releases=shelf.releases, pool=shelf.pool)] == [
        ("new key", 1)
    ]
    assert shelf.faults(new) == []
    assert shelf.faults(old) == []
    segment = next(shelf.pool.get(entry) for entry in new.segments if entry.locked)
    assert segment.index.searcher().num_docs == 0


def _files(root: Path) -> list[Path]:
    return sorted(p for p in (*root.glob("segments/**/*"), *root.glob("releases/0*/**/*")) if p.is_file())


@TAME
@given(data=st.data())
def test_one_flipped_bit_anywhere_is_found_and_its_file_named(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    old = shelf.publish([CLEAR, LOCKED] * 40)
    locked = next(e.first for e in old.segments if e.locked)
    shelf.publish(
        [{**LOCKED, "verdict": "opened", "text": "ahoy", "supersedes": locked, "copy_of": None}], hidden=[locked]
    )
    path = data.draw(st.sampled_from([p for p in _files(shelf.root) if p.stat().st_size and p.suffix != ".lock"]))
    content = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    again = Shelf.__new__(Shelf)
    again.root, again.segments = shelf.root, shelf.segments
    again.releases = Releases(shelf.root / "releases", KEY.public)
    if path.name == "manifest.json":
        with pytest.raises(IntegrityError, match="manifest"):
            again.releases.get(int(path.parent.name))
        return
    latest = again.releases.latest()
    assert latest is not None
    assert any(path.name in fault for fault in again.faults(latest))


def test_a_missing_and_a_surplus_file_are_named(shelf: Shelf) -> None:
    release = shelf.publish([CLEAR] * 3)
    (shelf.segments / release.segments[0].id / "blocks.bin").unlink()
    (shelf.segments / release.segments[0].id / "more").write_bytes(b"?")
    faults = " ".join(shelf.faults(release))
    assert "blocks.bin cannot be read" in faults
    assert "more is not listed" in faults


def test_a_torn_line_in_the_log_is_no_release_and_is_swept_away(shelf: Shelf) -> None:
    shelf.publish([CLEAR])
    log = shelf.releases.folder / "log.jsonl"
    with log.open("ab") as file:
        file.write(b'{"number":2,"sha')
    (shelf.segments / "r0002-0000-0").mkdir()
    assert shelf.releases.numbers() == [1]
    assert sweep(releases=shelf.releases, segments=shelf.segments) == ["r0002-0000-0"]
    assert shelf.publish([CLEAR]).number == 2
    assert shelf.releases.numbers() == [1, 2]


def test_a_manifest_signed_by_somebody_else_is_refused(shelf: Shelf) -> None:
    shelf.publish([CLEAR])
    with pytest.raises(IntegrityError, match="trusted key"):
        Releases(shelf.releases.folder, SigningKey.generate().public).latest()


def test_copies_are_linked_and_none_is_dropped(shelf: Shelf) -> None:
    one = {**CLEAR, "event": "$a"}
    shelf.publish([one, {**one, "exhibit": "BR-2"}])
    release = shelf.publish([one], [one, {**CLEAR, "event": "$b"}])
    rows = Tree(release, shelf.pool).rows(0, release.size).to_pylist()
    assert [(row["event"], row["copy_of"]) for row in rows] == [
        ("$a", None),
        ("$a", 0),
        ("$a", 0),
        ("$a", 0),
        ("$b", None),
    ]


def test_a_copy_is_linked_where_one_of_the_two_stays_locked(shelf: Shelf) -> None:
    release = shelf.publish([{**LOCKED, "event": "$a"}, {**CLEAR, "event": "$b"}, {**CLEAR, "event": "$a"}])
    assert len(release.segments) == 2
    rows = Tree(release, shelf.pool).rows(0, release.size).to_pylist()
    originals = {row["number"] for row in rows if row["event"] == "$a" and row["copy_of"] is None}
    assert [row["copy_of"] for row in rows if row["event"] == "$a" and row["number"] not in originals] == [*originals]
    assert len(originals) == 1


KILLED = """
import os, sys
from pathlib import Path
sys.path[:0] = {path!r}
from store.test_release import CLEAR, Shelf
count = 0
def die(*arguments):
    global count
    count += 1
    if count == {step}:
        os.kill(os.getpid(), 9)
    return real(*arguments)
from underseal.core.crypto import SigningKey
module = sys.modules["underseal.evidence.store.publish"]
shelf = Shelf.__new__(Shelf)
shelf.root = Path({root!r})
shelf.segments = shelf.root / "segments"
from underseal.evidence.store import Releases
from store import test_release
test_release.KEY = SigningKey.load(shelf.root / "key", None)
shelf.releases = Releases(shelf.root / "releases", test_release.KEY.public)
real = module.sync
module.sync = die
shelf.publish([CLEAR] * 5)
"""


@pytest.mark.parametrize("step", range(1, 5))
def test_kill_9_while_publishing_leaves_the_old_release_or_the_new_one(shelf: Shelf, step: int) -> None:
    before = shelf.publish([CLEAR])
    KEY.save(shelf.root / "key", None)
    code = KILLED.format(path=[str(Path(__file__).parents[level]) for level in (1, 2)], root=str(shelf.root), step=step)
    done = subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ), capture_output=True)
    assert done.returncode == -9, done.stderr.decode()
    releases = Releases(shelf.releases.folder, KEY.public)
    latest = releases.latest()
    assert latest is not None
    assert latest.number in {before.number, before.number + 1}
    shelf.releases = releases
    assert shelf.faults(latest) == []
    sweep(releases=releases, segments=shelf.segments)
    for leftover in shelf.root.glob("aside-2*"):
        leftover.rename(shelf.root / "old")
    if latest.number == before.number:
        assert shelf.publish([CLEAR] * 5).number == before.number + 1


def test_a_manifest_reads_as_plain_json(shelf: Shelf) -> None:
    shelf.publish([CLEAR])
    document = parse_strict(shelf.releases.manifest(1))
    assert isinstance(document, dict)
    assert json.loads(str(document["payload"]))["size"] == 1
