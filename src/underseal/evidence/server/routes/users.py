"""The named users of the workspace."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from underseal.evidence.audit import Act
from underseal.evidence.casework import Role
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Asker, Asking, entering
from underseal.evidence.server.logins import secret
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/users", tags=["users"], dependencies=[Depends(entering(Part.USERS))])

Name = Annotated[str, Path(max_length=64, pattern=shapes.NO_NUL)]


@router.get("")
def list_users(asking: Asking) -> list[shapes.UserLine]:
    """List all named users."""
    return [answers.user(user) for user in asking.investigation.casework.users.list()]


@router.post("", status_code=201)
def add_user(asking: Asking, new: shapes.NewUser) -> shapes.UserLine:
    """Add a user."""
    asking.permit(Act.USER_ADDED, user=new.name, role=new.role)
    users = asking.investigation.casework.users
    return answers.user(users.add(new.name, Role(new.role), secret(new.password), at=asking.shared.now()))


@router.post("/{name}/disable")
def disable_user(asking: Asking, name: Name) -> shapes.UserLine:
    """Keep a user out, and end their sessions."""
    _check(asking, name)
    asking.permit(Act.USER_DISABLED, user=name, reason="desk")
    return _switch(asking, name, disabled=True)


@router.post("/{name}/enable")
def enable_user(asking: Asking, name: Name) -> shapes.UserLine:
    """Let a user in again."""
    _check(asking, name)
    asking.permit(Act.USER_CHANGED, user=name, change="enabled")
    return _switch(asking, name, disabled=False)


@router.post("/{name}/password", status_code=204)
def set_password(asking: Asking, name: Name, new: shapes.NewPassword) -> None:
    """Give a user another password, and end their sessions."""
    _check(asking, name)
    asking.permit(Act.USER_CHANGED, user=name, change="password")
    asking.investigation.casework.users.set_password(name, secret(new.password))


def _check(asking: Asker, name: str) -> None:
    """Raise NotFoundError before the audit says that somebody was changed whom nobody knows."""
    asking.investigation.casework.users.get(name)


def _switch(asking: Asker, name: str, *, disabled: bool) -> shapes.UserLine:
    users = asking.investigation.casework.users
    users.set_disabled(name, disabled=disabled)
    return answers.user(users.get(name))
