"""`luisterpost scorecard`: goals are looked over, a survey is brought in once."""

from pathlib import Path

from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from luisterpost import app
from models import SurveyImport, SurveyMonth


def command(*words: str) -> Result:
    return CliRunner().invoke(app, ["scorecard", *words])


def test_the_example_s_goals_are_right_and_a_site_that_matomo_does_not_have_is_named(own_config: Path) -> None:
    assert command("check").exit_code == 0
    file = own_config / "goals.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("site: 2, goal: reactie geplaatst", "site: 9, goal: iets"), encoding="utf-8")
    wrong = command("check")
    assert wrong.exit_code == 1
    assert "reacties-denkmee: site 9 staat niet in matomo.yaml" in wrong.output


def test_a_survey_is_brought_in_once_and_bad_rows_are_named(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "antwoorden.csv"
    file.write_text("maand;vraag;score;aantal\n2026-10;tevreden;4;12\n2026-10;tevreden;9;1\n", encoding="utf-8")
    first = command("survey", "webcare", str(file), "--naam", "Anouk", "--mensen", "60")
    assert first.exit_code == 1
    assert "regel 3: de score ligt niet tussen 1 en 5" in first.output
    assert "niets veranderd" in command("survey", "webcare", str(file), "--naam", "Anouk").output
    assert session.query(SurveyImport).count() == 1
    assert [(row.counts, row.population) for row in session.query(SurveyMonth)] == [({"4": 12}, 60)]
    assert "staat geen vragenlijst onbekend" in command("survey", "onbekend", str(file), "--naam", "Anouk").output
