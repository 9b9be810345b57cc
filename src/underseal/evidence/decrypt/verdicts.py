"""The verdict of every captured row: which key opens it, or why none does.

The order of the checks: form, signature, key held, index, MAC, replay; the first that fails decides. The signature needs
no key, since a Megolm session id is the public key that the session's messages verify under. Of several keys of a session
the one that reaches back furthest is tried first; one that does not authenticate the message gives way to the next.

What the decrypted bytes say is left to `payload`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.crypto import megolm
from underseal.core.crypto.megolm_columns import UNKNOWN, message_indices
from underseal.core.crypto.megolm_message import MessageKey
from underseal.core.records import OPENABLE, Verdict
from underseal.errors import IntegrityError
from underseal.evidence.decrypt.held import HeldKey, HeldMessageKey, Openers
from underseal.evidence.decrypt.keyring import Keyring
from underseal.evidence.decrypt.replays import Original, Slot, originals_of, settle
from underseal.evidence.decrypt.sealed import (
    OF_MESSAGE,
    OF_SESSION,
    OPENED,
    SIGNED,
    Outcomes,
    Sealed,
    clear_outcomes,
    to_coded,
)

NO_KEY = "no key is held for its session"
WRONG_KEY = "no key held authenticates it"
NO_CIPHERTEXT = "it has no ciphertext"
NO_SESSION = "it names no session"

_VERDICTS: Mapping[type[megolm.MegolmError], Verdict] = {
    megolm.BadSignatureError: Verdict.BAD_SIGNATURE,
    megolm.BadMacError: Verdict.BAD_MAC,
    megolm.MalformedMegolmError: Verdict.MALFORMED,
}


def decide(rows: pa.Table, keyring: Keyring, *, earlier: pa.Table | None = None) -> pa.Table:
    """Return the columns of `sealed.OUTCOME` for each row, in the order of the rows.

    Args:
        rows: rows of the CAPTURED schema; those without an algorithm are `clear`.
        keyring: the keys to try.
        earlier: what is known already of the sessions in `rows` (columns of `replays.EARLIER`), for replays.

    Raises:
        IntegrityError: the keyring is damaged.
    """
    encrypted = pc.is_valid(rows.column("algorithm")).to_numpy()
    sealed = Sealed(rows.filter(pa.array(encrypted)))
    outcomes = open_all(sealed, keyring.openers(sessions_of(rows)), originals_of(earlier))
    found = pa.concat_tables([outcomes.to_table(sealed.sha256), clear_outcomes(1)]).unify_dictionaries()
    return found.take(pa.array(np.where(encrypted, np.cumsum(encrypted) - 1, len(sealed))))


def sessions_of(rows: pa.Table) -> set[str]:
    """Return the ids of the sessions that captured rows name."""
    return set(to_coded(rows.column("session"))[0])


def open_all(sealed: Sealed, keys: Openers, known: Mapping[Slot, Original]) -> Outcomes:
    """Return what comes of encrypted rows, in their order. They are opened by session, in the order of the index.

    Args:
        sealed: the rows.
        keys: what may open them.
        known: whose an index is, where that is known already.

    Raises:
        IntegrityError: the keyring is damaged.
    """
    outcomes = Outcomes.for_rows(len(sealed))
    _read_indices(sealed, outcomes)
    known_of = {session for session, _ in known}
    for session, rows, repeated in _by_session(sealed, outcomes):
        _Session(session, sealed.ciphertext, outcomes).open(
            rows, keys.sessions.get(session, ()), keys.messages.get(session, {})
        )
        if repeated or session in known_of:
            for index, claimants in _contested(rows, outcomes, session=session, known=known):
                settle(claimants, sealed, outcomes, known.get((session, index)))
    return outcomes


def _read_indices(sealed: Sealed, outcomes: Outcomes) -> None:
    """Note the index of each row that is a message; the others get their verdict here."""
    indices = message_indices(sealed.rows.column("ciphertext"))
    tried = _megolm_rows(sealed, outcomes)
    outcomes.index = np.where(tried, indices, UNKNOWN)
    outcomes.tool = np.where(tried, OF_SESSION, UNKNOWN).astype(np.int8)
    for row in np.flatnonzero(tried & (indices == UNKNOWN)).tolist():
        ciphertext = sealed.ciphertext[row]
        try:
            outcomes.index[row] = megolm.message_index(ciphertext)
        except megolm.MalformedMegolmError as error:
            outcomes.set(row, Verdict.MALFORMED, error.message)
            with suppress(megolm.MalformedMegolmError):  # where the session id is no key, nothing is known of it
                outcomes.sign(row, valid=megolm.signature_valid(sealed.text("session", row) or "", ciphertext))


def _megolm_rows(sealed: Sealed, outcomes: Outcomes) -> npt.NDArray[np.bool_]:
    """Return which rows are of Megolm and have a session and a ciphertext; the others get their verdict here."""
    algorithms, algorithm = sealed.coded("algorithm")
    sessions, session = sealed.coded("session")
    megolms = np.isin(algorithm, [code for code, name in enumerate(algorithms) if name == megolm.ALGORITHM])
    named = np.isin(session, [code for code, name in enumerate(sessions) if name])
    filled = np.fromiter(map(bool, sealed.ciphertext), dtype=bool, count=len(sealed))
    for row in np.flatnonzero(~megolms).tolist():
        outcomes.set(row, Verdict.NO_KEY, f"keys for {algorithms[algorithm[row]]} are not held")
    for row in np.flatnonzero(megolms & ~named).tolist():
        outcomes.set(row, Verdict.MALFORMED, NO_SESSION)
    for row in np.flatnonzero(megolms & named & ~filled).tolist():
        outcomes.set(row, Verdict.MALFORMED, NO_CIPHERTEXT)
    tried: npt.NDArray[np.bool_] = megolms & named & filled
    return tried


def _by_session(sealed: Sealed, outcomes: Outcomes) -> Iterator[tuple[str, list[int], bool]]:
    """Yield the rows of each session that are messages, in the order of their index, and whether an index is repeated."""
    sessions, code = sealed.coded("session")
    order = np.lexsort((outcomes.index, code))
    order = order[outcomes.index[order] != UNKNOWN]
    code, index, rows = code[order], outcomes.index[order], order.tolist()
    ends = [*(np.flatnonzero(code[1:] != code[:-1]) + 1).tolist(), len(rows)] if rows else []
    repeated = set(code[1:][(code[1:] == code[:-1]) & (index[1:] == index[:-1])].tolist())
    for start, end in zip([0, *ends], ends, strict=False):
        session = int(code[start])
        yield sessions[session], rows[start:end], session in repeated


class _Session:
    """Gives the rows of one session their verdicts.

    Args:
        session: its id.
        ciphertexts: of all rows.
        outcomes: where to say what came of them.
    """

    def __init__(self, session: str, ciphertexts: Sequence[bytes], outcomes: Outcomes) -> None:
        self._session = session
        self._ciphertexts = ciphertexts
        self._outcomes = outcomes

    def open(
        self,
        rows: Sequence[int],
        keys: Sequence[HeldKey],
        messages: Mapping[int, Sequence[HeldMessageKey]],
    ) -> None:
        """Give rows, in the order of their index, their verdicts.

        Args:
            rows: which. keys: of the session, by first index. messages: by index the keys of single messages.
        """
        if not messages:
            return self._open_by_session(rows, keys)
        failed = {row: held for row in rows if (held := self._fails(row, messages))}
        left = [row for row in rows if row in failed or self._outcomes.index[row] not in messages]
        if left:
            self._open_by_session(left, keys)
        for row, held in failed.items():
            self._spoil(row, held, keys)
        return None

    def _fails(self, row: int, messages: Mapping[int, Sequence[HeldMessageKey]]) -> Sequence[HeldMessageKey]:
        """Try the keys of a single message on it; return them where there are some and none authenticates it."""
        index = int(self._outcomes.index[row])
        held = messages.get(index, ())
        for key in held:
            opener = MessageKey(key.secret, session_id=self._session, index=index)
            try:
                self._outcomes.raw[row] = opener.open(self._ciphertexts[row])
            except megolm.BadMacError:
                continue
            except megolm.MegolmError as error:
                self._refuse(row, error)
            else:
                self._outcomes.verdict[row] = OPENED
                self._outcomes.signature[row] = SIGNED
                self._outcomes.opener[row] = self._outcomes.add_keys([key])
            self._outcomes.tool[row] = OF_MESSAGE
            return ()
        return held

    def _spoil(self, row: int, held: Sequence[HeldMessageKey], keys: Sequence[HeldKey]) -> None:
        """Note of a row that keys of single messages do not authenticate it, unless a key of its session opened it."""
        if self._outcomes.get(row) in OPENABLE:
            tried = [key for key in keys if key.first_index <= self._outcomes.index[row]]
            self._refuse(row, megolm.BadMacError(WRONG_KEY))
            self._outcomes.opener[row] = self._outcomes.add_keys([*tried, *held])
            self._outcomes.tool[row] = OF_SESSION if tried else OF_MESSAGE

    def _open_by_session(self, rows: Sequence[int], keys: Sequence[HeldKey]) -> None:
        if not keys:
            return self._lock(rows, Verdict.NO_KEY, NO_KEY)
        first = keys[0].first_index
        early = 0
        if self._outcomes.index[rows[0]] < first:
            early = bisect_left(rows, first, key=self._outcomes.index.__getitem__)
        self._lock(rows[:early], Verdict.KEY_TOO_LATE, f"keys are held from index {first} on")
        left = rows[early:]
        for key in keys:
            left = self._try_key(key, left) if left else []
        self._give_up(left, keys)
        return None

    def _give_up(self, rows: Sequence[int], keys: Sequence[HeldKey]) -> None:
        """Give `bad_mac` to rows that no key authenticates, and note the keys that were tried: one that was not may."""
        starts = [key.first_index for key in keys]
        numbers: dict[int, int] = {}
        for row in rows:
            self._refuse(row, megolm.BadMacError(WRONG_KEY))
            count = bisect_right(starts, self._outcomes.index[row])
            if count not in numbers:
                numbers[count] = self._outcomes.add_keys(keys[:count])
            self._outcomes.opener[row] = numbers[count]

    def _lock(self, rows: Sequence[int], verdict: Verdict, reason: str) -> None:
        """Give a verdict to rows that no key can open, except for those that were not signed."""
        for row in rows:
            try:
                megolm.check_signature(self._session, self._ciphertexts[row])
            except megolm.BadSignatureError as error:
                self._refuse(row, error)
            except megolm.MalformedMegolmError as error:  # the session id is no key: nothing is known of the signature
                self._outcomes.set(row, Verdict.MALFORMED, error.message)
            else:
                self._outcomes.set(row, verdict, reason)
                self._outcomes.signature[row] = SIGNED

    def _try_key(self, key: HeldKey, rows: Sequence[int]) -> list[int]:
        """Open rows with a key, and return those that another key may open."""
        open_message = self._ratchet(key).open_exact  # rows have an index, so that they are their own encoding
        ciphertexts, outcomes = self._ciphertexts, self._outcomes
        raw, verdict, signature, opener = outcomes.raw, outcomes.verdict, outcomes.signature, outcomes.opener
        number = outcomes.add_keys([key])
        left = []
        for row in rows:
            try:
                raw[row] = open_message(ciphertexts[row])
            except (megolm.BadMacError, megolm.KeyTooLateError):
                left.append(row)
            except megolm.MegolmError as error:
                self._refuse(row, error)
            else:
                verdict[row] = OPENED
                signature[row] = SIGNED
                opener[row] = number
        return left

    def _ratchet(self, key: HeldKey) -> megolm.InboundSession:
        try:
            return megolm.InboundSession(key.exported, session_id=self._session)
        except megolm.MegolmError as error:
            raise IntegrityError(f"Key {key.key} of exhibit {key.exhibit} is damaged in the keyring.") from error

    def _refuse(self, row: int, error: megolm.MegolmError) -> None:
        self._outcomes.set(row, _VERDICTS[type(error)], error.message)
        self._outcomes.sign(row, valid=not isinstance(error, megolm.BadSignatureError))


def _contested(
    rows: Sequence[int], outcomes: Outcomes, *, session: str, known: Mapping[Slot, Original]
) -> Iterator[tuple[int, list[int]]]:
    """Yield each index that two signed rows claim, or that belongs to a row known already, with the signed rows."""
    for index, claimants in groupby(rows, key=outcomes.index.__getitem__):
        signed = [row for row in claimants if outcomes.signature[row] == SIGNED]
        if len(signed) > 1 or (signed and (session, int(index)) in known):
            yield int(index), signed
