"""What proves when a paper was signed, and whose word about revocation counts (ETSI EN 319 102-1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms, ocsp
from cryptography.x509 import ReasonFlags

from documents.layout import prepare, render
from documents.layout.dates import date_text
from signatures import pades
from signatures.providers.file import FileKey
from signatures.services import Services
from signatures.verification import verify
from signatures.verification.revocation import Fetcher
from signatures.verification.verdict import STAMP
from simulators import pki as demo_pki
from simulators.pki import moment, revocation
from simulators.pki.folder import holding
from tests.documents.papers import DECISION
from tests.signatures.proof_cases import tsa_until
from tests.signatures.signers import DAY, Signer, signed, stamped_skeleton, with_dss

HOUR = timedelta(hours=1)
OLDER = "được lập trước thời điểm ký"


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def services(pki, at: datetime) -> Services:
    told = moment.services(pki.folder, at=at)
    return Services(told.timestamper, told.evidence)


def told_on(pki, at: datetime, *signers: Signer):
    return moment.services(pki.folder, at=at).evidence(
        [*(one.certificate for one in signers), signers[0].issuer]
    )


def judged(pki, pdf: bytes, *, online: bool = True):
    return verify(pdf, trust_roots=[pki.root.read_bytes()], fetch=Fetcher() if online else None)


def test_a_stamp_over_a_skeleton_proves_nothing_of_what_was_written_behind_it(pki):
    signer, then = Signer(pki.folder), now() - 60 * DAY
    pdf = stamped_skeleton(signer, services(pki, then).stamp)
    demo_pki.revoke(pki.folder, signer.serial, at=now() - 30 * DAY)
    found = judged(pki, pdf)
    one = next(one for one in found.signatures if one.capacity != "stamp")
    assert found.verdict == "invalid" and one.time_source != STAMP and one.level not in ("B-T", "B-LTA")
    assert "đã bị thu hồi từ" in found.sentence() or "thay đổi" in found.sentence()


def test_an_expired_certificate_is_not_made_good_by_a_skeleton(pki):
    signer = Signer(pki.folder, valid=(now() - 90 * DAY, now() - 30 * DAY))
    assert judged(pki, stamped_skeleton(signer, services(pki, now() - 60 * DAY).stamp)).verdict != "valid"


@pytest.mark.parametrize("ocsp", [True, False])
def test_a_service_that_says_revoked_outranks_the_good_news_in_the_file(pki, ocsp):
    signer = Signer(pki.folder, ocsp=ocsp)
    pdf = with_dss(signed(signer), told_on(pki, now() - 2 * HOUR, signer))
    demo_pki.revoke(pki.folder, signer.serial, at=now() - HOUR)
    found = judged(pki, pdf)
    assert found.verdict == "invalid" and "đã bị thu hồi từ" in found.sentence()
    assert judged(pki, pdf, online=False).verdict == "unknown"


def test_good_news_from_before_the_stamp_proves_nothing_without_the_service(pki):
    signer, then = Signer(pki.folder, ocsp=True), now() - HOUR
    pdf = with_dss(signed(signer, stamp=services(pki, then).stamp), told_on(pki, then - 2 * HOUR, signer))
    found = judged(pki, with_stamp_evidence(pki, pdf, then), online=False)
    assert found.verdict == "unknown" and OLDER in found.sentence()
    assert judged(pki, pdf).verdict == "valid"
    demo_pki.revoke(pki.folder, signer.serial, at=then - HOUR)
    assert judged(pki, pdf).verdict == "invalid"


def with_stamp_evidence(pki, pdf: bytes, at: datetime) -> bytes:
    """The lists about the stamping authority, of some hours before: they tell of the signers too."""
    chain = [holding(pki.folder, "tsa").plain, holding(pki.folder, "ca").plain]
    return with_dss(pdf, moment.services(pki.folder, at=at - 3 * HOUR).evidence(chain))


def test_news_from_the_time_of_the_stamp_proves_it_by_the_file_alone(pki):
    signer, then = Signer(pki.folder), now() - 60 * DAY
    bare = signed(signer, stamp=services(pki, then).stamp)
    pdf = with_dss(bare, told_on(pki, then + timedelta(minutes=1), signer))
    assert judged(pki, pdf, online=False).verdict == "valid"
    demo_pki.revoke(pki.folder, signer.serial, at=now() - 30 * DAY)
    found = judged(pki, pdf)
    assert found.verdict == "valid" and "vẫn có giá trị" in found.signatures[0].remarks[0]


def test_who_is_trusted_without_the_root_above_him_is_not_found_to_be_broken(pki):
    """The library takes no list from an authority that is trusted and has an issuer: open, and not "damaged"."""
    signer, then = Signer(pki.folder), now() - 60 * DAY
    bare = signed(signer, stamp=services(pki, then).stamp)
    pdf = with_dss(bare, told_on(pki, then + timedelta(minutes=1), signer))
    found = verify(pdf, trust_roots=[signer.issuer.dump()])
    assert found.verdict == "unknown" and "có bị thu hồi hay không" in found.sentence(), found.reasons
    assert judged(pki, pdf, online=False).verdict == "valid"


@pytest.mark.parametrize("ocsp", [True, False])
def test_news_from_the_future_is_no_news(pki, ocsp):
    signer = Signer(pki.folder, ocsp=ocsp)
    pdf = with_dss(signed(signer), told_on(pki, now() + DAY, signer))
    assert judged(pki, pdf, online=False).verdict == "unknown"


def test_what_is_said_after_the_end_of_a_certificate_does_not_clear_it(pki):
    """A list drops who has expired; a silence about him is no good news (RFC 5280, 5)."""
    signer = Signer(pki.folder, valid=(now() - 90 * DAY, now() - 30 * DAY))
    pdf = signed(signer, stamp=services(pki, now() - 60 * DAY).stamp)
    found = judged(pki, pdf)
    assert found.verdict == "unknown" and "đã hết hạn" in found.sentence()
    demo_pki.revoke(pki.folder, signer.serial, at=now() - 70 * DAY)
    assert judged(pki, pdf).verdict == "invalid"


@pytest.mark.parametrize(
    "reason, verdict", [(ReasonFlags.superseded, "valid"), (ReasonFlags.key_compromise, "unknown")]
)
def test_a_stolen_stamping_key_proves_no_time(pki, reason, verdict):
    tsa_until(pki, now() + 3650 * DAY)
    pdf = signed(Signer(pki.folder), stamp=services(pki, now() - 2 * HOUR).stamp)
    demo_pki.revoke(
        pki.folder, holding(pki.folder, "tsa").plain.serial_number, at=now() - HOUR, reason=reason
    )
    try:
        assert judged(pki, pdf).verdict == verdict
    finally:
        tsa_until(pki, now() + 3650 * DAY)


def test_a_stamp_from_the_future_is_a_forgery(pki):
    pdf = signed(Signer(pki.folder), stamp=services(pki, now() + DAY).stamp)
    assert judged(pki, pdf).verdict == "invalid"


def test_a_stamp_without_its_certificate_proves_nothing_and_is_no_forgery(pki):
    """RFC 3161, 2.4.1: an authority puts it in when it is asked to."""

    def bare(value: bytes) -> bytes:
        token = cms.ContentInfo.load(services(pki, now()).stamp(value))
        token["content"]["certificates"] = cms.CertificateSet([])
        return token.dump(force=True)

    found = judged(pki, signed(Signer(pki.folder), stamp=bare))
    assert found.verdict == "unknown" and "không mang chứng thư số của nơi cấp" in found.sentence()
    assert found.signatures[0].time_source != STAMP
    other = judged(pki, signed(Signer(pki.folder), stamp=lambda value: bare(b"another value")))
    assert other.verdict == "invalid"


def test_an_answer_by_somebody_who_may_not_give_it_is_not_heard(pki):
    """RFC 6960, 4.2.2.2: a certificate of the same authority without the usage of a responder."""
    signer, other = Signer(pki.folder, ocsp=True), Signer(pki.folder)
    answer = ocsp.OCSPResponse.load(revocation.answer_about(pki.folder, signer.certificate, at=now()))
    basic = answer.basic_ocsp_response
    basic["certs"] = [other.certificate]
    data = basic["tbs_response_data"]
    data["responder_id"] = ocsp.ResponderId("by_name", other.certificate.subject)
    basic["signature"] = other.sign(data.dump(force=True))
    answer["response_bytes"]["response"] = basic
    false = ocsp.OCSPResponse.load(answer.dump(force=True))
    proofs = told_on(pki, now(), signer)
    assert judged(pki, with_dss(signed(signer), proofs), online=False).verdict == "valid"
    assert (
        judged(pki, with_dss(signed(signer), proofs._replace(ocsps=[false])), online=False).verdict
        == "unknown"
    )


def test_evidence_that_a_slow_key_made_old_is_gathered_again(pki):
    """A telephone may take its time: what was asked before the question does not prove the answer."""
    at, prepared = now(), prepare(render(DECISION))
    fresh, old = services(pki, at), services(pki, at - HOUR)
    slow = Services(fresh.timestamper, old.evidence)
    person = FileKey.load(
        demo_pki.issue_person(pki.folder, "Người Ký Chậm", "Sở Nội vụ", "Giám đốc", ocsp=True),
        demo_pki.DEMO_PASSWORD,
    )
    agency = FileKey.load(demo_pki.issue_agency(pki.folder, "Sở Nội vụ", "H26.1"), demo_pki.DEMO_PASSWORD)
    paper = pades.certify(prepared, person, at=at, level="B-LT", services=slow)
    assert judged(pki, paper, online=False).verdict == "unknown"
    words = {"number_text": "05", "date_text": date_text(at.date())}
    for level in ("B-LT", "B-LTA"):
        begun = pades.begin_seal(paper, agency.identity, **words, at=at, level=level, services=fresh)
        late = pades.begin_seal(paper, agency.identity, **words, at=at, level=level, services=slow)
        for pending in (begun, replace(late, begun=at - 10 * timedelta(minutes=1))):
            (signature,) = agency.sign([pending.attributes])
            sealed = pades.finish(pending, agency.identity, signature, level=level, services=fresh)
            found = judged(pki, sealed, online=False)
            if pending is begun:
                assert [one.level for one in found.signatures[:2]] == [level, level], found.reasons
                assert found.verdict == "valid"
            assert found.signatures[1].verdict == "valid" and found.signatures[1].level == level
