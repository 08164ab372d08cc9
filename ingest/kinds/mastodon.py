"""Mastodon: public hashtags and accounts, replies under our own posts, and with a token the posts that mention us, streamed.

Ids grow with time (milliseconds shifted left by 16 bits), so a moment is an id. A post from another server arrives late under an id of
the moment it was written: each reading begins some hours before where the last one ended. Posts of the last days are asked for again by
id, so edits and deletions are followed; our own are looked at each time, and where their number of replies changed these are read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Annotated, Any, Literal

from mastodon import Mastodon as Api
from mastodon.errors import MastodonAPIError, MastodonError, MastodonNetworkError, MastodonNotFoundError, MastodonRatelimitError
from pydantic import Field, model_validator

from ingest.entry import Follows, Reading, Url
from ingest.errors import RequestRefused, SourceError
from ingest.kinds.mastodon_posts import Posts, heard, subscriptions
from ingest.lists.listing import Listed, count_at, entries_at, name_at
from ingest.lists.recheck import once_more, recheck
from ingest.outside.http import unreachable
from ingest.outside.stream import frames
from ingest.page import Item, Page, Rejected
from outside.guard import guarded_session, origin
from outside.secrets import Secret
from outside.waiting import LONGEST, SHORTEST, UNSAID

LIMIT = 40
BATCH = 20
"""As many statuses as the API gives at once by id."""
MAX_PAGES = 250
MAX_BATCHES = 10
MAX_OURS = 2 * BATCH
"""Of so many of our own posts, the newest, the replies are followed."""
RESERVE = 10
"""So many of the requests that the server allows us are left."""
NO_ENDPOINT = "Endpoint not found."
"""How Mastodon.py words a 404 that is no Mastodon answer: the server does not know the question, which says nothing of the post."""
Fetch = Callable[[str], Any]


class Mastodon(Follows):
    """`kind: mastodon`. `base` is the server that is asked; `accounts` are read by name, `mentions` need a `token`."""

    kind: Literal["mastodon"]
    base: Url
    medium: str = "Mastodon"
    hashtags: list[str] = []
    accounts: list[str] = []
    mentions: bool = False
    token: Secret | None = None
    live: bool = True
    """Whether to listen to the stream as well, where there is a token."""
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
            for page in self._replies(api, cursor, reading):
                cursor = page.cursor
                yield page
            yield from self._recheck(api, cursor, reading)
        except MastodonError as error:
            raise self._explain(error, api, reading.now) from error

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each post by its id; one that is gone by now is settled too."""
        api = self._api(reading)
        try:
            posts = self._posts(reading)
            yield from once_more(rejected, cursor, lambda numbers: posts.listed(filter(None, [_one(api, number) for number in numbers])))
        except MastodonError as error:
            raise self._explain(error, api, reading.now) from error

    @property
    def can_be_followed(self) -> bool:
        """Servers stream to those who are known to them, and of timelines only hashtags and mentions."""
        return self.live and self.token is not None and bool(self.hashtags or self.mentions)

    def follow(self, cursor: dict[str, Any], reading: Reading, stopping: Event) -> Iterator[Page]:
        """Hashtags and mentions over one WebSocket: new posts, edits and deletions."""
        assert self.token is not None
        api = self._api(reading)
        try:
            address = self._streaming(api)
        except MastodonError as error:
            raise self._explain(error, api, reading.now) from error
        posts = self._posts(reading)
        token = {"Authorization": f"Bearer {self.token.reveal(self.name)}"}
        private = [origin(str(self.base))] if self.allow_private else []
        wanted = subscriptions(self.hashtags, self.mentions)
        for frame in frames(self.name, address, reading, stopping, token, wanted, private, self.token.place):
            said = heard(frame, self.name)
            if said.gone:
                yield Page(cursor, removed=[said.gone])
            elif said.status:
                listed = posts.listed([said.status])
                yield Page(cursor, listed.items, listed.rejected)

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
            listed = self._posts(reading).listed(entry.get("status") if name == "mentions" else entry for entry in page)
            newest = _later(newest, last)
            cursor = cursor | {"newest": cursor.get("newest", {}) | {name: newest}, "ours": _ours(cursor, listed.items)}
            yield Page(cursor, listed.items, listed.rejected)
            self._leave_some(api)
            before, page = page, api.fetch_previous(page)
            if page and str(page[0].get("id", "")) == str(before[0].get("id", "")):
                return

    def _begin(self, name: str, newest: str | None, now: datetime) -> str:
        if newest is None:
            return str(id_at(now - timedelta(days=self.first_days))) if name != "mentions" else "0"
        if name == "mentions" or not newest.isdigit():
            return newest
        return str(max(int(newest) - (int(self.overlap_hours * 3_600_000) << 16), 0))

    def _replies(self, api: Api, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """What stands below our own posts, where that is more or less than the last time."""
        ours: dict[str, int] = cursor.get("ours", {})
        numbers = list(ours)
        for start in range(0, len(numbers), BATCH):
            self._leave_some(api)
            for number, status in (_by_id(api, numbers[start : start + BATCH]) or {}).items():
                replies = count_at(status, "replies_count")
                if replies == ours.get(number):
                    continue
                self._leave_some(api)
                listed = self._posts(reading).listed(entries_at(api.status_context(number), "descendants"))
                ours = ours | {number: replies}
                cursor = cursor | {"ours": ours | {n: r for n, r in _ours(cursor, listed.items).items() if n not in ours}}
                yield Page(cursor, listed.items, listed.rejected)

    def _recheck(self, api: Api, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        posts = self._posts(reading)

        def look(numbers: Sequence[str]) -> Listed:
            self._leave_some(api)
            found = _by_id(api, numbers)
            return Listed(seen=set(numbers)) if found is None else posts.listed(found.values())

        yield from recheck(self.name, cursor, reading, self.recheck_days, BATCH, MAX_BATCHES, look)

    def _posts(self, reading: Reading) -> Posts:
        return Posts(str(self.base).rstrip("/"), self.medium, reading.own_accounts)

    def _streaming(self, api: Api) -> str:
        """Where the server says that its stream is; else at its own address."""
        base = str(self.base).rstrip("/")
        try:
            said = name_at(api.instance_v2(), "configuration", "urls", "streaming").rstrip("/")
        except MastodonNotFoundError:
            said = ""
        secure = base.startswith("https:")
        if not said.startswith("wss://" if secure else ("ws://", "wss://")):
            said = base.replace("http", "ws", 1)
        return f"{said}/api/v1/streaming"

    def _leave_some(self, api: Api) -> None:
        """Stop before the server has to refuse us: others may use the same account or address.

        Raises:
            SourceError: hardly any requests are left; `until` is when there are more.
        """
        reset = datetime.fromtimestamp(api.ratelimit_reset, UTC) if api.ratelimit_reset else None
        if reset and api.ratelimit_remaining <= RESERVE and reset > datetime.now(UTC):
            raise SourceError(
                f"{self.name}: wij vroegen {origin(str(self.base))[0]} voorlopig genoeg.",
                "Luisterpost wacht tot er weer meer mag, en gaat dan vanzelf verder.",
                min(max(reset, datetime.now(UTC) + SHORTEST), datetime.now(UTC) + LONGEST),
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


def _ours(cursor: Mapping[str, Any], items: Sequence[Item]) -> dict[str, int]:
    """Our own newest posts with the number of replies that were read; a new one has none yet."""
    known: dict[str, int] = cursor.get("ours", {})
    ours = {item.external_id: 0 for item in items if item.by_municipality} | known
    newest = sorted(ours, key=lambda number: (len(number), number))[-MAX_OURS:]
    return {number: ours[number] for number in newest}


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
