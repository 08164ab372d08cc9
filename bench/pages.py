"""Every page as twenty readers open it at once, over real HTTP from a server of two processes; and what a first view weighs."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from html import unescape
from random import Random
from socket import AF_INET, SOCK_STREAM, socket

import httpx
from sqlalchemy import text
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.trends import spread
from bench.years import NOW
from dashboards.app import create_app
from dashboards.people.accounts import sign_in_link
from models.community import keep_month
from models.database import transaction
from models.settings import ROOT, settings
from models.words import Role
from routing.community.count import MONTH, count, earlier
from routing.stand_up.kept import keep

READERS = 20
PAGES_EACH = 21
PAUSE = 2.0
"""Seconds that a reader looks at a page, on average."""
PATHS = (
    "/",
    "/stand-up/{yesterday}",
    "/signalen",
    "/signalen/{signal}",
    "/gesprekken/{message}",
    "/afdelingen",
    "/afdelingen/{department}",
    "/tickets/{ticket}",
    "/antwoorden",
    "/trends",
    "/trends?dagen=365&per=week&thema=afval",
    "/trends?van=2016-12-01&per=maand",
    "/zoeken?q=container",
    "/beoordelen",
    "/bronnen",
    "/post",
    "/dagberichten",
    "/regels",
    "/agenda",
    "/gemeenschap",
    "/meetlat",
)
SOME = text("""
    SELECT s.id AS signal, t.id AS ticket, t.department_id AS department,
        (SELECT parent_id FROM message WHERE parent_id IS NOT NULL ORDER BY id DESC LIMIT 1) AS message
    FROM signal s JOIN ticket t ON t.signal_id = s.id WHERE s.status = 'open' ORDER BY s.messages DESC LIMIT 1
""")
"""What pages about one thing are opened of: the largest open signal with a ticket, and a conversation."""
WORKERS = 2
STATIC = re.compile(r'"(/static/[^"]+)"')
CHART = re.compile(r'"(/trends/grafiek[^"]+)"')


def timed() -> ASGIApp:
    """The application as it runs, which says of each answer how long it was at work on it, waiting for its turn included."""
    app = create_app(lambda: NOW)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-took", str(time.perf_counter() - began).encode()))
            await send(message)

        await app(scope, receive, sending)

    return answer


def measure() -> list[str]:
    """Lines for a person. Needs a running database with messages in it (bench.years)."""
    with transaction() as session:
        link = sign_in_link(session, "twintig lezers", Role.NEWSROOM, None, NOW)
        keep(session, NOW - timedelta(days=1))
        some = session.execute(SOME).one()._asdict() | {"yesterday": NOW.date() - timedelta(days=1)}
        for month in (NOW.date().replace(day=1), earlier(NOW.date(), 1)):
            keep_month(session, month, MONTH.dump_python(count(session, month, NOW, settings().zone), mode="json"), NOW)
    paths = [path.format(**some) for path in PATHS]
    with _served() as address, ThreadPoolExecutor(READERS) as pool:
        cookies = _signed_in(address, link)
        first = dict(_reads(address, cookies, paths, 0.0))
        read = [page for pages in pool.map(lambda n: _reads(address, cookies, _way(n, paths), PAUSE), range(READERS)) for page in pages]
        weights = {path: _weight(address, cookies, path) for path in paths}
    took = {path: [seconds for at, seconds in read if at == path] for path in paths}
    plain, charts = ({path: size for path, (size, chart) in weights.items() if chart is wanted} for wanted in (False, True))
    return [
        f"pages: {READERS} readers, {len(read)} pages, a page every {PAUSE:.0f} s each: {spread([seconds for _, seconds in read])}",
        *(f"pages: {path}: {spread(seconds)}; the first {1000 * first[path]:.0f} ms" for path, seconds in took.items() if seconds),
        *(_heaviest(which, sizes) for which, sizes in (("without charts", plain), ("with charts", charts)) if sizes),
    ]


def _heaviest(which: str, sizes: dict[str, int]) -> str:
    path, size = max(sizes.items(), key=lambda item: item[1])
    return f"pages: a first view {which} weighs at most {size / 1000:.0f} kB compressed ({path})"


def _way(reader: int, paths: list[str]) -> list[str]:
    """The pages that one reader opens, in an order of their own."""
    return [path for _ in range(-(-PAGES_EACH // len(paths))) for path in Random(reader).sample(paths, len(paths))][:PAGES_EACH]


def _weight(address: str, cookies: httpx.Cookies, path: str) -> tuple[int, bool]:
    """Bytes over the wire of a page with all that it brings along, and whether a chart is among it."""
    with httpx.Client(base_url=address, cookies=cookies, timeout=60) as client:
        page = client.get(path)
        charts = [unescape(chart) for chart in CHART.findall(page.text) if ".svg" in chart][:1]
        brought = [page, *(client.get(at) for at in {*STATIC.findall(page.text), *charts})]
    return sum(int(answer.headers["content-length"]) for answer in brought), bool(charts)


def _signed_in(address: str, link: str) -> httpx.Cookies:
    """The cookies of a session; the readers share it, as one address may not sign in twenty times in a minute."""
    with httpx.Client(base_url=address, timeout=60) as client:
        token = re.search(r'name="_csrf" value="([^"]+)"', client.get(link).text)
        if token is None or client.post(link, data={"_csrf": token[1]}).status_code != 303:
            raise RuntimeError("could not sign in")
        return client.cookies


def _reads(address: str, cookies: httpx.Cookies, paths: list[str], pause: float) -> list[tuple[str, float]]:
    """Open pages one after another; seconds that the server took for each."""
    random, took = Random(str(paths)), []
    with httpx.Client(base_url=address, cookies=cookies, timeout=60) as client:
        for path in paths:
            time.sleep(2 * pause * random.random())
            answer = client.get(path)
            took.append((path, float(answer.headers["x-took"])))
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
    return took


@contextmanager
def _served() -> Iterator[str]:
    """The address of the application, in processes of its own."""
    with closing(socket(AF_INET, SOCK_STREAM)) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    how = f"--factory --workers {WORKERS} --port {port} --log-level error --timeout-keep-alive 60".split()
    child = subprocess.Popen([sys.executable, "-m", "uvicorn", "bench.pages:timed", *how], cwd=ROOT, env=os.environ)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                httpx.get(address + "/aanmelden", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield address
    finally:
        child.terminate()
        child.wait()
