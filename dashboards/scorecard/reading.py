"""From the text of goals.yaml to goals that can be used."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from dashboards.scorecard.goals import FILE, NPS_SCALE, Asked, AskedIndicator, CountedIndicator, GoalsFile
from models.configuration import ConfigurationError, line_of, parse_yaml

Place = tuple[int | str, ...]
MAX_BYTES = 1_000_000


def load_goals(folder: Path) -> GoalsFile:
    """The goals of a municipality's folder; none where it wrote none. A file that did not change is not read again.

    Raises:
        ConfigurationError: the file cannot be used; every mistake with its line.
    """
    path = folder / FILE
    try:
        return _read_at(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return GoalsFile()


def parse_goals(source: str, path: str) -> GoalsFile:
    """Goals from text; `path` is what messages call it.

    Raises:
        ConfigurationError: see `load_goals`.
    """
    file = parse_yaml(source, GoalsFile, path)
    if wrong := [*_doubled(file), *_unknown(file)]:
        tree = YAML(typ="rt").load(StringIO(source))
        raise ConfigurationError("\n".join(f"{path}, regel {line_of(tree, where)}: {what}" for where, what in wrong))
    return file


@lru_cache(maxsize=4)
def _read_at(path: Path, written_at: int) -> GoalsFile:  # noqa: ARG001 - another moment is another file
    try:
        source = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: kan niet gelezen worden ({error.strerror}). Zet het bestand terug.") from error
    if len(source) > MAX_BYTES:
        raise ConfigurationError(f"{path}: is groter dan {MAX_BYTES // 1_000_000} MB. Schrap wat er niet in hoort.")
    return parse_goals(source.decode("utf-8", errors="replace"), str(path))


def _doubled(file: GoalsFile) -> Iterator[tuple[Place, str]]:
    """Names that are there more than once, but for the first."""
    seen: Counter[str] = Counter()
    for what, name, where in _named(file):
        seen[f"{what} {name}"] += 1
        if seen[f"{what} {name}"] > 1:
            yield where, f"{what} {name} staat er al: geef elk een eigen `id`"


def _named(file: GoalsFile) -> Iterator[tuple[str, str, Place]]:
    for place, goal in enumerate(file.goals):
        yield "doel", goal.id, ("goals", place)
        for number, indicator in enumerate(goal.indicators):
            yield "cijfer", indicator.id, ("goals", place, "indicators", number)
    for place, survey in enumerate(file.surveys):
        yield "vragenlijst", survey.id, ("surveys", place)
        for number, question in enumerate(survey.questions):
            yield f"vraag van {survey.id}", question.id, ("surveys", place, "questions", number)


def _unknown(file: GoalsFile) -> Iterator[tuple[Place, str]]:
    """Figures of surveys that cannot be made."""
    for place, goal in enumerate(file.goals):
        for number, indicator in enumerate(goal.indicators):
            if isinstance(indicator, AskedIndicator) and (what := _lacks(file, indicator)):
                yield ("goals", place, "indicators", number), f"{indicator.id}: {what}"


def _lacks(file: GoalsFile, indicator: AskedIndicator) -> str | None:
    survey = file.survey(indicator.survey)
    if survey is None:
        return f"vragenlijst {indicator.survey} staat niet onder `surveys`: schrijf haar erbij of verbeter de naam"
    question = survey.question(indicator.question)
    if question is None:
        return f"{survey.id} heeft geen vraag {indicator.question}: schrijf haar erbij of verbeter de naam"
    if indicator.figure is Asked.NPS and question.scale != NPS_SCALE:
        return "een Net Promoter Score vraagt een schaal van 0 tot 10: kies een andere vraag of een ander cijfer"
    if indicator.figure is Asked.SATISFIED and question.satisfied_from is None:
        return f"bij vraag {question.id} staat niet vanaf welke score iemand tevreden is: vul `satisfied_from` in"
    return None


def strange_to_matomo(file: GoalsFile, sites: Mapping[int, Collection[str]]) -> list[str]:
    """What the goals ask of Matomo that matomo.yaml does not have; `sites` are the names of each site's goals."""
    wrong = []
    for indicator in file.indicators:
        if not isinstance(indicator, CountedIndicator) or indicator.site is None:
            continue
        about = f"{FILE}: {indicator.id}: site {indicator.site}"
        if indicator.site not in sites:
            wrong.append(f"{about} staat niet in matomo.yaml. Schrijf haar daar op of verbeter het nummer.")
        elif indicator.goal is not None and indicator.goal not in sites[indicator.site]:
            wrong.append(f"{about} heeft in matomo.yaml geen doel {indicator.goal!r}. Verbeter een van beide.")
    return wrong
