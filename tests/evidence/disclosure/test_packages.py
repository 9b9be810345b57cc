"""Packages for partner forces: sent, taken in under their terms, recalled, and kept out of what leaves the other house."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from underseal.core.crypto import SigningKey
from underseal.core.ledger import SignedDocument, canonical, parse_strict, read_document, sign_document
from underseal.core.verify import verify, verify_file
from underseal.core.verify.disclosure.cover import HANDLING
from underseal.core.verify.recall import Recall
from underseal.errors import CallerError, ConflictError, IntegrityError, NotFoundError, RefusedError, UnreadableError
from underseal.evidence.audit import Act
from underseal.evidence.dossier import ExclusionDraft, ItemDraft, ItemKind, OpeningDraft, Source, SourceKind
from underseal.evidence.dossier.packages import Package, PackageDraft, PackageState
from underseal.evidence.dossier.terms import ConsentDraft, Leaving
from underseal.evidence.investigation import Consultation, Investigation, create_investigation
from underseal.evidence.investigation.dossier_packages import DossierPackages
from underseal.evidence.workspace import Workspace

from .quay import AUTHORITY, Quay, arrival, draft, everything, lines_of, make_quay, payload_of, sign_again

EXHIBIT: Final = "BKA-1"
ORDER: Final = PackageDraft(
    to="BKA Wiesbaden",
    basis="art. 7 of the agreement",
    handling=("h2", "H1"),
    note="ask us first",
    expires="2099-12-31",
)


def packages(investigation: Investigation) -> DossierPackages:
    return case(investigation).dossiers.packages


def case(investigation: Investigation) -> Consultation:
    return investigation.under(AUTHORITY, purpose="a test")


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quay]:
    """The house that sends; its dossier has a redacted, a sensitive and an excluded message."""
    quay = make_quay(tmp_path_factory.mktemp("sender"))
    with quay.investigation:
        yield quay


@pytest.fixture(scope="module")
def sent(sender: Quay) -> tuple[str, Package, Path]:
    """A dossier, the package that was made of it, and where that is."""
    dossier = sender.dossier("$a1", "$a2", "$a3", "$b1", "$open")
    disclosure, sources = sender.disclosure(), sender.case().dossiers.sources
    disclosure.redact(dossier, sender.number("$a2"), "text", why="a third party")
    disclosure.hold_back(dossier, sender.number("$a3"), why="a source")
    excluded = Source(kind=SourceKind.RECORD, value=str(sender.number("$b1")))
    sources.exclude(excluded, ExclusionDraft(decision="2026/K/1", judge="J. Maes", why="unlawful"))
    target = sender.folder / "package.zip"
    package, made = packages(sender.investigation).make(dossier, ORDER, target, zipped=True)
    assert made.contents == package.contents
    return dossier, package, target


@pytest.fixture(scope="module")
def received(sent: tuple[str, Package, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of who got it; not to be changed."""
    folder = tmp_path_factory.mktemp("receiver") / "workspace"
    with create_investigation(folder, "BKA") as made:
        made.authorities.add(draft(AUTHORITY), user=made.user)
        made.take(sent[2], arrival(EXHIBIT), authority=AUTHORITY)
        assert made.release(workers=1) is not None
    return folder


@pytest.fixture
def receiver(received: Path, tmp_path: Path) -> Iterator[Investigation]:
    """A copy of it."""
    workspace = Workspace.open(Path(shutil.copytree(received, tmp_path / "workspace")))
    with Investigation(workspace, user="root") as investigation:
        yield investigation


def dossier_of_all(receiver: Investigation) -> str:
    """Open a dossier that stands on all that came in clear, and on what was redacted."""
    dossiers = case(receiver).dossiers
    number = dossiers.open(OpeningDraft(title="From afar", offence="drugs", district="AN")).number
    release = receiver.releases.latest()
    assert release is not None
    clear = [record for record in range(release.size) if case(receiver).record(record)["verdict"] == "clear"]
    assert len(clear) > 1
    for record in clear:
        dossiers.items.add(number, ItemDraft(kind=ItemKind.MESSAGE, record=record))
    return number


def test_a_package_is_a_pack_whose_cover_is_signed_and_in_the_ledger(
    sender: Quay, sent: tuple[str, Package, Path]
) -> None:
    dossier, package, target = sent
    report = verify_file(target, trusted=sender.investigation.workspace.public_key.hex)
    assert report.ok, report.summary
    assert "handling H1, H2, until 2100-01-01T00:00:00.000+00:00" in report.summary
    assert package.number == f"{dossier}-P1"
    (listed,) = packages(sender.investigation).list(dossier)
    assert (listed.contents, listed.to, listed.state) == (package.contents, "BKA Wiesbaden", PackageState.SENT)
    (entry,) = sender.investigation._audit.entries(limit=1, act=Act.DISCLOSED)
    assert (entry.details["package"], entry.details["sha256"]) == (package.number, package.contents)


def test_what_a_disclosure_keeps_out_a_package_keeps_out(sender: Quay, sent: tuple[str, Package, Path]) -> None:
    package, pack = sender.folder / "package", sender.pack(sent[0], "disclosed")
    made, _ = packages(sender.investigation).make(sent[0], ORDER, package)
    assert made.number.endswith("-P2")
    assert lines_of(package) == lines_of(pack)
    assert (package / "left_out.json").read_bytes() == (pack / "left_out.json").read_bytes()
    for held_back in (b"box 2 stands", b"box 3 stands", b"who has box 1"):
        assert held_back not in everything(package)
    assert "package.json" not in {path.name for path in pack.iterdir()}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"receiver": "somebody else"}, "another receiver"),
        ({"handling": []}, "no list of codes|not a list of codes"),
        ({"handling": [{"code": "H1", "meaning": "do as you like"}]}, "another meaning"),
        ({"handling": [{"code": "H3", "meaning": HANDLING["H3"]}], "note": ""}, "no note"),
        ({"expires": "tomorrow"}, "no time with an offset"),
        ({"basis": ""}, "basis"),
        ({"more": "x"}, "unknown field"),
    ],
)
def test_a_cover_that_is_not_one_is_refuted_even_where_its_sender_signed_it(
    sender: Quay, sent: tuple[str, Package, Path], tmp_path: Path, change: dict[str, object], why: str
) -> None:
    pack = tmp_path / "pack"
    packages(sender.investigation).make(sent[0], ORDER, pack)
    cover = json.loads((pack / "package.json").read_bytes()) | change
    (pack / "package.json").write_bytes(canonical(cover) + b"\n")
    assert not verify_file(pack).ok
    sign_again(pack, sender.investigation.workspace.signing_key)
    with pytest.raises(AssertionError, match=why):
        assert verify_file(pack).ok, verify_file(pack).summary


def test_the_cover_stands_where_the_exhibit_is_shown(receiver: Investigation, sent: tuple[str, Package, Path]) -> None:
    (held,) = case(receiver).held_packages.list()
    assert (held.exhibit, held.cover.number, held.cover.handling) == (EXHIBIT, sent[1].number, ("H1", "H2"))
    facts = dict(case(receiver).provenance(0)[0].facts)
    assert facts["package"] == f"{sent[1].number} of Quay"
    assert facts["handling"] == "H1, H2; ask us first"
    assert "handling: H1, H2; ask us first" in receiver.casework.exhibits.custody(EXHIBIT)[-1].note


def test_a_package_that_may_be_held_no_longer_is_shown_with_a_warning_and_stays(receiver: Investigation) -> None:
    (held,) = case(receiver).held_packages.list()
    end = held.cover.expires_at
    assert end is not None
    assert (held.expired(end - 1), held.warning(end - 1)) == (False, "")
    assert held.expired(end)
    assert held.facts(end)["warning"] == f"expired on {held.cover.expires}: ask Quay, or take it out"
    assert held.keeps(Leaving.ONWARD) == "handling code H2"


def test_what_a_code_keeps_in_the_house_leaves_with_the_senders_consent_alone(
    receiver: Investigation, tmp_path: Path
) -> None:
    dossier = dossier_of_all(receiver)
    dossiers, held = case(receiver).dossiers, case(receiver).held_packages

    def disclosed() -> int:
        return dossiers.disclosure.preview(dossier, to="the defence").counts.used

    def onward() -> int:
        return dossiers.packages.preview(dossier, to="NCA").counts.used

    def allow(code: str, *, given: bool = True) -> None:
        held.consent(EXHIBIT, ConsentDraft(code=code, given=given, by="H. Sender", reference="letter 7"))

    assert (disclosed(), onward()) == (0, 0)
    (why,) = dossiers.disclosure.preview(dossier, to="the defence").exclusions
    assert (why.exhibit, why.judge, why.why) == (EXHIBIT, "Quay", HANDLING["H1"])
    with pytest.raises(RefusedError, match="handling code H1"):
        case(receiver).prove(0)
    allow("H2")
    assert disclosed() == 0
    assert onward() > 0
    made, _ = dossiers.packages.make(dossier, PackageDraft(to="NCA", basis="art. 1"), tmp_path / "onward")
    assert made.handling == ("H0", "H1")
    assert made.expires == held.list()[0].cover.expires
    assert "Holds material of package" in made.note
    with pytest.raises(ConflictError, match="allows that already"):
        allow("H2")
    allow("H1")
    assert disclosed() > 0
    assert verify(case(receiver).prove(0)).ok
    allow("H1", given=False)
    assert disclosed() == 0
    with pytest.raises(CallerError, match="No consent"):
        allow("H3")
    with pytest.raises(NotFoundError):
        held.consent("A", ConsentDraft(code="H1", given=True, by="x", reference="y"))


def test_a_package_is_recalled_confirmed_and_kept_out_of_what_leaves_the_other_house(
    sender: Quay, receiver: Investigation, sent: tuple[str, Package, Path]
) -> None:
    dossier = dossier_of_all(receiver)
    held, ledger = case(receiver).held_packages, packages(sender.investigation)
    for code in ("H1", "H2"):
        held.consent(EXHIBIT, ConsentDraft(code=code, given=True, by="H. Sender", reference="letter 7"))
    assert case(receiver).dossiers.disclosure.preview(dossier, to="the defence").counts.used > 0

    number = sent[1].number
    with pytest.raises(ConflictError, match="was not recalled"):
        ledger.notice(number)
    with pytest.raises(ConflictError, match="was not recalled"):
        ledger.confirm(number, said="yes")
    assert ledger.recall(number, why="the source was excluded").state is PackageState.RECALLED
    with pytest.raises(ConflictError, match="recalled by root already"):
        ledger.recall(number, why="again")
    notice = ledger.notice(number)
    assert verify(notice, trusted=sender.investigation.workspace.public_key.hex).ok

    for broken, error in damaged(notice):
        before = receiver.casework.terms.latest(), receiver.casework.exclusions.all()
        with pytest.raises(error):
            held.take_recall(broken)
        assert (receiver.casework.terms.latest(), receiver.casework.exclusions.all()) == before

    (recalled,) = held.take_recall(notice)
    assert recalled.recalled is not None
    with pytest.raises(ConflictError, match="taken already") as caught:
        held.take_recall(notice)
    assert EXHIBIT in caught.value.hint
    confirmation = held.confirmation(EXHIBIT)
    assert verify(confirmation, trusted=receiver.workspace.public_key.hex).ok

    preview = case(receiver).dossiers.disclosure.preview(dossier, to="the defence")
    assert (preview.counts.used, preview.counts.unused) == (0, 0)
    assert case(receiver).dossiers.packages.preview(dossier, to="NCA").counts.used == 0
    (exclusion,) = case(receiver).dossiers.sources.list()
    assert (exclusion.source.value, exclusion.decision) == (EXHIBIT, f"recall of {number}")
    readmitted = ExclusionDraft(decision="2026/K/9", judge="J. Maes", why="a mistake")
    case(receiver).dossiers.sources.readmit(exclusion.source, readmitted)
    assert case(receiver).dossiers.disclosure.preview(dossier, to="the defence").counts.used == 0
    assert "recalled by Quay" in dict(case(receiver).provenance(0)[0].facts)["warning"]

    other = read_document(confirmation, None) | {"package": "AN.2026/0001-P9"}
    with pytest.raises(IntegrityError, match="another recall"):
        ledger.confirm(number, file=sign_document(other, receiver.workspace.signing_key).to_bytes())
    with pytest.raises(IntegrityError, match="not by the trusted key"):
        ledger.confirm(number, file=confirmation, key=SigningKey.generate().public.hex)
    with pytest.raises(CallerError, match="words"):
        ledger.confirm(number)
    made = ledger.confirm(number, file=confirmation, key=receiver.workspace.public_key.hex)
    assert (made.state, made.signer) == (PackageState.CONFIRMED, receiver.workspace.public_key.hex)
    with pytest.raises(ConflictError, match="confirmed already"):
        ledger.confirm(number, said="yes")
    acts = [entry.act for entry in receiver._audit.entries(limit=30)]
    assert {Act.RECALL_TAKEN, Act.CONSENT_ENTERED} <= {*acts}


def test_a_recall_reaches_every_copy_of_the_package(
    sender: Quay, receiver: Investigation, sent: tuple[str, Package, Path], tmp_path: Path
) -> None:
    _, package, target = sent
    shutil.unpack_archive(target, tmp_path / "copy")
    receiver.take(tmp_path / "copy", arrival("BKA-2"), authority=AUTHORITY)
    said = Recall(
        package=package.number,
        contents=package.contents,
        sender="Quay",
        receiver=package.to,
        why="void",
        user="root",
        at="2026-12-01T10:00:00+00:00",
    )
    signer = sender.investigation.workspace.signing_key
    other = said.to_payload() | {"package": "AN.2026/0001-P9"}
    with pytest.raises(IntegrityError, match="names the package"):
        case(receiver).held_packages.take_recall(sign_document(other, signer).to_bytes())
    taken = case(receiver).held_packages.take_recall(sign_document(said.to_payload(), signer).to_bytes())
    assert [each.exhibit for each in taken] == [EXHIBIT, "BKA-2"]
    assert {each.source.value for each in case(receiver).dossiers.sources.list()} == {EXHIBIT, "BKA-2"}
    assert len({case(receiver).held_packages.confirmation(each.exhibit) for each in taken}) == 1


def damaged(notice: bytes) -> Iterator[tuple[bytes, type[Exception]]]:
    """Yield notices that are not what they should be, each with the error that it gives."""
    document = SignedDocument.from_json(parse_strict(notice))
    said = document.verify(None)
    forger = SigningKey.generate()
    yield notice[:-20], UnreadableError
    yield notice.replace(b"excluded", b"included"), IntegrityError
    yield sign_document(said, forger).to_bytes(), IntegrityError
    yield sign_document(said | {"contents": "00" * 32}, forger).to_bytes(), NotFoundError
    yield sign_document({"format": "underseal/other/1"}, forger).to_bytes(), UnreadableError


def test_an_excluded_source_asks_for_the_packages_that_hold_material_of_it(
    sender: Quay, sent: tuple[str, Package, Path]
) -> None:
    dossiers = sender.case().dossiers
    source = Source(kind=SourceKind.RECORD, value=str(sender.number("$open")))
    dossiers.sources.exclude(source, ExclusionDraft(decision="2026/K/2", judge="J. Maes", why="unlawful"))
    assert all("2026/K/2" in package.excluded for package in dossiers.packages.list(sent[0]))
    dossiers.sources.readmit(source, ExclusionDraft(decision="2026/K/3", judge="J. Maes", why="lawful"))
    assert not any(package.excluded for package in dossiers.packages.list())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": " "}, "to"),
        ({"basis": ""}, "basis"),
        ({"handling": ("H7",)}, "handling"),
        ({"handling": ("H3",), "note": ""}, "handling"),
        ({"expires": "2020-01-01"}, "expires"),
        ({"expires": "soon"}, "expires"),
    ],
)
def test_a_wrong_order_of_a_package_names_its_field_and_leaves_nothing(
    sender: Quay, sent: tuple[str, Package, Path], tmp_path: Path, change: dict[str, object], field: str
) -> None:

    before = packages(sender.investigation).list(sent[0])
    with pytest.raises(CallerError) as caught:
        packages(sender.investigation).make(sent[0], replace(ORDER, **change), tmp_path / "pack")  # type: ignore[arg-type]
    assert caught.value.field == field
    assert [*tmp_path.iterdir()] == []
    assert packages(sender.investigation).list(sent[0]) == before


def test_what_is_no_number_of_a_package_is_none(sender: Quay, sent: tuple[str, Package, Path]) -> None:
    for number in ("", "P1", "AN.2026/0001", "AN.2026/0001-", "AN.2026/9999-P1", f"{sent[0]}-P99"):
        with pytest.raises(NotFoundError):
            packages(sender.investigation).recall(number, why="x")


def test_a_package_whose_cover_was_changed_is_not_taken_in(
    sender: Quay, sent: tuple[str, Package, Path], tmp_path: Path
) -> None:
    pack = tmp_path / "pack"
    packages(sender.investigation).make(sent[0], ORDER, pack)
    assert payload_of(pack)["head"]["to"] == "BKA Wiesbaden"
    cover = (pack / "package.json").read_bytes().replace(b'"code":"H1"', b'"code":"H0"')
    (pack / "package.json").write_bytes(cover)
    with create_investigation(tmp_path / "workspace", "BKA") as made:
        made.authorities.add(draft(AUTHORITY), user=made.user)
        with pytest.raises(IntegrityError, match="does not verify"):
            made.take(pack, arrival(EXHIBIT), authority=AUTHORITY)
        assert made.casework.exhibits.list() == ()
        assert made.casework.terms.latest() == ()
