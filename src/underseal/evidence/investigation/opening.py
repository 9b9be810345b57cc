"""Opening an investigation: whose hands it is in.

A workspace without named users belongs to whoever can open its folder. Once there are some, a name counts only with its
password, and a server that acts for those who log in at it is itself nobody.
"""

import getpass
import os
import pwd
from collections.abc import Callable
from pathlib import Path

from underseal.core.crypto import Letterbox, LetterboxKey
from underseal.core.records import Secret
from underseal.errors import RefusedError
from underseal.evidence.audit import Act, Audit
from underseal.evidence.authority import Gate
from underseal.evidence.casework import CaseWork
from underseal.evidence.investigation.investigation import Investigation
from underseal.evidence.workspace import Workspace
from underseal.settings import Environment

NOBODY = ""
"""Who acts where nobody has come in: the gate refuses each act."""

DOOR = "program"
"""What the audit calls the way in that is no browser: the command line, or Python."""


def create_investigation(
    path: Path,
    name: str,
    *,
    passphrase: Secret | None = None,
    database: str | None = None,
    audit_for: Letterbox | None = None,
) -> Investigation:
    """Make a workspace and open it; other arguments and errors are those of `Workspace.init`.

    Args:
        path, name, passphrase, database: of the workspace.
        audit_for: seals the audit for whoever holds the key of this letterbox; None for a clear audit.
    """
    user = getpass.getuser()

    def furnish(workspace: Workspace) -> None:
        audit = Audit.create(workspace.audit, workspace.signing_key, sealed_for=audit_for)
        details: dict[str, str | int] = {"name": workspace.settings.name, "id": str(workspace.settings.id)}
        with CaseWork.of(workspace) as casework:
            Gate(casework, audit).permit(user=user, act=Act.WORKSPACE_CREATED, details=details)

    workspace = Workspace.init(path, name, passphrase=passphrase, database=database, furnish=furnish)
    return Investigation(workspace, user=user)


def open_investigation(
    path: str | Path | None = None,
    *,
    user: str | None = None,
    password: Secret | str | None = None,
    passphrase: Secret | str | None = None,
    ask: Callable[[str], Secret] | None = None,
    audit_key: LetterboxKey | None = None,
) -> Investigation:
    """Open the investigation of a workspace (also `underseal.open`).

    Args:
        path: the workspace's folder; None finds it as `Workspace.open` does.
        user: who acts, None for UNDERSEAL_USER; in a workspace without named users, the login name by default.
        password: of that user, None for UNDERSEAL_PASSWORD. It counts where there are named users.
        passphrase: of the signing key; None for UNDERSEAL_PASSPHRASE.
        ask: called with the user's name for a password that is needed and was not given.
        audit_key: reads the audit of a workspace where that is sealed.

    Raises:
        NotFoundError: there is no workspace. CallerError: its settings cannot be used.
        KeyFileError: wrong passphrase, or `audit_key` is not the key of this audit.
        RefusedError: there are named users, and name and password are not those of one who may come in; or a password
            was given, and there are none. ThrottledError: there were too many attempts at this name.
    """
    investigation = open_for_others(path, passphrase=passphrase, audit_key=audit_key)
    try:
        investigation.user = _identify(investigation, user, _secret(password), ask)
    except BaseException:
        investigation.close()
        raise
    return investigation


def open_for_others(
    path: str | Path | None = None,
    *,
    passphrase: Secret | str | None = None,
    audit_key: LetterboxKey | None = None,
) -> Investigation:
    """Open an investigation for a server, which acts for those who log in at it.

    Args and errors are those of `open_investigation`, but that nobody is asked who they are: once there are named
    users, nothing can be done through what is returned but `Investigation.acting_as`.
    """
    workspace = Workspace.open(Path(path) if path else None, passphrase=_secret(passphrase))
    investigation = Investigation(workspace, user=NOBODY, audit_key=audit_key)
    investigation.settle()
    if not investigation.casework.users.named():
        investigation.user = getpass.getuser()
    return investigation


def no_named_users() -> RefusedError:
    """Return the refusal of somebody who comes with a name to a workspace of one person."""
    return RefusedError(
        "This workspace has no named users, so nobody logs in to it.",
        hint="Leave the name out, or add the first user: underseal user add NAME --role administrator",
    )


def _identify(
    investigation: Investigation, user: str | None, password: Secret | None, ask: Callable[[str], Secret] | None
) -> str:
    if investigation.casework.users.named():
        return _enter(investigation, user, password, ask)
    if password is not None:
        raise no_named_users()
    return user or investigation.user


def _enter(
    investigation: Investigation, user: str | None, password: Secret | None, ask: Callable[[str], Secret] | None
) -> str:
    environment = Environment()
    name = user or environment.user
    if not name:
        raise RefusedError(
            "This workspace has named users, and you have not said which of them you are.",
            hint="Say who acts: underseal --user NAME ..., or UNDERSEAL_USER.",
        )
    password = password or environment.login() or (ask(name) if ask else None)
    if password is None:
        raise RefusedError(
            "This workspace has named users, so a name needs its password.",
            hint="Put it into UNDERSEAL_PASSWORD, or come from a terminal, where it is asked for.",
        )
    return investigation.door.enter(name, password, door=DOOR, address=f"account {_account()}").name


def _account() -> str:
    """Return the account of this process as the system knows it; variables of the environment can be anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # the account has no name, as in some containers
        return str(os.getuid())


def _secret(given: Secret | str | None) -> Secret | None:
    return Secret(given.encode()) if isinstance(given, str) else given
