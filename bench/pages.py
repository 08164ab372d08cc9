"""Every page as twenty readers open it at once, over real HTTP from a server in a process of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from random import Random
from socket import AF_INET, SOCK_STREAM, socket

import httpx

from bench.trends import spread
from bench.years import NOW
from dashboards.people.accounts import sign_in_link
from models.database import transaction
from models.settings import ROOT
from models.words import Role

READERS = 20
PAGES_EACH = 12
PAUSE = 2.0
"""Seconds that a reader looks at a page, on average."""
PATHS = (
    "/",
    "/signalen",
    "/afdelingen",
    "/trends",
    "/trends?dagen=365&per=week&thema=afval",
    "/zoeken?q=container",
    "/beoordelen",
    "/bronnen",
    "/post",
    "/dagberichten",
    "/regels",
    "/agenda",
)
SERVER = """
import sys
from datetime import datetime
import uvicorn
from dashboards.app import create_app
now = datetime.fromisoformat(sys.argv[2])
uvicorn.run(create_app(lambda: now), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""


def measure() -> list[str]:
    """Lines for a person. Needs a running database with messages in it (bench.years)."""
    with transaction() as session:
        link = sign_in_link(session, "twintig lezers", Role.NEWSROOM, None, NOW)
    with _served() as address, ThreadPoolExecutor(READERS) as pool:
        cookies = _signed_in(address, link)
        first = dict(_reads(address, cookies, list(PATHS), 0.0))
        read = [page for pages in pool.map(lambda n: _reads(address, cookies, _way(n), PAUSE), range(READERS)) for page in pages]
    took = {path: [seconds for at, seconds in read if at == path] for path in PATHS}
    return [
        f"pages: {READERS} readers, {len(read)} pages, a page every {PAUSE:.0f} s each: {spread([seconds for _, seconds in read])}",
        *(f"pages: {path}: {spread(seconds)}; the first {1000 * first[path]:.0f} ms" for path, seconds in took.items() if seconds),
    ]


def _way(reader: int) -> list[str]:
    """The pages that one reader opens, in an order of their own."""
    return [path for _ in range(-(-PAGES_EACH // len(PATHS))) for path in Random(reader).sample(PATHS, len(PATHS))][:PAGES_EACH]


def _signed_in(address: str, link: str) -> httpx.Cookies:
    """The cookies of a session; the readers share it, as one address may not sign in twenty times in a minute."""
    with httpx.Client(base_url=address, timeout=60) as client:
        token = re.search(r'name="_csrf" value="([^"]+)"', client.get(link).text)
        if token is None or client.post(link, data={"_csrf": token[1]}).status_code != 303:
            raise RuntimeError("could not sign in")
        return client.cookies


def _reads(address: str, cookies: httpx.Cookies, paths: list[str], pause: float) -> list[tuple[str, float]]:
    """Open pages one after another; seconds of each."""
    random, took = Random(str(paths)), []
    with httpx.Client(base_url=address, cookies=cookies, timeout=60) as client:
        for path in paths:
            time.sleep(2 * pause * random.random())
            began = time.perf_counter()
            answer = client.get(path)
            took.append((path, time.perf_counter() - began))
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
    return took


@contextmanager
def _served() -> Iterator[str]:
    """The address of the application, in a process of its own."""
    with closing(socket(AF_INET, SOCK_STREAM)) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    child = subprocess.Popen([sys.executable, "-c", SERVER, str(port), NOW.isoformat()], cwd=ROOT, env=os.environ)
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
