"""Figures: what was measured, against what, and the table that docs/benchmarks.md shows of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

START = "<!-- figures: written by `make bench` -->"
END = "<!-- end of figures -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Attributes:
        subject: of the run that measured it, such as "decrypt". name: what was measured, in words.
        ours: the value. unit: of `ours` and `bare`. bare: the same of the bare library in the same run, if there is one.
        goal: what was aimed at, in words. met: whether it was reached, None where there is no goal.
        note: how it was measured, where the name does not say.
    """

    subject: str
    name: str
    ours: float
    unit: str
    bare: float | None = None
    goal: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """`ours` divided by `bare`."""
        return self.ours / self.bare if self.bare else None

    def line(self) -> str:
        """Return it for a terminal."""
        bare = "" if self.bare is None else f", bare {number(self.bare)} {self.unit}, ratio {self.ratio:.2f}"
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        goal = f" [{self.goal}: {verdict}]" if self.goal else ""
        return f"{self.subject}: {self.name}: {number(self.ours)} {self.unit}{bare}{goal}\n    {self.note}"

    def row(self) -> str:
        """Return its row of the table."""
        bare = "" if self.bare is None else f"{number(self.bare)} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        verdict = {True: "yes", False: "**no**", None: ""}[self.met]
        return f"| {self.name} | {number(self.ours)} {self.unit} | {bare} | {ratio} | {self.goal} | {verdict} |"


def number(value: float) -> str:
    """Return a value with the digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write_results(path: Path, figures: Sequence[Figure], machine: Mapping[str, str], run: Mapping[str, str]) -> None:
    """Write everything that was measured as JSON."""
    measured = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    path.write_text(
        json.dumps({"machine": machine, "run": run, "figures": measured}, indent=1, ensure_ascii=False),
        encoding="utf-8",
    )


def section(subject: str, figures: Sequence[Figure], machine: Mapping[str, str]) -> str:
    """Return the part of docs/benchmarks.md that is about one subject: on what it was measured, the table, the notes."""
    lines = [f"### {subject.capitalize()}", "", "; ".join(machine.values()), ""]
    lines += ["| | Underseal | bare | ratio | goal | met |", "|---|---:|---:|---:|---|---|"]
    lines += [figure.row() for figure in figures]
    lines += [f"\n{figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join(lines)


def rewrite(page: Path, figures: Sequence[Figure], machine: Mapping[str, str]) -> None:
    """Put figures into docs/benchmarks.md, between its two marks; subjects that are not among them stay as they are.

    Raises:
        ValueError: the page has not both marks.
    """
    text = page.read_text(encoding="utf-8")
    before, start, rest = text.partition(START)
    kept, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{page} has no place for the figures")
    sections = {part.partition("\n")[0].strip().lower(): f"### {part.strip()}" for part in kept.split("### ")[1:]}
    for subject in dict.fromkeys(figure.subject for figure in figures):
        own = [figure for figure in figures if figure.subject == subject]
        sections[subject] = section(subject, own, machine)
    filled = "\n\n".join([start, *sections.values(), end])
    page.write_text(before + filled + after, encoding="utf-8")
