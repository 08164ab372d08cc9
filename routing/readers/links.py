"""Links that Matomo can count: by audience and day, never by person. No pixel, no cookie, no `cid`."""

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from models.configuration import ConfigurationError, read_yaml
from models.municipality import About
from models.settings import settings
from models.words import CampaignLinks, DigestKind

SOURCE = "luisterpost"
OURS = frozenset({"mtm_campaign", "mtm_source", "mtm_medium", "mtm_content"})
CALLED = {"daily": "dagbericht", "weekly": "weekbericht", "executive": "bestuursbericht", "crisis": "crisisbericht"}
"""What a campaign begins with, by kind of digest."""
KINDS = {called: DigestKind(kind) for kind, called in CALLED.items()}
CAMPAIGN = re.compile(rf"(?P<called>{'|'.join(KINDS)})-(?P<audience>[a-z0-9-]+)-(?P<day>\d{{4}}-\d{{2}}-\d{{2}})")


class Medium(StrEnum):
    """In which form a link reached its reader: `mtm_medium`."""

    EMAIL = "email"
    FEED = "feed"
    PDF = "pdf"
    PAGE = "page"


def tagged(url: str, audience: str, kind: DigestKind, day: date, item: str | None = None, medium: Medium = Medium.EMAIL) -> str:
    """The address with Matomo's campaign parameters: one campaign for an audience and day (`dagbericht-reiniging-2026-11-21`).

    `item` (such as `signaal-412`) becomes `mtm_content`. The address's own query and fragment stay; earlier campaign parameters are
    replaced. What the municipality does not want tagged (`campaign_links` in municipality.yaml), and what is no web address, comes back
    as it was.
    """
    if not _wanted(url):
        return url
    parts = urlsplit(url)
    own = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in OURS]
    ours = [("mtm_campaign", campaign(audience, kind, day)), ("mtm_source", SOURCE), ("mtm_medium", medium)]
    content = [("mtm_content", item)] if item else []
    return urlunsplit(parts._replace(query=urlencode([*own, *ours, *content])))


def campaign(audience: str, kind: DigestKind, day: date) -> str:
    """`mtm_campaign` of what an audience got on a day, by which Matomo's figures find their digest."""
    return f"{CALLED[kind]}-{audience}-{day.isoformat()}"


def named_by(told: str) -> tuple[DigestKind, str, date] | None:
    """The kind, audience and day that a campaign names, as Matomo tells it; None for a campaign that is not ours."""
    found = CAMPAIGN.fullmatch(told.strip().lower())
    if found is None:
        return None
    try:
        return KINDS[found["called"]], found["audience"], date.fromisoformat(found["day"])
    except ValueError:
        return None


def _wanted(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https"):
        return False
    ours = parts.netloc == urlsplit(settings().public_url).netloc
    match _choice(settings().config / "municipality.yaml"):
        case CampaignLinks.ALL:
            return True
        case CampaignLinks.OUTSIDE:
            return not ours
        case CampaignLinks.NONE:
            return False


def _choice(file: Path) -> CampaignLinks:
    try:
        return _written(file, file.stat().st_mtime_ns)
    except (OSError, ConfigurationError):
        return CampaignLinks.NONE


@lru_cache(maxsize=4)
def _written(file: Path, _changed: int) -> CampaignLinks:
    return read_yaml(file, About).campaign_links
