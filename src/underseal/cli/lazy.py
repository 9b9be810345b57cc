"""A group of commands that are imported only when they are called."""

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """Commands by name, in the order of a table.

    Args:
        commands_by_name: for each command the module and the name in it, "package.module:name".
        more: what click.Group takes.
    """

    def __init__(self, *, commands_by_name: Mapping[str, str], **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]  # click's own parameters
        self._table = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names in the table's order."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """Import a command; None where there is none of that name."""
        if cmd_name not in self._table:
            return None
        module, name = self._table[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command
