"""The standalone verifier: a true proof passes, anything else is refuted or unreadable, and the failing step is named."""

import base64
import copy
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.crypto import SigningKey
from underseal.core.ledger import (
    Json,
    Ledger,
    canonical,
    consistency_path,
    inclusion_path,
    leaf_hash,
    merkle_root,
    sign_document,
)
from underseal.core.verify import Outcome, Report, verify, verify_file
from underseal.core.verify.__main__ import main
from underseal.errors import CallerError

KEY = SigningKey.generate()
OTHER = SigningKey.generate()
TRUSTED = KEY.public.hex

CIPHERTEXT, RAW = b"\x03\x08\x00ciphertext", b'{"body":"hello"}'
RECORD = canonical(
    {
        "sender": "@k7q2mx:harbour",
        "text": "h\u00e9llo",
        "ciphertext_sha256": hashlib.sha256(CIPHERTEXT).hexdigest(),
        "raw_sha256": hashlib.sha256(RAW).hexdigest(),
    }
)
LEAVES = [leaf_hash(RECORD if number == 5 else b"{}") for number in range(11)]


def subtree(start: int, end: int) -> bytes:
    return merkle_root(LEAVES[start:end])


def release(size: int, *, key: SigningKey = KEY, **changes: Json) -> dict[str, str]:
    payload: dict[str, Json] = {
        "format": "underseal/release/1",
        "number": size,
        "workspace": "harbour",
        "size": size,
        "root": merkle_root(LEAVES[:size]).hex(),
    }
    return sign_document({**payload, **changes}, key).to_json()


INCLUSION: dict[str, Any] = {
    "format": "underseal/inclusion-proof/1",
    "record": RECORD.decode(),
    "number": 5,
    "path": [step.hex() for step in inclusion_path(5, 11, subtree)],
    "release": release(11),
    "ciphertext": base64.b64encode(CIPHERTEXT).decode(),
    "raw": base64.b64encode(RAW).decode(),
}
CONSISTENCY: dict[str, Any] = {
    "format": "underseal/consistency-proof/1",
    "old": release(6),
    "new": release(11),
    "path": [step.hex() for step in consistency_path(6, 11, subtree)],
}
PROOFS: dict[str, dict[str, Any]] = {"inclusion": INCLUSION, "consistency": CONSISTENCY, "document": release(11)}
kinds = st.sampled_from(sorted(PROOFS))


def file_of(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def failed_step(report: Report) -> str:
    """Return the name of the one failing step, the last."""
    assert not report.ok
    assert [step.ok for step in report.steps] == [True] * (len(report.steps) - 1) + [False]
    assert report.steps[-1].detail
    assert report.exit_code == (2 if report.outcome is Outcome.UNREADABLE else 1)
    return report.steps[-1].name


@pytest.mark.parametrize("kind", sorted(PROOFS))
@pytest.mark.parametrize("trusted", [TRUSTED, TRUSTED.upper(), None], ids=["lower", "upper", "none"])
def test_a_true_proof_is_verified(kind: str, trusted: str | None) -> None:
    report = verify(file_of(PROOFS[kind]), trusted=trusted)
    assert report.outcome is Outcome.VERIFIED, report
    assert report.exit_code == 0
    assert all(step.ok for step in report.steps)
    assert report.signers == (TRUSTED,)
    assert report.signer_compared is (trusted is not None)
    assert ("compare it with one you trust" in report.summary) is (trusted is None)


def test_every_step_says_what_it_found_with_its_digest() -> None:
    report = verify(file_of(INCLUSION), trusted=TRUSTED)
    assert [step.name for step in report.steps] == [
        "The file can be read",
        "The file has the form of a proof",
        "The release is signed",
        "Who signed the release",
        "The record belongs to the release",
        "The encrypted message is the record's",
        "The decrypted message is the record's",
    ]
    details = [step.detail for step in report.steps]
    assert hashlib.sha256(INCLUSION["release"]["payload"].encode()).hexdigest() in details[2]
    assert TRUSTED in details[3]
    assert leaf_hash(RECORD).hex() in details[4]
    assert merkle_root(LEAVES).hex() in details[4]
    assert hashlib.sha256(CIPHERTEXT).hexdigest() in details[5]
    assert hashlib.sha256(RAW).hexdigest() in details[6]
    assert report.summary.startswith("Record #5 belongs to release 11, unchanged.")


def test_another_signer_is_refuted() -> None:
    for proof in PROOFS.values():
        report = verify(file_of(proof), trusted=OTHER.public.hex)
        assert failed_step(report).startswith("Who signed the ")
        assert report.outcome is Outcome.REFUTED


@pytest.mark.parametrize("trusted", ["", "ab", "zz" * 32, TRUSTED + "00"], ids=["empty", "short", "letters", "long"])
def test_a_trusted_key_that_is_no_key_is_the_callers_fault(trusted: str) -> None:
    with pytest.raises(CallerError, match="64 hexadecimal digits"):
        verify(file_of(INCLUSION), trusted=trusted)


def without(proof: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in proof.items() if key != name}


@pytest.mark.parametrize(
    ("proof", "step"),
    [
        ({**INCLUSION, "record": '{"text":"other"}'}, "The record belongs to the release"),
        ({**INCLUSION, "record": "no json"}, "The record belongs to the release"),
        ({**INCLUSION, "number": 4}, "The record belongs to the release"),
        ({**INCLUSION, "number": 11}, "The record belongs to the release"),
        ({**INCLUSION, "path": INCLUSION["path"][1:]}, "The record belongs to the release"),
        ({**INCLUSION, "path": []}, "The record belongs to the release"),
        ({**INCLUSION, "release": release(10)}, "The record belongs to the release"),
        ({**INCLUSION, "release": release(11, format="underseal/other/1")}, "The record belongs to the release"),
        ({**INCLUSION, "release": release(11, root=None)}, "The record belongs to the release"),
        ({**INCLUSION, "release": release(11, number="one")}, "The record belongs to the release"),
        ({**INCLUSION, "release": {**release(11), "key": OTHER.public.hex}}, "The release is signed"),
        ({**INCLUSION, "ciphertext": ""}, "The encrypted message is the record's"),
        ({**INCLUSION, "raw": base64.b64encode(b"other").decode()}, "The decrypted message is the record's"),
        (
            {**CONSISTENCY, "old": release(6, root=merkle_root(LEAVES[1:7]).hex())},
            "The new state keeps everything of the old one",
        ),
        ({**CONSISTENCY, "old": release(11), "new": release(6)}, "The new state keeps everything of the old one"),
        ({**CONSISTENCY, "old": release(6, key=OTHER)}, "Both states are of one chain"),
        ({**CONSISTENCY, "old": release(6, workspace="other")}, "Both states are of one chain"),
        ({**CONSISTENCY, "new": release(11, format="underseal/x/1")}, "Both states are of one chain"),
        ({**INCLUSION, "saw": INCLUSION["raw"]}, "The file has the form of a proof"),
        ({**INCLUSION, "path": "x"}, "The file has the form of a proof"),
        ({**INCLUSION, "number": True}, "The file has the form of a proof"),
        ({**INCLUSION, "release": None}, "The file has the form of a proof"),
        (without(INCLUSION, "path"), "The file has the form of a proof"),
        ({**INCLUSION, "format": "underseal/inclusion-proof/2"}, "The file has the form of a proof"),
        ({**INCLUSION, "format": 7}, "The file has the form of a proof"),
        ([], "The file has the form of a proof"),
        (None, "The file has the form of a proof"),
        ({**INCLUSION, "number": 5.0}, "The file can be read"),
    ],
)
def test_the_failing_step_is_named(proof: object, step: str) -> None:
    assert failed_step(verify(file_of(proof))) == step


def test_a_record_that_names_no_ciphertext_does_not_prove_one() -> None:
    leaf = leaf_hash(b"{}")
    proof = {
        **INCLUSION,
        "record": "{}",
        "number": 0,
        "path": [],
        "release": release(1, root=leaf.hex()),
    }
    assert failed_step(verify(file_of(proof))) == "The encrypted message is the record's"
    assert verify(file_of(without(without(proof, "raw"), "ciphertext"))).ok


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"\x89PNG\r\n", "not UTF-8"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"format":' * 200_000, "nested too deep"),
        (b'{"number":' + b"9" * 100_000 + b"}", "beyond 2**53"),
        (b'{"a":1,"a":2}', "'a' twice"),
        (file_of(INCLUSION)[:-1] + b',"number":5}', "'number' twice"),
        (b'{"a":"\\ud800"}', "half of a character"),
        (b"\xef\xbb\xbf" + file_of(INCLUSION), "not JSON"),
    ],
)
def test_what_is_no_json_of_one_meaning_is_unreadable(data: bytes, words: str) -> None:
    report = verify(data)
    assert failed_step(report) == "The file can be read"
    assert words in report.summary


def test_deep_nesting_inside_signed_text_is_refuted() -> None:
    for payload in ("[" * 200_000, '{"format":"x","a":' + "[" * 500 + "]" * 500 + "}"):
        document = {"payload": payload, "signature": KEY.sign(payload.encode()).hex(), "key": TRUSTED}
        assert failed_step(verify(file_of(document))) == "The document is signed"
    deep = {**INCLUSION, "record": "[" * 200_000}
    assert failed_step(verify(file_of(deep))) == "The record belongs to the release"


def same(left: object, right: object) -> bool:
    """JSON equality: 1 is not true, and 1.0 is not 1."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


@settings(max_examples=examples(400), deadline=None)
@given(kind=kinds, seed=st.integers(0, 2**32))
def test_no_flipped_bit_is_verified(kind: str, seed: int) -> None:
    data = bytearray(json.dumps(PROOFS[kind], indent=1, ensure_ascii=False).encode())
    bit = random.Random(seed).randrange(len(data) * 8)  # noqa: S311 - spread evenly, which a drawn integer is not
    data[bit // 8] ^= 1 << bit % 8
    report = verify(bytes(data), trusted=TRUSTED)
    try:
        unchanged = same(json.loads(data), PROOFS[kind])
    except ValueError:
        unchanged = False
    if unchanged:
        assert report.ok
    else:
        assert failed_step(report)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        yield from places(inner, (*path, key))


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> object:
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("00" * 32),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=examples(400), deadline=None)
@given(kind=kinds, data=st.data(), new=json_values)
def test_no_changed_value_is_verified(kind: str, data: st.DataObject, new: object) -> None:
    place = data.draw(st.sampled_from(list(places(PROOFS[kind]))))
    changed = replaced(PROOFS[kind], place, new)
    report = verify(json.dumps(changed).encode(), trusted=TRUSTED)
    assert report.ok is same(changed, PROOFS[kind])
    if not report.ok:
        assert failed_step(report)


@settings(max_examples=examples(200), deadline=None)
@given(payload=st.dictionaries(st.sampled_from(["format", "size", "root", "number", "workspace"]), json_values))
def test_whatever_is_truly_signed_never_crashes(payload: dict[str, object]) -> None:
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    document = {"payload": text.decode(), "signature": KEY.sign(text).hex(), "key": TRUSTED}
    for proof in (document, {**INCLUSION, "release": document}, {**CONSISTENCY, "old": document}):
        report = verify(file_of(proof), trusted=TRUSTED)
        assert report.summary
        if proof is not document:
            assert failed_step(report)


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_crash_it(data: bytes) -> None:
    assert failed_step(verify(data)) in ("The file can be read", "The file has the form of a proof")


def test_the_proof_of_a_ledger_is_verified(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "ledger", KEY, name="audit")
    ledger.append({"act": "one"})
    old = ledger.checkpoint()
    ledger.append_many([{"act": "more"}] * 6)
    proof = ledger.consistency_proof(old)
    assert verify(canonical(proof), trusted=TRUSTED).summary.startswith(
        "All 1 entries of the old state are in the new one, unchanged and in place; 6 were added."
    )
    other = Ledger.create(tmp_path / "other", KEY, name="licences")
    swapped: dict[str, Json] = {**proof, "old": other.checkpoint().document.to_json()}
    assert failed_step(verify(canonical(swapped))) == "Both states are of one chain"
    assert verify_file(tmp_path / "ledger" / "checkpoint.json", trusted=TRUSTED).ok


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", tmp_path / "missing.csv"):
        assert failed_step(verify_file(path)) == "The file can be read"


@pytest.fixture
def proof_file(tmp_path: Path) -> Callable[[object], str]:
    def write(value: object) -> str:
        path = tmp_path / "proof.json"
        path.write_bytes(file_of(value))
        return str(path)

    return write


def test_the_command_prints_and_exits(proof_file: Callable[[object], str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([proof_file(INCLUSION), "--key", TRUSTED]) == 0
    text = capsys.readouterr().out
    assert text.isascii()
    assert text.count("ok    ") == 7
    assert "VERIFIED. Record #5 belongs to release 11, unchanged. Signed by the key that you trust." in " ".join(
        text.split()
    )

    assert main([proof_file({**INCLUSION, "number": 4})]) == 1
    text = capsys.readouterr().out
    assert "FAILED  The record belongs to the release" in text
    assert "REFUTED" in text

    assert main([proof_file({})]) == 2
    assert "UNREADABLE" in capsys.readouterr().out


def test_the_command_speaks_json(proof_file: Callable[[object], str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([proof_file(CONSISTENCY), "--json"]) == 0
    told = cast("dict[str, object]", json.loads(capsys.readouterr().out))
    assert told["outcome"] == "verified"
    assert told["signers"] == [TRUSTED]
    assert told["signer_compared"] is False
    assert told == verify(file_of(CONSISTENCY)).to_json()


def test_a_wrong_command_exits_with_2(proof_file: Callable[[object], str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([proof_file(INCLUSION), "--key", "nonsense"])
    assert left.value.code == 2
    assert "64 hexadecimal digits" in capsys.readouterr().err


def test_foreign_text_reaches_the_terminal_only_as_ascii(
    proof_file: Callable[[object], str], capsys: pytest.CaptureFixture[str]
) -> None:
    main([proof_file({**INCLUSION, "\u202e\x1b[31m": 1})])
    main([proof_file({"format": "\u202e\x1b[31m"})])
    main([proof_file(sign_document({"format": "\u202e\x1b[31m"}, KEY).to_json())])
    text = capsys.readouterr().out
    assert text.isascii()
    assert "\x1b" not in text
