"""The words under each item of a digest, for its page: the same links as in the mail."""

from typing import Any

from models.digest import Digest
from routing.digests.content import DigestContent
from routing.readers.sending import links_of


def opinions_on(digest: Digest) -> dict[str, Any]:
    """What the page of a digest shows for them; nothing before it has gone."""
    if digest.gone_at is None or not digest.content:
        return {"stories": (), "links": None}
    content = DigestContent.model_validate(digest.content)
    return {"stories": content.stories, "links": links_of(digest.id, content)}
