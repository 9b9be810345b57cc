"""Which role may do what, and what needs an authority beside the role. What is not said here is refused."""

from collections.abc import Mapping
from typing import Final

from underseal.evidence.audit import OF_THE_SYSTEM, Act, Group
from underseal.evidence.casework import Role

WITHOUT_AUTHORITY: Final = frozenset(
    {
        Act.WORKSPACE_CREATED,
        Act.SETTINGS_CHANGED,
        Act.AUTHORITY_ADDED,
        Act.AUTHORITY_WITHDRAWN,
        Act.PRIVILEGE_RULES_RUN,
        Act.DECRYPTED,
        Act.RELEASED,
        Act.RELEASE_ABANDONED,
        Act.AUTHORITIES_LISTED,
        Act.RELEASE_READ,
        Act.RELEASES_COMPARED,
        Act.AUDIT_READ,
        Act.AUDIT_EXPORTED,
        *(act for act in Act if act.group is Group.SECURITY),
    }
)
"""Acts that show nothing of what a message says or who sent it; all others name the authority that they stand on."""

_ANYBODY: Final = frozenset(
    {
        Act.LOGIN,
        Act.LOGOUT,
        Act.PASSWORD_CHANGED,
        Act.KEY_USED,
        Act.VERIFIED,
        Act.RELEASE_READ,
        Act.RELEASES_COMPARED,
    }
)
FILTER_ALONE: Final = frozenset({Act.QUARANTINE_LISTED, Act.PRIVILEGE_CONFIRMED, Act.PRIVILEGE_REJECTED, Act.ERASED})
"""What is the filter team's alone: not even the one person of a workspace without named users may do it, since who
investigates does not decide what they may read."""

_READ: Final = frozenset(act for act in Act if act.group is Group.CONSULTATION) - {
    Act.AUDIT_READ,
    Act.QUARANTINE_LISTED,
} | {Act.PRIVILEGE_SUSPECTED}
"""Who reads may suspect: what they name is withheld from them at once."""

_CODING: Final = frozenset({Act.CODED, Act.THREAT_ENTERED})
_DOSSIERS: Final = _CODING | {
    Act.DOSSIER_OPENED,
    Act.DOSSIER_CHANGED,
    Act.DOSSIER_CLOSED,
    Act.DOSSIER_REOPENED,
    Act.DOCUMENT_TAKEN,
    Act.TRANSFER_OFFERED,
    Act.TRANSFER_ACCEPTED,
    Act.TRANSFER_REFUSED,
    Act.TRANSFER_WITHDRAWN,
    Act.PACKAGE_RECALLED,
    Act.RECALL_CONFIRMED,
    Act.RECALL_TAKEN,
    Act.CONSENT_ENTERED,
    Act.SOURCE_EXCLUDED,
    Act.SOURCE_READMITTED,
}
_DISCLOSING: Final = frozenset({Act.DISCLOSED, Act.DISCLOSURE_FETCHED, Act.DISCLOSURE_DISCARDED})
_PRIVILEGE: Final = frozenset({Act.PRIVILEGE_DECLARED, Act.PRIVILEGE_RULES_RUN})
_AUTHORITIES: Final = frozenset({Act.AUTHORITY_ADDED, Act.AUTHORITY_WITHDRAWN})
_WORK: Final = frozenset(
    {act for act in Act if act.group in (Group.COLLECTION, Group.COMBINATION)} | {Act.DECRYPTED, Act.MERGED}
)

MAY: Final[Mapping[Role, frozenset[Act]]] = {
    Role.INVESTIGATOR: _ANYBODY
    | _READ
    | _WORK
    | _AUTHORITIES
    | _PRIVILEGE
    | _DOSSIERS
    | {Act.AUDIT_READ, Act.EXPORTED, Act.PROOF_MADE},
    Role.FILTER: _ANYBODY | _READ | _PRIVILEGE | FILTER_ALONE | _CODING,
    Role.MAGISTRATE: _ANYBODY
    | _READ
    | _AUTHORITIES
    | _DOSSIERS
    | _DISCLOSING
    | {Act.AUDIT_READ, Act.AUDIT_EXPORTED, Act.EXPORTED, Act.PROOF_MADE},
    Role.PROSECUTOR: _ANYBODY | _READ | _DOSSIERS | _DISCLOSING | {Act.EXPORTED, Act.PROOF_MADE},
    Role.ADMINISTRATOR: _ANYBODY
    | {
        Act.WORKSPACE_CREATED,
        Act.SETTINGS_CHANGED,
        Act.AUDIT_READ,
        Act.AUDIT_EXPORTED,
        Act.KEY_CREATED,
        Act.USER_ADDED,
        Act.USER_CHANGED,
        Act.USER_DISABLED,
        Act.USERS_LISTED,
    },
}
"""An administrator runs the house and reads no evidence; who reads evidence does not decide who else may."""


def may(role: Role | None, act: Act) -> bool:
    """Say whether a role may do an act. None is the one person of a workspace without named users."""
    if act in OF_THE_SYSTEM:
        return False
    return act not in FILTER_ALONE if role is None else act in MAY[role]
