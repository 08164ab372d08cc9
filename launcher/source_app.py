"""`luisterpost source`. Each command brings in what it needs when it is given: the kinds of source take seconds to load."""

from typing import Annotated

import typer

source_app = typer.Typer(help="De bronnen: toevoegen, proberen, lezen, en zien hoe het ermee gaat.", no_args_is_help=True)
Source = Annotated[str, typer.Argument(help="de bron, zoals in sources.yaml")]


@source_app.command("add")
def add(
    kind: Annotated[str | None, typer.Argument(help="de soort bron")] = None,
    given: Annotated[list[str] | None, typer.Option("--set", help="een antwoord vooraf: veld=waarde")] = None,
    everything: Annotated[bool, typer.Option("--alles", help="vraag ook wat een goede standaard heeft")] = False,
) -> None:
    """Voeg een bron toe aan sources.yaml; vraagt wat haar soort nodig heeft."""
    from launcher import sources

    sources.add(kind, given or [], everything)


@source_app.command("check")
def check(source: Source) -> None:
    """Probeer de verbinding, en laat drie berichten zien zoals ze bewaard zouden worden. Bewaart niets."""
    from launcher import sources

    sources.check(source)


@source_app.command("run")
def run(source: Source) -> None:
    """Lees een bron nu, tot haar einde."""
    from launcher import sources

    sources.read(source)


@source_app.command("status")
def status() -> None:
    """Laat van elke bron zien hoe het ermee gaat, zoals de pagina Bronnen."""
    from launcher import sources

    sources.status()


@source_app.command("retry")
def retry(source: Source) -> None:
    """Probeer de rijen die niet gelezen konden worden opnieuw."""
    from launcher import sources

    sources.try_again(source)
