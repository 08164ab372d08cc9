"""What is asked of Matomo's Reporting API, and the form it is posted in. The token goes into the body and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

PAGE = 500
"""Rows asked at a time: Matomo gives a hundred unless told otherwise."""


class Period(StrEnum):
    """What one answer sums up."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Question:
    """One report of one site. `first` alone asks for the period that holds this day; with `last` a range is summed (Period.RANGE) or each
    period in it is told apart. `segment` is in Matomo's own notation (`deviceType==smartphone`). Reports without rows take no `limit`.
    """

    method: str
    site: int
    first: date
    last: date | None = None
    period: Period = Period.DAY
    segment: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def dates(self) -> str:
        return self.first.isoformat() if self.last is None else f"{self.first.isoformat()},{self.last.isoformat()}"

    def parameters(self, offset: int = 0, limit: int = PAGE) -> dict[str, str]:
        """Everything but the token."""
        asked = {"method": self.method, "idSite": str(self.site), "period": self.period.value, "date": self.dates}
        if self.segment:
            asked["segment"] = self.segment
        return asked | dict(self.more) | {"filter_limit": str(limit), "filter_offset": str(offset)}


def form(question: Question, token: str, offset: int = 0, limit: int = PAGE) -> dict[str, str]:
    """The body of a POST for one question."""
    return {"module": "API", "format": "JSON", "token_auth": token} | question.parameters(offset, limit)


def bulk_form(questions: Sequence[Question], token: str, limit: int = PAGE) -> dict[str, str]:
    """The body of a POST that asks several at once; the token stands beside the questions, not in them."""
    asked = {f"urls[{number}]": urlencode(question.parameters(0, limit)) for number, question in enumerate(questions)}
    return {"module": "API", "method": "API.getBulkRequest", "format": "JSON", "token_auth": token} | asked
