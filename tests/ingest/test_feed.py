"""RSS and Atom, whole and broken."""

from datetime import UTC, datetime, timedelta

import pytest

from models import Source
from models.words import RunOutcome
from tests.ingest.conftest import NOW, Answer, Asked, Post, Site

RSS = """<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>Nieuws</title>{items}</channel></rss>"""


def item(number: int = 1, text: str = "de bak is vol", more: str = "", guid: bool = True) -> str:
    name = f"<guid isPermaLink='false'>g{number}</guid>" if guid else ""
    return (
        f"<item><title>Kop {number}</title><link>https://nieuws.example/{number}</link>{name}"
        f"<pubDate>Thu, 19 Nov 2026 0{number}:00:00 +0100</pubDate>"
        f"<author>piet</author><description>{text}</description>{more}</item>"
    )


def rss(*items: str, encoding: str = "utf-8") -> Answer:
    return Answer(RSS.format(items="".join(items), encoding=encoding).encode(encoding), headers={"Content-Type": "application/rss+xml"})


@pytest.fixture
def feed(post: Post, site: Site) -> Post:
    post.source("feed", url=f"{site.url}/feed", allow_private=True)
    return post


def test_entries_become_messages_and_an_edited_one_is_changed(feed: Post, site: Site) -> None:
    site.say["/feed"] = rss(item(1), item(2, "&lt;p&gt;de &lt;b&gt;straat&lt;/b&gt; is vies &amp;amp; glad&lt;/p&gt;"))
    assert feed.hear().added == 2
    assert feed.texts() == ["Kop 1\n\nde bak is vol", "Kop 2\n\nde straat is vies & glad"]
    first = feed.messages()[0]
    assert first.published_at == datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
    assert first.author is not None and len(first.author) == 32 and first.annotation_due
    site.say["/feed"] = rss(
        item(1, "de bak is weer leeg"), item(2, "&lt;p&gt;de &lt;b&gt;straat&lt;/b&gt; is vies &amp;amp; glad&lt;/p&gt;")
    )
    again = feed.hear(now=NOW + timedelta(minutes=10))
    assert (again.added, again.changed, again.unchanged) == (0, 1, 1)
    assert feed.texts()[0] == "Kop 1\n\nde bak is weer leeg"


def test_a_feed_that_did_not_change_is_not_fetched_twice(feed: Post, site: Site) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"v1"' and "if-modified-since" in asked.headers:
            return Answer(status=304)
        found = rss(item())
        return Answer(found.body, headers=found.headers | {"ETag": '"v1"', "Last-Modified": "Thu, 19 Nov 2026 01:00:00 GMT"})

    site.say["/feed"] = answer
    assert feed.hear().added == 1
    again = feed.hear()
    assert (again.outcome, again.added, again.unchanged) == (RunOutcome.DONE, 0, 0)


def test_what_a_feed_drops_stays_here(feed: Post, site: Site) -> None:
    site.say["/feed"] = rss(item(1), item(2))
    feed.hear()
    site.say["/feed"] = rss(item(2), item(3))
    assert feed.hear().added == 1
    assert len(feed.texts()) == 3


def test_without_an_id_the_link_or_else_the_text_tells_entries_apart(feed: Post, site: Site) -> None:
    bare = "<item><description>zonder alles</description></item>"
    site.say["/feed"] = rss(item(1, guid=False), bare)
    assert feed.hear().added == 2
    assert feed.hear(now=NOW + timedelta(hours=1)).unchanged == 2
    assert feed.by_id()["https://nieuws.example/1"].text
    assert next(m for m in feed.messages() if m.text == "zonder alles").published_at == NOW


def test_atom_reads_like_rss(feed: Post, site: Site) -> None:
    site.say["/feed"] = Answer(
        b"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title><entry><id>urn:1</id><title>Plan</title>"
        b"<updated>2026-11-19T08:00:00+01:00</updated>"
        b"<author><name>Anoniem</name></author>"
        b"<content type='html'>&lt;p&gt;eerste&lt;/p&gt;&lt;p&gt;tweede&lt;/p&gt;</content></entry></feed>"
    )
    feed.hear()
    message = feed.messages()[0]
    assert (message.text, message.author, message.published_at) == (
        "Plan\n\neerste\n\ntweede",
        None,
        datetime(2026, 11, 19, 7, 0, tzinfo=UTC),
    )


def test_an_older_encoding_is_read(feed: Post, site: Site) -> None:
    site.say["/feed"] = rss(item(text="café één"), encoding="iso-8859-1")
    feed.hear()
    assert feed.texts() == ["Kop 1\n\ncafé één"]


def test_a_feed_cut_off_gives_what_it_has_and_is_asked_again(feed: Post, site: Site) -> None:
    whole = rss(item(1), item(2))
    site.say["/feed"] = Answer(whole.body[: whole.body.index(b"<item><title>Kop 2") + 30], headers={"ETag": '"v1"'})
    assert feed.hear().added >= 1
    site.say["/feed"] = whole
    feed.hear()
    assert "if-none-match" not in site.asked[-1].headers
    assert "Kop 2\n\nde bak is vol" in feed.texts()


@pytest.mark.parametrize(
    ("answer", "says", "mend"),
    [
        (
            Answer(b"<!doctype html><html><body>Welkom</body></html>", headers={"Content-Type": "text/html"}),
            "een webpagina, geen feed",
            "link naar RSS",
        ),
        (Answer(b"{}"), "geen RSS of Atom", "adres"),
        (Answer(b""), "geen RSS of Atom", "adres"),
        (Answer(status=404), r"bestaat niet meer op dit adres \(404\)", "nieuwe adres"),
        (Answer(status=403), r"weigert de feed \(403\)", "beheerder"),
        (Answer(status=500), r"geeft een fout \(500\)", "vanzelf"),
        (Answer(b"x" * 5_100_000), "groter dan 5 MB", "kleinere"),
        (Answer(b"x" * 1000, cut=10), "brak halverwege af", "vanzelf"),
    ],
)
def test_each_bad_feed_is_one_clear_failed_run(feed: Post, site: Site, answer: Answer, says: str, mend: str) -> None:
    import re

    site.say["/feed"] = answer
    outcome = feed.hear()
    assert outcome.outcome is RunOutcome.FAILED
    assert outcome.problem.startswith("De bron: ") and re.search(says, outcome.problem)
    assert mend in outcome.mend
    assert feed.texts() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused_before_it_is_parsed(feed: Post, site: Site, encoding: str) -> None:
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    site.say["/feed"] = Answer(
        f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY l0 'ha'>{laughs}]><rss><channel>&l9;</channel></rss>".encode(encoding)
    )
    assert "XML-entiteiten" in feed.hear().problem


def test_a_redirect_to_a_private_address_is_refused(feed: Post, site: Site, other_site: Site) -> None:
    site.say["/feed"] = Answer(status=301, headers={"Location": f"{other_site.url}/feed"})
    other_site.say["/feed"] = rss(item())
    assert "eigen netwerk" in feed.hear().problem
    assert other_site.asked == []


def test_a_private_address_needs_permission(post: Post, site: Site) -> None:
    site.say["/feed"] = rss(item())
    post.source("feed", url=f"{site.url}/feed")
    outcome = post.hear()
    assert "eigen netwerk" in outcome.problem and "allow_private" in outcome.mend


def test_a_server_that_asks_for_patience_gets_it(feed: Post, site: Site) -> None:
    from ingest.listen import due_sources

    site.say["/feed"] = Answer(status=429, headers={"Retry-After": "3600"})
    assert "later terug" in feed.hear().problem
    assert feed.session.get_one(Source, "bron").next_read_at == NOW + timedelta(hours=1)
    assert due_sources(NOW + timedelta(minutes=59)) == []
    assert due_sources(NOW + timedelta(minutes=60)) == ["bron"]


def test_a_thousand_entries_come_in_pages_and_the_etag_only_with_the_last(feed: Post, site: Site) -> None:
    entries = "".join(f"<item><guid>{n}</guid><description>bericht {n}</description></item>" for n in range(1200))
    found = rss(entries)
    site.say["/feed"] = Answer(found.body, headers={"ETag": '"v1"'})
    assert feed.hear().added == 1200
    assert feed.session.get_one(Source, "bron").cursor == {"etag": '"v1"'}


def test_entries_without_a_word_stand_aside(feed: Post, site: Site) -> None:
    site.say["/feed"] = rss(item(1), "<item><guid>leeg</guid></item>")
    outcome = feed.hear()
    assert (outcome.outcome, outcome.added, outcome.rejected) == (RunOutcome.PARTLY, 1, 1)
    assert [(row.location, row.reason) for row in feed.aside()] == [("feed, bericht 2", "er staat geen tekst")]
    site.say["/feed"] = rss(item(1))
    feed.hear()
    assert feed.aside() == []
