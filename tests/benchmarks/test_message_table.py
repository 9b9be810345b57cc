"""Invented message tables: the same for the same seed, of the shape that was asked for, and with a true truth."""

import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from benchmarks.generate.message_table import Table, read_questions, write_table
from benchmarks.generate.messages import BLOCK, MEAN_BYTES, Plan, World, make_block, make_blocks

SMALL = Plan(messages=20_000, accounts=400, conversations=600)
ROOT = Path(__file__).resolve().parents[2]


def folded_words(text: str) -> list[str]:
    """Split a message into words as a search sees them, without the code under test."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"\w+", plain)


def within_one_edit(left: str, right: str) -> bool:
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) == len(long):
        swapped = short[:at] + short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
        return short[at + 1 :] == long[at + 1 :] or swapped == long
    return len(long) - len(short) == 1 and short[at:] == long[at + 1 :]


def holds_phrase(words: list[str], phrase: list[str]) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))


def finder(kind: str, query: str) -> Callable[[list[str]], bool]:
    bare = query.replace(" AND ", " ").removesuffix("~1").removesuffix("*")
    asked = folded_words(bare)
    match kind:
        case "prefix":
            return lambda words: any(word.startswith(asked[0]) for word in words)
        case "fuzzy":
            return lambda words: any(within_one_edit(word, asked[0]) for word in words)
        case "phrase":
            return lambda words: holds_phrase(words, asked)
        case _:
            return lambda words: set(asked) <= set(words)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """A small table, and its truth."""
    return write_table(SMALL, tmp_path_factory.mktemp("table"))


def test_the_truth_is_what_a_plain_search_over_the_table_finds(table: Table) -> None:
    messages = [folded_words(text) for text in pq.read_table(table.path).column("text").to_pylist()]
    asked = list(read_questions(table.truth))
    assert {kind for kind, _, _ in asked} == {"term", "phrase", "and", "prefix", "fuzzy"}
    for kind, query, count in asked:
        finds = finder(kind, query)
        assert (query, sum(map(finds, messages))) == (query, count)


def test_the_truth_counts_days_senders_and_conversations(table: Table) -> None:
    truth = json.loads(table.truth.read_text())
    rows = pq.read_table(table.path)
    assert truth["messages"] == rows.num_rows == SMALL.messages
    assert truth["text_bytes"] == pc.sum(pc.binary_length(rows.column("text"))).as_py()
    days = Counter(pc.strftime(rows.column("sent"), "%Y-%m-%d").to_pylist())
    assert truth["days"] == dict(sorted(days.items()))
    senders = Counter(rows.column("sender").to_pylist())
    assert truth["senders"] == {name: senders[name] for name in truth["senders"]}
    assert set(truth["senders"].values()) >= {count for _, count in senders.most_common(1)}
    threads = Counter(rows.column("thread").to_pylist())
    assert truth["conversations"] == {name: threads[name] for name in truth["conversations"]}


def test_a_seed_gives_the_same_table_again_and_another_seed_another(tmp_path: Path) -> None:
    written = {}
    for name, seed in (("once", 1), ("again", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        written[name] = write_table(Plan(messages=3_000, seed=seed), tmp_path / name)
    assert written["once"].path.read_bytes() == written["again"].path.read_bytes()
    assert written["once"].truth.read_bytes() == written["again"].truth.read_bytes()
    assert written["once"].path.read_bytes() != written["other"].path.read_bytes()


def test_a_block_does_not_depend_on_the_ones_before_it() -> None:
    plan = Plan(messages=BLOCK + 1)
    first, second = make_blocks(plan, World(plan))
    alone = make_block(plan, World(plan), 1)
    half = BLOCK // 2
    assert (first.first, len(first.text), second.first, len(second.text)) == (0, half, half, half + 1)
    assert second.text.equals(alone.text)
    assert np.array_equal(second.time, alone.time)
    assert first.time[-1] <= second.time[0]


def test_texts_have_the_mean_length_and_times_the_rhythm_of_a_day() -> None:
    plan = Plan(messages=BLOCK)
    block = make_block(plan, World(plan), 0)
    assert pc.mean(pc.binary_length(block.text)).as_py() == pytest.approx(MEAN_BYTES, rel=0.03)
    assert all(earlier <= later for earlier, later in pairwise(block.time.tolist()))
    hours = Counter((block.time // 3_600_000 % 24).tolist())
    assert hours[20] > 10 * hours[3]


def test_a_message_goes_from_one_member_of_its_conversation_to_all_others(table: Table) -> None:
    rows = pq.read_table(table.path).select(["thread", "sender", "recipients"]).to_pylist()
    members: dict[str, set[str]] = {}
    for row in rows:
        here = {row["sender"], *row["recipients"].split(";")}
        assert row["sender"] not in row["recipients"].split(";")
        assert members.setdefault(row["thread"], here) == here
    assert {len(here) for here in members.values()} == set(range(2, 13))


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        (tmp_path / form).mkdir()
        write_table(Plan(messages=2_000), tmp_path / form, form=form)
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=False, column_types={"recipients": pa.string()})
    rows = pyarrow.csv.read_csv(tmp_path / "csv" / "messages.csv", convert_options=options)
    other = pq.read_table(tmp_path / "parquet" / "messages.parquet")
    assert rows.cast(other.schema).equals(other)


def test_the_share_of_a_language_can_be_set() -> None:
    plan = Plan(messages=1_000, shares={"ru": 0.5, "ar": 0.5})
    text = "".join(make_block(plan, World(plan), 0).text.to_pylist())
    scripts = Counter(unicodedata.name(letter).split()[0] for letter in text if letter.isalpha())
    assert scripts["CYRILLIC"] > 5_000
    assert scripts["ARABIC"] > 5_000
    assert scripts["LATIN"] < 3_000
    with pytest.raises(ValueError, match="there are no words of xx"):
        World(Plan(messages=1_000, shares={"xx": 1}))


def test_a_plan_without_room_for_its_needles_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 300 messages"):
        Plan(messages=299)


def test_memory_does_not_grow_with_the_number_of_messages(tmp_path: Path) -> None:
    def peak(messages: int) -> int:
        program = (
            "import resource, sys; from pathlib import Path;"
            "from benchmarks.generate.message_table import Plan, write_table;"
            f"write_table(Plan(messages={messages}), Path(sys.argv[1]));"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, tmp_path], cwd=ROOT, check=True, capture_output=True, text=True
        )
        return int(done.stdout)

    assert peak(10 * BLOCK) < 1.15 * peak(3 * BLOCK)
