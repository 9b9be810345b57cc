"""The check of an exported reward: its ledger is as it was signed, and every act in it follows from the rules."""

from collections import Counter

from underseal.core.ledger import Fields, JsonValue, SignedDocument, parse_strict
from underseal.core.verify.audit_export import check_entries, entry_lines
from underseal.core.verify.report import FORM, Course, Opening
from underseal.core.verify.reward.contest import Contest, Standing
from underseal.core.verify.reward.fold import LEDGER_NAME, Book
from underseal.errors import IntegrityError

EXPORT_FORMAT = "underseal/reward-export/1"


def check_reward(course: Course, value: JsonValue, opening: Opening, *, start: int) -> None:
    """Check an export.

    Args:
        course: where the steps go.
        value: the first line.
        opening: opens the file.
        start: bytes of the first line; the entries follow, one per line.
    """
    with course.step(FORM) as say:
        head = Fields(value, "The first line", required=("format", "checkpoint"))
        document = SignedDocument.from_json(head.value("checkpoint"), what="The checkpoint")
        say("An export of a public reward, one act per line.")
    checkpoint = check_entries(course, document, lambda: entry_lines(opening, start))
    with course.step("The acts follow from the rules, and the decisions from commitment and terms") as say:
        if checkpoint.text("ledger") != LEDGER_NAME:
            raise IntegrityError("The ledger is not one of a reward.")
        book = Book.of(parse_strict(line, what="An entry") for line in entry_lines(opening, start))
        contests = book.contests.values()
        say(f"Decisions that were made again, with the same results: {sum(map(_decided, contests))}.")
        say(
            f"All {sum(len(contest.challenge.messages) for contest in contests)} ciphertexts are signed by their sessions."
        )
    counts = Counter(contest.standing for contest in contests)
    course.claims += [_told(contest) for contest in contests]
    course.claims.append(
        f"Challenges: {', '.join(f'{counts[standing]} {standing}' for standing in Standing if counts[standing])}."
        if counts
        else "No challenge was ever opened."
    )


def _decided(contest: Contest) -> int:
    return sum(claim.verdict is not None for claim in contest.claims)


def _told(contest: Contest) -> str:
    winner = contest.winner
    name = f"Challenge {contest.challenge.id[:12]}"
    if winner:
        paid = ", and is entered as paid" if contest.standing is Standing.PAID else ""
        return f"{name} was won by claim {winner.number} of the key {winner.commit.key.hex()}{paid}."
    words = f"{name} is {contest.standing}"
    if contest.shown and contest.shown.session_key:
        return f"{words}; the answer that it was about stood in its transcript."
    return f"{words}."
