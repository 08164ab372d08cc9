"""HTML to the text a person would read: paragraphs and line breaks kept, scripts and styles dropped."""

import re
from html.parser import HTMLParser

MAX_MARKUP = 500_000
_BLOCKS = frozenset("p div section article blockquote ul ol table tr h1 h2 h3 h4 h5 h6 pre figure figcaption dl hr".split())
_LINES = frozenset("br li dt dd".split())
_SILENT = frozenset("script style head template noscript iframe object svg".split())
_NO_END = frozenset("br hr img input meta link".split())


def text_of(markup: str) -> str:
    """The text of an HTML fragment. Text without any tags or entities comes back as it is."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    reader = _Reader()
    reader.feed(markup[:MAX_MARKUP])
    reader.close()
    text = "".join(reader.parts).replace("\xa0", " ")
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t]{2,}", " ", text))).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif not self._silent:
            self.parts.append("\n\n" if tag in _BLOCKS else "\n" if tag in _LINES else "")
            if tag == "img":
                self.parts.append(next((value for name, value in attrs if name == "alt" and value), ""))

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag in self._silent:
                del self._silent[self._silent.index(tag) :]
        elif tag in _BLOCKS and tag not in _NO_END:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
