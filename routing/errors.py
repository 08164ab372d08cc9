"""What routing refuses: one tree, every message for the person who asked."""


class RoutingError(Exception):
    """Parent of all refusals of this package; the message says what, where and what to do next."""


class TicketError(RoutingError):
    """A change of a ticket is refused."""


class UnknownTicket(TicketError):
    """There is no ticket with this number."""

    def __init__(self, ticket_id: int) -> None:
        super().__init__(f"Ticket {ticket_id} bestaat niet. Kijk in de lijst van uw afdeling.")


class StaleTicket(TicketError):
    """Someone else changed the ticket in the meantime. `known` is the version the caller saw, `present` the one in the table."""

    def __init__(self, ticket_id: int, known: int, present: int) -> None:
        super().__init__(
            f"Ticket {ticket_id} is intussen veranderd (u zag versie {known}, het is nu versie {present}). "
            "Bekijk wat er veranderde en probeer het opnieuw."
        )
        self.ticket_id = ticket_id
        self.known = known
        self.present = present
