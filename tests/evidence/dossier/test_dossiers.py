"""Dossiers are opened, listed, shown and changed; nobody learns of one who need not know of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError, UndersealError
from underseal.evidence.dossier import Choice, Field, ItemDraft, ItemKind, OpeningDraft
from underseal.evidence.investigation import Dossiers

from .office import ANN, EXPIRED, OTHER_AUTHORITY, PIER_AUTHORITY, Office


def test_a_dossier_is_opened_from_a_message(office: Office) -> None:
    card = office.opened("The box", record="$3", before=2, after=5, members=["paul"], contact="+32 2 555 01 02")
    year = card.number[3:7]
    assert card.number.startswith(f"AN.{year}/000")
    assert (card.title, card.offence, card.district, card.lead) == ("The box", "drugs", "Antwerp", "ines")
    assert [member.user for member in card.members] == ["ines", "paul"]
    assert card.open
    assert office.dossiers("paul").show(card.reference) == card
    (item,) = office.dossiers("paul").items.page(card.number).items
    assert (item.id, item.before, item.after) == (f"message:{office.number('$3')}", 2, 5)
    (found,) = office.dossiers("paul").items.lines(card.number, [item.id, "message:4711"], around=True)
    assert [line.event for line in found.lines] == ["$1", "$2", "$3", "$4"]
    (alone,) = office.dossiers("paul").items.lines(card.number, [item.id])
    assert [line.number for line in alone.lines] == [item.current]
    assert alone.lines[0].time.utc == item.time


def test_numbers_go_on_in_each_series(office: Office) -> None:
    one, two = office.opened("one"), office.opened("two")
    assert int(two.number[-4:]) == int(one.number[-4:]) + 1
    draft = OpeningDraft(title="three", offence="arms", district="liège")
    assert office.dossiers().open(draft).number.endswith("/0001")


@pytest.mark.parametrize("user", ["ivan", "paul", "fatma"])
def test_who_need_not_know_of_it_gets_the_answers_of_one_that_is_not_there(office: Office, user: str) -> None:
    card = office.opened("A secret")
    deeds: list[Callable[[Dossiers, str], object]] = [
        lambda d, n: d.show(n),
        lambda d, n: d.items.page(n),
        lambda d, n: d.items.show(n, "note:1"),
        lambda d, n: d.items.lines(n, ["note:1"]),
    ]
    if user != "fatma":
        deeds += [
            lambda d, n: d.change(n, Field.TITLE, "x"),
            lambda d, n: d.add_member(n, user),
            lambda d, n: d.remove_member(n, "ines"),
            lambda d, n: d.items.add(n, ItemDraft(kind=ItemKind.NOTE, text="x")),
        ]
    for deed in deeds:
        told = []
        for number in (card.number, card.reference, "AN.1999/9999"):
            with pytest.raises(NotFoundError) as caught:
                deed(office.dossiers(user), number)
            told.append((caught.value.message, caught.value.hint, office.audit()[0].details))
        assert told[0] == told[1] == told[2]
    assert card.number not in [each.number for each in office.dossiers(user).list().dossiers]


def test_the_audit_tells_of_no_number_and_no_title(office: Office) -> None:
    card = office.opened("The parrot", members=["ivan"])
    office.dossiers("ivan").items.add(card.number, ItemDraft(kind=ItemKind.NOTE, text="a cage"))
    office.dossiers("ivan").list()
    written = "".join(entry.data.decode() for entry in office.audit())
    assert card.reference in written
    assert not any(word in written for word in (card.number, "The parrot", "a cage"))


def test_the_magistrate_knows_of_what_was_opened_under_their_authority(office: Office) -> None:
    card = office.opened("For the magistrate")
    assert office.dossiers("maud").show(card.number) == card
    with pytest.raises(NotFoundError):
        office.dossiers("maud", OTHER_AUTHORITY).show(card.number)
    with pytest.raises(RefusedError):
        office.dossiers("anna").list()
    assert office.dossiers("ines", OTHER_AUTHORITY).show(card.number) == card


def test_members_come_and_go(office: Office) -> None:
    card = office.opened("Members")
    office.dossiers().add_member(card.number, "fatma")
    assert office.dossiers("fatma").show(card.number).number == card.number
    office.dossiers().remove_member(card.number, "fatma")
    with pytest.raises(NotFoundError):
        office.dossiers("fatma").show(card.number)
    office.dossiers().add_member(card.number, "fatma")
    assert [each.user for each in office.dossiers("fatma").show(card.number).members] == ["ines", "fatma"]
    changed = office.dossiers().change(card.number, Field.LEAD, "ivan")
    assert (changed.lead, [each.user for each in changed.members]) == ("ivan", ["ines", "fatma", "ivan"])
    with pytest.raises(CallerError, match="leads the dossier"):
        office.dossiers().remove_member(card.number, "ivan")


def test_of_two_who_change_one_thing_the_second_is_told(office: Office) -> None:
    card = office.opened("Before", members=["ivan"])
    office.dossiers("ines").change(card.number, Field.TITLE, "By Ines", version=card.versions[Field.TITLE])
    with pytest.raises(ConflictError, match=r"changed by ines at 20\d\d-"):
        office.dossiers("ivan").change(card.number, Field.TITLE, "By Ivan", version=card.versions[Field.TITLE])
    office.dossiers("ivan").change(card.number, Field.OFFENCE, "arms", version=card.versions[Field.OFFENCE])
    now = office.dossiers().show(card.number)
    assert (now.title, now.offence) == ("By Ines", "arms")
    said = [(e.thing, e.said.get("value"), e.user) for e in office.dossiers().history(card.number).versions]
    assert ("title", "Before", "ines") in said
    assert said[:2] == [("offence", "arms", "ivan"), ("title", "By Ines", "ines")]
    with pytest.raises(ConflictError, match="changed by ines"):  # nobody leaves out a version
        office.dossiers("ivan").change(card.number, Field.TITLE, "By Ivan", version=99)


def test_many_who_work_at_once_lose_nothing(office: Office) -> None:
    card = office.opened("Many", members=["ivan", "iris"])
    users = ["ines", "ivan", "iris", "maud"]

    def work(number: int) -> str:
        dossiers = office.dossiers(users[number % len(users)])
        dossiers.codings.code(card.number, office.number(f"${number % 3 + 1}"), Choice.RELEVANT, note=str(number))
        dossiers.items.add(card.number, ItemDraft(kind=ItemKind.NOTE, text=f"note {number}"))
        try:
            dossiers.change(card.number, Field.CONTACT, f"by {number}", version=0)
        except ConflictError as error:
            return error.message
        return "done"

    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(work, range(12)))
    assert told.count("done") == 1
    assert all("That was changed by" in each for each in told if each != "done")
    assert {item.text for item in office.dossiers().items.page(card.number).items} == {f"note {n}" for n in range(12)}
    register = office.investigation.casework.dossiers
    assert sorted(each.note for each in register.marks.codings(card.head.id, history=True)) == sorted(
        map(str, range(12))
    )


def test_items_are_put_in_once_and_taken_out(office: Office) -> None:
    items, card = office.dossiers().items, office.opened("Items", record="$1")
    note = items.add(card.number, ItemDraft(kind=ItemKind.NOTE, text="he drives a van"))
    account = items.add(card.number, ItemDraft(kind=ItemKind.ACCOUNT, account=ANN, why="she writes"))
    assert (note.id, account.id) == ("note:1", f"account:{ANN}")
    message = ItemDraft(kind=ItemKind.MESSAGE, record=office.number("$1"))
    with pytest.raises(ConflictError, match="in the dossier already"):
        items.add(card.number, message)
    one = items.page(card.number).items[0]
    changed = items.change(card.number, one.id, after=3, version=1)
    assert (changed.before, changed.after, changed.version) == (0, 3, 2)
    with pytest.raises(ConflictError, match="changed by ines"):
        items.change(card.number, one.id, after=4, version=1)
    items.remove(card.number, one.id, why="beside the point")
    assert [item.id for item in items.page(card.number).items] == ["note:1", f"account:{ANN}"]
    with pytest.raises(NotFoundError):
        items.show(card.number, one.id)
    again = items.add(card.number, message)
    assert (again.version, items.page(card.number).items[0].id) == (4, again.id)


def test_items_come_page_by_page(office: Office) -> None:
    items, card = office.dossiers().items, office.opened("Pages")
    for number in range(5):
        items.add(card.number, ItemDraft(kind=ItemKind.NOTE, text=f"note {number}"))
    found: list[list[str]] = []
    cursor: int | None = 0
    while cursor is not None:
        page = items.page(card.number, after=cursor, limit=2)
        found.append([item.text for item in page.items])
        cursor = page.cursor
    assert found == [["note 0", "note 1"], ["note 2", "note 3"], ["note 4"]]
    first = office.dossiers().list(limit=1)
    assert first.total > 1
    assert len(first.dossiers) == 1
    assert first.cursor is not None
    assert office.dossiers().list(after=first.cursor).dossiers[0].number != first.dossiers[0].number


def test_a_reader_sees_what_their_authority_lets_them_see(office: Office) -> None:
    card = office.opened("Scopes", record="$5")
    office.dossiers().items.add(card.number, ItemDraft(kind=ItemKind.MESSAGE, record=office.number("$1")))
    pier = office.dossiers("ines", PIER_AUTHORITY).items
    assert [item.record for item in pier.page(card.number).items] == [office.number("$1")]


def test_a_withheld_message_is_gone_from_it_for_all_but_the_filter_team(fresh: Office) -> None:
    card = fresh.opened("Withheld", record="$2", before=1, after=1, members=["fatma"])
    fresh.dossiers().items.add(card.number, ItemDraft(kind=ItemKind.MESSAGE, record=fresh.number("$3"), before=2))
    fresh.dossiers().items.add(card.number, ItemDraft(kind=ItemKind.ACCOUNT, account=ANN))
    held, other = f"message:{fresh.number('$2')}", f"message:{fresh.number('$3')}"
    fresh.suspect("$2")
    for user in ("ines", "maud"):
        items = fresh.dossiers(user).items
        assert fresh.dossiers(user).show(card.number).head.record is None
        assert fresh.dossiers(user).list().dossiers[0].head.record is None
        assert [item.id for item in items.page(card.number).items] == [other, f"account:{ANN}"]
        assert items.page(card.number, limit=2).cursor is None
        with pytest.raises(NotFoundError) as caught:
            items.show(card.number, held)
        with pytest.raises(NotFoundError) as unknown:
            items.show(card.number, "message:4711")
        assert caught.value.message == unknown.value.message
        (around,) = items.lines(card.number, [held, other], around=True)
        assert around.item == other
        assert "$2" not in [line.event for line in around.lines]
    assert fresh.dossiers("fatma").show(card.number).head.record == fresh.number("$2")
    assert [item.id for item in fresh.dossiers("fatma").items.page(card.number).items] == [
        held,
        other,
        f"account:{ANN}",
    ]


def _draft(**changed: object) -> OpeningDraft:
    return OpeningDraft(**({"title": "t", "offence": "o", "district": "AN"} | changed))  # type: ignore[arg-type]


WRONG: dict[str, tuple[type[UndersealError], str, Callable[[Dossiers], object]]] = {
    "no title": (CallerError, "title of the dossier is empty", lambda d: d.open(_draft(title=" "))),
    "no offence": (CallerError, "offence is empty", lambda d: d.open(_draft(offence=""))),
    "no such district": (CallerError, "no district 'Gent'", lambda d: d.open(_draft(district="Gent"))),
    "no such lead": (NotFoundError, "no user 'zoe'", lambda d: d.open(_draft(lead="zoe"))),
    "no such member": (NotFoundError, "no user 'zoe'", lambda d: d.open(_draft(members=["zoe"]))),
    "an administrator": (CallerError, "anna is no member", lambda d: d.open(_draft(members=["anna"]))),
    "a lead of the filter team": (CallerError, "fatma does not lead", lambda d: d.open(_draft(lead="fatma"))),
    "no such record": (NotFoundError, "no record 99", lambda d: d.open(_draft(record=99))),
    "too much context": (CallerError, "0 to 100 lines", lambda d: d.open(_draft(record=0, before=101))),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_and_no_dossier_is_opened(office: Office, name: str) -> None:
    kind, words, deed = WRONG[name]
    before = office.dossiers().list().total
    with pytest.raises(kind, match=words):
        deed(office.dossiers())
    assert office.dossiers().list().total == before
    assert office.audit("dossier_opened")[0].details["failed"]


def test_an_expired_authority_opens_nothing(office: Office) -> None:
    with pytest.raises(RefusedError, match="held until"):
        office.dossiers("ines", EXPIRED).open(_draft())
