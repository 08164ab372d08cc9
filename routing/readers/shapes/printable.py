"""What may stand in a file: text without the signs that neither paper nor XML has."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text without control characters, halves of characters and non-characters."""
    return _CONTROL.sub("", text)
