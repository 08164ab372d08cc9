"""The command line, for people and for evaluation. Each command is one call into a room of the house.

Exit status: 0 done; 1 something was refused or left out, and standard error says what; 2 wrong use.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from models.configuration import ConfigurationError
from models.database import DatabaseError, database, transaction
from models.embedded import EmbeddedError
from models.municipality import load_municipality
from models.settings import settings
from models.words import Role

app = typer.Typer(
    help="Luisterpost: hoort wat inwoners hun gemeente vertellen, en brengt het bij wie er iets aan kan doen.", no_args_is_help=True
)
rules_app = typer.Typer(help="De regels: nakijken en uitleggen.", no_args_is_help=True)
source_app = typer.Typer(help="De bronnen: lezen, en opnieuw proberen wat niet gelezen kon worden.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.add_typer(source_app, name="source")


class Format(StrEnum):
    HTML = "html"
    TEXT = "text"
    JSON = "json"


def complain(line: str) -> None:
    typer.echo(line, err=True)


@contextmanager
def refusals(*kinds: type[Exception]) -> Iterator[None]:
    """Turn a refusal into one message on standard error and exit status 1."""
    try:
        yield
    except (ConfigurationError, DatabaseError, EmbeddedError, *kinds) as refused:
        complain(str(refused))
        raise typer.Exit(1) from refused


@app.command()
def run(until_ready: Annotated[bool, typer.Option(help="stop zodra de eerste dagberichten er zijn")] = False) -> None:
    """Start alles op deze machine, tot Ctrl-C."""
    from launcher.run import LaunchError
    from launcher.run import run as run_everything

    with refusals(LaunchError):
        try:
            run_everything(typer.echo, until_ready)
        except KeyboardInterrupt:
            typer.echo("Gestopt.")


@app.command()
def prepare() -> None:
    """Maak alles klaar voor de diensten: schema, configuratie, taalmodel, en Airflows eigen tabellen."""
    from launcher.prepare import prepare as prepare_everything

    with refusals():
        prepare_everything(settings())


@app.command()
def web() -> None:
    """Start alleen de webapplicatie; de database draait al."""
    import uvicorn

    uvicorn.run(
        "dashboards.app:create_app", factory=True, host=settings().web_host, port=settings().web_port, access_log=False, server_header=False
    )


@app.command()
def replay() -> None:
    """Speel de feeds en Mastodonberichten van de voorbeeldgemeente na, op deze machine."""
    import uvicorn

    from launcher.replay import create_replay
    from launcher.run import example

    uvicorn.run(create_replay(example(settings())), host="127.0.0.1", port=settings().replay_port, access_log=False)


@app.command("sign-in")
def sign_in(
    name: Annotated[str, typer.Argument(help="naam van het account")],
    role: Annotated[Role, typer.Option(help="wat deze persoon mag")] = Role.NEWSROOM,
    department: Annotated[str | None, typer.Option(help="de eigen afdeling, bij de rol department")] = None,
) -> None:
    """Maak een account en druk een aanmeldlink af, goed voor één keer."""
    from dashboards.accounts import sign_in_link

    with refusals(), database(), transaction() as session:
        path = sign_in_link(session, name, role, department, datetime.now(UTC))
    typer.echo(f"{settings().public_url}{path}")


@app.command()
def train() -> None:
    """Maak het taalmodel uit het corpus, als het er nog niet is."""
    from classify.training import ensure_model

    typer.echo(ensure_model())


@app.command()
def evaluate() -> None:
    """Meet hoe goed het taalmodel is, op berichten die het niet kent, en schrijf docs/scores.md."""
    from classify.evaluation import evaluate as measure

    measure(typer.echo)


@app.command()
def classify() -> None:
    """Lees berichten (JSON Lines) van standaardinvoer, schrijf hun duiding naar standaarduitvoer."""
    from classify.lines import classify_lines
    from classify.pipeline import annotator
    from ingest.privacy import mask

    refused: list[int] = []

    def report(number: int, reason: str) -> None:
        refused.append(number)
        complain(f"regel {number}: {reason}")

    with refusals():
        reader = annotator(load_municipality(settings().config))
        lines = (line.decode("utf-8", errors="replace") for line in sys.stdin.buffer)
        for line in classify_lines(lines, lambda text: mask(text).text, reader, report):
            sys.stdout.write(line + "\n")
    if refused:
        raise typer.Exit(1)


@app.command()
def load(
    source: Annotated[str, typer.Argument(help="de bron, zoals in sources.yaml")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
) -> None:
    """Neem een CSV-, XLSX- of JSON Lines-export op."""
    from ingest.files import load_file
    from ingest.sources import SourceError
    from launcher.prepare import bring_in_configuration

    with refusals(SourceError), database():
        bring_in_configuration(settings())
        outcome = load_file(source, file, datetime.now(UTC))
    typer.echo(f"{outcome.added} nieuw, {outcome.changed} gewijzigd, {outcome.unchanged} al bekend, {outcome.rejected} niet gelezen.")
    if outcome.problem:
        complain(f"{outcome.problem} {outcome.mend}")
    if outcome.problem or outcome.rejected:
        raise typer.Exit(1)


@source_app.command("retry")
def source_retry(source: str) -> None:
    """Probeer de rijen die niet gelezen konden worden opnieuw."""
    from ingest.rejected import retry
    from ingest.sources import SourceError

    with refusals(SourceError), database():
        outcome = retry(source, datetime.now(UTC))
    typer.echo(f"{outcome.added} alsnog gelezen, {outcome.rejected} nog niet.")


@app.command()
def digest(
    audience: Annotated[str, typer.Argument(help="een afdeling uit departments.yaml, of newsroom")],
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="welke dag; anders vandaag")] = None,
    shape: Annotated[Format, typer.Option("--format")] = Format.TEXT,
) -> None:
    """Laat het dagbericht van een afdeling of van de redactie zien."""
    from routing.digests import DigestError, render

    wanted: date = day.date() if day else datetime.now(settings().zone).date()
    with refusals(DigestError), database(), transaction() as session:
        typer.echo(render(session, audience, wanted, shape.value))


@rules_app.command("check")
def rules_check() -> None:
    """Kijk de regels na: onbekende namen, regels die nooit aan de beurt komen."""
    from routing.rules import check, load_rules

    with refusals():
        findings = check(load_rules(settings().config, load_municipality(settings().config)))
    for finding in findings:
        complain(finding)
    if findings:
        raise typer.Exit(1)
    typer.echo("De regels kloppen.")


@rules_app.command("explain")
def rules_explain(signal: Annotated[int, typer.Argument(help="nummer van het signaal")]) -> None:
    """Zeg van een signaal welke regel het stuurde, en waarom eerdere regels niet."""
    from routing.explain import UnknownSignal, explain_signal

    with refusals(UnknownSignal), database(), transaction() as session:
        for line in explain_signal(session, signal, datetime.now(UTC)):
            typer.echo(line)


if __name__ == "__main__":
    app()
