"""Progress on standard error, for what takes longer than a second."""

from typing import Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from underseal.cli.terminal import err


class Bar:
    """A progress bar on standard error, with rate and remaining time; silent where nobody watches."""

    def __init__(self, words: str, *, unit: str) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]} " + unit),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=err,
            disable=not err.is_terminal,
            transient=True,
        )
        self._task: TaskID = self._progress.add_task(words, total=None, rate="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._progress.stop()

    def show(self, done: int, total: int, *, words: str | None = None) -> None:
        """Show how far it has come.

        Args:
            done, total: in the same unit. words: a new description.
        """
        task = self._progress.tasks[0]
        rate = f"{done / task.elapsed:,.0f}/s" if task.elapsed else ""
        if words is not None and words != task.description:
            self._progress.reset(self._task, description=words)
        self._progress.update(self._task, completed=done, total=total, rate=rate)
