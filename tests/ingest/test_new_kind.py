"""The kind of source that docs/sources.md shows as an example does what a kind must."""

import re
import sys
from types import ModuleType
from typing import Any

import pytest

from ingest.entry import Entry
from ingest.rejected import retry
from ingest.run import run
from ingest.setup.asking import questions
from ingest.sources import synchronise_sources
from models.settings import ROOT
from models.words import Channel
from tests.ingest.conftest import NOW, WHY, Answer, Asked, Post, Site

POSTS: list[dict[str, Any]] = [
    {"number": n, "text": f"bericht {n}, bel 06-1234567{n}", "at": f"2026-11-18T14:0{n}:00+01:00", "writer": f"buur{n % 2}"}
    for n in range(1, 6)
]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> type[Entry]:
    """The class in the documentation, as a module of its own."""
    shown = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "sources.md").read_text(encoding="utf-8"), re.DOTALL)
    module = ModuleType("noticeboard")
    monkeypatch.setitem(sys.modules, "noticeboard", module)
    exec(compile(shown[-1], "docs/sources.md", "exec"), module.__dict__)
    found: type[Entry] = module.NoticeBoard
    return found


def entry_of(kind: type[Entry], base: str) -> Entry:
    why = WHY | {"channel": Channel.SOCIAL, "name": "Het prikbord"}
    return kind(id="bord", kind="noticeboard", base=base, token={"env": "BOARD"}, allow_private=True, **why)  # type: ignore[call-arg]


def test_the_example_reads_on_from_where_it_was_and_sets_aside_what_it_cannot_read(
    board: type[Entry], post: Post, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD", "geheim")
    posts = [*POSTS[:3], POSTS[3] | {"at": "ooit"}]

    def after(asked: Asked) -> Answer:
        assert asked.headers["authorization"] == "Bearer geheim"
        return Answer.json([one for one in posts if one["number"] > int(asked.query.split("=")[1])][:2])

    site.say["/posts"] = after
    site.say["/posts/4"] = lambda _: Answer.json(POSTS[3])
    entry = entry_of(board, site.url)
    synchronise_sources(post.session, [entry])
    post.session.commit()
    outcome = run(entry, entry.read, NOW)
    assert (outcome.added, outcome.rejected) == (3, 1)
    assert post.texts()[0] == "bericht 1, bel [telefoon]"
    posts.append(POSTS[4])
    assert run(entry, entry.read, NOW).added == 1
    monkeypatch.setattr("ingest.rejected.find_source", lambda *_: entry)
    assert (retry("bord", NOW).added, post.aside()) == (1, [])


def test_the_example_is_asked_for_as_any_kind(board: type[Entry]) -> None:
    required = {question.field for question in questions(board) if question.required}
    assert {"base", "token"} <= required
