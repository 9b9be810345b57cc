"""The group of all commands, and the one place where an error becomes words and an exit code."""

import sys
from importlib.metadata import version

import click

from underseal.cli.lazy import LazyGroup
from underseal.errors import InternalError, QueryError, RefusedError, UndersealError

COMMANDS = {
    "init": "underseal.cli.init:init",
    "defence": "underseal.cli.defence:defence",
    "authority": "underseal.cli.authority:authority",
    "intake": "underseal.cli.intake:intake",
    "decrypt": "underseal.cli.decrypt:decrypt",
    "release": "underseal.cli.release:release",
    "search": "underseal.cli.search:search",
    "read": "underseal.cli.read:read",
    "account": "underseal.cli.account:account",
    "person": "underseal.cli.person:person",
    "attribute": "underseal.cli.attribute:attribute",
    "dossier": "underseal.cli.dossier_hand_over:dossier",
    "package": "underseal.cli.package:package",
    "privilege": "underseal.cli.privilege:privilege",
    "audit": "underseal.cli.audit:audit",
    "disclose": "underseal.cli.disclose:disclose",
    "verify": "underseal.cli.verify:verify",
    "user": "underseal.cli.user:user",
    "serve": "underseal.cli.serve:serve",
    "network": "underseal.cli.network:network",
    "demo": "underseal.cli.demo:demo",
}
"""Imported only when they are called, so that `underseal verify` needs no more than it needs."""

FAULT, REFUSED, OURS = 1, 3, 70
"""Exit codes: the request or the evidence is at fault (2 is click's own for wrong arguments), refused, our fault."""


@click.group(
    cls=LazyGroup,
    commands_by_name=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("underseal"), prog_name="underseal")
@click.option(
    "--user",
    metavar="NAME",
    help="Who acts, where the workspace has named users; or UNDERSEAL_USER. The password is asked for, or comes from "
    "UNDERSEAL_PASSWORD.",
)
@click.pass_context
def group(context: click.Context, user: str | None) -> None:
    """Sealed messages, opened as evidence that both sides can check."""
    context.obj = user


def main() -> None:
    """Run the command line; errors become one sentence, a hint and an exit code."""
    try:
        code = group.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except UndersealError as error:
        _tell(error)
        sys.exit(_code(error))
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


def _tell(error: UndersealError) -> None:
    click.echo(f"underseal: {error.message}", err=True)
    if isinstance(error, QueryError):
        click.echo(f"           at character {error.position + 1}", err=True)
    if error.hint:
        click.echo(f"           {error.hint}", err=True)


def _code(error: UndersealError) -> int:
    if isinstance(error, RefusedError):
        return REFUSED
    return OURS if isinstance(error, InternalError) else FAULT
