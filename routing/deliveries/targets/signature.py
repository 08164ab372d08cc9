"""Signatures over what is sent to a webhook, and over what its owner sends back: `t=<unix seconds>,v1=<hex>[,v1=<hex>]`.

HMAC-SHA256 over the seconds, a full stop and the body as it travels. While a secret is being replaced both sign, so that the two sides need
not change at the same moment.
"""

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

HEADER = "Luisterpost-Signature"
FRESH = timedelta(minutes=5)
"""How far the clock of a signature may be from ours: an older call may be somebody else's copy of it."""
MOST_SIGNATURES = 4


def sign(body: bytes, secrets: Iterable[str], now: datetime) -> str:
    """The header for a body, signed with each secret."""
    seconds = int(now.timestamp())
    return ",".join([f"t={seconds}", *(f"v1={_mac(secret, seconds, body)}" for secret in secrets)])


def signed_at(header: str, body: bytes, secrets: Iterable[str], now: datetime) -> datetime | None:
    """When a body was signed by one who knows one of the secrets; None where it was not, or not lately."""
    pairs = [part.strip().partition("=") for part in header.split(",")][: MOST_SIGNATURES + 1]
    seconds = next((value for name, _, value in pairs if name == "t"), "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    moment = datetime.fromtimestamp(int(seconds), UTC)
    if abs(now - moment) > FRESH:
        return None
    right = [_mac(secret, int(seconds), body) for secret in secrets]
    given = [value for name, _, value in pairs if name == "v1"]
    return moment if any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in right) else None


def _mac(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
