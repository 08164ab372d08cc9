"""What the commands of `luisterpost source` do: add a source, try it, read it, and tell how all are doing."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, get_args

import typer

from dashboards.words import notation
from ingest.entry import Entry, Receives
from ingest.errors import SourceError
from ingest.listen import listen
from ingest.rejected import retry
from ingest.setup.asking import AnswerRefused, Question, misfits, questions, read_answer
from ingest.setup.condition import Condition, conditions
from ingest.setup.preview import Shown, look
from ingest.setup.writing import add_source
from ingest.sources import SourceEntry, explain, find_source, kinds, load_sources, synchronise_sources
from launcher.refusals import complain, refusals
from models.database import database, transaction
from models.settings import settings

SHOWN = 3
MORE = "Er is nog meer in te stellen; `--alles` vraagt alles. Uitleg staat in docs/sources.md."


def add(kind: str | None, given: list[str], everything: bool) -> None:
    """Ask for a source and write it down."""
    while kind not in kinds():
        if kind is not None:
            complain(f"De soort {kind!r} is er niet.")
        kind = str(typer.prompt(f"Welke soort bron? Kies uit {', '.join(kinds())}"))
    of = next(one for one in SourceEntry if kind in get_args(one.model_fields["kind"].annotation))
    answers = _before(given)
    with refusals():
        taken = {entry.id for entry in load_sources(settings().config)}
        if strange := answers.keys() - of.model_fields.keys():
            complain(f"Een bron van de soort {kind} heeft geen {', '.join(sorted(strange))}.")
            raise typer.Exit(2)
        written = _written(of, kind, answers, taken, everything)
        add_source(settings().config, written)
    typer.echo(f"De bron {written['id']} staat in {settings().config / 'sources.yaml'}.")
    if not everything:
        typer.echo(MORE)
    typer.echo(f"Probeer haar met: luisterpost source check {written['id']}")


def check(source: str) -> None:
    """Show how three messages of a source would be stored."""
    with refusals(SourceError), database():
        _take_over()
        entry = find_source(settings().config, source)
        found = look(entry, SHOWN, datetime.now(UTC))
    for shown in found:
        typer.echo(_told(shown))
    if found:
        typer.echo(f"{entry.name} doet het. Er is niets bewaard.")
    elif isinstance(entry, Receives):
        typer.echo(f"{entry.name} roept ons, op {settings().public_url.rstrip('/')}/in/{entry.id}. Er is nu niets te lezen.")
    else:
        typer.echo(f"{entry.name} antwoordt, en heeft nu geen berichten.")


def read(source: str) -> None:
    """Read a source now."""
    with refusals(SourceError), database():
        _take_over()
        find_source(settings().config, source)
        outcome = listen(source, datetime.now(UTC))
    counts = f"{outcome.added} nieuw, {outcome.changed} gewijzigd, {outcome.removed} weg, {outcome.unchanged} al bekend"
    typer.echo(f"{counts}, {outcome.rejected} niet gelezen.")
    if outcome.problem:
        complain(f"{outcome.problem} {outcome.mend}")
    if outcome.problem or outcome.rejected:
        raise typer.Exit(1)


def status() -> None:
    """Tell how every source is doing; exit status 1 where one needs somebody."""
    now = datetime.now(UTC)
    with refusals(), database(), transaction() as session:
        told = conditions(session, now, settings().zone)
    for condition in told:
        for line in _lines(condition, now):
            typer.echo(line)
    if any(_troubled(condition) for condition in told):
        raise typer.Exit(1)


def try_again(source: str) -> None:
    """Read the rejected rows of a source once more."""
    with refusals(SourceError), database():
        outcome = retry(source, datetime.now(UTC))
    typer.echo(f"{outcome.added} alsnog gelezen, {outcome.rejected} nog niet.")


def _take_over() -> None:
    """What sources.yaml says now."""
    with transaction() as session:
        synchronise_sources(session, load_sources(settings().config))


def _before(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := next((name for name, sign, _ in pairs if not sign), None):
        complain(f"Schrijf een antwoord als veld=waarde; {wrong!r} is dat niet.")
        raise typer.Exit(2)
    return {name: value for name, _, value in pairs}


def _written(of: type[Entry], kind: str, answers: dict[str, str], taken: set[str], everything: bool) -> dict[str, Any]:
    """What is to be written, asked until every field fits; an answer given beforehand that does not fit is asked anew."""
    written: dict[str, Any] = {}
    for question in questions(of):
        answer = answers.get(question.field)
        if answer is None and not everything and not question.matters:
            continue
        while (value := _value(question, answer, partial(_problem, of, kind, written, question, taken))) is _AGAIN:
            answer = None
        if value is not None:
            written[question.field] = value
        if question.field == "name":
            written["kind"] = kind
    return written


_AGAIN = object()


def _value(question: Question, answer: str | None, problem: Callable[[Any], str | None]) -> Any:
    """The answer as it is written; None where the default stays."""
    if answer is None:
        answer = _ask(question)
    if not answer.strip() and not question.required:
        return None
    try:
        value = read_answer(question, answer)
    except AnswerRefused as refused:
        complain(str(refused))
        return _AGAIN
    if wrong := problem(value):
        complain(wrong)
        return _AGAIN
    return value


def _ask(question: Question) -> str:
    hint = f" ({', '.join(question.choices)})" if question.choices else " (met komma's ertussen)" if question.many else ""
    stays = "" if question.required else f" [{_default(question.default)}]"
    return str(typer.prompt(f"{question.says}{hint}{stays}", default="" if not question.required else None, show_default=False))


def _default(value: Any) -> str:
    match value:
        case None | "" | [] | ():
            return "leeg"
        case bool():
            return "ja" if value else "nee"
        case list() | tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _problem(of: type[Entry], kind: str, written: dict[str, Any], question: Question, taken: set[str], value: Any) -> str | None:
    if question.field == "id" and value in taken:
        return f"De bron {value} staat al in sources.yaml. Kies een andere naam."
    wrong = misfits(of, written | {"kind": kind, question.field: value}).get(question.field)
    return f"{question.field}: {explain(wrong)}" if wrong else None


def _told(shown: Shown) -> str:
    when = notation.moment(shown.published_at, settings().zone)
    marks = ["privé"] * shown.private + ["van de gemeente zelf"] * shown.by_municipality + ["beantwoord"] * (shown.answered_at is not None)
    head = " · ".join([shown.external_id, when, shown.medium or "-", f"schrijver {shown.author or '-'}", *marks])
    return f"{head}\n    " + shown.text.replace("\n", "\n    ")


def _troubled(condition: Condition) -> bool:
    return bool((condition.last and condition.last.problem) or condition.exports or condition.silent_days or condition.out_of_order_since)


def _lines(condition: Condition, now: datetime) -> list[str]:
    source, last, zone = condition.source, condition.last, settings().zone
    read = f"{notation.word(last.outcome)}, {notation.ago(last.ended_at, now)}" if last else "nog niet gelezen"
    lines = [f"{source.id}  {source.name}: {read}; {condition.in_week} in een week, gewoonlijk {notation.usual(condition.usual)} per dag"]
    lines += [f"{name} wacht tot iemand op de pagina Bronnen bevestigt welke kolom wat bevat." for name in condition.exports]
    if last and last.problem and not condition.exports:
        lines.append(f"{last.problem} {last.mend}")
    if condition.out_of_order_since:
        lines.append(f"Buiten werking sinds {notation.moment(condition.out_of_order_since, zone)}, na {source.failures} mislukte lezingen.")
    if condition.waits_until:
        lines.append(f"Wacht tot {notation.moment(condition.waits_until, zone)}.")
    if condition.silent_days:
        lines.append(f"Hoort al {condition.silent_days} dagen niets, gewoonlijk {notation.usual(condition.usual)} per dag.")
    if condition.rejected:
        lines.append(
            f"{notation.plural(condition.rejected, 'rij', 'rijen')} niet gelezen; probeer ze met: luisterpost source retry {source.id}"
        )
    return [lines[0], *(f"    {line}" for line in lines[1:])]
