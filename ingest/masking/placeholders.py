"""What stands in a text where something personal stood."""

import re
from enum import StrEnum


class Personal(StrEnum):
    """Kinds of personal data; the value is what the placeholder says."""

    EMAIL = "e-mail"
    PHONE = "telefoon"
    IBAN = "rekeningnummer"
    BSN = "bsn"
    BIRTH = "geboortedatum"
    PLATE = "kenteken"
    ADDRESS = "adres"
    ACCOUNT = "account"
    NAME = "naam"


_KINDS = "|".join(map(re.escape, Personal))
_FIRST, _LAST = 0xE000, 0xF8FF
"""Unicode's private use: a character after a placeholder says which of the values it stands for, until the search is over."""
_RANGE = f"[{chr(_FIRST)}-{chr(_LAST)}]"
_OURS = re.compile(rf"\[({_KINDS})\]({_RANGE})")
_PRIVATE_USE = re.compile(_RANGE)
_ANY = re.compile(rf"(\[(?:{_KINDS})(?: \d{{1,2}})?\]{_RANGE}?)")


class Found:
    """What was found in one text: the same person or number gets the same placeholder, numbered where there are several of its kind."""

    def __init__(self) -> None:
        self._values: list[tuple[Personal, str]] = []

    @property
    def kinds(self) -> frozenset[Personal]:
        return frozenset(kind for kind, _ in self._values)

    def take(self, kind: Personal, value: str) -> str:
        """What to put in the place of `value` until `close`."""
        taken = (kind, _bare(kind, value))
        if taken not in self._values:
            self._values.append(taken)
        return f"[{kind}]{chr(min(_FIRST + self._values.index(taken), _LAST))}"

    def close(self, text: str) -> str:
        """The text with placeholders for people to read."""
        in_order = [self._values[ord(match[2]) - _FIRST] for match in _OURS.finditer(text)]
        several = {kind: _apart([value for taken, value in in_order if taken == kind]) for kind in self.kinds}

        def shown(match: re.Match[str]) -> str:
            kind, value = self._values[ord(match[2]) - _FIRST]
            number = next(index for index, same in enumerate(several[kind], 1) if value in same)
            return f"[{kind} {number}]" if 1 < len(several[kind]) < 100 else f"[{kind}]"

        return _OURS.sub(shown, text)


def pieces(text: str) -> list[str]:
    """The text cut at its placeholders: at even places what was written, at odd places the placeholders."""
    return _ANY.split(text)


def without_private_use(text: str) -> str:
    """The text without the characters that `Found` uses as its own."""
    return _PRIVATE_USE.sub("", text)


def _bare(kind: Personal, value: str) -> str:
    folded = value.casefold()
    if kind is Personal.NAME:
        return " ".join(re.findall(r"[^\W\d_]{2,}", folded))
    bare = "".join(filter(str.isalnum, folded))
    return bare[-8:] if kind is Personal.PHONE else bare


def _apart(values: list[str]) -> list[set[str]]:
    """The values, those of one person together: `Karin` and `Karin de Wit` in one message are."""
    groups: list[set[str]] = []
    for value in values:
        words = set(value.split())
        same = next((group for group in groups if any(words <= set(other.split()) or set(other.split()) <= words for other in group)), None)
        if same is None:
            groups.append({value})
        else:
            same.add(value)
    return groups
