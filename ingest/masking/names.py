"""Names of private persons: by what stands before them ("mijn naam is", "mw.", "met vriendelijke groet"), or by a known first name.

A surname that nothing announces is not found. What is announced must also look like a name: streets, organisations, functions and
ordinary words that follow the same cues stay, and so does who is named with a public office.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from enum import StrEnum

from ingest.masking.first_names import FIRST_NAMES

Span = tuple[int, int]

_PREFIX = r"(?:v\.?\ ?d\.|v\.|van|de|der|den|het|ten|ter|te|in\ 't|'t|von|du|la|le|el|al|ben|bin|da|dos|di|op\ de|op\ den|aan\ de)"
_PREFIXES = frozenset("v.d. v. vd van de der den het ten ter te in 't t von du la le el al ben bin da dos di op aan".split())
_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĘĞİŁŃŐŘŚŞŠŢŤŮŰŹŻŽ"
_LETTER = r"[^\W\d_]"
_INITIALS = rf"(?:[{_UPPER}]{{1}}[a-z]?\.[ ]?){{1,5}}"
_WORD = rf"[{_UPPER}](?:{_LETTER}|['’-](?={_LETTER})){{1,25}}"
_SURNAME = rf"(?:(?:(?i:{_PREFIX})[ ]){{0,3}}{_WORD})"
NAME = rf"(?:{_INITIALS})?{_SURNAME}(?:[ ](?:{_INITIALS}[ ]?)?{_SURNAME}){{0,3}}"

_SHORT_TITLE = r"(?:mw|mevr|mej|dhr|hr|fam)\.?"
_LONG_TITLE = r"(?:mevrouw|mejuffrouw|meneer|mijnheer|de\ heer|heer|familie)"
_ROLE = (
    r"(?:klant|beller|melder|aanvrager|contactpersoon|eigenaar|huurder|bewoner|bewoonster|cli[eë]nt|pati[eë]nt|getekend|inzender|afzender)"
)
_INTRODUCED = re.compile(
    rf"(?<!\w)(?i:mijn\ (?:volledige\ )?naam\ is|m['’]?n\ naam\ is|ik\ heet|naam\ ?:|naam\ klant\ ?:|{_ROLE}\ ?:|"
    rf"(?:cli[eë]nt|melder|beller|klant|bewoner|bewoonster|pati[eë]nt|huurder|namens|ene|t\.?a\.?v\.?|tnv|t\.n\.v\.|(?:op|"
    rf"ten)\ name?\ van|op\ naam\ van|"
    r"aanvraag\ van|ondergetekende),?|"
    rf"(?:de|een)\ {_ROLE},|ik,|"
    rf"{_SHORT_TITLE}|{_LONG_TITLE})[ ]+(?P<name>{NAME})"
)
_RELATED = re.compile(
    r"(?<!\w)(?i:(?:mijn|m['’]?n|onze|haar|zijn|hun|de)\ (?:over|onder|boven|achter|ex-?|klein|stief|schoon|pleeg)?"
    r"(?:buurman|buurvrouw|buurjongen|buurmeisje|zoon|zoontje|dochter|dochtertje|moeder|vader|man|vrouw|vriend|vriendin|partner|"
    r"broer|broertje|zus|zusje|oma|"
    r"opa|oom|tante|neef|nicht|kind)|buurman|buurvrouw|mantelzorger|bewindvoerder|mentor)[ ]"
    rf"(?P<name>{NAME})"
)
_FULL_NAME = re.compile(rf"{_WORD}(?:-{_WORD})?[ ](?:{_INITIALS}[ ]?)?(?:(?:(?i:{_PREFIX})[ ]){{0,3}}){_WORD}(?:-{_WORD})?(?!\w)")
_NATIONALITY = re.compile(
    r"(?:ees|eze|aans|aanse|isch|ische|eens|eense|ijns|ijnse|ools|oolse|urks|urkse|uits|uitse|ngels|ngelse|lands|landse|gisch|"
    r"gische|sch|sche|ans|anse)$"
)
_OFFICE = re.compile(
    r"(?i:burgemeester|wethouder|raadslid|loco|minister|staatssecretaris|premier|president|koning|koningin|prins|prinses|paus|voorzitter|"
    r"fractieleider|lijsttrekker|gedeputeerde|commissaris|griffier|kamerlid|politicus|dichter|schrijver|schrijfster|schilder|"
    r"zanger|zangeres|"
    r"st|sint|heilige)\.?(?:[ ](?:van|voor)[ ]\w+)?[ ,]{1,2}$"
)
_NAMED_AFTER = re.compile(
    r"^(?:[ -]?(?:\w{0,12}(?:straat|laan|weg|plein|pad|hof|kade|brug|park|school|college|lyceum|zaal|hal|toernooi|prijs|museum|"
    r"stadion|arena|tunnel|"
    r"plantsoen|huis|kerk|fonds|stichting|gymnasium|dreef|singel|bad|centrum|loop|run|cup))(?!\w))",
    re.I,
)
_I_AM = re.compile(rf"(?<!\w)(?i:ik\ ben|dit\ is|u\ spreekt\ met|je\ spreekt\ met|gesproken\ met)[ ]+(?P<name>{NAME})")
_HERE = re.compile(rf"^(?:(?i:hoi|hallo|hey|dag|goede\w*)[ ,!]+)?(?P<name>{_WORD})[ ]hier(?=[,.!:]|[ ](?:van|uit)\b)", re.M)
_CLOSING = re.compile(
    r"(?<!\w)(?i:groetjes|groeten|groetend|groet|grt|grtjs|m\.?v\.?g|gr|hoogachtend|mvrgr|liefs|gegroet|"
    r"vriendelijk\ dank|alvast\ bedankt|bvd)(?!\w)"
    r"[.,!:;-]?\s*"
    rf"(?:(?i:{_SHORT_TITLE}|{_LONG_TITLE})[ ])?(?P<name>{NAME}(?:[ ](?:en|&)[ ]{NAME})?)"
)
_CLOSING_SMALL = re.compile(
    r"(?<!\w)(?i:groetjes|groeten|groet|grtjs|grt|gr|mvg|liefs)(?!\w)[ \t]*[,.!]?\s*"
    r"(?P<name>[^\W\d_]{2,15}(?:[ ][^\W\d_]{2,15})?)[ \t]*[.!]?[ \t]*$",
    re.M,
)
_LOWER_INTRODUCED = re.compile(
    r"(?<!\w)(?i:(?:mijn|m['’]?n)\ naam\ is|ik\ heet)[ ]+(?P<name>[a-zà-ÿ]{2,15}(?:[ ][a-zà-ÿ]{2,15}){0,3})(?=[ ]*(?:[,.;!?\n]|en\b|$))"
)
_INITIALLED = re.compile(rf"(?:^|(?<=[,.:;!?(][ ])|(?<=[\n(]))(?P<name>{_INITIALS}{_SURNAME}(?:-{_WORD})?)(?=[ ]*(?:[,.;)\n]|$))", re.M)
_CONTACT = r"(?=[ ,:(]{1,3}(?i:tel\.?|telefoon|mail|e-mail|app|bel)?[ :]{0,2}\[(?:e-mail|telefoon)\])"
_REACHABLE = re.compile(rf"(?<!\w)(?P<name>(?!(?i:bel|app|mail)\ ){_WORD}[ ](?:(?i:{_PREFIX})[ ]){{0,3}}{_WORD}){_CONTACT}")
_REACHABLE_BY = re.compile(
    rf"(?<!\w)(?i:bel|app|mail|dochter|zoon|moeder|vader|partner|zus|broer|buurvrouw|buurman)[ ](?P<name>{NAME}){_CONTACT}"
)
_CAPITAL = re.compile(rf"(?<![\w'’-])[{_UPPER}]\w+(?=[ -])")


class Cue(StrEnum):
    """What may announce a name; each has patterns of its own, which are tried only where it stands in the text."""

    INTRODUCED = "introduced"
    RELATED = "related"
    CLOSING = "closing"
    I_AM = "i am"
    HERE = "here"
    REACHABLE = "reachable"
    INITIALS = "initials"
    FIRST_NAME = "first name"


CUES = {
    Cue.INTRODUCED: "naam|heet |mw|mevr|mejuffrouw|mej.|meneer|mijnheer|dhr|hr.|heer |fam|klant|beller|melder|aanvrager|"
    "contactpersoon|eigenaar|"
    "huurder|bewoner |bewoonster |bewoner:|cliënt|client|patiënt|getekend|inzender|afzender|namens |ene |t.a.v|tav |tnv |t.n.v|"
    "aanvraag van|ik, ",
    Cue.RELATED: "buurman|buurvrouw|buurjongen |buurmeisje |zoon |zoontje |dochter |dochtertje |moeder |vader |man |vrouw |"
    "vriend |vriendin |partner |"
    "broer |broertje |zus |zusje |oma |opa |oom |tante |neef |nicht |kind |mentor |mantelzorger |bewindvoerder ",
    Cue.CLOSING: "groet|grt|gr |gr.|gr,|gr\n|gr!|mvg|m.v.g|mvrgr|hoogachtend|liefs|alvast bedankt|vriendelijk dank|bvd",
    Cue.I_AM: "ik ben |dit is |spreekt met|gesproken met",
    Cue.HERE: " hier,| hier.| hier!| hier:| hier van| hier uit",
    Cue.REACHABLE: "[e-mail]|[telefoon]",
}


def has_first_name(text: str) -> bool:
    """Whether a word with a capital is a first name that people here have, with a word behind it."""
    return any(plain(word) in FIRST_NAMES for word in _CAPITAL.findall(text))


_STREET = re.compile(
    r"(?:straat|laan|weg|plein|gracht|kade|singel|steeg|plantsoen|dreef|kwartier|buurt|markt|park|school|station|flat|formulier|"
    r"gebouw|centrum|pad|str|ln|wg|pln)$",
    re.I,
)
_STREET_OF = re.compile(r"\w{2}(?:straat|laan|weg|plein|kade|singel|park|school|hal|zaal|brug|pad|hof|kerk|huis)$")
_NOT_A_NAME = frozenset(
    """
    aan adres al alle allemaal allen als altijd amsterdam android antilliaanse april attent augustus bang bbz bedankt bekend belgie
    belgische best beste betrekking bewoner bewoners bezorgde blij boos boze bulgaarse burgemeester buurman buurt buurtbewoner
    buurtcomite buurtvereniging buurvrouw chinese christen club college corona covid dank dat datum de december deze dhr die digid
    dinsdag directeur dit donderdag doorgegeven duitse duitsland duo een eigen eigenaar elkaar email engels engelse erg ergens eritrese
    europa excel facebook fam familie februari fout gehoord gemeente gespeld gevraagd gewone gewoon ggd ggz god goed goede google graag
    groet groeten haar hallo handhaving hartelijke heel helaas hem het hier hij hoe hoi hulp huurder ideal iedereen iemand ik in ingang
    inmiddels instagram inwoner inwoners iphone ja jammer jansteen januari juli jullie juni kenmerk kerst klaar klant koningsdag kunt
    maandag maar maart mail mantelzorger marokkaans marokkaanse mastodon me medewerker mei meneer mevr mevrouw microsoft mij mijn mobiel
    moeder moslim mw name namens nederland nederlander nederlandse nee niet nieuwjaar niks nog november nu oekraiense ok oke oktober om
    onbekend ondernemer onderwerp ons onze oud oudere ouders over pasen plezier politie pools poolse postcode raadslid ramadan reden
    respect roemeense rotterdam rotterdammer september sinterklaas somalische spoed stichting student super surinaamse svb syrische team
    teams telefonisch telefoon tevreden tijd toch top turks turkse twitter u uit utrecht uw uwv vader van vandaag vanuit vereniging
    vergeten verkeerd voor vriendelijke vrijdag vrijwilliger vve waarom wanneer was wat we wethouder whatsapp wie wij windows winkeliers
    belt bleef denkt durft gaat geeft gelooft had heeft hoopt hoort kan klaagt komt kreeg krijgt kwam maakt mag meent meldt moest moet staat
    stelt verzoekt vindt vraagt vroeg weet wenst werd wil wilde woont zag zegt zou zit
    winkeliersvereniging wmo woensdag woon wordt woz zaterdag zeer zij zo zondag zzp zzp'er
    """.split()
)
_HOUSE_NUMBER = re.compile(r" \d{1,4}[a-z]?(?!\w| jaar| jr)")
"""What has a number behind it is a street."""
_ORGANISATION = re.compile(
    r"^(?:buurt|bewoners|vereniging|stichting|team|gemeente|winkel|wijk|vve|bestuur|directie|school|huurders|belangen|actie|"
    r"werk|comit|ouder|medewerk)",
    re.I,
)


def spans(text: str, cues: Collection[Cue]) -> list[Span]:
    """Where the names stand that these cues announce, in order and apart from each other."""
    return _apart([span for cue in cues for span in _FIND[cue](text)])


def _introduced(text: str) -> Iterator[Span]:
    yield from _trimmed(_INTRODUCED, text)
    yield from (match.span("name") for match in _LOWER_INTRODUCED.finditer(text) if _plain_words_are_a_name(match["name"]))


def _related(text: str) -> Iterator[Span]:
    yield from (span for match in _RELATED.finditer(text) if (span := _relative(match)))


def _closing(text: str) -> Iterator[Span]:
    yield from _trimmed(_CLOSING, text)
    yield from (match.span("name") for match in _CLOSING_SMALL.finditer(text) if _plain_words_are_a_name(match["name"]))


def _i_am(text: str) -> Iterator[Span]:
    yield from (span for match in _I_AM.finditer(text) if (span := _after_i_am(text, match)))


def _here(text: str) -> Iterator[Span]:
    yield from (match.span("name") for match in _HERE.finditer(text) if plain(match["name"]) in FIRST_NAMES)


def _reachable(text: str) -> Iterator[Span]:
    yield from _trimmed(_REACHABLE, text)
    yield from _trimmed(_REACHABLE_BY, text)


def _initialled(text: str) -> Iterator[Span]:
    yield from _trimmed(_INITIALLED, text)


def _full_names(text: str) -> Iterator[Span]:
    for word in _CAPITAL.finditer(text):
        if plain(word[0]) in FIRST_NAMES and (span := _by_first_name(text, word.start())):
            yield span


_FIND: dict[Cue, Callable[[str], Iterator[Span]]] = {
    Cue.INTRODUCED: _introduced,
    Cue.RELATED: _related,
    Cue.CLOSING: _closing,
    Cue.I_AM: _i_am,
    Cue.HERE: _here,
    Cue.REACHABLE: _reachable,
    Cue.INITIALS: _initialled,
    Cue.FIRST_NAME: _full_names,
}


def _trimmed(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (span for match in pattern.finditer(text) if (span := _as_name(text, match.span("name"))))


def _as_name(text: str, span: Span) -> Span | None:
    """The part of `span` that can be a name: up to the first word that is something else."""
    start, end = span
    kept: list[re.Match[str]] = []
    for word in re.finditer(r"\S+", text[start:end]):
        bare = word[0].strip(".,'’-").lower()
        surname_alone = bool(kept) and kept[-1][0].lower() in _PREFIXES
        if word[0][0].isupper() and bare in _NOT_A_NAME and bare not in _PREFIXES and not surname_alone and not (kept and bare == "oude"):
            break
        if (_STREET.search(bare) and not surname_alone and len(bare) > 5) or _ORGANISATION.match(bare):
            return None
        kept.append(word)
    while kept and kept[-1][0][0].islower():
        kept.pop()
    if not kept or kept[0][0].strip(".").lower() in _NOT_A_NAME - _PREFIXES:
        return None
    if not any(len(word[0].strip(".")) > 1 for word in kept) or (len(kept) == 1 and kept[0][0].isupper() and len(kept[0][0]) <= 4):
        return None
    end = start + kept[-1].end()
    return None if len(kept) == 1 and _HOUSE_NUMBER.match(text, end) else (start, end)


def _after_i_am(text: str, match: re.Match[str]) -> Span | None:
    """After "ik ben" a capital may also begin a nationality or a role: two name words, or one first name that people here have."""
    span = _as_name(text, match.span("name"))
    if span is None:
        return None
    name = text[slice(*span)]
    return span if " " in name or plain(name) in FIRST_NAMES else None


def _by_first_name(text: str, start: int) -> Span | None:
    """A first name that people here have, with a surname; but no public office, and nothing that is named after somebody."""
    match = _FULL_NAME.match(text, start)
    if match is None or in_office(text, start) or _STREET_OF.search(match[0]) or _NAMED_AFTER.match(text[match.end() : match.end() + 30]):
        return None
    span = _as_name(text, match.span())
    return span if span and " " in text[slice(*span)] else None


def _relative(match: re.Match[str]) -> Span | None:
    """ "Mijn vriendin Duitse" is no name: after a relation a capital may begin a nationality or an abbreviation."""
    span = _as_name(match.string, match.span("name"))
    if span is None or match.string[slice(*span)].isupper():
        return None
    name = match.string[slice(*span)]
    return span if " " in name or plain(name) in FIRST_NAMES or not _NATIONALITY.search(name) else None


def in_office(text: str, start: int) -> bool:
    """Whether who is named at `start` is named with a public office: `wethouder Bakker`."""
    return _OFFICE.search(text[max(0, start - 40) : start]) is not None


def plain(name: str) -> str:
    """A name without the accents and capitals in which people differ."""
    if name.isascii():
        return name.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold().replace("ı", "i")) if not unicodedata.combining(c))


def _plain_words_are_a_name(words: str) -> bool:
    """`groetjes karin`, without capitals: only where none of the words is an ordinary one."""
    return words.split()[0].lower() not in _PREFIXES and not any(
        word.lower() in _NOT_A_NAME - _PREFIXES or _ORGANISATION.match(word) or _STREET.search(word) for word in words.split()
    )


def _apart(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
