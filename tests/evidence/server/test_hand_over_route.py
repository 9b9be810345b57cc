"""Dossiers are handed over through the API: offered, taken over, refused; packages are listed, recalled, confirmed."""

from pathlib import Path

from underseal.core.verify import verify
from underseal.evidence.casework import Actor, Role
from underseal.evidence.dossier.packages import PackageDraft

from .serving_room import NUMBER, Browser, Served

OFFER = {"district": "LG", "lead": "paul", "basis": "art. 62ter", "why": "they live there"}


def opened(browser: Browser) -> dict[str, str]:
    answer = browser.post("/api/dossiers", {"title": "The box", "offence": "drugs", "district": "AN"})
    assert answer.status_code == 201
    found: dict[str, str] = answer.json()
    return found


def test_a_dossier_is_offered_refused_withdrawn_and_taken_over(office: Served, inside: dict[str, Browser]) -> None:
    ines, paul, card = inside["ines"], inside["paul"], opened(inside["ines"])
    at, offer = f"/api/dossiers/{card['reference']}/transfers", f"/api/offers/{card['reference']}"
    assert ines.post(at, OFFER | {"lead": "zoe"}).json()["error"]["field"] == "lead"
    assert ines.post(at, OFFER).json()["state"] == "offered"
    assert ines.post(at, OFFER).status_code == 409
    (shown,) = paul.get("/api/offers").json()
    assert shown.keys() == {
        "reference", "number", "title", "offence", "district", "from_district", "from_lead", "basis", "why",
        "offered_by", "offered_at",
    }  # fmt: skip
    assert (shown["number"], shown["from_district"]) == (card["number"], "Antwerp")
    assert paul.get(f"/api/dossiers/{card['reference']}").status_code == 404
    assert inside["maud"].post(f"{offer}/accept", {}).status_code == 404
    assert paul.post(f"{offer}/refuse", {"why": "not ours"}).status_code == 204
    assert ines.post(at, OFFER).status_code == 201
    assert ines.post(f"{at}/withdraw", {"why": "a mistake"}).json()["state"] == "withdrawn"
    assert paul.post(f"{offer}/accept", {}).status_code == 404
    assert ines.post(at, OFFER).status_code == 201
    taken = paul.post(f"{offer}/accept", {"contact": "+32 4"}).json()
    assert (taken["former"], taken["lead"], taken["contact"]) == ([card["number"]], "paul", "+32 4")
    assert taken["number"].startswith("LG.")
    assert ines.get(f"/api/dossiers/{card['reference']}").status_code == 404
    states = [each["state"] for each in paul.get(at).json()]
    assert states == ["refused", "withdrawn", "accepted"]
    document = paul.get(f"{at}/document")
    assert document.headers["content-disposition"] == 'attachment; filename="transfer.json"'
    assert verify(document.content, trusted=office.investigation.workspace.public_key.hex).ok


def test_a_package_is_listed_recalled_and_confirmed(office: Served, inside: dict[str, Browser], tmp_path: Path) -> None:
    ines, card = inside["ines"], opened(inside["ines"])
    at = f"/api/dossiers/{card['reference']}/packages"
    maud = office.investigation.acting_as(Actor(name="maud", role=Role.MAGISTRATE))
    order = PackageDraft(to="BKA", basis="art. 7", handling=("H2",))
    sent, _ = maud.under(NUMBER, purpose="a test").dossiers.packages.make(card["reference"], order, tmp_path / "pack")
    (listed,) = ines.get(at).json()
    assert (listed["number"], listed["thing"], listed["state"]) == (sent.number, "P1", "sent")
    assert sent.number in {each["number"] for each in ines.get("/api/packages").json()}
    assert inside["paul"].get("/api/packages").json() == []
    assert inside["paul"].post(f"{at}/P1/recall", {"why": "x"}).status_code == 404
    assert ines.get(f"{at}/P1/notice").status_code == 409
    assert ines.post(f"{at}/P1/recall", {"why": " "}).json()["error"]["field"] == "why"
    assert ines.post(f"{at}/P1/recall", {"why": "a mistake"}).json()["state"] == "recalled"
    assert verify(ines.get(f"{at}/P1/notice").content).ok
    assert ines.post(f"{at}/P1/confirm", {"document": "{"}).status_code == 422
    confirmed = ines.post(f"{at}/P1/confirm", {"words": "by telephone"}).json()
    assert (confirmed["state"], confirmed["words"], confirmed["confirmed_by"]) == ("confirmed", "by telephone", "ines")


def test_terms_of_packages_that_are_not_held_are_refused(inside: dict[str, Browser]) -> None:
    ines = inside["ines"]
    assert ines.get("/api/held-packages").json() == []
    said = {"exhibit": "BR-1", "code": "H1", "by": "H. Sender", "reference": "letter 7"}
    assert ines.post("/api/held-packages/consents", said).json()["error"]["field"] == "exhibit"
    assert ines.get("/api/held-packages/confirmation", exhibit="BR-1").status_code == 404
    assert ines.post("/api/held-packages/recalls", {"notice": "no"}).status_code == 422
