"""The pictures of the help, made from the running system: `make help-pictures`.

Starts the demonstration in a folder of its own, signs in at each desk, and writes static/help/<desk>.webp, each at most
60 KB. It needs what the browser tests need (playwright and a Chromium), and nothing of it runs on a server.
"""

import argparse
import io
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from launcher.programs import system_browser

ROOT = Path(__file__).resolve().parent.parent
MOST = 60_000  # bytes of a picture
WIDTH, HEIGHT = 1280, 720
STARTS_WITHIN = 600  # seconds
# The desk of the help → who shows it, and the page.
PICTURES = {
    "van-thu": ("lan", "/"),
    "lanh-dao": ("dung", "/"),
    "chuyen-vien": ("minh", "/"),
    "truong-phong": ("hoa", "/"),
    "chanh-van-phong": ("ha", "/"),
    "van-hanh": ("quantri", "/"),
}  # the administrator of an office signs in with a second factor, and has no desk of papers


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--port", default="8769")
    asked.add_argument("--state", default=".state-help")
    asked.add_argument("--browser", default=os.environ.get("CHROMIUM", ""))
    given = asked.parse_args()
    started = subprocess.Popen(
        [sys.executable, "ops/stack.py", "demo", "--state", given.state, "--port", given.port, "--host", "127.0.0.1"],
        cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{given.port}"
        _wait(address)
        take(address, given.browser)
    finally:
        os.killpg(started.pid, signal.SIGINT)
        started.wait(60)


def take(address: str, browser: str) -> None:
    folder = ROOT / "static" / "help"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser or system_browser(), args=["--no-sandbox"]
        )
        for name, (login, page) in PICTURES.items():
            data = _small(_seen(chromium, address, login, page))
            (folder / f"{name}.webp").write_bytes(data)
            print(f"{name}.webp {len(data)} bytes")
        chromium.close()


def _seen(browser: Browser, address: str, login: str, page: str) -> bytes:
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    tab = context.new_page()
    tab.goto(f"{address}/dang-nhap/")
    tab.fill("input[name=username]", login)
    tab.fill("input[name=password]", "hanoi")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    tab.goto(address + page)
    tab.wait_for_selector(".rail")  # of whoever is signed in
    if (
        hint := tab.locator("[name=hint]")
    ).count():  # said above every help page: the desk itself is to be seen
        with tab.expect_navigation():
            hint.click()
    picture = tab.screenshot()
    context.close()
    return picture


def _small(png: bytes) -> bytes:
    """The picture as WebP, coarser until it is small enough."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in range(80, 30, -5):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST:
            return out.getvalue()
    raise SystemExit("a picture does not fit into 60 KB")


def _wait(address: str) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/dang-nhap/", timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(2)
    raise SystemExit("the demonstration did not start")


if __name__ == "__main__":
    main()
