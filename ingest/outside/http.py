"""A source asked over HTTP, and what a person hears where that fails."""

import requests

from ingest.errors import RequestRefused, SourceError
from outside.guard import MAX_REDIRECTS, origin


def get(session: requests.Session, url: str, source: str, headers: dict[str, str] | None = None) -> requests.Response:
    """GET, whatever the status.

    Raises:
        SourceError: no answer, or one that our guard refuses.
    """
    try:
        return session.get(url, headers=headers)
    except SourceError as error:
        raise RequestRefused(f"{source}: {error.message}", error.mend) from error
    except requests.RequestException as error:
        raise unreachable(error, source, url) from error


def unreachable(error: BaseException, source: str, url: str) -> SourceError:
    """What a person hears of a request that failed."""
    host = origin(url)[0] or url
    match error:
        case requests.TooManyRedirects():
            return RequestRefused(
                f"{source}: {host} verwijst vaker dan {MAX_REDIRECTS} keer door.", "Zet het adres waar het eindigt in sources.yaml."
            )
        case requests.exceptions.SSLError():
            return SourceError(f"{source}: het certificaat van {host} klopt niet.", "Vraag de beheerder van die site het te vernieuwen.")
        case requests.exceptions.InvalidSchema() | requests.exceptions.InvalidURL() | requests.exceptions.MissingSchema():
            return RequestRefused(
                f"{source}: {host} verwijst naar een adres dat geen http of https is.", "Verbeter het adres in sources.yaml."
            )
        case requests.Timeout():
            return SourceError(
                f"{source}: {host} antwoordt niet op tijd.", "Luisterpost probeert het vanzelf weer; blijft het zo, vraag de beheerder."
            )
        case requests.exceptions.ChunkedEncodingError() | requests.exceptions.ContentDecodingError():
            return SourceError(f"{source}: het antwoord van {host} brak halverwege af.", "Luisterpost probeert het vanzelf weer.")
        case _:
            return SourceError(f"{source}: {host} is niet bereikbaar.", "Kijk of het adres in sources.yaml klopt en of die site het doet.")
