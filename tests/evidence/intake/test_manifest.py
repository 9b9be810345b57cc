"""The list of an exhibit's files: its order, its digest, and what it notices."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.crypto import sha256_file
from underseal.errors import CallerError, IntegrityError
from underseal.evidence.casework import FileListDigest
from underseal.evidence.intake.manifest import FILE_NAME, Manifest, hash_files, prefix_sha256, walk


def _hash(root: Path, folder: Path) -> Manifest:
    return hash_files(root, folder, progress=lambda _done, _total: None)


@pytest.fixture
def exhibit(tmp_path: Path) -> Path:
    """A folder of some files."""
    root = tmp_path / "exhibit"
    for name in ("b", "a/c", "a-b", "a/deep/er/d"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def test_files_are_listed_in_the_order_of_their_paths_bytes(exhibit: Path, tmp_path: Path) -> None:
    manifest = _hash(exhibit, tmp_path)
    assert [file.path for file in manifest.listed()] == ["a-b", "a/c", "a/deep/er/d", "b"]
    assert (manifest.files, manifest.size, manifest.others) == (4, 18, 0)


@settings(max_examples=examples(30))
@given(names=st.sets(st.lists(st.sampled_from(["a", "a-", "a0", "é", "\udcff"]), min_size=1, max_size=3).map("/".join)))
def test_any_tree_is_walked_in_order(tmp_path_factory: pytest.TempPathFactory, names: set[str]) -> None:
    root = tmp_path_factory.mktemp("tree")
    made: set[str] = set()
    for name in sorted(names):
        file = root / f"{name}.file"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        made.add(f"{name}.file")
    assert [path for path, _, _ in walk(root)] == sorted(made, key=os.fsencode)


def test_a_tree_of_any_depth_is_walked(tmp_path: Path) -> None:
    depth = 1_200
    folders = [os.open(tmp_path, os.O_RDONLY)]
    for _ in range(depth):
        os.mkdir("d", dir_fd=folders[-1])
        folders.append(os.open("d", os.O_RDONLY, dir_fd=folders[-1]))
        if len(folders) > 2:
            os.close(folders.pop(1))
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=folders[-1]))
    os.close(folders.pop())
    try:
        ((path, _, _),) = walk(tmp_path)
        assert path.count("/") == depth
    finally:  # what tidies up after the tests goes down by recursion
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)
        os.close(folders.pop())


def test_the_digest_is_that_of_the_register(exhibit: Path, tmp_path: Path) -> None:
    manifest, digest = _hash(exhibit, tmp_path), FileListDigest()
    for file in manifest.listed():
        assert file.sha256 == sha256_file(exhibit / file.path).sha256
        digest.add(file)
    assert manifest.sha256 == digest.digest()
    assert Manifest.load(exhibit, tmp_path) == manifest


def test_a_file_alone_is_listed_under_its_name(exhibit: Path, tmp_path: Path) -> None:
    assert [file.path for file in _hash(exhibit / "b", tmp_path).listed()] == ["b"]


@pytest.mark.parametrize("change", ["write", "remove", "add", "replace by a link", "replace by a folder"])
def test_every_change_is_noticed(exhibit: Path, tmp_path: Path, change: str) -> None:
    manifest = _hash(exhibit, tmp_path)
    manifest.verify()
    file = exhibit / "a" / "c"
    if change == "write":
        file.write_text("x/x")
    elif change == "add":
        (exhibit / "z").touch()
    else:
        file.unlink()
        if change == "replace by a link":
            file.symlink_to(exhibit / "b")
        elif change == "replace by a folder":
            file.mkdir()
    with pytest.raises(IntegrityError, match="z" if change == "add" else "a/"):
        manifest.verify()


def test_a_change_that_was_undone_is_noticed(exhibit: Path, tmp_path: Path) -> None:
    manifest = _hash(exhibit, tmp_path)
    (exhibit / "b").write_text("B")
    (exhibit / "b").write_text("b")
    with pytest.raises(IntegrityError, match="b was written to"):
        manifest.verify()


def test_a_change_that_hides_its_time_is_noticed(exhibit: Path, tmp_path: Path) -> None:
    manifest = _hash(exhibit, tmp_path)
    times = (exhibit / "b").stat()
    (exhibit / "b").write_text("B")
    os.utime(exhibit / "b", ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(IntegrityError, match="b was written to"):
        manifest.verify()


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    with pytest.raises(CallerError, match="holds no file"):
        _hash(tmp_path / "empty", tmp_path)


@pytest.mark.parametrize("damage", [b"\xff", b"{}", b"[]\n", b'{"path": "x"}\n'])
def test_a_damaged_list_is_told(exhibit: Path, tmp_path: Path, damage: bytes) -> None:
    _hash(exhibit, tmp_path)
    (tmp_path / FILE_NAME).write_bytes(damage)
    with pytest.raises(IntegrityError, match="missing or damaged"):
        Manifest.load(exhibit, tmp_path)


def test_the_digest_of_a_beginning_is_that_of_the_bytes(exhibit: Path, tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"ab")
    (tmp_path / "long").write_bytes(b"abcd")
    assert prefix_sha256(tmp_path / "long", 2) == sha256_file(tmp_path / "short").sha256
    assert prefix_sha256(exhibit / "b", 9) == sha256_file(exhibit / "b").sha256
