"""A working day at each desk, lived in a browser: the leader's by one thumb, the others' also without scripts."""

import pytest
from playwright.sync_api import Page, expect

from documents.models import Assignment, Extension, Outgoing
from orgs.models import Role

from .conftest import PASSWORD
from .test_screens import busy, signed_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
WHY = "Chờ số liệu của các phường, xã gửi về"


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def step(page: Page, name: str) -> None:
    """A step of the paper or task one is at, whether a button or a link to a form."""
    page.locator("main .row, main .steps").get_by_text(name, exact=True).first.click()
    page.wait_for_load_state()


def fits(page: Page) -> None:
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"), page.url


def test_a_leader_empties_his_tray_by_one_thumb(busy, chromium, live_server):  # noqa: F811
    """At 390 px: a direction with a phrase, the next card, the pages, the signature; every press where a thumb reaches it."""
    problems = []
    page = signed_in(chromium, live_server, "dung", problems)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/")
    cards = page.locator(".tray .decision")
    assert cards.count() == 2
    fits(page)
    to_direct = page.locator(".tray .decision", has_text="Về việc chờ cho ý kiến")
    to_direct.locator(".steps .btn-main").click()
    page.locator(".phrases .btn").first.click()
    page.check(f"input[name=lead][value='{busy.hoa.pk}']")
    fits(page)
    page.locator(".form-foot .btn-main").first.click()
    page.wait_for_load_state()
    busy.presented_paper.refresh_from_db()
    assert busy.presented_paper.state == "assigned"
    # The next card is already there.
    assert page.url.endswith(f"/van-ban-di/{busy.out_paper.pk}/xem-va-ky/")
    fits(page)
    press(page, "Duyệt và ký số")
    busy.out_paper.refresh_from_db()
    assert busy.out_paper.state == "signed"
    page.goto(f"{live_server.url}/")
    assert cards.count() == 0
    expect(page.locator(".tray")).to_contain_text("Không có việc nào chờ bạn quyết định")
    assert problems == []


@pytest.mark.parametrize("scripts", [True, False])
def test_an_officer_and_his_head_settle_a_deadline(busy, chromium, live_server, scripts):  # noqa: F811
    """Begun, reported, more time asked; the head finds the request on his desk and grants it; handed on and given back."""
    task = busy.in_paper.assignments.get(assignee=busy.minh)
    Assignment.objects.filter(pk__in=[task.pk, task.parent_id]).update(due_on="2030-05-10")
    problems = []
    minh = signed_in(chromium, live_server, "minh", problems, java_script_enabled=scripts)
    minh.goto(f"{live_server.url}/")
    minh.locator("main").get_by_role("link", name="Về việc đang xử lý").first.click()
    minh.wait_for_load_state()
    step(minh, "Bắt đầu xử lý")
    minh.goto(f"{live_server.url}/cong-viec/{task.pk}/bao-cao-tien-do/")
    minh.fill("[name=percent]", "40")
    minh.fill("[name=text]", "Đã có số liệu của 20 phường")
    press(minh, "Gửi báo cáo")
    minh.goto(f"{live_server.url}/cong-viec/{task.pk}/xin-gia-han/")
    minh.fill("[name=due_on]", "15/5/2030")
    minh.fill("[name=reason]", WHY)
    press(minh, "Gửi đề nghị")
    asked = Extension.objects.get(assignment=task)
    Assignment.objects.filter(pk=task.parent_id).update(due_on="2030-05-20")

    hoa = signed_in(chromium, live_server, "hoa", problems, java_script_enabled=scripts)
    hoa.goto(f"{live_server.url}/")
    expect(hoa.locator("main")).to_contain_text("Xin gia hạn chờ duyệt")
    hoa.goto(f"{live_server.url}/cong-viec/?box=extension")
    hoa.locator("main").get_by_role("link", name="Về việc đang xử lý").first.click()
    hoa.goto(f"{live_server.url}{busy.in_paper.get_absolute_url()}?tab=work")
    step(hoa, "Đồng ý gia hạn")
    press(hoa, "Đồng ý gia hạn")
    asked.refresh_from_db()
    task.refresh_from_db()
    assert (asked.state, str(task.due_on), task.percent, task.extended) == ("granted", "2030-05-15", 40, 1)

    minh.goto(f"{live_server.url}{busy.in_paper.get_absolute_url()}?tab=work")
    expect(minh.locator("main")).to_contain_text("15/05/2030")
    assert problems == []


def test_a_monitor_goes_from_a_figure_to_the_paper_and_urges(busy, chromium, live_server):  # noqa: F811
    monitor = busy.post("theo", "Lý Theo", busy.home_affairs, Role.MONITOR, "Theo dõi")
    monitor.user.set_password(PASSWORD)
    monitor.user.save()
    task = busy.in_paper.assignments.get(assignee=busy.minh)
    problems = []
    page = signed_in(chromium, live_server, "theo", problems)
    page.goto(f"{live_server.url}/theo-doi/bang-dieu-hanh/")
    figure = page.locator("main td a, main .tile").filter(has_text="1").first
    figure.click()
    page.wait_for_load_state()
    assert "class=" in page.url
    page.goto(f"{live_server.url}/cong-viec/{task.pk}/don-doc/")
    page.fill("[name=text]", "Đề nghị báo cáo trước thứ sáu")
    press(page, "Đôn đốc")
    task.refresh_from_db()
    assert task.reminded == 1
    minh = signed_in(chromium, live_server, "minh", problems)
    minh.goto(f"{live_server.url}/")
    expect(minh.locator("main")).to_contain_text("Bị đôn đốc 1 lần")
    assert problems == []


def test_a_head_of_room_hands_on_and_checks_a_draft(busy, chromium, live_server):  # noqa: F811
    """What was given to the room's head is given on in his own page, and a draft is agreed to from his desk."""
    draft = Outgoing.objects.get(pk=busy.draft_paper.pk)
    problems = []
    minh = signed_in(chromium, live_server, "minh", problems)
    minh.goto(f"{live_server.url}{draft.get_absolute_url()}")
    step(minh, "Trình duyệt")
    hoa = signed_in(chromium, live_server, "hoa", problems)
    hoa.goto(f"{live_server.url}/")
    hoa.locator("main").get_by_role("link", name="Kế hoạch công tác năm 2027").first.click()
    hoa.wait_for_load_state()
    step(hoa, "Đồng ý nội dung")
    draft.refresh_from_db()
    assert draft.state == "content_checked"
    assert problems == []
