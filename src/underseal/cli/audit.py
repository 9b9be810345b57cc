"""`underseal audit`: who did what, when, under which authority, and why."""

from pathlib import Path
from typing import Literal

import click

from underseal.cli.bar import Bar
from underseal.cli.common import audit_key_option, opened, out, workspace_option
from underseal.core.crypto import LetterboxKey


@click.group()
def audit() -> None:
    """List, verify and export the audit."""


@audit.command("list")
@click.option("--limit", default=50, show_default=True, help="How many entries, the newest first.")
@click.option("--user", default="", help="Only of this user.")
@click.option("--act", default="", help="Only this act.")
@audit_key_option
@workspace_option
def list_(workspace: Path | None, limit: int, user: str, act: str, audit_key: LetterboxKey | None) -> None:
    """List the newest entries. A sealed audit shows them to its key only."""
    with opened(workspace, audit_key=audit_key) as investigation:
        page = investigation.audit.page(limit=limit, user=user, act=act)
        if page.sealed_for:
            out.print(
                f"{page.total:,} entries, numbers 0 to {page.total - 1}: they are sealed for the key {page.sealed_for}."
            )
            out.print("Whoever holds its file can read them:  underseal audit list --audit-key FILE")
        for entry in page.entries:
            details = " ".join(f"{name}={value}" for name, value in entry.details.items())
            out.print(
                f"{entry.number:>6}  {entry.time}  {entry.user}  {entry.act}  {entry.authority}  {details}  {entry.purpose}",
                markup=False,
            )


@audit.command()
@workspace_option
def verify(workspace: Path | None) -> None:
    """Check every entry against the signed root."""
    with opened(workspace) as investigation, Bar("Verifying", unit="entries") as bar:
        state = investigation.audit.verify(bar.show)
    out.print(f"Sound: {state.size:,} entries, root {state.root.hex()}")


@audit.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@workspace_option
def export(workspace: Path | None, file: Path, format_: Literal["jsonl", "csv"]) -> None:
    """Write the whole audit to FILE; anyone can check it with `underseal verify FILE`."""
    with opened(workspace) as investigation:
        state = investigation.audit.export(file, form=format_)
    out.print(f"Wrote {state.size:,} entries to {file}. Anyone can check it with: underseal verify {file}")
