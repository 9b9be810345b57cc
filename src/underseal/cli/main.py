"""The group of all commands, and the one place where an error becomes words and an exit code."""

import sys
from importlib.metadata import version

import click

from underseal.cli.lazy import LazyGroup, Listed
from underseal.errors import InternalError, QueryError, RefusedError, UndersealError

COMMANDS = {
    "init": Listed(
        "underseal.cli.init:init",
        "Make a workspace in FOLDER: settings, case-work database, a signing key of its own, and the audit.",
    ),
    "defence": Listed("underseal.cli.defence:defence", "Work as the defence, on what was disclosed."),
    "authority": Listed("underseal.cli.authority:authority", "Enter, list and withdraw authorities."),
    "intake": Listed(
        "underseal.cli.intake:intake",
        "Take in the exhibit at PATH: hash every file, register it, read it, open what can be opened, and release it.",
    ),
    "decrypt": Listed(
        "underseal.cli.decrypt:decrypt",
        "Try all keys of the workspace on all locked records; what they open becomes a new release.",
    ),
    "release": Listed("underseal.cli.release:release", "List, show, compare, prove and verify releases."),
    "search": Listed(
        "underseal.cli.search:search",
        'Find messages: words, "phrases", AND OR NOT, prefix*, fuzzy~1, from: to: in: after: before: kind: verdict: has:.',
    ),
    "read": Listed(
        "underseal.cli.read:read", "Read CONVERSATION, its end by default; without one, list all conversations."
    ),
    "account": Listed(
        "underseal.cli.account:account",
        "Describe ACCOUNT: activity, contacts, names, languages, hours of the day, gaps, co-presence, and who is claimed to have used it.",
    ),
    "person": Listed(
        "underseal.cli.person:person", "Show what is claimed of PERSON, such as P3; without one, list all persons."
    ),
    "attribute": Listed(
        "underseal.cli.attribute:attribute",
        "Claim, supersede, withdraw, list and export attributions of accounts to persons; merge persons.",
    ),
    "dossier": Listed(
        "underseal.cli.dossier_hand_over:dossier",
        "Build case files out of messages: dossiers, seen by their members alone.",
    ),
    "package": Listed(
        "underseal.cli.package:package",
        "See the packages of partner forces that were taken in, take their recalls, and enter their consents.",
    ),
    "privilege": Listed("underseal.cli.privilege:privilege", "Withhold privileged material, and give it back."),
    "audit": Listed("underseal.cli.audit:audit", "List, verify and export the audit."),
    "disclose": Listed(
        "underseal.cli.disclose:disclose", "Disclose a dossier to the defence: underseal disclose DOSSIER --to NAME."
    ),
    "verify": Listed(
        "underseal.cli.verify:verify",
        "Check FILE: a disclosure pack, a proof, a signed document, an export of an audit or reward.",
    ),
    "user": Listed("underseal.cli.user:user", "Add, list, disable and enable named users, and change passwords."),
    "serve": Listed("underseal.cli.serve:serve", "Serve the desk on 127.0.0.1 and print a one-time link to it."),
    "network": Listed(
        "underseal.cli.network:network",
        "Run a closed phone network: homeserver, licences, phones, handsets, capture, reward.",
    ),
    "demo": Listed(
        "underseal.cli.demo:demo",
        "Play a night on a closed phone network, capture it, seize some phones, and open what they open.",
    ),
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
