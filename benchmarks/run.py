"""All benchmarks, or some of them: `python -m benchmarks.run [--messages 10_000_000] [--only intake]`.

Material and workspaces stay in the working folder, so that a later run with the same numbers uses them again. The results
go into a JSON file there and into the tables of docs/benchmarks.md; subjects that a run leaves out stay as they were.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from benchmarks import (
    conversation,
    decrypt,
    disclose,
    forms,
    intake,
    licences,
    network,
    reviewers,
    search,
    unlock,
    withheld,
)
from benchmarks.figures import Figure, rewrite, write_results
from benchmarks.generate.message_table import Table, table_in, write_table
from benchmarks.generate.messages import Plan
from benchmarks.generate.synapse import Capture, capture_in, sized, write_capture
from benchmarks.machine import describe
from benchmarks.process import measure

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"

MESSAGES = 1_000_000
"""Messages of the table unless told otherwise; the published figures are for ten million."""

ENCRYPTED_PART = 10
"""One encrypted message for so many plain ones, but at least LEAST_ENCRYPTED: making them takes longest."""

LEAST_ENCRYPTED = 400_000


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One run.

    Attributes:
        folder: where everything is put. messages: of the table. encrypted: of the capture. cores: processes to use.
    """

    folder: Path
    messages: int
    encrypted: int
    cores: int

    @cached_property
    def table(self) -> Table:
        """The message table, made if it is not there."""
        folder = self.folder / f"table-{self.messages}"
        if not (folder / "truth.json").exists():
            _say(f"making a table of {self.messages:,} messages")
            _fresh(folder)
            measure(write_table, Plan(messages=self.messages), folder)
        return table_in(folder)

    @cached_property
    def capture(self) -> Capture:
        """The capture, made if it is not there."""
        folder = self.folder / f"capture-{self.encrypted}"
        if not (folder / "truth.json").exists():
            _say(f"making a capture of {self.encrypted:,} encrypted messages")
            _fresh(folder)
            write_capture(sized(self.encrypted), folder, share=1.0)
        return capture_in(folder)

    @property
    def sizes(self) -> dict[str, str]:
        """What the figures are for, in words."""
        return {
            "messages": f"{self.messages:,} in the plain table, {self.encrypted:,} in the encrypted capture",
            "processes": f"{self.cores} processes",
        }

    @property
    def workspace(self) -> Path:
        """The workspace that the table is taken into."""
        return self.folder / f"workspace-{self.messages}"

    @property
    def bare_index(self) -> Path:
        """The bare index that searches are held against."""
        return self.folder / f"bare-searchable-{self.messages}"

    def decrypt(self) -> list[Figure]:
        """Measure decryption."""
        return decrypt.run(self.capture, self.folder / f"workspace-encrypted-{self.encrypted}", cores=self.cores)

    def disclose(self) -> list[Figure]:
        """Measure a disclosure to the defence."""
        return disclose.run(self.capture, self.folder / f"workspace-encrypted-{self.encrypted}", cores=self.cores)

    def intake(self) -> list[Figure]:
        """Measure intake and indexing."""
        bare = self.folder / f"bare-{self.messages}"
        return intake.run(self.table, self.workspace, bare, self.bare_index, cores=self.cores)

    def search(self) -> list[Figure]:
        """Measure searches in the workspace, which is made if it is not there."""
        self._need_workspace()
        return search.run(self.table, self.workspace, self.bare_index, cores=self.cores)

    def conversation(self) -> list[Figure]:
        """Measure reading in the workspace, which is made if it is not there."""
        self._need_workspace()
        if not self.bare_index.exists():
            search.make_bare(self.table, self.bare_index, cores=self.cores)
        return conversation.run(self.table, self.workspace, self.bare_index)

    def withheld(self) -> list[Figure]:
        """Measure searches under a quarantine in the workspace, which is made if it is not there."""
        self._need_workspace()
        return withheld.run(self.table.truth, self.workspace)

    def reviewers(self) -> list[Figure]:
        """Measure reviewers at once on PostgreSQL."""
        plan = reviewers.Plan()
        return self._in_passing(lambda folder: reviewers.run(self.table, folder / "workspace", plan, cores=self.cores))

    def forms(self) -> list[Figure]:
        """Measure the forms of a disclosure."""
        return self._in_passing(forms.run)

    def network(self) -> list[Figure]:
        """Measure the network under load."""
        return self._in_passing(lambda folder: network.run(folder, network.Plan(many=0)))

    def endurance(self) -> list[Figure]:
        """Measure the network's memory after many events."""
        figures = self._in_passing(lambda folder: network.run(folder, network.Plan(rates=(), crash_rate=0)))
        return [replace(figure, subject="endurance") for figure in figures]

    def phone(self) -> list[Figure]:
        """Measure how a phone opens."""
        return self._in_passing(unlock.run)

    def licences(self) -> list[Figure]:
        """Measure what a licence costs the homeserver."""
        return self._in_passing(licences.run)

    def _in_passing(self, measured: Callable[[Path], list[Figure]]) -> list[Figure]:
        with tempfile.TemporaryDirectory(prefix="underseal-bench-") as folder:
            return measured(Path(folder))

    def _need_workspace(self) -> None:
        if not (self.workspace / "releases" / "log.jsonl").exists():
            self.intake()


SUBJECTS: dict[str, Callable[[Bench], list[Figure]]] = {
    "decrypt": Bench.decrypt,
    "disclose": Bench.disclose,
    "intake": Bench.intake,
    "search": Bench.search,
    "conversation": Bench.conversation,
    "withheld": Bench.withheld,
    "reviewers": Bench.reviewers,
    "forms": Bench.forms,
    "licences": Bench.licences,
    "network": Bench.network,
    "endurance": Bench.endurance,
    "phone": Bench.phone,
}


OF_A_SIZE = {"decrypt", "disclose", "intake", "search", "conversation", "withheld", "reviewers"}
"""Subjects whose figures depend on how many messages there are."""


def main() -> None:
    arguments = _arguments()
    bench = Bench(
        folder=arguments.workdir,
        messages=arguments.messages,
        encrypted=arguments.encrypted or max(arguments.messages // ENCRYPTED_PART, LEAST_ENCRYPTED),
        cores=arguments.cores,
    )
    bench.folder.mkdir(parents=True, exist_ok=True)
    machine = describe(bench.folder)
    measured: list[Figure] = []
    for subject in arguments.only or SUBJECTS:
        _say(f"measuring {subject}")
        new = SUBJECTS[subject](bench)
        print("\n".join(figure.line() for figure in new))
        measured += new
        write_results(bench.folder / f"results-{bench.messages}.json", measured, machine, bench.sizes)
        if not arguments.keep_page:
            rewrite(PAGE, new, machine | (bench.sizes if subject in OF_A_SIZE else {}))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=MESSAGES, help="of the plain message table")
    parser.add_argument("--encrypted", type=int, help="messages of the capture that is decrypted")
    parser.add_argument("--only", action="append", choices=list(SUBJECTS), help="may be given more than once")
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--workdir", type=Path, default=ROOT / "build" / "benchmarks")
    parser.add_argument("--keep-page", action="store_true", help="leave the figures in docs/benchmarks.md alone")
    return parser.parse_args()


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _say(words: str) -> None:
    print(f"-- {words}", flush=True)


if __name__ == "__main__":
    main()
