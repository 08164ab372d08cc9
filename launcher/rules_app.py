"""`luisterpost rules`: look the rules over, say why, and see beforehand what a change would do."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from launcher.refusals import complain, refusals
from models.database import database, transaction
from models.municipality import load_municipality
from models.settings import ROOT, settings
from models.town import department_names

rules_app = typer.Typer(help="De regels: nakijken, uitleggen, en zien wat een wijziging zou doen.", no_args_is_help=True)
BACK = timedelta(days=90)


@rules_app.command("check")
def check() -> None:
    """Kijk regels en dienstrooster na: onbekende namen, regels die nooit aan de beurt komen, overlap en gaten."""
    from ingest.errors import SourceError
    from ingest.sources import load_sources
    from routing.alerts.town import known_town
    from routing.rules.checks import check as findings_of
    from routing.rules.grammar import FILE
    from routing.rules.names import names_of
    from routing.rules.reading import parse_rules, read_source

    folder = settings().config
    with refusals(SourceError):
        municipality = load_municipality(folder)
        names = names_of(municipality, frozenset(entry.id for entry in load_sources(folder)))
        rules = parse_rules(read_source(folder), names, str(folder / FILE))
        findings = findings_of(rules, names, known_town(folder, municipality, datetime.now(UTC), settings().zone))
    for finding in findings:
        complain(finding)
    if findings:
        raise typer.Exit(1)
    typer.echo("De regels kloppen.")


@rules_app.command("explain")
def explain(signal: Annotated[int, typer.Argument(help="nummer van het signaal")]) -> None:
    """Zeg van een signaal welke regel het stuurde, en waarom eerdere regels niet."""
    from routing.rules.explain import UnknownSignal, explain_signal

    with refusals(UnknownSignal), database(), transaction() as session:
        for line in explain_signal(session, signal, datetime.now(UTC)):
            typer.echo(line)


@rules_app.command("backtest")
def backtest(
    since: Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="vanaf welke dag; anders drie maanden")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="andere regels dan die van nu", exists=True, dir_okay=False)] = None,
) -> None:
    """Beslis wat er was opnieuw, met de regels uit het bestand: wat zou elke afdeling erbij krijgen of kwijtraken? Verandert niets."""
    from routing.errors import RulesError
    from routing.rules.in_force import known_names
    from routing.rules.reading import parse_rules, read_source
    from routing.rules.replay import backtest as replay
    from routing.rules.replay import in_sentences

    now = datetime.now(UTC)
    begin = since.replace(tzinfo=settings().zone) if since else now - BACK
    with refusals(RulesError), database(), transaction() as session:
        source = file.read_text(encoding="utf-8", errors="replace") if file else read_source(settings().config)
        rules = parse_rules(source, known_names(session), str(file or settings().config / "rules.yaml"))
        for line in in_sentences(replay(session, rules, begin, now), department_names(session)):
            typer.echo(line)


@rules_app.command("confirm")
def confirm(
    version: Annotated[str, typer.Argument(help="de versie die u hebt bekeken")],
    name: Annotated[str, typer.Option("--naam", help="wie akkoord geeft")],
) -> None:
    """Laat veranderde regels ingaan, waar municipality.yaml daar akkoord voor vraagt."""
    from routing.errors import RulesError
    from routing.rules.in_force import confirm as let_in

    with refusals(RulesError), database(), transaction() as session:
        let_in(session, settings().config, version, name, datetime.now(UTC))
    typer.echo(f"Versie {version} gaat in.")


@rules_app.command("schema")
def schema(folder: Annotated[Path, typer.Argument(help="waarheen", file_okay=False)] = ROOT / "config" / "schemas") -> None:
    """Schrijf de JSON Schema's waarmee een editor rules.yaml en roster.yaml aanvult."""
    from routing.rules.schema import schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, described in schemas().items():
        (folder / f"{name}.json").write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        typer.echo(str(folder / f"{name}.json"))
