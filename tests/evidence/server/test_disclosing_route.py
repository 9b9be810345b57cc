"""Disclosing over HTTP: prepared by an office, made in the server, fetched once by who asked for it."""

import io
import json
import resource
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from underseal.core.verify import verify_file
from underseal.evidence.casework import Actor, Role
from underseal.evidence.disclosure import PLACEHOLDER
from underseal.evidence.server.packs import Owner, Pack

from .conftest import grant
from .serving_room import NUMBER, Browser, Row, Served, acts
from .test_dossier_route import Inside, opened


@pytest.fixture(scope="module")
def dossier(inside: Inside) -> Row:
    """A dossier with a message and the lines around it, of which a prosecutor may know."""
    record = inside["ines"].get("/api/search", q="kind:text", limit=1).json()["hits"][0]["line"]["number"]
    return opened(inside["ines"], record=record, before=3, after=3, members=["paul", "fatma"])


@pytest.fixture(scope="module")
def at(dossier: Row) -> str:
    return f"/api/dossiers/{dossier['reference']}/disclosure"


def ended(office: Served, dossier: Row, user: str = "paul") -> Pack:
    pack = office.packs.find(Owner(dossier=dossier["reference"], user=user, authority=NUMBER))
    assert pack is not None
    assert pack.ended.wait(60)
    return pack


def made(office: Served, browser: Browser, dossier: Row, **body: object) -> Row:
    """Have a pack made; return what the server says of it then."""
    at = f"/api/dossiers/{dossier['reference']}/disclosure/pack"
    answer = browser.post(at, {"to": "Mr Vos", **body})
    assert answer.status_code == 202, answer.text
    ended(office, dossier)
    found: Row = browser.get(at).json()
    return found


def waiting(office: Served) -> list[Path]:
    """What lies in the workspace of packs that wait."""
    return [file for file in office.investigation.workspace.outgoing.rglob("*") if file.is_file()]


def test_a_full_disk_is_said_and_leaves_nothing(office: Served, inside: Inside, dossier: Row) -> None:
    root = office.investigation.workspace.root
    held = max(file.stat().st_size for file in (*root.glob("casework.db*"), *(root / "audit").rglob("*")))
    large = opened(inside["paul"], record=dossier["record"], before=100, after=100)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (held + 20_000, before[1])
    )  # what is longer is refused, as on a full disk
    try:
        told = made(office, inside["paul"], large, reader=False, forms=["xlsx"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (told["state"], told["error"] and told["error"]["code"]) == ("failed", "internal"), (held, told)
    assert "the disk takes no more" in told["error"]["message"]
    assert waiting(office) == []


def test_a_prosecutor_holds_back_looks_and_discloses(
    office: Served, inside: Inside, dossier: Row, at: str, tmp_path: Path
) -> None:
    paul = inside["paul"]
    before = paul.get(f"{at}/used").json()
    many = len(before["lines"])
    assert (many > 3, before["counts"]) == (True, {"used": many, "unused": 0, "sensitive": 0})
    page = paul.get(f"{at}/used", limit=3).json()
    rest = paul.get(f"{at}/used", limit=500, after=page["cursor"]).json()
    assert page["lines"] + rest["lines"] == before["lines"]
    own, other = dossier["record"], next(each["record"] for each in before["lines"] if not each["item"])
    redaction = {"record": own, "field": "text", "why": "names a third party"}
    assert paul.post(f"{at}/redactions", redaction).status_code == 204
    assert paul.post(f"{at}/redactions", redaction).status_code == 409
    assert paul.post(f"{at}/sensitive", {"record": other, "why": "a source"}).status_code == 204
    used = paul.get(f"{at}/used").json()
    (line,) = [each for each in used["lines"] if each["record"] == own]
    assert (line["text"], line["redactions"][0]["user"]) == (PLACEHOLDER, "paul")
    assert used["counts"] == {"used": many - 1, "unused": 0, "sensitive": 1}
    assert paul.get(f"{at}/sensitive").json()["lines"][0]["held"]["why"] == "a source"
    held = inside["ines"].get(f"{at}/held-back").json()
    assert [(each["record"], each["why"]) for each in held["redactions"]] == [(own, "names a third party")]
    preview = paul.get(f"{at}/preview", to="Mr Vos").json()
    assert (preview["counts"]["used"], preview["redactions"], preview["counts"]["sensitive"]) == (
        many - 1,
        {"text": 1},
        1,
    )
    told = made(office, paul, dossier, forms=["csv"], reader=False)
    assert (told["state"], told["to"], told["made"]["counts"]) == ("made", "Mr Vos", preview["counts"])
    assert [file.stat().st_mode & 0o777 for file in waiting(office)] == [0o600]
    assert inside["maud"].get(f"{at}/pack").json()["state"] == "none"
    assert inside["maud"].post(f"{at}/pack/file").status_code == 404
    assert paul.post(f"{at}/pack", {"to": "Mr Vos"}).json()["error"]["hint"].startswith("Download it")
    timer = ended(office, dossier).timer
    fetched = paul.post(f"{at}/pack/file")
    assert fetched.headers["content-disposition"] == f'attachment; filename="{dossier["number"].replace("/", "-")}.zip"'
    (tmp_path / "pack.zip").write_bytes(fetched.content)
    report = verify_file(tmp_path / "pack.zip", trusted=told["made"]["key"])
    assert report.ok, report
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        lines = [json.loads(line) for line in archive.read("messages.jsonl").splitlines()]
    assert [(each["record"], each["text"]) for each in lines] == [(e["record"], e["text"]) for e in used["lines"]]
    assert timer is not None
    timer.join(60)  # it is removed after who fetched it has all of it
    assert paul.get(f"{at}/pack").json()["state"] == "none"
    assert waiting(office) == []
    (earlier,) = paul.get(f"{at}/earlier").json()["disclosures"]
    assert (earlier["to"], earlier["by"], earlier["contents"]) == ("Mr Vos", "paul", told["made"]["contents"])
    assert (earlier["records"], earlier["redacted"], earlier["unused"], earlier["sensitive"]) == (many - 1, 1, 0, 1)
    assert earlier["fetched_at"] is not None
    for path, body in (("redactions/take-back", redaction), ("sensitive/give-back", {"record": other, "why": "asked"})):
        assert paul.post(f"{at}/{path}", body).status_code == 204
    assert paul.get(f"{at}/used").json() == before


def test_what_was_looked_at_and_not_used_is_listed_as_unused(inside: Inside, dossier: Row, at: str) -> None:
    record = (
        inside["ines"].get("/api/search", q="kind:text", limit=1, order="oldest").json()["hits"][0]["line"]["number"]
    )
    coding = {"record": record, "choice": "not_relevant"}
    assert inside["ines"].post(f"/api/dossiers/{dossier['reference']}/codings", coding).status_code == 201
    unused = inside["paul"].get(f"{at}/unused").json()
    assert [(line["line"], line["record"]) for line in unused["lines"]] == [(1, record)]
    assert unused["counts"]["unused"] == 1


def test_nobody_is_given_what_the_dossier_would_not_disclose_any_more(
    office: Served, inside: Inside, dossier: Row, at: str
) -> None:
    paul = inside["paul"]
    told = made(office, paul, dossier, reader=False)
    body = {"record": dossier["record"], "field": "sender", "why": "found out since"}
    assert inside["ines"].post(f"{at}/redactions", body).status_code == 204
    refused = paul.post(f"{at}/pack/file")
    assert (refused.status_code, "Discard it" in refused.json()["error"]["hint"]) == (409, True)
    assert paul.post(f"{at}/pack/discard").status_code == 204
    assert (waiting(office), paul.get(f"{at}/pack").json()["state"]) == ([], "none")
    latest = paul.get(f"{at}/earlier").json()["disclosures"][0]
    assert (latest["contents"], latest["fetched_at"], bool(latest["discarded_at"])) == (
        told["made"]["contents"],
        None,
        True,
    )
    assert inside["ines"].post(f"{at}/redactions/take-back", body).status_code == 204


def test_a_pack_belongs_to_an_authority_too(office: Served, inside: Inside, dossier: Row, at: str) -> None:
    grant(office.investigation.acting_as(Actor(name="maud", role=Role.MAGISTRATE)), "BR-2026/18")
    made(office, inside["paul"], dossier, reader=False)
    elsewhere = replace(inside["paul"], authority="BR-2026/18")
    assert elsewhere.get(f"{at}/pack").json()["state"] == "none"
    assert elsewhere.post(f"{at}/pack/file").status_code == 404
    assert inside["paul"].post(f"{at}/pack/discard").status_code == 204


@pytest.mark.parametrize("name", ["ines", "fatma"])
def test_only_a_magistrate_or_a_prosecutor_discloses(office: Served, inside: Inside, at: str, name: str) -> None:
    before = len(acts(office.investigation, "refused"))
    answer = inside[name].post(f"{at}/pack", {"to": "Mr Vos"})
    assert (answer.status_code, "does not allow" in answer.json()["error"]["message"]) == (403, True)
    assert len(acts(office.investigation, "refused")) == before + 1
    assert waiting(office) == []


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [({"to": " "}, "to", "Nobody is named"), ({"to": "Mr Vos", "since": 9}, "since", "does not come after")],
)
def test_what_is_wrong_with_a_pack_is_said_at_its_field(
    inside: Inside, at: str, body: Row, field: str, said: str
) -> None:
    answer = inside["paul"].post(f"{at}/pack", body)
    error = answer.json()["error"]
    assert (answer.status_code, error["field"], said in error["message"]) == (400, field, True)
    assert inside["paul"].get(f"{at}/pack").json()["state"] == "none"
