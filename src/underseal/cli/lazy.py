"""A group of commands that are imported only when they are called."""

from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

import click


class Listed(NamedTuple):
    """Where a command is, "package.module:name", and the first sentence of its help: a list imports no command."""

    place: str
    words: str


class LazyGroup(click.Group):
    """Commands by name, in the order of a table.

    Args:
        commands_by_name: the commands, in their order.
        more: what click.Group takes.
    """

    def __init__(self, *, commands_by_name: Mapping[str, Listed], **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]  # click's own parameters
        self._table = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names in the table's order."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """Import a command; None where there is none of that name."""
        if cmd_name not in self._table:
            return None
        module, name = self._table[cmd_name].place.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        """Write the list of commands, as click does, without importing them."""
        room = formatter.width - 6 - max(map(len, self._table))
        rows = [
            (name, click.Command(name, help=listed.words).get_short_help_str(room))
            for name, listed in self._table.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
