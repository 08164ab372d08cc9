"""Personal data that is known by its shape: addresses of mail, numbers, plates, accounts. Each is checked as far as it can be."""

import re
from collections.abc import Callable
from functools import lru_cache

import phonenumbers
from stdnum import iban
from stdnum.nl import bsn

from ingest.masking.placeholders import Found, Personal

DIGITS = re.compile(r"\d(?:[\d .\-/()–]{5}|\d{3} ?[A-Za-z]{2}\b|-)|-\d")
"""Every kind with digits, but for a plate without hyphens, has one of these."""
_DOMAIN = r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_EMAIL = re.compile(rf"(?<![\w.+%@-])[\w.+%-]{{1,64}}(?:@| ?(?:\(at\)|\[at\]|\(apenstaartje\)) ?| @ ){_DOMAIN}", re.I)
_AT = ("@", "(at)", "[at]", "(apenstaartje)")
_HANDLE = re.compile(r"(?<![\w@])@([A-Za-z0-9_](?:[\w.-]{0,60}\w)?)(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})?")
_PROFILE = re.compile(
    r"((?:facebook|instagram|twitter|x|tiktok|threads|linkedin|youtube)\.com/(?:in/|user/|c/)?)(?!\[)"
    r"(?!(?:watch|groups|events|hashtag|search|p|reel|story|stories|share|status|i|intent|photo|permalink|profile|shorts)\b)([\w.%-]{2,60})",
    re.I,
)
_PHONE_HOME = re.compile(r"(?<![\w+.,/-])(?:\((?=0\d{1,3}\)))?0(?:[ ().\-/–]{0,3}\d){9}(?!\d)")
_PHONE_ABROAD = re.compile(r"(?<![\w.,/-])(?:\+|00)[1-9](?:[ ().\-/–]{0,3}\d){7,13}(?!\d)")
_FIRST_GROUP = re.compile(r"\d+")
_BSN = re.compile(r"(?<![\w.,/\-#+€])(?:\d{9}|\d{8}|\d{4}\.\d{2}\.\d{3}|\d{3}[ .]\d{3}[ .]\d{3}|\d{4} \d{2} \d{3})(?![\w/-]|[.,]\d)")
_BSN_CUE = re.compile(r"(?:bsn|burgerservice\s?-?nummer|sofi-?nummer)\W{0,3}(?:is\W{0,2}|nummer\W{0,2}|nr\W{0,2})?$", re.I)
_CASE_CUE = re.compile(
    r"(?:zaak|meld|melding|order|dossier|factuur|klant|aanslag|bestel|kenmerk|referentie|ref|ticket|registratie|contact|artikel|kvk|object|"
    r"aanvraag|beschikking|volg|polis|betalings|vergunning|container|lantaarn|mast|paal)\w{0,12}\W{0,3}(?:is\W{0,2}|nr\W{0,2}|nummer\W{0,2})?$|"
    r"(?:\bnr|\bnummer|#|€)\W{0,3}$",
    re.I,
)
_IBAN = re.compile(r"(?<!\w)(?:(?i:NL ?\d{2}(?: ?[A-Z]){4}(?: ?\d){10})|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)")
_PLATE = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-\d{2}|"
    r"(?P<modern>[A-Z]{2}-\d{2}-[A-Z]{2}|[A-Z]{2}-[A-Z]{2}-\d{2}|\d{2}-[A-Z]{2}-[A-Z]{2}|\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|"
    r"[A-Z]{2}-\d{3}-[A-Z]|[A-Z]-\d{3}-[A-Z]{2}|[A-Z]{3}-\d{2}-[A-Z]|[A-Z]-\d{2}-[A-Z]{3}|\d-[A-Z]{2}-\d{3}|\d{3}-[A-Z]{2}-\d))(?![\w-])",
    re.I,
)
_PLATE_CUED = re.compile(
    r"(?<!\[)\b((?:kenteken(?:plaat|nummer)?|nummer(?:bord|plaat))[^\w\[]{0,3}(?:is\s|was\s|:\s?)?)"
    r"((?=[A-Z\d \-]*\d)(?=[A-Z\d \-]*[A-Z])[A-Z\d](?:[ -]?[A-Z\d]){5})(?!\w)",
    re.I,
)
SIGNS = ("@", "(at)", "[at]", "(apenstaartje)", ".com/", "kenteken", "nummerbord", "nummerplaat", "geb", "d.o.b")
"""What there is of marks without digits."""
_VOWELS = frozenset("AEIOUCQ")
"""Plates since 1978 spell no words: none of these letters (nor a month: `1-mrt-26` has none either)."""
_MONTH = r"(?:jan|feb|m(?:aa)?rt|apr|mei|jun|jul|aug|sep|okt|nov|dec)[a-z]{0,7}"
_DATE = rf"(?:\d{{1,2}}[-/. ]{{1,2}}(?:\d{{1,2}}|{_MONTH}\.?)[-/. ]{{1,2}}(?:19|20)?\d{{2}}|(?:19|20)\d{{2}}-\d{{1,2}}-\d{{1,2}})"
_BORN = re.compile(
    rf"(?<!\w)((?:geb(?:oren|oorte)?\.?(?:[- ]?dat(?:um)?\.?|dag)?|d\.?o\.?b\.?)\W{{0,3}}(?:(?:is|op|was)\W{{1,2}})?)({_DATE})(?!\d)", re.I
)
_BORN_AFTER = re.compile(rf"(?<!\d)({_DATE})(?=,? (?:geboren|geb\.))", re.I)
_HOUSE = r"\d{1,5}(?:\s?-?(?:bis|hs|[a-zA-Z](?!\w)|\d{1,3}))?(?!\w|:\d|[.,]\d)"
_ADDRESS = re.compile(
    r"(?:(?<![\w€.,-])\d{1,5}(?:\s?[A-Za-z]|-\d{1,3}|\s?-?(?:bis|hs))?\s?,?\s+)?"
    r"(?<![\w€.,/-])(?:[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}|[1-9]\d{3}[a-z]{2})(?!\w|-(?!\d))"
    rf"(?:\s?,?\s?(?:-|nr\.?|nummer|huisnummer|huisnr\.?|no\.?)?:?\s?{_HOUSE})?"
)
_ADDRESS_SMALL = re.compile(
    rf"(?<![\w€.,/-])[1-9]\d{{3}} [a-z]{{2}}\s?(?:,\s?)?(?:-\s?|(?:nr\.?|nummer|huisnummer|huisnr\.?)\s?:?\s?){_HOUSE}|"
    r"(?<=[a-z] )\d{1,4}(?:\s?[a-z]|-\d{1,3})?(?:, ?| )[1-9]\d{3} (?P<letters>[a-z]{2})(?!\w)|"
    r"(?<![\w€.,/-])[1-9]\d{3} (?P<more>[a-z]{2}) \d{1,4}(?:-?[a-z]|-\d{1,3}| bis)?(?![\w:]|[.,]\d)"
)
_SMALL = frozenset(
    """
    aan al an as at bv ca de di do dr eh en er ex ga ge ha he hm hr ie ik im in is it ja je jr ka ke kw la le lo me mn mr ms mw na
    ne nl no nr nu of oh ok om op or ov pp re se sr st te ti tv ui uw va vd ve vs we wo ze zn zo
    """.split()
)
"""Two letters that stand behind a year or a number more often than they belong to a postcode."""
_YEAR = re.compile(r"(?:19|20)\d\d ")
_POSTCODE = re.compile(r"[1-9]\d{3} ?[A-Za-z]{2}(?![A-Za-z])")
_UNITS = frozenset("mm cm dm km kg mg gr ml cl kb mb gb tb kw pk db st uu eu hz va wh lm cc px ft MM CM KM KG MB GB PK KW EU".split())


def mask_marks(text: str, own: frozenset[str], found: Found) -> str:
    """The text with placeholders for what has the shape of personal data. `own` are handles that may stay."""
    if any(sign in text for sign in _AT):
        text = _replace(_EMAIL, Personal.EMAIL, text, found)
        text = _replace(_HANDLE, Personal.ACCOUNT, text, found, lambda m: not _is_own(m[0], own))
    if ".com/" in text:
        text = _PROFILE.sub(lambda m: m[0] if _is_own(m[2], own) else f"{m[1]}{found.take(Personal.ACCOUNT, m[2])}", text)
    if "geb" in (small := text.lower()) or "d.o.b" in small:
        text = _BORN.sub(lambda m: f"{m[1]}{found.take(Personal.BIRTH, m[2])}", text)
        text = _replace(_BORN_AFTER, Personal.BIRTH, text, found)
    if DIGITS.search(text) is None and "kenteken" not in small:
        return text
    text = _IBAN.sub(lambda match: _without_iban(match[0], found), text)
    text = _replace(_PHONE_ABROAD, Personal.PHONE, text, found, lambda m: _is_phone(m[0]))
    text = _replace(_PHONE_HOME, Personal.PHONE, text, found, lambda m: _grouped_as_phone(m[0]) and _is_phone(m[0]))
    text = _replace(_ADDRESS, Personal.ADDRESS, text, found, _is_address)
    text = _replace(_ADDRESS_SMALL, Personal.ADDRESS, text, found, _is_small_address)
    text = _replace(_BSN, Personal.BSN, text, found, _is_bsn)
    text = _replace(_PLATE, Personal.PLATE, text, found, _is_plate)
    return _PLATE_CUED.sub(lambda m: f"{m[1]}{found.take(Personal.PLATE, m[2])}", text)


@lru_cache
def handles(accounts: frozenset[str]) -> frozenset[str]:
    """What the municipality's own accounts are called in a text."""
    bare = {account.lstrip("@").casefold() for account in accounts}
    return frozenset(bare | {handle.split("@")[0] for handle in bare})


def _replace(
    pattern: re.Pattern[str], kind: Personal, text: str, found: Found, when: Callable[[re.Match[str]], bool] = lambda _: True
) -> str:
    return pattern.sub(lambda match: found.take(kind, match[0]) if when(match) else match[0], text)


def _is_own(handle: str, own: frozenset[str]) -> bool:
    """The municipality's own accounts, and those that call themselves a municipality."""
    name = handle.lstrip("@").casefold()
    return name in own or name.startswith("gemeente") or ("@" in name and name.split("@")[0] in own and name in own)


def _is_phone(candidate: str) -> bool:
    """A number of somebody; information lines (0800, 0900, 14+) are nobody's. 06 is somebody's whatever the plan of numbers says."""
    if "".join(filter(str.isdigit, candidate)).startswith("06"):
        return True
    try:
        number = phonenumbers.parse(candidate, "NL")
    except phonenumbers.NumberParseException:
        return False
    kinds = phonenumbers.PhoneNumberType
    public = (kinds.TOLL_FREE, kinds.PREMIUM_RATE, kinds.SHARED_COST, kinds.UAN)
    if str(number.national_number).startswith("6") and number.country_code == 31 and len(str(number.national_number)) == 9:
        return True
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in public


def _grouped_as_phone(candidate: str) -> bool:
    """Not a date or a row of small numbers: the first group is 06, an area code, or the whole number."""
    first = _FIRST_GROUP.search(candidate)
    return first is not None and (first[0] == "06" or len(first[0]) in (3, 4, 10))


def _without_iban(candidate: str, found: Found) -> str:
    """The candidate may have words in capitals behind it. A Dutch number with a slip of the pen in it is somebody's all the same."""
    if candidate[:2].upper() == "NL":
        return found.take(Personal.IBAN, candidate)
    groups = candidate.split(" ")
    for count in range(len(groups), 0, -1):
        number = "".join(groups[:count])
        if iban.is_valid(number, check_country=False):
            return " ".join([found.take(Personal.IBAN, number), *groups[count:]])
    return candidate


def _is_bsn(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 40) : match.start()]
    digits = "".join(filter(str.isdigit, match[0]))
    if _BSN_CUE.search(before):
        return True
    return len(digits) == 9 and bool(bsn.is_valid(digits)) and not _CASE_CUE.search(before)


def _is_plate(match: re.Match[str]) -> bool:
    letters = [c for c in match[0].upper() if c.isalpha()]
    if match["modern"] is None:
        return match[0].isupper()
    return _VOWELS.isdisjoint(letters) and "-MRT-" not in match[0].upper()


def _is_address(match: re.Match[str]) -> bool:
    """A postcode with a house number beside it; an amount with its unit, a year or a bare postcode is not one."""
    postcode = _POSTCODE.search(match[0])
    beside = postcode is not None and postcode[0] != match[0].strip() and postcode[0][-2:] not in _UNITS
    return beside and not match.string[max(0, match.start() - 12) : match.start()].rstrip().lower().endswith("postbus")


def _is_small_address(match: re.Match[str]) -> bool:
    """A postcode in small letters: between a street with its number and a word that says nothing, or announced as one."""
    if match["letters"]:
        return _YEAR.search(match[0]) is None or match["letters"] not in _SMALL | _UNITS
    return match["more"] is None or match["more"] not in _SMALL | _UNITS
