"""The parts of `underseal dossier` in which people review and work: codings, threats, deconfliction, tasks, exclusions."""

from collections.abc import Sequence
from pathlib import Path

import click

from underseal.cli.common import authority_options, harmless, opened, out, table, workspace_option
from underseal.cli.dossier import dossier, dossiers_of, moment_of
from underseal.evidence.authority.moments import moment, zone_of
from underseal.evidence.dossier import (
    Choice,
    ExclusionDraft,
    Outcome,
    Source,
    SourceKind,
    Step,
    StepDraft,
)
from underseal.evidence.dossier.identifiers import BY_HAND, IdentifierKind
from underseal.evidence.dossier.meetings import Meeting
from underseal.evidence.dossier.packages import PackageState
from underseal.evidence.dossier.work import EventDraft, HypothesisDraft, HypothesisState, TaskDraft, TaskState

_why = click.option("--why", required=True, help="The reason; it stands in the dossier.")
_number = click.argument("number", metavar="DOSSIER")
_zone = click.option("--zone", default="UTC", show_default=True, help="Time zone of dates without an offset.")


# --- coding -----------------------------------------------------------------------------------------------------------


@dossier.command()
@_number
@click.argument("record", type=click.IntRange(0))
@click.argument("choice", type=click.Choice([choice.value for choice in Choice]))
@click.option("--note", default="", help="What else is to be said of it.")
@authority_options
@workspace_option
def code(
    workspace: Path | None, authority: str, purpose: str, number: str, record: int, choice: str, note: str
) -> None:
    """Decide of the message of RECORD. What is privileged is withheld at once; a threat to life raises an alert."""
    with opened(workspace) as investigation:
        dossiers_of(investigation, authority, purpose).codings.code(number, record, Choice(choice), note=note)
        out.print(f"Coded record {record} as {choice}.")
        if choice == Choice.PRIVILEGED:
            out.print("It is withheld until the filter team decides.")


@dossier.command()
@_number
@click.option("--disputed", is_flag=True, help="Only messages on which reviewers disagree.")
@authority_options
@workspace_option
def codings(workspace: Path | None, authority: str, purpose: str, number: str, disputed: bool) -> None:
    """List what reviewers decided of messages: the latest decision of each on each."""
    with opened(workspace) as investigation:
        register = dossiers_of(investigation, authority, purpose).codings
        rows = table("record", "coding", "by", "note", "")
        cursor: int | None = -1
        while cursor is not None:
            page = register.page(number, after=cursor, limit=500, disputed=disputed)
            for coded in page.messages:
                for each in coded.codings:
                    told = (each.choice, f"{each.user}, {moment_of(each.at)}", each.note)
                    rows.add_row(str(each.record), *map(harmless, told), "disputed" if coded.disputed else "")
            cursor = page.cursor
        out.print(rows)


# --- threats to life --------------------------------------------------------------------------------------------------


@dossier.command()
@click.argument("number", metavar="[DOSSIER]", default="")
@click.option("--from", "first", help="Figures of what was entered from this date or time on.")
@click.option("--to", "last", help="Figures of what was entered until this date, it included, or before this time.")
@_zone
@authority_options
@workspace_option
def threats(
    workspace: Path | None,
    authority: str,
    purpose: str,
    number: str,
    first: str | None,
    last: str | None,
    zone: str,
) -> None:
    """List the threats to life, of DOSSIER or of all that you may know of, and the figures of a stretch of time.

    The same dates give the same figures, whenever they are asked for.
    """
    since = None if first is None else moment(first, zone_of(zone))
    until = None if last is None else moment(last, zone_of(zone), end=True)
    with opened(workspace) as investigation:
        found = dossiers_of(investigation, authority, purpose).threats.list(number, since=since, until=until)
        rows = table("dossier", "threat", "step", "what", "took place", "by")
        for threat in found.threats:
            for step in threat.steps:
                said = f"{step.outcome}: {step.words}" if step.outcome else step.words
                told = (threat.dossier, threat.id, step.step, said, moment_of(step.happened), step.user)
                rows.add_row(*map(harmless, told))
        out.print(rows)
        figures = found.figures
        stretch = f"{first or 'the first entry'} to {last or 'now'}"
        out.print(
            f"Entered from {harmless(stretch)}: alerts: {figures.alerts:,}, prevented: {figures.prevented:,}, "
            f"not prevented: {figures.not_prevented:,}, unfounded: {figures.unfounded:,}. "
            f"At its end {figures.waiting:,} wait to be acknowledged and {figures.open:,} have no outcome."
        )


@dossier.command()
@_number
@click.argument("words")
@authority_options
@workspace_option
def alert(workspace: Path | None, authority: str, purpose: str, number: str, words: str) -> None:
    """Raise an alert of a threat to life that no message shows; one that a message shows is raised by `code`."""
    with opened(workspace) as investigation:
        raised = dossiers_of(investigation, authority, purpose).threats.alert(number, words)
        out.print(f"Raised: {raised.id}.")


@dossier.command()
@_number
@click.argument("threat")
@click.argument("step", type=click.Choice([step.value for step in Step if step is not Step.ALERT]))
@click.argument("words")
@click.option("--outcome", type=click.Choice([outcome.value for outcome in Outcome]), help="Of an outcome: which.")
@click.option("--at", "happened", help="When it took place; by default now.")
@_zone
@authority_options
@workspace_option
def step(
    workspace: Path | None,
    authority: str,
    purpose: str,
    number: str,
    threat: str,
    step: str,
    words: str,
    outcome: str | None,
    happened: str | None,
    zone: str,
) -> None:
    """Enter the next step of THREAT, by its name in the list: acknowledged, action, outcome, with what was done in WORDS."""
    draft = StepDraft(
        step=Step(step),
        words=words,
        outcome=None if outcome is None else Outcome(outcome),
        happened=None if happened is None else moment(happened, zone_of(zone)),
    )
    with opened(workspace) as investigation:
        done = dossiers_of(investigation, authority, purpose).threats.step(number, threat, draft)
        out.print(f"Entered: {done.last.step} of {harmless(done.id)}.")


# --- deconfliction ----------------------------------------------------------------------------------------------------


@dossier.command()
@_number
@authority_options
@workspace_option
def identifiers(workspace: Path | None, authority: str, purpose: str, number: str) -> None:
    """List by what DOSSIER may meet others: accounts, persons, phone numbers, addresses, containers."""
    with opened(workspace) as investigation:
        rows = table("kind", "identifier", "from")
        for each in dossiers_of(investigation, authority, purpose).meetings.identifiers(number):
            rows.add_row(*map(harmless, (each.identifier.kind, each.identifier.value, ", ".join(each.sources))))
        out.print(rows)


@dossier.command()
@_number
@click.argument("kind", type=click.Choice(sorted(kind.value for kind in BY_HAND)))
@click.argument("value")
@click.option("--remove", is_flag=True, help="Take it out instead.")
@click.option("--why", default="", help="Why; needed to take it out.")
@authority_options
@workspace_option
def identify(
    workspace: Path | None, authority: str, purpose: str, number: str, kind: str, value: str, remove: bool, why: str
) -> None:
    """Enter an identifier by hand: a phone number with the code of its country, an address, or a container number."""
    with opened(workspace) as investigation:
        meetings = dossiers_of(investigation, authority, purpose).meetings
        if remove:
            meetings.remove(number, IdentifierKind(kind), value, why=why)
            out.print("Taken out.")
            return
        found = meetings.add(number, IdentifierKind(kind), value, why=why)
        out.print(f"Entered: {found.kind} {harmless(found.value)}.")
        _print_notices([each for each in meetings.list(number, limit=500).meetings if each.identifier == found])


@dossier.command()
@click.argument("number", metavar="[DOSSIER]", default="")
@authority_options
@workspace_option
def notices(workspace: Path | None, authority: str, purpose: str, number: str) -> None:
    """List who leads other dossiers that have the same as DOSSIER, or as those that you lead. Nothing else is told of them."""
    with opened(workspace) as investigation:
        meetings = dossiers_of(investigation, authority, purpose).meetings
        found: list[Meeting] = []
        cursor: int | None = 0
        while cursor is not None:
            page = meetings.list(number, after=cursor, limit=500)
            found += page.meetings
            cursor = page.cursor
        _print_notices(found)


def _print_notices(found: Sequence[Meeting]) -> None:
    for each in found:
        contact = f" ({each.contact})" if each.contact else ""
        said = f"A dossier led by {each.lead}{contact} has the same {each.identifier.kind}: {each.identifier.value}."
        out.print(harmless(said))


# --- chronology, hypotheses, tasks ------------------------------------------------------------------------------------


@dossier.command()
@_number
@click.option("--add", "words", help="Add an event: what happened.")
@click.option("--from", "start", help="Of a new event: when it began or took place.")
@click.option("--to", "end", default="", help="Of a new event: when it ended.")
@click.option("--message", "record", type=click.IntRange(0), help="Of a new event: the message that shows it.")
@_zone
@authority_options
@workspace_option
def chronology(
    workspace: Path | None,
    authority: str,
    purpose: str,
    number: str,
    words: str | None,
    start: str | None,
    end: str,
    record: int | None,
    zone: str,
) -> None:
    """Show what happened, the earliest first; or add to it."""
    with opened(workspace) as investigation:
        work = dossiers_of(investigation, authority, purpose).work
        if words is not None:
            work.add(number, EventDraft(start=start or "", end=end, zone=zone, words=words, record=record))
        rows = table("event", "from", "to", "what", "record", "by")
        for each in work.chronology(number):
            until = "" if each.end is None else moment_of(each.end)
            shown = "" if each.record is None else str(each.record)
            rows.add_row(*map(harmless, (each.id, moment_of(each.start), until, each.words, shown, each.changed_by)))
        out.print(rows)


@dossier.command()
@_number
@click.option("--add", "words", help="Add a hypothesis, in words.")
@click.option("--change", "id_", help="Change a hypothesis, by its number in the list.")
@click.option("--state", type=click.Choice([state.value for state in HypothesisState]), help="What is thought of it.")
@click.option("--for", "supporting", type=click.IntRange(0), multiple=True, help="A message for it; several times.")
@click.option(
    "--against", "opposing", type=click.IntRange(0), multiple=True, help="A message against it; several times."
)
@authority_options
@workspace_option
def hypotheses(
    workspace: Path | None,
    authority: str,
    purpose: str,
    number: str,
    words: str | None,
    id_: str | None,
    state: str | None,
    supporting: Sequence[int],
    opposing: Sequence[int],
) -> None:
    """Show what may have been, with what speaks for and against it; or add to it."""
    with opened(workspace) as investigation:
        work = dossiers_of(investigation, authority, purpose).work
        old = next((each for each in work.hypotheses(number) if each.id == id_), None)
        draft = HypothesisDraft(
            words=words or (old.words if old else ""),
            state=HypothesisState(state) if state else old.state if old else HypothesisState.OPEN,
            supporting=[*(old.supporting if old else ()), *supporting],
            opposing=[*(old.opposing if old else ()), *opposing],
        )
        if id_ is not None:
            work.change(number, id_, draft, version=old.version if old else None)
        elif words is not None:
            work.add(number, draft)
        rows = table("hypothesis", "state", "what", "for", "against", "by")
        for each in work.hypotheses(number):
            sides = (", ".join(map(str, side)) for side in (each.supporting, each.opposing))
            rows.add_row(*map(harmless, (each.id, each.state, each.words, *sides, each.changed_by)))
        out.print(rows)


@dossier.command()
@_number
@click.option("--add", "words", help="Add a task, in words.")
@click.option("--change", "id_", help="Change a task, by its number in the list.")
@click.option("--state", type=click.Choice([state.value for state in TaskState]), help="How far it has come.")
@click.option("--to", "assignee", help="The member whose it is.")
@click.option("--due", default="", help="Until when.")
@_zone
@authority_options
@workspace_option
def tasks(
    workspace: Path | None,
    authority: str,
    purpose: str,
    number: str,
    words: str | None,
    id_: str | None,
    state: str | None,
    assignee: str | None,
    due: str,
    zone: str,
) -> None:
    """Show what is to be done; or add to it."""
    with opened(workspace) as investigation:
        work = dossiers_of(investigation, authority, purpose).work
        old = next((each for each in work.tasks(number) if each.id == id_), None)
        draft = TaskDraft(
            words=words or (old.words if old else ""),
            state=TaskState(state) if state else old.state if old else TaskState.OPEN,
            assignee=assignee if assignee is not None else old.assignee if old else "",
            due=due or (moment_of(old.due) if old and old.due is not None else ""),
            zone=zone,
        )
        if id_ is not None:
            work.change(number, id_, draft, version=old.version if old else None)
        elif words is not None:
            work.add(number, draft)
        rows = table("task", "state", "what", "whose", "due", "by")
        for each in work.tasks(number):
            until = "" if each.due is None else moment_of(each.due)
            rows.add_row(*map(harmless, (each.id, each.state, each.words, each.assignee, until, each.changed_by)))
        out.print(rows)


# --- what a judge excluded --------------------------------------------------------------------------------------------


def _source_options(command: click.decorators.FC) -> click.decorators.FC:
    for option in (
        _why,
        click.option("--judge", required=True, help="Who decided."),
        click.option("--decision", required=True, help="Number of the judge's decision."),
        click.argument("value"),
        click.argument("kind", type=click.Choice([kind.value for kind in SourceKind])),
    ):
        command = option(command)
    return command


@dossier.command()
@_source_options
@authority_options
@workspace_option
def exclude(
    workspace: Path | None, authority: str, purpose: str, kind: str, value: str, decision: str, judge: str, why: str
) -> None:
    """Enter that a judge excluded a source: the exhibit, conversation, account, record or document that VALUE names.

    It holds in all dossiers: whatever is derived from the source is marked, and leaves the house no more.
    """
    source = Source(kind=SourceKind(kind), value=value)
    with opened(workspace) as investigation:
        sources = dossiers_of(investigation, authority, purpose).sources
        marked = sources.preview(source)
        made = sources.exclude(source, ExclusionDraft(decision=decision, judge=judge, why=why))
        out.print(f"Excluded by {harmless(made.decision)}: {made.source.kind} {harmless(made.source.value)}.")
        out.print(
            f"As far as you may see, it marks messages: {marked.messages}, attributions: {len(marked.attributions)},"
            f" items: {sum(touched.items for touched in marked.dossiers)}, in dossiers: {len(marked.dossiers)}."
        )
        for each in dossiers_of(investigation, authority, purpose).packages.list():
            if made.decision in each.excluded and each.state is PackageState.SENT:
                out.print(f"Recall? The package {each.number} for {each.to} holds material of it.", markup=False)


@dossier.command()
@_source_options
@authority_options
@workspace_option
def readmit(
    workspace: Path | None, authority: str, purpose: str, kind: str, value: str, decision: str, judge: str, why: str
) -> None:
    """Enter that a judge admitted a source again."""
    with opened(workspace) as investigation:
        made = dossiers_of(investigation, authority, purpose).sources.readmit(
            Source(kind=SourceKind(kind), value=value), ExclusionDraft(decision=decision, judge=judge, why=why)
        )
        out.print(f"Admitted again by {harmless(made.decision)}: {made.source.kind} {harmless(made.source.value)}.")


@dossier.command()
@click.option("--history", is_flag=True, help="All decisions instead of those that hold.")
@authority_options
@workspace_option
def excluded(workspace: Path | None, authority: str, purpose: str, history: bool) -> None:
    """List what judges excluded."""
    with opened(workspace) as investigation:
        rows = table("source", "which", "state", "decision", "judge", "why", "entered by")
        for each in dossiers_of(investigation, authority, purpose).sources.list(history=history):
            state = "excluded" if each.excluded else "admitted again"
            told = (each.source.kind, each.source.value, state, each.decision, each.judge, each.why)
            rows.add_row(*map(harmless, told), f"{each.user}, {moment_of(each.at)}")
        out.print(rows)
