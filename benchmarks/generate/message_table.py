"""Message tables of any size, as a spreadsheet of another force would be: CSV or Parquet, its mapping, and the truth.

    python -m benchmarks.generate.message_table FOLDER --messages 1_000_000

writes messages.parquet (or messages.csv), mapping.toml for the reader of message tables, and truth.json with what a search
over it must find. Memory does not grow with the number of messages.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks.generate.messages import Block, Plan, World, make_blocks
from benchmarks.generate.needles import NEEDLES, QUESTIONS

SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64()),
        pa.field("sent", pa.timestamp("ms", tz="UTC")),
        pa.field("thread", pa.string()),
        pa.field("sender", pa.string()),
        pa.field("recipients", pa.string()),
        pa.field("text", pa.string()),
    ]
)
"""The columns of the table."""

FIRST_ID = 70_000_000
"""The `id` of the first message."""

MAPPING = """\
layout = "{form}"

[columns]
event = "id"
time = "sent"
conversation = "thread"
sender = "sender"
recipients = "recipients"
text = "text"

[time]
format = "{time}"
clock = "server"

[recipients]
separator = ";"
"""
"""The mapping of the table, as the reader of message tables wants it."""

TIME_FORMATS = {"parquet": "timestamp", "csv": "iso"}
"""How each form writes times; both say themselves that they are UTC."""

WATCHED = 5
"""For so many accounts and conversations the truth file counts the messages."""

DAY = 86_400_000
"""Milliseconds of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What was written: the table, its mapping and the truth about it."""

    path: Path
    mapping: Path
    truth: Path


def write_table(plan: Plan, folder: Path, *, form: str = "parquet") -> Table:
    """Write a table of messages with its mapping and truth into an existing folder.

    Args:
        plan: what to invent. form: one of TIME_FORMATS.
    """
    world = World(plan)
    table = table_in(folder, form=form)
    rows, tally = Rows(world), Tally(plan, world)
    with _writer(table.path, form) as writer:
        for block in make_blocks(plan, world):
            writer.write(rows.of(block))
            tally.add(block)
    table.mapping.write_text(MAPPING.format(form=form, time=TIME_FORMATS[form]), encoding="utf-8")
    table.truth.write_text(json.dumps(tally.truth(), ensure_ascii=False, indent=1), encoding="utf-8")
    return table


def table_in(folder: Path, *, form: str = "parquet") -> Table:
    """Return the table that `write_table` has put into a folder."""
    return Table(path=folder / f"messages.{form}", mapping=folder / "mapping.toml", truth=folder / "truth.json")


class Rows:
    """Turns blocks into rows of the table."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._accounts = pa.array(world.accounts)
        self._conversations = pa.array(world.conversations)
        self._recipients = pa.array([";".join(names) for names in world.recipients])

    def of(self, block: Block) -> pa.RecordBatch:
        """Return a block as rows of the schema `SCHEMA`."""
        entries = self._world.offsets[block.conversation] + block.place
        return pa.record_batch(
            [
                pa.array(np.arange(FIRST_ID + block.first, FIRST_ID + block.first + len(block.time))),
                pa.array(block.time).cast(pa.timestamp("ms", tz="UTC")),
                self._conversations.take(pa.array(block.conversation)),
                self._accounts.take(pa.array(self._world.members[entries])),
                self._recipients.take(pa.array(entries)),
                block.text,
            ],
            schema=SCHEMA,
        )


class Tally:
    """Counts, while a table is written, what a search over it must find."""

    def __init__(self, plan: Plan, world: World) -> None:
        self._plan = plan
        self._world = world
        self._needles = np.zeros(len(NEEDLES), dtype=np.int64)
        self._senders = np.zeros(plan.accounts, dtype=np.int64)
        self._conversations = np.zeros(plan.conversations, dtype=np.int64)
        self._days: Counter[int] = Counter()
        self._text_bytes = 0

    def add(self, block: Block) -> None:
        """Count one block."""
        senders = self._world.members[self._world.offsets[block.conversation] + block.place]
        self._needles += np.bincount(block.planted[block.planted >= 0], minlength=len(NEEDLES))
        self._senders += np.bincount(senders, minlength=len(self._senders))
        self._conversations += np.bincount(block.conversation, minlength=len(self._conversations))
        days, counts = np.unique(block.time // DAY, return_counts=True)
        self._days.update(dict(zip(days.tolist(), counts.tolist(), strict=True)))
        self._text_bytes += pc.sum(pc.binary_length(block.text)).as_py()

    def truth(self) -> Mapping[str, object]:
        """Return what was counted.

        `questions` are searches with the messages that they find; `senders` and `conversations` are the busiest ones;
        `days` are the messages per day (UTC).
        """
        planted = {needle.text: int(count) for needle, count in zip(NEEDLES, self._needles, strict=True)}
        questions = [
            {"kind": question.kind, "query": question.query, "count": sum(planted[text] for text in question.texts)}
            for question in QUESTIONS
        ]
        return {
            "messages": self._plan.messages,
            "seed": self._plan.seed,
            "text_bytes": self._text_bytes,
            "needles": planted,
            "questions": questions,
            "senders": _busiest(self._world.accounts, self._senders),
            "conversations": _busiest(self._world.conversations, self._conversations),
            "days": {_date(day): count for day, count in sorted(self._days.items())},
        }


def read_questions(truth: Path) -> Iterator[tuple[str, str, int]]:
    """Yield kind, query and count of each question of a truth file."""
    for question in json.loads(truth.read_text(encoding="utf-8"))["questions"]:
        yield question["kind"], question["query"], question["count"]


def _writer(path: Path, form: str) -> AbstractContextManager[Any]:
    if form == "csv":
        return pyarrow.csv.CSVWriter(path, SCHEMA)  # type: ignore[no-any-return]  # pyarrow has no types
    return pq.ParquetWriter(path, SCHEMA, compression="zstd")  # type: ignore[no-any-return]


def _busiest(names: list[str], counts: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> dict[str, int]:
    return {names[at]: int(counts[at]) for at in np.argsort(-counts, kind="stable")[:WATCHED].tolist()}


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY / 1000, UTC).date().isoformat()


def plan_arguments(parser: argparse.ArgumentParser, plan: Plan) -> None:
    """Add what a plan needs to a command line; what is not given is as in `plan`."""
    parser.add_argument("--messages", type=int, default=plan.messages)
    parser.add_argument("--seed", type=int, default=plan.seed)
    parser.add_argument("--accounts", type=int)
    parser.add_argument("--conversations", type=int)
    parser.add_argument("--share", action="append", default=[], metavar="CODE=PART", help="of a language, e.g. zh=0.2")


def read_plan(arguments: argparse.Namespace, plan: Plan) -> Plan:
    """Return `plan` with what the command line says instead."""
    shares = {code: float(part) for code, part in (share.split("=") for share in arguments.share)}
    return Plan(
        messages=arguments.messages,
        seed=arguments.seed,
        accounts=arguments.accounts or plan.accounts,
        conversations=arguments.conversations or plan.conversations,
        shares={**plan.shares, **shares},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Write an invented message table.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--form", choices=list(TIME_FORMATS), default="parquet")
    plan_arguments(parser, Plan(messages=1_000_000))
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(
        write_table(read_plan(arguments, Plan(messages=arguments.messages)), arguments.folder, form=arguments.form).path
    )


if __name__ == "__main__":
    main()
