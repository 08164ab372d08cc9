"""A process that learns: `python -m tests.faults.learner`."""

from datetime import datetime

from classify.retrain import Lesson
from classify.retrain import learn as learn_from
from models.municipality import Municipality, load_municipality
from models.settings import ROOT
from tests.classify.learning import lamps, lesson, small_champion, small_model
from tests.faults.orders import serve


def beginning(_: datetime) -> None:
    """The folder of models as learning finds it, with the present champion in it."""
    small_champion()


def learning(taught: Lesson, town: Municipality) -> None:
    def learn(now: datetime) -> None:
        learn_from(taught, town, now)

    serve({"beginning": beginning, "learn": learn})


if __name__ == "__main__":
    small_model()
    learning(lesson(lamps(140)), load_municipality(ROOT / "config" / "rivierstad"))
