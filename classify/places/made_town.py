"""A made-up gazetteer as large as that of the largest cities: names put together from the parts that Dutch street names are made of."""

from collections.abc import Collection, Iterator
from itertools import islice, product

from classify.wording import plain
from models.gazetteer import District, Neighbourhood, Places, Town

NAMES = 50_000
_AREAS = 500
_STEMS = (
    "Abrikozen Adelaars Akker Appel Arend Aster Azalea Bakkers Balsemien Berken Bever Bieslook Boekweit Boom Boter Braam Brem Brouwers "
    "Buizerd Cypressen Dahlia Das Distel Dorps Duif Duinroos Ekster Elzen Engel Essen Fazanten Fluitenkruid Forel Framboos Gaarden Ganzen "
    "Geranium Gladiolen Goudvink Graaf Gras Haag Haas Hagendoorn Hamer Haring Hazelnoot Heide Hermelijn Herten Honing Hoorn Hout Hulst "
    "IJsvogel Iepen Jager Jeneverbes Kaas Kalkoven Kamille Kamperfoelie Karmozijn Kasteel Kemphaan Kersen Klaver Klokkenberg Klooster "
    "Koren Krekel Kruis Kuipers Kwartel Lavendel Leem Lepelaar Libellen Linden Lupine Maalderij Magnolia Maretak Marter Mees Mirte Mispel "
    "Mosterd Muis Munt Narwal Noten Olm Oranjerie Orchidee Paarden Parel Patrijs Peren Pimpernel Pioen Plataan Pluvier Pompoen Populier "
    "Primula Pruimen Raven Reiger Rogge Rozemarijn Salie Schapen Schelvis Sering Slager Sneeuwbal Snoek Spar Spinnewiel Sporken Sprinkhaan "
    "Steen Sterkers Stokroos Tarwe Tijm Toren Tortelduif Touw Uien Valeriaan Valk Varken Veen Vijgen Vlas Vlierbes Vuurdoorn Wade Walnoot "
    "Wever Wiede Wilgenroos Winde Wolf Wollegras Zalm Zandloper Zavel Zilverspar Zuring Zwaan"
).split()
_SECONDS = ("berg", "veld", "bos", "hof", "water", "poort", "dal", "horst", "land", "molen", "kamp", "burg", "donk", "beek", "heuvel")
_ENDINGS = ("straat", "laan", "weg", "plein", "pad", "kade", "singel", "dreef", "hof", "plantsoen", "gracht", "steeg")
_TITLES = (
    "Burgemeester", "Professor", "Dokter", "Pastoor", "Generaal", "Wethouder", "Van der", "Van", "De", "Prinses", "Admiraal", "Sint", "Jan",
    "Anna", "Johannes", "Willem",
)  # fmt: skip
_SURNAMES = (
    "Aalbers Boerhout Cramerus Dijkgraafs Elsinga Fokkelman Geerlings Hoekzema Ipenburg Jorritsma Kempenaar Loosdrecht "
    "Meeuwissen Nagelmaker "
    "Ooststroom Pelgrims Quartelen Roskam Schimmelpen Terbrugge Uilenbroek Verstappel Wassenberg Ypelaar Zonderland Brandsema Cornelissen "
    "Draaibergen Eggenkamp Frankevoort Goudriaans Haverkamp Immerzeel Janszen Kuiperbak Langedijks Mulderink Noordergraaf Overduin Post"
).split()
_BEFORE = ("", "Oude ", "Nieuwe ", "Lange ", "Korte ")


def made_town(without: Collection[str] = (), names: int = NAMES) -> Places:
    """The same town every time: `names` street names in 500 neighbourhoods of ten districts, none of them in `without`."""
    others = {plain(name) for name in without}
    streets = list(islice((name for name in dict.fromkeys(_names()) if plain(name) not in others), names))
    areas = list(islice((f"{stem}{second}{kind}" for kind, second, stem in product(("buurt", "wijk"), _SECONDS, _STEMS)), _AREAS))
    return Places(
        municipality=Town(id="grootstad", name="Grootstad", inhabitants=900_000),
        districts=[District(id=f"stadsdeel-{number}", name=f"Stadsdeel {number}") for number in range(10)],
        neighbourhoods=[
            Neighbourhood(
                id=area.lower(), name=area, district=f"stadsdeel-{number % 10}", inhabitants=1800, streets=list(streets[number::_AREAS])
            )
            for number, area in enumerate(areas)
        ],
    )


def _names() -> Iterator[str]:
    for ending, stem in product(_ENDINGS, _STEMS):
        yield stem + ending
    for title, surname, ending in product(_TITLES, _SURNAMES, _ENDINGS):
        yield f"{title} {surname}{ending}"
    for second, ending, stem, before in product(_SECONDS, _ENDINGS, _STEMS, _BEFORE):
        yield f"{before}{stem}{second}{ending}"
