"""`luisterpost scorecard`: look the goals over, and bring a survey in without the page."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from launcher.refusals import complain, refusals
from models.database import database, transaction
from models.settings import ROOT, settings

scorecard_app = typer.Typer(help="De scorekaart: doelen nakijken, vragenlijsten inlezen.", no_args_is_help=True)


@scorecard_app.command("check")
def check() -> None:
    """Kijk goals.yaml na, ook tegen matomo.yaml."""
    from dashboards.scorecard.reading import load_goals, strange_to_matomo
    from ingest.matomo.sites import load_matomo

    with refusals():
        file, matomo = load_goals(settings().config), load_matomo(settings().config)
    wrong = strange_to_matomo(file, {site.id: set(site.goals.values()) for site in matomo.sites} if matomo else {})
    for line in wrong:
        complain(line)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"goals.yaml klopt: {len(file.goals)} doelen met {len(file.indicators)} cijfers, {len(file.surveys)} vragenlijsten.")


@scorecard_app.command("survey")
def survey(
    name: Annotated[str, typer.Argument(help="de vragenlijst, zoals in goals.yaml")],
    file: Annotated[Path, typer.Argument(help="CSV of Excel", exists=True, dir_okay=False)],
    by: Annotated[str, typer.Option("--naam", help="wie het inleest")],
    people: Annotated[int | None, typer.Option("--mensen", min=1, help="hoeveel mensen per maand konden meedoen")] = None,
) -> None:
    """Lees de antwoorden op een vragenlijst in. Hetzelfde bestand nog eens verandert niets."""
    from dashboards.scorecard.reading import load_goals
    from dashboards.scorecard.surveys.answers import SurveyError
    from dashboards.scorecard.surveys.bring_in import bring_in

    with refusals(SurveyError):
        found = load_goals(settings().config).survey(name)
        if found is None:
            raise SurveyError(f"In goals.yaml staat geen vragenlijst {name}. Schrijf haar daar eerst op.")
        with database(), transaction() as session:
            brought, new = bring_in(session, found, file.read_bytes(), people, by, datetime.now(UTC))
            refused, left_out, answers = list(brought.refused), brought.left_out, brought.answers
    if not new:
        typer.echo("Dit bestand was al ingelezen. Er is niets veranderd.")
        return
    for number, why in refused:
        complain(f"regel {number}: {why}")
    typer.echo(f"{answers} antwoorden geteld, {left_out} regels overgeslagen.")
    if left_out:
        raise typer.Exit(1)


@scorecard_app.command("schema")
def schema(folder: Annotated[Path, typer.Argument(help="waarheen", file_okay=False)] = ROOT / "config" / "schemas") -> None:
    """Schrijf het JSON Schema waarmee een editor goals.yaml aanvult."""
    from dashboards.scorecard.goals import schemas

    folder.mkdir(parents=True, exist_ok=True)
    for name, described in schemas().items():
        (folder / f"{name}.json").write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        typer.echo(str(folder / f"{name}.json"))
