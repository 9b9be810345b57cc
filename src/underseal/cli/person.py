"""`underseal person`: the persons whom claims name, and what is claimed of one."""

from pathlib import Path

import click

from underseal.cli.attribute import claim_words, json_option, print_json
from underseal.cli.common import authority_options, harmless, opened, out, table, workspace_option
from underseal.evidence.identity import Listed
from underseal.evidence.investigation import Consultation


@click.command()
@click.argument("person", required=False)
@json_option
@authority_options
@workspace_option
def person(workspace: Path | None, authority: str, purpose: str, person: str | None, as_json: bool) -> None:
    """Show what is claimed of PERSON, such as P3; without one, list all persons."""
    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose)
        if as_json:
            _print_json(case, person)
        elif person is None:
            _list(case)
        else:
            _show(case, person)


def _print_json(case: Consultation, person: str | None) -> None:
    from underseal.evidence.server import identities, identity_shapes  # noqa: PLC0415  # costs what nobody else needs

    if person is not None:
        print_json(identities.person(case.attributions.person(person), case.zone))
        return
    print_json([identity_shapes.PersonLine.model_validate(found) for found in case.attributions.persons()])


def _list(case: Consultation) -> None:
    rows = table("person", "names", "born", "accounts", "claims")
    for found in case.attributions.persons():
        rows.add_row(_id(found), *(_lines(found.names), _lines(found.born), _lines(found.accounts)), str(found.claims))
    out.print(rows if rows.row_count else "Nobody is named yet. Claim it: underseal attribute claim --help")


def _show(case: Consultation, person: str) -> None:
    page = case.attributions.person(person)
    found = page.person
    born = f", born {' or '.join(found.born)}" if found.born else ""
    out.print(harmless(f"{_id(found)}  {' or '.join(found.names)}{born}"), markup=False)
    for shown in page.claims:
        out.print(harmless(claim_words(shown, case.zone)), markup=False)
    for use in page.uses:
        out.print(harmless(f"  {use.claim}: {use.counted.count:,} messages  {use.counted.query}"), markup=False)
    for rival in page.rivals:
        out.print(harmless(f"Competing: {claim_words(rival, case.zone)}"), markup=False)
    for union in page.unions:
        merge = union.merge
        undone = f"; undone by {union.parting.author}: {union.parting.reason}" if union.parting else ""
        words = f"{merge.id}  {merge.absorbed} is one with {merge.kept}, says {merge.author}: {merge.reason}{undone}"
        out.print(harmless(words), markup=False)


def _id(found: Listed) -> str:
    return " = ".join((found.id, *found.parts))


def _lines(words: tuple[str, ...]) -> str:
    return harmless("\n".join(words))
