"""/healthz: strangers hear up or down; who runs the system hears what is down."""

import http.server
import json
import os
import subprocess
import sys

import pytest

from hanoi_docs import health
from hanoi_docs.tasks import heartbeat
from tests.documents.desks import at_desk


@pytest.fixture(autouse=True)
def well(db, settings, monkeypatch):
    settings.AXIS_URL, settings.METRICS_TOKEN = "", "mot-chuoi-that-dai-cho-may-do-0001"
    monkeypatch.setattr(health, "_axis", {})
    heartbeat()


ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}


def test_a_stranger_hears_up_or_down_and_nothing_else(client, settings):
    answer = client.get("/healthz", headers=ELSEWHERE)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    answer = client.get("/healthz", headers=ELSEWHERE)
    assert (answer.status_code, answer.json()) == (503, {"status": "down"})


@pytest.mark.parametrize("name", ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP"])
def test_whatever_a_front_server_adds_makes_a_stranger(client, name):
    assert client.get("/healthz", headers={name: "127.0.0.1"}).json() == {"status": "ok"}
    assert client.get("/healthz", REMOTE_ADDR="203.0.113.7").json() == {"status": "ok"}


def test_this_machine_an_operator_and_the_token_hear_the_parts(office, client, settings):
    assert client.get("/healthz").json()["database"] == "ok"
    assert client.get("/healthz", REMOTE_ADDR="::1").json()["database"] == "ok"
    token = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"} | ELSEWHERE
    assert client.get("/healthz", headers=token).json()["worker"] == "ok"
    assert at_desk(office.quantri).get("/healthz", headers=ELSEWHERE).json()["worker"] == "ok"
    assert at_desk(office.lan).get("/healthz", headers=ELSEWHERE).json() == {"status": "ok"}
    settings.METRICS_TOKEN = ""
    assert client.get("/healthz", headers=token).json() == {"status": "ok"}


def test_the_check_of_the_container_is_this_machine_itself(client):
    """What it sends reaches a server as it is: no header of a front server, so it hears the parts and prints them."""
    heard = {}

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.update(self.headers)
            answer = client.get(self.path, headers=dict(self.headers.items()))
            self.send_response(answer.status_code)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Ear) as server:
        line = [sys.executable, "ops/healthcheck.py", "web", str(server.server_port)]
        env = os.environ | {"ALLOWED_HOSTS": "testserver"}
        process = subprocess.Popen(line, env=env, stdout=subprocess.PIPE, text=True)
        server.handle_request()
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 0 and json.loads(said)["database"] == "ok"
    assert not any(name in heard for name in health._PASSED_ON)
