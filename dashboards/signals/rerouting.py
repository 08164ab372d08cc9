"""After a correction: bring the message to its right signal without waiting for the next round."""

import logging
import threading
from datetime import datetime

from models.language import Language, speaking
from routing.route import route

log = logging.getLogger(__name__)
_BUSY = threading.Lock()


@speaking(Language.DUTCH)
def reroute(now: datetime) -> None:
    """Route what is due. While this process is at it already, or when it fails, the next round of `route` takes it along."""
    if not _BUSY.acquire(blocking=False):
        return
    try:
        route(now)
    except Exception:
        log.exception("rerouting failed")
    finally:
        _BUSY.release()
