"""What an audience knows already, and what has changed since: nothing is told as news twice."""

from collections.abc import Iterable, Mapping, Sequence

from models.words import CLOSED, TicketStatus
from routing.digests.content import DigestContent, Remembered
from routing.digests.gathered import Done
from routing.digests.item import Item
from routing.signals.summary import counted
from routing.stand_up.told import is_news

Memory = Mapping[int, Remembered]


def memory_of(content: DigestContent | None) -> Memory:
    """What an audience knows after its last digest, by signal."""
    return {one.signal_id: one for one in content.known} if content else {}


def waits(item: Item) -> bool:
    """Whether somebody has to act on it."""
    return item.ticket is not None and item.ticket.status not in CLOSED


def rises(item: Item) -> bool:
    """Whether something came that is worth telling."""
    return item.messages > 0 and is_news(item)


def changed(item: Item, memory: Memory) -> bool:
    """Whether there is something to tell of it: it rises, or its ticket is new, or stands elsewhere than when it was told of."""
    before = memory.get(item.signal_id)
    if rises(item):
        return True
    if not waits(item) or item.ticket is None:
        return False
    return before is None or before.status is not item.ticket.status or before.overdue is not item.ticket.overdue


def open_before(items: Sequence[Item]) -> str:
    """What waits for the reader and was told of before, in a line."""
    late = sum(item.ticket is not None and item.ticket.overdue for item in items)
    if not items:
        return ""
    over = f", waarvan {late} over de termijn" if late else ""
    return f"Nog open: {counted(len(items), 'ticket', 'tickets')} van eerder{over}."


def tellable(done: Iterable[Done], memory: Memory) -> list[Done]:
    """What was settled and not yet told of, or told of when its effect could not be seen yet."""

    def new(one: Done) -> bool:
        before = memory.get(one.signal_id)
        settled_before = before is not None and before.status in CLOSED
        return not settled_before or (one.seen and before is not None and not before.effect_seen)

    return [one for one in done if new(one)]


def remembered(items: Iterable[Item], done: Iterable[Done], memory: Memory, present: Iterable[int]) -> tuple[Remembered, ...]:
    """What an audience knows after reading of these; what it knew of signals that are still there (`present`) stays known."""
    known = {id: before for id, before in memory.items() if id in set(present)}
    for item in items:
        ticket = item.ticket
        known[item.signal_id] = Remembered(
            signal_id=item.signal_id,
            total=item.total,
            status=ticket.status if ticket else None,
            overdue=ticket is not None and ticket.overdue,
        )
    for one in done:
        before = known.get(one.signal_id) or memory.get(one.signal_id)
        known[one.signal_id] = Remembered(
            signal_id=one.signal_id, total=before.total if before else 0, status=TicketStatus.SETTLED, effect_seen=one.seen
        )
    return tuple(known[id] for id in sorted(known))
