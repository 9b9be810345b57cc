"""What the tables of licences say, as records: every question that the parts of licences ask of the database."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from underseal.network.licences.model import (
    Balance,
    CodeState,
    Kind,
    Licence,
    Month,
    Notice,
    Operator,
    Product,
    Reseller,
    Run,
    Sale,
    State,
    Wanted,
)
from underseal.network.licences.money import Money
from underseal.network.licences.periods import NOTICE_DAYS, from_text, to_text
from underseal.network.pins import Pin

MAX_INTEGER: Final = 2**63 - 1
"""SQLite's largest."""

_RESELLER: Final = (
    "SELECT name, quota, disabled, (SELECT count(*) FROM code WHERE code.reseller = name AND state = 'unused')"
    " FROM reseller"
)
_SALE: Final = (
    "SELECT code.batch, code.position, code.reseller, code.product, batch.price, batch.currency, code.state, batch.at,"
    " code.used, code.pin FROM code JOIN batch ON batch.number = code.batch"
)
_LICENCE: Final = (
    "SELECT pin, product, reseller, activated, anchor, months, zone, ends, suspended, revoked, code, retry, replacement"
    " FROM licence"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer code.

    Attributes:
        pin: which it moves. state: "unused", "used" or "void".
    """

    pin: Pin
    state: str


class Rows:
    """One state of the tables.

    Args:
        database: inside a transaction.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def _ask(self, query: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run a query. Half of a character, which SQLite does not take, is asked for as what no name holds."""
        return self.database.execute(query, [_encodable(value) for value in values])

    def applied(self) -> tuple[int, bytes]:
        """Return how many entries of the ledger are folded, and its root then; b"" where nobody knows."""
        size, root = self._ask("SELECT size, root FROM applied").fetchone()
        return size, root

    def product(self, name: str) -> Product | None:
        """Return a product."""
        row = self._ask("SELECT * FROM product WHERE name = ?", (name,)).fetchone()
        return _product(row) if row else None

    def products(self) -> list[Product]:
        """Return all products by name."""
        return [_product(row) for row in self._ask("SELECT * FROM product ORDER BY name")]

    def reseller(self, name: str) -> Reseller | None:
        """Return a reseller."""
        row = self._ask(f"{_RESELLER} WHERE name = ?", (name,)).fetchone()
        return _reseller(row) if row else None

    def resellers(self) -> list[Reseller]:
        """Return all resellers by name."""
        return [_reseller(row) for row in self._ask(f"{_RESELLER} ORDER BY name")]

    def password(self, reseller: str) -> str | None:
        """Return the Argon2id form of a reseller's password."""
        row = self._ask("SELECT password FROM reseller WHERE name = ?", (reseller,)).fetchone()
        return row[0] if row else None

    def code(self, digest: bytes) -> Sale | None:
        """Return the code of a SHA-256; None for a transfer code, too."""
        row = self._ask(f"{_SALE} WHERE code.digest = ?", (digest,)).fetchone()
        return _sale(row) if row else None

    def code_at(self, batch: int, position: int) -> Sale | None:
        """Return a code by its serial."""
        row = self._ask(f"{_SALE} WHERE code.batch = ? AND code.position = ?", (batch, position)).fetchone()
        return _sale(row) if row else None

    def codes_of(self, batch: int) -> list[Sale]:
        """Return all codes of a batch in their order."""
        found = self._ask(f"{_SALE} WHERE code.batch = ? ORDER BY code.position", (batch,))
        return [_sale(row) for row in found]

    def transfer(self, digest: bytes) -> Transfer | None:
        """Return the transfer code of a SHA-256."""
        row = self._ask("SELECT pin, state FROM transfer WHERE digest = ?", (digest,)).fetchone()
        return Transfer(pin=Pin(row[0]), state=row[1]) if row else None

    def licence(self, pin: str) -> Licence | None:
        """Return the licence of a PIN."""
        row = self._ask(f"{_LICENCE} WHERE pin = ?", (pin,)).fetchone()
        return _licence(row) if row else None

    def sales(
        self,
        *,
        reseller: str | None,
        product: str | None,
        state: CodeState | None,
        before: tuple[int, int] | None,
        limit: int,
    ) -> list[Sale]:
        """Return a page of codes, the newest first; None for any."""
        wanted = {"code.reseller": reseller, "code.product": product, "code.state": state and state.value}
        terms = [f"{column} = ?" for column, value in wanted.items() if value is not None]
        values: list[object] = [value for value in wanted.values() if value is not None]
        if before is not None:
            terms.append("(code.batch, code.position) < (?, ?)")
            values += before
        where = f" WHERE {' AND '.join(terms)}" if terms else ""
        order = " ORDER BY code.batch DESC, code.position DESC LIMIT ?"
        return [_sale(row) for row in self._ask(f"{_SALE}{where}{order}", (*values, limit))]

    def counts(self, reseller: str | None) -> dict[CodeState, int]:
        """Count the codes by what became of them, of a reseller or of all."""
        where, values = ("WHERE reseller = ?", (reseller,)) if reseller is not None else ("", ())
        found = dict(self._ask(f"SELECT state, count(*) FROM code {where} GROUP BY state", values))  # noqa: S608
        return {state: found.get(state.value, 0) for state in CodeState}

    def standings(self, at: datetime) -> dict[State, int]:
        """Count the licences by how they stand at a time."""
        query = (
            "SELECT CASE WHEN revoked THEN 'revoked' WHEN suspended THEN 'suspended' WHEN ends > ? THEN 'active'"
            " ELSE 'expired' END AS state, count(*) FROM licence GROUP BY state"
        )
        found = dict(self._ask(query, (to_text(at),)))
        return {state: found.get(state.value, 0) for state in State if state is not State.NONE}

    def licences(
        self, *, reseller: str | None, since: datetime, until: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> list[Licence]:
        """Return a page of licences that end from `since` on and before `until`, the first to end first."""
        terms, values = ["ends >= ?", "ends < ?"], [to_text(since), to_text(until)]
        if reseller is not None:
            terms.append("reseller = ?")
            values.append(reseller)
        if after is not None:
            terms.append("(ends, pin) > (?, ?)")
            values += (to_text(after[0]), after[1])
        query = f"{_LICENCE} WHERE {' AND '.join(terms)} ORDER BY ends, pin LIMIT ?"
        return [_licence(row) for row in self._ask(query, (*values, limit))]

    def found(
        self, wanted: Wanted, *, at: datetime, latest_first: bool, after: tuple[datetime, str] | None, limit: int
    ) -> list[Licence]:
        """Return a page of the licences that are looked for, in the order of their end."""
        terms, values = _terms(wanted, at)
        if after is not None:
            terms.append(f"(ends, pin) {'<' if latest_first else '>'} (?, ?)")
            values += (to_text(after[0]), after[1])
        direction = "DESC" if latest_first else "ASC"
        order = f"ORDER BY ends {direction}, pin {direction} LIMIT ?"
        query = f"{_LICENCE} WHERE {' AND '.join(terms)} {order}"
        return [_licence(row) for row in self._ask(query, (*values, limit))]

    def count(self, wanted: Wanted, at: datetime) -> int:
        """Count the licences that are looked for."""
        terms, values = _terms(wanted, at)
        query = f"SELECT count(*) FROM licence WHERE {' AND '.join(terms)}"  # noqa: S608  # terms of ours
        number: int = self._ask(query, values).fetchone()[0]
        return number

    def months(self, reseller: str | None, limit: int) -> list[Month]:
        """Return what was sold in the last months in which something was, the newest first."""
        where, values = (" AND code.reseller = ?", [reseller]) if reseller is not None else ("", [])
        query = (
            "SELECT substr(batch.at, 1, 7), currency, count(*), sum(price) FROM code"  # noqa: S608  # terms of ours
            f" JOIN batch ON batch.number = code.batch WHERE code.state <> 'void'{where}"
            " GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT ?"
        )
        found = self._ask(query, (*values, limit))
        return [
            Month(month=month, codes=codes, price=Money(price, currency)) for month, currency, codes, price in found
        ]

    def due(self, at: datetime, limit: int) -> list[Notice]:
        """Return notices that are due and were not given, of those who are not kept out, the first to end first.

        The most urgent one that is due (see `due_notice`) counts where it is more urgent than what was given before.
        """
        urgent, near, far = (to_text(at + timedelta(days=days)) for days in NOTICE_DAYS)
        query = """
            SELECT pin, due, ends FROM (
                SELECT pin, ends, CASE WHEN ends <= ?2 THEN ?5 WHEN ends <= ?3 THEN ?6 ELSE ?7 END AS due,
                (SELECT min(days) FROM notice WHERE notice.pin = licence.pin AND notice.ends = licence.ends) AS given
                FROM licence WHERE ends > ?1 AND ends <= ?4 AND NOT suspended AND NOT revoked
            ) WHERE given IS NULL OR due < given ORDER BY ends, pin LIMIT ?8"""
        found = self._ask(query, (to_text(at), urgent, near, far, *NOTICE_DAYS, limit))
        return [Notice(pin=Pin(pin), days=days, ends=from_text(ends)) for pin, days, ends in found]

    def operators(self) -> list[Operator]:
        """Return all operators by name."""
        found = self._ask("SELECT name, disabled, since FROM operator ORDER BY name")
        return [Operator(name=name, disabled=bool(disabled), since=from_text(at)) for name, disabled, at in found]

    def operator(self, name: str) -> Operator | None:
        """Return an operator."""
        return next((found for found in self.operators() if found.name == name), None)

    def operator_password(self, name: str) -> str | None:
        """Return an operator's password in its Argon2id form."""
        row = self._ask("SELECT password FROM operator WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def entrances(self, name: str, *, before: int | None, limit: int) -> list[int]:
        """Return the numbers of the ledger's entries about who may come in and who came, newest first.

        Args:
            name: how the name of whom they are about begins, as `alike` writes it; "" for all.
        """
        query = """
            SELECT number FROM entrance WHERE number < ?1 AND substr(name, 1, length(?2)) = ?2
            ORDER BY number DESC LIMIT ?3"""
        return [row[0] for row in self._ask(query, (MAX_INTEGER if before is None else before, name, limit))]

    def entries_of(self, pin: str) -> list[int]:
        """Return the numbers of the ledger's entries that speak of a PIN, oldest first."""
        found = self._ask("SELECT number FROM touched WHERE pin = ? ORDER BY number", (pin,))
        return [row[0] for row in found]

    def account_of(self, reseller: str, *, before: int | None, limit: int) -> list[int]:
        """Return the numbers of the ledger's entries that change what a reseller owes, newest first."""
        query = "SELECT number FROM account WHERE reseller = ? AND number < ? ORDER BY number DESC LIMIT ?"
        found = self._ask(query, (reseller, MAX_INTEGER if before is None else before, limit))
        return [row[0] for row in found]

    def balances(self, reseller: str | None) -> list[Balance]:
        """Return what is owed, by reseller and currency."""
        query = """
            SELECT reseller, currency, sum(issued), sum(voided), sum(paid) FROM (
                SELECT reseller, currency, price * count AS issued, 0 AS voided, 0 AS paid FROM batch
                UNION ALL
                SELECT code.reseller, batch.currency, 0, batch.price, 0 FROM code JOIN batch ON batch.number = code.batch
                WHERE code.state = 'void'
                UNION ALL
                SELECT reseller, currency, 0, 0, amount FROM payment
            ) WHERE ?1 IS NULL OR reseller = ?1 GROUP BY reseller, currency ORDER BY reseller, currency"""
        return [
            Balance(
                reseller=name,
                issued=Money(issued, currency),
                voided=Money(voided, currency),
                paid=Money(paid, currency),
            )
            for name, currency, issued, voided, paid in self._ask(query, (reseller,))
        ]


def _encodable(value: object) -> object:
    return "\0" if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value) else value


def _terms(wanted: Wanted, at: datetime) -> tuple[list[str], list[str]]:
    """Return the conditions of a search, and their values."""
    terms, values = ["ends <> ''"], list[str]()
    if wanted.pin:
        # Every sign of a PIN sorts before "~".
        terms.append("pin >= ? AND pin < ?")
        values += (wanted.pin.upper(), f"{wanted.pin.upper()}~")
    if wanted.until is not None:
        terms.append("ends < ?")
        values.append(to_text(wanted.until))
    for column, value in (("reseller", wanted.reseller), ("product", wanted.product)):
        if value is not None:
            terms.append(f"{column} = ?")
            values.append(value)
    if wanted.state is not None:
        terms.append(_STANDS[wanted.state])
        values += [to_text(at)] * _STANDS[wanted.state].count("?")
    return terms, values


_STANDS: Final = {
    State.NONE: "0",
    State.ACTIVE: "NOT revoked AND NOT suspended AND ends > ?",
    State.EXPIRED: "NOT revoked AND NOT suspended AND ends <= ?",
    State.SUSPENDED: "suspended AND NOT revoked",
    State.REVOKED: "revoked",
}
"""When a licence stands so, as `state_at` says; the time is the only value."""


def _product(row: tuple[str, int, int, str, str, str]) -> Product:
    name, months, price, currency, kind, zone = row
    return Product(name=name, months=months, price=Money(price, currency), kind=Kind(kind), zone=zone)


def _reseller(row: tuple[str, int, int, int]) -> Reseller:
    name, quota, disabled, unused = row
    return Reseller(name=name, quota=quota, unused=unused, disabled=bool(disabled))


def _sale(row: tuple[int, int, str, str, int, str, str, str, str | None, str | None]) -> Sale:
    batch, position, reseller, product, price, currency, state, at, used, pin = row
    return Sale(
        batch=batch,
        position=position,
        reseller=reseller,
        product=product,
        price=Money(price, currency),
        state=CodeState(state),
        at=from_text(at),
        used=from_text(used) if used else None,
        pin=Pin(pin) if pin else None,
    )


def _licence(row: tuple[str, str, str, str, str, int, str, str, int, int, bytes, bytes | None, int]) -> Licence:
    pin, product, reseller, activated, anchor, months, zone, ends, suspended, revoked, code, retry, replacement = row
    return Licence(
        pin=Pin(pin),
        product=product,
        reseller=reseller,
        activated=from_text(activated),
        run=Run(anchor=from_text(anchor), months=months, zone=zone),
        ends=from_text(ends),
        suspended=bool(suspended),
        revoked=bool(revoked),
        code=code,
        retry=retry,
        replacement=bool(replacement),
    )
