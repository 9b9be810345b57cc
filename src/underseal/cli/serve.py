"""`underseal serve`: the desk in the browser."""

from pathlib import Path

import click

from underseal.cli.common import audit_key_option, err, opened_for_others, workspace_option
from underseal.core.crypto import LetterboxKey
from underseal.evidence.investigation import Investigation
from underseal.evidence.server import serve as run_server


@click.command()
@click.option("--port", default=0, help="Port on 127.0.0.1; a free one by default.")
@click.option(
    "--behind-proxy", default="", help="Host name under which a TLS proxy on this machine publishes the desk."
)
@audit_key_option
@workspace_option
def serve(workspace: Path | None, port: int, behind_proxy: str, audit_key: LetterboxKey | None) -> None:
    """Serve the desk on 127.0.0.1 and print a one-time link to it. Stop it with Ctrl-C.

    Where the audit is sealed, its page shows entries only to a desk that was started with their key.
    """
    with opened_for_others(workspace, audit_key=audit_key) as investigation:
        serve_until_stopped(investigation, port=port, behind_proxy=behind_proxy)


def serve_until_stopped(investigation: Investigation, *, port: int, behind_proxy: str = "") -> None:
    """Serve the desk until somebody presses Ctrl-C."""
    run_server(investigation, port=port, behind_proxy=behind_proxy, announce=_announce)


def _announce(address: str) -> None:
    err.print("\nThe desk is open. This link works once; a new one comes with each start:\n")
    err.print(f"    {address}\n")
    err.print("Stop with Ctrl-C.")
