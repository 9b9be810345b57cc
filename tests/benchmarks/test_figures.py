"""The published figures: complete, rounded to what means something, and put in their place only."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.figures import END, START, Figure, number, rewrite, section, write_results
from benchmarks.machine import describe
from benchmarks.run import PAGE

MET = Figure(subject="intake", name="speed", ours=45_000, unit="/s", bare=60_000, goal="70 %", met=True, note="why")
MISSED = Figure(subject="search", name="terms", ours=12.34, unit="ms", bare=5, goal="under 10 ms", met=False)
PLAIN = Figure(subject="search", name="opening", ours=1, unit="s")
MACHINE = {"date": "2026-01-01", "processor": "two cores"}


def test_a_row_says_ours_bare_ratio_goal_and_whether_it_was_met() -> None:
    assert MET.row() == "| speed | 45,000 /s | 60,000 /s | 0.75 | 70 % | yes |"
    assert MISSED.row() == "| terms | 12.3 ms | 5 ms | 2.47 | under 10 ms | **no** |"
    assert PLAIN.row() == "| opening | 1 s |  |  |  |  |"
    assert "NOT MET" in MISSED.line()


@pytest.mark.parametrize(("value", "shown"), [(0.01234, "0.0123"), (99.94, "99.9"), (123.4, "123"), (1e6, "1,000,000")])
def test_numbers_keep_the_digits_that_mean_something(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_section_names_the_machine_and_explains_its_figures() -> None:
    text = section("intake", [MET], MACHINE)
    assert text.index("### Intake") < text.index("two cores") < text.index(MET.row()) < text.index("speed: why")


def test_only_the_subjects_that_were_measured_are_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n\n{START}\nold \\1\n{END}\n\nafter\n")
    rewrite(page, [MET], MACHINE)
    rewrite(page, [MISSED, PLAIN], {"date": "2026-01-02"})
    faster = replace(MET, ours=59_000)
    rewrite(page, [faster], {"date": "2026-01-03"})
    text = page.read_text()
    assert text.startswith("before\n\n")
    assert text.endswith("\n\nafter\n")
    assert text.index("### Intake") < text.index("2026-01-03") < text.index(faster.row()) < text.index("### Search")
    assert text.index("### Search") < text.index("2026-01-02") < text.index(MISSED.row()) < text.index(PLAIN.row())
    assert MET.row() not in text
    page.write_text("no marks")
    with pytest.raises(ValueError, match="no place for the figures"):
        rewrite(page, [MET], MACHINE)


def test_the_page_of_the_project_has_a_place_for_the_figures() -> None:
    text = PAGE.read_text()
    assert text.index(START) < text.index(END)


def test_results_are_written_with_their_ratios(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results(path, [MET], MACHINE, {"messages": "10"})
    found = json.loads(path.read_text())
    assert (found["run"], found["machine"], found["figures"][0]["ratio"]) == ({"messages": "10"}, MACHINE, 0.75)


def test_the_machine_is_described(tmp_path: Path) -> None:
    told = describe(tmp_path)
    assert "cores" in told["processor"]
    assert "tantivy 0" in told["versions"]
    assert all(told.values())
