"""From the decisions on privilege to the quarantine that is in force: of each subject, the latest decision holds."""

from collections.abc import Iterable

from underseal.evidence.authority.quarantine import AccountHeld, ConversationHeld, MessageHeld, Quarantine
from underseal.evidence.authority.scope import Scope
from underseal.evidence.casework import Decision, Subject, SubjectKind


def in_force(decisions: Iterable[Decision]) -> dict[Subject, Decision]:
    """Return the latest decision on each subject.

    Args:
        decisions: in the order of their numbers.
    """
    return {decision.subject: decision for decision in decisions}


def may_reach(scope: Scope, subject: Subject) -> bool:
    """Say whether something that a decision speaks of may be in scope, as far as its subject tells.

    A period and a room tell it. Accounts do not: what an account outside the scope wrote to one that is in it is in scope.

    Args:
        scope: what an authority allows to be seen. subject: of the decision.
    """
    if subject.kind is not SubjectKind.ACCOUNT and scope.rooms is not None and subject.conversation not in scope.rooms:
        return False
    if subject.time is not None:
        first, end = subject.time, subject.time + 1
        return (scope.start is None or scope.start < end) and (scope.end is None or first < scope.end)
    before = subject.end is not None and scope.start is not None and subject.end <= scope.start
    after = subject.start is not None and scope.end is not None and scope.end <= subject.start
    return not (before or after)


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
