"""A token for ourselves (OAuth 2.0, client credentials): asked for at each reading, in memory while it lasts, and nowhere else."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import StringConstraints

from ingest.entry import Reading, Url
from ingest.errors import SourceError
from ingest.lists.listing import name_at
from ingest.outside.api import Api
from models.configuration import Written
from outside.secrets import Secret


class OAuth(Written):
    """Where a token is had for `client`: Microsoft 365, for one."""

    url: Url
    client: Annotated[str, StringConstraints(min_length=1)]
    scope: str = "https://outlook.office365.com/.default"

    def token(self, source: str, secret: Secret, reading: Reading, allow_private: bool) -> str:
        """What `url` grants to `client` on its `secret`.

        Raises:
            SourceError: nothing, or no answer.
        """
        parts = urlsplit(str(self.url))
        form = {"grant_type": "client_credentials", "client_id": self.client, "client_secret": secret.reveal(source), "scope": self.scope}
        with Api(source, f"{parts.scheme}://{parts.netloc}", reading, token_place=secret.place, allow_private=allow_private) as api:
            token = name_at(api.post(parts.path, form=form).body, "access_token")
        if not token:
            raise SourceError(f"{source}: {parts.hostname} geeft geen token.", f"Controleer `oauth` in sources.yaml en {secret.place}.")
        return token
