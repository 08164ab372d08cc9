"""How well the border masks: recall by kind on 2,000 made-up cases, and how often it masks where nothing is personal.

The sentences are written by hand (`cases/carriers.txt`), the values in them are drawn here, valid by their own checks (eleven-test,
modulo 97) and nobody's. `cases/hard.txt` holds whole messages, written one by one, with what is personal between double brackets.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn

from ingest.privacy import Personal, mask

CASES = Path(__file__).resolve().parent / "cases"
FIRST = (
    "Jan Piet Karin Fatima Mohammed Ahmet Ayşe Agnieszka Tomasz Sjaak Wilhelmina Anneke Roos Daan Priya Kwame Shanti Rachid Noor Björn Zoë "
    "Giovanni Joop Truus Hendrik Latifa Youssef Emine Katarzyna Marek Ingrid Femke Jaap Lotte Sem Henny Gerrit Ria Mevlüt Soraya Ivan Olena"
).split()
SURNAMES = (
    "Jansen|de Vries|van den Berg|Bakker|El Idrissi|Yılmaz|Kowalska|Ramdin|van der Laan|Smit|Öztürk|Benali|ter Horst|Van Dijk|Mulder|Nowak|"
    "in 't Veld|de Jong-Visser|Bouazza|Wijsmuller|Hoekstra|Sital|van 't Hof|Dekker|Şahin|de la Cruz|Kaya|Meijer|Oude Hengel|Kuipers|"
    "van de Ven|El Amrani|Zielińska|Terpstra|Jongbloed|Doorn|Visser|van Leeuwen|Groot|Koning|Postma|Sanders|Bos|Wolters|Haan|Verhoeven"
).split("|")
INITIALS = ("A.", "J.M.", "H.J.", "C.", "M.A.T.", "Th.", "W. ", "F. ", "S.K. ", "B.")
AREA_CODES = ("010", "020", "030", "070", "024", "0172", "0492", "0546", "0115", "0523")
PROVIDERS = ("provider.example", "post.example", "xs.example", "mail.voorbeeld.example", "bedrijf-jansen.example")
STREETS = ("Kerkstraat", "Molenweg", "Prins Hendriklaan", "Dorpsplein", "Burg. Kolfschotenlaan", "Lange Nieuwstraat")
MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december jan feb mrt apr aug sept okt nov dec".split()
)
CONSONANTS = "BDFGHJKLNPRSTVXZ"
OWN = ("gemeente",)
MARK = re.compile(r"\[\[(.+?)\]\]")
PLACEHOLDER = re.compile(r"\[(?:" + "|".join(map(re.escape, Personal)) + r")(?: \d+)?\]")


@dataclass(frozen=True, slots=True)
class Case:
    """A text, what of it is personal, and of which kind that is."""

    kind: str
    text: str
    personal: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether something personal still stands in the text after masking."""
        masked = mask(self.text).text
        return any(re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", masked) for piece in self.personal)


def made_up(count: int = 2_000, seed: int = 1) -> list[Case]:
    """As many cases of each kind, the same ones every time."""
    random = Random(seed)  # noqa: S311 - made-up values, no secrets
    carriers = _carriers()
    return [
        _case(random, kind, random.choice(carriers[kind])) for number in range(count) for kind in [sorted(carriers)[number % len(carriers)]]
    ]


def hard() -> list[tuple[str, str]]:
    """Whole messages as they were written, each with what should be left of it: what must go is one `§`."""
    lines = [line.replace("\\n", "\n") for line in _lines("hard.txt")]
    return [(MARK.sub(r"\1", line), MARK.sub("§", line)) for line in lines]


def missed(messages: Sequence[tuple[str, str]]) -> list[str]:
    """Which of the hard messages are not masked exactly as they should be, as they are masked."""
    return [masked for text, wanted in messages if PLACEHOLDER.sub("§", masked := mask(text, OWN).text) != wanted]


def recall(cases: Sequence[Case]) -> dict[str, float]:
    """The share of the cases of each kind of which nothing personal is left."""
    seen, gone = Counter(case.kind for case in cases), Counter(case.kind for case in cases if not case.kept)
    return {kind: gone[kind] / seen[kind] for kind in sorted(seen)}


def _lines(name: str) -> list[str]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _carriers() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _lines("carriers.txt"):
        kind, _, sentence = line.partition(" | ")
        found.setdefault(kind, []).append(sentence.replace("\\n", "\n"))
    return found


def _case(random: Random, kind: str, carrier: str) -> Case:
    if kind == Personal.NAME:
        first, last = random.choice(FIRST), random.choice(SURNAMES)
        values = {"first": first, "last": last, "initials": f"{random.choice(INITIALS)}{last}"}
        text = carrier.replace("{}", f"{first} {last}")
        personal = tuple(value for value in (first, last) if value in text.format(**values))
        return Case(kind, text.format(**values), personal)
    value, personal = VALUES[kind](random)
    return Case(kind, carrier.replace("{}", value), personal)


def _email(random: Random) -> tuple[str, tuple[str, ...]]:
    first, last = _ascii(random.choice(FIRST)), _ascii(random.choice(SURNAMES)).replace(" ", "").replace("'", "")
    name = random.choice(
        (f"{first}.{last}", f"{first[0]}{last}{random.randint(1, 99)}", f"{last}_{first}", f"{first}+gemeente", f"fam.{last}")
    )
    at = random.choice(("@", "@", "@", "@", " @ ", "(at)", " [at] "))
    address = f"{name}{at}{random.choice(PROVIDERS)}"
    return (address if at != "@" or random.random() < 0.7 else address.upper()), (name, name.upper())


def _phone(random: Random) -> tuple[str, tuple[str, ...]]:
    eight = f"{random.randint(10_000_000, 99_999_999)}"
    a, b, c, d = eight[:2], eight[2:4], eight[4:6], eight[6:]
    code = random.choice(AREA_CODES)
    local = f"{random.randint(2, 7)}{random.randint(0, 10**9):09d}"[: 10 - len(code)]
    forms = (
        f"06-{eight}|06{eight}|06 {eight}|06 {a} {b} {c} {d}|06-{a} {b} {c} {d}|06.{a}.{b}.{c}.{d}|+316{eight}|+31 6 {eight}|"
        f"0031 6 {a}{b}{c}{d}|+31 (0)6-{eight}|06/{eight}|06 - {eight}|06-{eight[:4]} {eight[4:]}|06–{eight}|"
        f"{code}-{local}|{code} {local}|({code}) {local}|{code}{local}|+31 {code[1:]} {local}"
    )
    number = random.choice(forms.split("|"))
    return number, (number,)


def _iban(random: Random) -> tuple[str, tuple[str, ...]]:
    bank, account = random.choice(("ABNA", "INGB", "RABO", "TRIO", "SNSB", "BUNQ", "ASNB")), f"{random.randint(10**8, 10**9 - 1):010d}"
    digits = 98 - mod_97_10.checksum(_as_number(f"{bank}{account}NL00"))
    number = f"NL{digits:02d}{bank}{account}"
    shown = random.choice(
        (number, " ".join(number[i : i + 4] for i in range(0, 18, 4)), number.lower(), f"{number[:4]} {number[4:8]} {number[8:]}")
    )
    return shown, (shown,)


def _as_number(text: str) -> str:
    return "".join(str(int(letter, 36)) for letter in text)


def _bsn(random: Random) -> tuple[str, tuple[str, ...]]:
    while True:
        number = f"{random.randint(10**8, 10**9 - 1)}"
        if bsn.is_valid(number):
            break
    shown = random.choice(
        (
            number,
            number,
            f"{number[:4]}.{number[4:6]}.{number[6:]}",
            f"{number[:3]} {number[3:6]} {number[6:]}",
            f"{number[:4]} {number[4:6]} {number[6:]}",
        )
    )
    return shown, (shown,)


def _plate(random: Random) -> tuple[str, tuple[str, ...]]:
    pattern = random.choice(("99-LLL-9", "9-LLL-99", "LL-999-L", "L-999-LL", "LLL-99-L", "LL-LL-99", "99-LL-LL", "LL-99-LL", "9-LL-999"))
    plate = "".join(random.choice(CONSONANTS) if c == "L" else str(random.randint(0, 9)) if c == "9" else c for c in pattern)
    return plate if random.random() < 0.8 else plate.lower(), (plate, plate.lower())


def _address(random: Random) -> tuple[str, tuple[str, ...]]:
    digits, letters, house = (
        random.randint(1012, 9999),
        "".join(random.choice("ABDEGHJKLNPRSTVWXZ") for _ in "ab"),
        f"{random.randint(1, 399)}",
    )
    letters = "AB" if letters in ("SA", "SD", "SS") else letters
    addition = random.choice(("", "", "", "a", "-2", " bis", "-hs"))
    street = random.choice(STREETS)
    postcode = random.choice((f"{digits} {letters}", f"{digits}{letters}", f"{digits}{letters.lower()}", f"{digits} {letters.lower()}"))
    forms = (
        f"{postcode} {house}{addition}|{postcode}-{house}|{postcode}, nr {house}|{street} {house}{addition}, {postcode}|"
        f"{street} {house} {postcode} Rivierstad|{postcode} huisnummer {house}|{postcode} nummer {house}{addition}"
    )
    shown = random.choice(forms.split("|"))
    return shown, (postcode,)


def _account(random: Random) -> tuple[str, tuple[str, ...]]:
    name = _ascii(random.choice(FIRST)).lower() + random.choice(("_", "", ".")) + _ascii(random.choice(SURNAMES).split()[-1]).lower()
    shown = random.choice((f"@{name}", f"@{name}{random.randint(1, 99)}", f"@{name}@mastodon.example", f"https://www.facebook.com/{name}"))
    shown = random.choice((shown, f"https://mastodon.example/@{name}/112233", f"instagram.com/{name}"))
    return shown, (name,)


def _birth(random: Random) -> tuple[str, tuple[str, ...]]:
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(1928, 2024)
    shown = random.choice(
        (
            f"{day}-{month}-{year}",
            f"{day:02d}/{month:02d}/{year}",
            f"{day} {MONTHS[month - 1]} {year}",
            f"{day:02d}-{month:02d}-{year % 100:02d}",
            f"{day}.{month}.{year}",
            f"{year}-{month:02d}-{day:02d}",
        )
    )
    return shown, (shown,)


def _ascii(name: str) -> str:
    return name.translate(str.maketrans("ÖöüşŞğıİëçñń'’", "OousSgiIecnn''")).replace("'", "")


VALUES: dict[str, Callable[[Random], tuple[str, tuple[str, ...]]]] = {
    "e-mail": _email,
    "telefoon": _phone,
    "rekeningnummer": _iban,
    "bsn": _bsn,
    "kenteken": _plate,
    "adres": _address,
    "account": _account,
    "geboortedatum": _birth,
}


def report() -> Iterator[str]:
    """The figures as Markdown lines."""
    cases, written = made_up(), hard()
    yield "## Masking"
    yield ""
    yield f"Recall on {len(cases)} made-up cases, and on {len(written)} whole messages written by hand (right to the letter):"
    yield ""
    yield "| kind | nothing personal left |"
    yield "|---|---|"
    for kind, share in recall(cases).items():
        yield f"| {kind} | {share:.3f} |"
    yield f"| whole messages | {1 - len(missed(written)) / len(written):.3f} |"
