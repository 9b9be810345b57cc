"""A gate that really judges, and passes that it really issued."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from underseal.evidence.audit import Act, Audit
from underseal.evidence.authority import EVERYTHING, Access, Authority, Gate, Scope
from underseal.evidence.casework import CaseWork
from underseal.evidence.workspace import Workspace

YEAR_3000 = 32_503_680_000_000


@pytest.fixture
def casework(workspace: Workspace) -> Iterator[CaseWork]:
    """The case work of the workspace."""
    with CaseWork.of(workspace) as opened:
        yield opened


@pytest.fixture
def audit(workspace: Workspace) -> Audit:
    """The audit of the workspace."""
    return Audit.create(workspace.audit, workspace.signing_key)


@pytest.fixture
def gate(casework: CaseWork, audit: Audit) -> Gate:
    """The gate of the workspace."""
    return Gate(casework, audit)


@pytest.fixture
def grant(casework: CaseWork, gate: Gate) -> Callable[[Scope], Access]:
    """A function that enters an authority of a scope and passes the gate with it."""
    numbers = count(1)

    def issue(scope: Scope) -> Access:
        number = f"BR-{next(numbers)}"
        authority = Authority(
            number=number,
            magistrate="M. Janssens",
            legal_basis="art. 90ter",
            type="warrant",
            scope=scope,
            valid_from=0,
            valid_to=YEAR_3000,
            note="",
            added=0,
            added_by="anna",
        )
        casework.authorities.add(authority.stored())
        return gate.admit(number, user="anna", act=Act.SEARCHED, purpose="a test")

    return issue


@pytest.fixture
def access(grant: Callable[[Scope], Access]) -> Access:
    """A pass to everything."""
    return grant(EVERYTHING)
