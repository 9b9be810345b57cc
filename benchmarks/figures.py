"""Figures: what was measured, against what, and the table that docs/benchmarks.md shows of them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

START = "<!-- figures: written by `make bench` -->"
END = "<!-- end of figures -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Attributes:
        subject: "decrypt", "intake", "search" or "conversation". name: what was measured, in words.
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


def read_results(path: Path) -> list[Figure]:
    """Return the figures of `write_results`, none where there is no such file."""
    if not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))["figures"]
    return [Figure(**{name: value for name, value in figure.items() if name != "ratio"}) for figure in found]


def table(figures: Sequence[Figure], machine: Mapping[str, str]) -> str:
    """Return the part of docs/benchmarks.md that `make bench` writes."""
    lines = [f"- {name}: {value}" for name, value in machine.items()]
    for subject in dict.fromkeys(figure.subject for figure in figures):
        lines += ["", f"### {subject.capitalize()}", ""]
        lines += ["| | Underseal | bare library | ratio | goal | met |", "|---|---:|---:|---:|---|---|"]
        own = [figure for figure in figures if figure.subject == subject]
        lines += [figure.row() for figure in own]
        lines += [f"\n{figure.name}: {figure.note}" for figure in own if figure.note]
    return "\n".join(lines)


def rewrite(page: Path, figures: Sequence[Figure], machine: Mapping[str, str]) -> None:
    """Put the figures into docs/benchmarks.md, between its two marks.

    Raises:
        ValueError: the page has not both marks.
    """
    text = page.read_text(encoding="utf-8")
    found = re.compile(f"{re.escape(START)}.*{re.escape(END)}", re.DOTALL)
    if not found.search(text):
        raise ValueError(f"{page} has no place for the figures")
    filled = f"{START}\n\n{table(figures, machine)}\n\n{END}"
    page.write_text(found.sub(lambda _: filled, text), encoding="utf-8")
