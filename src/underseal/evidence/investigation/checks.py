"""What is checked beside the store when a release is verified: files, originals, the audit and the ledgers."""

from collections.abc import Iterator
from pathlib import Path

from underseal.core.crypto import sha256_file
from underseal.core.verify import Step
from underseal.errors import UndersealError
from underseal.evidence.audit import Act, Audit
from underseal.evidence.casework.exhibits import Exhibits
from underseal.evidence.identity import Book
from underseal.evidence.store import Destructions


def verify_documents(folder: Path) -> Iterator[Step]:
    """Hold every document of a dossier against its name, which is the SHA-256 of its bytes; none where there never was one."""
    if folder.is_dir():
        yield from verify_media(folder, name="Documents")


def verify_media(folder: Path, *, name: str = "Attachments") -> Iterator[Step]:
    """Hold every attachment against its name, which is the SHA-256 of its bytes."""
    written = (path for path in folder.rglob("*") if path.is_file())
    files = sorted(
        path for path in written if not path.name.startswith(".part-")
    )  # of a writer that died: nothing reads it
    faults = [
        f"{folder.name}/{path.relative_to(folder)} was changed: it is not what its name says"
        for path in files
        if sha256_file(path).sha256.hex() != path.name
    ]
    yield Step(name=name, ok=not faults, detail="; ".join(faults) or f"{len(files)} files are as named")


def verify_originals(exhibits: Exhibits) -> Iterator[Step]:
    """Hash the files of every exhibit again; an original that is no longer there is said, and is no fault."""
    for exhibit in exhibits.list():
        root = Path(exhibit.path)
        if not root.exists():
            yield Step(name=f"Originals of {exhibit.number}", ok=True, detail=f"not here any more: {root}; not checked")
            continue
        faults = []
        for file in exhibits.files(exhibit.number):
            path = root / file.path if root.is_dir() else root
            try:
                if sha256_file(path).sha256 != file.sha256:
                    faults.append(f"{file.path} was changed since it was taken in")
            except OSError as error:
                faults.append(f"{file.path} cannot be read ({error.strerror})")
        yield Step(
            name=f"Originals of {exhibit.number}",
            ok=not faults,
            detail="; ".join(faults) or f"{exhibit.files} files as they were taken in",
        )


def verify_audit(audit: Audit) -> Iterator[Step]:
    """Check the audit's entries against its signed root."""
    try:
        state = audit.verify()
    except UndersealError as error:
        yield Step(name="Audit", ok=False, detail=error.message)
    else:
        yield Step(name="Audit", ok=True, detail=f"{state.size} entries, root {state.root.hex()}")


def verify_attributions(book: Book) -> Iterator[Step]:
    """Check the ledger of attributions against its signed root, and that its entries fit each other."""
    try:
        state = book.verify()
    except UndersealError as error:
        yield Step(name="Attributions", ok=False, detail=error.message)
    else:
        detail = f"{state.size} entries, root {state.root.hex()}" if state else "nothing was ever claimed"
        yield Step(name="Attributions", ok=True, detail=detail)


def verify_destructions(destructions: Destructions, audit: Audit) -> Iterator[Step]:
    """Check that each destruction is in the audit, and that each that is in the audit is there.

    Where the audit is sealed, and its key not at hand, there is nothing to compare with.
    """
    try:
        found = {document.sha256: document.destruction.number for document in destructions.all()}
    except UndersealError:  # which the check of the release names
        found = {}
    if not audit.readable:
        if found:
            yield Step(name="Destructions", ok=True, detail=f"{len(found)}; the audit is sealed and was not asked")
        return
    entered = {
        str(entry.details["sha256"]): entry.details.get("destruction")
        for entry in audit.entries(act=Act.ERASED, limit=1_000_000)
        if "sha256" in entry.details
    }
    faults = [
        f"the audit does not know destruction {number}" for sha256, number in found.items() if sha256 not in entered
    ]
    faults += [
        f"destruction {number} is in the audit and not here"
        for sha256, number in entered.items()
        if sha256 not in found
    ]
    if found or faults:
        yield Step(
            name="Destructions", ok=not faults, detail="; ".join(faults) or f"{len(found)} as the audit names them"
        )
