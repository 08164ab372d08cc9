"""A post has one name, however it is written; what is no post's own address is no name by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.border.identity import name_of, parent_name

WORDS = "De bak op de Loskade is al weken vol en niemand komt"
DID = "did:plc:abcdefghijklmnop"


@pytest.mark.parametrize(
    "alike",
    [
        [
            "https://x.com/piet/status/1234567890123456789",
            "https://twitter.com/Piet/status/1234567890123456789?s=20",
            "https://mobile.twitter.com/i/web/status/1234567890123456789#m",
            "http://www.twitter.com/i/status/1234567890123456789/photo/1",
        ],
        [
            "https://mastodon.example/@piet/114234567890123456",
            "https://mastodon.example/users/piet/statuses/114234567890123456",
            "https://mastodon.example/ap/users/1122/statuses/114234567890123456",
            "https://mastodon.example/statuses/114234567890123456",
            "https://mastodon.example/web/@piet/114234567890123456",
        ],
        [
            "https://bsky.app/profile/piet.bsky.social/post/3kabcdefghijk",
            f"https://bsky.app/profile/{DID}/post/3kabcdefghijk",
            f"at://{DID}/app.bsky.feed.post/3kabcdefghijk",
        ],
        [
            "https://www.facebook.com/rivierstad/posts/123?comment_id=456",
            "https://m.facebook.com/permalink.php?story_fbid=123&id=9&comment_id=456",
            "https://nl-nl.facebook.com/rivierstad/posts/pfbid0abc?comment_id=Y29tbWVudDoxMjNfNDU2",
            "https://www.facebook.com/rivierstad/posts/123?comment_id=111&reply_comment_id=456",
        ],
        ["https://www.instagram.com/p/Cabc/c/17900000000000001/", "https://instagram.com/rivierstad/p/Cabc/c/17900000000000001"],
        ["https://www.youtube.com/watch?v=abc&lc=UgxAbcdefghijk", "https://youtu.be/abc?lc=UgxAbcdefghijk&t=3"],
        [
            "https://old.reddit.com/r/rivierstad/comments/abc/titel/k1l2m3/",
            "https://www.reddit.com/r/Rivierstad/comments/abc/_/k1l2m3?context=3",
        ],
        ["https://www.threads.net/@piet/post/DAbc-1", "https://www.threads.com/@piet/post/DAbc-1"],
    ],
)
def test_a_post_has_one_name_however_its_address_is_written(alike: list[str]) -> None:
    names = {name_of(None, url, "") for url in alike} | {name_of(url, None, "") for url in alike}
    assert len(names) == 1
    (name,) = names
    assert name is not None and name.sole


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/rivierstad/posts/123",
        "https://www.instagram.com/p/Cabc/",
        "https://www.youtube.com/watch?v=abc",
        "https://www.reddit.com/r/rivierstad/comments/abc/titel/",
        "https://nieuws.rivierstad.example/2026/zakken",
        "https://x.com/piet",
    ],
)
def test_an_address_that_many_may_share_is_a_name_only_with_the_words_below_it(url: str) -> None:
    name = name_of(None, url, WORDS)
    assert name is not None and not name.sole
    assert name_of(None, url, "Een heel ander verhaal over de markt op zaterdag") != name
    assert name_of(None, url, WORDS.upper().replace(" ", "  ")) == name
    assert name_of(None, url, "Schande!") is None


def test_addresses_of_one_page_are_alike_and_of_two_pages_are_not() -> None:
    def named(url: str) -> object:
        return name_of(None, url, WORDS)

    assert named("https://www.a.example/b/?z=1&a=2&utm_source=x") == named("http://a.example/b?a=2&z=1&fbclid=y")
    assert named("https://a.example/b#reactie-1") != named("https://a.example/b#reactie-2")
    assert named("https://a.example/b?id=1") != named("https://a.example/b?id=2")


def test_what_a_source_says_it_is_called_goes_before_its_address() -> None:
    said = name_of("tag:forum.example,2026:7", "https://forum.example/draad/7", WORDS)
    assert said == name_of("tag:forum.example,2026:7", None, "") and said is not None and said.sole
    assert name_of("https://forum.example/bericht/7", None, "") == name_of("http://www.forum.example/bericht/7/", None, "")


def test_what_is_replied_to_has_a_name_where_the_reply_tells_it() -> None:
    reply = name_of(None, "https://x.com/piet/status/200", "")
    assert parent_name(reply, "100") == name_of(None, "https://twitter.com/i/status/100", "")
    assert parent_name(None, f"at://{DID}/app.bsky.feed.post/3kabcdefghijk") == name_of(
        f"at://{DID}/app.bsky.feed.post/3kabcdefghijk", None, ""
    )
    comment = name_of(None, "https://www.facebook.com/r/posts/1?comment_id=9", "")
    assert parent_name(comment, "1_5") == name_of(None, "https://www.facebook.com/r/posts/1?comment_id=5", "")
    assert parent_name(None, "100") is parent_name(reply, "honderd") is parent_name(reply, None) is None


@given(st.text(max_size=60) | st.from_regex(r"https?://[\w.\[\]:@/?&=#%-]{0,60}"), st.text(max_size=40))
def test_whatever_stands_where_an_address_should_be_is_no_trouble(url: str, words: str) -> None:
    assert name_of(None, url, words) == name_of(None, url, words)
    name_of(url, url, words)
    parent_name(name_of(url, None, words), url)
