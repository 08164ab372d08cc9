"""The example municipality's last sixty days: messages of our own writing, given a moment relative to today.

Background messages carry no date: they are spread over the days as the channel's office hours and weekends have it. Story lines
carry their own day and time. The same words and the same anchor always give the same schedule.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from classify.examples import Example, Voice, parse, read

DAYS = 60
OFFICE_WEEK = (1.1, 1.05, 1.0, 1.0, 0.9, 0.4, 0.3)
"""Calls from Monday to Sunday: in the weekend only the emergency line answers."""
SOCIAL_WEEK = (0.9, 0.9, 0.9, 0.9, 1.0, 1.35, 1.35)
"""Posts and forms: people have time in the weekend."""
FIRST_NAMES = (
    "wendy henk fatima joost ilse mohamed truus sem anouk kees yara bram noor willem jip esra dirk lotte ahmed marja tim sanne "
    "piotr gerda luuk selma ruud femke ali corrie daan hatice bert iris youssef ria niels zeynep wout tineke jesse samira "
    "ad linda koen aisha peet maud rens elif"
).split()
SURNAMES = "k vdb _rs 72 jansma88 _noord vd_w 1984 smit_ opdehoek _haven vanoost deb_ 030 xx vermeulenn tuinman_ _zuid kvd boer99".split()


@dataclass(frozen=True)
class Scheduled:
    """One message with its moment. `author` is None for callers; `story` names the story line it belongs to, if any."""

    at: datetime
    author: str | None
    example: Example
    story: str | None = None
    answered_at: datetime | None = None

    @property
    def key(self) -> str:
        """A stable identifier, as a source would give it."""
        return sha256(f"{self.at.isoformat()} {self.author} {self.example.text}".encode()).hexdigest()[:16]


def schedule(folder: Path, anchor: datetime, zone: ZoneInfo, later: timedelta = timedelta(0)) -> list[Scheduled]:
    """Every message of the books in `folder`, in order of time, until `later` than `anchor`, which the stories are told around."""
    end = anchor + later
    background = [example for book in sorted(folder.glob("*.txt")) if book.stem != "stories" for example in read(book)]
    lines = (folder / "stories.txt").read_text(encoding="utf-8").splitlines()
    told = (message for message in stories(lines, anchor, zone) if message.at <= end)
    return sorted(
        (_answer(message, end) for message in [*spread(background, end, zone), *told]), key=lambda message: (message.at, message.key)
    )


def spread(examples: Sequence[Example], anchor: datetime, zone: ZoneInfo) -> Iterator[Scheduled]:
    """Give undated messages a day and a time of day."""
    for voice in Voice:
        mine = sorted((e for e in examples if e.voice is voice), key=lambda e: sha256(e.text.encode()).digest())
        days = [(anchor - timedelta(days=back)).astimezone(zone).date() for back in range(DAYS)]
        for example, day in zip(mine, _deal(len(mine), days, OFFICE_WEEK if voice is Voice.CALL else SOCIAL_WEEK), strict=True):
            random = Random(example.text)  # noqa: S311 - a schedule, not a secret
            at = moment(day, _time_of_day(voice, random), anchor, zone)
            yield Scheduled(at, None if voice is Voice.CALL else _handle(random), example)


def stories(lines: Iterable[str], anchor: datetime, zone: ZoneInfo) -> Iterator[Scheduled]:
    """Read the story book: `day | time | author | themes | kind | voice | text`, day 0 being the 24 hours up to `anchor`.

    Days above 0 come after it: what happened once somebody did something.
    """
    story: str | None = None
    for line in lines:
        if line.startswith("# story:"):
            story = line.removeprefix("# story:").strip()
        elif line.strip() and not line.startswith("#"):
            day, clock, author, themes, kind, voice, text = (part.strip() for part in line.split("|", 6))
            wanted = (anchor + timedelta(days=int(day))).astimezone(zone).date()
            example = parse(f"{themes} | {kind} | 0 | . | {voice} | {text}")
            yield Scheduled(moment(wanted, time.fromisoformat(clock), anchor, zone), None if author == "-" else author, example, story)


def moment(day: date, clock: time, anchor: datetime, zone: ZoneInfo) -> datetime:
    """The moment with this time of day in the 24 hours that end on `day` at the anchor's own time of day."""
    end = anchor.astimezone(zone)
    return datetime.combine(day if clock <= end.time() else day - timedelta(days=1), clock, zone)


def _deal(count: int, days: Sequence[date], week: Sequence[float]) -> Iterator[date]:
    """`count` days, each as often as its weekday weighs, neighbours in the hand far apart in time."""
    total = sum(week[day.weekday()] for day in days)
    hand: list[date] = []
    owed = 0.0
    for day in days:
        owed += count * week[day.weekday()] / total
        while len(hand) < round(owed):
            hand.append(day)
    order = sorted(range(len(hand)), key=lambda index: sha256(str(index).encode()).digest())
    return (hand[index] for index in order)


def _time_of_day(voice: Voice, random: Random) -> time:
    hour = random.triangular(8.5, 16.9, 10) if voice is Voice.CALL else random.triangular(6.8, 23.5, 19.5)
    return time(int(hour), int(hour % 1 * 60), random.randrange(60))


def _handle(random: Random) -> str:
    """An invented handle; a few people write often, most once (the 1-9-90 of online communities)."""
    rank = int(len(FIRST_NAMES) * len(SURNAMES) * random.random() ** 1.6)
    return FIRST_NAMES[rank % len(FIRST_NAMES)] + SURNAMES[rank // len(FIRST_NAMES)]


def _answer(message: Scheduled, anchor: datetime) -> Scheduled:
    random = Random(message.key)  # noqa: S311 - a schedule, not a secret
    delay = timedelta(hours=random.lognormvariate(1.6, 1.1))
    answered = random.random() < 0.93 and message.at + delay < anchor
    return Scheduled(message.at, message.author, message.example, message.story, message.at + delay if answered else None)
