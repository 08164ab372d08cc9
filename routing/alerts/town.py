"""What the other files of a municipality say of whom alerts reach: for `rules check`."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from models.configuration import ConfigurationError
from models.municipality import Municipality
from routing.alerts.cover import doubles, gaps
from routing.alerts.roster import FILE, Roster, parse_roster
from routing.deliveries.chat.channels import load_channels
from routing.rules.checks import Town


def known_town(folder: Path, municipality: Municipality, now: datetime, zone: ZoneInfo) -> Town:
    """Addresses, channels and the roster of the coming weeks.

    Raises:
        ConfigurationError: channels.yaml cannot be used. (What is wrong with roster.yaml stands in the answer.)
    """
    roster, problem = _roster(folder)
    return Town(
        without_address=frozenset(d.id for d in municipality.departments.departments if d.email is None),
        channels=frozenset(load_channels(folder).channels),
        has_roster=(folder / FILE).exists(),
        roster_problem=problem,
        gaps=tuple(gaps(roster, now, zone)) if roster is not None else (),
        doubles=tuple(doubles(roster, now, zone)) if roster is not None else (),
    )


def _roster(folder: Path) -> tuple[Roster | None, str | None]:
    path = folder / FILE
    if not path.exists():
        return None, None
    try:
        return parse_roster(path.read_text(encoding="utf-8", errors="replace"), str(path)), None
    except (OSError, ConfigurationError) as error:
        return None, str(error)
