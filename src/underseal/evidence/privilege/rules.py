"""Suspicion by rule: accounts that present themselves as counsel, doctor or journalist, and accounts that are listed.

The rules stand in a file that a person can read and replace: `rules.toml` beside this module, or `privilege.toml` in the
workspace. A rule only suspects. What it finds is withheld until the filter team has decided, and its number is always told.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from underseal.errors import CallerError
from underseal.evidence.authority import EVERYTHING
from underseal.evidence.casework import Profession
from underseal.evidence.search import Node, Or, Words
from underseal.evidence.search.plan import Plan
from underseal.evidence.store import OpenSegment
from underseal.evidence.store.folding import pattern
from underseal.evidence.store.index import fact, rows_of, rows_with

BUILT_IN: Final = Path(__file__).parent / "rules.toml"

_NUMBER: Final = re.compile(r"@?\+?[\d ./()-]{6,}(:.*)?")
_FIELDS: Final = {"name", "profession", "phrases", "accounts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeRule:
    """A rule.

    Attributes:
        name: a word or two. profession: what it suspects an account to be.
        phrases: who writes one of them is suspected; found as a search for words in quotes finds them.
        accounts: identifiers of accounts, or telephone numbers however they are written.
    """

    name: str
    profession: Profession
    phrases: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """An account that a rule suspects, and the number of the first record that caused it."""

    rule: PrivilegeRule
    account: str
    record: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesRun:
    """What came of running the rules.

    Attributes:
        rules: how many were run. suspicions: accounts that are withheld from now on.
        known: accounts that were found and of which something had been decided before.
    """

    rules: int
    suspicions: int
    known: int


def read_rules(file: Path) -> tuple[PrivilegeRule, ...]:
    """Read a file of rules (TOML).

    Raises:
        CallerError: it cannot be read, or is no list of rules; it says where.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CallerError(f"The rules {file} cannot be read: {error}") from error
    rules = told.get("rule")
    if told.keys() != {"rule"} or not isinstance(rules, list):
        raise CallerError(f"The rules {file} hold something other than [[rule]] tables.")
    found = tuple(_rule(each, f"{file}, rule {number}") for number, each in enumerate(rules, 1))
    if len({rule.name for rule in found}) < len(found):
        raise CallerError(f"Two rules of {file} have one name.")
    return found


def run(rules: Sequence[PrivilegeRule], segments: Iterable[OpenSegment]) -> list[Suspicion]:
    """Return each account that a rule suspects, by the first rule and record that do."""
    found: dict[str, Suspicion] = {}
    for segment in segments:
        for rule in rules:
            for account, record in [*_written(rule, segment), *_listed(rule, segment)]:
                found.setdefault(account, Suspicion(rule=rule, account=account, record=record))
    return list(found.values())


def _rule(told: object, where: str) -> PrivilegeRule:
    if not isinstance(told, Mapping) or not told.keys() <= _FIELDS or not isinstance(told.get("name"), str):
        raise CallerError(f"{where} has no name, or other fields than {', '.join(sorted(_FIELDS))}.")
    phrases, accounts = (_texts(told.get(field, []), f"{where}, {field}") for field in ("phrases", "accounts"))
    if not phrases and not accounts:
        raise CallerError(f"{where} has neither phrases nor accounts.")
    for phrase in phrases:
        if pattern(phrase) is None:
            raise CallerError(f"{where}: there is nothing to search for in {phrase!r}.")
    try:
        profession = Profession(str(told.get("profession")))
    except ValueError:
        raise CallerError(f"{where}: the profession is none of {', '.join(Profession)}.") from None
    return PrivilegeRule(name=told["name"], profession=profession, phrases=phrases, accounts=accounts)


def _texts(told: object, where: str) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(each, str) and each.strip() for each in told):
        raise CallerError(f"{where} is no list of texts.")
    return tuple(told)


def _written(rule: PrivilegeRule, segment: OpenSegment) -> Iterator[tuple[str, int]]:
    """Yield who wrote one of the phrases, and the number of the record."""
    if not rule.phrases:
        return
    each = tuple(Words(text=phrase) for phrase in rule.phrases)
    asked: Node = each[0] if len(each) == 1 else Or(parts=each)
    query = Plan(node=asked, scope=EVERYTHING).query(segment.index.searcher())
    rows = segment.read(rows_of(segment.index, query), ["sender", "number"])
    for account, record in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        if account:
            yield account, record


def _listed(rule: PrivilegeRule, segment: OpenSegment) -> Iterator[tuple[str, int]]:
    """Yield the listed accounts of a segment, and the number of their first record."""
    if not rule.accounts:
        return
    listed = set(map(_plain, rule.accounts))
    accounts = pc.unique(segment.members.column("account").cast(pa.string())).to_pylist()
    for account in sorted(account for account in accounts if _plain(account) in listed):
        facts = [fact(role, account) for role in ("from", "to")]
        rows = rows_with(segment.index, facts, start=None, end=None)
        if len(rows):
            yield account, segment.entry.first + int(rows[0])


def _plain(account: str) -> str:
    """Return the digits of a telephone number, without the marks of a call abroad; of other accounts all."""
    if not _NUMBER.fullmatch(account):
        return account
    return re.sub(r"\D", "", account.partition(":")[0]).removeprefix("00")
