"""A first text for an answer, from what was done and what was asked: a template, to be made better by a person. Pure."""

from collections.abc import Sequence

from models.language import Language, speaking
from routing.signals.summary import counted, listed, uncapitalised

GAP = "[wat gaat er gebeuren, en wanneer?]"
"""Stands where nobody has said yet what was done; a text that still has it cannot be offered."""


@speaking(Language.DUTCH)
def first_text(sub_name: str, areas: Sequence[str], people: int, outcome: str | None) -> str:
    """What a department may begin with. `areas` are names of neighbourhoods."""
    where = f" in {listed(areas[:2])}" if areas else ""
    done = outcome.strip().rstrip(".") + "." if outcome and outcome.strip() else GAP
    heard = f"{counted(people, 'bewoner schreef', 'bewoners schreven')} ons over {uncapitalised(sub_name)}{where}."
    again = "Ziet u het nog, of opnieuw? Laat het ons weten, dan gaan wij ermee verder."
    return f"{heard} Dank daarvoor: zo weten wij wat er speelt.\n\n{done}\n\n{again}"
