"""A day of those who work for somebody else, lived in a browser: an assistant, who prepares; a substitute, who acts."""
# ruff: noqa: F811 - the fixture is named as it was imported

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from documents.models import Event
from orgs.models import Assistant, Delegation, Role
from progress.actions.telling import follow

from .conftest import PASSWORD
from .test_days import fits, press, step
from .test_screens import busy, signed_in  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
WORDS = "Giao Phòng Tổ chức tham mưu trả lời"


@pytest.fixture
def thuy(busy):
    """A secretary of the office, whom nobody has named yet."""
    post = busy.post("thuy", "Lý Thanh Thủy", busy.home_affairs, Role.ASSISTANT, "Thư ký")
    post.user.set_password(PASSWORD)
    post.user.save()
    return post


def test_an_assistant_prepares_the_leader_changes_it_and_she_sees_what_became_of_it(
    busy, thuy, chromium, live_server
):
    problems, paper = [], busy.presented_paper
    dung = signed_in(chromium, live_server, "dung", problems)
    dung.goto(f"{live_server.url}/uy-quyen/")
    dung.get_by_role("link", name="Trợ lý", exact=True).click()
    dung.select_option("main select[name=post]", str(thuy.pk))
    dung.check("main [name=told]")
    dung.locator("main form").first.locator(".btn-main").click()
    dung.wait_for_load_state()
    assert Assistant.objects.get().told

    page = signed_in(chromium, live_server, "thuy", problems)
    page.goto(f"{live_server.url}/")
    card = page.locator(".tray .decision", has_text="Về việc chờ cho ý kiến")
    expect(card).to_contain_text("Phạm Tiến Dũng")
    card.get_by_role("link", name="Chuẩn bị ý kiến").click()
    page.fill("[name=text]", WORDS)
    page.check(f"input[name=lead][value='{busy.minh.pk}']")
    press(page, "Trình lãnh đạo xác nhận")
    expect(page.locator("main")).to_contain_text("chờ Phạm Tiến Dũng xác nhận, chưa có hiệu lực")
    paper.refresh_from_db()
    assert paper.state == "awaiting_direction" and not paper.assignments.exists()

    dung.set_viewport_size({"width": 390, "height": 844})
    dung.goto(f"{live_server.url}/")
    card = dung.locator(".tray .decision", has_text="Trợ lý Lý Thanh Thủy chuẩn bị")
    expect(card).to_contain_text(WORDS)
    fits(dung)
    card.get_by_role("link", name="Sửa rồi giao").click()
    assert dung.input_value("[name=text]") == WORDS
    dung.check(f"input[name=lead][value='{busy.hoa.pk}']")
    dung.locator(".form-foot .btn-main").first.click()
    dung.wait_for_load_state()
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("assigned", busy.hoa)

    page.goto(f"{live_server.url}/")
    expect(page.locator(".tray .decision", has_text="Về việc chờ cho ý kiến")).to_have_count(0)
    page.goto(f"{live_server.url}{paper.get_absolute_url()}?tab=flow")
    expect(page.locator("main")).to_contain_text(
        "Lý Thanh Thủy (Thư ký) chuẩn bị; Phạm Tiến Dũng xác nhận, có sửa"
    )
    page.goto(f"{live_server.url}{paper.get_absolute_url()}?tab=work")
    expect(page.locator("main")).to_contain_text("Lê Thu Hoa")
    assert problems == []


def test_an_assistant_hears_what_her_leader_hears(busy, thuy, chromium, live_server):
    problems = []
    Assistant.objects.create(leader=busy.dung, post=thuy, told=True, named_at=timezone.now())
    lan = signed_in(chromium, live_server, "lan", problems)
    paper = busy.lan.organisation.documents.get(state="awaiting_reception")
    lan.goto(f"{live_server.url}/van-ban-den/{paper.pk}/vao-so/")
    lan.select_option("[name=leader]", str(busy.dung.pk))
    press(lan, "Vào sổ, xem văn bản này")
    follow(at=timezone.now())
    page = signed_in(chromium, live_server, "thuy", problems)
    page.goto(f"{live_server.url}/thong-bao/")
    line = page.locator(".notices .notice", has_text="Về việc chờ tiếp nhận")
    expect(line).to_contain_text("Cùng nhận với Phạm Tiến Dũng")
    with page.expect_navigation():
        line.get_by_role("button").first.click()
    expect(page.locator("main")).to_contain_text("Về việc chờ tiếp nhận")
    step(page, "Chuẩn bị ý kiến")
    expect(page.locator("main")).to_contain_text("Chuẩn bị ý kiến cho Phạm Tiến Dũng")
    assert problems == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_substitute_acts_in_the_leaders_place_and_the_history_names_both(
    busy, chromium, live_server, scripts
):
    problems, paper, today = [], busy.presented_paper, timezone.localdate()
    options = {"java_script_enabled": scripts}
    dung = signed_in(chromium, live_server, "dung", problems, **options)
    dung.goto(f"{live_server.url}/uy-quyen/")
    dung.select_option("[name=to]", str(busy.thao.user_id))
    dung.fill("[name=valid_from]", f"{today:%d/%m/%Y}")
    dung.fill("[name=valid_to]", f"{today:%d/%m/%Y}")
    dung.check("[name=away]")
    dung.fill("[name=reason]", "Đi công tác")
    press(dung, "Ủy quyền")
    expect(dung.locator("main")).to_contain_text("Vắng mặt")
    assert Delegation.objects.get().away

    busy.thao.user.set_password(PASSWORD)
    busy.thao.user.save()
    thao = signed_in(chromium, live_server, "thao", problems, **options)
    thao.goto(f"{live_server.url}/")
    lent = thao.get_by_role("region", name="Thay mặt Phạm Tiến Dũng")
    expect(lent).to_contain_text("Về việc chờ cho ý kiến")
    lent.get_by_role("button", name="Về việc chờ cho ý kiến").click()
    thao.wait_for_load_state()
    thao.goto(f"{live_server.url}/")
    expect(thao.locator("main")).to_contain_text("Bạn đang làm thay mặt Phạm Tiến Dũng")
    card = thao.locator(".tray .decision", has_text="Về việc chờ cho ý kiến")
    expect(card).to_contain_text("thay mặt Phạm Tiến Dũng")
    card.get_by_role("link", name="Cho ý kiến, phân công").click()
    thao.fill("[name=text]", WORDS)
    thao.check(f"input[name=lead][value='{busy.hoa.pk}']")
    thao.locator(".form-foot .btn-main").first.click()
    thao.wait_for_load_state()
    event = Event.objects.get(document=paper.pk, kind="direct")
    assert (event.post, event.user) == (busy.dung, busy.thao.user)

    lan = signed_in(chromium, live_server, "lan", problems, **options)
    lan.goto(f"{live_server.url}{paper.get_absolute_url()}?tab=flow")
    line = lan.locator("main li", has_text="cho ý kiến chỉ đạo").first
    expect(line).to_contain_text("Vũ Phương Thảo")
    expect(line).to_contain_text("Phạm Tiến Dũng")
    assert problems == []
