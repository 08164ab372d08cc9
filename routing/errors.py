"""What routing refuses: one tree, every message for the person who asked."""

from collections.abc import Sequence

from models.choice import Choice
from models.language import _


class RoutingError(Exception):
    """Parent of all refusals of this package; the message says what, where and what to do next."""


class RulesError(RoutingError):
    """A change of the rules is refused."""


class TicketError(RoutingError):
    """A change of a ticket is refused."""


class UnknownTicket(TicketError):
    """There is no ticket with this number."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(_("Ticket %(ticket_id)s bestaat niet. Kijk in de lijst van uw afdeling.", ticket_id=ticket_id))


class StaleTicket(TicketError):
    """Someone else changed the ticket in the meantime. `known` is the version the caller saw, `present` the one in the table."""

    def __init__(self, ticket_id: int, known: int, present: int) -> None:
        super().__init__(
            _(
                "Ticket %(ticket_id)s is intussen veranderd (u zag versie %(known)s, het is nu versie %(present)s). "
                "Bekijk wat er veranderde en probeer het opnieuw.",
                ticket_id=ticket_id,
                known=known,
                present=present,
            )
        )
        self.ticket_id = ticket_id
        self.known = known
        self.present = present


class ChoiceError(RoutingError):
    """A choice about a signal is refused."""


class UnknownChoice(ChoiceError):
    """There is no signal or choice with this number."""

    def __init__(self, what: str) -> None:
        super().__init__(_("%(what)s bestaat niet. Ga naar Vandaag en kies het daar.", what=what))


class StaleChoice(ChoiceError):
    """Somebody else decided in the meantime. `newer` are the choices that the caller had not seen, newest first."""

    def __init__(self, newer: Sequence[Choice]) -> None:
        super().__init__(
            _("Iemand anders besloot intussen ook iets over dit signaal. Bekijk dat, en leg uw besluit opnieuw vast als het nog klopt.")
        )
        self.newer = tuple(newer)


class AnswerError(RoutingError):
    """A change of a proposed answer is refused."""


class StaleAnswer(AnswerError):
    """Somebody else changed the answer in the meantime."""

    def __init__(self, known: int, present: int) -> None:
        super().__init__(
            _(
                "Het antwoord is intussen veranderd (u zag versie %(known)s, het is nu versie %(present)s). Lees de "
                "nieuwe tekst en probeer het opnieuw.",
                known=known,
                present=present,
            )
        )
        self.known = known
        self.present = present
