"""What a person is asked for a new source, whatever its kind: its fields tell, so a new kind needs nothing here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ingest.entry import Entry
from outside.secrets import Secret

SAYS: Mapping[str, str] = {
    "id": "Korte naam, alleen kleine letters, cijfers en streepjes",
    "name": "Naam zoals mensen haar zien",
    "channel": "Waarlangs komen deze berichten binnen",
    "medium": "Hoe mensen het kanaal noemen (telefoon, webformulier), als de bron dat zelf niet zegt",
    "purpose": "Doel: waarvoor luistert u hier",
    "legal_basis": "Grondslag",
    "retention_days": "Hoeveel dagen blijven de berichten bewaard",
    "audience": "Wie lezen deze berichten",
    "active": "Meteen aan",
    "every_minutes": "Om de hoeveel minuten lezen",
    "allow_private": "Staat de server in uw eigen netwerk",
    "url": "Adres",
    "base": "Adres van de server",
    "host": "Server",
    "port": "Poort",
    "username": "Gebruikersnaam",
    "path": "Welke bestanden, vanaf de datamap (inbox/webcare/*.csv)",
    "hashtags": "Hashtags",
    "accounts": "Accounts",
    "mentions": "Ook wie de gemeente noemt",
    "queries": "Zoekvragen",
    "first_days": "Hoeveel dagen terug bij de eerste keer lezen",
    "recheck_days": "Hoeveel dagen terug kijken naar wijzigingen en verwijderingen",
    "overlap_hours": "Hoeveel uur elke lezing voor de vorige begint",
    "overlap_minutes": "Hoeveel minuten elke lezing voor de vorige begint",
    "post_days": "Hoeveel dagen terug kijken naar reacties onder onze berichten",
    "sweep_hours": "Om de hoeveel uur alles nalopen",
    "account": "Het account van de gemeente",
    "search": "Waarop zoeken",
    "live": "Ook meteen horen wat er geplaatst wordt",
    "messages": "Ook privéberichten",
    "private": "Zijn deze berichten privé",
    "title": "Titels ook lezen",
    "columns": "Welke kolom wat bevat; zonder dit vraagt de pagina Bronnen het",
    "encoding": "Codering, als Luisterpost haar niet herkent",
    "sheet": "Werkblad, anders het eerste",
    "fetch": "Waar de bestanden gehaald worden; zonder dit zet een ander ze in de map",
    "subreddits": "Subreddits",
    "processes": "Welke processen",
    "folders": "Welke mappen",
    "sent": "De map met verzonden antwoorden",
    "own": "Adressen, en domeinen met @ ervoor, van de gemeente zelf",
    "own_authors": "Auteurs die de gemeente zelf zijn",
    "inboxes": "Welke postvakken, met hun nummer; leeg is allemaal",
    "without": "Welke kanalen niet",
    "locale": "Taal",
    "token": "Token of wachtwoord",
    "password": "Wachtwoord",
    "key": "Sleutel",
    "client": "Naam van de toepassing (client id)",
    "secret": "Geheim van de toepassing (client secret)",
    "app_secret": "Geheim van de app (app secret)",
    "verify": "Woord waarmee de server zich meldt (verify token)",
    "webhook": "Geheim van de webhook",
    "page": "Pagina waar het account bij hoort",
    "oauth": "Waar een token gehaald wordt",
    "authority": "Bestand met het certificaat van uw eigen server",
    "starttls": "Begint de verbinding zonder TLS (STARTTLS)",
    "stream": "Adres van de stroom",
    "sign_in": "Adres waar een token gehaald wordt",
}
"""How a field is asked for, where its own description is not written for who is asked."""
SECRET = "waar het geheim staat: env:NAAM van een omgevingsvariabele, of file:/pad/naar/bestand"  # noqa: S105 - a question


class AnswerRefused(ValueError):
    """An answer does not fit; the message says what was expected."""


@dataclass(frozen=True)
class Question:
    """One field. `choices` are the words it takes, if it takes only some; `default` is what it is without an answer."""

    field: str
    says: str
    required: bool
    default: Any = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    many: bool = False
    """Takes several, with commas between them."""
    text: bool = True
    """Taken as it is typed; anything else is read as YAML."""

    @property
    def matters(self) -> bool:
        """Whether a source says little without it: what has a good default, or is a whole of its own, is not asked unless one wants to."""
        return self.required or (self.default in (None, "", [], ()) and (self.text or self.secret or self.many))


def questions(kind: type[Entry]) -> list[Question]:
    """What to ask for a source of this kind, what is required first, in the order in which its fields are written down."""
    asked = [_question(name, field) for name, field in kind.model_fields.items() if name != "kind"]
    return sorted(asked, key=lambda question: not question.required)


def read_answer(question: Question, answer: str) -> Any:
    """The value as it is written in YAML.

    Raises:
        AnswerRefused: it cannot be read as what is asked.
    """
    answer = answer.strip()
    if question.choices and answer not in question.choices:
        raise AnswerRefused(f"Kies uit {', '.join(question.choices)}.")
    if question.secret:
        where, colon, name = answer.partition(":")
        if where not in ("env", "file") or not colon or not name.strip():
            raise AnswerRefused("Schrijf het geheim zelf niet hier. Noem de plek: env:NAAM of file:/pad.")
        return {where: name.strip()}
    if question.many and not answer.startswith("["):
        return [part.strip() for part in answer.split(",") if part.strip()]
    if question.text:
        return answer
    try:
        return {"ja": True, "nee": False}.get(answer.lower(), YAML(typ="safe").load(answer))
    except YAMLError as error:
        raise AnswerRefused("Dit is geen geldige waarde. Kijk naar aanhalingstekens en haakjes.") from error


def misfits(kind: type[Entry], written: Mapping[str, Any]) -> dict[str, Any]:
    """What is wrong with these fields, by field; empty where nothing is. The values are pydantic's own error."""
    try:
        kind.model_validate(written)
    except ValidationError as error:
        return {str(mistake["loc"][0]) if mistake["loc"] else "": mistake for mistake in error.errors()}
    return {}


def _question(name: str, field: FieldInfo) -> Question:
    types = _types(field.annotation)
    secret = Secret in types
    many = any(getattr(one, "__origin__", one) in (list, tuple, frozenset, set) for one in types)
    says = SAYS.get(name) or field.description or name.replace("_", " ")
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    return Question(
        field=name,
        says=f"{says}: {SECRET}" if secret else says,
        required=field.is_required(),
        default=default.model_dump(exclude_none=True) if isinstance(default, BaseModel) else default,
        choices=tuple(choice for one in types for choice in _choices(one)),
        secret=secret,
        many=many,
        text=not any(one in (int, float, bool) or (isinstance(one, type) and issubclass(one, BaseModel)) for one in types),
    )


def _types(annotation: Any) -> list[Any]:
    """The types that a field takes, without None and without the conditions on them."""
    if hasattr(annotation, "__metadata__"):
        return _types(annotation.__origin__)
    if type(annotation).__name__ in ("UnionType", "_UnionGenericAlias", "Union"):
        return [found for part in get_args(annotation) for found in _types(part)]
    return [] if annotation is type(None) else [annotation]


def _choices(of: Any) -> tuple[str, ...]:
    if isinstance(of, type) and issubclass(of, StrEnum):
        return tuple(of)
    return (
        tuple(map(str, get_args(of))) if getattr(of, "__origin__", None) is not None and type(of).__name__ == "_LiteralGenericAlias" else ()
    )
