"""Mastodon: public hashtags and accounts, and with a token the posts that mention us. Edits and deletions are followed.

Ids grow with time (milliseconds shifted left by 16 bits), so a moment is an id. A post from another server arrives late under an id of
the moment it was written: each reading begins some hours before where the last one ended.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from mastodon import Mastodon as Api
from mastodon.errors import MastodonAPIError, MastodonError, MastodonNetworkError, MastodonNotFoundError, MastodonRatelimitError
from pydantic import Field, model_validator

from ingest.entry import Entry, Reading, Url
from ingest.errors import RequestRefused, SourceError
from ingest.http import guarded_session, origin, unreachable
from ingest.markup import text_of
from ingest.page import Item, Page, Rejected
from ingest.secrets import Secret
from ingest.waiting import LONGEST, SHORTEST, UNSAID

LIMIT = 40
BATCH = 20
"""As many statuses as the API gives at once by id."""
MAX_PAGES = 250
MAX_BATCHES = 10
RECHECK_EVERY = timedelta(hours=1)
NO_ENDPOINT = "Endpoint not found."
"""How Mastodon.py words a 404 that is no Mastodon answer: the server does not know the question, which says nothing of the post."""
Fetch = Callable[[str], Any]


class Mastodon(Entry):
    """`kind: mastodon`. `base` is the server that is asked; `accounts` are read by name, `mentions` need a `token`."""

    kind: Literal["mastodon"]
    base: Url
    medium: str = "Mastodon"
    hashtags: list[str] = []
    accounts: list[str] = []
    mentions: bool = False
    token: Secret | None = None
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 60
    """How far back the first reading goes."""
    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 6
    recheck_days: Annotated[int, Field(ge=0, le=90)] = 7
    """How long edits and deletions of a post are looked for; 0: not at all."""

    @model_validator(mode="after")
    def _something_to_read(self) -> "Mastodon":
        if not (self.hashtags or self.accounts or self.mentions):
            raise ValueError("noem hashtags, accounts of mentions: anders valt er niets te lezen")
        if self.mentions and self.token is None:
            raise ValueError("mentions: true vraagt om een token")
        return self

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """New posts of every timeline, oldest first, and then the posts of the last days once more.

        The cursor holds the newest id of each timeline, the numbers of the accounts, and how far the second look has come.
        """
        api = self._api(reading)
        try:
            accounts: dict[str, str] = dict(cursor.get("accounts", {}))
            for name, fetch in self._timelines(api, accounts):
                cursor = cursor | {"accounts": dict(accounts)}
                for page in self._timeline(api, name, fetch, cursor, reading):
                    cursor = page.cursor
                    yield page
            yield from self._recheck(api, cursor, reading)
        except MastodonError as error:
            raise self._explain(error, api, reading.now) from error

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each post by its id; one that is gone by now is settled too."""
        api = self._api(reading)
        try:
            for row in rejected:
                items: list[Item] = []
                still: list[Rejected] = []
                if number := row.item.get("id"):
                    found = _one(api, str(number))
                    items, still = self._sort_out([found] if found else [], reading)
                yield Page(cursor, items, still, settled=[] if still else [row.location])
        except MastodonError as error:
            raise self._explain(error, api, reading.now) from error

    def _api(self, reading: Reading) -> Api:
        base = str(self.base).rstrip("/")
        session = guarded_session(reading.user_agent, [origin(base)] if self.allow_private else [])
        return Api(
            api_base_url=base,
            access_token=self.token.reveal(self.name) if self.token else None,
            ratelimit_method="throw",
            session=session,
            user_agent=reading.user_agent,
            version_check_mode="none",
        )

    def _timelines(self, api: Api, accounts: dict[str, str]) -> Iterator[tuple[str, Fetch]]:
        for tag in self.hashtags:
            yield f"tag:{tag}", lambda after, tag=tag: api.timeline_hashtag(tag.lstrip("#"), min_id=after, limit=LIMIT)  # type: ignore[misc]
        for account in self.accounts:
            number = accounts.setdefault(account, "") or str(api.account_lookup(account.lstrip("@")).id)
            accounts[account] = number
            yield (
                f"account:{account}",
                lambda after, number=number: api.account_statuses(number, min_id=after, limit=LIMIT, exclude_reblogs=True),  # type: ignore[misc]
            )
        if self.mentions:
            yield "mentions", lambda after: api.notifications(min_id=after, limit=LIMIT, types=["mention"])

    def _timeline(self, api: Api, name: str, fetch: Fetch, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Pages by the server's own link to what is newer, until it has no more."""
        newest = cursor.get("newest", {}).get(name)
        page = fetch(self._begin(name, newest, reading.now))
        for _ in range(MAX_PAGES):
            if not page:
                return
            last = str(page[0].get("id", ""))
            items, rejected = self._sort_out([entry.get("status") if name == "mentions" else entry for entry in page], reading)
            newest = _later(newest, last)
            cursor = cursor | {"newest": cursor.get("newest", {}) | {name: newest}}
            yield Page(cursor, items, rejected)
            before, page = page, api.fetch_previous(page)
            if page and str(page[0].get("id", "")) == str(before[0].get("id", "")):
                return

    def _begin(self, name: str, newest: str | None, now: datetime) -> str:
        if newest is None:
            return str(id_at(now - timedelta(days=self.first_days))) if name != "mentions" else "0"
        if name == "mentions" or not newest.isdigit():
            return newest
        return str(max(int(newest) - (int(self.overlap_hours * 3_600_000) << 16), 0))

    def _recheck(self, api: Api, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Asks for posts of the last days by id, some each time and all in turn: what changed comes as items, what is gone as removed."""
        last = cursor.get("rechecked_at")
        if not self.recheck_days or (last and reading.now - datetime.fromisoformat(last) < RECHECK_EVERY):
            return
        stored = list(reading.stored(reading.now - timedelta(days=self.recheck_days)))
        after = str(cursor.get("rechecked", ""))
        turn = [number for number in stored if number > after][: BATCH * MAX_BATCHES] or stored[: BATCH * MAX_BATCHES]
        for start in range(0, len(turn), BATCH):
            batch = turn[start : start + BATCH]
            found = _by_id(api, batch)
            if found is None:
                break
            gone = [number for number in batch if number not in found]
            if len(gone) == len(batch) >= BATCH // 2:
                raise SourceError(
                    f"{self.name}: de server kent geen van {len(batch)} berichten van de laatste dagen meer; er is niets gewist.",
                    "Kijk of `base` in sources.yaml nog de goede server is.",
                )
            items, rejected = self._sort_out(list(found.values()), reading)
            cursor = cursor | {"rechecked": batch[-1]}
            yield Page(cursor, items, rejected, removed=gone)
        yield Page(cursor | {"rechecked_at": reading.now.isoformat()})

    def _sort_out(self, statuses: Sequence[Any], reading: Reading) -> tuple[list[Item], list[Rejected]]:
        items, rejected = [], []
        for status in statuses:
            if not isinstance(status, Mapping) or not status.get("id"):
                rejected.append(Rejected("een bericht zonder nummer", "het bericht heeft geen id", {}))
            elif status.get("reblog") is None:
                item = self._item(status, reading)
                if isinstance(item, Item):
                    items.append(item)
                elif item:
                    rejected.append(Rejected(f"bericht {status['id']}", item, {"id": str(status["id"])}))
        return items, rejected

    def _item(self, status: Mapping[str, Any], reading: Reading) -> Item | str:
        """The message; an empty string for a picture without a word, which is no message; otherwise why it cannot be read."""
        published, account = status.get("created_at"), status.get("account")
        if not isinstance(published, datetime) or not isinstance(account, Mapping) or not isinstance(status.get("content"), str):
            return "het bericht mist zijn inhoud, moment of account"
        acct = str(account.get("acct") or "")
        host = origin(str(self.base))[0]
        full = acct if "@" in acct else f"{acct}@{host}"
        text = _text(status)
        number = str(status["id"])
        return (
            ""
            if not text
            else Item(
                external_id=number,
                text=text,
                published_at=published.astimezone(UTC),
                author=full,
                url=f"{str(self.base).rstrip('/')}/statuses/{number}",
                in_reply_to=str(status["in_reply_to_id"]) if status.get("in_reply_to_id") else None,
                medium=self.medium,
                private=status.get("visibility") in ("private", "direct"),
                by_municipality=bool({full.casefold(), acct.casefold()} & reading.own_accounts),
                reach=1 + _number(status.get("reblogs_count")),
                edited_at=status["edited_at"].astimezone(UTC) if isinstance(status.get("edited_at"), datetime) else None,
            )
        )

    def _explain(self, error: MastodonError, api: Api, now: datetime) -> SourceError:
        """What a person hears. Never the server's own words: they may quote a post."""
        host = origin(str(self.base))[0]
        place = self.token.place if self.token else "een token"
        if isinstance(error, MastodonRatelimitError):
            reset = datetime.fromtimestamp(api.ratelimit_reset, UTC) if api.ratelimit_reset else now + UNSAID
            when = min(max(reset, now + SHORTEST), now + LONGEST)
            return SourceError(
                f"{self.name}: {host} vindt dat we te veel vragen (429).",
                "Luisterpost wacht tot het weer mag, en gaat dan vanzelf verder.",
                when,
            )
        if isinstance(error, MastodonNetworkError):
            cause = error.__context__
            if isinstance(cause, SourceError):
                return RequestRefused(f"{self.name}: {cause.message}", cause.mend)
            return unreachable(cause or error, self.name, str(self.base))
        status = error.args[1] if isinstance(error, MastodonAPIError) and len(error.args) > 1 and isinstance(error.args[1], int) else None
        match status:
            case 401:
                return SourceError(
                    f"{self.name}: {host} kent ons token niet (401).", f"Maak op {host} een nieuw token en zet het in {place}."
                )
            case 403:
                return SourceError(
                    f"{self.name}: {host} staat dit niet toe (403).",
                    "Geef het token de rechten read:statuses en read:notifications, of vraag de beheerder.",
                )
            case 404:
                return SourceError(
                    f"{self.name}: {host} kent deze hashtag, dit account of dit adres niet (404).",
                    "Controleer base, hashtags en accounts in sources.yaml.",
                )
            case 422:
                return SourceError(
                    f"{self.name}: {host} laat deze tijdlijn alleen zien aan wie is aangemeld (422).",
                    "Maak er een account, en noem het token onder `token` in sources.yaml.",
                )
            case int():
                return SourceError(
                    f"{self.name}: {host} geeft een fout ({status}).",
                    f"Luisterpost probeert het vanzelf weer; blijft het zo, vraag de beheerder van {host}.",
                )
            case _:
                return SourceError(
                    f"{self.name}: het antwoord van {host} is niet te lezen.",
                    "Luisterpost probeert het vanzelf weer; kijk anders of `base` een Mastodonserver is.",
                )


def id_at(moment: datetime) -> int:
    """The smallest id that Mastodon gives to a post of this moment."""
    return int(moment.timestamp() * 1000) << 16


def _later(one: str | None, other: str) -> str:
    """The newer of two ids; other software than Mastodon has ids that sort as text of one length."""
    return other if one is None else max(one, other, key=lambda number: (len(number), number))


def _by_id(api: Api, numbers: Sequence[str]) -> dict[str, Any] | None:
    """The statuses that still are, by id; None where the server has no way to ask for them."""
    try:
        return {str(status.get("id")): status for status in api.statuses(list(numbers)) if isinstance(status, Mapping)}
    except MastodonNotFoundError:
        found = {}
        for number in numbers:
            try:
                status = api.status(number)
            except MastodonNotFoundError as error:
                if NO_ENDPOINT in error.args:
                    return None
            else:
                found[number] = status
        return found


def _one(api: Api, number: str) -> Any:
    try:
        return api.status(number)
    except MastodonNotFoundError:
        return None


def _text(status: Mapping[str, Any]) -> str:
    """Content warning and content; where both are empty, what the pictures are said to show."""
    said = "\n\n".join(part for part in (str(status.get("spoiler_text") or "").strip(), text_of(status["content"])) if part)
    shown = [str(media.get("description") or "").strip() for media in status.get("media_attachments") or [] if isinstance(media, Mapping)]
    return said or "\n".join(filter(None, shown))


def _number(value: Any) -> int:
    return min(max(value, 0), 1_000_000_000) if isinstance(value, int) else 0
