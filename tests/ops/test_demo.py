"""What the demonstration starts, and with which settings."""

import subprocess

import requests

from launcher.demo import environment, services
from launcher.place import Place

URLS = {"DATABASE_URL": "postgresql://x", "REDIS_URL": "redis://x"}


def place_in(folder) -> Place:
    (folder / "log").mkdir(exist_ok=True)
    return Place(folder, folder / "engine", folder / "programs", None)


def test_the_authority_comes_first_and_answers_where_its_certificates_say(tmp_path, monkeypatch):
    for name in ("STATE_DIR", "TSA_URL", "DEMO_PKI_URL", "SIGNATURE_LEVEL", "AXIS_URL"):
        monkeypatch.delenv(name, raising=False)
    place = place_in(tmp_path)
    env = environment(place, URLS, "127.0.0.1", 8000)
    children = list(services(place, env, "127.0.0.1", 8000))
    assert [child.name for child in children] == ["pki", "simulator", "worker", "beat", "web"]
    assert (env["TSA_URL"], env["SIGNATURE_LEVEL"]) == (f"{env['DEMO_PKI_URL']}/tsa", "B-LT")
    running = subprocess.Popen(children[0].argv, cwd=children[0].cwd, stdout=subprocess.PIPE)
    try:
        running.stdout.readline()
        health = requests.get(f"{env['DEMO_PKI_URL']}/healthz", timeout=10).json()
        assert health["base_url"] == env["DEMO_PKI_URL"]
        assert (tmp_path / "app/keys/root.pem").exists()  # the folder of the system's own settings
    finally:
        running.terminate()
        running.communicate(timeout=10)


def test_another_stamping_service_is_used_and_the_authority_still_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("TSA_URL", "http://stamps.test/tsa")
    place = place_in(tmp_path)
    env = environment(place, URLS, "127.0.0.1", 8000)
    assert env["TSA_URL"] == "http://stamps.test/tsa"
    assert "pki" in [child.name for child in services(place, env, "127.0.0.1", 8000)]
