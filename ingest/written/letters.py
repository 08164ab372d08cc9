"""A mail as bytes, to what somebody wrote in it. However badly a mail is made, something is read of it; nothing here raises.

Names and addresses are not kept: a sender leaves here as the handle that becomes a pseudonym, and mails refer to each other by a hash, for
what a program puts in a Message-ID may name a person or a machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256

from ingest.written.markup import text_of
from ingest.written.quoted import own_words

MAX_PARTS = 100
MAX_LETTER = 200_000
"""Characters of a part that are looked at, before quotes are left out."""
_BULK = ("bulk", "junk", "list", "auto_reply")
_SYSTEM = ("mailer-daemon@", "postmaster@")
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-reply", "list-unsubscribe", "list-id")
_ANSWERS = ("re:", "fw:", "fwd:", "antw:", "aw:", "doorst:", "betr:", "tr:")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is used of a mail. `answers` and `thread` are names as `name` is; `automatic`: a machine wrote it."""

    name: str
    sender: str
    text: str
    answers: str | None
    thread: str
    automatic: bool


def read_letter(raw: bytes, fallback: str) -> Letter:
    """The mail in `raw`, which may be cut off anywhere. `fallback` names it where it has no Message-ID."""
    mail = message_from_bytes(raw)
    references = _header(mail, "References").split()[:100]
    answered = (_header(mail, "In-Reply-To").split()[:1] or references[-1:] or [""])[0]
    number = _header(mail, "Message-ID").strip() or fallback
    thread = references[0] if references else answered or number
    subject = _subject(_header(mail, "Subject"), bool(answered))
    body = own_words(_body(mail)[:MAX_LETTER])
    return Letter(
        name=letter_name(number),
        sender=_sender(mail),
        text="\n\n".join(filter(None, (subject, body))),
        answers=letter_name(answered) if answered else None,
        thread=letter_name(thread),
        automatic=_is_automatic(mail),
    )


def _body(mail: Message) -> str:
    """The plain text; where there is none, the text of the HTML."""
    parts = [part for part in _parts(mail) if not part.is_multipart() and not _is_attached(part)]
    for kind in ("text/plain", "text/html"):
        words = "\n".join(_words(part) for part in parts if _kind(part) == kind)
        text = text_of(words) if kind == "text/html" else words
        if text.strip():
            return text
    return ""


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number == MAX_PARTS:
            return
        yield part


def _kind(part: Message) -> str:
    """What says that it has parts and has none is text after all."""
    return "text/plain" if part.get_content_maintype() == "multipart" else part.get_content_type()


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _words(part: Message) -> str:
    found = part.get_payload(decode=True)
    return _decoded(found, part.get_content_charset()) if isinstance(found, bytes) else ""


def _decoded(raw: bytes, charset: str | None) -> str:
    """By its charset; where that is unknown or wrong, UTF-8 if it can be, else as Windows writes it."""
    for name in filter(None, (charset, "utf-8")):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


def _header(mail: Message, name: str) -> str:
    """A header as text, on one line."""
    try:
        parts = decode_header(str(mail.get(name, ""))[:10_000])
        found = "".join(_decoded(part, charset) if isinstance(part, bytes) else part for part, charset in parts)
    except (ValueError, LookupError):
        found = str(mail.get(name, ""))[:10_000]
    return " ".join(found.split())


def _sender(mail: Message) -> str:
    addresses = [address for _, address in getaddresses([_header(mail, "From")]) if "@" in address]
    return addresses[0].casefold() if addresses else ""


def _subject(subject: str, answers: bool) -> str:
    """Nothing where it only repeats what is answered."""
    return "" if answers and subject.casefold().startswith(_ANSWERS) else subject


def _is_automatic(mail: Message) -> bool:
    """Out of office, bounces and newsletters: RFC 3834, and what came before it."""
    submitted = _header(mail, "Auto-Submitted").casefold()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or _header(mail, "Precedence").casefold() in _BULK
        or mail.get_content_type() == "multipart/report"
        or _header(mail, "Return-Path") == "<>"
        or _sender(mail).startswith(_SYSTEM)
        or any(name in mail for name in _AUTOMATIC)
    )


def letter_name(number: str) -> str:
    """What we call the mail with this Message-ID: the same in every source, and nothing to read back."""
    return sha256(number.strip().encode("utf-8", "replace")).hexdigest()[:40]
