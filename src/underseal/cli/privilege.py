"""`underseal privilege`: material that lawyers, doctors and journalists may keep from an investigation."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from underseal.cli.common import Command, authority_options, harmless, opened, out, table, workspace_option
from underseal.core.verify.destruction import Destruction
from underseal.errors import CallerError
from underseal.evidence.casework import Decision, Profession, Role, Subject, SubjectKind
from underseal.evidence.investigation import Investigation
from underseal.evidence.privilege import Declared, Named

if TYPE_CHECKING:
    from underseal.evidence.investigation.destruction_plan import Preview

NO_OFFICER = (
    "Nobody can decide on it yet: this workspace has no filter officer. Name one, who sees what is withheld and decides:\n"
    "underseal user add NAME --role filter (in a workspace without named users, first: --role administrator)"
)


@click.group()
def privilege() -> None:
    """Withhold privileged material, and give it back.

    What is suspected or confirmed is gone for everybody but the filter team, in every release: not listed, not found, not
    counted. Lawful users declare themselves (declare), anybody who reads may suspect, rules suspect by themselves with
    each release, and the filter team alone decides (verify and reject a declaration; confirm and release the rest).
    """


def _period_options(command: Command) -> Command:
    for option in (
        click.option("--zone", default="UTC", show_default=True, help="Time zone of dates without an offset."),
        click.option("--to", "end", help="Last day, or first moment no longer; without it there is no end."),
        click.option("--from", "start", help="First day or moment of the account; without it there is no beginning."),
    ):
        command = option(command)
    return command


def _named_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name an account, a conversation or a message; the command gets all of them as `named`."""

    @wraps(command)
    def with_named(
        *,
        account: str,
        conversation: str,
        record: int | None,
        start: str | None,
        end: str | None,
        zone: str,
        **rest: object,
    ) -> None:
        named = Named(account=account, start=start, end=end, zone=zone, conversation=conversation, record=record)
        command(named=named, **rest)

    optioned = _period_options(with_named)
    for option in (
        click.option("--message", "record", type=click.IntRange(0), help="A message, by the number of its record."),
        click.option("--conversation", default="", help="A conversation, by its identifier."),
        click.option("--account", default="", help="An account, by its identifier."),
    ):
        optioned = option(optioned)
    return optioned


_why = click.option("--why", required=True, help="The reason; it stands in the register.")


@privilege.command()
@click.argument("account")
@click.option("--as", "profession", type=click.Choice([p.value for p in Profession]), required=True)
@click.option("--proof", required=True, help="What they showed for it, such as a card of the bar.")
@click.option("--unseen", is_flag=True, help="Enter it although no record that you may see names the account.")
@_period_options
@authority_options
@workspace_option
def declare(
    workspace: Path | None,
    authority: str,
    purpose: str,
    account: str,
    profession: str,
    proof: str,
    unseen: bool,
    start: str | None,
    end: str | None,
    zone: str,
) -> None:
    """Enter that the lawful user of ACCOUNT has declared themself. What it wrote and received is withheld at once."""
    with opened(workspace) as investigation:
        entered = investigation.privilege.declare(
            Profession(profession),
            Named(account=account, start=start, end=end, zone=zone),
            proof=proof,
            authority=authority,
            purpose=purpose,
            unseen=unseen,
        )
        out.print(f"Entered the declaration {entered.declaration.number}; the account is withheld until it is decided.")


@privilege.command()
@click.argument("declaration", type=click.IntRange(1))
@_why
@authority_options
@workspace_option
def verify(workspace: Path | None, authority: str, purpose: str, declaration: int, why: str) -> None:
    """Verify DECLARATION, by its number: the privilege of its account is confirmed. For the filter team alone."""
    with opened(workspace) as investigation:
        investigation.privilege.verify(declaration, why=why, authority=authority, purpose=purpose)
        out.print(f"Verified the declaration {declaration}: its account stays withheld.")


@privilege.command()
@click.argument("declaration", type=click.IntRange(1))
@_why
@authority_options
@workspace_option
def reject(workspace: Path | None, authority: str, purpose: str, declaration: int, why: str) -> None:
    """Reject DECLARATION, by its number: its account is given back. For the filter team alone."""
    with opened(workspace) as investigation:
        investigation.privilege.reject(declaration, why=why, authority=authority, purpose=purpose)
        out.print(f"Rejected the declaration {declaration}: its account is given back.")


@privilege.command()
@_named_options
@_why
@authority_options
@workspace_option
def suspect(workspace: Path | None, authority: str, purpose: str, why: str, named: Named) -> None:
    """Suspect privilege of an account, a conversation or a message: it is withheld at once, from yourself as well."""
    with opened(workspace) as investigation:
        decided = investigation.privilege.suspect(named, why=why, authority=authority, purpose=purpose)
        out.print(f"Withheld until the filter team decides (decision {decided.number}).")
        if not investigation.privilege.has_officer():
            out.print(NO_OFFICER)


@privilege.command()
@_named_options
@_why
@authority_options
@workspace_option
def confirm(workspace: Path | None, authority: str, purpose: str, why: str, named: Named) -> None:
    """Confirm privilege of an account, a conversation or a message: it stays withheld. For the filter team alone."""
    with opened(workspace) as investigation:
        decided = investigation.privilege.confirm(named, why=why, authority=authority, purpose=purpose)
        out.print(f"Confirmed ({_numbers(decided)}).")


@privilege.command()
@_named_options
@_why
@authority_options
@workspace_option
def release(workspace: Path | None, authority: str, purpose: str, why: str, named: Named) -> None:
    """Give an account, a conversation or a message back to the investigation. For the filter team alone.

    A message that is given back by itself is shown, although its account or conversation is withheld. What was destroyed
    stays so.
    """
    with opened(workspace) as investigation:
        decided = investigation.privilege.release(named, why=why, authority=authority, purpose=purpose)
        out.print(f"Given back to the investigation ({_numbers(decided)}).")


@privilege.command("list")
@click.option("--history", is_flag=True, help="All decisions instead of the latest on each thing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@authority_options
@workspace_option
def list_(workspace: Path | None, authority: str, purpose: str, history: bool, as_json: bool) -> None:
    """List the declarations; for the filter team, what is withheld or was given back, too."""
    with opened(workspace) as investigation:
        register = investigation.privilege
        declared = register.list(authority=authority, purpose=purpose)
        decisions = (
            register.decisions(authority=authority, purpose=purpose, history=history)
            if investigation.casework.users.actor(investigation.user).role is Role.FILTER
            else None
        )
        if as_json:
            click.echo(json.dumps(_as_json(investigation, declared, decisions), ensure_ascii=False))
            return
        _print(declared, ("declaration", "state", "as", "account", "period", "proof", "entered by"), _declared_row)
        if decisions is not None:
            rows = partial(_decision_row, destroyed=investigation.destructions.by_decision())
            _print(decisions, ("decision", "state", "of", "which", "why", "stands on", "decided by"), rows)
        counts = ", ".join(
            f"{count:,} {kind}{'' if count == 1 else 's'}" for kind, count in register.withheld().items()
        )
        out.print(f"Withheld: {counts}.")
        if not register.has_officer():
            out.print(NO_OFFICER)


@privilege.command()
@click.argument("decision", type=click.IntRange(1))
@click.option("--preview", is_flag=True, help="Say what would go, and what cannot; destroy nothing.")
@click.option("--confirm", help="The words that the preview asks for.")
@authority_options
@workspace_option
def destroy(
    workspace: Path | None, authority: str, purpose: str, decision: int, preview: bool, confirm: str | None
) -> None:
    """Destroy for good what DECISION, by its number, withholds: its privilege is confirmed. For the filter team alone.

    Text, decrypted bytes, attachments, ciphertexts and room keys go, of all copies and in every release; digests stay, so
    that releases and proofs still verify. The originals of the exhibits lie outside the workspace and are not touched.
    """
    if preview == (confirm is not None):
        raise CallerError("Say one of --preview and --confirm.", hint="The preview says what to confirm.")
    with opened(workspace) as investigation:
        destroying = investigation.destroying
        if confirm is None:
            _print_preview(destroying.preview(decision, authority=authority, purpose=purpose))
            return
        done = destroying.destroy(decision, confirm=confirm, authority=authority, purpose=purpose).destruction
        out.print(f"{done.said}, digests kept (destruction {done.number}).")
        out.print(f"Its signed document: underseal privilege receipt {done.number}", markup=False)


@privilege.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@authority_options
@workspace_option
def destroyed(workspace: Path | None, authority: str, purpose: str, as_json: bool) -> None:
    """List what was destroyed, by decision and count. For the filter team alone."""
    with opened(workspace) as investigation:
        found = [each.destruction for each in investigation.destroying.documents(authority=authority, purpose=purpose)]
        if as_json:
            click.echo(json.dumps([each.to_payload() for each in found], ensure_ascii=False))
            return
        heads = ("destruction", "decision", "records", "attachments", "room keys", "by", "when")
        _print(found, heads, _destroyed_row)


@privilege.command()
@click.argument("destruction", type=click.IntRange(1))
@click.option("--out", "file", type=click.Path(path_type=Path), help="File to write; destruction-N.json by default.")
@authority_options
@workspace_option
def receipt(workspace: Path | None, authority: str, purpose: str, destruction: int, file: Path | None) -> None:
    """Write the signed document of DESTRUCTION, by its number, which anyone can check with `underseal verify`."""
    with opened(workspace) as investigation:
        data = investigation.destroying.receipt(destruction, authority=authority, purpose=purpose)
        target = file or Path(f"destruction-{destruction}.json")
        if target.exists():
            raise CallerError(f"{target} exists already.", hint="Name another file with --out.")
        target.write_bytes(data)
        out.print(f"Written to {target}; check it with: underseal verify {target}", markup=False)


@privilege.command()
@click.option("--run", "run_", is_flag=True, help="Run them over all of the latest release.")
@click.option(
    "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Rules to use instead, in this run."
)
@workspace_option
def rules(workspace: Path | None, run_: bool, file: Path | None) -> None:
    """Show or run the rules that suspect privilege.

    They run by themselves over what each release adds. To use others, put them into privilege.toml in the workspace's
    folder; the built-in file, which is shown, says how they are written.
    """
    with opened(workspace) as investigation:
        register = investigation.privilege
        if run_:
            done = register.run_rules(file=file)
            out.print(
                f"Ran {done.rules} rules: {done.suspicions:,} accounts are withheld from now on, "
                f"{done.known:,} had been decided on before."
            )
            return
        used = file or register.rules_file
        out.print(f"Rules in {used}:", markup=False)
        rows = table("rule", "suspects a", "phrases", "accounts")
        for rule in register.rules(used):
            rows.add_row(harmless(rule.name), rule.profession, str(len(rule.phrases)), str(len(rule.accounts)))
        out.print(rows)


def _print_preview(found: "Preview") -> None:
    attachments, keys = found.attachments, found.keys
    out.print(f"Decision {found.decision.number}: {_which(found.decision.subject)}", markup=False)
    out.print(
        f"Would go: {found.records:,} records; {attachments['removed']:,} attachments; {keys['removed']:,} room keys."
    )
    if keys["shortened"]:
        out.print(f"{keys['shortened']:,} room keys would open later messages only.")
    if attachments["kept"]:
        out.print(f"{attachments['kept']:,} attachments would stay: other messages have them, too.")
    if keys["replaced"]:
        out.print(
            f"{keys['replaced']:,} room keys would be replaced: by keys of single messages, and by what opens later ones."
        )
    originals = ", ".join(found.exhibits)
    out.print(f"Cannot go: the originals of {originals}, which lie outside the workspace.", markup=False)
    out.print(
        f'To have it done: underseal privilege destroy {found.decision.number} --confirm "{found.words}"', markup=False
    )


def _destroyed_row(each: Destruction) -> Sequence[str]:
    return (
        str(each.number),
        str(each.decision),
        f"{len(each.records):,}",
        f"{each.attachments['removed']:,}",
        f"{each.keys['removed']:,}",
        each.user,
        each.created,
    )


def _print(found: Sequence[object], heads: Sequence[str], row: Callable[..., Sequence[str]]) -> None:
    if found:
        rows = table(*heads)
        for each in found:
            rows.add_row(*map(harmless, row(each)))
        out.print(rows)


def _declared_row(each: Declared) -> Sequence[str]:
    told = each.declaration
    return (
        str(told.number),
        each.state,
        told.profession,
        told.account,
        _period(told.start, told.end),
        told.proof,
        f"{told.user}, {_moment(told.at)}",
    )


def _decision_row(each: Decision, *, destroyed: Mapping[int, int]) -> Sequence[str]:
    gone = destroyed.get(each.number, 0)
    ground = f"declaration {each.declaration}" if each.declaration else f"rule {each.rule}" if each.rule else ""
    caused = f"record {each.record}" if each.record is not None else ""
    return (
        str(each.number),
        f"{each.state}, {gone:,} {'record' if gone == 1 else 'records'} destroyed" if gone else each.state,
        each.subject.kind,
        _which(each.subject),
        each.why,
        ", ".join(filter(None, (ground, caused))),
        f"{each.user}, {_moment(each.at)}",
    )


def _which(subject: Subject) -> str:
    match subject.kind:
        case SubjectKind.ACCOUNT:
            return f"{subject.account} ({_period(subject.start, subject.end)})"
        case SubjectKind.CONVERSATION:
            return subject.conversation
        case SubjectKind.MESSAGE:
            return subject.event or f"{subject.sender} in {subject.conversation}, {_moment(subject.time or 0)}"


def _as_json(
    investigation: Investigation, declared: Iterable[Declared], decisions: Iterable[Decision] | None
) -> dict[str, object]:
    destroyed = investigation.destructions.by_decision()
    return {
        "declarations": [asdict(each.declaration) | {"state": each.state, "why": each.why} for each in declared],
        "decisions": None if decisions is None else [_decision_json(each, destroyed) for each in decisions],
        "withheld": {kind.value: count for kind, count in investigation.privilege.withheld().items()},
        "filter_officer": investigation.privilege.has_officer(),
    }


def _decision_json(each: Decision, destroyed: Mapping[int, int]) -> dict[str, object]:
    told = {name: value for name, value in asdict(each).items() if name != "salt"}
    return told | {"sha256": each.sha256, "destroyed": destroyed.get(each.number, 0)}


def _numbers(decided: Sequence[Decision]) -> str:
    return ("decision " if len(decided) == 1 else "decisions ") + ", ".join(str(each.number) for each in decided)


def _period(start: int | None, end: int | None) -> str:
    if start is None and end is None:
        return "all"
    return f"{'' if start is None else _moment(start)} / {'' if end is None else _moment(end)}"


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
