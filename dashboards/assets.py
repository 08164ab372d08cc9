"""The files a page is made of: our own, and those chosen from npm. Nothing else of node_modules can be fetched.

Each is read once, compressed once, and named with its hash, so that browsers keep it for good.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from dashboards.errors import AssetError
from models.settings import ROOT

OURS = Path(__file__).parent / "static"
NPM = ROOT / "node_modules"
COMPONENTS = (
    "skip-link",
    "link",
    "button",
    "button-link",
    "heading-1",
    "heading-2",
    "heading-3",
    "paragraph",
    "form-label",
    "textbox",
    "textarea",
    "select",
    "table",
    "alert",
)
"""The Utrecht components that the pages use."""

FILES: Mapping[str, tuple[str, tuple[Path, ...]]] = {
    "tokens.css": ("text/css", (NPM / "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css",)),
    "components.css": ("text/css", tuple(NPM / f"@utrecht/{name}-css/dist/index.min.css" for name in COMPONENTS)),
    "luisterpost.css": (
        "text/css",
        tuple(
            OURS / f"{name}.css"
            for name in ("tokens", "page", "parts", "stand_up", "readers", "tickets", "meetlat", "map", "conversation", "print")
        ),
    ),
    "luisterpost.js": ("text/javascript", (OURS / "luisterpost.js",)),
    "tickets.js": ("text/javascript", (OURS / "tickets.js",)),
    "charts.js": ("text/javascript", (OURS / "charts.js",)),
    "luisterpost.svg": ("image/svg+xml", (OURS / "luisterpost.svg",)),
    "htmx.js": ("text/javascript", (NPM / "htmx.org/dist/htmx.min.js",)),
    "vega.js": ("text/javascript", (NPM / "vega/build/vega.min.js",)),
    "vega-lite.js": ("text/javascript", (NPM / "vega-lite/build/vega-lite.min.js",)),
    "vega-embed.js": ("text/javascript", (NPM / "vega-embed/build/vega-embed.min.js",)),
}


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    media_type: str
    plain: bytes
    compressed: bytes
    hash: str


class Assets:
    """All files the pages may ask for.

    Raises:
        AssetError: a file is missing, mostly because `npm ci` has not run.
    """

    def __init__(self, files: Mapping[str, tuple[str, tuple[Path, ...]]] = FILES) -> None:
        self._assets = {name: _read(media_type, paths) for name, (media_type, paths) in files.items()}

    def url(self, name: str) -> str:
        """The address of a file; it changes when the file does."""
        return f"/static/{name}?v={self._assets[name].hash}"

    def serve(self, name: str, request: Request) -> Response | None:
        """The file, compressed where the browser takes that; None where there is no such file."""
        asset = self._assets.get(name)
        if asset is None:
            return None
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.compressed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"})
        return Response(asset.plain, media_type=asset.media_type, headers=headers)


@cache
def _read(media_type: str, paths: tuple[Path, ...]) -> Asset:
    try:
        content = b"\n".join(path.read_bytes() for path in paths)
    except OSError as error:
        raise AssetError(f"{error.filename} ontbreekt. Haal de onderdelen van de pagina's op met `make install` (of `npm ci`).") from error
    return Asset(media_type, content, gzip.compress(content, 9, mtime=0), sha256(content).hexdigest()[:12])
