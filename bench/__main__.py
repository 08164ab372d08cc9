"""Runs every measurement on a database of its own and prints a line for each figure."""

import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

with tempfile.TemporaryDirectory(prefix="luisterpost-bench-") as folder:
    os.environ["LUISTERPOST_DATA"] = str(Path(folder) / "data")
    os.environ.pop("DATABASE_URL", None)

    from bench import load, route, understand
    from models.database import database

    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name, measure in (("load", load.measure), ("understand", understand.measure), ("route", route.measure)):
        print(f"\n{name}")
        with database():
            for line in measure():
                print("  " + line)
