"""Telling Dutch from other languages, also in few words."""

import pytest

from classify.language import language_of
from classify.wording import tokens

KNOWN = frozenset("in meldt kapotte afval container straat paspoort lamp stuk melding wanneer papier".split())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wanneer papier?", "nl"),
        ("lamp stuk", "nl"),
        ("Rattenhol in talud speelveld", "nl"),
        ("Dhr meldt kapotte lamp", "nl"),
        ("da's nie normaal hier in de straat he", "nl"),
        ("Hello, when is the paper collected in my street?", "en"),
        ("Guten Tag, wann ist das Rathaus geöffnet?", "de"),
        ("Merhaba, çöp ne zaman toplanıyor lütfen?", "tr"),
        ("متى يتم جمع القمامة في شارعنا", "ar"),
        ("Dzień dobry, gdzie mogę odebrać dowód osobisty?", "pl"),
        ("Bonjour, quand est-ce que la mairie est ouverte ?", "fr"),
        ("Коли забирають сміття, підкажіть їй будь ласка", "uk"),
        ("Wêr kin ik in nij paspoart oanfreegje, ús dochter hat it ferlern en dat moat krekt fan 'e gemeente", "fy"),
        ("👍", "und"),
        ("", "und"),
    ],
)
def test_the_language_of_a_short_text(text: str, language: str) -> None:
    assert language_of([token.lower() for token, _ in tokens(text) if token[0].isalpha()], KNOWN) == language
