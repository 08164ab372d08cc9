"""`luisterpost run`: the database, the model, the web application and Airflow, up in this order, down with Ctrl-C."""

import json
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import requests
from sqlalchemy import func, select

from dashboards.people.accounts import sign_in_link
from launcher import airflow
from launcher.agenda import bring_agenda
from launcher.example import Scheduled, schedule
from launcher.inbox import write_exports
from launcher.prepare import bring_in_configuration, ensure_airflow_database
from launcher.processes import Child, Children
from launcher.surveyed import bring_surveyed
from launcher.website import agree_on_token, bring_forms
from models import Delivery, Digest, Message, Signal
from models.database import database, transaction
from models.settings import Settings, settings
from models.words import DeliveryStatus, Role

MODEL_SECONDS = 300
AIRFLOW_SECONDS = 180
WEB_SECONDS = 60
CONTENT_SECONDS = 600
EXAMPLE = "example.json"
Say = Callable[[str], None]


class LaunchError(Exception):
    """Luisterpost cannot start or go on; the message says why and what to do."""


def run(say: Say, until_ready: bool = False) -> None:
    """Start everything, tell how far it is, print the address, and stay until Ctrl-C or SIGTERM.

    Raises:
        LaunchError: something is in the way; nothing is left running.
    """
    chosen = settings()
    tell = _clock(say)
    with _stopped_by_ctrl_c_and_sigterm(), database(), Children(chosen.data / "logs") as children:
        _refuse_busy_ports(chosen)
        tell("Database klaar.")
        bring_in_configuration(chosen)
        if has_example(chosen):
            messages = example(chosen)
            tell(f"Voorbeeldgemeente klaar: {len(messages)} berichten van de laatste zestig dagen.")
            children.start("replay", [sys.executable, "-m", "luisterpost", "replay"])
        children.start("web", [sys.executable, "-m", "luisterpost", "web"])
        children.start("follow", [sys.executable, "-m", "luisterpost", "follow"])
        known = _has_content()
        if not known and (anchor := _first_start(chosen)) is not None:
            bring_agenda(anchor, chosen.zone)
            bring_surveyed(chosen, anchor)
        if known:
            _print_address(children, chosen, say)
        ensure_airflow_database()
        airflow.standalone(children, chosen)
        model = children.start("model", [sys.executable, "-m", "luisterpost", "train"])
        _finish(children, model, MODEL_SECONDS)
        tell("Taalmodel klaar.")
        _wait(children, lambda: airflow.healthy(chosen), AIRFLOW_SECONDS, "Airflow")
        tell(f"Airflow draait: http://127.0.0.1:{chosen.airflow_port} (wachtwoord in {chosen.data / 'airflow'}).")
        if not (chosen.data / "airflow" / "pool-made").exists():
            _finish(children, airflow.make_pool(children, chosen), AIRFLOW_SECONDS)
            (chosen.data / "airflow" / "pool-made").touch()
        if not known:
            _wait_for_content(children, tell)
        if has_example(chosen):  # last, since what is pushed is routed at once, before the history it belongs to is there
            _wait(children, lambda: _answers(chosen), WEB_SECONDS, "De webapplicatie")
            _bring_forms(chosen, messages)
        if not known:
            _print_address(children, chosen, say)
        say("Alles draait. Stoppen: Ctrl-C.")
        while not until_ready:
            if (ended := children.ended()) is not None:
                raise LaunchError(f"{ended.name} is gestopt. Kijk in {ended.log}.")
            time.sleep(1)


def has_example(chosen: Settings) -> bool:
    """Whether the configured municipality brings example messages."""
    return (chosen.config / "messages").is_dir()


def example(chosen: Settings) -> list[Scheduled]:
    """The example's messages on the moments they got at first start; writes the exports the first time."""
    agree_on_token(chosen, "website")
    agree_on_token(chosen, "matomo")
    anchor = _first_start(chosen)
    if anchor is not None:
        return schedule(chosen.config / "messages", anchor, chosen.zone)
    anchor = datetime.now(UTC).replace(microsecond=0)
    messages = schedule(chosen.config / "messages", anchor, chosen.zone)
    write_exports(messages, chosen.data / "inbox", anchor, chosen.zone)
    anchor_file = chosen.data / EXAMPLE
    unfinished = anchor_file.with_suffix(".part")
    unfinished.write_text(json.dumps({"anchor": anchor.isoformat()}))
    unfinished.rename(anchor_file)
    return messages


def _first_start(chosen: Settings) -> datetime | None:
    anchor_file = chosen.data / EXAMPLE
    return datetime.fromisoformat(json.loads(anchor_file.read_text())["anchor"]) if anchor_file.exists() else None


def _bring_forms(chosen: Settings, messages: list[Scheduled]) -> None:
    """The example's website brings its forms, to the same door as a municipality's own would."""
    anchor = _first_start(chosen)
    assert anchor is not None
    try:
        bring_forms(chosen, messages, anchor)
    except requests.RequestException as error:
        raise LaunchError(
            f"De website van het voorbeeld kon haar berichten niet brengen. Kijk in {chosen.data / 'logs' / 'web.log'}."
        ) from error


def _wait_for_content(children: Children, tell: Say) -> None:
    """Until every message that came in is understood and routed, and the first digests are out."""
    seen = ""

    def done() -> bool:
        nonlocal seen
        with transaction() as session:
            messages = session.scalar(select(func.count()).select_from(Message)) or 0
            due = session.scalar(select(func.count()).where(Message.annotation_due | Message.grouping_due)) or 0
            signals = session.scalar(select(func.count()).select_from(Signal)) or 0
            digests = session.scalar(select(func.count()).select_from(Digest)) or 0
            waiting = session.scalar(select(func.count()).where(Delivery.status == DeliveryStatus.WAITING)) or 0
        now = f"{messages} berichten gehoord, {messages - due} verwerkt, {signals} signalen, {digests} dagberichten."
        if now != seen:
            tell(now)
            seen = now
        return digests > 0 and waiting == 0 and due == 0

    _wait(children, done, CONTENT_SECONDS, "De eerste dagberichten")


def _has_content() -> bool:
    with transaction() as session:
        return bool(session.scalar(select(func.count()).select_from(Digest)))


def _print_address(children: Children, chosen: Settings, say: Say) -> None:
    _wait(children, lambda: _answers(chosen), WEB_SECONDS, "De webapplicatie")
    with transaction() as session:
        path = sign_in_link(session, "redactie", Role.ADMINISTRATOR, None, datetime.now(UTC))
    say("")
    say(f"Open de stand-up met deze link (eenmalig): {chosen.public_url}{path}")
    say("")


def _answers(chosen: Settings) -> bool:
    try:
        return requests.get(f"http://{chosen.web_host}:{chosen.web_port}/gezond", timeout=3).ok
    except requests.RequestException:
        return False


def _finish(children: Children, child: Child, seconds: float) -> None:
    _wait(children, lambda: child.process.poll() is not None, seconds, child.name, ignore=child)
    if child.process.returncode != 0:
        raise LaunchError(f"{child.name} mislukte. Kijk in {child.log}.")
    children.forget(child)


def _wait(children: Children, ready: Callable[[], bool], seconds: float, what: str, ignore: Child | None = None) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        ended = children.ended()
        if ended is not None and ended is not ignore:
            raise LaunchError(f"{ended.name} is gestopt. Kijk in {ended.log}.")
        if time.monotonic() > deadline:
            raise LaunchError(f"{what}: na {seconds:.0f} seconden nog niet klaar. Kijk in {settings().data / 'logs'}.")
        time.sleep(0.5)


def _refuse_busy_ports(chosen: Settings) -> None:
    wanted = {"WEB": chosen.web_port, "REPLAY": chosen.replay_port, "AIRFLOW": chosen.airflow_port}
    for name, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise LaunchError(
                    f"Poort {port} is bezet. Stop wat daar luistert, of kies een andere met LUISTERPOST_{name}_PORT."
                ) from error


@contextmanager
def _stopped_by_ctrl_c_and_sigterm() -> Iterator[None]:
    """A shell may have started us with Ctrl-C ignored; we are to be stopped by it all the same."""
    before = [(number, signal.signal(number, signal.default_int_handler)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _clock(say: Say) -> Say:
    begin = time.monotonic()
    return lambda line: say(f"[{time.monotonic() - begin:4.0f} s] {line}")
