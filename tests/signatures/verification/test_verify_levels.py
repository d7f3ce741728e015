"""What the file proves by itself, years later and without the network; what the services say when they are asked."""

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography.x509 import ReasonFlags

from documents.layout import prepare, render
from documents.layout.dates import date_text
from signatures.pades import certify, renew, seal
from signatures.providers.file import FileKey
from signatures.services import Services
from signatures.verification import asking, verify
from signatures.verification.revocation import Fetcher
from signatures.verification.verdict import STAMP
from simulators import pki as demo_pki
from simulators.pki import moment
from tests.documents.papers import DECISION

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def prepared() -> bytes:
    return prepare(render(DECISION))


def roots(pki) -> list[bytes]:
    return [pki.root.read_bytes()]


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def someone(pki, name: str, **how) -> bytes:
    return demo_pki.issue_person(pki.folder, name, "Sở Nội vụ", "Giám đốc", **how)


def key(p12: bytes) -> FileKey:
    return FileKey.load(p12, demo_pki.DEMO_PASSWORD)


def services(pki, at: datetime) -> Services:
    told = moment.services(pki.folder, at=at)
    return Services(told.timestamper, told.evidence)


def signed(pki, prepared, p12: bytes, level: str, at: datetime | None = None) -> bytes:
    at = at or now()
    paper = certify(prepared, key(p12), at=at, level=level, services=services(pki, at))
    # In the office the archival stamp comes with the seal; here one signature is enough.
    return renew(paper, services=services(pki, at)) if level == "B-LTA" else paper


def test_services_that_answer_make_it_valid(pki, prepared):
    for ocsp in (False, True):
        paper = signed(pki, prepared, someone(pki, "Người Còn Hạn", ocsp=ocsp), "B-B")
        found = verify(paper, trust_roots=roots(pki), fetch=Fetcher())
        assert found.verdict == "valid", found.reasons
        assert found.signatures[0].revocation == "Chưa bị thu hồi (đã hỏi cơ quan cấp chứng thư)."


def test_without_asking_it_is_unknown_and_names_the_service(pki, prepared):
    paper = signed(pki, prepared, someone(pki, "Người Còn Hạn"), "B-B")
    found = verify(paper, trust_roots=roots(pki))
    host = pki.url.removeprefix("http://")
    assert found.verdict == "unknown" and host in found.reasons[0] and not found.may_be_known_later


@pytest.mark.parametrize("fault", ["down", "garbage", "slow"])
def test_a_silent_service_gives_unknown_and_may_be_asked_later(pki, prepared, fault):
    paper = signed(pki, prepared, someone(pki, "Người Còn Hạn", ocsp=True), "B-B")
    host = pki.url.removeprefix("http://")
    with pki.broken(ocsp=fault, crl=fault):
        begun = now()
        found = verify(paper, trust_roots=roots(pki), fetch=Fetcher())
    assert now() - begun < timedelta(seconds=9)
    assert found.verdict == "unknown" and found.may_be_known_later
    assert f"dịch vụ {host} không trả lời" in found.sentence() and "kiểm tra lại sau ít phút" in found.todo
    assert verify(paper, trust_roots=roots(pki), fetch=Fetcher()).verdict == "valid"


def test_revoked_before_and_without_a_stamp_is_invalid(pki, prepared):
    p12 = someone(pki, "Người Bị Thu Hồi")
    paper = signed(pki, prepared, p12, "B-B")
    pki.revoke(p12, reason=ReasonFlags.key_compromise)
    found = verify(paper, trust_roots=roots(pki), fetch=Fetcher())
    assert found.verdict == "invalid" and "đã bị thu hồi từ" in found.sentence()


def test_revoked_after_a_stamp_stays_valid_with_a_remark(pki, prepared):
    p12 = someone(pki, "Người Thu Hồi Sau", ocsp=True)
    paper = signed(pki, prepared, p12, "B-T", at=now() - timedelta(hours=2))
    pki.revoke(p12, at=now() - timedelta(hours=1))
    found = verify(paper, trust_roots=roots(pki), fetch=Fetcher())
    one = found.signatures[0]
    assert found.verdict == "valid" and one.time_source == STAMP, found.reasons
    assert "vẫn có giá trị" in one.remarks[0]


def test_revoked_before_the_stamp_is_invalid(pki, prepared):
    p12 = someone(pki, "Người Thu Hồi Trước", ocsp=True)
    pki.revoke(p12, at=now() - timedelta(hours=1))
    paper = signed(pki, prepared, p12, "B-T")
    assert verify(paper, trust_roots=roots(pki), fetch=Fetcher()).verdict == "invalid"


@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
def test_long_term_files_stand_alone_also_after_the_certificate(pki, prepared, level):
    p12 = someone(pki, "Người Hết Hạn Sau", valid_from=now() - 90 * DAY, valid_to=now() - 30 * DAY)
    then = now() - 60 * DAY
    paper = signed(pki, prepared, p12, level, at=then)
    found = verify(paper, trust_roots=roots(pki))
    one = found.signatures[0]
    assert found.verdict == "valid", found.reasons
    assert (one.level, one.time_source, one.signed_at) == (level, STAMP, then)
    if level == "B-LTA":
        assert found.signatures[-1].capacity == "stamp"


def test_a_plain_signature_does_not_outlive_its_certificate(pki, prepared):
    p12 = someone(pki, "Người Hết Hạn", valid_from=now() - 90 * DAY, valid_to=now() - 30 * DAY)
    paper = signed(pki, prepared, p12, "B-B", at=now() - 60 * DAY)
    found = verify(paper, trust_roots=roots(pki), fetch=Fetcher())
    assert found.verdict == "unknown" and "dấu thời gian" in found.sentence()


def test_two_signatures_at_each_level_are_valid_offline_and_say_their_level(pki, prepared):
    agency = FileKey.load(demo_pki.issue_agency(pki.folder, "Sở Nội vụ", "H26.1"), demo_pki.DEMO_PASSWORD)
    at = now()
    for level in ("B-T", "B-LT", "B-LTA"):
        first = signed(pki, prepared, someone(pki, "Người Ký"), "B-T" if level == "B-T" else "B-LT", at=at)
        paper = seal(
            first, agency, number_text="05", date_text=date_text(at.date()), at=at, level=level,
            services=services(pki, at),
        )  # fmt: skip
        found = verify(paper, trust_roots=roots(pki), fetch=Fetcher() if level == "B-T" else None)
        assert found.verdict == "valid", (level, found.reasons)
        assert found.signatures[1].level == level and found.signatures[1].capacity == "agency"
        assert found.signatures[1].organisation_code == "H26.1"
        assert found.signatures[1].covers_whole_file == (level != "B-LTA")


def test_a_renewed_proof_is_still_valid(pki, prepared):
    paper = signed(pki, prepared, someone(pki, "Người Ký"), "B-LTA")
    again = renew(paper, services=services(pki, now()))
    found = verify(again, trust_roots=roots(pki))
    assert found.verdict == "valid" and [one.capacity for one in found.signatures].count("stamp") == 2


def test_answers_are_kept_and_a_stranger_is_never_asked_about(pki, prepared, tmp_path):
    asked = []

    def get(url, request):
        asked.append(url)
        return asking.ask(url, request)

    fetcher = Fetcher(get)
    paper = signed(pki, prepared, someone(pki, "Người Còn Hạn"), "B-B")
    for _ in range(3):
        assert verify(paper, trust_roots=roots(pki), fetch=fetcher).verdict == "valid"
    assert 1 <= len(asked) == len(set(asked))
    demo_pki.build_ca(tmp_path / "other")
    asked.clear()
    stranger = verify(paper, trust_roots=[(tmp_path / "other/root.pem").read_bytes()], fetch=fetcher)
    assert stranger.verdict == "unknown" and asked == []


def test_a_service_that_does_not_speak_http_is_silent():
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer():
            line, _ = door.accept()
            with line:
                line.recv(1000)
                line.sendall(b"220 smtp.test ESMTP\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(OSError):
            asking.ask(f"http://127.0.0.1:{door.getsockname()[1]}/crl", None)


def test_redirects_files_and_long_answers_are_refused(pki, tmp_path):
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/x", f"{pki.url}/nowhere"):
        with pytest.raises((OSError, ValueError)):
            asking.ask(url, None)
    assert requests.get(f"{pki.url}/healthz", timeout=5).ok
