"""Names of private persons, found by what stands before them: "mijn naam is", "mw.", "met vriendelijke groet".

There is no list of all names, and a name that nothing announces is not found. What is announced must also look like a name: streets,
organisations, functions and ordinary words that follow the same cues stay.
"""

import re

import ahocorasick

from ingest.first_names import FIRST_NAMES

Span = tuple[int, int]

_PREFIX = r"(?:van|de|der|den|het|ten|ter|te|in\ 't|'t|von|du|la|le|el|al|ben|bin|da|dos|di|op\ de|op\ den|aan\ de)"
_PREFIXES = frozenset("van de der den het ten ter te in 't t von du la le el al ben bin da dos di op aan".split())
_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĘĞİŁŃŐŘŚŞŠŢŤŮŰŹŻŽ"
_LETTER = r"[^\W\d_]"
_INITIALS = rf"(?:[{_UPPER}]{{1}}[a-z]?\.[ ]?){{1,5}}"
_WORD = rf"[{_UPPER}](?:{_LETTER}|['’-](?={_LETTER})){{1,25}}"
_SURNAME = rf"(?:(?:(?i:{_PREFIX})[ ]){{0,3}}{_WORD})"
NAME = rf"(?:{_INITIALS})?{_SURNAME}(?:[ ](?:{_INITIALS}[ ]?)?{_SURNAME}){{0,3}}"
_NAME = re.compile(NAME)

_SHORT_TITLE = r"(?:mw|mevr|mej|dhr|hr|fam)\.?"
_LONG_TITLE = r"(?:mevrouw|mejuffrouw|meneer|mijnheer|de\ heer|heer|familie)"
_INTRODUCED = re.compile(
    rf"(?<!\w)(?i:mijn\ (?:volledige\ )?naam\ is|m['’]?n\ naam\ is|ik\ heet|naam\ ?:|(?:klant|beller|melder|naam\ klant)\ ?:|"
    rf"{_SHORT_TITLE}|{_LONG_TITLE})[ ]+(?P<name>{NAME})"
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
CUES = (
    *(
        "naam",
        "heet ",
        "ik ben ",
        "dit is ",
        "spreekt met",
        "gesproken met",
        "mw",
        "mevr",
        "mejuffrouw",
        "mej.",
        "meneer",
        "mijnheer",
        "dhr",
        "hr.",
    ),
    *(
        "heer ",
        "fam",
        "groet",
        "grt",
        "gr ",
        "gr.",
        "gr,",
        "gr\n",
        "gr!",
        "mvg",
        "m.v.g",
        "mvrgr",
        "hoogachtend",
        "liefs",
        "alvast bedankt",
    ),
    *("vriendelijk dank", "bvd", "klant:", "klant :", "beller:", "beller :", "melder:", "melder :", " hier,", " hier.", " hier!", " hier:"),
    *(" hier van", " hier uit", "[e-mail]", "[telefoon]"),
)
_INITIAL = re.compile(r"[A-Z]\.")


def _sieve() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for cue in CUES:
        automaton.add_word(cue, cue)
    automaton.make_automaton()
    return automaton


_SIEVE = _sieve()


def possible(text: str) -> bool:
    """The cheap sieve: without one of the cues there is no name to find."""
    return next(_SIEVE.iter(text.lower()), None) is not None or _INITIAL.search(text) is not None


_STREET = re.compile(
    r"(?:straat|laan|weg|plein|gracht|kade|singel|steeg|plantsoen|dreef|kwartier|buurt|markt|park|school|station|flat|formulier|gebouw|centrum)$",
    re.I,
)
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
    winkeliersvereniging wmo woensdag woon wordt woz zaterdag zeer zij zo zondag zzp zzp'er
    """.split()
)
_ORGANISATION = re.compile(
    r"^(?:buurt|bewoners|vereniging|stichting|team|gemeente|winkel|wijk|vve|bestuur|directie|school|huurders|belangen|actie|werk|comit|ouder|medewerk)",
    re.I,
)


def spans(text: str) -> list[Span]:
    """Where announced names stand, in order and apart from each other."""
    found: list[Span] = []
    for pattern in (_INTRODUCED, _CLOSING, _INITIALLED, _REACHABLE, _REACHABLE_BY):
        found += (trimmed for match in pattern.finditer(text) if (trimmed := _as_name(text, match.span("name"))))
    found += (span for match in _I_AM.finditer(text) if (span := _after_i_am(text, match)))
    found += (match.span("name") for match in _HERE.finditer(text) if match["name"].lower() in FIRST_NAMES)
    for pattern in (_CLOSING_SMALL, _LOWER_INTRODUCED):
        found += (match.span("name") for match in pattern.finditer(text) if _plain_words_are_a_name(match["name"]))
    return _apart(found)


def _as_name(text: str, span: Span) -> Span | None:
    """The part of `span` that can be a name: up to the first word that is something else."""
    start, end = span
    kept: list[re.Match[str]] = []
    for word in re.finditer(r"\S+", text[start:end]):
        bare = word[0].strip(".,'’-").lower()
        surname_alone = bool(kept) and kept[-1][0].lower() in _PREFIXES
        if word[0][0].isupper() and bare in _NOT_A_NAME and bare not in _PREFIXES and not surname_alone:
            break
        if (_STREET.search(bare) and not surname_alone and len(bare) > 5) or _ORGANISATION.match(bare):
            return None
        kept.append(word)
    while kept and kept[-1][0][0].islower():
        kept.pop()
    if not kept or kept[0][0].strip(".").lower() in _NOT_A_NAME - _PREFIXES:
        return None
    if not any(len(word[0].strip(".")) > 1 for word in kept):
        return None
    return start, start + kept[-1].end()


def _after_i_am(text: str, match: re.Match[str]) -> Span | None:
    """After "ik ben" a capital may also begin a nationality or a role: two name words, or one first name that people here have."""
    span = _as_name(text, match.span("name"))
    if span is None:
        return None
    name = text[slice(*span)]
    return span if " " in name or name.lower() in FIRST_NAMES else None


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
