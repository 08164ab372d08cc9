"""What a post is called everywhere: the name under which two sources recognise that they saw the same one.

Where a network gives every post, comment and reply an address of its own, that address is its name. Any other address (an article, a
video, a page with a form) may belong to many messages: it names one only together with its words, and never two of one source.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

ENOUGH = 20
"""Characters; shorter words below one address are alike by chance."""
_STATUS = re.compile(r"/(?:[^/]+|i/web)/status(?:es)?/(\d+)")
_FEDIVERSE = re.compile(r"(?:/web)?/(?:@[^/]+|(?:ap/)?users/[^/]+/statuses|statuses)/(\d{5,})/?")
_BLUESKY = re.compile(r"/profile/([^/]+)/post/([A-Za-z0-9._~:-]+)/?")
_AT = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]+)")
_TID = re.compile(r"[234567abcdefghij][234567a-z]{12}")
"""Bluesky's own record keys: a moment to the microsecond and a clock, alike under the author's handle and his did."""
_REDDIT = re.compile(r"/(?:r|u|user)/[^/]+/comments/[a-z0-9]+/[^/]*/([a-z0-9]+)/?", re.I)
_INSTAGRAM = re.compile(r".*/c/(\d+)(?:/r/(\d+))?/?")
_THREADS = re.compile(r"/@[^/]+/post/([\w-]+)/?")
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|dclid|igshid|igsh|mc_cid|mc_eid|ref_src|ref_url|si|_ga")
_GLOBAL = {"x:": r"\d+", "yt:": r"[\w.-]{10,}", "fb:": r"(?:\d+_)?(\d+)", "ig:": r"\d+", "reddit:": r"t1_([a-z0-9]+)"}
"""Networks whose numbers mean the same to everybody, and how a source writes such a number."""


@dataclass(frozen=True, slots=True)
class Name:
    """`sole`: it names one post by itself. Otherwise it does so across sources only."""

    text: str
    sole: bool = True


def name_of(identity: str | None, url: str | None, words: str) -> Name | None:
    """The name of a post from what its source says it is called, else from its address, else from its address and its (masked) words."""
    if identity:
        return Name(_post(identity) or _address(identity) or f"said:{identity.strip()}")
    if not url:
        return None
    if post := _post(url):
        return Name(post)
    said = " ".join(words.split()).casefold()
    address = _address(url)
    return Name(f"{address}\n{said}", sole=False) if address and len(said) >= ENOUGH else None


def parent_name(child: Name | None, in_reply_to: str | None) -> Name | None:
    """The name of what is replied to, where the reply tells it: by an address, or by a number that means the same to everybody."""
    if not in_reply_to:
        return None
    if post := _post(in_reply_to):
        return Name(post)
    for network, number in _GLOBAL.items():
        if child and child.text.startswith(network) and (match := re.fullmatch(number, in_reply_to)):
            return Name(f"{network}{match[match.lastindex or 0]}")
    return None


def _post(address: str) -> str | None:
    """The canonical name of a post, comment or reply that has this address all to itself."""
    if match := _AT.fullmatch(address.strip()):
        return _bluesky(match[1], match[2])
    parts = _split(address)
    if parts is None:
        return None
    host, path, query = parts
    match host:
        case "x.com" | "twitter.com":
            return f"x:{match[1]}" if (match := _STATUS.match(path)) else None
        case "bsky.app":
            return _bluesky(match[1], match[2]) if (match := _BLUESKY.fullmatch(path)) else None
        case "reddit.com":
            return f"reddit:{match[1].lower()}" if (match := _REDDIT.fullmatch(path)) else None
        case "youtube.com" | "youtu.be":
            return f"yt:{query['lc']}" if query.get("lc") else None
        case "facebook.com":
            return _facebook(query)
        case "instagram.com":
            return f"ig:{match[2] or match[1]}" if (match := _INSTAGRAM.fullmatch(path)) else None
        case "threads.net" | "threads.com":
            return f"threads:{match[1]}" if (match := _THREADS.fullmatch(path)) else None
        case _:
            return f"fedi:{host}/{match[1]}" if (match := _FEDIVERSE.fullmatch(path)) else None


def _bluesky(author: str, key: str) -> str:
    return f"bsky:{key}" if _TID.fullmatch(key) else f"bsky:{author.casefold()}/{key}"


def _facebook(query: dict[str, str]) -> str | None:
    """A comment, or a reply to one; their numbers are sometimes wrapped as `comment:<post>_<comment>` in base 64."""
    number = query.get("reply_comment_id") or query.get("comment_id")
    if not number:
        return None
    if not number.isdigit():
        try:
            number = base64.b64decode(number + "=" * (-len(number) % 4), validate=True).decode("ascii").rpartition("_")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
    return f"fb:{number}" if number.isascii() and number.isdigit() else None


def _address(url: str) -> str | None:
    """An address without what does not tell pages apart: scheme, www, tracking, order of the query, a slash at the end."""
    parts = _split(url)
    if parts is None:
        return None
    host, path, _ = parts
    whole = urlsplit(url.strip())
    query = urlencode(sorted((k, v) for k, v in parse_qsl(whole.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)))
    fragment = whole.fragment.partition(":~:")[0]
    return "".join((f"//{host}{path.rstrip('/')}", f"?{query}" if query else "", f"#{fragment}" if fragment else ""))


def _split(url: str) -> tuple[str, str, dict[str, str]] | None:
    """Host without what only says on which device, path, and the first value of each part of the query; None for what is no address."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    for device in ("www.", "m.", "mobile.", "old.", "np.", "new.", "nl-nl.", "web."):
        host = host.removeprefix(device)
    query = {name: values[0] for name, values in parse_qs(parts.query, max_num_fields=None).items()}
    return (f"{host}:{port}" if port not in (None, 80, 443) else host), parts.path, query
