"""Personal data is masked; what only looks like it stays."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.masking import evaluation
from ingest.privacy import Personal, link, mask

OWN = frozenset({"gemeente", "gemeente@rivierstad.example", "rivierstad"})


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail mij: j.de.vries+melding@provider.example!", "mail mij: [e-mail]!"),
        ("bel 06-12345678 svp", "bel [telefoon] svp"),
        ("bel 06 12 34 56 78 of 0612345678", "bel [telefoon] of [telefoon]"),
        ("(030) 286 10 00 of +31 6 12345678", "[telefoon 1] of [telefoon 2]"),
        ("+31 (0)6 12345678, 0031612345678", "[telefoon], [telefoon]"),
        ("mijn rekening is NL91 ABNA 0417 1643 00 graag", "mijn rekening is [rekeningnummer] graag"),
        ("iban nl91abna0417164300.", "iban [rekeningnummer]."),
        ("IBAN BE68 5390 0754 7034 GRAAG", "IBAN [rekeningnummer] GRAAG"),
        ("mijn bsn is 123456782", "mijn bsn is [bsn]"),
        ("bsn: 1234.56.782", "bsn: [bsn]"),
        ("Burgerservicenummer 111222333 staat erop", "Burgerservicenummer [bsn] staat erop"),
        ("zwarte Golf, 12-XXX-3, reed door", "zwarte Golf, [kenteken], reed door"),
        ("kenteken gx123t rijdt te hard", "kenteken [kenteken] rijdt te hard"),
        ("TX-98-12 en 1-ZKG-26 en GZ-123-H", "[kenteken 1] en [kenteken 2] en [kenteken 3]"),
        ("@jan.jansen en @piet@mastodon.example kijk", "[account 1] en [account 2] kijk"),
        ("zie https://mastodon.example/@piet/1234", "zie https://mastodon.example/[account]/1234"),
        ("zie facebook.com/jan.jansen.12", "zie facebook.com/[account]"),
        ("Ik woon Kerkstraat 12, 3511 AB in de stad", "Ik woon Kerkstraat [adres] in de stad"),
        ("3511AB 12-bis", "[adres]"),
        ("postcode 3511 ab huisnummer 12", "postcode [adres]"),
        ("3511 AB, huisnummer 12a", "[adres]"),
        ("Mw. de Vries belt terug", "Mw. [naam] belt terug"),
        ("Terugbelverzoek dhr Jansen-Bakker, Dorpsstraat 3", "Terugbelverzoek dhr [naam], Dorpsstraat 3"),
        ("de heer A.B. van der Meer is boos", "de heer [naam] is boos"),
        ("ik ben Karin en woon in de Kerkstraat", "ik ben [naam] en woon in de Kerkstraat"),
        ("Mijn naam is Fatima el Idrissi.", "Mijn naam is [naam]."),
        ("mijn naam is jan de vries, ik bel over afval", "mijn naam is [naam], ik bel over afval"),
        (
            "Ruim het op!\nMet vriendelijke groet,\n\nJ. Bootsma\nHellingstraat",
            "Ruim het op!\nMet vriendelijke groet,\n\n[naam]\nHellingstraat",
        ),
        ("Wanneer? Groetjes karin", "Wanneer? Groetjes [naam]"),
        ("mvg Piet", "mvg [naam]"),
        ("Alvast bedankt, Sem en Lotte", "Alvast bedankt, [naam]"),
        ("Petra Wiggers, 06-12345678", "[naam], [telefoon]"),
        ("ik ben Karin de Wit. Karin de Wit woont hier.", "ik ben [naam]. [naam] woont hier."),
        ("dhr Jansen en mw Bakker; Karin Bakker belt", "dhr [naam 1] en mw [naam 2]; [naam 2] belt"),
        ("mijn dochter Noor en buurman Öztürk", "mijn dochter [naam 1] en buurman [naam 2]"),
        ("geboren 3 mei 1941, j.de.vries (at) post.example", "geboren [geboortedatum], [e-mail]"),
        ("bel 06-12\u200b34 56 78 of ０６１２３４５６７８", "bel [telefoon] of [telefoon]"),
    ],
)
def test_personal_data_becomes_a_placeholder(text: str, masked: str) -> None:
    assert mask(text, OWN).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "op 19-11-2026 om 14:05 bij de A12",
        "01-02-2026 12:00 en 01/02/2026 13:30",
        "30 km/u in de Kerkstraat 12, tussen 22.00-23.30 uur",
        "zaaknummer 123456782, meldnummer: 2026-0012345",
        "kenmerk Z/26/123456782 en factuur 987654321",
        "€ 1.250,00 of 1500 euro, 12.500 m2, 2026 EUR",
        "bel 14 030, 0800-1234 of 0900-8844",
        "1-mei-26 en 12-jan-2026 en 1-mrt-26",
        "lijn 12-13-14, cijfers 6-5-4, nr 12-34-56",
        "container 123456789 is vol, lantaarnpaal 100012345",
        "1000 kg, 2500 mm, 3000 pk",
        "in 2026 is het zo, 1234 AB alleen",
        "@gemeente en @rivierstad en @gemeente@rivierstad.example en @GemeenteUtrecht",
        "Dhr. wil weten of Mw uit de Steenbokstraat gelijk heeft",
        "Mw (79), Hyacintstraat, en mevrouw. Waar lever ik die in?",
        "Ik ben Nederlander. Ik ben boos. Ik ben Mantelzorger.",
        "wethouder Jansen en burgemeester De Vries",
        "Met vriendelijke groet, een bewoner van de Kerkstraat",
        "Groeten uit Rivierstad, graag snel, het gras is groot",
        "mijn naam is verkeerd gespeld",
        "Met vriendelijke groet, Bewonersvereniging De Akkers",
        "wij bellen met de heer in kwestie; familie in Marokko",
        "plan B. Daarna klasse A. De rest",
        "Burgemeester Jansenstraat 12, Zr. Gerardaplein",
        "hier niet, is hier iemand, drama hier thuis",
        "bladeren 3x gemeld, 2e keer, 1 op 10, 50+ers, 24/7",
    ],
)
def test_what_only_looks_personal_stays(text: str) -> None:
    assert mask(text, OWN).text == text


def test_whom_the_municipality_names_in_public_stays() -> None:
    said = "Ik ben Karin de Wit en vroeg Femke Visser om hulp"
    assert mask(said, public_names=["Femke Visser"]).text == "Ik ben [naam] en vroeg Femke Visser om hulp"


def test_two_thousand_made_up_cases_keep_next_to_nothing_of_any_kind() -> None:
    assert min(evaluation.recall(evaluation.made_up()).values()) >= 0.98


def test_whole_messages_are_masked_to_the_letter() -> None:
    messages = evaluation.hard()
    assert len(evaluation.missed(messages)) <= 0.1 * len(messages)


@pytest.mark.parametrize(
    ("text", "sensitive"),
    [
        ("Mijn moeder heeft dementie en dwaalt 's nachts over straat", True),
        ("ik heb MS en kan de trap niet op", True),
        ("Mw is zwanger en moet 3 weken wachten.", True),
        ("Is de huisartsenpost open met Kerst?", False),
        ("Kankerherrie weer van die kroeg", False),
        ("Als ik dat doe krijg ik een boete", False),
    ],
)
def test_what_somebody_tells_of_health_is_flagged(text: str, sensitive: bool) -> None:
    assert mask(text).sensitive is sensitive


def test_the_kinds_that_were_found_are_told() -> None:
    assert mask("bel 06-12345678 of mail a@b.example").kinds == {Personal.PHONE, Personal.EMAIL}
    assert mask("niets aan de hand").kinds == frozenset()


def test_a_link_leads_to_the_post_without_naming_its_author() -> None:
    assert link("https://x.com/piet_j/status/123", "piet_j") == "https://x.com/i/status/123"
    assert link("https://mastodon.example/@piet/123", "@piet@mastodon.example") is None
    assert link("https://berichten.example/abc", "piet") == "https://berichten.example/abc"
    assert link(None, "piet") is None


PIECES = st.sampled_from(
    "06-12345678|0612345678|@piet|a@b.nl|NL91ABNA0417164300|123456782|12-XXX-3|3511 AB 12|3511AB|Mw. de Vries|groet,|groetjes|"
    "Jan|de|van|ik ben|mijn naam is|"
    "[naam]|[telefoon]|kenteken|GX123T|\n|, |. | |-|0|1|A.|Karin|hier|[|]|@|facebook.com/jan|+31|tel.|(|)".split("|")
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join) | st.lists(PIECES, max_size=20).map(" ".join) | st.text(max_size=300))
def test_masking_twice_changes_nothing_and_nothing_raises(text: str) -> None:
    once = mask(text, OWN)
    assert mask(once.text, OWN) == type(once)(once.text)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "0 ",
        "@",
        "a@",
        "A.",
        "Jan ",
        "van ",
        "groet, ",
        "06-",
        "Mw. ",
        "1234AB ",
        "NL91",
        "ik ben A",
        "12-",
        "a.b-",
        ".com/",
        "\n",
        "[naam]",
    ],
)
def test_time_grows_with_length_alone(piece: str) -> None:
    begin = time.perf_counter()
    mask((piece * 100_000)[:100_000])
    assert time.perf_counter() - begin < 5
