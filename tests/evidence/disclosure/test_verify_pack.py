"""The verifier of packs: whatever is changed is found and named, by whoever signs."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from underseal.core.crypto import SigningKey
from underseal.core.verify import Outcome, Report, verify, verify_file
from underseal.evidence.identity import Draft as Claim

from .quay import ADA, AUTHORITY, Quay, lines_of, make_quay, payload_of, sign_again

PLACES = 1_000
"""Places of the pack that are changed, one after the other."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Quay:
    """A quay with a pack in it that has something of everything."""
    quay = make_quay(tmp_path_factory.mktemp("whole"))
    quay.keys("LATE", [quay.senders["cas"].key(index=1)])
    quay.investigation.release(workers=1)
    dossier = quay.dossier("$a8", "$a9", "$b1", "$c0", "$open")
    evidence = [{"kind": "message", "record": quay.number("$a9")}]
    claim = Claim(
        account=ADA, name="Ada", start="unknown", end="unknown", zone="UTC", grade="weak", supporting=evidence
    )
    quay.case().attributions.claim(claim)
    quay.disclosure().redact(dossier, quay.number("$b1"), "sender", why="a third party")
    quay.disclosure().hold_back(dossier, quay.number("$b2"), why="protects a source")
    quay.pack(dossier, since=1)
    quay.pack(dossier, "pack.zip", since=1, zipped=True)
    quay.investigation.close()
    return quay


@pytest.fixture
def pack(whole: Quay, tmp_path: Path) -> Path:
    """A copy of its pack."""
    return Path(shutil.copytree(whole.folder / "pack", tmp_path / "pack"))


def fault(report: Report) -> str:
    assert report.outcome is not Outcome.VERIFIED, report.summary
    return report.steps[-1].detail


def test_a_changed_byte_in_a_thousand_places_is_found_and_named(pack: Path) -> None:
    chance = random.Random(20260309)  # noqa: S311  # places, not secrets
    files = sorted(path for path in pack.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    assert verify_file(pack).ok
    for _ in range(PLACES):
        (file,) = chance.choices(files, [size + 200 for size in sizes])
        data = file.read_bytes()
        at = chance.randrange(len(data))
        file.write_bytes(data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :])
        report = verify_file(pack)
        file.write_bytes(data)
        name = file.relative_to(pack).as_posix()
        told = fault(report)
        if name.endswith(".jsonl"):
            line = data.count(b"\n", 0, at) + 1
            assert f"{name}, line {line}" in told, (at, told)
        elif name != "pack.json":
            assert name in told, (at, told)
    assert verify_file(pack).ok


def test_a_changed_byte_of_a_zip_file_is_found_wherever_it_lies(whole: Quay) -> None:
    chance = random.Random(20260310)  # noqa: S311
    data = (whole.folder / "pack.zip").read_bytes()
    assert verify(data).ok
    for _ in range(100):
        at = chance.randrange(len(data))
        assert not verify(data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]).ok
    for changed in (data[:-1], data + b"\0", b"PK\x03\x04", data[: len(data) // 2]):
        assert not verify(changed).ok


def test_files_that_are_missing_or_were_added_are_named(pack: Path) -> None:
    (pack / "extra.txt").write_text("?", encoding="utf-8")
    (pack / "keys.json").unlink()
    told = fault(verify_file(pack))
    assert "'extra.txt' is not in the list" in told
    assert "keys.json is missing" in told


def test_a_link_is_no_file_of_a_pack(pack: Path, tmp_path: Path) -> None:
    outside = tmp_path / "keys.json"
    (pack / "keys.json").rename(outside)
    (pack / "keys.json").symlink_to(outside)
    assert "is a link" in fault(verify_file(pack))


def test_a_line_that_was_taken_out_or_doubled_is_named(pack: Path) -> None:
    file = pack / "messages.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert "messages.jsonl, line 3 was changed" in fault(verify_file(pack))
    file.write_bytes(b"".join(lines[:-1]))
    assert f"lines are missing after line {len(lines) - 1}" in fault(verify_file(pack))
    file.write_bytes(b"".join([*lines, lines[-1]]))
    assert f"messages.jsonl, line {len(lines) + 1} was changed" in fault(verify_file(pack))


@pytest.mark.parametrize("field", ["text", "sender", "time", "iso", "ciphertext", "message_key", "path", "row"])
def test_the_field_that_was_changed_is_named(pack: Path, field: str) -> None:
    lines = lines_of(pack)
    (line,) = (each for each in lines if each["event"] == "$a9")
    value = line[field]
    changed: Any = (
        value + 1
        if field == "time"
        else [*value[1:], value[0]]
        if field == "path"
        else ("BA"[value[0] == "B"] + value[1:])
    )
    if field == "iso":
        changed = value.replace("2026", "2025")
    line[field] = changed
    write_lines(pack, lines)
    told = fault(verify_file(pack))
    at = line["line"]
    named = "iso" if field == "time" else field
    assert f'messages.jsonl, line {at} was changed: field "{named}"' in told


def write_lines(pack: Path, lines: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for line in lines)
    (pack / "messages.jsonl").write_text(text, encoding="utf-8")


def change_line(event: str, **changes: object) -> Callable[[Path], None]:
    def change(pack: Path) -> None:
        lines = lines_of(pack)
        (line,) = (each for each in lines if each["event"] == event)
        line.update(changes)
        write_lines(pack, lines)

    return change


def change_json(name: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def changing(pack: Path) -> None:
        value = json.loads((pack / name).read_bytes())
        change(value)
        (pack / name).write_text(json.dumps(value), encoding="utf-8")

    return changing


def swap_lines(pack: Path) -> None:
    lines = lines_of(pack)
    lines[0], lines[1] = lines[1], lines[0]
    for at, line in enumerate(lines, 1):
        line["line"] = at
    write_lines(pack, lines)


def drop_audit_line(pack: Path) -> None:
    lines = (pack / "audit.jsonl").read_bytes().splitlines(keepends=True)
    (pack / "audit.jsonl").write_bytes(b"".join(lines[:-1]))


LIES: dict[str, tuple[Callable[[Path], None], str]] = {
    "another text": (change_line("$a9", text="something else"), '"text"'),
    "another sender": (change_line("$a9", sender="@somebody:else"), '"sender"'),
    "a text for what is locked": (change_line("$c0", text="something"), '"text"'),
    "no key": (change_line("$a9", message_key=None), "it opens 1 lines, not 2"),
    "no ciphertext": (change_line("$a9", ciphertext=None), '"ciphertext"'),
    "no record": (change_line("$a9", row=None), '"row"'),
    "an attachment": (
        change_line(
            "$a9", attached={"name": "a", "mime": "", "size": None, "sha256": "", "file": "", "state": "missing"}
        ),
        '"attached"',
    ),
    "a redaction that hides nothing": (
        change_line("$a9", redactions=[{"field": "text", "why": "w", "by": "b"}]),
        '"row"',
    ),
    "an item that is context": (change_line("$a9", item=False), "counts"),
    "another order": (swap_lines, "order of conversation"),
    "a session key from earlier on": (
        change_json("keys.json", lambda value: value["sessions"][0].update({"from": 3})),
        "keys.json, session 1",
    ),
    "more messages than a key opens": (
        change_json("keys.json", lambda value: value["sessions"][0].update({"opens": 9})),
        "it opens",
    ),
    "a used row that differs": (
        change_json("schedules/used.json", lambda value: value["rows"][0].update({"kind": "voice"})),
        "schedules/used.json, row 1",
    ),
    "a sensitive row that is gone": (
        change_json("schedules/sensitive.json", lambda value: value["rows"].clear()),
        '"sensitive"',
    ),
    "a redaction that is not told": (
        change_json("left_out.json", lambda value: value["redactions"].clear()),
        "left_out.json, redactions",
    ),
    "another release": (
        change_json("releases/release.json", lambda value: value.update({"key": "00" * 32})),
        "signature",
    ),
    "no entry of the audit": (drop_audit_line, "0 entries are of this disclosure"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_signer_who_lies_is_refuted(pack: Path, whole: Quay, lie: str) -> None:
    tell, words = LIES[lie]
    tell(pack)
    key = whole.investigation.workspace.signing_key
    sign_again(pack, key)
    assert words in fault(verify_file(pack))


def test_another_signer_is_refuted_whatever_they_sign(pack: Path, whole: Quay) -> None:
    other = SigningKey.generate()
    head = payload_of(pack)["head"]
    sign_again(pack, other, head=head | {"signer": other.public.hex})
    assert "signed by another key than the pack" in fault(verify_file(pack))
    trusted = whole.investigation.workspace.public_key.hex
    assert "not the key" in fault(verify_file(pack, trusted=trusted))


def test_what_is_no_pack_is_unreadable(tmp_path: Path) -> None:
    assert verify_file(tmp_path).outcome is Outcome.UNREADABLE
    (tmp_path / "pack.json").write_text("{", encoding="utf-8")
    assert verify_file(tmp_path).outcome is Outcome.UNREADABLE


def test_the_standalone_verifier_checks_a_pack_without_the_rest_of_the_project(whole: Quay) -> None:
    guard = (
        "import sys\n"
        "for name in ('vodozemac', 'pyarrow', 'tantivy', 'click', 'sqlalchemy', 'orjson', 'numpy'):\n"
        "    sys.modules[name] = None\n"
        "import runpy\n"
        "runpy.run_module('underseal.core.verify', run_name='__main__')\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            guard,
            str(whole.folder / "pack.zip"),
            "--key",
            whole.investigation.workspace.public_key.hex,
        ],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[3] / "src"),
            "PYTHONIOENCODING": "ascii",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "VERIFIED" in done.stdout
    assert AUTHORITY not in done.stderr
