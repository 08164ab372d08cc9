"""When a server says it may be asked again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
SHORTEST = timedelta(minutes=1)
UNSAID = timedelta(minutes=15)
"""Where the server asks for patience without saying how much."""


def until(headers: Mapping[str, str], now: datetime) -> datetime:
    """The moment in Retry-After or (X-)RateLimit-Reset, kept between a minute and a day from now."""
    said = [moment for name in ("Retry-After", "X-RateLimit-Reset", "RateLimit-Reset") if (moment := _moment(headers.get(name), now))]
    return min(max(max(said, default=now + UNSAID), now + SHORTEST), now + LONGEST)


def _moment(value: str | None, now: datetime) -> datetime | None:
    """Seconds from now, Unix seconds, an HTTP date or an ISO moment."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        seconds = int(text[:12])
        return now + timedelta(seconds=seconds) if seconds < 1_000_000_000 else datetime.fromtimestamp(min(seconds, 32_000_000_000), UTC)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
        except (ValueError, TypeError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
