"""How many forms one browser, or one address without a session, may send. People never come near it."""

from datetime import timedelta

from dashboards.rate import Rate

FORMS = 300
WITHIN = timedelta(minutes=5)


class FormRate(Rate):
    """Counts forms by session, or by address."""

    def __init__(self) -> None:
        super().__init__(FORMS, WITHIN)
