"""A whole small town: the office, a web server, a real worker with its timetable, the axis simulator, a browser."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from launcher.programs import system_browser
from tests.interop.simulator_process import SECRET, Simulator
from tests.signatures.conftest import csc, hsm  # noqa: F401

PASSWORD = "mat-khau-thu-nghiem-2026"
CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def town(transactional_db, office, keys, settings, tmp_path):
    """The office with passwords and certificates, and the simulator its axis is."""
    # A worker looks for keys in its own state folder.
    settings.SIGNING_KEY_DIR = Path(shutil.copytree(keys, settings.STATE_DIR / "keys"))
    for post in (office.lan, office.minh, office.hoa, office.dung):
        post.user.set_password(PASSWORD)
        post.user.save()
    with Simulator(tmp_path / "axis", "--pace", "0.2") as simulator:
        settings.AXIS_URL, settings.AXIS_SECRET = simulator.url, SECRET
        office.simulator = simulator
        yield office


@contextmanager
def worker(settings, folder: Path):
    """A Celery worker with the timetable in it, on the test's own database and files."""
    with open(folder / "worker.log", "ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "hanoi_docs", "worker", "-B", "-c", "2"),
                *("-s", str(folder / "beat"), "--loglevel", "INFO", "--pidfile", ""),
            ],
            env=os.environ
            | {
                "DATABASE_URL": database_url(),
                "STATE_DIR": str(settings.STATE_DIR),
                "AXIS_URL": settings.AXIS_URL,
                "AXIS_SECRET": settings.AXIS_SECRET,
                "DEMO": "1",
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def database_url() -> str:
    """The test's database, for a process of its own."""
    own = connection.settings_dict
    password = f":{own['PASSWORD']}" if own["PASSWORD"] else ""
    return f"postgresql://{own['USER']}{password}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


@pytest.fixture(scope="module")
def chromium():
    """One browser for a module: its event loop lives in this thread, where other tests want none.

    While it does, Django would refuse plain database calls.
    """
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=system_browser(), args=CHROMIUM)
        yield browser
        browser.close()
