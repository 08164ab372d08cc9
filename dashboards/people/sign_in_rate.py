"""How often one address may try sign-in links. A token cannot be guessed; this keeps the trying quiet."""

from datetime import timedelta

from dashboards.rate import Rate

TRIES = 20
WITHIN = timedelta(minutes=5)


class SignInRate(Rate):
    """Counts tries by address."""

    def __init__(self) -> None:
        super().__init__(TRIES, WITHIN)
