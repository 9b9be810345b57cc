"""`underseal verify`: check a proof file. Needs no workspace, and none of the libraries of the store."""

import json
from pathlib import Path

import click

from underseal.core.verify import verify_file


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key", help="The public key that must have signed, 64 hexadecimal digits; get it from somebody you trust."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(file: Path, key: str | None, as_json: bool) -> int:
    """Check FILE: a disclosure pack, a proof, a signed document, an export of an audit or reward. Exit code 0: proved.

    A pack is a folder or a zip file; a proof is of a record, of two releases, or of an attribution.
    """
    report = verify_file(file, trusted=key)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
        return report.exit_code
    for step in report.steps:
        click.echo(f"{'ok    ' if step.ok else 'FAILED'}  {step.name}: {step.detail}")
    click.echo(report.summary)
    return report.exit_code
