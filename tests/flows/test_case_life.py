"""The whole life of a file in a real browser: task, file, answer, close, notice, hand over, accept, read, hold, dispose. Years that
pass between two presses are written into the row."""

import datetime as dt

import pytest
from django.utils import timezone

from casefiles.actions import destroying
from casefiles.actions.archive import tell_of_due
from casefiles.models import CaseFile, Disposal, LegalHold, Loan
from documents.actions.work import assignments as work
from orgs.models import Notice
from tests.casefiles.disposing import WORDS, council_of, keeper_of, over
from tests.documents.desks import directed, task_of

from .conftest import PASSWORD
from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]


@pytest.fixture
def desks(transactional_db, office, chromium, live_server):
    """The page of whoever is named, signed in once; `problems`: what any console said."""
    keeper = keeper_of(office)
    for post in (*council_of(office, keeper), office.dung):
        post.user.set_password(PASSWORD)
        post.user.save()
    found, problems = {}, []

    def of(name: str, path: str):
        if name not in found:
            found[name] = signed_in(chromium, live_server, name, problems)
        found[name].goto(live_server.url + path)
        return found[name]

    of.problems = problems
    yield of
    for page in found.values():
        page.context.close()


def press(page, **fields) -> None:
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.locator(".form-foot .btn-main, .form-foot .btn-bad").first.click()
    page.wait_for_load_state()
    assert not page.locator(".errors:visible").count(), page.locator("main").inner_text()


def test_a_file_lives_from_the_task_to_its_certificate(office, desks):
    paper, today = directed(office, lead=office.minh), timezone.localdate()
    page = desks("minh", f"/ho-so/mo/?paper={paper.pk}")
    page.select_option("[name=term]", "5")
    press(page, title="Hồ sơ kiện toàn tổ chức", symbol="TCCB")
    case = CaseFile.objects.get()
    assert "Đang mở" in page.locator("main").inner_text() and case.items.get().document_id == paper.pk

    task, here = task_of(paper, office.minh), case.get_absolute_url()
    work.start(task, by=office.minh, at=timezone.now())
    work.finish(task, by=office.minh, at=timezone.now(), result="Đã trả lời tại cuộc họp giao ban")
    press(desks("minh", f"{here}ket-thuc/"))
    case.refresh_from_db()
    assert (case.state, case.documents) == ("closed", 1)

    over(case, state="closed", ended=today - dt.timedelta(days=340))
    tell_of_due(at=timezone.now())
    assert Notice.objects.filter(user=office.minh.user, text__contains=case.code).exists()
    assert case.code in desks("minh", "/ho-so/?box=due").locator("main").inner_text()
    press(desks("minh", f"{here}nop-luu/"))

    assert "1\nHồ sơ chờ kiểm tra" in desks("luu", "/").locator("main").inner_text()
    page = desks("luu", f"{here}kiem-tra/")
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    page.get_by_text("Đã kiểm tra hết").wait_for()
    press(desks("luu", f"{here}nhan-luu/"))
    case.refresh_from_db()
    assert case.state == "archived"

    page = desks("hoa", "/ho-so/phong-doc/tra-cuu/")
    page.get_by_role("link", name="Đề nghị đọc").last.click()
    press(page, purpose="Tham khảo để lập đề án năm sau")
    loan = Loan.objects.get()
    until = today + dt.timedelta(days=5)
    press(desks("luu", f"{loan.get_absolute_url()}cho-doc/"), until=f"{until:%d/%m/%Y}")
    page = desks("hoa", loan.get_absolute_url())
    page.locator("main table a").first.click()
    picture = page.get_by_alt_text("Trang 1")
    picture.scroll_into_view_if_needed()
    picture.wait_for()

    press(
        desks("dung", f"/ho-so/dong-bang/them/?case={case.pk}"),
        title="Thanh tra công tác tổ chức",
        basis="Quyết định 12/QĐ-TTTP",
        reason="Đoàn thanh tra yêu cầu giữ nguyên",
    )
    case = over(case)  # and nine years later
    page = desks("luu", "/ho-so/xem-xet/")
    assert "đóng băng" in page.locator("main").inner_text() and not page.locator("[name=files]").count()
    press(desks("dung", LegalHold.objects.get().get_absolute_url()), reason="Thanh tra đã kết thúc")

    page = desks("luu", "/ho-so/xem-xet/")
    page.check("[name=files]")
    page.get_by_role("button", name="Lập danh mục hủy").click()
    press(page, **WORDS)
    made = Disposal.objects.get()
    its, council = made.get_absolute_url(), council_of(office, keeper_of(office))
    page = desks("luu", f"{its}hoi-dong/")
    page.select_option("[name=chair]", str(office.hoa.pk))
    for post in council:
        page.check(f"[name=members][value='{post.pk}']")
    press(page)
    vote = f"vote_{made.lines.get().pk}"
    for post in council:
        page = desks(post.user.username, f"{its}bo-phieu/")
        if page.locator(f"select[name={vote}]").count():
            page.select_option(f"[name={vote}]", "destroy")
        else:
            page.check(f"[name={vote}][value=destroy]")
        press(page)
    press(desks("hoa", f"{its}chot/"))
    press(desks("dung", f"{its}quyet-dinh/"), decision="Quyết định 15/QĐ-SNV ngày 01/12/2026")
    press(desks("luu", f"{its}thuc-hien/"))
    destroying.finish(at=timezone.now())
    assert "Chứng nhận hủy" in desks("luu", its).locator("main").inner_text()
    said = desks("luu", here).locator("main").inner_text()
    assert "Hồ sơ đã hủy" in said and CaseFile.objects.get().state == "disposed"
    assert desks.problems == []
