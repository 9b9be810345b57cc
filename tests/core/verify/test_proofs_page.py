"""The page on proofs is enough to write another verifier: the one printed on it judges as ours does."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from underseal.core.crypto import SigningKey
from underseal.core.ledger import Json, canonical, inclusion_path, leaf_hash, merkle_root, sign_document, subset_path
from underseal.core.verify import verify_file

PAGE = Path(__file__).parents[3] / "docs" / "formats" / "proofs.md"
PAGES = ("reward.md", "attribution.md", "destruction.md", "disclosure-pack.md", "transfer.md", "recall.md")
"""Pages of other formats."""

KEY = SigningKey.generate()


def proof_of(number: int, size: int) -> dict[str, object]:
    raw = b'{"body":"hello"}'
    record = canonical({"number_of": number, "raw_sha256": hashlib.sha256(raw).hexdigest()})
    leaves = [leaf_hash(record if at == number else b"{}") for at in range(size)]
    release: dict[str, Json] = {
        "format": "underseal/release/1",
        "number": 1,
        "size": size,
        "root": merkle_root(leaves).hex(),
    }
    return {
        "format": "underseal/inclusion-proof/1",
        "record": record.decode(),
        "number": number,
        "path": [step.hex() for step in inclusion_path(number, size, lambda a, b: merkle_root(leaves[a:b]))],
        "release": sign_document(release, KEY).to_json(),
        "raw": "eyJib2R5IjoiaGVsbG8ifQ==",
    }


def test_the_printed_verifier_judges_as_ours(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    (tmp_path / "printed.py").write_text(program)
    file = tmp_path / "proof.json"
    true = [proof_of(number, size) for number, size in ((0, 1), (0, 2), (6, 7), (5, 11), (1023, 1025), (1024, 1025))]
    false = [{**true[3], "number": 4}, {**true[3], "raw": "eA=="}, {**true[3], "release": true[4]["release"]}]
    for proof, expected in [*((proof, True) for proof in true), *((proof, False) for proof in false)]:
        file.write_text(json.dumps(proof))
        printed = subprocess.run(
            [sys.executable, str(tmp_path / "printed.py"), str(file), KEY.public.hex], capture_output=True, check=False
        )
        assert (printed.stdout == b"verified\n") is expected, printed.stderr
        assert verify_file(file, trusted=KEY.public.hex).ok is expected


def test_the_pages_name_every_format() -> None:
    text = PAGE.read_text() + "".join(PAGE.with_name(name).read_text() for name in PAGES)
    core = Path(__file__).parents[3] / "src" / "underseal" / "core"
    files = [*(core / "ledger").rglob("*.py"), *(core / "verify").rglob("*.py")]
    named = {name for file in files for name in re.findall(r'"(underseal/[a-z-]+/\d)"', file.read_text())}
    assert named
    assert [name for name in sorted(named) if name not in text] == []


def test_the_page_on_destructions_is_exact_enough_to_fold_a_path() -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(11)]
    gone = [2, 3, 7, 10]
    path = subset_path(gone, 11, lambda start, end: merkle_root(leaves[start:end]))

    def fold(start: int, end: int) -> bytes:
        if not any(start <= number < end for number in gone):
            return path.pop(0)
        if end - start == 1:
            return leaves[start]
        middle = start + max(2**power for power in range(9) if 2**power < end - start)
        return hashlib.sha256(b"\x01" + fold(start, middle) + fold(middle, end)).digest()

    assert fold(0, 11) == merkle_root(leaves)
    assert path == []
