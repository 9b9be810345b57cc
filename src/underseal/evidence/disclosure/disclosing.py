"""Making a pack, and saying before what would leave the house; that somebody may do it is the caller's to see to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from underseal.core.folders import publish_file, publish_folder
from underseal.core.verify.disclosure.cover import Cover
from underseal.core.verify.disclosure.zipped import zip_folder
from underseal.errors import CallerError, at_field
from underseal.evidence.casework import words
from underseal.evidence.disclosure.folder import PackFolder
from underseal.evidence.disclosure.form import Form
from underseal.evidence.disclosure.house import House, Made, Page, Preview, Progress, Stage
from underseal.evidence.disclosure.making import Making
from underseal.evidence.disclosure.material import Material
from underseal.evidence.disclosure.selection import Selection
from underseal.evidence.intake import machine_errors
from underseal.evidence.store import View


def preview(house: House, view: View, selection: Selection) -> Preview:
    """Say what would leave the house; nothing is written.

    Args:
        house: where. view: under which the material is read. selection: of it.
    """
    return Making(house=house, material=Material.of(view, selection), to="", since=None).preview()


def disclose(
    house: House,
    view: View,
    selection: Selection,
    target: Path,
    *,
    to: str,
    announce: Callable[[Mapping[str, str | int]], None],
    since: int | None = None,
    zipped: bool = False,
    forms: Sequence[Form] = (),
    page: Page | None = None,
    progress: Progress = lambda _words, _done, _total: None,
    cover: Callable[[Material], Cover] | None = None,
) -> Made:
    """Make a pack. It is there as a whole or not at all, and after its entry in the audit.

    Args:
        house: where. view: under which the material is read. selection: of it. target: folder or zip file to make.
        to: who gets it. announce: writes the entry of the audit. since: number of the release of an earlier disclosure.
        zipped: whether it is a zip file. forms: further formats to enclose. page: writes the page that reads the pack.
        progress: told how far it has come; what it raises leaves nothing, as long as the audit has no entry.
        cover: makes the cover of a package for a partner force, of what goes into it.

    Raises:
        CallerError: nobody is named, or `since` is no earlier release. ConflictError: the target exists.
        InternalError: the disk refuses; nothing is left.
    """
    with at_field("to"):
        if not to.strip():
            raise CallerError(
                "Nobody is named who gets the pack.", hint="Name the person or the office that it is for."
            )
        receiver = words.line(to, "name of who gets the pack")
    if since is not None and not 1 <= since <= view.release.number:
        with at_field("since"):
            raise CallerError(f"Release {view.release.number} is disclosed; it does not come after a release {since}.")
    progress(Stage.READING, 0, 0)
    made: list[Made] = []

    def build(aside: Path) -> None:
        material = Material.of(view, selection)
        making = Making(
            house=house, material=material, to=receiver, since=since, cover=cover(material) if cover else None
        )
        made.append(making.write(PackFolder(aside), announce, forms, page, progress))

    with machine_errors("The disclosure"):
        if zipped:
            publish_file(target, build, zip_folder)
        else:
            publish_folder(target, build)
    return replace(made[0], path=target)
