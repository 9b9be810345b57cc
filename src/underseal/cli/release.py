"""`underseal release`: the chain of signed releases, what they add, their proofs, and whether they are sound."""

from pathlib import Path

import click

from underseal.cli.bar import Bar
from underseal.cli.common import authority_options, err, opened, out, table, workspace_option
from underseal.errors import CallerError


@click.group()
def release() -> None:
    """List, show, compare, prove and verify releases."""


@release.command("list")
@workspace_option
def list_(workspace: Path | None) -> None:
    """List all releases."""
    with opened(workspace) as investigation:
        rows = table("release", "created", "records", "added", "why", "root")
        for entry in investigation.list_releases():
            rows.add_row(
                str(entry.number), entry.created, f"{entry.size:,}", f"{entry.added:,}", entry.reason, entry.root
            )
        out.print(rows if rows.row_count else "Nothing has been released yet: underseal intake --help")


@release.command()
@click.argument("number", type=int)
@workspace_option
def show(workspace: Path | None, number: int) -> None:
    """Show release NUMBER with its segments and exhibits."""
    with opened(workspace) as investigation:
        entry = investigation.describe_release(number)
        out.print(f"Release {entry.number}, {entry.created}: {entry.reason}")
        out.print(f"Records: {entry.size:,}, of which {entry.added:,} new; failures: {entry.failures:,}")
        out.print("Verdicts: " + ", ".join(f"{name} {count:,}" for name, count in entry.verdicts.items()))
        out.print(f"Root: {entry.root}\nParent: {entry.parent or 'none'}\nSigned by: {entry.key}")
        out.print("Made with: " + ", ".join(f"{name} {number_}" for name, number_ in entry.tools.items()))
        rows = table("segment", "first", "rows", "hidden", "sha256")
        for part in entry.segments:
            rows.add_row(part.id, f"{part.first:,}", f"{part.rows:,}", f"{part.hidden:,}", part.sha256)
        out.print(rows)


@release.command()
@click.argument("old", type=int)
@click.argument("new", type=int)
@click.option("--proof", type=click.Path(path_type=Path), help="Write the consistency proof here.")
@click.option("--records", is_flag=True, help="List every added record instead of the sums.")
@workspace_option
def diff(workspace: Path | None, old: int, new: int, proof: Path | None, records: bool) -> None:
    """Say what release NEW adds to release OLD, and why; prove that it changes nothing else."""
    with opened(workspace) as investigation:
        if records:
            for some in investigation.added(old, new):
                for row in some.to_pylist():
                    place = f"{row['exhibit']} {row['file'] or ''} {row['unit']} {row['row']}"
                    click.echo(f"#{row['number']}\t{row['reason']}\t{row['verdict']}\t{place}")
        else:
            sums = table("added", "why", "exhibit", "verdict")
            for line in investigation.diff(old, new):
                sums.add_row(f"{line.count:,}", line.reason, line.exhibit, line.verdict)
            out.print(sums if sums.row_count else "Nothing was added.")
        if proof:
            proof.write_bytes(investigation.prove_consistency(old, new))
            out.print(f"Wrote the consistency proof. Check it with: underseal verify {proof}")


@release.command()
@click.argument("message")
@click.option("--out", "file", type=click.Path(path_type=Path), help="File to write; MESSAGE.proof.json by default.")
@click.option("--release", "number", type=int, help="Release to prove it in; the latest by default.")
@authority_options
@workspace_option
def prove(
    workspace: Path | None, authority: str, purpose: str, message: str, file: Path | None, number: int | None
) -> None:
    """Write a proof of MESSAGE (a record's number, with or without #, or a source's identifier such as $event)."""
    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose, release=number)
        record = case.find(message) if not message.lstrip("#").isdigit() else int(message.lstrip("#"))
        target = file or Path(f"{record}.proof.json")
        if target.exists():
            raise CallerError(f"{target} exists already.", hint="Name another file with --out.")
        target.write_bytes(case.prove(record))
        out.print(f"Wrote {target}. Anyone can check it with: underseal verify {target}")


@release.command()
@click.argument("number", type=int, required=False)
@workspace_option
def verify(workspace: Path | None, number: int | None) -> int:
    """Check release NUMBER (the latest by default) against every byte: manifests, segments, records, originals, audit."""
    faults = 0
    with opened(workspace) as investigation, Bar("Verifying", unit="records") as bar:
        for step in investigation.verify(number, progress=bar.show):
            faults += not step.ok
            click.echo(f"{'ok    ' if step.ok else 'FAILED'}  {step.name}: {step.detail}")
    err.print("Sound." if not faults else f"{faults} faults.")
    return 1 if faults else 0
