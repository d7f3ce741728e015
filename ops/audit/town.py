"""A seeded office, a browser, and the pages that each of its people can walk to."""

import base64
import re
import shutil
import subprocess
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

from playwright.sync_api import BrowserContext, StorageState, sync_playwright

from launcher.doctor import driver
from launcher.programs import system_browser
from ops.office import Office
from orgs.identity import totp

# Of the cast (hanoi_docs/demo/cast.py), one for each desk; "" is a stranger.
PEOPLE = ("", "lan", "dung", "hoa", "minh", "phong", "khoa", "quantri")
PASSWORD = "hanoi"
SECRET = base64.b32decode("VANBANHANOIDEMOVANBANHANOIDEMO23")  # of whoever has a second step
SIZES = {1366: 768, 1920: 1080, 390: 844}
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_HERE = Path(__file__).parent
# What ends the session, changes what the others see, or is no page.
_NOT = re.compile(r"^/(dang-xuat|vai-tro|tep|static|lich)/")
_STRANGERS = ("/dang-nhap/", "/kiem-tra-chu-ky/", "/khong-co-trang-nay/")
_ENOUGH = 150  # shapes of addresses for one person


@dataclass(frozen=True)
class Page:
    who: str
    path: str
    html: str

    @property
    def title(self) -> str:
        return f"{self.who or 'khách'} {self.path}"


class Town(Office):
    """`with Town(folder) as town`; what was started ends with the block."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self._cookies: dict[str, StorageState] = {}
        self.dead: list[str] = []  # links that lead nowhere, met on the walk

    @cached_property
    def browser(self):
        playwright = self._exits.enter_context(sync_playwright())
        found = playwright.chromium.launch(executable_path=system_browser(), args=FLAGS)
        self._exits.callback(found.close)
        return found

    @contextmanager
    def session(self, who: str, **options):
        """Windows of one person, signed in; or of a stranger."""
        context = self.browser.new_context(
            locale="vi-VN",
            base_url=self.plain,
            storage_state=self._signed_in(who) if who else None,
            **options,
        )
        try:
            yield context
        finally:
            context.close()

    def _signed_in(self, who: str) -> StorageState:
        """Cookies of one person, who signs in once: a code of a second step is good for one time."""
        if who not in self._cookies:
            context = self.browser.new_context(locale="vi-VN", base_url=self.plain)
            page = context.new_page()
            page.goto("/dang-nhap/")
            page.fill("[name=username]", who)
            page.fill("[name=password]", PASSWORD)
            page.get_by_role("button", name="Đăng nhập", exact=True).click()
            page.wait_for_load_state()
            if page.locator("[name=proof_code]").count():
                page.fill("[name=proof_code]", totp.code_at(SECRET, int(time.time()) // totp.STEP))
                page.get_by_role("button", name="Tiếp tục", exact=True).click()
            if context.request.get("/van-ban-den/", max_redirects=0).status == 302:
                raise SystemExit(f"{who} could not sign in")
            self._cookies[who] = context.storage_state()
            context.close()
        return self._cookies[who]

    @cached_property
    def pages(self) -> list[Page]:
        """One page of each shape of address, for each person."""
        found = []
        for who in PEOPLE:
            with self.session(who) as context:
                own = list(_walk(context, who, self.dead))
            print(f"  {who or 'khách'}: {len(own)} pages", flush=True)
            found += own
        return found

    @cached_property
    def node(self) -> Path:
        """The folder of the Node packages of package-lock.json, installed anew when that is another than last time."""
        home = self.folder / "node"
        lock = (_HERE / "package-lock.json").read_bytes()
        stamp = home / "installed.json"
        if not stamp.exists() or stamp.read_bytes() != lock:
            if not shutil.which("npm"):
                raise SystemExit(
                    "npm is needed once, to bring html-validate, axe and Lighthouse (Debian: npm)."
                )
            print("Installing the tools into a folder of their own …", flush=True)
            home.mkdir(parents=True, exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(_HERE / name, home)
            quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
            subprocess.run(["npm", "ci", *quiet], cwd=home, check=True)
            stamp.write_bytes(lock)
        return home / "node_modules"

    def run(self, script: str, *arguments: str, **options) -> subprocess.CompletedProcess:
        """A Node program of `node`, by the Node that the browser's driver brings along."""
        argv = [str(driver()), str((self.node / script).resolve()), *map(str, arguments)]
        return subprocess.run(argv, capture_output=True, text=True, check=False, **options)


def _walk(context: BrowserContext, who: str, dead: list[str]):
    waiting, seen = deque((path, "") for path in (["/"] if who else _STRANGERS)), set()
    while waiting and len(seen) < _ENOUGH:
        path, before = waiting.popleft()
        if _shape(path) in seen or _NOT.match(path):
            continue
        seen.add(_shape(path))
        answer = context.request.get(path, max_redirects=5, timeout=60_000)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        if answer.status >= 500:
            raise SystemExit(f"{who}: {path} answers {answer.status}")
        if answer.status == 404 and before:
            dead.append(f"{who} {before} leads to {path}, where nothing is")
        html = answer.text()
        yield Page(who, path, html)
        if who:
            waiting.extend((link, path) for link in _links(html, path))


def _links(html: str, base: str) -> list[str]:
    found = []
    for href in re.findall(r'<a\b[^>]*?\bhref="([^"#]+)', html):
        parts = urlsplit(urljoin(base, href.replace("&amp;", "&")))
        if not parts.scheme and parts.path.startswith("/"):
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def _shape(path: str) -> str:
    """What pages of one kind have in common: numbers and codes left out, of the query only box and tab."""
    parts = urlsplit(path)
    told = [f"{name}={value}" for name, value in parse_qsl(parts.query) if name in ("box", "tab", "show")]
    bare = re.sub(r"/(\d+|H26[.\d]*|[0-9a-f-]{32,}|[\w-]{40,})(?=/)", "/N", parts.path)
    return bare + "?" + "&".join(sorted(told))
