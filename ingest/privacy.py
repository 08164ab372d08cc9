"""Masks what points to a person before anything is stored.

Most messages hold nothing to mask, so a cheap sieve goes first. What is masked becomes a placeholder such as `[telefoon]`; masking twice
changes nothing. Streets and house numbers without a postcode stay: where something is the matter is what departments need to know.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from stdnum import iban
from stdnum.nl import bsn

from ingest.names import possible as names_possible
from ingest.names import spans as name_spans


class Personal(StrEnum):
    """Kinds of personal data; the value is what the placeholder says."""

    EMAIL = "e-mail"
    PHONE = "telefoon"
    IBAN = "rekeningnummer"
    BSN = "bsn"
    PLATE = "kenteken"
    ADDRESS = "adres"
    ACCOUNT = "account"
    NAME = "naam"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without personal data, and which kinds were in it."""

    text: str
    kinds: frozenset[Personal] = frozenset()


Find = Callable[[str], str]

_DIGITS = re.compile(r"\d(?:[\d .\-/()–]{5}|\d{3} ?[A-Za-z]{2}\b|-)|-\d")
"""Every kind with digits, but for a plate without hyphens, has one of these."""
_EMAIL = re.compile(r"(?<![\w.+%@-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_HANDLE = re.compile(r"(?<![\w@])@([A-Za-z0-9_](?:[\w.-]{0,60}\w)?)(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})?")
_PROFILE = re.compile(
    r"((?:facebook|instagram|twitter|x|tiktok|threads|linkedin|youtube)\.com/(?:in/|user/|c/)?)(?!\[)"
    r"(?!(?:watch|groups|events|hashtag|search|p|reel|story|stories|share|status|i|intent|photo|permalink|profile|shorts)\b)([\w.%-]{2,60})",
    re.I,
)
_PHONE_HOME = re.compile(r"(?<![\w+.,/-])\(?0(?:[ ().\-/–]{0,3}\d){9}(?!\d)")
_PHONE_ABROAD = re.compile(r"(?<![\w.,/-])(?:\+|00)[1-9](?:[ ().\-/–]{0,3}\d){7,13}(?!\d)")
_FIRST_GROUP = re.compile(r"\d+")
_BSN = re.compile(r"(?<![\w.,/\-#+€])(?:\d{9}|\d{8}|\d{4}\.\d{2}\.\d{3}|\d{3}[ .]\d{3}[ .]\d{3}|\d{4} \d{2} \d{3})(?![\w/-]|[.,]\d)")
_BSN_CUE = re.compile(r"(?:bsn|burgerservice\s?-?nummer|sofi-?nummer)\W{0,3}(?:is\W{0,2}|nummer\W{0,2})?$", re.I)
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
    r"(?<!\[)\b(kenteken(?:plaat|nummer)?\W{0,3}(?:is\s|was\s|:\s?)?)"
    r"((?=[A-Z\d \-]*\d)(?=[A-Z\d \-]*[A-Z])[A-Z\d](?:[ -]?[A-Z\d]){5})(?!\w)",
    re.I,
)
_VOWELS = frozenset("AEIOUCQ")
"""Plates since 1978 spell no words: none of these letters (nor a month: `1-mrt-26` has none either)."""
_ADDRESS = re.compile(
    r"(?:(?<![\w€.,-])\d{1,5}(?:\s?[A-Za-z]|-\d{1,3}|\s?-?bis)?\s?,?\s+)?"
    r"(?<![\w€.,/-])(?:[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}|[1-9]\d{3}[a-z]{2})(?![\w-])"
    r"(?:\s?,?\s?(?:-|nr\.?|nummer|huisnummer|huisnr\.?|no\.?)?:?\s?\d{1,5}(?:\s?-?(?:bis|[a-zA-Z](?!\w)|\d{1,3}))?(?![\w:]|[.,]\d))?"
)
_POSTCODE = re.compile(r"[1-9]\d{3} ?[A-Za-z]{2}(?![A-Za-z])")
_UNITS = frozenset("mm cm dm km kg mg gr ml cl kb mb gb tb kw pk db st uu eu hz va wh lm cc px ft".split())
_PLACEHOLDER = re.compile(r"(\[(?:" + "|".join(map(re.escape, Personal)) + r")\])")


def mask(text: str, own_accounts: Collection[str] = ()) -> Masked:
    """Replace personal data by placeholders. `own_accounts` are handles of the municipality itself: those stay.

    Takes any text in time that grows with its length, and never raises.
    """
    found: set[Personal] = set()
    own = _own(frozenset(own_accounts))
    while True:
        before = text
        if _marks_possible(text):
            text = _mask_marks(text, own, found)
        if names_possible(text):
            text = _mask_names(text, found)
        if text == before:
            return Masked(text, frozenset(found))


def link(url: str | None, author: str | None) -> str | None:
    """An address without its author's name in it: X leads to a post by number alone; where nothing but the name leads there, None."""
    if url is None or author is None:
        return url
    name = author.lstrip("@").split("@")[0].casefold()
    if len(name) < 2 or name not in url.casefold():
        return url
    if match := re.match(r"(https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/)[^/]+(/status/\d+)", url, re.I):
        return f"{match[1]}i{match[2]}"
    return None


def _marks_possible(text: str) -> bool:
    """The cheap sieve: most messages stop here."""
    return _DIGITS.search(text) is not None or "@" in text or ".com/" in text or "kenteken" in text.lower()


def _mask_marks(text: str, own: frozenset[str], found: set[Personal]) -> str:
    if "@" in text:
        text = _replace(_EMAIL, Personal.EMAIL, text, found)
        text = _replace(_HANDLE, Personal.ACCOUNT, text, found, lambda m: not _is_own(m[0], own))
    if ".com/" in text:
        text = _PROFILE.sub(lambda m: m[0] if _is_own(m[2], own) else f"{m[1]}{_note(Personal.ACCOUNT, found)}", text)
    text = _IBAN.sub(lambda match: _without_iban(match[0], found), text)
    text = _replace(_PHONE_ABROAD, Personal.PHONE, text, found, lambda m: _is_phone(m[0]))
    text = _replace(_PHONE_HOME, Personal.PHONE, text, found, lambda m: _grouped_as_phone(m[0]) and _is_phone(m[0]))
    text = _replace(_ADDRESS, Personal.ADDRESS, text, found, _is_address)
    text = _replace(_BSN, Personal.BSN, text, found, _is_bsn)
    text = _replace(_PLATE, Personal.PLATE, text, found, _is_plate)
    return _PLATE_CUED.sub(lambda m: f"{m[1]}{_note(Personal.PLATE, found)}", text)


def _mask_names(text: str, found: set[Personal]) -> str:
    """Names that a cue gives away, wherever they return in the message."""
    spans = name_spans(text)
    if not spans:
        return text
    names = {text[start:end] for start, end in spans}
    for start, end in reversed(spans):
        text = f"{text[:start]}[{Personal.NAME}]{text[end:]}"
    found.add(Personal.NAME)
    again = sorted((name for name in names if " " in name or len(name) >= 5), key=len, reverse=True)[:20]
    if again:
        pattern = re.compile(r"(?<![\w\[-])(?:" + "|".join(map(re.escape, again)) + r")(?![\w\]-])")
        text = "".join(
            part if index % 2 else pattern.sub(f"[{Personal.NAME}]", part) for index, part in enumerate(_PLACEHOLDER.split(text))
        )
    return text


def _replace(
    pattern: re.Pattern[str], kind: Personal, text: str, found: set[Personal], when: Callable[[re.Match[str]], bool] = lambda _: True
) -> str:
    return pattern.sub(lambda match: _note(kind, found) if when(match) else match[0], text)


def _note(kind: Personal, found: set[Personal]) -> str:
    found.add(kind)
    return f"[{kind}]"


@lru_cache
def _own(accounts: frozenset[str]) -> frozenset[str]:
    handles = {account.lstrip("@").casefold() for account in accounts}
    return frozenset(handles | {handle.split("@")[0] for handle in handles})


def _is_own(handle: str, own: frozenset[str]) -> bool:
    """The municipality's own accounts, and those that call themselves a municipality."""
    name = handle.lstrip("@").casefold()
    return name in own or name.startswith("gemeente") or ("@" in name and name.split("@")[0] in own and name in own)


def _is_phone(candidate: str) -> bool:
    """A number of somebody; information lines (0800, 0900, 14+) are nobody's."""
    try:
        number = phonenumbers.parse(candidate, "NL")
    except phonenumbers.NumberParseException:
        return False
    kinds = phonenumbers.PhoneNumberType
    public = (kinds.TOLL_FREE, kinds.PREMIUM_RATE, kinds.SHARED_COST, kinds.UAN)
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in public


def _grouped_as_phone(candidate: str) -> bool:
    """Not a date or a row of small numbers: the first group is 06, an area code, or the whole number."""
    first = _FIRST_GROUP.search(candidate)
    return first is not None and (first[0] == "06" or len(first[0]) in (3, 4, 10))


def _without_iban(candidate: str, found: set[Personal]) -> str:
    """The candidate may have words in capitals behind it."""
    groups = candidate.split(" ")
    for count in range(len(groups), 0, -1):
        if iban.is_valid("".join(groups[:count]), check_country=False):
            return " ".join([_note(Personal.IBAN, found), *groups[count:]])
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
    return postcode is not None and postcode[0] != match[0].strip() and postcode[0][-2:].lower() not in _UNITS
