"""From the decisions on privilege to the quarantine that is in force: of each subject, the latest decision holds."""

from collections.abc import Iterable

from underseal.evidence.authority.quarantine import AccountHeld, ConversationHeld, MessageHeld, Quarantine
from underseal.evidence.casework import Decision, Subject, SubjectKind


def in_force(decisions: Iterable[Decision]) -> dict[Subject, Decision]:
    """Return the latest decision on each subject.

    Args:
        decisions: in the order of their numbers.
    """
    return {decision.subject: decision for decision in decisions}


def quarantine_of(decisions: Iterable[Decision]) -> Quarantine:
    """Return what is withheld.

    What is withheld by one decision after the other, as when a suspicion is confirmed, is so since the first of them.

    Args:
        decisions: in the order of their numbers.
    """
    since: dict[Subject, int] = {}
    released: dict[Subject, int] = {}
    for decision in decisions:
        if decision.state.withholds:
            since.setdefault(decision.subject, decision.number)
            released.pop(decision.subject, None)
        else:
            since.pop(decision.subject, None)
            released[decision.subject] = decision.number
    return Quarantine.of(
        accounts=(
            AccountHeld(account=subject.account, start=subject.start, end=subject.end, since=number)
            for subject, number in since.items()
            if subject.kind is SubjectKind.ACCOUNT
        ),
        conversations=(
            ConversationHeld(conversation=subject.conversation, since=number)
            for subject, number in since.items()
            if subject.kind is SubjectKind.CONVERSATION
        ),
        messages=_messages(since),
        released=_messages(released),
    )


def _messages(subjects: dict[Subject, int]) -> list[MessageHeld]:
    return [
        MessageHeld(
            event=subject.event,
            conversation=subject.conversation,
            sender=subject.sender,
            time=subject.time or 0,
            since=number,
        )
        for subject, number in subjects.items()
        if subject.kind is SubjectKind.MESSAGE
    ]
