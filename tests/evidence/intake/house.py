"""A house to take exhibits into: a workspace, its case work and audit, and an authority that allows everything."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from underseal.core.records import Secret
from underseal.evidence.audit import Audit
from underseal.evidence.authority import Draft, Gate, Register
from underseal.evidence.casework import CaseWork, Exhibit
from underseal.evidence.decrypt import Keyring
from underseal.evidence.intake import Arrival, take
from underseal.evidence.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class House:
    """A workspace with an authority, and the way in."""

    workspace: Workspace
    casework: CaseWork
    gate: Gate
    audit: Audit

    def take(
        self,
        path: Path,
        number: str,
        *,
        increment_of: str = "",
        authority: str = "BR-1",
        passphrase: Secret | None = None,
        mapping: Path | None = None,
        reader: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Exhibit:
        """Take an exhibit in."""
        arrival = Arrival(
            number=number,
            title="sample",
            custodian="nobody",
            condition="intact",
            received_from="a script",
            received_by="anna",
            increment_of=increment_of,
        )
        return take(
            path,
            arrival,
            workspace=self.workspace,
            casework=self.casework,
            gate=self.gate,
            store_keys=Keyring(self.workspace.keyring),
            user="anna",
            authority=authority,
            purpose="a test",
            reader=reader,
            mapping=mapping,
            passphrase=passphrase,
            progress=progress,
        )


def open_house(workspace: Workspace, casework: CaseWork, audit: Audit) -> House:
    """Return a house in which authority BR-1 allows everything."""
    gate = Gate(casework, audit)
    draft = Draft(
        number="BR-1",
        magistrate="M. Janssens",
        legal_basis="art. 90ter",
        type="warrant",
        accounts="all",
        rooms="all",
        period="all",
        valid_from="2020-01-01",
        valid_to="2999-12-31",
        zone="UTC",
    )
    Register(casework, gate).add(draft, user="anna", purpose="a test")
    return House(workspace=workspace, casework=casework, gate=gate, audit=audit)
