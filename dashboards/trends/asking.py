"""What can be chosen in the question."""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from babel import Locale
from sqlalchemy.orm import Session

from dashboards.trends.question import Choices, Question
from models.language import Language, spoken
from models.source import named_sources
from models.trend import areas_to_ask, by_language, themes_to_ask

LANGUAGES: Mapping[Language, Mapping[str, str]] = {one: dict(Locale.parse(one.locale).languages.items()) for one in Language}
"""What languages are called in each of the languages of the pages."""
LONGEST_CODE = 3


def choices_of(session: Session) -> Choices:
    return Choices(
        frozenset(theme.slug for theme in themes_to_ask(session)),
        frozenset(area.id for area in areas_to_ask(session)),
        frozenset(named_sources(session)),
        frozenset(code for code in LANGUAGES[Language.DUTCH] if len(code) <= LONGEST_CODE),
    )


def language_name(code: str) -> str:
    """`nl`: `Nederlands`"""
    return LANGUAGES[spoken()].get(code, code)


def languages_of(session: Session, question: Question, zone: ZoneInfo) -> list[str]:
    """The languages heard in the period asked, most first, and the one asked."""
    heard = list(by_language(session, replace(question.trend, language=None, words=""), zone))
    asked = question.trend.language
    known = [code for code in heard if code in LANGUAGES[Language.DUTCH]]
    return known if asked is None or asked in known else [*known, asked]
