"""From the captured bytes to the line on the screen: the seven steps of every record, each with its digest."""

from collections.abc import Mapping
from dataclasses import dataclass

from underseal.core.records import Verdict

WORDS: Mapping[str, str] = {
    Verdict.OPENED: "Decrypted with a room key that the investigation holds.",
    Verdict.CLEAR: "Was never encrypted.",
    Verdict.NO_KEY: "Locked: no exhibit holds the room key.",
    Verdict.KEY_TOO_LATE: "Locked: the key that is held begins at a later message.",
    Verdict.BAD_MAC: "Its sender signed it, but no key held fits: the message or the key is damaged (authentication code).",
    Verdict.BAD_SIGNATURE: "The sender's device did not sign these bytes: changed or damaged.",
    Verdict.REPLAYED: "The same ciphertext position was used before: a replay.",
    Verdict.MALFORMED: "Not a well-formed encrypted message.",
}
"""What each verdict means, in a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceStep:
    """One step.

    Attributes:
        name: what it is about. words: a sentence. facts: (name, value) pairs.
        digest: lowercase hex SHA-256 that fixes this step, None where it has none.
    """

    name: str
    words: str
    facts: tuple[tuple[str, str], ...]
    digest: str | None


def steps(
    record: Mapping[str, object],
    *,
    exhibit: Mapping[str, str],
    file_sha256: str | None,
    leaf: str,
    release: int,
    root: str,
    signer: str,
) -> list[ProvenanceStep]:
    """Describe the way of a record.

    Args:
        record: a row of `RECORDS`. exhibit: "title", "custodian", "taken", "sha256" of its exhibit, and "package", "handling",
            "warning" of one that is a partner's package.
        file_sha256: digest of the file that it lies in. leaf: hex leaf hash.
        release, root, signer: number, Merkle root and public key of the release looked at.
    """
    return [
        _step("Exhibit", "What was seized or received, as registered.", exhibit.get("sha256"),
              number=record["exhibit"], title=exhibit.get("title"), custodian=exhibit.get("custodian"),
              taken=exhibit.get("taken"), package=exhibit.get("package"), handling=exhibit.get("handling"),
              warning=exhibit.get("warning")),
        _step("File", "Hashed before it was read; never written to.", file_sha256, path=record["file"] or "(one file)"),
        _step("Place", "The captured bytes of this record inside the file.", _hex(record["source_sha256"]),
              **{str(record["unit"]): record["row"]}, event=record["event"], clock=record["clock"],
              **{"time as found": record["time_found"] or record["time"]}),
        _sealed(record),
        _key(record),
        _plain(record),
        _step("Release", "Signed with every other record; the proof shows it without showing them.", root,
              release=release, record=record["number"], leaf=leaf, **{"signed by": signer}),
    ]  # fmt: skip


def _sealed(record: Mapping[str, object]) -> ProvenanceStep:
    if record["ciphertext_sha256"] is None:
        return _step("Ciphertext", "There is none: the record was captured in clear.", None)
    signature = {"valid": "The sending device's signature is valid.", "invalid": "The signature is not valid."}
    return _step(
        "Ciphertext",
        signature.get(str(record["signature"]), "The signature could not be checked."),
        _hex(record["ciphertext_sha256"]),
        algorithm=record["algorithm"],
        session=record["session"],
        index=record["index"],
        device=record["device"],
    )


def _key(record: Mapping[str, object]) -> ProvenanceStep:
    words, spoilt = WORDS.get(str(record["verdict"]), ""), record["verdict"] == Verdict.BAD_MAC
    return _step(
        "Key",
        words,
        None,
        verdict=record["verdict"],
        reason=record["reason"],
        key=record["key"],
        **{"key from exhibit": record["key_exhibit"], "tried with" if spoilt else "opened with": record["tool"]},
    )


def _plain(record: Mapping[str, object]) -> ProvenanceStep:
    words = "The bytes that the cipher gave." if record["raw_sha256"] is not None else "The text as it was captured."
    if record["verdict"] not in {Verdict.OPENED, Verdict.CLEAR}:
        words = "Nothing to read."
    return _step("Content", words, _hex(record["raw_sha256"]), kind=record["kind"], copy_of=record["copy_of"])


def _step(name: str, words: str, digest: str | None, **facts: object) -> ProvenanceStep:
    shown = tuple((key.replace("_", " "), str(value)) for key, value in facts.items() if value not in (None, ""))
    return ProvenanceStep(name=name, words=words, facts=shown, digest=digest or None)


def _hex(value: object) -> str | None:
    return value.hex() if isinstance(value, bytes) else None
