"""The municipality's own sign-in (OpenID Connect): code flow with PKCE, state and nonce by Authlib; who it is by our own table."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from authlib.integrations.starlette_client.apps import StarletteOAuth2App
from joserfc.errors import JoseError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from dashboards.people.accounts import WITH_DEPARTMENT
from dashboards.people.sign_in_file import Provider
from models.account import Account, account_of_subject, free_name
from models.configuration import ConfigurationError
from models.language import _
from models.words import Role

SKEW = 120
"""Seconds that the provider's clock and ours may differ."""
PATIENCE = 10
"""Seconds that the provider may take for an answer."""


class ProviderError(Exception):
    """Nobody is signed in; the message says why, for the person who tried."""


@dataclass(frozen=True)
class Person:
    """Whom the provider let in, and what that person may do here."""

    subject: str
    name: str
    role: Role
    department_id: str | None


class OwnSignIn:
    """The way to one provider and back."""

    def __init__(self, provider: Provider) -> None:
        secret = os.environ.get(provider.secret, "")
        if not secret:
            raise ConfigurationError(f"sign_in.yaml: het geheim ontbreekt. Zet het in de omgevingsvariabele {provider.secret}.")
        self.provider = provider
        self._client: StarletteOAuth2App = OAuth().register(
            "own",
            client_id=provider.client,
            client_secret=secret,
            server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": " ".join(provider.scopes), "code_challenge_method": "S256", "timeout": PATIENCE},
        )

    async def away(self, request: Request, back: str) -> Response:
        """Send a visitor to the provider; `back` is the address it sends them back to.

        Raises:
            ProviderError: it does not answer, or is not the provider that was agreed on.
        """
        await self._known()
        answer: Response = await self._client.authorize_redirect(request, back)
        return answer

    async def person(self, request: Request) -> Person:
        """Whom the provider sends back.

        Raises:
            ProviderError: it refused, what it sent is not to be trusted, or this person has no place here.
        """
        await self._known()
        try:
            token = await self._client.authorize_access_token(request, leeway=SKEW)
            claims: dict[str, Any] = dict(token.get("userinfo") or {})
            if claims and found(claims, self.provider.claims.role) is None and "userinfo_endpoint" in self._client.server_metadata:
                more = dict(await self._client.userinfo(token=token))
                if more.get("sub") != claims["sub"]:
                    raise ProviderError(_("De aanmelddienst sprak zichzelf tegen. Probeer het nog eens."))
                claims = more | claims
        except (OAuthError, JoseError) as error:
            raise ProviderError(_("De aanmelddienst heeft u niet aangemeld. Probeer het nog eens, of vraag uw beheerder.")) from error
        except ProviderError:
            raise
        except Exception as error:
            raise _silent(self.provider) from error
        if not claims:
            raise ProviderError(_("De aanmelddienst zei niet wie u bent. Vraag uw beheerder of de scope openid is toegestaan."))
        return person_of(claims, self.provider)

    async def farewell(self, back: str) -> str | None:
        """Where a visitor goes to sign out at the provider too; None where it has no such place, or does not answer."""
        try:
            await self._known()
        except ProviderError:
            return None
        end = self._client.server_metadata.get("end_session_endpoint")
        asked = urlencode({"client_id": self.provider.client, "post_logout_redirect_uri": back})
        return f"{end}{'&' if '?' in end else '?'}{asked}" if end else None

    async def _known(self) -> None:
        try:
            told = await self._client.load_server_metadata()
        except Exception as error:
            raise _silent(self.provider) from error
        if told.get("issuer") != self.provider.issuer:
            self._client.server_metadata.clear()
            raise ProviderError(_("De aanmelddienst noemt zich anders dan is afgesproken. Meld dit uw beheerder: issuer in sign_in.yaml."))


def person_of(claims: Mapping[str, Any], provider: Provider) -> Person:
    """What the claims of somebody make of them here.

    Raises:
        ProviderError: in none of the groups that may come in, or in a role that needs a department which the claims do not name.
    """
    groups = _words(found(claims, provider.claims.role))
    role = next((role for group, role in provider.roles.items() if group in groups), None)
    if role is None and provider.otherwise == "refuse":
        raise ProviderError(_("U bent aangemeld, maar hebt nog geen toegang tot Luisterpost. Vraag uw beheerder om u een groep te geven."))
    role = role or Role.READER
    department = None
    if role in WITH_DEPARTMENT:
        named = _words(found(claims, provider.claims.department))
        department = next((id for name, id in provider.departments.items() if name in named), None)
        if department is None:
            raise ProviderError(_("U bent aangemeld, maar wij weten niet bij welke afdeling u hoort. Vraag uw beheerder."))
    name = " ".join(_words(found(claims, provider.claims.name))[:1]).strip() or str(claims.get("preferred_username") or claims["sub"])
    return Person(f"{provider.issuer}#{claims['sub']}", " ".join(name.split())[:100], role, department)


def account_for(session: Session, person: Person, now: datetime) -> Account:
    """The account of somebody from the provider, with the role that the provider gives now. A local account of the same name is another.

    Raises:
        ProviderError: the account was closed here.
    """
    account = account_of_subject(session, person.subject)
    if account is None:
        account = Account(name=free_name(session, person.name), subject=person.subject, created_at=now)
        session.add(account)
    if account.closed_at is not None:
        raise ProviderError(_("Uw account is gesloten. Vraag uw beheerder."))
    account.role, account.department_id = person.role, person.department_id
    session.flush()
    return account


def found(claims: Mapping[str, Any], path: str) -> Any:
    """What stands under a name in the claims: itself, or level by level (`realm_access.roles`)."""
    if path in claims:
        return claims[path]
    at: Any = claims
    for step in path.split("."):
        at = at.get(step) if isinstance(at, Mapping) else None
    return at


def _words(value: Any) -> list[str]:
    """One word or a list of them."""
    return [value] if isinstance(value, str) else [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _silent(provider: Provider) -> ProviderError:
    return ProviderError(_("De aanmelddienst van %(name)s antwoordt niet. Probeer het over een paar minuten nog eens.", name=provider.name))
