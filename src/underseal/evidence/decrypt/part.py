"""One captured part: rows in, the same rows with their verdicts out.

Only rows that are encrypted or carry an attachment are worked on. What came of them is a small table by place in the part,
which is then laid over the captured columns; all other rows pass through untouched.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from underseal.core.matrix import Content
from underseal.core.records import RECORDS, Kind, Media
from underseal.evidence.decrypt.held import Openers
from underseal.evidence.decrypt.keyring import Keyring
from underseal.evidence.decrypt.media import MediaFolder
from underseal.evidence.decrypt.payload import Contents, read_payloads
from underseal.evidence.decrypt.replays import Original, Slot, originals_of
from underseal.evidence.decrypt.sealed import OUTCOME, Sealed, clear_outcomes
from underseal.evidence.decrypt.verdicts import open_all, sessions_of

CONTENT = pa.schema([RECORDS.field(name) for name in ("kind", "text", "relation", "target", "media", "detail")])
"""Captured columns that decryption fills in for opened rows."""

NEEDED = ("exhibit", "event", "conversation", "time", "algorithm", "session", "ciphertext", *CONTENT.names)
"""Captured columns that the work reads."""

WORKED = pa.schema([pa.field("place", pa.int64(), nullable=False), *OUTCOME, *CONTENT])
"""What came of rows that were worked on. place: number of the row in its part, from 0."""

DECIDED = pa.schema(
    [f for f in RECORDS if f.name not in {"number", "supersedes", "copy_of"}] + [pa.field("ciphertext", pa.binary())]
)
"""Columns of a decided part: those of RECORDS that do not depend on its place in a release, and the ciphertext."""


def decrypt_part(rows: pa.Table, *, keyring: Keyring, media: MediaFolder, earlier: pa.Table | None = None) -> pa.Table:
    """Return captured rows with everything that decryption can say of them, in their order.

    Args:
        rows: rows of the CAPTURED schema; further columns are passed through behind the others.
        keyring: the keys to try.
        media: where attachments come from and go to.
        earlier: what is known already of the sessions in `rows` (columns of `replays.EARLIER`), for replays.

    Returns:
        Columns of DECIDED.

    Raises:
        IntegrityError: the keyring is damaged. OSError: an attachment cannot be read or written.
    """
    keys = keyring.openers(sessions_of(rows))
    return decide_rows(rows, keys=keys, media=media, known=originals_of(earlier))


def decide_rows(
    rows: pa.Table,
    *,
    keys: Openers,
    media: MediaFolder,
    known: Mapping[Slot, Original],
) -> pa.Table:
    """Return captured rows with everything that decryption can say of them; see `decrypt_part`.

    Args:
        rows: rows of the CAPTURED schema, and any further columns.
        keys: what may open them.
        media: where attachments come from and go to.
        known: whose an index is, where that is known already.
    """
    encrypted = rows.column("algorithm").is_valid().to_numpy()
    clear = ~encrypted & rows.column("media").is_valid().to_numpy()
    worked = []
    if encrypted.any():
        worked.append(_open(_some(rows, encrypted), np.flatnonzero(encrypted), keys, media, known))
    if clear.any():
        worked.append(_keep(_some(rows, clear), np.flatnonzero(clear), media))
    return _complete(rows, worked)


def _some(rows: pa.Table, wanted: npt.NDArray[np.bool_]) -> pa.Table:
    """Return the columns NEEDED of some rows."""
    needed = rows.select(NEEDED)
    return needed if wanted.all() else needed.filter(pa.array(wanted))


def _complete(rows: pa.Table, worked: Sequence[pa.Table]) -> pa.Table:
    """Return captured rows as decided ones.

    Args:
        rows: rows of the CAPTURED schema, and any further columns.
        worked: what came of those that were worked on; where there are none this costs next to nothing.
    """
    outcome, content = clear_outcomes(rows.num_rows), rows.select(CONTENT.names)
    if worked:
        done = pa.concat_tables(worked)
        source = np.arange(rows.num_rows)
        source[done.column("place").to_numpy()] = rows.num_rows + np.arange(done.num_rows)
        outcome = _stack(outcome, done.select(OUTCOME.names)).take(pa.array(source))
        content = _stack(content, done.select(CONTENT.names)).take(pa.array(source))
    columns = {**_columns(rows), **_columns(outcome), **_columns(content)}
    further = [field for field in rows.schema if field.name not in DECIDED.names]
    schema = pa.schema([*DECIDED, *further])
    return pa.table([columns[field.name] for field in schema], schema=schema)


def _open(
    rows: pa.Table,
    places: npt.NDArray[np.int64],
    keys: Openers,
    media: MediaFolder,
    known: Mapping[Slot, Original],
) -> pa.Table:
    sealed = Sealed(rows)
    outcomes = open_all(sealed, keys, known)
    contents = read_payloads(sealed, outcomes)
    content = _content(sealed, contents, media)
    return _worked(places, outcomes.to_table(sealed.sha256), content)


def _keep(rows: pa.Table, places: npt.NDArray[np.int64], media: MediaFolder) -> pa.Table:
    """Fetch the attachments of clear rows."""
    kept = [
        media.fetch(Media.from_json(value), None, exhibit=exhibit).to_json()
        for value, exhibit in zip(rows.column("media").to_pylist(), rows.column("exhibit").to_pylist(), strict=True)
    ]
    content = {**_columns(rows.select(CONTENT.names)), "media": pa.array(kept, type=pa.string())}
    return _worked(places, clear_outcomes(rows.num_rows), content)


def _content(sealed: Sealed, contents: Contents, media: MediaFolder) -> dict[str, pa.Array]:
    """Return the columns of CONTENT of encrypted rows, with what was read in those that were opened."""
    further = contents.further
    return {
        "kind": sealed.changed(
            "kind", dict.fromkeys(contents.text, Kind.TEXT.value) | {r: c.kind.value for r, c in further.items()}
        ),
        "text": sealed.changed("text", contents.text | {r: c.text for r, c in further.items()}),
        "relation": sealed.changed("relation", {r: c.relation and c.relation.value for r, c in further.items()}),
        "target": sealed.changed("target", {r: c.target or None for r, c in further.items()}),
        "media": sealed.changed("media", {r: _fetched(sealed, r, c, media) for r, c in further.items() if c.media}),
        "detail": sealed.changed("detail", {r: c.detail for r, c in further.items() if c.detail}),
    }


def _fetched(sealed: Sealed, row: int, content: Content, media: MediaFolder) -> str | None:
    if content.media is None:
        return None
    exhibit = sealed.text("exhibit", row) or ""
    return media.fetch(content.media, content.encrypted_file, exhibit=exhibit).to_json()


def _worked(places: npt.NDArray[np.int64], outcome: pa.Table, content: Mapping[str, pa.Array]) -> pa.Table:
    columns = {"place": pa.array(places), **_columns(outcome), **content}
    return pa.table([columns[field.name] for field in WORKED], schema=WORKED)


def _columns(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return dict(zip(table.schema.names, table.columns, strict=True))


def _stack(first: pa.Table, second: pa.Table) -> pa.Table:
    """Return the rows of both tables, in one chunk: taking from several is slow."""
    return pa.concat_tables([first, second]).unify_dictionaries().combine_chunks()
