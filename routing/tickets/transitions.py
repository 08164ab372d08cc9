"""Which step a ticket may take from which state, and where it then stands: one table, for pages, robots and other systems alike."""

from collections.abc import Mapping

from models.language import _, msgid, translated
from models.words import CLOSED, TicketStatus, TicketStep
from routing.errors import TicketError

OPEN, ACCEPTED, IN_HAND, WAITING = TicketStatus.OPEN, TicketStatus.ACCEPTED, TicketStatus.IN_HAND, TicketStatus.WAITING
SETTLED, REFUSED = TicketStatus.SETTLED, TicketStatus.REFUSED
UNDER_WAY = (OPEN, ACCEPTED, IN_HAND, WAITING)


def _all(before: tuple[TicketStatus, ...], after: TicketStatus) -> Mapping[TicketStatus, TicketStatus]:
    return dict.fromkeys(before, after)


_STAYS_UNDER_WAY = {status: status for status in UNDER_WAY}
_STAYS = {status: status for status in TicketStatus}

MOVES: Mapping[TicketStep, Mapping[TicketStatus, TicketStatus]] = {
    TicketStep.ACCEPTED: {OPEN: ACCEPTED},
    TicketStep.STARTED: _all((OPEN, ACCEPTED, WAITING), IN_HAND),
    TicketStep.WAITS: _all(UNDER_WAY, WAITING),
    TicketStep.ASSIGNED: {**_STAYS_UNDER_WAY, OPEN: ACCEPTED},
    TicketStep.HANDED_OVER: _all(UNDER_WAY, OPEN),
    TicketStep.SETTLED: _all(UNDER_WAY, SETTLED),
    TicketStep.REFUSED: _all(UNDER_WAY, REFUSED),
    TicketStep.MERGED: _all(UNDER_WAY, SETTLED),
    TicketStep.REOPENED: _all((SETTLED, REFUSED), OPEN),
    TicketStep.HELP_ASKED: _STAYS_UNDER_WAY,
    TicketStep.HELP_ENDED: _STAYS_UNDER_WAY,
    TicketStep.TOOK_IN: _STAYS_UNDER_WAY,
    TicketStep.GREW: _STAYS_UNDER_WAY,
    TicketStep.REMINDED: _STAYS_UNDER_WAY,
    TicketStep.ESCALATED: _STAYS_UNDER_WAY,
    TicketStep.LINKED: _STAYS,
    TicketStep.UNLINKED: _STAYS,
    TicketStep.NOTED: _STAYS,
}
"""By step: the state before and the state after. What does not stand here is not allowed."""

WISHES: Mapping[TicketStep, str] = {
    TicketStep.ACCEPTED: msgid("oppakken"),
    TicketStep.STARTED: msgid("in behandeling nemen"),
    TicketStep.WAITS: msgid("laten wachten"),
    TicketStep.ASSIGNED: msgid("toewijzen"),
    TicketStep.HANDED_OVER: msgid("overdragen"),
    TicketStep.SETTLED: msgid("afhandelen"),
    TicketStep.REFUSED: msgid("weigeren"),
    TicketStep.MERGED: msgid("samenvoegen"),
    TicketStep.TOOK_IN: msgid("een ander ticket erbij nemen"),
    TicketStep.HELP_ASKED: msgid("hulp vragen"),
    TicketStep.HELP_ENDED: msgid("hulp beëindigen"),
}


def allowed(status: TicketStatus, step: TicketStep) -> bool:
    """Whether a ticket in this state may take this step."""
    return status in MOVES.get(step, {})


def after(ticket_id: int, status: TicketStatus, step: TicketStep) -> TicketStatus:
    """Where the ticket stands after this step.

    Raises:
        TicketError: it may not take this step now; the message says why and what can be done.
    """
    if allowed(status, step):
        return MOVES[step][status]
    wish = translated(WISHES.get(step, step.value))
    if step is TicketStep.REOPENED:
        raise TicketError(_("Ticket %(ticket_id)s is nog niet afgehandeld, dus heropenen hoeft niet.", ticket_id=ticket_id))
    if status in CLOSED:
        raise TicketError(
            _(
                "Ticket %(ticket_id)s is al %(status)s, dus %(wish)s kan niet meer. Heropen het eerst.",
                ticket_id=ticket_id,
                status=translated(status.value),
                wish=wish,
            )
        )
    raise TicketError(
        _(
            "Ticket %(ticket_id)s is al %(status)s, dus %(wish)s hoeft niet meer.",
            ticket_id=ticket_id,
            status=translated(status.value),
            wish=wish,
        )
    )
