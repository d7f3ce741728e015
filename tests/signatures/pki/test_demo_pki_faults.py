"""The knobs that break a service do what they say, and only on this machine."""

import socket
import subprocess
import sys
import time

import pytest
import requests
from asn1crypto import tsp
from cryptography import x509
from cryptography.x509 import ocsp

ASKED = tsp.TimeStampReq({
    "version": 1,
    "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"\x11" * 32},
    "nonce": 4711,
})  # fmt: skip


def stamp(pki, timeout: float = 10) -> dict:
    """What a token of the service says."""
    answer = requests.post(pki.tsa, ASKED.dump(), timeout=timeout)
    token = tsp.TimeStampResp.load(answer.content)["time_stamp_token"]
    return token["content"]["encap_content_info"]["content"].parsed.native


@pytest.mark.parametrize(
    ("service", "path"),
    [("tsa", "/tsa"), ("ocsp", "/ocsp"), ("crl", "/crl/ca.crl"), ("crl", "/crl/root.crl")],
)
def test_down_ends_the_line_without_a_word(pki, service, path):
    method, body = ("GET", None) if service == "crl" else ("POST", ASKED.dump())
    with pki.broken(**{service: "down"}), pytest.raises(requests.ConnectionError):
        requests.request(method, pki.url + path, data=body, timeout=10)
    assert requests.request(method, pki.url + path, data=body, timeout=10).status_code == 200


def test_only_what_was_named_is_broken(pki):
    with pki.broken(tsa="down"):
        assert requests.get(f"{pki.url}/crl/ca.crl", timeout=10).status_code == 200
        assert requests.get(f"{pki.url}/healthz", timeout=10).json()["faults"] == {"tsa": "down"}
        assert "tsa (down)" in requests.get(pki.url, timeout=10).text
    assert requests.get(f"{pki.url}/healthz", timeout=10).json()["faults"] == {}


def test_slow_keeps_a_client_waiting_until_it_is_put_right(pki):
    with pki.broken(tsa="slow"), pytest.raises(requests.Timeout):
        stamp(pki, timeout=0.7)
    begun = time.monotonic()
    assert stamp(pki)["nonce"] == 4711
    assert time.monotonic() - begun < 5


def test_a_wrong_stamp_is_sound_but_of_something_else(pki):
    with pki.broken(tsa="wrong"):
        told = stamp(pki)
    assert told["nonce"] == 4711 and told["message_imprint"]["hashed_message"] != b"\x11" * 32
    assert stamp(pki)["message_imprint"]["hashed_message"] == b"\x11" * 32


def test_garbage_comes_with_a_friendly_face(pki):
    with pki.broken(ocsp="garbage", crl="garbage"):
        answer = requests.post(f"{pki.url}/ocsp", b"", timeout=10)
        found = requests.get(f"{pki.url}/crl/ca.crl", timeout=10)
    assert (answer.status_code, found.status_code) == (200, 200)
    assert answer.headers["Content-Type"] == "application/ocsp-response"
    with pytest.raises(ValueError):
        ocsp.load_der_ocsp_response(answer.content)
    with pytest.raises(ValueError):
        x509.load_der_x509_crl(found.content)


@pytest.mark.parametrize(
    "order", ["", "[]", '"down"', '{"tsa": "broken"}', '{"mail": "down"}', '{"tsa": ["down"]}', '{"tsa": 1}']
)
def test_an_order_without_sense_changes_nothing(pki, order):
    with pki.broken(crl="slow"):
        head = {"Content-Type": "application/json"}
        answer = requests.post(f"{pki.url}/faults", order, headers=head, timeout=10)
        assert answer.status_code == 400
        assert requests.get(f"{pki.url}/healthz", timeout=10).json()["faults"] == {"crl": "slow"}


def test_a_form_on_a_web_page_cannot_order(pki):
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        head = {"Content-Type": kind}
        answer = requests.post(f"{pki.url}/faults", '{"tsa": "down"}', headers=head, timeout=10)
        assert answer.status_code == 415
    assert stamp(pki)["nonce"] == 4711


def test_another_machine_cannot_order(tmp_path):
    outside = own_address()
    line = [sys.executable, "-m", "simulators.pki", "--folder", str(tmp_path), "--port", "0"]
    running = subprocess.Popen([*line, "--host", "0.0.0.0"], stdout=subprocess.PIPE, text=True)
    port = running.stdout.readline().strip().rsplit(":", 1)[1]
    try:
        answer = requests.post(f"http://{outside}:{port}/faults", json={"tsa": "down"}, timeout=10)
        assert answer.status_code == 403
        near = requests.post(f"http://127.0.0.1:{port}/faults", json={"tsa": "down"}, timeout=10)
        assert near.status_code == 200
    finally:
        running.terminate()
        running.communicate(timeout=10)


def own_address() -> str:
    """An address of this machine that is not the loopback; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but the loopback")
        return probe.getsockname()[0]
