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
    for name in ("STATE_DIR", "TSA_URL", "DEMO_PKI_URL", "SIGNATURE_LEVEL", "AXIS_URL", "REMOTE_SIGNING_URL"):
        monkeypatch.delenv(name, raising=False)
    place = place_in(tmp_path)
    env = environment(place, URLS, "127.0.0.1", 8000)
    children = list(services(place, env, "127.0.0.1", 8000))
    assert [child.name for child in children] == [
        "pki",
        "simulator",
        "csc",
        "worker",
        "streams",
        "beat",
        "web",
    ]
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


def test_the_remote_signing_service_answers_with_the_secret_it_was_given(tmp_path, monkeypatch):
    monkeypatch.delenv("REMOTE_SIGNING_URL", raising=False)
    place = place_in(tmp_path)
    env = environment(place, URLS, "127.0.0.1", 8000)
    child = next(one for one in services(place, env, "127.0.0.1", 8000) if one.name == "csc")
    running = subprocess.Popen(child.argv, cwd=child.cwd, env=child.env, stdout=subprocess.PIPE)
    try:
        running.stdout.readline()
        form = {
            "grant_type": "client_credentials",
            "client_id": env["REMOTE_SIGNING_CLIENT"],
            "client_secret": env["REMOTE_SIGNING_SECRET"],
        }
        url = f"{env['REMOTE_SIGNING_URL']}/csc/v2/oauth2/token"
        assert requests.post(url, data=form, timeout=10).status_code == 200
        assert requests.post(url, data=form | {"client_secret": "x"}, timeout=10).status_code == 401
    finally:
        running.terminate()
        running.communicate(timeout=10)


def test_with_another_remote_service_none_is_started_and_no_key_is_left_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("REMOTE_SIGNING_URL", "https://kyso.test")
    place = place_in(tmp_path)
    env = environment(place, URLS, "127.0.0.1", 8000)
    assert (env["REMOTE_SIGNING_URL"], env["DEMO_REMOTE_SIGNING_DIR"]) == ("https://kyso.test", "")
    assert "csc" not in [child.name for child in services(place, env, "127.0.0.1", 8000)]
