"""A newcomer's first morning: `make run`'s own path, with Airflow for real and the stand-up page in a real browser."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg
import pytest
import requests
from playwright.sync_api import Browser, Page

from launcher.example import schedule
from models import embedded
from models.settings import ROOT, settings
from tests.ports import free_ports

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/aanmelden/\S+")
FIRST_START_SECONDS = 300
SECOND_START_SECONDS = 45
QUICK_SECONDS = 60
STORY = "bijplaatsing-haven"


@dataclass
class Morning:
    """One installation in a folder of its own, started and stopped as a person would."""

    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[str] | None = None
    link: str = ""
    seconds: float = 0.0

    def start(self) -> None:
        begin = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "luisterpost", "run"],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        told = []
        for line in self.process.stdout:
            told.append(line)
            if found := ADDRESS.search(line):
                self.link, self.seconds = found[0], time.monotonic() - begin
            if "Ctrl-C" in line:
                return
        pytest.fail("".join(told[-20:]) + self.logs())

    def stop(self) -> list[psutil.Process]:
        """Ctrl-C, by someone who cannot wait and types it twice; gives what is left running."""
        if self.process is None or self.process.poll() is not None:
            return []
        family = psutil.Process(self.process.pid).children(recursive=True)
        os.kill(self.process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.5)
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGINT)
        self.process.wait(60)
        return [left for left in family if left.is_running() and left.status() != psutil.STATUS_ZOMBIE]

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Rows from this installation's own database."""
        running = embedded.running(self.folder / "data" / "postgres")
        assert running is not None
        with psycopg.connect(host=str(running.sockets), user="postgres", dbname="luisterpost") as connection:
            return connection.execute(question.encode()).fetchall()

    def logs(self) -> str:
        logs = (self.folder / "data" / "logs").glob("*.log")
        return "".join(f"\n--- {log.name}\n" + "".join(log.read_text(errors="replace").splitlines(True)[-15:]) for log in logs)


@pytest.fixture(scope="module")
def morning(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    """A first run, but for the training: the model that the other tests use is there already."""
    folder = tmp_path_factory.mktemp("morning")
    (folder / "data").mkdir()
    (folder / "data" / "model").symlink_to(trained_model)
    web, replay, airflow = free_ports(3)
    environment = {
        "LUISTERPOST_DATA": str(folder / "data"),
        "LUISTERPOST_WEB_PORT": str(web),
        "LUISTERPOST_REPLAY_PORT": str(replay),
        "LUISTERPOST_AIRFLOW_PORT": str(airflow),
        "LUISTERPOST_PUBLIC_URL": f"http://127.0.0.1:{web}",
        "DATABASE_URL": "",
    }
    started = Morning(folder, environment)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def page(morning: Morning, browser: Browser) -> Page:
    """The stand-up, reached through the printed link."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(morning.link)
    page.get_by_role("button").first.click()
    page.wait_for_url("**/")
    return page


def test_the_stand_up_has_content_within_five_minutes(morning: Morning) -> None:
    assert morning.seconds < FIRST_START_SECONDS


def test_the_waste_bags_are_the_first_signal_with_place_rise_and_reason(page: Page) -> None:
    first = page.locator("[data-signal]").first.inner_text()
    assert "containers" in first
    assert "Havenkwartier" in first
    assert "Oude Haven" in first
    assert "gewoonlijk" in first
    assert "Reiniging" in first


def test_the_departments_digest_leads_with_it(morning: Morning) -> None:
    (subject,) = morning.ask("SELECT subject FROM digest WHERE audience = 'reiniging'")[0]
    assert "containers" in str(subject)
    assert "Haven" in str(subject)


def test_its_ticket_holds_those_messages_and_not_the_unrelated_ones(morning: Morning) -> None:
    zone = settings().zone
    anchor = datetime.fromisoformat(re.findall(r'"anchor": "([^"]+)"', (morning.folder / "data" / "example.json").read_text())[0])
    keys = {m.key: m for m in schedule(ROOT / "config" / "rivierstad" / "messages", anchor, zone) if m.story == STORY}
    story = {key for key, message in keys.items() if "afval/bijplaatsing" in message.example.themes}
    unrelated = set(keys) - story
    held = {
        re.sub(r"^(KCC-|F)", "", str(external).rsplit("/", 1)[-1])
        for (external,) in morning.ask(
            "SELECT o.external_id FROM ticket t JOIN signal_message s USING (signal_id) JOIN origin o USING (message_id) "
            "WHERE t.department_id = 'reiniging' AND t.signal_id = (SELECT id FROM signal ORDER BY weight DESC LIMIT 1)"
        )
    }
    assert len(held & story) >= 0.6 * len(story), "the story's messages, many of which do not say what they are about"
    assert len(held & unrelated) <= len(unrelated) / 2
    assert len(held & story) >= 0.75 * len(held)


def test_a_message_that_somebody_brings_is_in_the_inbox_within_a_minute(morning: Morning) -> None:
    token = (morning.folder / "data" / "keys" / "website-token").read_text().strip()
    words = "De lantaarnpaal op de hoek van de Lijsterlaan is kapot, wanneer wordt die gemaakt?"
    sent = {"id": "snel-1", "text": words, "published_at": datetime.now(UTC).isoformat()}
    begin = time.monotonic()
    address = f"{morning.environment['LUISTERPOST_PUBLIC_URL']}/in/website"
    answer = requests.post(address, json=sent, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert (answer.status_code, answer.json()["added"]) == (202, 1)
    routed = "SELECT 1 FROM routing JOIN signal_message USING (signal_id) JOIN origin USING (message_id) WHERE external_id = 'snel-1'"
    while not morning.ask(routed):
        assert time.monotonic() - begin < QUICK_SECONDS, morning.logs()
        time.sleep(0.5)
    print(f"in the inbox after {time.monotonic() - begin:.1f} s")


def test_stopped_and_started_again_it_is_up_soon_and_nothing_is_doubled(morning: Morning, page: Page) -> None:
    tables = ("message", "ticket", "digest", "delivery")
    counts = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    before = morning.ask(counts)
    assert morning.stop() == []
    morning.start()
    assert morning.seconds < SECOND_START_SECONDS
    export = next((morning.folder / "data" / "inbox" / "kcc").glob("*.csv"))
    command = [sys.executable, "-W", "ignore", "-m", "luisterpost", "load", "kcc", str(export)]
    loaded = subprocess.run(command, env={**os.environ, **morning.environment}, capture_output=True, text=True, cwd=ROOT)
    assert loaded.stdout.startswith("0 nieuw, 0 gewijzigd"), loaded.stdout + loaded.stderr
    assert morning.ask(counts) == before


def test_ctrl_c_leaves_no_process(morning: Morning) -> None:
    assert morning.stop() == []
    assert [p for p in psutil.process_iter(["cmdline"]) if str(morning.folder) in " ".join(p.info["cmdline"] or [])] == []
