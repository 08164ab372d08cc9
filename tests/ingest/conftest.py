"""A municipality that listens to whatever a test writes down."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.listen import due_sources, listen
from ingest.run import Outcome
from models import Message, Origin, RejectedRow
from models.settings import settings
from tests.site import Answer as Answer
from tests.site import Asked as Asked
from tests.site import Site as Site
from tests.site import serving as serving

pytest.register_assert_rewrite("tests.ingest.conformance")
NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
ABOUT = {
    "name": "Rivierstad",
    "contact": "webcare@rivierstad.example",
    "webcare": "klantcontact",
    "own_accounts": ["@gemeente@rivierstad.example"],
}
WHY = {"purpose": "weten wat er speelt", "legal_basis": "AVG artikel 6 lid 1 e", "retention_days": 90, "audience": "de redactie"}


@dataclass
class Post:
    """The listening post of a test."""

    folder: Path
    session: Session
    sources: list[dict[str, Any]] = field(default_factory=list)

    def source(self, kind: str, source_id: str = "bron", **more: Any) -> None:
        """Write a source down, instead of one of the same id."""
        entry = {"id": source_id, "name": f"De {source_id}", "kind": kind, "channel": "social"} | WHY | more
        self.sources = [s for s in self.sources if s["id"] != source_id] + [entry]
        with (self.folder / "sources.yaml").open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump({"sources": self.sources}, file)
        due_sources(NOW)

    def drop(self, name: str, content: bytes | str, mtime: int = 1_700_000_000) -> Path:
        """Put a file in the data folder."""
        import os

        path = settings().data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (mtime, mtime))
        return path

    def hear(self, source_id: str = "bron", now: datetime = NOW) -> Outcome:
        outcome = listen(source_id, now)
        self.session.rollback()
        return outcome

    def messages(self) -> list[Message]:
        """In order of publication."""
        self.session.expire_all()
        return list(self.session.scalars(select(Message).order_by(Message.published_at, Message.id)))

    def texts(self) -> list[str]:
        return [message.text for message in self.messages()]

    def by_id(self) -> dict[str, Message]:
        self.session.expire_all()
        rows = self.session.execute(select(Origin.external_id, Message).join(Message, Message.id == Origin.message_id))
        return {row[0]: row[1] for row in rows}

    def aside(self) -> list[RejectedRow]:
        self.session.expire_all()
        return list(self.session.scalars(select(RejectedRow).order_by(RejectedRow.id)))


@pytest.fixture
def post(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    folder = tmp_path / "config"
    folder.mkdir()
    with (folder / "municipality.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(ABOUT, file)
    (folder / "sources.yaml").write_text("sources: []\n")
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(folder))
    settings.cache_clear()
    return Post(folder, session)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def other_site() -> Iterator[Site]:
    with serving() as running:
        yield running
