"""The command line, for people and for evaluation. Each command is one call into a room of the house.

Exit status: 0 done; 1 something was refused or left out, and standard error says what; 2 wrong use.
"""

import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from launcher.account_app import account_app
from launcher.refusals import complain, refusals
from launcher.rules_app import rules_app
from launcher.scorecard_app import scorecard_app
from launcher.source_app import source_app
from models.database import database, transaction
from models.municipality import load_municipality
from models.settings import ROOT, settings
from models.words import DigestKind, Role

app = typer.Typer(
    help="Luisterpost: hoort wat inwoners hun gemeente vertellen, en brengt het bij wie er iets aan kan doen.", no_args_is_help=True
)
model_app = typer.Typer(help="Het taalmodel: welke er zijn, een nieuw maken, in gebruik nemen en teruggaan.", no_args_is_help=True)
places_app = typer.Typer(help="De plekken: wijken, buurten en straten van de gemeente.", no_args_is_help=True)
tickets_app = typer.Typer(help="De tickets: hun geschiedenis nakijken.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
app.add_typer(account_app, name="account")
app.add_typer(tickets_app, name="tickets")
app.add_typer(places_app, name="places")
app.add_typer(model_app, name="model")
key_app = typer.Typer(help="De sleutel van de pseudoniemen: vernieuwen, en oude vergeten.", no_args_is_help=True)
app.add_typer(source_app, name="source")
app.add_typer(scorecard_app, name="scorecard")
app.add_typer(key_app, name="key")


class Format(StrEnum):
    HTML = "html"
    TEXT = "text"
    JSON = "json"


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


STOPS_WITHIN = 3
"""Seconds that the web application waits, when it is stopped, for inboxes that are open: they would listen for minutes."""


@app.command()
def web() -> None:
    """Start alleen de webapplicatie; de database draait al."""
    import uvicorn

    uvicorn.run(
        "dashboards.app:create_app",
        factory=True,
        host=settings().web_host,
        port=settings().web_port,
        workers=settings().web_workers,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOPS_WITHIN,
    )


@app.command()
def follow() -> None:
    """Luister naar wat bronnen vanzelf zeggen, tot Ctrl-C; de database draait al."""
    import signal
    from threading import Event

    from ingest.live import follow_all

    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with refusals():
        follow_all(stopping, lambda: datetime.now(UTC))


@app.command()
def replay() -> None:
    """Speel de feeds, Mastodonberichten en Matomo van de voorbeeldgemeente na, op deze machine."""
    import uvicorn

    from launcher.counted import create_counted
    from launcher.replay import create_replay
    from launcher.run import example
    from models.municipality import load_municipality

    chosen = settings()
    played = create_replay(example(chosen))
    departments = [department.id for department in load_municipality(chosen.config).departments.departments]
    played.include_router(create_counted(departments, lambda: (chosen.keys / "matomo-token").read_text().strip()))
    uvicorn.run(played, host="127.0.0.1", port=settings().replay_port, access_log=False)


@app.command("sign-in")
def sign_in(
    name: Annotated[str, typer.Argument(help="naam van het account")],
    role: Annotated[Role, typer.Option(help="wat deze persoon mag")] = Role.NEWSROOM,
    department: Annotated[str | None, typer.Option(help="de eigen afdeling, bij de rollen department en webcare")] = None,
) -> None:
    """Maak een account en druk een aanmeldlink af, goed voor één keer."""
    from dashboards.people.accounts import sign_in_link

    with refusals(ValueError), database(), transaction() as session:
        path = sign_in_link(session, name, role, department, datetime.now(UTC))
    typer.echo(f"{settings().public_url}{path}")


@app.command()
def train() -> None:
    """Maak het taalmodel uit het corpus, als het er nog niet is."""
    from classify.model import ModelError
    from classify.training import ensure_model

    with refusals(ModelError):
        typer.echo(ensure_model())


@app.command()
def evaluate() -> None:
    """Meet hoe goed taalmodel, maskeren en pieken zijn, op wat ze niet kennen, en schrijf docs/scores.md."""
    from classify.evaluation import evaluate as measure
    from ingest.masking.evaluation import report
    from launcher.stories import written as grouping
    from routing.bursts.evaluation.scores import evaluate as measure_bursts

    scores = [*measure(typer.echo), "", *report(), "", *measure_bursts(typer.echo), "", *grouping()]
    (ROOT / "docs" / "scores.md").write_text("\n".join(scores) + "\n", encoding="utf-8")


AT_THE_KEYBOARD = "opdrachtregel"


@model_app.command("list")
def model_list() -> None:
    """Laat zien welke modellen hier gemaakt zijn, en welk in gebruik is."""
    from models.model_version import model_versions

    with refusals(), database(), transaction() as session:
        versions = model_versions(session, 20)
        if not any(version.in_use for version in versions):
            typer.echo("In gebruik: het model van het corpus.")
        for version in versions:
            day = version.trained_at.astimezone(settings().zone)
            sign = "*" if version.in_use else " "
            typer.echo(f"{sign} {version.name}  {day:%Y-%m-%d %H:%M}  {version.corrections} beoordelingen  {version.verdict}")


@model_app.command("train")
def model_train() -> None:
    """Maak nu een model van corpus en beoordelingen, en neem het in gebruik als het echt beter is."""
    from classify.retrain import retrain

    with refusals(), database():
        typer.echo(retrain(datetime.now(UTC)).verdict)


@model_app.command("promote")
def model_promote(name: Annotated[str, typer.Argument(help="naam van het model, uit `model list`")]) -> None:
    """Neem een model in gebruik, ook als het niet vanzelf gekozen is."""
    from classify.champion import ChampionError, promote

    with refusals(ChampionError), database(), transaction() as session:
        promote(session, name, AT_THE_KEYBOARD, datetime.now(UTC))
    typer.echo(f"Model {name} is in gebruik. Nieuwe berichten worden ermee gelezen; beoordelingen blijven gelden.")


@model_app.command("rollback")
def model_rollback() -> None:
    """Ga terug naar het model van hiervoor."""
    from classify.champion import ChampionError, roll_back

    with refusals(ChampionError), database(), transaction() as session:
        name = roll_back(session, AT_THE_KEYBOARD, datetime.now(UTC))
    typer.echo(f"Weer in gebruik: {f'model {name}' if name else 'het model van het corpus'}.")


@model_app.command("card")
def model_card(folder: Annotated[Path, typer.Option("--to", file_okay=False, help="waar de stukken komen")] = Path("docs")) -> None:
    """Meet het model dat in gebruik is, en schrijf zijn modelkaart en zijn inschrijving voor het Algoritmeregister."""
    from classify.account import write_account
    from classify.champion import model_of, version_in_use

    with refusals():
        version = version_in_use()
        model = model_of(version.name if version else None)
        corrections = version.corrections if version else 0
        for path in write_account(model, corrections, load_municipality(settings().config), folder, datetime.now(UTC)):
            typer.echo(path)


@app.command()
def classify() -> None:
    """Lees berichten (JSON Lines) van standaardinvoer, schrijf hun duiding naar standaarduitvoer."""
    from classify.champion import annotator_in_use
    from classify.lines import classify_lines
    from classify.model import ModelError
    from ingest.privacy import mask

    refused: list[int] = []

    def report(number: int, reason: str) -> None:
        refused.append(number)
        complain(f"regel {number}: {reason}")

    with refusals(ModelError):
        reader = annotator_in_use()
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


@key_app.command("rotate")
def key_rotate() -> None:
    """Maak een nieuwe sleutel. De oude blijft bewaard, zodat wie zich weer laat horen dezelfde persoon blijft."""
    from ingest.border.key_ring import rotate
    from ingest.sources import SourceError

    with refusals(SourceError):
        count = rotate(settings().keys)
    typer.echo(f"Er is een nieuwe sleutel; {count - 1} oude bewaard. Maak een reservekopie van {settings().keys}.")


@key_app.command("forget")
def key_forget() -> None:
    """Vergeet de oudste sleutel. Wie zich sindsdien niet liet horen, is voortaan een onbekende."""
    from ingest.border.key_ring import forget_oldest
    from ingest.sources import SourceError

    with refusals(SourceError):
        count = forget_oldest(settings().keys)
    typer.echo(f"De oudste sleutel is vergeten; {count - 1} oude bewaard. Verwijder haar ook uit de reservekopie.")


@places_app.command("import")
def places_import(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV of GeoJSON: buurten van CBS, straten uit de BAG")],
) -> None:
    """Neem wijken en buurten (CBS) en straten (BAG) op in gazetteer.json, naast places.yaml."""
    from ingest.gazetteer import GazetteerError, bring_in

    with refusals(GazetteerError):
        outcome = bring_in(settings().config, files, complain)
    for line in outcome.changed or ("Er is niets veranderd.",):
        typer.echo(line)
    if outcome.elsewhere:
        typer.echo(f"{outcome.elsewhere} rijen gaan over andere gemeenten.")
    if outcome.refused:
        complain(f"{outcome.refused} rijen niet gelezen.")
        raise typer.Exit(1)


@app.command()
def digest(
    audience: Annotated[str, typer.Argument(help="een afdeling uit departments.yaml, of newsroom")],
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="welke dag; anders vandaag")] = None,
    shape: Annotated[Format, typer.Option("--format")] = Format.TEXT,
    kind: Annotated[DigestKind, typer.Option("--kind", help="het dagbericht, of een ander bericht")] = DigestKind.DAILY,
) -> None:
    """Laat een bericht zien: van een afdeling, van de redactie (newsroom) of van het bestuur (executive, --kind executive)."""
    from routing.digests.build import DigestError, render

    wanted: date = day.date() if day else datetime.now(settings().zone).date()
    with refusals(DigestError), database(), transaction() as session:
        typer.echo(render(session, audience, wanted, shape.value, kind=kind))


@app.command()
def bounced() -> None:
    """Lees van standaardinvoer een mail die terugkwam, en stuur niets meer naar wie hem nooit krijgt. Voor een regel in de mailserver."""
    from routing.readers.bounces import take_back

    returned = sys.stdin.buffer.read()
    with refusals(), database(), transaction() as session:
        marked = take_back(session, returned, datetime.now(UTC))
    typer.echo(f"{marked} {'lezer' if marked == 1 else 'lezers'} gestopt." if marked else "Dit gaat over geen lezer van ons.")


@tickets_app.command("verify")
def tickets_verify() -> None:
    """Kijk na of er niets veranderd, weggehaald of tussengevoegd is in de geschiedenis van tickets."""
    from models.ticket import chains
    from routing.tickets.history import Chains

    with refusals(), database(), transaction() as session:
        looked_over = Chains()
        broken = list(looked_over.breaks(chains(session)))
    for link in broken:
        complain(f"Ticket {link.ticket_id}, regel {link.number}: {link.why}.")
    if broken:
        raise typer.Exit(1)
    typer.echo(f"{looked_over.tickets} tickets, {looked_over.lines} regels: alle geschiedenissen kloppen.")


if __name__ == "__main__":
    app()
