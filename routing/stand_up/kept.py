"""Stand-ups are kept as they were: what was told, who was there, what was decided. All in the caller's transaction, but for `keep_due`."""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.database import transaction
from models.language import Language, _, speaking
from models.municipality import About
from models.settings import settings
from models.signal import work_is_due
from models.stand_up import HeldStandUp, stand_up_of
from routing.errors import ChoiceError
from routing.stand_up.told import StandUp, stand_up

NAMES = 300
_SHAPE = TypeAdapter(StandUp)


def keep(session: Session, now: datetime, signal_id: int | None = None) -> HeldStandUp:
    """Today's stand-up, kept as it is told now unless it was kept before; told anew where `signal_id` was not among its items yet.

    The row is locked until the end of the transaction.
    """
    held = _locked(session, now)
    if held is None:
        told = dump(_in_dutch(session, now))
        row = {"day": now.astimezone(settings().zone).date(), "told_at": now, "content": told}
        session.execute(insert(HeldStandUp).values(row).on_conflict_do_nothing(index_elements=["day"]))
        held = _locked(session, now)
        assert held is not None, "written a moment ago"
    elif signal_id is not None and signal_id not in {item["signal_id"] for item in held.content.get("items", ())}:
        held.content, held.told_at = dump(_in_dutch(session, now)), now
    return held


def keep_due(now: datetime) -> bool:
    """Keep today's stand-up when its hour has come and what came in is routed; whether this call did. Called again it does nothing."""
    local = now.astimezone(settings().zone)
    try:
        at = read_yaml(settings().config / "municipality.yaml", About).stand_up_at
    except ConfigurationError:
        at = About.model_fields["stand_up_at"].default
    with transaction() as session:
        if local.time() < at or stand_up_of(session, local.date()) is not None or work_is_due(session):
            return False
        keep(session, now)
    return True


def name_present(session: Session, names: str, now: datetime) -> HeldStandUp:
    """Write down who is there, once for all that is decided today.

    Raises:
        ChoiceError: there is no name.
    """
    present = " ".join(names.split())[:NAMES]
    if not present:
        raise ChoiceError(_("Typ de namen van wie erbij is, met een komma ertussen."))
    held = keep(session, now)
    held.present = present
    return held


@speaking(Language.DUTCH)
def _in_dutch(session: Session, now: datetime) -> StandUp:
    """What is kept is read by everybody, whoever made the first decision of the day."""
    return stand_up(session, now)


def dump(told: StandUp) -> dict[str, object]:
    """A stand-up as JSON."""
    content: dict[str, object] = _SHAPE.dump_python(told, mode="json")
    return content


def content_of(held: HeldStandUp) -> StandUp | None:
    """A kept stand-up as it was told; None where another version of Luisterpost kept it in a shape that this one does not know."""
    try:
        return _SHAPE.validate_python(held.content)
    except ValidationError:
        return None


def _locked(session: Session, now: datetime) -> HeldStandUp | None:
    day = now.astimezone(settings().zone).date()
    query = select(HeldStandUp).where(HeldStandUp.day == day).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))
