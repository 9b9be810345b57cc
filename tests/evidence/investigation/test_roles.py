"""Every act of an investigation is judged by role, refused unless it is allowed, and in the audit either way."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, cast

import pytest

from underseal.core.records import RECORDS, Secret
from underseal.errors import RefusedError, UndersealError
from underseal.evidence.audit import OF_THE_SYSTEM, Act, Permit
from underseal.evidence.audit.permit import OUTCOMES, SEAL
from underseal.evidence.authority import People, Register, Trail
from underseal.evidence.authority.roles import MAY, WITHOUT_AUTHORITY
from underseal.evidence.casework import Actor, Profession, Role
from underseal.evidence.disclosure.house import Made
from underseal.evidence.dossier import (
    Choice,
    ExclusionDraft,
    Field,
    ItemDraft,
    ItemKind,
    Kind,
    OpeningDraft,
    Source,
    SourceKind,
    Step,
    StepDraft,
)
from underseal.evidence.dossier.identifiers import IdentifierKind
from underseal.evidence.dossier.packages import PackageDraft
from underseal.evidence.dossier.terms import ConsentDraft
from underseal.evidence.dossier.transfers import TransferDraft
from underseal.evidence.dossier.work import TaskDraft
from underseal.evidence.identity import Draft as Attribution
from underseal.evidence.investigation import (
    Attributing,
    Consultation,
    DossierCodings,
    DossierDisclosure,
    DossierDocuments,
    DossierItems,
    DossierMeetings,
    DossierPackages,
    Dossiers,
    DossierSources,
    DossierThreats,
    DossierTransfers,
    DossierWork,
    HeldPackages,
    Investigation,
)
from underseal.evidence.investigation.destroying import Destroying
from underseal.evidence.investigation.dossier_schedules import DossierSchedules
from underseal.evidence.privilege import Named, Privilege

from .harbour import AUTHORITY, SAMPLE, Harbour, arrival, draft, main_job

PASSWORD = Secret(b"correct horse battery")
Deed = Callable[[Investigation, Path], object]
LOTTE: Final = "@k7q2mx:harbour.example"
CLAIM: Final = Attribution(
    account=LOTTE,
    name="Lotte",
    start="unknown",
    end="unknown",
    zone="UTC",
    grade="weak",
    supporting=[{"kind": "statement", "words": "she says so"}],
)


def case(investigation: Investigation) -> Consultation:
    return investigation.under(AUTHORITY, purpose="a test")


def files(investigation: Investigation) -> Dossiers:
    return case(investigation).dossiers


NONE: Final = "AN.1999/0001"
EXCLUDED: Final = Source(kind=SourceKind.EXHIBIT, value="BR-9")
OFFERED: Final = TransferDraft(district="LG", lead="spare", basis="b", why="w")
JUDGED: Final = ExclusionDraft(decision="2026/K/12", judge="J. Maes", why="a test")


UNREAD: Final = cast("Made", None)
"""A pack at which nothing looks: its dossier is not there."""

DEEDS: Final[dict[str, tuple[Act, Deed]]] = {
    "Consultation.search": (Act.SEARCHED, lambda i, _: case(i).search("")),
    "Consultation.pages": (Act.SEARCHED, lambda i, _: next(case(i).pages("", limit=5))),
    "Consultation.histogram": (Act.SEARCHED, lambda i, _: case(i).histogram("")),
    "Consultation.facets": (Act.SEARCHED, lambda i, _: case(i).facets("", ("kind",))),
    "Consultation.overview": (Act.OVERVIEW_READ, lambda i, _: case(i).overview()),
    "Consultation.conversations": (Act.CONVERSATIONS_LISTED, lambda i, _: case(i).conversations()),
    "Consultation.conversation": (Act.CONVERSATIONS_LISTED, lambda i, _: case(i).conversation(room(i))),
    "Consultation.read": (Act.CONVERSATION_READ, lambda i, _: case(i).read(room(i))),
    "Consultation.lines": (Act.RECORD_READ, lambda i, _: case(i).lines(RECORDS.empty_table())),
    "Consultation.names": (Act.CONVERSATIONS_LISTED, lambda i, _: case(i).names()),
    "Consultation.gaps": (Act.CONVERSATION_READ, lambda i, _: case(i).gaps(room(i))),
    "Consultation.record": (Act.RECORD_READ, lambda i, _: case(i).record(0)),
    "Consultation.find": (Act.RECORD_READ, lambda i, _: case(i).find("$none")),
    "Consultation.provenance": (Act.PROVENANCE_READ, lambda i, _: case(i).provenance(0)),
    "Consultation.prove": (Act.PROOF_MADE, lambda i, _: case(i).prove(0)),
    "Consultation.check": (Act.PROOF_MADE, lambda i, _: case(i).check(0)),
    "Consultation.media": (Act.MEDIA_READ, lambda i, _: case(i).media(0)),
    "Consultation.accounts": (Act.ACCOUNT_READ, lambda i, _: case(i).accounts()),
    "Consultation.account": (Act.ACCOUNT_READ, lambda i, _: case(i).account(LOTTE)),
    "Consultation.account_hour": (Act.ACCOUNT_READ, lambda i, _: case(i).account_hour(LOTTE, 9)),
    "Attributing.list": (Act.ATTRIBUTIONS_READ, lambda i, _: case(i).attributions.list()),
    "Attributing.show": (Act.ATTRIBUTIONS_READ, lambda i, _: case(i).attributions.show("A1")),
    "Attributing.claim": (Act.ATTRIBUTED, lambda i, _: case(i).attributions.claim(CLAIM)),
    "Attributing.supersede": (Act.ATTRIBUTED, lambda i, _: case(i).attributions.supersede("A1", CLAIM)),
    "Attributing.withdraw": (
        Act.ATTRIBUTION_WITHDRAWN,
        lambda i, _: case(i).attributions.withdraw("A1", why="a test"),
    ),
    "Attributing.persons": (Act.PERSON_READ, lambda i, _: case(i).attributions.persons()),
    "Attributing.person": (Act.PERSON_READ, lambda i, _: case(i).attributions.person("P1")),
    "Attributing.merge": (Act.PERSONS_MERGED, lambda i, _: case(i).attributions.merge("P1", "P2", why="a test")),
    "Attributing.part": (Act.PERSONS_PARTED, lambda i, _: case(i).attributions.part("M1", why="a test")),
    "Attributing.export": (Act.PROOF_MADE, lambda i, _: case(i).attributions.export("A1")),
    "Dossiers.open": (
        Act.DOSSIER_OPENED,
        lambda i, _: files(i).open(OpeningDraft(title="t", offence="o", district="AN")),
    ),
    "Dossiers.list": (Act.DOSSIERS_LISTED, lambda i, _: files(i).list()),
    "Dossiers.show": (Act.DOSSIER_READ, lambda i, _: files(i).show(NONE)),
    "Dossiers.history": (Act.DOSSIER_READ, lambda i, _: files(i).history(NONE)),
    "Dossiers.contents": (Act.DOSSIER_READ, lambda i, _: files(i).contents(NONE)),
    "Dossiers.change": (Act.DOSSIER_CHANGED, lambda i, _: files(i).change(NONE, Field.TITLE, "x")),
    "Dossiers.add_member": (Act.DOSSIER_CHANGED, lambda i, _: files(i).add_member(NONE, "spare")),
    "Dossiers.remove_member": (Act.DOSSIER_CHANGED, lambda i, _: files(i).remove_member(NONE, "spare")),
    "Dossiers.obstacles": (Act.DOSSIER_READ, lambda i, _: files(i).obstacles(NONE)),
    "Dossiers.close": (Act.DOSSIER_CLOSED, lambda i, _: files(i).close(NONE, why="w")),
    "Dossiers.reopen": (Act.DOSSIER_REOPENED, lambda i, _: files(i).reopen(NONE, why="w")),
    "DossierItems.page": (Act.DOSSIER_READ, lambda i, _: files(i).items.page(NONE)),
    "DossierItems.show": (Act.DOSSIER_READ, lambda i, _: files(i).items.show(NONE, "note:1")),
    "DossierItems.lines": (Act.DOSSIER_READ, lambda i, _: files(i).items.lines(NONE, ["note:1"])),
    "DossierItems.add": (
        Act.DOSSIER_CHANGED,
        lambda i, _: files(i).items.add(NONE, ItemDraft(kind=ItemKind.NOTE, text="x")),
    ),
    "DossierItems.change": (Act.DOSSIER_CHANGED, lambda i, _: files(i).items.change(NONE, "note:1", why="w")),
    "DossierItems.remove": (Act.DOSSIER_CHANGED, lambda i, _: files(i).items.remove(NONE, "note:1", why="w")),
    "DossierDocuments.expect": (Act.DOSSIER_READ, lambda i, _: files(i).documents.expect(NONE, "x.pdf")),
    "DossierDocuments.add": (Act.DOCUMENT_TAKEN, lambda i, _: files(i).documents.add(NONE, "x.pdf", [b"x"])),
    "DossierDocuments.read": (Act.DOSSIER_READ, lambda i, _: files(i).documents.read(NONE, "note:1")),
    "DossierWork.list": (Act.DOSSIER_READ, lambda i, _: files(i).work.list(NONE, Kind.TASK)),
    "DossierWork.chronology": (Act.DOSSIER_READ, lambda i, _: files(i).work.chronology(NONE)),
    "DossierWork.hypotheses": (Act.DOSSIER_READ, lambda i, _: files(i).work.hypotheses(NONE)),
    "DossierWork.tasks": (Act.DOSSIER_READ, lambda i, _: files(i).work.tasks(NONE)),
    "DossierWork.add": (Act.DOSSIER_CHANGED, lambda i, _: files(i).work.add(NONE, TaskDraft(words="x"))),
    "DossierWork.change": (Act.DOSSIER_CHANGED, lambda i, _: files(i).work.change(NONE, "1", TaskDraft(words="x"))),
    "DossierWork.remove": (Act.DOSSIER_CHANGED, lambda i, _: files(i).work.remove(NONE, Kind.TASK, "1", why="w")),
    "DossierCodings.code": (Act.CODED, lambda i, _: files(i).codings.code(NONE, 0, Choice.RELEVANT)),
    "DossierCodings.page": (Act.DOSSIER_READ, lambda i, _: files(i).codings.page(NONE)),
    "DossierCodings.of": (Act.DOSSIER_READ, lambda i, _: files(i).codings.of(NONE, [0])),
    "DossierCodings.history": (Act.DOSSIER_READ, lambda i, _: files(i).codings.history(NONE, 0)),
    "DossierThreats.list": (Act.THREATS_READ, lambda i, _: files(i).threats.list()),
    "DossierThreats.alert": (Act.THREAT_ENTERED, lambda i, _: files(i).threats.alert(NONE, "x")),
    "DossierThreats.step": (
        Act.THREAT_ENTERED,
        lambda i, _: files(i).threats.step(NONE, "alert:1", StepDraft(step=Step.ACKNOWLEDGED, words="x")),
    ),
    "DossierMeetings.identifiers": (Act.DOSSIER_READ, lambda i, _: files(i).meetings.identifiers(NONE)),
    "DossierMeetings.add": (
        Act.DOSSIER_CHANGED,
        lambda i, _: files(i).meetings.add(NONE, IdentifierKind.PHONE, "+32470123456"),
    ),
    "DossierMeetings.remove": (
        Act.DOSSIER_CHANGED,
        lambda i, _: files(i).meetings.remove(NONE, IdentifierKind.PHONE, "+32470123456", why="w"),
    ),
    "DossierMeetings.list": (Act.NOTICES_READ, lambda i, _: files(i).meetings.list()),
    "DossierDisclosure.held_back": (Act.DOSSIER_READ, lambda i, _: files(i).disclosure.held_back(NONE)),
    "DossierDisclosure.redact": (
        Act.DOSSIER_CHANGED,
        lambda i, _: files(i).disclosure.redact(NONE, 0, "text", why="w"),
    ),
    "DossierDisclosure.show": (Act.DOSSIER_CHANGED, lambda i, _: files(i).disclosure.show(NONE, 0, "text", why="w")),
    "DossierDisclosure.hold_back": (Act.DOSSIER_CHANGED, lambda i, _: files(i).disclosure.hold_back(NONE, 0, why="w")),
    "DossierDisclosure.give_back": (Act.DOSSIER_CHANGED, lambda i, _: files(i).disclosure.give_back(NONE, 0, why="w")),
    "DossierDisclosure.preview": (
        Act.DISCLOSURE_PREVIEWED,
        lambda i, _: files(i).disclosure.preview(NONE, to="nobody"),
    ),
    "DossierDisclosure.disclose": (
        Act.DISCLOSED,
        lambda i, folder: files(i).disclosure.disclose(NONE, folder / "pack", to="nobody"),
    ),
    "DossierDisclosure.fetch": (Act.DISCLOSURE_FETCHED, lambda i, _: files(i).disclosure.fetch(NONE, UNREAD)),
    "DossierDisclosure.discard": (Act.DISCLOSURE_DISCARDED, lambda i, _: files(i).disclosure.discard(NONE, UNREAD)),
    "DossierDisclosure.refuse_missing": (
        Act.DISCLOSURE_FETCHED,
        lambda i, _: files(i).disclosure.refuse_missing(NONE, Act.DISCLOSURE_FETCHED),
    ),
    "DossierDisclosure.expect": (Act.DOSSIER_READ, lambda i, _: files(i).disclosure.expect(NONE)),
    "DossierDisclosure.earlier": (Act.DOSSIER_READ, lambda i, _: files(i).disclosure.earlier(NONE)),
    "DossierSchedules.used": (Act.DOSSIER_READ, lambda i, _: files(i).disclosure.schedules.used(NONE)),
    "DossierSchedules.unused": (Act.DOSSIER_READ, lambda i, _: files(i).disclosure.schedules.unused(NONE)),
    "DossierSchedules.sensitive": (Act.DOSSIER_READ, lambda i, _: files(i).disclosure.schedules.sensitive(NONE)),
    "DossierSources.list": (Act.EXCLUSIONS_READ, lambda i, _: files(i).sources.list()),
    "DossierSources.preview": (Act.EXCLUSIONS_READ, lambda i, _: files(i).sources.preview(EXCLUDED)),
    "DossierSources.exclude": (Act.SOURCE_EXCLUDED, lambda i, _: files(i).sources.exclude(EXCLUDED, JUDGED)),
    "DossierSources.readmit": (Act.SOURCE_READMITTED, lambda i, _: files(i).sources.readmit(EXCLUDED, JUDGED)),
    "DossierTransfers.offer": (Act.TRANSFER_OFFERED, lambda i, _: files(i).transfers.offer(NONE, OFFERED)),
    "DossierTransfers.offers": (Act.OFFERS_READ, lambda i, _: files(i).transfers.offers()),
    "DossierTransfers.accept": (Act.TRANSFER_ACCEPTED, lambda i, _: files(i).transfers.accept(NONE)),
    "DossierTransfers.refuse": (Act.TRANSFER_REFUSED, lambda i, _: files(i).transfers.refuse(NONE, why="w")),
    "DossierTransfers.withdraw": (Act.TRANSFER_WITHDRAWN, lambda i, _: files(i).transfers.withdraw(NONE, why="w")),
    "DossierTransfers.list": (Act.DOSSIER_READ, lambda i, _: files(i).transfers.list(NONE)),
    "DossierTransfers.document": (Act.DOSSIER_READ, lambda i, _: files(i).transfers.document(NONE)),
    "DossierPackages.preview": (
        Act.DISCLOSURE_PREVIEWED,
        lambda i, _: files(i).packages.preview(NONE, to="nobody"),
    ),
    "DossierPackages.make": (
        Act.DISCLOSED,
        lambda i, folder: files(i).packages.make(NONE, PackageDraft(to="nobody", basis="b"), folder / "pack"),
    ),
    "DossierPackages.list": (Act.PACKAGES_READ, lambda i, _: files(i).packages.list()),
    "DossierPackages.recall": (Act.PACKAGE_RECALLED, lambda i, _: files(i).packages.recall(f"{NONE}-P1", why="w")),
    "DossierPackages.notice": (Act.DOSSIER_READ, lambda i, _: files(i).packages.notice(f"{NONE}-P1")),
    "DossierPackages.confirm": (
        Act.RECALL_CONFIRMED,
        lambda i, _: files(i).packages.confirm(f"{NONE}-P1", said="w"),
    ),
    "HeldPackages.list": (Act.PACKAGES_READ, lambda i, _: case(i).held_packages.list()),
    "HeldPackages.consent": (
        Act.CONSENT_ENTERED,
        lambda i, _: case(i).held_packages.consent("none", ConsentDraft(code="H1", given=True, by="b", reference="r")),
    ),
    "HeldPackages.take_recall": (Act.RECALL_TAKEN, lambda i, _: case(i).held_packages.take_recall(b"{}")),
    "HeldPackages.confirmation": (Act.PACKAGES_READ, lambda i, _: case(i).held_packages.confirmation("none")),
    "Investigation.take": (
        Act.EXHIBIT_TAKEN,
        lambda i, _: i.take(SAMPLE / "capture", arrival("CAPTURE"), authority=AUTHORITY),
    ),
    "Investigation.release": (Act.RELEASED, lambda i, _: i.release()),
    "Investigation.added": (Act.RELEASES_COMPARED, lambda i, _: i.added(1, 1)),
    "Investigation.diff": (Act.RELEASES_COMPARED, lambda i, _: i.diff(1, 1)),
    "Investigation.prove_consistency": (Act.RELEASES_COMPARED, lambda i, _: i.prove_consistency(1, 1)),
    "Investigation.list_releases": (Act.RELEASE_READ, lambda i, _: i.list_releases()),
    "Investigation.describe_release": (Act.RELEASE_READ, lambda i, _: i.describe_release(1)),
    "Investigation.verify": (Act.VERIFIED, lambda i, _: i.verify()),
    "Privilege.declare": (
        Act.PRIVILEGE_DECLARED,
        lambda i, _: i.privilege.declare(
            Profession.LAWYER, Named(account="@none"), proof="a card", authority=AUTHORITY, unseen=True
        ),
    ),
    "Privilege.verify": (Act.PRIVILEGE_CONFIRMED, lambda i, _: i.privilege.verify(1, why="w", authority=AUTHORITY)),
    "Privilege.reject": (Act.PRIVILEGE_REJECTED, lambda i, _: i.privilege.reject(1, why="w", authority=AUTHORITY)),
    "Privilege.list": (Act.PRIVILEGE_LISTED, lambda i, _: i.privilege.list(authority=AUTHORITY)),
    "Privilege.suspect": (
        Act.PRIVILEGE_SUSPECTED,
        lambda i, _: i.privilege.suspect(Named(account="@none"), why="w", authority=AUTHORITY),
    ),
    "Privilege.confirm": (
        Act.PRIVILEGE_CONFIRMED,
        lambda i, _: i.privilege.confirm(Named(account="@none"), why="w", authority=AUTHORITY),
    ),
    "Privilege.release": (
        Act.PRIVILEGE_REJECTED,
        lambda i, _: i.privilege.release(Named(account="@none"), why="w", authority=AUTHORITY),
    ),
    "Privilege.decisions": (Act.QUARANTINE_LISTED, lambda i, _: i.privilege.decisions(authority=AUTHORITY)),
    "Privilege.run_rules": (Act.PRIVILEGE_RULES_RUN, lambda i, _: i.privilege.run_rules()),
    "Destroying.preview": (Act.QUARANTINE_LISTED, lambda i, _: i.destroying.preview(1, authority=AUTHORITY)),
    "Destroying.destroy": (Act.ERASED, lambda i, _: i.destroying.destroy(1, confirm="", authority=AUTHORITY)),
    "Destroying.documents": (Act.QUARANTINE_LISTED, lambda i, _: i.destroying.documents(authority=AUTHORITY)),
    "Destroying.receipt": (Act.QUARANTINE_LISTED, lambda i, _: i.destroying.receipt(1, authority=AUTHORITY)),
    "Trail.page": (Act.AUDIT_READ, lambda i, _: i.audit.page(limit=1)),
    "Trail.verify": (Act.VERIFIED, lambda i, _: i.audit.verify()),
    "Trail.export": (Act.AUDIT_EXPORTED, lambda i, folder: i.audit.export(folder / "audit.jsonl")),
    "People.list": (Act.USERS_LISTED, lambda i, _: i.people.list()),
    "People.change_password": (
        Act.PASSWORD_CHANGED,
        lambda i, _: i.people.change_password(PASSWORD, PASSWORD, address="a test"),
    ),
    "People.add": (Act.USER_ADDED, lambda i, _: i.people.add(f"zoe.{i.user}", Role.FILTER, PASSWORD)),
    "People.disable": (Act.USER_DISABLED, lambda i, _: i.people.disable("spare", why="a test")),
    "People.enable": (Act.USER_CHANGED, lambda i, _: i.people.enable("spare")),
    "People.set_password": (Act.USER_CHANGED, lambda i, _: i.people.set_password("spare", PASSWORD)),
    "Register.list": (Act.AUTHORITIES_LISTED, lambda i, _: i.authorities.list(user=i.user)),
    "Register.add": (Act.AUTHORITY_ADDED, lambda i, _: i.authorities.add(draft(f"BR-{i.user}"), user=i.user)),
    "Register.withdraw": (
        Act.AUTHORITY_WITHDRAWN,
        lambda i, _: i.authorities.withdraw(f"SPARE-{i.user}", why="a test", user=i.user),
    ),
}
"""Every method by which something is done or read, the act that it is, and how it is called."""

NO_ACTS: Final = {
    "Investigation.acting_as",  # hands the investigation on
    "Investigation.under",  # what is read through it is judged
    "Investigation.needs_passphrase",  # looks at an exhibit outside the house
    "Investigation.directory",  # asks for a View, which the gate alone issues
    "Investigation.exhibit_facts",  # part of a provenance
    "Investigation.held_packages",  # what is read or changed of them is judged
    "Investigation.leaving_without",  # keeps things in the house
    "Investigation.close",
    "Investigation.settle",  # brings to its end what was permitted before a crash
    "Destroying.settle",  # the same
    "Privilege.has_officer",  # names nobody
    "Privilege.withheld",  # counts alone
    "Privilege.suspected_in",  # counts alone
    "Privilege.rules",  # what rules there are is no evidence
    "Privilege.check_release",  # part of a release, with its permit
    "Register.offer",  # part of a login; judged as `list` is
}


def room(investigation: Investigation) -> str:
    view = next(iter(investigation._directories.values()), None)
    return next(iter(view.conversations)) if view else "none"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    """The sample, with a user of each role."""
    done = main_job(SAMPLE, tmp_path_factory.mktemp("roles") / "harbour")
    users = done.investigation.casework.users
    done.case.conversations()  # so that a conversation is known
    for role in Role:
        done.investigation.authorities.add(draft(f"SPARE-{role.value}"), user=done.investigation.user)
    users.add(Role.ADMINISTRATOR.value, Role.ADMINISTRATOR, PASSWORD, at=0)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        users.add(role.value, role, PASSWORD, at=0)
    users.add("spare", Role.FILTER, PASSWORD, at=0)
    yield done
    done.investigation.close()


DOSSIERS: Final = (
    Dossiers,
    DossierItems,
    DossierDocuments,
    DossierWork,
    DossierCodings,
    DossierThreats,
    DossierMeetings,
    DossierSources,
    DossierDisclosure,
    DossierSchedules,
    DossierTransfers,
    DossierPackages,
    HeldPackages,
)


def test_every_method_is_in_the_table() -> None:
    methods = {
        f"{of.__name__}.{name}"
        for of in (Investigation, Consultation, Attributing, *DOSSIERS, Privilege, Destroying, Trail, People, Register)
        for name, _ in inspect.getmembers(of, inspect.isfunction)
        if not name.startswith("_")
    }
    assert methods == set(DEEDS) | NO_ACTS


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", DEEDS)
def test_every_method_is_refused_to_every_role_that_may_not(
    house: Harbour, tmp_path: Path, deed: str, role: Role
) -> None:
    act, do = DEEDS[deed]
    investigation = house.investigation.acting_as(Actor(name=role.value, role=role))
    before = investigation._audit.size
    if act in MAY[role]:
        _done(lambda: do(investigation, tmp_path))
        return
    with pytest.raises(RefusedError, match=f"The role {role} of {role} does not allow this"):
        do(investigation, tmp_path)
    (entry,) = investigation._audit.entries(limit=investigation._audit.size - before)
    assert (entry.act, entry.user, entry.details["act"]) == ("refused", role.value, act.value)


def _done(deed: Callable[[], object]) -> None:
    """Do it; whatever else may be wrong with it, it is not refused."""
    try:
        deed()
    except RefusedError:
        raise
    except UndersealError:
        pass


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
def test_every_act_is_allowed_to_the_roles_of_the_table_and_to_no_other(house: Harbour, act: Act, role: Role) -> None:
    gate, audit = house.investigation.gate, house.investigation._audit
    before = audit.size

    def ask() -> None:
        if act in WITHOUT_AUTHORITY:
            gate.permit(user=role.value, act=act)
        else:
            gate.admit(AUTHORITY, user=role.value, act=act, purpose="a test")

    if act in MAY[role]:
        ask()
        expected = act.value
    else:
        with pytest.raises(RefusedError):
            ask()
        expected = "refused"
    (entry,) = audit.entries(limit=audit.size - before)
    assert (entry.act, entry.user) == (expected, role.value)


@pytest.mark.parametrize("act", Act)
def test_no_act_is_recorded_but_with_a_permit_of_the_gate(house: Harbour, act: Act) -> None:
    with pytest.raises(TypeError):
        Permit(act=act, user="anna", seal=None)
    if act in OF_THE_SYSTEM:
        with pytest.raises(TypeError):
            Permit(act=act, user="anna", seal=SEAL)
    else:
        with pytest.raises(TypeError, match="with a permit only"):
            house.investigation._audit.note(act, user="anna", details={})


@pytest.mark.parametrize("act", sorted(set(Act) - OF_THE_SYSTEM))
def test_a_permit_is_of_one_act_and_its_outcomes(act: Act) -> None:
    permit = Permit(act=act, user="anna", authority="BR-1", purpose="why", seal=SEAL)
    for other in Act:
        if other in OUTCOMES.get(act, ()):
            outcome = permit.outcome(other)
            assert (outcome.act, outcome.user, outcome.authority) == (other, "anna", "BR-1")
        else:
            with pytest.raises(TypeError):
                permit.outcome(other)


def test_what_a_role_may_not_do_leaves_the_house_as_it_was(house: Harbour) -> None:
    filtering = house.investigation.acting_as(Actor(name="filter", role=Role.FILTER))
    latest = house.investigation.releases.latest()
    for deed in (filtering.release, lambda: filtering.people.add("eve", Role.ADMINISTRATOR, PASSWORD)):
        with pytest.raises(RefusedError):
            deed()
    assert house.investigation.releases.latest() == latest
    assert "eve" not in {user.name for user in house.investigation.casework.users.list()}
