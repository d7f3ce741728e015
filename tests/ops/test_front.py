"""The front server with its own configuration, before the real application: who sends slowly stops nobody."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
SLOW = 50
OVER_TLS = {"X-Forwarded-Proto": "https"}
READER = 302  # what a stranger gets on the first page: the way to the login, by all of Django
pytestmark = pytest.mark.xdist_group("front")


def nginx_in(folder: Path) -> tuple[Path, Path]:
    """The program and its folder of settings: the system's, or Debian's package unpacked here.

    Not installed: that would start a server on port 80 of whoever runs the tests.
    """
    if own := shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"):
        return Path(own), Path("/etc/nginx")
    for package in ("nginx", "nginx-common"):
        got = shutil.which("apt-get") and subprocess.run(
            ["apt-get", "download", "-q", package], cwd=folder, capture_output=True, check=False
        )
        if not got or got.returncode:
            pytest.skip("no nginx here, and none to be had")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder], check=True)
    return folder / "usr/sbin/nginx", folder / "etc/nginx"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Front:
    """Ports of the application (few threads, as on a small server) and of nginx before it."""

    def __init__(self, folder: Path):
        self.folder, self.web, self.plain, self.tls = folder, free_port(), free_port(), free_port()
        self.program, self.settings = nginx_in(folder)
        self.log = (folder / "log").open("w+")

    def start(self) -> list[subprocess.Popen]:
        self._certificate()
        self._configuration()
        env = os.environ | {"ALLOWED_HOSTS": "localhost", "PUBLIC_URL": "https://localhost", "DEBUG": "0"}
        env |= {"STATE_DIR": str(self.folder), "DEMO": "0"}
        app = [sys.executable, "-m", "gunicorn", "hanoi_docs.wsgi", "-b", f"127.0.0.1:{self.web}"]
        app += [
            "--workers",
            "2",
            "--threads",
            "4",
            "--preload",
            "--no-control-socket",
            "--graceful-timeout",
            "1",
        ]
        return [
            subprocess.Popen(app, cwd=ROOT, env=env, stdout=self.log, stderr=self.log),
            subprocess.Popen(self.nginx("-g", self._as_root()), stdout=self.log, stderr=self.log),
        ]

    def nginx(self, *more: str) -> list[str]:
        return [
            str(self.program),
            "-e",
            "stderr",
            "-p",
            str(self.folder),
            "-c",
            str(self.folder / "nginx.conf"),
            *more,
        ]

    def _as_root(self) -> str:
        """In a container it is an ordinary account; as root it would give way to one that cannot read this folder."""
        return "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"

    def _certificate(self) -> None:
        new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        new += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
        files = ["-keyout", self.folder / "site_key", "-out", self.folder / "site_certificate"]
        subprocess.run([*new, *files], check=True, capture_output=True)

    def _configuration(self) -> None:
        """The files of the repository, with ports and folders of this test in place of the container's."""
        changed = {
            "listen 80 ": f"listen 127.0.0.1:{self.plain} ",
            "listen 443 ": f"listen 127.0.0.1:{self.tls} ",
            "/etc/nginx/hanoi-docs/": f"{self.folder}/",
            "/etc/nginx/mime.types": f"{self.settings}/mime.types",
            "/etc/hanoi-docs/secrets/": f"{self.folder}/",
            "/var/cache/hanoi-docs/": f"{self.folder}/",
            "/tmp/": f"{self.folder}/",
            "127.0.0.1:8000": f"127.0.0.1:{self.web}",
            "/var/log/nginx/access.log": f"{self.folder}/access.log",
        }
        names = {
            "nginx.conf": "nginx.conf",
            "hanoi-docs.conf": "hanoi-docs.conf",
            "place-server.conf": "place.conf",
        }
        for source, name in names.items():
            text = (ROOT / "ops/nginx" / source).read_text()
            text = re.sub("|".join(map(re.escape, changed)), lambda found: changed[found[0]], text)
            (self.folder / name).write_text(text)

    def get(self, path: str, seconds: float, **options) -> requests.Response:
        url = f"https://localhost:{self.tls}{path}"
        trust = self.folder / "site_certificate"
        return requests.get(url, verify=trust, timeout=seconds, allow_redirects=False, **options)

    def trickle(self, stack: ExitStack, port: int) -> list[socket.socket]:
        """So many posts of a form that never becomes whole, each a byte further with every call of `feed`."""
        trust = ssl.create_default_context(cafile=self.folder / "site_certificate")
        lines = []
        for _ in range(SLOW):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            if port == self.tls:
                line = stack.enter_context(trust.wrap_socket(line, server_hostname="localhost"))
            line.sendall(
                b"POST /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
                b"Origin: https://localhost\r\nCookie: csrftoken=" + b"a" * 32 + b"\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nusername="
            )
            lines.append(line)
        return lines


def feed(lines: list[socket.socket]) -> None:
    for line in lines:
        with suppress(OSError):  # one that was given up at the other end trickles no more
            line.sendall(b"a")


@pytest.fixture(scope="module")
def front(tmp_path_factory) -> Iterator[Front]:
    front = Front(tmp_path_factory.mktemp("front"))
    running = front.start()
    try:
        deadline = time.monotonic() + 150  # of a busy machine; a process that ends is seen at once
        while True:
            try:
                if front.get("/to-chuc/", 30).status_code == READER:
                    break
            except requests.RequestException:
                pass
            alive = all(process.poll() is None for process in running)
            assert alive and time.monotonic() < deadline, (front.folder / "log").read_text()[-3000:]
            time.sleep(0.2)
        yield front
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(20)
        front.log.close()


def test_the_configuration_is_one_that_nginx_takes_without_a_word(front):
    told = subprocess.run(front.nginx("-t"), capture_output=True, text=True, check=False)
    said = [
        line
        for line in told.stderr.splitlines()
        if "test is successful" not in line and "syntax is ok" not in line
    ]
    assert (told.returncode, said) == (0, [])


def test_it_stands_beside_what_debian_sets(front, tmp_path):
    """In conf.d, as docs/operate.md puts it: a line that Debian's own file has too would be one too many."""
    debian = front.settings / "nginx.conf"
    text = re.sub(
        r"(include|pid|error_log|access_log) (/etc/nginx/(conf|sites|modules)|/run|/var).*;",
        "",
        debian.read_text().replace("/etc/nginx/mime.types", f"{front.settings}/mime.types"),
    )
    # Debian's folders for bodies, answers and logs come with the installed package; here it may be unpacked only.
    parts = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{part}_temp_path {tmp_path}/{part}; " for part in parts)
    included = f"include {front.folder}/place.conf; include {front.folder}/hanoi-docs.conf;"
    text = text.replace("http {", f"http {{ access_log {tmp_path}/log; {folders}{included}")
    (tmp_path / "nginx.conf").write_text(text + f"\npid {tmp_path}/pid;\n")
    told = subprocess.run(
        [front.program, "-e", "stderr", "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0 and "gzip on" in text, told.stderr


WORDS = "can-bo-nghi-viec"


def test_what_people_search_for_stands_in_no_line(front):
    front.get(f"/tim-kiem/?q={WORDS}", 30)
    requests.get(f"http://localhost:{front.plain}/tim-kiem/?q={WORDS}", allow_redirects=False, timeout=5)
    deadline = time.monotonic() + 10  # a line is written when the answer is out already
    while (lines := (front.folder / "access.log").read_text()).count(" GET /tim-kiem/ ") < 2:
        assert time.monotonic() < deadline, lines
        time.sleep(0.05)
    assert WORDS not in lines


def test_nor_where_debians_own_configuration_writes_everything(front, tmp_path):
    """Without containers ours is included beside a line of Debian's that logs whole addresses."""
    plain, ours, theirs = free_port(), tmp_path / "ours.log", tmp_path / "theirs.log"
    own = (front.folder / "hanoi-docs.conf").read_text()
    for was, now in ((front.plain, plain), (front.tls, free_port())):
        own = own.replace(f"127.0.0.1:{was} ", f"127.0.0.1:{now} ")
    own = own.replace(f"{front.folder}/access.log", str(ours))
    (tmp_path / "hanoi-docs.conf").write_text(own)
    text = (front.settings / "nginx.conf").read_text()
    assert re.search(r"access_log /var/log/nginx/access.log", text)
    text = re.sub(
        r"(include|pid|error_log|user) (/etc/nginx/(conf|sites|modules)|/run|/var|www-data).*;", "", text
    )
    text = text.replace("/etc/nginx/mime.types", f"{front.settings}/mime.types")
    text = text.replace("/var/log/nginx/access.log", str(theirs))
    # Where Debian includes conf.d: after its own lines.
    end = text.rindex("gzip on;")
    text = (
        f"{text[:end]}include {front.folder}/place.conf; include {tmp_path}/hanoi-docs.conf;{text[end + 8 :]}"
    )
    temporary = "".join(
        f"{one}_temp_path {tmp_path}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("http {", f"http {{ {temporary}")
    (tmp_path / "nginx.conf").write_text(f"{text}\npid {tmp_path}/pid;\n")
    command = [
        front.program,
        "-e",
        "stderr",
        "-p",
        tmp_path,
        "-c",
        tmp_path / "nginx.conf",
        "-g",
        front._as_root(),
    ]
    with (tmp_path / "said").open("w") as said:
        running = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        deadline = time.monotonic() + 30
        while not (ours.exists() and " 301 " in ours.read_text()):
            assert running.poll() is None and time.monotonic() < deadline, (tmp_path / "said").read_text()
            with contextlib.suppress(requests.RequestException):
                requests.get(f"http://localhost:{plain}/?q={WORDS}", allow_redirects=False, timeout=5)
            time.sleep(0.1)
    finally:
        running.terminate()
        running.wait(20)
    assert WORDS not in ours.read_text() and not theirs.read_text()


def test_fifty_posts_that_trickle_do_not_stop_a_reader(front):
    with ExitStack() as stack:
        lines = front.trickle(stack, front.tls)
        for _ in range(3):
            feed(lines)
            time.sleep(0.3)
            begun = time.monotonic()
            assert front.get("/to-chuc/", 30).status_code == READER
            assert (
                time.monotonic() - begun < 10
            )  # seconds on a busy machine; without the front server for ever
        assert "username" not in (front.folder / "access.log").read_text()


def test_the_client_cannot_choose_what_the_application_believes(front):
    """A plain request stays outside, and an address of the client's own making is not counted as his."""
    plain = requests.get(f"http://localhost:{front.plain}/dang-nhap/?a=1", allow_redirects=False, timeout=5)
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://localhost/dang-nhap/?a=1")
    answer = front.get("/to-chuc/", 30, headers={"X-Forwarded-Proto": "http", "X-Forwarded-For": "1.2.3.4"})
    assert (
        answer.headers["Location"] == "/dang-nhap/?next=/to-chuc/"
    )  # by the client's word it would be sent to https again
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "nginx/" not in answer.headers["Server"]


@pytest.mark.parametrize(
    ("path", "size", "status"), [("/dang-nhap/", 70_000, 413), ("/kiem-tra-chu-ky/", 34_000_000, 413)]
)
def test_a_body_that_no_page_takes_is_refused_before_it_is_sent(front, path, size, status):
    trust = ssl.create_default_context(cafile=front.folder / "site_certificate")
    with ExitStack() as stack:
        line = stack.enter_context(socket.create_connection(("127.0.0.1", front.tls), 10))
        tls = stack.enter_context(trust.wrap_socket(line, server_hostname="localhost"))
        tls.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode())
        said = tls.recv(4096).decode()
    assert f" {status} " in said.splitlines()[0] and "Tệp gửi lên lớn hơn" in said


def test_while_the_application_starts_again_a_sentence_says_so(front):
    text = (front.folder / "place.conf").read_text()
    (front.folder / "place.conf").write_text(text.replace(str(front.web), str(free_port())))
    subprocess.run(front.nginx("-s", "reload"), check=True, capture_output=True)
    deadline = time.monotonic() + 30
    while (answer := front.get("/to-chuc/", 30)).status_code == READER and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (answer.status_code, "khởi động lại" in answer.text) == (503, True)
    (front.folder / "place.conf").write_text(text)
    subprocess.run(front.nginx("-s", "reload"), check=True, capture_output=True)
    while front.get("/to-chuc/", 30).status_code != READER and time.monotonic() < deadline:
        time.sleep(0.1)


def test_the_container_runs_it_where_compose_puts_things():
    text = (ROOT / "ops/nginx/place-container.conf").read_text()
    assert "default web:8000;" in text and "/run/secrets/site_key" in text
    assert shutil.which("openssl")


def test_without_the_front_server_they_do_stop_him(front):
    """Why it is there, and that the test above would see it."""
    with ExitStack() as stack:
        lines = front.trickle(stack, front.web)
        with pytest.raises(requests.Timeout):
            end = time.monotonic() + 60
            while time.monotonic() < end:  # until every thread of both processes has taken one
                feed(lines)
                time.sleep(0.2)
                requests.get(
                    f"http://localhost:{front.web}/to-chuc/",
                    headers=OVER_TLS,
                    timeout=2,
                    allow_redirects=False,
                )
