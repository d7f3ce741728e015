"""The authority's services over HTTP, judged by openssl and by poppler."""

import base64
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import quote

import pytest
import requests
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from documents.layout import prepare, render
from signatures.pades import certify
from signatures.providers.file import FileKey
from simulators import pki as demo_pki
from simulators.pki.stamping import POLICY
from tests.documents.papers import DECISION
from tests.signatures.pki_process import Pki, certificate_of

NOW = datetime.now(UTC).replace(microsecond=0)
TSQ = {"Content-Type": "application/timestamp-query"}


def openssl(*words, ok: bool = True) -> str:
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    return done.stdout + done.stderr


def person(pki, name: str, **how) -> bytes:
    return demo_pki.issue_person(pki.folder, name, "Sở Nội vụ", "Giám đốc", **how)


def kept(folder, p12: bytes):
    """The certificate as a PEM file."""
    path = folder / f"{certificate_of(p12).serial_number:x}.pem"
    path.write_bytes(certificate_of(p12).public_bytes(Encoding.PEM))
    return path


def lists(pki, folder):
    """Both revocation lists as one PEM file."""
    path = folder / "lists.pem"
    path.write_text("")
    for issuer in ("root", "ca"):
        der = requests.get(f"{pki.url}/crl/{issuer}.crl", timeout=10).content
        with path.open("ab") as file:
            file.write(x509.load_der_x509_crl(der).public_bytes(Encoding.PEM))
    return path


def verified(pki, folder, certificate, *options, ok: bool = True) -> str:
    chain = ("-CAfile", pki.root, "-untrusted", pki.ca, "-CRLfile", lists(pki, folder))
    return openssl("verify", *chain, "-crl_check_all", *options, certificate, ok=ok)


def stamped(pki, folder, *options):
    """Asks for a stamp over a file; question and answer as files."""
    (folder / "paper").write_text("Quyết định")
    openssl("ts", "-query", "-data", folder / "paper", *options, "-out", folder / "q.tsq")
    answer = requests.post(pki.tsa, (folder / "q.tsq").read_bytes(), headers=TSQ, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/timestamp-reply")
    (folder / "r.tsr").write_bytes(answer.content)
    return folder / "q.tsq", folder / "r.tsr"


@pytest.mark.parametrize("digest", ["-sha256", "-sha384", "-sha512"])
def test_openssl_accepts_a_stamp_for_its_own_question(pki, tmp_path, digest):
    question, answer = stamped(pki, tmp_path, digest, "-cert")
    text = openssl("ts", "-reply", "-in", answer, "-text")
    assert "Status: Granted." in text and f"Policy OID: {POLICY}" in text
    when = datetime.strptime(text.partition("Time stamp: ")[2].splitlines()[0], "%b %d %H:%M:%S %Y GMT")
    assert abs(when.replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=1)
    trust = ("-CAfile", pki.root, "-untrusted", pki.ca)
    assert "Verification: OK" in openssl("ts", "-verify", "-queryfile", question, "-in", answer, *trust)


def test_stamps_differ_and_hold_no_certificate_unless_asked(pki, tmp_path):
    texts = []
    for _ in range(2):
        question, answer = stamped(pki, tmp_path, "-no_nonce")
        texts.append(openssl("ts", "-reply", "-in", answer, "-text"))
        trust = ("-CAfile", pki.root, "-untrusted", pki.folder / "tsa.pem")
        assert "Verification: FAILED" in openssl(
            "ts", "-verify", "-queryfile", question, "-in", answer, *trust, ok=False
        )  # the issuing authority is nowhere
        both = tmp_path / "both.pem"
        both.write_bytes((pki.folder / "tsa.pem").read_bytes() + pki.ca.read_bytes())
        openssl(
            "ts", "-verify", "-queryfile", question, "-in", answer, "-CAfile", pki.root, "-untrusted", both
        )
    serials = [text.partition("Serial number: ")[2].splitlines()[0] for text in texts]
    assert serials[0] != serials[1] and "Nonce: unspecified" in texts[0]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("-sha1",), "unrecognized or unsupported algorithm"),
        (("-sha256", "-tspolicy", "1.2.3.4"), "policy"),
    ],
)
def test_a_question_it_cannot_serve_is_rejected_with_the_reason(pki, tmp_path, options, why):
    _, answer = stamped(pki, tmp_path, *options)
    text = openssl("ts", "-reply", "-in", answer, "-text")
    assert "Status: Rejected." in text and why in text


@pytest.mark.parametrize("body", [b"", b"\x30", b"\x30\x80", b"x" * 5000, b"\x30\x03\x02\x01\x01"])
def test_what_is_no_question_gets_an_answer_all_the_same(pki, tmp_path, body):
    (tmp_path / "r.tsr").write_bytes(requests.post(pki.tsa, body, timeout=10).content)
    assert "Status: Rejected." in openssl("ts", "-reply", "-in", tmp_path / "r.tsr", "-text")
    for answer in (
        requests.post(f"{pki.url}/ocsp", body, timeout=10),
        requests.get(f"{pki.url}/ocsp/{quote(base64.b64encode(body), safe='')}", timeout=10),
    ):
        assert ocsp.load_der_ocsp_response(answer.content).response_status.name == "MALFORMED_REQUEST"


def test_a_scrambled_question_is_answered_or_refused_and_breaks_nothing(pki):
    leaf, ca = certificate_of(person(pki, "Bị Xáo Trộn")), load(pki.ca)
    asked = ocsp.OCSPRequestBuilder().add_certificate(leaf, ca, hashes.SHA1())
    asked = asked.add_extension(x509.OCSPNonce(b"n" * 16), critical=False).build()
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"h" * 32}
    stamp = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 4711, "cert_req": True})
    chance, line = Random(2026), requests.Session()
    for url, good in ((f"{pki.url}/ocsp", asked.public_bytes(Encoding.DER)), (pki.tsa, stamp.dump())):
        for _ in range(400):
            body = bytearray(good)
            for _ in range(chance.randint(1, 3)):
                body[chance.randrange(len(body))] = chance.randrange(256)
            assert line.post(url, bytes(body), timeout=10).status_code == 200


def test_openssl_hears_good_unknown_and_revoked(pki, tmp_path):
    good, gone = person(pki, "Còn Dùng"), person(pki, "Thôi Dùng")
    pki.revoke(gone, at=NOW - timedelta(hours=1), reason=x509.ReasonFlags.key_compromise)
    said = openssl(
        "ocsp", "-url", f"{pki.url}/ocsp", "-CAfile", pki.root, "-verify_other", pki.ca, "-issuer", pki.ca,
        "-cert", kept(tmp_path, good), "-cert", kept(tmp_path, gone), "-serial", "4711",
    )  # fmt: skip
    assert "Response verify OK" in said and "WARNING" not in said  # it warns of a missing nonce
    assert f"{kept(tmp_path, good)}: good" in said and "4711: unknown" in said
    assert f"{kept(tmp_path, gone)}: revoked" in said and "Reason: keyCompromise" in said


def test_ocsp_by_get_and_only_for_its_own_issuer(pki):
    leaf, ca, root = certificate_of(person(pki, "Hỏi Bằng Get")), *map(load, (pki.ca, pki.root))
    for subject, issuer, heard in ((leaf, ca, "SUCCESSFUL"), (ca, root, "UNAUTHORIZED")):
        question = ocsp.OCSPRequestBuilder().add_certificate(subject, issuer, hashes.SHA256()).build()
        text = quote(base64.b64encode(question.public_bytes(Encoding.DER)), safe="")
        answer = requests.get(f"{pki.url}/ocsp/{text}", timeout=10)
        assert answer.headers["Content-Type"] == "application/ocsp-response"
        assert ocsp.load_der_ocsp_response(answer.content).response_status.name == heard


def load(path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_a_revocation_is_in_the_next_list(pki, tmp_path):
    p12 = person(pki, "Sắp Thu Hồi", key="ec")
    certificate = kept(tmp_path, p12)
    assert verified(pki, tmp_path, certificate).endswith("OK\n")
    pki.revoke(p12, reason=x509.ReasonFlags.superseded)
    assert "certificate revoked" in verified(pki, tmp_path, certificate, ok=False)
    der = requests.get(f"{pki.url}/crl/ca.crl", timeout=10).content
    (tmp_path / "ca.crl").write_bytes(der)
    text = openssl("crl", "-inform", "der", "-in", tmp_path / "ca.crl", "-CAfile", pki.ca, "-text", "-noout")
    assert "verify OK" in text and "Superseded" in text
    fresh = x509.load_der_x509_crl(der)
    assert fresh.last_update_utc <= datetime.now(UTC) < fresh.next_update_utc


def test_an_issuing_authority_can_be_revoked_by_the_root(tmp_path):
    with Pki(tmp_path / "pki") as own:
        certificate = kept(tmp_path, person(own, "Dưới Quyền"))
        assert verified(own, tmp_path, certificate).endswith("OK\n")
        demo_pki.revoke(own.folder, load(own.ca).serial_number, at=NOW)
        assert "certificate revoked" in verified(own, tmp_path, certificate, ok=False)


def test_openssl_sees_the_special_certificates(pki, tmp_path):
    day = timedelta(days=1)
    over = person(pki, "Hết Hạn", valid_from=NOW - 90 * day, valid_to=NOW - day)
    early = person(pki, "Chưa Đến Hạn", valid_from=NOW + day)
    assert "certificate has expired" in verified(pki, tmp_path, kept(tmp_path, over), ok=False)
    assert "not yet valid" in verified(pki, tmp_path, kept(tmp_path, early), ok=False)


def test_the_addresses_in_a_certificate_answer(pki):
    certificate = certificate_of(person(pki, "Có Địa Chỉ", ocsp=True))
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    issuers = [one for one in access if one.access_method._name == "caIssuers"]
    issuer = x509.load_der_x509_certificate(
        requests.get(issuers[0].access_location.value, timeout=10).content
    )
    certificate.verify_directly_issued_by(issuer)
    found = x509.load_der_x509_crl(requests.get(points[0].full_name[0].value, timeout=10).content)
    assert found.is_signature_valid(issuer.public_key())
    assert f"{pki.url}/ocsp" in str(access)


def test_poppler_trusts_a_signer_with_a_list_whether_or_not_the_services_run(tmp_path):
    """Poppler 22.12 reads no lists; with an OCSP address it says "Unknown issue" when the responder is away."""
    database = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    paper = prepare(render(DECISION))

    def says(p12: bytes) -> str:
        file = tmp_path / "paper.pdf"
        signer = FileKey.load(p12, demo_pki.DEMO_PASSWORD)
        file.write_bytes(certify(paper, signer, at=datetime.now(UTC)))
        line = ["pdfsig", "-nssdir", database, str(file)]
        said = subprocess.run(line, capture_output=True, check=True, text=True).stdout
        assert "Signature is Valid" in said
        return said.partition("Certificate Validation: ")[2].splitlines()[0]

    with Pki(tmp_path / "pki") as own:
        add = ["certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C", "-i", str(own.root)]
        subprocess.run(add, check=True)
        listed, asked = person(own, "Người Ký"), person(own, "Người Ký", ocsp=True)
        assert says(listed) == says(asked) == "Certificate is Trusted."
        own.stop()
        assert says(listed) == "Certificate is Trusted."
        assert says(asked).startswith("Unknown issue")
        own.start()
        own.revoke(asked)
        assert says(asked) == "Certificate has been Revoked."


def test_the_page_says_what_it_is(pki):
    page = requests.get(pki.url, timeout=10)
    assert "Không có giá trị pháp lý" in page.text and f"{pki.url}/tsa" in page.text
    assert requests.get(f"{pki.url}/healthz", timeout=10).json()["status"] == "ok"
    assert requests.get(f"{pki.url}/root.key", timeout=10).status_code == 404
    assert requests.get(f"{pki.url}/crl/../root.key", timeout=10).status_code == 404


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("Content-Length: 65537", b" 413 "),
        ("Content-Length: " + "9" * 5000, b" 413 "),
        ("Content-Length: -1", b" 411 "),
        ("Transfer-Encoding: chunked", b" 411 "),
    ],
)
def test_a_body_too_large_or_without_a_size_is_refused_unread(pki, head, status):
    with socket.create_connection(("127.0.0.1", pki.port), timeout=10) as line:
        line.sendall(f"POST /tsa HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
        assert status in line.recv(200)
