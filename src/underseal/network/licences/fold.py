"""The database of licences: its tables, and what each act of the ledger does to them.

It is derived. Everything in it follows from the ledger, entry by entry, so that it can be thrown away and made anew; its
tables may change with every version, and no migration is ever written.
"""

import sqlite3
from collections.abc import Callable
from functools import singledispatch
from typing import Final

from underseal.network.licences import acts
from underseal.network.licences.model import alike
from underseal.network.licences.periods import to_text

VERSION: Final = 2
"""Of the tables, in PRAGMA user_version; a database of another version is folded anew."""

TABLES: Final = (
    "product",
    "reseller",
    "operator",
    "entrance",
    "batch",
    "code",
    "transfer",
    "licence",
    "notice",
    "payment",
    "touched",
    "account",
)
"""All tables but `applied`, which says how far the ledger is folded."""

# `touched` leads from a PIN to the entries of the ledger that speak of it, `account` from a reseller to those that change
# what it owes; `entrance` holds the entries about who may come in and who came, by a name as `alike` writes it; the acts themselves are read there.
_SCHEMA: Final = """
CREATE TABLE applied (only INTEGER PRIMARY KEY CHECK (only = 1), size INTEGER NOT NULL, root BLOB NOT NULL) STRICT;
CREATE TABLE product (
    name TEXT PRIMARY KEY, months INTEGER NOT NULL, price INTEGER NOT NULL, currency TEXT NOT NULL, kind TEXT NOT NULL,
    zone TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE reseller (
    name TEXT PRIMARY KEY, quota INTEGER NOT NULL, password TEXT NOT NULL, disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE operator (
    name TEXT PRIMARY KEY, password TEXT NOT NULL, disabled INTEGER NOT NULL, since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE entrance (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE batch (
    number INTEGER PRIMARY KEY, reseller TEXT NOT NULL, product TEXT NOT NULL, price INTEGER NOT NULL,
    currency TEXT NOT NULL, count INTEGER NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE code (
    batch INTEGER NOT NULL, position INTEGER NOT NULL, digest BLOB NOT NULL UNIQUE, reseller TEXT NOT NULL,
    product TEXT NOT NULL, state TEXT NOT NULL, used TEXT, pin TEXT, PRIMARY KEY (batch, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_of_reseller ON code (reseller, batch, position);
CREATE INDEX code_by_state ON code (reseller, state);
CREATE TABLE transfer (
    number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, pin TEXT NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE INDEX transfer_of_pin ON transfer (pin);
CREATE TABLE licence (
    pin TEXT PRIMARY KEY, product TEXT NOT NULL, reseller TEXT NOT NULL, activated TEXT NOT NULL, anchor TEXT NOT NULL,
    months INTEGER NOT NULL, zone TEXT NOT NULL, ends TEXT NOT NULL, suspended INTEGER NOT NULL,
    revoked INTEGER NOT NULL, code BLOB NOT NULL, retry BLOB, replacement INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX licence_by_end ON licence (ends, pin);
CREATE TABLE notice (
    pin TEXT NOT NULL, ends TEXT NOT NULL, days INTEGER NOT NULL, PRIMARY KEY (pin, ends, days)
) STRICT, WITHOUT ROWID;
CREATE TABLE payment (
    number INTEGER PRIMARY KEY, reseller TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX payment_of_reseller ON payment (reseller);
CREATE TABLE touched (pin TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (pin, number)) STRICT, WITHOUT ROWID;
CREATE TABLE account (
    reseller TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (reseller, number)
) STRICT, WITHOUT ROWID;
INSERT INTO applied VALUES (1, 0, x'');
"""


def make_tables(database: sqlite3.Connection) -> None:
    """Make all tables anew, empty, inside the transaction that is open."""
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        database.execute(f"DROP TABLE {table}")
    for statement in _SCHEMA.split(";"):
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {VERSION}")


def apply(act: acts.Act, number: int, database: sqlite3.Connection) -> None:
    """Do to the tables what an act says, inside the transaction that is open.

    Args:
        act: what was entered. number: of its entry. database: whose tables.

    Raises:
        sqlite3.IntegrityError: the act contradicts an earlier one.
    """
    _apply(act, number, database.execute)
    pin = getattr(act, "pin", None)
    if pin is not None:
        database.execute("INSERT INTO touched VALUES (?, ?)", (pin, number))
    name = _who_enters(act)
    if name is not None:
        database.execute("INSERT INTO entrance VALUES (?, ?)", (number, alike(name)))
    if isinstance(act, acts.Issued | acts.Voided | acts.Paid):
        database.execute("INSERT INTO account VALUES (?, ?)", (act.reseller, number))


def _who_enters(act: acts.Act) -> str | None:
    """Return about whose coming in an act is, "" for a stranger's; None for an act about something else."""
    match act:
        case acts.LoggedIn() | acts.LoggedOut():
            return act.by.name
        case acts.LoginRefused():
            return act.account
        case acts.OperatorAdded() | acts.OperatorDisabled() | acts.OperatorEnabled() | acts.OperatorPasswordSet():
            return act.operator
        case acts.ResellerAdded() | acts.ResellerDisabled() | acts.ResellerEnabled() | acts.PasswordSet():
            return act.reseller
        case _:
            return None


_Execute = Callable[..., sqlite3.Cursor]


@singledispatch
def _apply(act: acts.Act, number: int, execute: _Execute) -> None:  # noqa: ARG001  # the signature of all
    raise TypeError(f"nobody says what {type(act).__name__} does")


@_apply.register
def _(act: acts.ProductAdded, number: int, execute: _Execute) -> None:  # noqa: ARG001
    row = (act.product, act.months, act.price, act.currency, act.kind, act.zone)
    execute("INSERT INTO product VALUES (?, ?, ?, ?, ?, ?)", row)


@_apply.register
def _(act: acts.OperatorAdded, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("INSERT INTO operator VALUES (?, ?, 0, ?)", (act.operator, act.password, to_text(act.at)))


@_apply.register
def _(act: acts.OperatorDisabled, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE operator SET disabled = 1 WHERE name = ?", (act.operator,))


@_apply.register
def _(act: acts.OperatorEnabled, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE operator SET disabled = 0 WHERE name = ?", (act.operator,))


@_apply.register
def _(act: acts.OperatorPasswordSet, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE operator SET password = ? WHERE name = ?", (act.password, act.operator))


@_apply.register(acts.LoggedIn | acts.LoginRefused | acts.LoggedOut)
def _(act: acts.Act, number: int, execute: _Execute) -> None:
    """They change nothing that is asked for but the list of entrances."""


@_apply.register
def _(act: acts.ResellerAdded, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("INSERT INTO reseller VALUES (?, ?, ?, 0)", (act.reseller, act.quota, act.password))


@_apply.register
def _(act: acts.ResellerDisabled, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE reseller SET disabled = 1 WHERE name = ?", (act.reseller,))


@_apply.register
def _(act: acts.ResellerEnabled, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE reseller SET disabled = 0 WHERE name = ?", (act.reseller,))


@_apply.register
def _(act: acts.QuotaSet, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE reseller SET quota = ? WHERE name = ?", (act.quota, act.reseller))


@_apply.register
def _(act: acts.PasswordSet, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE reseller SET password = ? WHERE name = ?", (act.password, act.reseller))


@_apply.register
def _(act: acts.Paid, number: int, execute: _Execute) -> None:
    row = (number, act.reseller, act.amount, act.currency, to_text(act.at))
    execute("INSERT INTO payment VALUES (?, ?, ?, ?, ?)", row)


@_apply.register
def _(act: acts.Issued, number: int, execute: _Execute) -> None:
    row = (number, act.reseller, act.product, act.price, act.currency, len(act.codes), to_text(act.at))
    execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    for position, digest in enumerate(act.codes, 1):
        code = (number, position, digest, act.reseller, act.product)
        execute("INSERT INTO code VALUES (?, ?, ?, ?, ?, 'unused', NULL, NULL)", code)


@_apply.register
def _(act: acts.Voided, number: int, execute: _Execute) -> None:  # noqa: ARG001
    row = (to_text(act.at), act.batch, act.position)
    execute("UPDATE code SET state = 'void', used = ? WHERE batch = ? AND position = ?", row)


def _spend(state: str, act: acts.Activated | acts.Renewed, execute: _Execute) -> None:
    row = (state, to_text(act.at), act.pin, act.code)
    execute("UPDATE code SET state = ?, used = ?, pin = ? WHERE digest = ?", row)


@_apply.register
def _(act: acts.Activated, number: int, execute: _Execute) -> None:  # noqa: ARG001
    _spend("activated", act, execute)
    run = (to_text(act.anchor), act.months, act.zone, to_text(act.ends))
    row = (act.pin, act.product, act.reseller, to_text(act.at), *run, act.code, act.retry)
    execute("INSERT INTO licence VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 0)", row)


@_apply.register
def _(act: acts.Transferred, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE transfer SET state = 'used' WHERE digest = ?", (act.code,))
    execute("UPDATE licence SET code = ?, retry = ?, replacement = 1 WHERE pin = ?", (act.code, act.retry, act.pin))


@_apply.register
def _(act: acts.Settled, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE licence SET retry = NULL WHERE pin = ?", (act.pin,))


def _prolong(act: acts.Renewed | acts.Extended, execute: _Execute) -> None:
    row = (to_text(act.anchor), act.months, act.zone, to_text(act.ends), act.pin)
    execute("UPDATE licence SET anchor = ?, months = ?, zone = ?, ends = ? WHERE pin = ?", row)


@_apply.register
def _(act: acts.Renewed, number: int, execute: _Execute) -> None:  # noqa: ARG001
    _spend("renewed", act, execute)
    _prolong(act, execute)


@_apply.register
def _(act: acts.Extended, number: int, execute: _Execute) -> None:  # noqa: ARG001
    _prolong(act, execute)


@_apply.register
def _(act: acts.Suspended, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE licence SET suspended = 1 WHERE pin = ?", (act.pin,))


@_apply.register
def _(act: acts.Resumed, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("UPDATE licence SET suspended = 0 WHERE pin = ?", (act.pin,))


def _kill_transfers(pin: str, execute: _Execute) -> None:
    execute("UPDATE transfer SET state = 'void' WHERE pin = ? AND state = 'unused'", (pin,))


@_apply.register
def _(act: acts.Revoked, number: int, execute: _Execute) -> None:  # noqa: ARG001
    _kill_transfers(act.pin, execute)
    execute("UPDATE licence SET revoked = 1 WHERE pin = ?", (act.pin,))


@_apply.register
def _(act: acts.TransferIssued, number: int, execute: _Execute) -> None:
    _kill_transfers(act.pin, execute)
    execute("INSERT INTO transfer VALUES (?, ?, ?, 'unused')", (number, act.code, act.pin))


@_apply.register
def _(act: acts.Noticed, number: int, execute: _Execute) -> None:  # noqa: ARG001
    execute("INSERT INTO notice VALUES (?, ?, ?)", (act.pin, to_text(act.ends), act.days))
