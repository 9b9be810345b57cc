"""`underseal disclose`: what leaves a dossier for the defence."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import Progress

from underseal.cli.common import Command, authority_options, err, harmless, opened, out, table, workspace_option
from underseal.core.verify import verify_file
from underseal.core.verify.disclosure.diff import diff as diff_packs
from underseal.core.verify.disclosure.diff import open_pack, release_of
from underseal.errors import CallerError, IntegrityError
from underseal.evidence.disclosure.form import FORM_NAMES, Form
from underseal.evidence.disclosure.reader import reader_page
from underseal.evidence.dossier import REDACTABLE

if TYPE_CHECKING:
    from underseal.evidence.disclosure.house import Made, Preview


class _Disclose(click.Group):
    """A group whose first word may be a dossier instead of a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["dossier", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0].startswith("-") and args[0] not in ctx.help_option_names:
            args = ["dossier", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Disclose)
def disclose() -> None:
    """Disclose a dossier to the defence: underseal disclose DOSSIER --to NAME.

    The pack holds the messages with their ciphertexts, their keys and proofs that they belong to the signed release; anyone
    checks it with `underseal verify`. Before: see what would leave the house (--preview), and hold back what must be
    (redact, hold-back).
    """


def _message_options(command: Command) -> Command:
    why = click.option("--why", required=True, help="The reason; it is disclosed.")
    message = click.option("--message", "record", type=click.IntRange(0), required=True, help="Number of its record.")
    return click.argument("dossier")(message(why(authority_options(workspace_option(command)))))


_field = click.option(
    "--field", type=click.Choice(REDACTABLE), default="text", show_default=True, help="Which part; 'message' is all."
)


@disclose.command("dossier")
@click.argument("dossier")
@click.option("--to", required=True, help="Who gets the pack.")
@click.option("--preview", "previewing", is_flag=True, help="Say what would leave the house, and write nothing.")
@click.option("--out", "target", type=click.Path(path_type=Path), help="Folder or zip file to make.")
@click.option("--zip", "zipped", is_flag=True, help="Make a zip file.")
@click.option("--since", help="An earlier pack, or the number of its release: prove that this one only adds to it.")
@click.option("--release", type=click.IntRange(1), help="Number of the release; the latest by default.")
@click.option("--reader/--no-reader", default=True, help="Enclose reader.html, which shows and checks the pack.")
@click.option(
    "--form",
    "forms",
    type=click.Choice((*FORM_NAMES, "all", "none")),
    multiple=True,
    default=("all",),
    show_default=True,
    help="A format in which the messages are enclosed as well; can be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@authority_options
@workspace_option
def dossier_(
    workspace: Path | None,
    authority: str,
    purpose: str,
    dossier: str,
    to: str,
    previewing: bool,
    target: Path | None,
    zipped: bool,
    since: str | None,
    release: int | None,
    reader: bool,
    forms: Sequence[str],
    as_json: bool,
) -> None:
    """Disclose DOSSIER, or say what would leave the house. The name of this command can be left out."""
    if target is None and not previewing:
        raise CallerError("No folder is named to make the pack in.", hint="Name one: --out FOLDER")
    earlier = None if since is None else _release_of(since)
    with opened(workspace) as investigation:
        disclosure = investigation.under(authority, purpose=purpose, release=release).dossiers.disclosure
        if previewing or target is None:
            tell_preview(disclosure.preview(dossier, to=to), as_json=as_json)
            return
        with Progress(console=err, transient=True) as bars:
            bar = bars.add_task("Disclosing", total=None)

            def progress(words: str, done: int, total: int) -> None:
                bars.update(bar, description=words.capitalize(), completed=done, total=total or None)

            page = reader_page() if reader else None
            if reader and page is None:
                err.print("The reader is not built here (make web): the pack is made without reader.html.")
            made = disclosure.disclose(
                dossier,
                target,
                to=to,
                since=earlier,
                zipped=zipped,
                forms=_forms(forms),
                page=page,
                progress=progress,
            )
        _tell_made(made, as_json=as_json)


def _forms(names: Sequence[str]) -> Sequence[Form]:
    wanted = [name for name in FORM_NAMES if name in names or "all" in names] if "none" not in names else []
    if not wanted:
        return ()
    from underseal.evidence.disclosure.forms import FORMS  # noqa: PLC0415  # its libraries take long to load

    return [FORMS[name] for name in wanted]


@disclose.command("diff")
@click.argument("old", type=click.Path(path_type=Path, exists=True))
@click.argument("new", type=click.Path(path_type=Path, exists=True))
@click.option("--key", help="The public key that must have signed both, 64 hexadecimal digits.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(old: Path, new: Path, key: str | None, as_json: bool) -> int:
    """Explain every difference between two packs, after both were verified. Needs no workspace. Exit code 0: none.

    Messages that are in one pack alone or that the two show otherwise are listed with the reason: a key opened them since, they
    were redacted, their source was excluded, they are a new item.
    """
    for pack in (old, new):
        report = verify_file(pack, trusted=key)
        if not report.ok:
            raise IntegrityError(
                f"{pack} is not proved. {report.steps[-1].detail}", hint=f"See: underseal verify {pack}"
            )
    found = list(diff_packs(open_pack(old), open_pack(new)))
    if as_json:
        click.echo(json.dumps([each.to_json() for each in found], ensure_ascii=False))
        return int(bool(found))
    rows = table("record", "old line", "new line", "why")
    for each in found:
        lines = ("" if line is None else str(line) for line in (each.old, each.new))
        rows.add_row(str(each.record), *lines, harmless(each.reason))
    if found:
        out.print(rows)
    many = "1 message differs." if len(found) == 1 else f"{len(found):,} messages differ."
    out.print(many if found else "Both packs show the same messages alike.")
    return int(bool(found))


@disclose.command()
@_message_options
@_field
def redact(
    workspace: Path | None, authority: str, purpose: str, dossier: str, record: int, field: str, why: str
) -> None:
    """Hold back a part of a message of DOSSIER, behind a placeholder that says who and why."""
    with opened(workspace) as investigation:
        investigation.under(authority, purpose=purpose).dossiers.disclosure.redact(dossier, record, field, why=why)
    out.print(f"Redacted the {field} of record {record}.")


@disclose.command()
@_message_options
@_field
def show(workspace: Path | None, authority: str, purpose: str, dossier: str, record: int, field: str, why: str) -> None:
    """Hold back a redacted part of a message of DOSSIER no longer; that it was redacted stays in its history."""
    with opened(workspace) as investigation:
        investigation.under(authority, purpose=purpose).dossiers.disclosure.show(dossier, record, field, why=why)
    out.print(f"The {field} of record {record} is shown again.")


@disclose.command("hold-back")
@_message_options
def hold_back(workspace: Path | None, authority: str, purpose: str, dossier: str, record: int, why: str) -> None:
    """Put a message of DOSSIER on the schedule of sensitive material: a number and the reason, nothing else."""
    with opened(workspace) as investigation:
        investigation.under(authority, purpose=purpose).dossiers.disclosure.hold_back(dossier, record, why=why)
    out.print(f"Record {record} is on the schedule of sensitive material.")


@disclose.command("give-back")
@_message_options
def give_back(workspace: Path | None, authority: str, purpose: str, dossier: str, record: int, why: str) -> None:
    """Take a message of DOSSIER off the schedule of sensitive material."""
    with opened(workspace) as investigation:
        investigation.under(authority, purpose=purpose).dossiers.disclosure.give_back(dossier, record, why=why)
    out.print(f"Record {record} is on the schedule of sensitive material no longer.")


@disclose.command("held-back")
@click.argument("dossier")
@authority_options
@workspace_option
def held_back(workspace: Path | None, authority: str, purpose: str, dossier: str) -> None:
    """List what DOSSIER holds back."""
    with opened(workspace) as investigation:
        held = investigation.under(authority, purpose=purpose).dossiers.disclosure.held_back(dossier)
        rows = table("record", "what", "why", "by")
        redactions = [each for found in held.redactions.values() for each in found]
        for each in sorted([*redactions, *held.sensitive.values()], key=lambda each: (each.record, each.field)):
            rows.add_row(str(each.record), each.field or "sensitive", harmless(each.why), harmless(each.user))
        out.print(rows)


def _release_of(since: str) -> int:
    """Return the number of the release of an earlier pack, or that number as it was typed."""
    if since.isascii() and since.isdigit():
        return int(since)
    path = Path(since)
    if not path.exists():
        raise CallerError(f"There is no pack {since!a}.", hint="Name a pack, or the number of a release.")
    report = verify_file(path)
    if not report.ok:
        raise IntegrityError(f"{since} is not proved. {report.steps[-1].detail}")
    return release_of(open_pack(path))


def tell_preview(preview: "Preview", *, as_json: bool) -> None:
    """Say what would leave the house."""
    if as_json:
        click.echo(json.dumps(_preview_json(preview), ensure_ascii=False))
        return
    counts = preview.counts
    rows = table("what", "how much")
    told: Sequence[tuple[str, object]] = [
        ("used: items", counts.items),
        ("used: context", counts.context),
        ("of these locked", counts.locked),
        ("of these redacted", counts.redacted),
        *((f"redactions of {field}", count) for field, count in preview.redactions.items()),
        ("unused, without content", counts.unused),
        ("sensitive, without content", counts.sensitive),
        ("message keys, each for one message", counts.message_keys),
        ("session keys", counts.session_keys),
        ("attributions", counts.attributions),
        ("attachments", counts.media),
        ("about, bytes", f"{preview.size:,}"),
    ]
    for what, how_much in told:
        rows.add_row(what, f"{how_much:,}" if isinstance(how_much, int) else str(how_much))
    out.print(rows)
    for session in preview.sessions:
        out.print(
            f"Session {session.session} would open {session.opens} messages, from index {session.start} on.",
            markup=False,
        )
    for each in preview.exclusions:
        out.print(f"Kept out by {harmless(each.decision)} of {harmless(each.judge)}: {harmless(each.why.rstrip('.'))}.")
    for claim in preview.claims:
        out.print(f"Attribution {claim} would go with it.")
    for record in preview.beside_redacted:
        out.print(f"Look at record {record}: it answers or edits a redacted message, and may repeat it.")


def _preview_json(preview: "Preview") -> dict[str, Any]:
    return {
        "counts": asdict(preview.counts),
        "sessions": [{"session": each.session, "from": each.start, "opens": each.opens} for each in preview.sessions],
        "redactions": dict(preview.redactions),
        "exclusions": [asdict(each) for each in preview.exclusions],
        "beside_redacted": list(preview.beside_redacted),
        "claims": list(preview.claims),
        "size": preview.size,
    }


def _tell_made(made: "Made", *, as_json: bool) -> None:
    if as_json:
        told = {"path": str(made.path), "counts": asdict(made.counts), "size": made.size, "contents": made.contents}
        click.echo(json.dumps(told | {"key": made.key}, ensure_ascii=False))
        return
    counts = made.counts
    out.print(
        f"Wrote {made.path}: {counts.used:,} used messages, {counts.redacted:,} of them redacted; {counts.unused:,} unused and"
        f" {counts.sensitive:,} sensitive are listed. {made.size:,} bytes.",
        markup=False,
    )
    out.print(f"Anyone can check it with: underseal verify {made.path} --key {made.key}", markup=False)
