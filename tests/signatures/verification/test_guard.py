"""Files of strangers are read in a process of its own: it is kept, it is bounded, and its end harms nobody."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from documents.layout import prepare, render
from signatures.pades import certify
from signatures.providers.file import FileKey
from signatures.verification.asking import Line
from signatures.verification.guard import Guard
from signatures.verification.limits import TOO_HEAVY
from simulators import pki as demo_pki
from tests.documents.papers import DECISION
from tests.signatures.attacks import heavy
from tests.signatures.attacks.cast import Cast
from tests.signatures.pki_process import certificate_of


@pytest.fixture(scope="module")
def cast(tmp_path_factory) -> Cast:
    return Cast(tmp_path_factory.mktemp("cast"))


@pytest.fixture
def guard():
    guard = Guard()
    yield guard
    guard.close()


def child_of(guard: Guard) -> int:
    return guard._pool._idle[0]._process.pid


def test_one_process_serves_many_files(guard, cast):
    pids = set()
    for _ in range(3):
        assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
        pids.add(child_of(guard))
    assert len(pids) == 1 and pids.isdisjoint({os.getpid()})


def test_other_certificates_are_told_to_the_same_process(guard, cast):
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
    assert guard.verify(cast.sealed, trust_roots=[], fetch=False).verdict == "unknown"
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"


def test_a_file_that_takes_too_long_is_unknown_and_the_next_is_served(cast):
    guard = Guard(seconds=1.5)
    guard.warm()
    file, begun = heavy.nested_string(cast), time.monotonic()
    found = guard.verify(file, trust_roots=cast.roots, fetch=False)
    assert time.monotonic() - begun < 5
    assert (found.verdict, found.reasons) == ("unknown", [TOO_HEAVY]) and "xác minh" in found.todo
    guard._seconds = 9
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
    guard.close()


def test_a_process_that_died_is_replaced(guard, cast):
    guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False)
    first = guard._pool._idle[0]
    first._process.kill()
    first._process.wait()
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
    assert guard._pool._idle[0] is not first


def test_the_process_cannot_hold_more_than_a_gigabyte_and_knows_no_secret_of_ours(guard, cast, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "khong-duoc-lo")
    guard.warm()
    pid = child_of(guard)
    with open(f"/proc/{pid}/limits") as limits:
        line = next(line for line in limits if line.startswith("Max address space"))
    assert line.split()[3] == str(1024**3)
    with open(f"/proc/{pid}/environ", "rb") as environment:
        assert b"khong-duoc-lo" not in environment.read()


def test_the_process_is_nobody_and_has_no_way_out(guard):
    guard.warm()
    lines = Path(f"/proc/{child_of(guard)}/status").read_text().splitlines()
    told = dict(
        line.split(maxsplit=1) for line in lines if line.startswith(("CapEff:", "NoNewPrivs:", "Seccomp:"))
    )
    assert told == {"CapEff:": "0" * 16, "NoNewPrivs:": "1", "Seccomp:": "2"}


@pytest.mark.parametrize("responder", [True, False])
def test_what_services_say_reaches_it_through_us(guard, pki, responder):
    """It asks, we ask: a good and a withdrawn certificate, and silence by its name."""
    p12 = demo_pki.issue_person(
        pki.folder, f"Người Hỏi Nhờ {responder}", "Sở Nội vụ", "Giám đốc", ocsp=responder
    )
    paper = certify(
        prepare(render(DECISION)), FileKey.load(p12, demo_pki.DEMO_PASSWORD), at=datetime.now(UTC)
    )
    asked = {"trust_roots": [pki.root.read_bytes()]}
    assert guard.verify(paper, **asked, fetch=False).verdict == "unknown"
    with pki.broken(ocsp="down", crl="down"):
        silent = guard.verify(paper, **asked)
    assert silent.verdict == "unknown" and "127.0.0.1" in silent.signatures[0].revocation + str(
        silent.reasons
    )
    guard.close()  # a service that was silent is left alone for a while
    found = guard.verify(paper, **asked)
    assert found.verdict == "valid" and "đã hỏi" in found.signatures[0].revocation
    guard.close()
    pki.revoke(p12)
    assert guard.verify(paper, **asked).verdict == "invalid"


def test_the_way_through_us_carries_nothing_else(pki):
    """A reader that a file has taken over learns nothing of our other services, and nothing when it may not ask."""
    p12 = demo_pki.issue_person(pki.folder, "Người Được Hỏi", "Sở Nội vụ", "Giám đốc", ocsp=True)
    leaf = x509.load_pem_x509_certificate(pki.ca.read_bytes())
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate_of(p12), leaf, hashes.SHA1()).build()
    request = request.public_bytes(Encoding.DER)
    (address,) = asn1.Certificate.load(certificate_of(p12).public_bytes(Encoding.DER)).ocsp_urls
    assert Line(is_open=True).ask(address, request)
    assert Line(is_open=False).ask(address, request) == b""
    assert requests.get(f"{pki.url}/healthz", timeout=5).content  # it is there, but it is no list
    assert Line(is_open=True).ask(f"{pki.url}/healthz", None) == b""
    assert Line(is_open=True).ask(f"{pki.url}/faults", b'{"tsa": "down"}') == b""
    assert requests.post(pki.tsa, timeout=5).status_code != 503
    assert Line(is_open=True).ask(f"file://{pki.root}", None) == b""


def test_a_fork_makes_its_own(guard, cast):
    guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False)
    ours = child_of(guard)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:  # only a verdict leaves it
        found = guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False)
        other = child_of(guard) != ours
        guard.close()
        os.write(writing, f"{found.verdict} {other}".encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reading, 100) == b"valid True"
    assert guard.verify(cast.sealed, trust_roots=cast.roots, fetch=False).verdict == "valid"
    assert child_of(guard) == ours
