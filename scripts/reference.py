#!/usr/bin/env python3
"""Writes the pages of docs/reference, and the list of formats, out of the code itself.

    python scripts/reference.py           write them
    python scripts/reference.py --check   name those that are out of date; exit code 1 if there are any

What a page says stands in the code: help texts, docstrings, catalogues. Only headings and introductions are written here.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Final

import click
from pydantic import SecretStr

from underseal import settings
from underseal.core.records import OPENABLE, READABLE, RECORDS, Kind, Media, Place, Record, Verdict, schema
from underseal.core.records.record import MESSAGE_KINDS
from underseal.core.verify.attribution import MEANING as GRADES
from underseal.core.verify.attribution import scale as grade_scale
from underseal.evidence.audit import OF_THE_SYSTEM, Act, acts
from underseal.evidence.authority.roles import MAY, WITHOUT_AUTHORITY
from underseal.evidence.intake.formats import readers
from underseal.evidence.investigation.provenance import WORDS
from underseal.evidence.search.language import MAX_DEPTH, MAX_DISTANCE
from underseal.evidence.search.lexer import MAX_QUERY
from underseal.evidence.search.nodes import CHOICES, DATED, FIELDS, LISTED, VERDICT_GROUPS

DOCS: Final = Path(__file__).parents[1] / "docs"
WIDTH: Final = 100
"""Columns of help texts."""

_NAMES: Final = "(?:[a-z_0-9]+, )*[a-z_0-9]+"
"""Attributes that a docstring describes together."""

NOTE: Final = "<!-- Made by scripts/reference.py. Change the code, then run it again. -->\n"

MEANING: Final[Mapping[str, str]] = {
    "from": "account of the sender",
    "to": "account of a recipient",
    "in": "identifier of the conversation",
    "exhibit": "number of the exhibit",
    "after": "from the beginning of the date on",
    "before": "before the beginning of the date",
    "on": "within the date: a year, month, day, minute or second",
    "kind": "what the record is; without it, only messages are found",
    "verdict": "what came of it, see [verdicts](verdicts.md)",
    "has": "what it carries, or how it refers to another message",
    "copies": "`all` counts every copy of a message; without it, each message is found once",
}
"""What a field of a query is about."""


def main() -> int:
    """Write or check all pages; return the exit code."""
    texts = {path: f"{NOTE}{make().rstrip()}\n" for path, make in PAGES.items()}
    stale = [path for path, text in texts.items() if not _is_current(DOCS / path, text)]
    if "--check" in sys.argv[1:]:
        sys.stderr.writelines(f"docs/{path} is out of date: run scripts/reference.py\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / path).write_text(texts[path], encoding="utf-8")
        sys.stdout.write(f"docs/{path}\n")
    return 0


def _is_current(page: Path, text: str) -> bool:
    return page.exists() and page.read_text(encoding="utf-8") == text


# --- the command line -------------------------------------------------------------------------------------------------


def command_line() -> str:
    """Return the help of every command."""
    program = import_module("underseal.cli.main")  # the package's `main` is the function of that name
    parts = [
        "# Command line\n",
        "Every command has `--help`. Output for people goes to the terminal, progress to standard error.\n",
        *_table(
            ("exit code", "meaning"),
            [
                ("0", "done; for `verify`: proved"),
                (str(program.FAULT), "the request or the evidence is at fault; for `verify`: refuted, or faults found"),
                ("2", "wrong arguments; for `verify`: the file is no proof"),
                (str(program.REFUSED), "refused: authority, role or login"),
                (str(program.OURS), "our own fault, or the machine's"),
                ("130", "stopped by Ctrl-C"),
            ],
        ),
    ]
    parts += [
        f"\n## {context.command_path}\n\n```text\n{context.command.get_help(context).rstrip()}\n```"
        for context in _contexts(program.group)
    ]
    return "\n".join(parts)


def _contexts(group: click.Group) -> Iterator[click.Context]:
    """Yield a context for the program and for each of its commands, in their order."""
    settings_ = {**group.context_settings, "terminal_width": WIDTH}
    waiting = [click.Context(group, info_name="underseal", **settings_)]
    while waiting:
        context = waiting.pop(0)
        yield context
        if isinstance(context.command, click.Group):
            names = context.command.list_commands(context)
            found = [(name, context.command.get_command(context, name)) for name in names]
            waiting[:0] = [
                click.Context(command, parent=context, info_name=name, **settings_)
                for name, command in found
                if command
            ]


# --- settings ---------------------------------------------------------------------------------------------------------


def settings_page() -> str:
    """Return what `underseal.toml` and the environment say."""
    file, variables = _attributes(settings.Settings), _attributes(settings.Environment)
    prefix = settings.Environment.model_config["env_prefix"]
    rows = []
    for name, field in settings.Settings.model_fields.items():
        replaced = f"`{prefix}{name.upper()}`" if name in variables else ""
        default = "" if field.is_required() else f"`{_plain(field.default)}`"
        rows.append((f"`{name}`", default, file[name].removesuffix(", see FORMAT"), replaced))
    environment = [(f"`{prefix}{name.upper()}`", text.partition(", ")[2]) for name, text in variables.items()]
    return "\n".join(
        [
            "# Settings\n",
            "`underseal.toml` lies in the workspace folder, is made by `underseal init`, and may be changed with a text editor: all but",
            "`format`, `id` and `created`. An unknown or wrong setting is refused with its line.\n",
            *_table(("setting", "default", "meaning", "replaced by"), rows),
            "\n## Environment\n",
            "Secrets come from here only, or are asked for. Empty variables count as unset.\n",
            *_table(("variable", "meaning"), [*environment, *_option_variables()]),
        ]
    )


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _option_variables() -> list[tuple[str, str]]:
    """Return the variables that stand in for an option of a command."""
    program = import_module("underseal.cli.main")
    found: dict[str, str] = {}
    for context in _contexts(program.group):
        for option in context.command.params:
            if isinstance(option, click.Option) and isinstance(option.envvar, str):
                found[f"`{option.envvar}`"] = f"stands in for `{option.opts[0]}`: {option.help}"
    return sorted(found.items())


# --- verdicts ---------------------------------------------------------------------------------------------------------


def verdicts() -> str:
    """Return the verdicts in words."""
    return "\n".join(
        [
            "# Verdicts\n",
            "What came of a captured record. Each names the digest of the ciphertext, the key, the exhibit that the key came from, the",
            "message index, and the tool. Checked in this order, and the first that fails decides: form, signature, key held, index,",
            "authentication code, replay. A signature is checked even where no key is held.\n",
            *_table(("verdict", "meaning", "can be read"), [(f"`{v}`", WORDS[v], _can_be_read(v)) for v in Verdict]),
            "",
            *(f"`verdict:{name}` finds {_listed(sorted(group))}.\n" for name, group in VERDICT_GROUPS.items()),
        ]
    )


def _can_be_read(verdict: Verdict) -> str:
    if verdict in READABLE:
        return "yes"
    return "a further key may open it" if verdict in OPENABLE else "no, for the bytes that were captured"


# --- the query language -----------------------------------------------------------------------------------------------


def query_fields() -> str:
    """Return the fields of the query language."""
    language = inspect.getdoc(import_module("underseal.evidence.search.language")) or ""
    grammar = re.findall(r"^ {4}.*", language, re.MULTILINE)
    return "\n".join(
        [
            "# Fields of a query\n",
            "How to search is told [elsewhere](../howto/search.md); this is the list.\n",
            *_table(("field", "finds", "values"), [(f"`{name}:`", MEANING[name], _values(name)) for name in FIELDS]),
            "",
            f"Messages are the kinds {_listed(sorted(MESSAGE_KINDS))}; the others ({_listed(sorted(set(Kind) - MESSAGE_KINDS))})",
            "are the service's own housekeeping, and are found when a query names `kind:`.\n",
            f"A query has at most {MAX_QUERY:,} characters; brackets and negations stand inside each other at most {MAX_DEPTH} times; `~` allows",
            f"{MAX_DISTANCE} letters to differ at most.\n",
            "## Grammar\n",
            "```text",
            *(line[4:] for line in grammar),
            "```",
            "",
        ]
    )


def _values(name: str) -> str:
    if name in LISTED:
        return "as found, or its beginning with a star"
    return "a date, as `2021-03-09`" if name in DATED else _listed(CHOICES[name])


# --- the audit --------------------------------------------------------------------------------------------------------


def audit_acts() -> str:
    """Return the catalogue of acts."""
    details = _details()
    parts = [
        "# Acts of the audit\n",
        "Every entry says when, who, under which authority, why, and which of these acts, with its details. Groups are the operations of",
        "Directive (EU) 2016/680, article 25(1), and `security`. Where the workspace has no named users, its one person may do all of them.\n",
    ]
    for group in acts.Group:
        rows = [(f"`{act}`", details[act.name], _needs(act), _who(act)) for act in Act if act.group is group]
        parts += [f"## {group}\n", *_table(("act", "details", "authority", "roles"), rows), ""]
    return "\n".join(parts)


def _details() -> dict[str, str]:
    """Return for each act what the comment beside it says its details hold."""
    found: dict[str, str] = {}
    name = ""
    for line in inspect.getsource(Act).splitlines():
        if begins := re.match(r" {4}([A-Z_]+) = ", line):
            name = begins[1]
            found[name] = ""
        if name and "# " in line:
            found[name] = line.partition("# ")[2]
    return found


def _needs(act: Act) -> str:
    return "" if act in WITHOUT_AUTHORITY else "needed"


def _who(act: Act) -> str:
    if act in OF_THE_SYSTEM:
        return "recorded, never asked for"
    return ", ".join(role for role, may in MAY.items() if act in may)


# --- grades of attributions -------------------------------------------------------------------------------------------


def attribution_scale() -> str:
    """Return the grades of attributions with their meaning."""
    rows = [(f"`{grade}`", grade.value.replace("_", " "), meaning) for grade, meaning in GRADES.items()]
    told = (inspect.getdoc(grade_scale) or "").partition("\n\n")[2]
    return "\n".join(
        [
            "# Grades of an attribution\n",
            "The scale on which a claim that a person used an account is graded, from the weakest; see [attribute an",
            "account](../howto/attribute-an-account.md).\n",
            told + "\n",
            *_table(("grade", "in words", "meaning"), rows),
            "\nWho grades by judgement, not by calculation, says what it rests on.",
        ]
    )


# --- records ----------------------------------------------------------------------------------------------------------


def records() -> str:
    """Return the columns of a record."""
    words = {
        "exhibit": "number of the exhibit",
        "verdict": "see [verdicts](verdicts.md)",
        **_attributes(Place),
        **_attributes(Record),
        **_described(_text_after(schema, "RECORDS")),
        "media": "the attachment, as JSON: see below",
    }
    rows = [(f"`{field.name}`", _arrow_type(str(field.type)), words[field.name]) for field in RECORDS]
    return "\n".join(
        [
            "# Columns of a record\n",
            "One row per captured record, as `records.parquet` of a segment holds it and the Python API gives it. Empty is null. Times are",
            "milliseconds since 1970-01-01T00:00:00Z; values as found stand beside them. The leaf of a proof holds the same columns, see",
            "[proofs](../formats/proofs.md). A column that is null in every row of a segment is not in its file.\n",
            *_table(("column", "type", "meaning"), rows),
            "\n## Attachment\n",
            "Fields of the JSON object in `media`; those without a value are left out.\n",
            *_table(("field", "meaning"), [(f"`{name}`", text) for name, text in _attributes(Media).items()]),
        ]
    )


def _arrow_type(name: str) -> str:
    if name.startswith("dictionary"):
        return "string"
    return "list of strings" if name.startswith("list") else name.replace("fixed_size_binary[32]", "32 bytes")


def _text_after(module: ModuleType, name: str) -> str:
    """Return the string that stands below an assignment."""
    for statement, following in pairwise(ast.parse(inspect.getsource(module)).body):
        assigned = isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name
        if assigned and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            return inspect.cleandoc(str(following.value.value))
    raise LookupError(f"no text below {name}")


# --- formats ----------------------------------------------------------------------------------------------------------


def formats() -> str:
    """Return the list of formats that can be taken in."""
    growth = {"never": "no", "appended": "yes: the same file, grown", "counted": "yes: a later capture"}
    rows = [
        (f"[{reader.name}]({reader.name}.md)", reader.title, "yes" if reader.locked else "", growth[reader.growth])
        for reader in readers()
    ]
    return "\n".join(
        [
            "# What can be taken in\n",
            "The reader is found out by the content of an exhibit; `underseal intake --reader NAME` names it. An increment is an exhibit that",
            "continues an earlier one (`--increment-of`). Other packages can [add readers](../../CONTRIBUTING.md#add-a-reader).\n",
            *_table(("reader", "format", "passphrase", "increments"), rows),
            "",
            "What leaves the house has a page too: [proofs](proofs.md), [destructions](destruction.md), [disclosure",
            "packs](disclosure-pack.md), [recalls](recall.md), [transfers](transfer.md), and [the public reward](reward.md).",
            "",
        ]
    )


# --- docstrings and tables --------------------------------------------------------------------------------------------


def _attributes(of: type) -> dict[str, str]:
    """Return what the docstring of a class says of each attribute."""
    docstring = inspect.getdoc(of) or ""
    return _described(inspect.cleandoc(docstring.partition("Attributes:\n")[2]))


def _described(text: str) -> dict[str, str]:
    """Read "name: words", "name, other: words" and "name: words; other: words", with indented lines going on."""
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=[a-z])", text):
        line = " ".join(entry.split())
        _, *parts = re.split(rf"(?:^|[.;] )({_NAMES}): ", line)
        for names, words in zip(parts[::2], parts[1::2], strict=True):
            found |= dict.fromkeys(names.split(", "), words.rstrip("."))
    return found


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "reference/cli.md": command_line,
    "reference/settings.md": settings_page,
    "reference/verdicts.md": verdicts,
    "reference/query-fields.md": query_fields,
    "reference/audit-acts.md": audit_acts,
    "reference/attribution-scale.md": attribution_scale,
    "reference/records.md": records,
    "formats/README.md": formats,
}
"""Pages by their place in docs/."""

if __name__ == "__main__":
    sys.exit(main())
