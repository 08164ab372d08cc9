"""What somebody wrote in a mail, without what it answers and without what a mail program or a signature adds.

Works line by line on plain text. When in doubt it keeps: a line too many does less harm than a question that is lost. If nothing of the
writer's own would be left, as in a mail that only forwards another, the whole text comes back.
"""

import re

_QUOTE = re.compile(r"\s*>")
_ATTRIBUTION = re.compile(
    r"\s*(?:op\s.{6,160}\s(?:schreef|heeft)\b.{0,160}:"
    r"|.{3,120}\sschreef\s(?:op|het volgende)\b.{0,80}:"
    r"|on\s.{6,160}\swrote:"
    r"|am\s.{6,160}\sschrieb\b.{0,160}:)\s*",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\s*-{2,}\s*(?:oorspronkelijk|doorgestuurd|original|forwarded|origineel)\s(?:bericht|message)\s*-{2,}\s*"
    r"|\s*begin (?:doorgestuurd bericht|forwarded message):\s*",
    re.IGNORECASE,
)
_SENDER = re.compile(r"\s*\*?(?:van|from|von)\s?:\*?\s", re.IGNORECASE)
_HEADER = re.compile(r"\s*\*?(?:verzonden|datum|sent|date|aan|to|cc|onderwerp|subject|beantwoorden|gesendet|an|betreff)\s?:", re.IGNORECASE)
_PROGRAM = re.compile(
    r"\s*(?:(?:verstuurd|verzonden|sent|gesendet)\s(?:vanaf|vanuit|met|via|from|with|von)\s"
    r"(?:mijn|my|outlook|gmail|mail|samsung|yahoo|meinem)\b.{0,60}"
    r"|(?:outlook voor|get outlook for|download outlook voor)\s.{0,60})",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"\s*(?:disclaimer\b"
    r"|de informatie (?:in|verzonden met) (?:dit|deze) (?:e-?mail|bericht)"
    r"|dit (?:e-?mail)?bericht (?:\(.{0,40}\) )?is (?:uitsluitend|alleen|vertrouwelijk)"
    r"|deze e-?mail is (?:uitsluitend|alleen|vertrouwelijk)"
    r"|this e-?mail (?:and|is)\b.{0,40}(?:confidential|intended))",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s*(?:met (?:vriendelijke|hartelijke|beste|sportieve|groene) groet(?:en|jes)?"
    r"|(?:vriendelijke |hartelijke |beste )?groet(?:en|jes)?"
    r"|m\.?v\.?g\.?|hoogachtend|kind regards|best regards|regards)\b",
    re.IGNORECASE,
)
_SIGNED = 10
"""Longer than so many lines nobody signs."""
_NEAR = 6
"""Within so many lines after `Van:` its other headers stand."""


def own_words(text: str) -> str:
    """The writer's own words; the whole text where that leaves nothing."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = _without_signature(_without_quotes(lines))
    return "\n".join(kept).strip() or text.strip()


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    number = 0
    while number < len(lines):
        if _BEGINS.fullmatch(lines[number]) or _is_headers(lines, number):
            break
        if length := _attribution(lines, number):
            number += length
            if not _quoted_next(lines, number):
                break
        elif _QUOTE.match(lines[number]):
            number += 1
        else:
            kept.append(lines[number])
            number += 1
    return kept


def _attribution(lines: list[str], number: int) -> int:
    """How many lines "Op ... schreef ...:" takes here, which programs break over two or three; 0: it does not stand here."""
    for length in (1, 2, 3):
        if _ATTRIBUTION.fullmatch(" ".join(lines[number : number + length])[:500]):
            return length
        if number + length >= len(lines) or not lines[number + length].strip():
            return 0
    return 0


def _quoted_next(lines: list[str], number: int) -> bool:
    """Whether what is quoted is marked as such, so that what is not may be the writer's again."""
    following = next((line for line in lines[number : number + 3] if line.strip()), "")
    return bool(_QUOTE.match(following))


def _is_headers(lines: list[str], number: int) -> bool:
    """The head of a quoted mail as Outlook writes it: Van, and below it at least two others."""
    return bool(_SENDER.match(lines[number])) and sum(bool(_HEADER.match(line)) for line in lines[number + 1 : number + 1 + _NEAR]) >= 2


def _without_signature(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for number, line in enumerate(lines):
        if line.rstrip() == "--" or _DISCLAIMER.match(line):
            break
        if _PROGRAM.fullmatch(line):
            continue
        kept.append(line)
        if _CLOSING.match(line) and _only_signed(lines[number + 1 :]):
            break
    return kept


def _only_signed(rest: list[str]) -> bool:
    """Whether nothing but a name, a function, a telephone number follows: few, short lines, none of them a sentence."""
    written = [line.strip() for line in rest if line.strip() and not _PROGRAM.fullmatch(line)]
    end = next((number for number, line in enumerate(written) if line == "--" or _DISCLAIMER.match(line)), len(written))
    return end <= _SIGNED and not any(_says_something(line) for line in written[:end])


def _says_something(line: str) -> bool:
    return line.casefold().startswith(("ps", "p.s")) or len(line) > 70 or (len(line.split()) > 3 and line.endswith((".", "?", "!")))
