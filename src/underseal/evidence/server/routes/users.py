"""The named users of the workspace."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from underseal.evidence.casework import Role
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Asking, entering
from underseal.evidence.server.logins import secret
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/users", tags=["users"], dependencies=[Depends(entering(Part.USERS))])

Name = Annotated[str, Path(max_length=64, pattern=shapes.NO_NUL)]


@router.get("")
def list_users(asking: Asking) -> list[shapes.UserLine]:
    """List all named users."""
    return [answers.user(user, asking.zone) for user in asking.investigation.people.list()]


@router.post("", status_code=201)
def add_user(asking: Asking, new: shapes.NewUser) -> shapes.UserLine:
    """Add a user."""
    return answers.user(asking.investigation.people.add(new.name, Role(new.role), secret(new.password)), asking.zone)


@router.post("/{name}/disable")
def disable_user(asking: Asking, name: Name) -> shapes.UserLine:
    """Keep a user out, and end their sessions."""
    return answers.user(asking.investigation.people.disable(name, why="desk"), asking.zone)


@router.post("/{name}/enable")
def enable_user(asking: Asking, name: Name) -> shapes.UserLine:
    """Let a user in again."""
    return answers.user(asking.investigation.people.enable(name), asking.zone)


@router.post("/{name}/password", status_code=204)
def set_password(asking: Asking, name: Name, new: shapes.NewPassword) -> None:
    """Give a user another password, and end their sessions."""
    asking.investigation.people.set_password(name, secret(new.password))
