"""An entry for the Dutch Algorithm Register, by its Publicatiestandaard 1.0: the fields, their limits, and what we say in them.

What only the municipality can know (impact assessments, its own page, its processing register) is left open and said to be so.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from classify.card import PLAIN, Card
from models.municipality import About

Long = Annotated[str, Field(min_length=1, max_length=2500)]
Address = Annotated[str, Field(max_length=500)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Reference(BaseModel):
    """A title with its address."""

    model_config = ConfigDict(frozen=True)

    title: Annotated[str, Field(min_length=1, max_length=100)]
    link: Address = ""


class Entry(BaseModel):
    """The fields of Publicatiestandaard 1.0, under the names by which the register takes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100)]
    description_short: Annotated[str, Field(min_length=1, max_length=350)]
    organization: Annotated[str, Field(min_length=1, max_length=100)]
    category: Annotated[list[str], Field(max_length=3)]
    status: Literal["In ontwikkeling", "In gebruik", "Buiten gebruik"]
    begin_date: Month | None = None
    end_date: Month | None = None
    contact_email: Annotated[str, Field(min_length=1, max_length=500)]
    website: Address | None = None
    publication_category: Literal["Hoog-risico AI-systeem", "Impactvolle algoritmes", "Overige algoritmes"]
    url: Address | None = None
    goal: Long
    proportionality: Long
    human_intervention: Long
    risks: Long
    lawful_basis: Long
    lawful_basis_grouping: list[Reference]
    process_index_url: Address | None = None
    impacttoetsen_grouping: list[Reference] = []
    impacttoetsen: Long
    source_data: Long
    source_data_grouping: list[Reference] = []
    methods_and_models: Annotated[str, Field(min_length=1, max_length=5000)]
    provider: Annotated[str, Field(max_length=200)]
    publiccode: Address | None = None
    lang: Literal["nld"] = "nld"
    standard_version: Literal["1.0"] = "1.0"
    source_id: Annotated[str, Field(max_length=100)]
    tags: Annotated[str, Field(max_length=2500)]


TITLES = {
    "name": "Naam",
    "description_short": "Korte omschrijving",
    "organization": "Organisatie",
    "category": "Thema",
    "status": "Status",
    "begin_date": "Begindatum",
    "end_date": "Einddatum",
    "contact_email": "Contactgegevens",
    "website": "Link naar publiekspagina",
    "publication_category": "Publicatiecategorie",
    "url": "Link naar bronregistratie",
    "goal": "Doel en impact",
    "proportionality": "Afwegingen",
    "human_intervention": "Menselijke tussenkomst",
    "risks": "Risicobeheer",
    "lawful_basis": "Wettelijke basis",
    "lawful_basis_grouping": "Verwijzingen wettelijke basis",
    "process_index_url": "Link naar verwerkingsregister",
    "impacttoetsen_grouping": "Impacttoetsen",
    "impacttoetsen": "Toelichting op impacttoetsen",
    "source_data": "Gegevens",
    "source_data_grouping": "Verwijzingen gegevensbronnen",
    "methods_and_models": "Technische werking",
    "provider": "Leverancier",
    "publiccode": "Link naar broncode",
    "lang": "Taal",
    "standard_version": "Versie publicatiestandaard",
    "source_id": "Bron-ID",
    "tags": "Zoektermen",
}
"""What the standard calls each field."""


def entry_of(card: Card, about: About) -> Entry:
    """What a municipality says of this model."""
    learned = f" en {card.corrections} berichten die medewerkers beoordeelden" if card.corrections else ""
    return Entry(
        name="Luisterpost: herkennen waar berichten van inwoners over gaan",
        description_short=(
            "Luisterpost leest wat inwoners de gemeente vertellen, herkent waar het over gaat en waar het is, en brengt "
            "berichten die hetzelfde "
            "verhaal vertellen samen bij de afdeling die er iets aan kan doen. Medewerkers beslissen wat er gebeurt."
        ),
        organization=f"Gemeente {about.name}",
        category=["Organisatie en bedrijfsvoering"],
        status="In gebruik",
        contact_email=about.contact,
        publication_category="Impactvolle algoritmes",
        goal=(
            "Inwoners vertellen op veel plekken wat er speelt: aan de telefoon, per mail, op sociale media. De afdeling die er "
            "iets aan kan doen "
            "hoort dat vaak niet. Luisterpost herkent het onderwerp, de plek en de haast van een bericht en zet berichten die "
            "bij elkaar horen "
            "bij elkaar. Inwoners merken er niets van als ze schrijven; zij merken wel dat de gemeente sneller weet wat er "
            "speelt. Er wordt niets "
            "over een inwoner beslist."
        ),
        proportionality=(
            "Alle berichten met de hand lezen en verdelen kost te veel tijd, waardoor signalen dagen blijven liggen. Zoeken op "
            "vaste woorden mist "
            "wat mensen anders noemen. Persoonsgegevens worden afgedekt en namen worden pseudoniemen voordat er iets wordt "
            "bewaard; elke bron "
            "heeft een doel, een grondslag en een bewaartermijn. Wie geen bericht stuurt, wordt niet gehoord: sociale media "
            "zijn geen steekproef "
            "van de stad, en de gemeente gebruikt de aantallen niet als mening van de inwoners."
        ),
        human_intervention=(
            "Elk signaal wordt door een medewerker gelezen voordat er iets gebeurt. Bij elk bericht staat hoe zeker het model "
            "is en welke woorden "
            "de doorslag gaven. Een medewerker kan het onderwerp, de plek en de haast verbeteren; dat geldt meteen en een volgend model "
            "overschrijft het niet. Een nieuw model komt alleen in gebruik als het op achtergehouden beoordelingen en "
            "toetsberichten aantoonbaar "
            "beter is, en een beheerder kan altijd terug naar het vorige."
        ),
        risks=_risks(card),
        lawful_basis=(
            "Het uitvoeren van een taak van algemeen belang: zorgen voor de openbare ruimte, de voorzieningen en de "
            "dienstverlening van de gemeente, "
            "waarvoor de Gemeentewet het gemeentebestuur verantwoordelijk maakt (AVG artikel 6, lid 1, onder e)."
        ),
        lawful_basis_grouping=[
            Reference(title="Gemeentewet", link="https://wetten.overheid.nl/BWBR0005416"),
            Reference(title="Algemene verordening gegevensbescherming", link="https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
        ],
        impacttoetsen=(
            "Nog in te vullen door de gemeente. Voor gebruik hoort een gegevensbeschermingseffectbeoordeling (DPIA), omdat berichten "
            "persoonsgegevens kunnen bevatten; een IAMA wordt aangeraden."
        ),
        source_data=(
            "Bij gebruik: de tekst van berichten aan of over de gemeente, het kanaal, het moment, en een pseudoniem van de "
            "schrijver waar de bron die "
            "noemt. Namen, adressen, telefoonnummers, burgerservicenummers, rekeningnummers en kentekens worden afgedekt voor "
            "de opslag. Bij het "
            f"maken: {card.corpus} berichten die voor dit project geschreven zijn, geen enkel van een echte inwoner{learned}."
        ),
        methods_and_models=(
            "Invoer: de afgedekte tekst. Uitvoer: thema's en subthema's met een kans, soort, toon, haast en plekken. Een "
            "lineair model (kernel ridge "
            f"regression) over woorden, stukken van woorden en woordparen, {card.features} kenmerken; kansen volgen uit "
            f"logistische regressie op "
            "scores van berichten die het model niet zag. De score is een som over woorden, zodat de uitleg per woord exact is. "
            "Plekken komen "
            "uit een lijst van de gemeente. Het model leert niet door tijdens gebruik. Wekelijks wordt een nieuw model gemaakt van de "
            "geschreven berichten en de beoordelingen; het wordt vergeleken met het vorige (gepaarde bootstrap over verhalen, 95%). "
            f"Gemeten op {card.tested} toetsberichten: hoofdthema juist in {100 * card.right:.0f}%, macro-F1 {card.macro_f1:.2f}, "
            f"ijkfout {card.calibration_error:.3f}. Alle cijfers staan in de modelkaart van model {card.model}."
        ),
        provider="Luisterpost, vrije software (EUPL-1.2)",
        source_id=f"luisterpost-{card.model}",
        tags="inwoners, meldingen, sociale media, klantcontact, taalherkenning, signalen, webcare",
    )


def entry_text(entry: Entry) -> str:
    """The entry as Markdown, with the names of the standard; what is open says so."""
    return "\n".join(_lines(entry))


def _risks(card: Card) -> str:
    plain = next((group.right for group in card.by_speaker if group.name == PLAIN), 0.0)
    weakest = min(card.by_speaker, key=lambda group: group.right, default=None)
    gap = (
        f" De zwakste groep blijft {100 * (plain - weakest.right):.0f} procentpunt achter bij standaardtaal." if weakest is not None else ""
    )
    return (
        "Het model begrijpt niet iedereen even goed: korte berichten, streektaal en mensen die nieuw zijn in het Nederlands worden vaker "
        f"verkeerd gelezen.{gap} Dat wordt bij elk model gemeten en staat in de modelkaart. Twijfel wordt als twijfel getoond, "
        f"en juist die "
        "berichten worden als eerste aan medewerkers voorgelegd. Het model mist een deel van de dringende berichten; het "
        "vervangt 112 en de "
        "meldlijn niet. Groepen van minder dan vijf mensen worden niet als trend of nieuw woord getoond. Verwijdert iemand een "
        "bericht, dan "
        "verdwijnen de tekst en wat erover gezegd is."
    )


def _lines(entry: Entry) -> Iterator[str]:
    yield "# Inschrijving in het Algoritmeregister"
    yield ""
    yield "Volgens Publicatiestandaard 1.0, gemaakt door `luisterpost model card`. De gemeente kijkt dit na voordat zij het inschrijft."
    for field, title in TITLES.items():
        yield ""
        yield f"## {title}"
        yield ""
        value = getattr(entry, field)
        if isinstance(value, list):
            told = [f"- [{one.title}]({one.link})" if isinstance(one, Reference) else f"- {one}" for one in value]
            yield from told or ["Nog in te vullen door de gemeente."]
        else:
            yield value or "Nog in te vullen door de gemeente."
    yield ""
