"""`underseal serve`: the desk in the browser."""

from pathlib import Path

import click

from underseal.cli.common import err, opened_for_others, workspace_option
from underseal.evidence.investigation import Investigation
from underseal.evidence.server import serve as run_server


@click.command()
@click.option("--port", default=0, help="Port on 127.0.0.1; a free one by default.")
@click.option(
    "--behind-proxy", default="", help="Host name under which a TLS proxy on this machine publishes the desk."
)
@workspace_option
def serve(workspace: Path | None, port: int, behind_proxy: str) -> None:
    """Serve the desk on 127.0.0.1 and print a one-time link to it. Stop it with Ctrl-C."""
    with opened_for_others(workspace) as investigation:
        serve_until_stopped(investigation, port=port, behind_proxy=behind_proxy)


def serve_until_stopped(investigation: Investigation, *, port: int, behind_proxy: str = "") -> None:
    """Serve the desk until somebody presses Ctrl-C."""
    run_server(investigation, port=port, behind_proxy=behind_proxy, announce=_announce)


def _announce(address: str) -> None:
    err.print("\nThe desk is open. This link works once; a new one comes with each start:\n")
    err.print(f"    {address}\n")
    err.print("Stop with Ctrl-C.")
