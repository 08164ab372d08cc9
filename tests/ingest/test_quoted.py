"""Of a mail the writer's own words are kept; what it answers, and what programs and signatures add, is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.written.quoted import own_words

QUOTED = "> Beste heer,\n> Wij hebben uw melding ontvangen.\n"
OUTLOOK = "Van: Gemeente <info@rivierstad.example>\nVerzonden: donderdag 19 november 2026 09:12\nAan: P. Hein\nOnderwerp: RE: melding\n\n"


@pytest.mark.parametrize(
    "added",
    [
        f"Op do 19 nov 2026 om 09:12 schreef Gemeente Rivierstad <info@rivierstad.example>:\n\n{QUOTED}",
        f"Op 19 november 2026 om 09:12\nschreef Gemeente Rivierstad\n<info@rivierstad.example>:\n{QUOTED}",
        f"Gemeente Rivierstad <info@rivierstad.example> schreef op 19 november 2026 om 09:12:\n{QUOTED}",
        f"> Op 19 nov. 2026 om 09:12 heeft Gemeente <info@rivierstad.example> het volgende geschreven:\n{QUOTED}",
        "Op 19 november 2026 om 09:12 schreef Gemeente Rivierstad:\n\nBeste heer, zonder aanhalingstekens.",
        f"On Thu, Nov 19, 2026 at 9:12 AM Gemeente <info@rivierstad.example> wrote:\n{QUOTED}",
        f"{OUTLOOK}Beste heer, uw melding is ontvangen.",
        f"________________________________\n{OUTLOOK}Beste heer",
        "*Van:* Gemeente\n*Verzonden:* gisteren\n*Aan:* mij\n\noud",
        "-----Oorspronkelijk bericht-----\nVan: Gemeente\noud",
        "---------- Forwarded message ---------\noud",
        "Begin doorgestuurd bericht:\n\noud",
        "-- \nPiet Hein\nadmiraal",
        "Verstuurd vanaf mijn iPhone",
        "Verzonden met Outlook voor Android",
        "Disclaimer: dit bericht is vertrouwelijk.\nEn nog veel meer.",
        "Dit bericht is uitsluitend bestemd voor de geadresseerde.",
    ],
)
def test_what_was_added_is_left_out(added: str) -> None:
    assert own_words(f"De bak in de Kerkstraat is vol.\n\n{added}").removesuffix("\n\n" + "_" * 32) == "De bak in de Kerkstraat is vol."


@pytest.mark.parametrize(
    "text",
    [
        "Van: onze straat tot aan het plein is het vies.\nGroeten Piet",
        "Op vrijdag schreef ik al dat de bak vol is",
        "Van alles ligt er:\naan de kant: zakken\nop de stoep: een bank",
        "Groet,\nPiet\n\nPS de bak bij 12 is ook vol.",
        "Groeten uit de Kerkstraat. Hier is de container al een week vol en niemand doet er iets aan, terwijl wij steeds bellen.",
        "kosten -- baten",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert own_words(text) == text


def test_the_name_below_a_closing_is_left_out() -> None:
    text = "De bak is vol.\n\nMet vriendelijke groet,\n\nPiet Hein\nKerkstraat 1\n06-12345678"
    assert own_words(text) == "De bak is vol.\n\nMet vriendelijke groet,"


def test_an_answer_below_the_quote_is_kept() -> None:
    text = f"On Thu, Nov 19, 2026 at 9:12 AM Gemeente <info@x.example> wrote:\n{QUOTED}\nNee, de bak is nog steeds vol."
    assert own_words(text) == "Nee, de bak is nog steeds vol."


def test_a_mail_that_only_forwards_comes_back_whole() -> None:
    text = f"{OUTLOOK}De bak is vol."
    assert own_words(text) == text


@given(st.lists(st.sampled_from([*OUTLOOK.split("\n"), *QUOTED.split("\n"), "--", "groet", "Op x schreef y:", "de bak is vol", "\r", " "])))
def test_only_whole_lines_go_and_something_is_always_left(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept = own_words(text)
    assert bool(kept) == bool(text.strip())
    assert {line.strip() for line in kept.split("\n")} <= {line.strip() for line in text.replace("\r", "\n").split("\n")}


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert len(own_words(text)) <= len(text)
