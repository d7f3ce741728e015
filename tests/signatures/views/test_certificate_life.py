"""A certificate grows old, or is withdrawn: its holder, the clerk, the administrator and the operator see it in time."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import Event
from hanoi_docs.demo.certificates import give_demo_certificates, remember
from orgs.models import Delegation, Role
from signatures.actions import certificates as actions
from signatures.errors import SigningError
from signatures.keys import personal_certificate
from signatures.models import Certificate
from signatures.tasks import check_certificates
from simulators import pki as demo_pki
from tests.documents.desks import at_desk, words
from tests.documents.lists.test_lists import cost
from tests.signatures.certificate_cases import DAY, self_made
from tests.signatures.proof_cases import proof_row


@pytest.fixture
def trusted(office, settings, pki):
    settings.DEMO, settings.SIGNING_KEY_DIR = True, pki.folder
    give_demo_certificates([], [])
    return office


def registered(pki, post, **given) -> tuple[Certificate, bytes]:
    """A certificate of the running authority, for the test alone."""
    given = {"valid_to": timezone.now() + dt.timedelta(days=300, seconds=Certificate.objects.count())} | given
    p12 = demo_pki.issue_person(pki.folder, str(post.user), "Sở Nội vụ", post.title, **given)
    return remember(pki.folder, p12, user=post.user), p12


@pytest.mark.parametrize("ocsp", [True, False])
def test_the_daily_question_finds_the_withdrawn_one(trusted, pki, ocsp):
    good, _ = registered(pki, trusted.thao, ocsp=ocsp)
    bad, p12 = registered(pki, trusted.dung, ocsp=ocsp)
    revoked = timezone.now().replace(microsecond=0) - DAY
    pki.revoke(p12, at=revoked)
    check_certificates()
    good.refresh_from_db(), bad.refresh_from_db()
    assert (good.revoked_at, bad.revoked_at) == (None, revoked)
    assert good.checked_at and bad.checked_at
    event = Event.objects.get(kind="revoke_certificate")
    assert (event.organisation, event.post, event.payload["serial"]) == (
        trusted.home_affairs,
        None,
        bad.serial,
    )
    with pytest.raises(SigningError, match="đã bị thu hồi ngày"):
        personal_certificate(trusted.dung.user)
    assert personal_certificate(trusted.thao.user) == good
    check_certificates()
    assert Event.objects.filter(kind="revoke_certificate").count() == 1


def test_a_silent_service_changes_nothing(trusted, pki):
    row, p12 = registered(pki, trusted.dung)
    pki.revoke(p12)
    with pki.broken(ocsp="down", crl="down"):
        assert actions.check_due(at=timezone.now()) == 0
    row.refresh_from_db()
    assert (row.revoked_at, row.checked_at) == (None, None)
    assert actions.check_due(at=timezone.now()) == 1


def test_so_many_in_one_run_the_one_waiting_longest_first(trusted, pki):
    now = timezone.now()
    rows = [registered(pki, post)[0] for post in (trusted.dung, trusted.thao, trusted.hoa, trusted.minh)]
    for row, hours in zip(rows, (30, None, 90, 2), strict=True):
        asked = now - dt.timedelta(hours=hours) if hours else None
        Certificate.objects.filter(pk=row.pk).update(checked_at=asked)
    assert actions.check_due(at=now, most=2) == 2
    told = [Certificate.objects.get(pk=row.pk).checked_at == now for row in rows]
    assert told == [False, True, True, False]
    assert actions.check_due(at=now, most=2) == 1  # the one of two hours ago has had its turn today
    assert actions.check_due(at=now) == 0


def test_one_nobody_answers_for_does_not_keep_the_others_waiting(trusted, pki):
    self_made("Người Lạ", user=trusted.hoa.user)
    row, _ = registered(pki, trusted.dung)
    assert actions.check_due(at=timezone.now(), most=1) == 1
    row.refresh_from_db()
    assert row.checked_at is not None


def test_a_suspension_that_was_taken_back(trusted, pki):
    row, _ = registered(pki, trusted.dung)
    Certificate.objects.filter(pk=row.pk).update(revoked_at=timezone.now() - DAY)
    row.refresh_from_db()
    page = at_desk(trusted.quantri).post(reverse("certificate_check", args=[row.pk]), follow=True)
    assert "Chưa bị thu hồi (đã hỏi cơ quan cấp chứng thư)" in words(page)
    row.refresh_from_db()
    assert row.revoked_at is None
    assert Event.objects.get(kind="restore_certificate").post == trusted.quantri


def test_asked_by_hand_while_the_service_is_away(trusted, pki):
    row, _ = registered(pki, trusted.dung)
    with pki.broken(ocsp="down", crl="down"):
        page = at_desk(trusted.quantri).post(reverse("certificate_check", args=[row.pk]), follow=True)
    assert "không trả lời" in words(page)


@pytest.mark.parametrize(
    "days, tone, said",
    [
        (61, None, ""),
        (59.9, "warn", "Chứng thư số của bạn hết hạn ngày"),
        (29.9, "warn", "Chứng thư số của bạn hết hạn ngày"),
        (6.9, "bad", "Chứng thư số của bạn hết hạn ngày"),
        (-1, "bad", "Chứng thư số của bạn đã hết hạn ngày"),
    ],
)
def test_the_holder_reads_it_on_the_desk(office, days, tone, said):
    row = self_made("Phạm Tiến Dũng", user=office.dung.user, days=days)
    page = at_desk(office.dung).get("/")
    if tone is None:
        assert "Chứng thư số của bạn" not in words(page)
        return
    assert said in words(page) and f"{timezone.localtime(row.valid_to):%d/%m/%Y}" in words(page)
    if days > 0:
        left = (timezone.localdate(row.valid_to) - timezone.localdate()).days
        assert f"(còn {left} ngày)" in words(page)
    assert f"alert tone-{tone}" in page.content.decode()
    assert reverse("own_certificates") in page.content.decode()
    for other in (office.thao, office.lan, office.minh, office.khach, office.quantri):
        assert "Chứng thư số của bạn" not in words(at_desk(other).get("/"))


def test_a_withdrawn_one_and_a_newer_beside_it(office):
    self_made("Phạm Tiến Dũng", user=office.dung.user, revoked_at=timezone.now())
    assert "Chứng thư số của bạn đã bị thu hồi ngày" in words(at_desk(office.dung).get("/"))
    self_made("Phạm Tiến Dũng", user=office.dung.user, days=200)
    assert "Chứng thư số của bạn" not in words(at_desk(office.dung).get("/"))


def test_one_laid_aside_is_no_news(office):
    self_made("Phạm Tiến Dũng", user=office.dung.user, days=-5, retired_at=timezone.now())
    assert "Chứng thư số của bạn" not in words(at_desk(office.dung).get("/"))


def test_the_clerk_and_the_administrator_read_of_the_offices(office):
    admin = office.post("binh", "Ngô Thanh Bình", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    assert "chứng thư số" not in words(at_desk(admin).get("/")).replace("Chứng thư số", "")
    self_made("Sở Nội vụ", organisation=office.home_affairs, days=20)
    self_made("Phạm Tiến Dũng", user=office.dung.user, days=-3)
    self_made("Sở Tư pháp", organisation=office.justice, days=-3)
    assert "Chứng thư số của cơ quan hết hạn ngày" in words(at_desk(office.lan).get("/"))
    assert "Chứng thư số của cơ quan đã hết hạn" in words(at_desk(office.khach).get("/"))
    assert "của cơ quan" not in words(at_desk(office.minh).get("/"))
    page = words(at_desk(admin).get("/"))
    assert "Trong cơ quan có 1 chứng thư số sắp hết hạn, 1 đã hết hạn hoặc bị thu hồi." in page


def test_whoever_looks_after_an_inbox_reads_of_his_own_only(office):
    self_made("Phạm Tiến Dũng", user=office.dung.user, days=-3)
    today = timezone.localdate()
    Delegation.objects.create(post=office.dung, to=office.hoa.user, valid_from=today, valid_to=today)
    client = at_desk(office.dung)
    client.force_login(office.hoa.user)
    session = client.session
    session["post"] = office.dung.pk
    session.save()
    assert "thay Phạm Tiến Dũng" in words(client.get("/")) and "Chứng thư số của bạn" not in words(
        client.get("/")
    )


def test_the_operators_numbers_open_their_lists(office):
    self_made("Phạm Tiến Dũng", user=office.dung.user, days=20)
    self_made("Vũ Phương Thảo", user=office.thao.user, days=-1)
    self_made("Sở Nội vụ", organisation=office.home_affairs, revoked_at=timezone.now())
    proof_row(office, "01", days=80)
    proof_row(office, "02", days=900, level="B-B")
    proof_row(office, "03", days=900, failed_at=timezone.now(), reason="Dịch vụ không trả lời")
    client = at_desk(office.quantri)
    tiles = {
        "Chứng thư số sắp hết hạn": 1, "Chứng thư số hết hạn, bị thu hồi": 2,
        "Văn bản yếu bằng chứng trong 90 ngày": 1, "Văn bản ký dưới mức yêu cầu": 1, "Gia hạn không thành công": 1,
    }  # fmt: skip
    page = client.get("/").content.decode()
    for label, number in tiles.items():
        before, _ = page.split(f"</b><span>{label}</span>")
        url, count = before.rsplit('href="', 1)[1].split('"><b>')
        assert int(count) == number, label
        assert len(client.get(url.replace("&amp;", "&")).context["rows"]) == number, label


def test_ones_own_page_says_what_to_do(office):
    self_made("Phạm Tiến Dũng", user=office.dung.user, days=20)
    self_made("Sở Nội vụ", organisation=office.home_affairs, days=500)
    url = reverse("own_certificates")
    own = words(at_desk(office.dung).get(url))
    assert "Sắp hết hạn, còn" in own and "Mẫu 04" in own and "Sở Nội vụ Cơ quan ·" not in own
    assert url in at_desk(office.dung).get("/").content.decode()  # from the person's menu
    clerk = words(at_desk(office.lan).get(url))
    assert "Sở Nội vụ Cơ quan ·" in clerk and "Phạm Tiến Dũng" not in clerk
    assert "Bạn chưa có chứng thư số trong hệ thống" in words(at_desk(office.minh).get(url))


@pytest.mark.parametrize("who", ["dung", "lan", "minh", "quantri", "binh"])
def test_the_desk_costs_the_same_with_one_and_with_three(office, who):
    office.binh = office.post(
        "binh", "Ngô Thanh Bình", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị"
    )
    client = at_desk(getattr(office, who))
    self_made("Phạm Tiến Dũng", user=office.dung.user, days=5)
    client.get("/")
    one, own = cost(client, "/"), cost(client, reverse("own_certificates"))
    for days in (3, 4):
        self_made("Phạm Tiến Dũng", user=office.dung.user, days=days)
        self_made("Sở Nội vụ", organisation=office.home_affairs, days=days)
    assert (cost(client, "/"), cost(client, reverse("own_certificates"))) == (one, own)
