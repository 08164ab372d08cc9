"""A new model from the corpus and what people corrected, taken into use only where it is really better.

The file comes first, the row that speaks of it second, in one transaction with its promotion: killed anywhere, a next run finds the
file or makes it again, the same bytes, and goes on.
"""

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from classify import training
from classify.account import CARD, write_account
from classify.card import said_theme, unseen_messages
from classify.champion import ROBOT, code_fingerprint, model_file, model_of, name_in_use, promote
from classify.comparison import Comparison, Judged, Read, compare, decide
from classify.corrections import Taught, taught
from classify.encoder import installed_encoder
from classify.evaluation import main_theme
from classify.examples import Example
from classify.lexicon import read_danger, read_lexicon
from classify.model import Model, ModelError, read, write
from classify.pipeline import annotator_of
from models.database import engine, transaction
from models.model_version import ModelVersion, model_versions
from models.municipality import Municipality, load_municipality
from models.settings import settings

log = logging.getLogger(__name__)
LOCK = 0x6C65726E
"""Key of the advisory lock: one training at a time in a database. It goes with its connection, so a crash leaves nothing behind."""
KEPT = 3
"""Promoted models whose files stay, to go back to."""
ABANDONED = 86_400
"""Seconds after which a half-made model is nobody's."""
URGENT = 0.5


@dataclass(frozen=True)
class Lesson:
    """What a model is made from and judged on."""

    corpus: Sequence[Example]
    test: Sequence[Example]
    taught: Sequence[Taught]

    @property
    def learned_from(self) -> list[Taught]:
        return [one for one in self.taught if not one.held_back]

    @property
    def name(self) -> str:
        """Of the model that this makes: a hash of code, corpus and corrections."""
        digest = hashlib.sha256(f"{training.fingerprint()}\0".encode())
        for example in (*self.corpus, *(one.example for one in self.learned_from)):
            digest.update(f"{example}\0".encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Retrained:
    """How a training ended. `name` is empty where none was made."""

    name: str
    promoted: bool
    verdict: str


def retrain(now: datetime) -> Retrained:
    """Train a challenger, compare it with the model in use, and promote it if it is really better.

    Raises:
        ConfigurationError: the municipality's files cannot be used.
    """
    with _alone() as alone:
        if not alone:
            return Retrained("", False, "Een andere machine is al aan het leren. Er is niets gedaan.")
        with transaction() as session:
            lesson = Lesson(training.read_corpus(), unseen_messages(), taught(session))
        municipality = load_municipality(settings().config)
        outcome = learn(lesson, municipality, now)
        file = model_file(outcome.name)
        if file.exists() and not (file.parent / CARD).exists():
            write_account(read(file), len(lesson.learned_from), municipality, file.parent, now)
        return outcome


def learn(lesson: Lesson, municipality: Municipality, now: datetime) -> Retrained:
    """Like `retrain`, from a given lesson; one at a time."""
    _tidy(now)
    if not lesson.learned_from:
        return Retrained("", False, "Er is nog niets beoordeeld om van te leren.")
    name = lesson.name
    with transaction() as session:
        known = session.get(ModelVersion, name)
        if known is not None:
            return Retrained(name, False, f"Sinds model {name} is er niets nieuws om van te leren.")
    champion, challenger = model_of(name_in_use()), _challenger(name, lesson)
    comparison = _compare(lesson, champion, challenger, municipality)
    decision = decide(comparison)
    with transaction() as session:
        session.add(
            ModelVersion(
                name=name,
                code=code_fingerprint(),
                trained_at=now,
                examples=len(lesson.corpus),
                corrections=len(lesson.learned_from),
                scores={"champion": champion.name, **asdict(comparison)},
                verdict=decision.why,
            )
        )
        session.flush()
        if decision.promote:
            promote(session, name, ROBOT, now)
    log.info("model trained", extra={"model": name, "promoted": decision.promote, "corrections": len(lesson.learned_from)})
    with transaction() as session:
        _forget_files(session)
    return Retrained(name, decision.promote, decision.why)


def _challenger(name: str, lesson: Lesson) -> Model:
    try:
        return read(model_file(name))
    except ModelError:
        shutil.rmtree(model_file(name).parent, ignore_errors=True)
    examples = [*lesson.corpus, *(one.example for one in lesson.learned_from)]
    model = training.train(examples, name, read_lexicon(), read_danger(), installed_encoder())
    folder = settings().data / "model"
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        write(model, made / training.FILE)
        made.rename(folder / name)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return model


def _compare(lesson: Lesson, champion: Model, challenger: Model, municipality: Municipality) -> Comparison:
    held_back = [one for one in lesson.taught if one.held_back]
    messages = [*((one.story, one.example) for one in held_back), *((str(i), example) for i, example in enumerate(lesson.test))]
    texts = [example.text for _, example in messages]
    before, after = _readings(champion, municipality, texts), _readings(challenger, municipality, texts)
    judged = [
        Judged(story, main_theme(example), example.urgent, was, now)
        for (story, example), was, now in zip(messages, before, after, strict=True)
    ]
    return compare(judged[: len(held_back)], judged[len(held_back) :])


def _readings(model: Model, municipality: Municipality, texts: Sequence[str]) -> list[Read]:
    return [Read(said_theme(annotated), annotated.urgency >= URGENT) for annotated in annotator_of(model, municipality).annotate(texts)]


@contextmanager
def _alone() -> Iterator[bool]:
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})


def _tidy(now: datetime) -> None:
    """Take away what a killed training left half made."""
    for folder in (settings().data / "model").glob(".making-*"):
        if now.timestamp() - folder.stat().st_mtime > ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def _forget_files(session: Session) -> None:
    """Remove the files of models that nobody will go back to: all but the newest, and the last few that were promoted."""
    versions = model_versions(session, 1_000)
    promoted = sorted((v for v in versions if v.promoted_at is not None), key=lambda v: (v.in_use, v.promoted_at), reverse=True)
    kept = {version.name for version in (*versions[:1], *promoted[:KEPT])}
    for version in versions:
        if version.name not in kept:
            shutil.rmtree(model_file(version.name).parent, ignore_errors=True)
