"""The workspace of a defence: the same desk on what was disclosed, and an audit that it alone reads."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from passing import pass_to
from underseal.cli.main import group
from underseal.core.crypto import LetterboxKey, SigningKey
from underseal.core.records import Secret
from underseal.core.verify import verify_file
from underseal.errors import CallerError, ConflictError, IntegrityError, KeyFileError
from underseal.evidence.investigation import Investigation, create_investigation, open_investigation
from underseal.evidence.store import View

from .quay import AUTHORITY, Quay, arrival, draft, lines_of, payload_of
from .test_independent import program, run

__all__ = ["program"]

PASSPHRASE = "a long passphrase of counsel"
USER, PURPOSE, QUERY = "maitre.dupont", "the alibi of my client", "gate OR neverwritten"


@dataclass(frozen=True)
class Counsel:
    """A defence: the workspace, the file of its audit's key, and the pack."""

    workspace: Path
    key: Path
    pack: Path
    signer: str

    def run(self, *arguments: str, typed: str = PASSPHRASE) -> tuple[str, int]:
        """Run a command on the workspace; return what it prints, and its exit code."""
        done = CliRunner().invoke(
            group, [*arguments, "-w", str(self.workspace)], input=typed, standalone_mode=False, catch_exceptions=False
        )
        return done.stdout, done.return_value or 0

    def open(self, *, key: LetterboxKey | None = None) -> Investigation:
        return open_investigation(self.workspace, user=USER, audit_key=key)

    def opener(self) -> LetterboxKey:
        return LetterboxKey.load(self.key, Secret(PASSPHRASE.encode()))


def init(folder: Path, pack: Path, *words: str, typed: str = PASSPHRASE) -> str:
    arguments = ["defence", "init", str(folder), "--pack", str(pack), "--audit-passphrase-file", "-", *words]
    done = CliRunner().invoke(group, arguments, input=typed, standalone_mode=False, catch_exceptions=False)
    return done.stdout


@pytest.fixture(scope="module")
def disclosed(made: Quay, tmp_path_factory: pytest.TempPathFactory) -> Counsel:
    """A defence that got a dossier of the quay; not to be changed."""
    folder = tmp_path_factory.mktemp("defence")
    shutil.copytree(made.folder / "workspace", folder / "workspace")
    with open_investigation(folder / "workspace") as investigation:
        quay = Quay(folder=folder, investigation=investigation, senders=made.senders)
        dossier = quay.dossier("$a2", "$a7", "$a8", "$a9", "$c0", "$open", before=1, after=1)
        quay.disclosure().redact(dossier, quay.number("$a7"), "text", why="a third party")
        pack, signer = quay.pack(dossier, "pack.zip", zipped=True), investigation.workspace.public_key.hex
    said = init(folder / "defence", pack, "--key", signer)
    assert "Your right of access is the authority AN." in said
    assert f"signed by the key {signer}." in said
    return Counsel(folder / "defence", folder / "defence.audit-key", pack, signer)


@pytest.fixture
def counsel(disclosed: Counsel, tmp_path: Path) -> Counsel:
    """A copy of it."""
    workspace = Path(shutil.copytree(disclosed.workspace, tmp_path / "defence"))
    return Counsel(workspace, disclosed.key, disclosed.pack, disclosed.signer)


def test_the_desk_of_the_defence_has_what_was_disclosed_and_nothing_else(counsel: Counsel) -> None:
    with counsel.open() as investigation:
        (authority,) = investigation.authorities.list(user=USER)
        assert authority.legal_basis == "right of access to the disclosed material"
        assert (authority.scope.accounts, authority.scope.rooms, authority.scope.start) == (None, None, None)
        assert counsel.signer in authority.note
        assert investigation.privilege.rules() == ()  # its own letters to counsel are not withheld from it
        case = investigation.under(authority.number, purpose=PURPOSE)
        assert case.search('"box 2 stands"').total == 1
        assert case.search("verdict:no_key").total > 0
        redacted = case.record(case.find("$a7"))
        assert (redacted["text"], redacted["detail"]) == ("█████", "redacted by root: text (a third party)")
        release = investigation.releases.latest()
        assert release is not None
        assert all(step.ok for step in investigation.verify())


def test_nothing_of_a_search_is_in_any_byte_of_the_workspace(counsel: Counsel) -> None:
    with counsel.open() as investigation:
        (authority,) = investigation.authorities.list(user=USER)
        case = investigation.under(authority.number, purpose=PURPOSE)
        case.search(QUERY)
        case.record(case.find("$a2"))
    held = {path: path.read_bytes() for path in counsel.workspace.rglob("*") if path.is_file()}
    for secret in (USER, PURPOSE, QUERY, "neverwritten"):
        assert [path.name for path, data in held.items() if secret.encode() in data] == []
    with counsel.open(key=counsel.opener()) as investigation:
        entries = investigation.audit.page(limit=200).entries
    (searched,) = [entry for entry in entries if entry.act == "searched"]
    assert (searched.user, searched.purpose, searched.details["query"]) == (USER, PURPOSE, QUERY)
    assert {"workspace_created", "authority_added", "exhibit_taken", "intake_finished", "released"} <= {
        entry.act for entry in entries
    }


def test_without_the_key_the_audit_is_counted_and_checked(counsel: Counsel, tmp_path: Path) -> None:
    listed, _ = counsel.run("audit", "list")
    assert f"sealed for the key {counsel.opener().letterbox.hex}" in listed
    assert "numbers 0 to " in listed
    assert "workspace_created" not in listed
    assert "Sound: " in counsel.run("audit", "verify")[0]
    assert "Wrote " in counsel.run("audit", "export", str(tmp_path / "audit.jsonl"))[0]
    with counsel.open() as investigation:
        signer = investigation.workspace.public_key.hex
    assert verify_file(tmp_path / "audit.jsonl", trusted=signer).ok
    assert b"workspace_created" not in (tmp_path / "audit.jsonl").read_bytes()


def test_with_the_key_it_is_read(counsel: Counsel, tmp_path: Path) -> None:
    words = ("audit", "list", "--audit-key", str(counsel.key), "--audit-passphrase-file", "-")
    listed, _ = counsel.run(*words)
    assert "workspace_created" in listed
    assert "released" in listed
    with pytest.raises(KeyFileError, match="passphrase is wrong"):
        counsel.run(*words, typed="another")
    other = tmp_path / "other.audit-key"
    LetterboxKey.generate().save(other, Secret(PASSPHRASE.encode()))
    with pytest.raises(KeyFileError, match="not the key of the audit"):
        counsel.run("audit", "list", "--audit-key", str(other), "--audit-passphrase-file", "-")


def test_a_changed_entry_is_found_by_anyone(counsel: Counsel) -> None:
    file = counsel.workspace / "audit" / "entries.jsonl"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(IntegrityError, match="Entry"):
        counsel.run("audit", "verify")


def test_a_pack_of_another_signer_or_a_changed_one_makes_nothing(disclosed: Counsel, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"not the key .* that you trust"):
        init(tmp_path / "made", disclosed.pack, "--key", SigningKey.generate().public.hex)
    changed = tmp_path / "changed.zip"
    data = bytearray(disclosed.pack.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    with pytest.raises(IntegrityError, match="does not verify"):
        init(tmp_path / "made", changed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changed.zip"]


def test_the_key_does_not_lie_in_the_workspace_nor_under_an_empty_passphrase(
    disclosed: Counsel, tmp_path: Path
) -> None:
    with pytest.raises(CallerError, match="cannot lie in the workspace"):
        init(tmp_path / "made", disclosed.pack, "--audit-key", str(tmp_path / "made" / "key"))
    with pytest.raises(CallerError, match="empty"):
        init(tmp_path / "made", disclosed.pack, typed="\n")
    assert list(tmp_path.iterdir()) == []


def test_one_key_may_serve_for_several_workspaces(disclosed: Counsel, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="passphrase is wrong"):
        init(tmp_path / "made", disclosed.pack, "--audit-key", str(disclosed.key), typed="another")
    said = init(tmp_path / "made", disclosed.pack, "--audit-key", str(disclosed.key), "--name", "For the appeal")
    assert "For the appeal" in said
    with pytest.raises(ConflictError):
        init(tmp_path / "made", disclosed.pack, "--audit-key", str(disclosed.key))


def test_what_is_claimed_in_it_works_without_the_key(counsel: Counsel) -> None:
    with counsel.open() as investigation:
        assert investigation.book.state() is not None
        assert investigation.audit.page().sealed_for == counsel.opener().letterbox.hex


def test_the_keys_of_a_pack_open_what_was_locked_before(disclosed: Counsel, made: Quay, tmp_path: Path) -> None:
    """A partner force hands over a pack on messages that this house has captured, and could not open."""
    with create_investigation(tmp_path / "house", "House") as house:
        house.authorities.add(draft("BR-1"), user=house.user)
        house.take(made.folder / "A.jsonl", arrival("A"), authority="BR-1")
        first = house.release(workers=1)
        house.take(disclosed.pack, arrival("PACK"), authority="BR-1")
        second = house.release(workers=1)
        assert first is not None
        assert second is not None
        assert first.verdicts == {"clear": 1, "no_key": 16}
        rows = View(second, pass_to(), house.pool).of_events(["$a2"]).to_pylist()
    assert {(row["exhibit"], row["verdict"], row["key_exhibit"], row["text"]) for row in rows} == {
        ("A", "opened", "PACK", "box 2 stands at gate 2"),
        ("PACK", "opened", "PACK", "box 2 stands at gate 2"),
    }


def test_what_was_disclosed_is_disclosed_onward_with_its_keys(
    disclosed: Counsel, tmp_path: Path, program: Path
) -> None:
    """A partner force that got a pack hands some of it on."""
    with create_investigation(tmp_path / "house", "House") as investigation:
        house = Quay(folder=tmp_path, investigation=investigation)
        house.authority(AUTHORITY)
        investigation.take(disclosed.pack, arrival("PACK"), authority=AUTHORITY)
        assert investigation.release(workers=1) is not None
        onward = house.pack(house.dossier("$a2", "$a7", "$a9"), "onward")
        signer, number = investigation.workspace.public_key.hex, house.number("$a9")
    assert verify_file(onward, trusted=signer).ok
    with ZipFile(disclosed.pack) as got:
        got.extractall(tmp_path / "got")
    keys = {line["event"]: line["message_key"] for line in lines_of(tmp_path / "got")}
    handed = {line["event"]: line["message_key"] for line in lines_of(onward)}
    assert handed == {event: keys[event] for event in ("$a2", "$a7", "$a9")}
    counts = payload_of(onward)["counts"]
    assert (handed["$a7"], counts["message_keys"], counts["session_keys"]) == (None, 2, 1)
    assert run(program, onward, signer, number).stdout == "verified: box 9 stands at gate 9\n"
