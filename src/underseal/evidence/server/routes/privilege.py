"""Privileged material: declared, suspected, and decided on by the filter team."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from underseal.core.web.files import DOCUMENT
from underseal.evidence.casework import Decision, Profession, SubjectKind
from underseal.evidence.privilege import Named
from underseal.evidence.server import answers, privilege_shapes
from underseal.evidence.server.asking import Asker, Asking, Claimed, entering
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/privilege", tags=["privilege"], dependencies=[Depends(entering(Part.EVIDENCE))])

Number = Annotated[int, Path(ge=1, lt=2**63, description="Number of the declaration.")]
DecisionNumber = Annotated[int, Path(ge=1, lt=2**63, description="Number of the decision.")]
DestructionNumber = Annotated[int, Path(ge=1, lt=2**63, description="Number of the destruction.")]


class Receipt(Response):
    """The signed document of a destruction, as a file to be kept and checked by anyone: `underseal verify FILE`."""

    media_type = "application/json"


@router.get("")
def list_declarations(asking: Asking, claimed: Claimed) -> privilege_shapes.Privilege:
    """List what lawful users declared, and say of how many things something is withheld."""
    register = asking.investigation.privilege
    found = register.list(authority=claimed.authority, purpose=claimed.purpose)
    counts = register.withheld()
    return privilege_shapes.Privilege(
        declarations=[answers.declaration(each, asking.zone) for each in found],
        accounts=counts[SubjectKind.ACCOUNT],
        conversations=counts[SubjectKind.CONVERSATION],
        messages=counts[SubjectKind.MESSAGE],
        filter_officer=register.has_officer(),
    )


@router.post("/declarations", status_code=201)
def declare_privilege(
    asking: Asking, claimed: Claimed, new: privilege_shapes.NewDeclaration
) -> privilege_shapes.Declaration:
    """Enter what a lawful user declared; their account is withheld until the filter team decides."""
    entered = asking.investigation.privilege.declare(
        Profession(new.profession),
        Named(account=new.account, start=new.start, end=new.end, zone=asking.zone.key),
        proof=new.proof,
        authority=claimed.authority,
        purpose=claimed.purpose,
        unseen=new.unseen,
    )
    return answers.declaration(entered, asking.zone)


@router.post("/declarations/{number}/verify")
def verify_declaration(
    asking: Asking, claimed: Claimed, number: Number, said: privilege_shapes.Reason
) -> privilege_shapes.Declaration:
    """Verify a declaration: the privilege of its account is confirmed. For the filter team alone."""
    decided = asking.investigation.privilege.verify(
        number, why=said.why, authority=claimed.authority, purpose=claimed.purpose
    )
    return answers.declaration(decided, asking.zone)


@router.post("/declarations/{number}/reject")
def reject_declaration(
    asking: Asking, claimed: Claimed, number: Number, said: privilege_shapes.Reason
) -> privilege_shapes.Declaration:
    """Reject a declaration: its account is given back. For the filter team alone."""
    decided = asking.investigation.privilege.reject(
        number, why=said.why, authority=claimed.authority, purpose=claimed.purpose
    )
    return answers.declaration(decided, asking.zone)


@router.get("/decisions")
def list_decisions(
    asking: Asking,
    claimed: Claimed,
    history: Annotated[bool, Query(description="All decisions instead of the latest on each thing.")] = False,  # noqa: FBT002
) -> list[privilege_shapes.PrivilegeDecision]:
    """List what is withheld, and what was given back. For the filter team alone."""
    found = asking.investigation.privilege.decisions(
        authority=claimed.authority, purpose=claimed.purpose, history=history
    )
    return _decisions(asking, found)


@router.post("/suspect", status_code=201)
def suspect_privilege(
    asking: Asking, claimed: Claimed, subject: privilege_shapes.PrivilegeSubject
) -> privilege_shapes.Suspected:
    """Suspect privilege of something that one may see: it is withheld at once, from oneself as well."""
    decided = asking.investigation.privilege.suspect(
        _named(asking, subject), why=subject.why, authority=claimed.authority, purpose=claimed.purpose
    )
    return privilege_shapes.Suspected(number=decided.number)


@router.post("/confirm", status_code=201)
def confirm_privilege(
    asking: Asking, claimed: Claimed, subject: privilege_shapes.PrivilegeSubject
) -> list[privilege_shapes.PrivilegeDecision]:
    """Confirm privilege: what it is about stays withheld. For the filter team alone."""
    decided = asking.investigation.privilege.confirm(
        _named(asking, subject), why=subject.why, authority=claimed.authority, purpose=claimed.purpose
    )
    return _decisions(asking, decided)


@router.post("/release", status_code=201)
def release_privilege(
    asking: Asking, claimed: Claimed, subject: privilege_shapes.PrivilegeSubject
) -> list[privilege_shapes.PrivilegeDecision]:
    """Give something back to the investigation: there is no privilege. For the filter team alone."""
    decided = asking.investigation.privilege.release(
        _named(asking, subject), why=subject.why, authority=claimed.authority, purpose=claimed.purpose
    )
    return _decisions(asking, decided)


@router.get("/decisions/{number}/destruction")
def preview_destruction(
    asking: Asking, claimed: Claimed, number: DecisionNumber
) -> privilege_shapes.DestructionPreview:
    """Say what would be destroyed under a decision, and what cannot be. For the filter team alone."""
    found = asking.investigation.destroying.preview(number, authority=claimed.authority, purpose=claimed.purpose)
    return answers.destruction_preview(found)


@router.post("/decisions/{number}/destruction", status_code=201)
def destroy_privileged(
    asking: Asking, claimed: Claimed, number: DecisionNumber, new: privilege_shapes.NewDestruction
) -> privilege_shapes.Destruction:
    """Destroy for good what a decision withholds whose privilege is confirmed. For the filter team alone."""
    done = asking.investigation.destroying.destroy(
        number, confirm=new.confirm, authority=claimed.authority, purpose=claimed.purpose
    )
    return answers.destruction(done, asking.zone)


@router.get("/destructions")
def list_destructions(asking: Asking, claimed: Claimed) -> list[privilege_shapes.Destruction]:
    """List what was destroyed, by decision and count. For the filter team alone."""
    found = asking.investigation.destroying.documents(authority=claimed.authority, purpose=claimed.purpose)
    return [answers.destruction(each, asking.zone) for each in found]


@router.get("/destructions/{number}/receipt", response_class=Receipt, responses=DOCUMENT)
def read_receipt(asking: Asking, claimed: Claimed, number: DestructionNumber) -> Receipt:
    """Return the signed document of a destruction. For the filter team alone."""
    data = asking.investigation.destroying.receipt(number, authority=claimed.authority, purpose=claimed.purpose)
    return Receipt(data, headers={"Content-Disposition": f'attachment; filename="destruction-{number}.json"'})


@router.get("/rules")
def list_rules(asking: Asking) -> list[privilege_shapes.PrivilegeRuleLine]:
    """List the rules that suspect privilege by themselves, with each release."""
    return [
        privilege_shapes.PrivilegeRuleLine(
            name=rule.name,
            profession=rule.profession.value,
            phrases=len(rule.phrases),
            accounts=len(rule.accounts),
        )
        for rule in asking.investigation.privilege.rules()
    ]


@router.post("/rules/run")
def run_rules(asking: Asking) -> privilege_shapes.PrivilegeRulesRun:
    """Run the rules over all of the latest release."""
    return privilege_shapes.PrivilegeRulesRun.model_validate(asking.investigation.privilege.run_rules())


def _decisions(asking: Asker, decided: Sequence[Decision]) -> list[privilege_shapes.PrivilegeDecision]:
    destroyed = asking.investigation.destructions.by_decision()
    return [answers.privilege_decision(each, asking.zone, destroyed=destroyed) for each in decided]


def _named(asking: Asker, subject: privilege_shapes.PrivilegeSubject) -> Named:
    return Named(
        account=subject.account,
        start=subject.start,
        end=subject.end,
        zone=asking.zone.key,
        conversation=subject.conversation,
        record=subject.record,
    )
