"""Lists and the sheet of keys by the keyboard alone, and the phone without a network, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from documents.models import Incoming
from tests.documents.desks import registered
from tests.documents.incoming.scan_cases import lying
from tests.documents.pdf.test_head import scanned, written

from .test_screens import busy, signed_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]


def focused(page) -> str:
    return page.evaluate(
        "document.activeElement.closest('tr, li')?.innerText || document.activeElement.name || ''"
    )


def test_a_clerk_ticks_and_presents_many_without_the_mouse(town, chromium, live_server):
    for number in "123":
        registered(town, number=number, subject=f"Văn bản thứ {number}")
    problems: list[str] = []
    page = signed_in(chromium, live_server, "lan", problems)
    page.goto(f"{live_server.url}/van-ban-den/?box=registered")
    keys = page.keyboard
    keys.press("j")
    first = focused(page)
    assert "Văn bản thứ 1" in first
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "whoever uses the keyboard sees where they are"
    keys.press("x")
    keys.press("j")
    keys.press("j")
    keys.press("x")
    keys.press("x")
    keys.press("k")
    keys.press("x")
    assert page.locator("[name=paper]:checked").count() == 2
    assert "Văn bản thứ 2" in focused(page)
    page.get_by_role("button", name="Trình các văn bản đã chọn").focus()
    keys.press("Enter")
    page.wait_for_url("**/trinh-nhieu/**")
    problems += [one["id"] for one in Axe().run(page).response["violations"]]
    page.select_option("[name=to]", str(town.dung.pk))
    page.get_by_label("Ý kiến của văn thư").focus()
    keys.type("Gấp x j k ?")
    keys.press("Control+Enter")
    page.wait_for_url("**/van-ban-den/?box=registered")
    assert "Đã trình Phạm Tiến Dũng" in page.inner_text(".alerts")
    assert sorted(Incoming.objects.filter(holder=town.dung).values_list("arrival_number", flat=True)) == [
        1,
        2,
    ]
    assert problems == []


def test_the_sheet_shows_the_keys_of_the_page(town, chromium, live_server):
    registered(town, number="1")
    problems: list[str] = []
    page = signed_in(chromium, live_server, "lan", problems)
    page.goto(f"{live_server.url}/van-ban-den/?box=registered")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Phím tắt")
    sheet.wait_for()
    said = sheet.inner_text()
    assert "Đánh dấu, bỏ đánh dấu dòng đang đứng" in said and "Mở dòng đang đứng" in said
    assert "Gửi biểu mẫu" not in said and "Đôn đốc" not in said
    problems += [one["id"] for one in Axe().run(page).response["violations"]]
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    page.focus("[data-key-search]")
    page.keyboard.type("?")
    assert not sheet.is_visible() and page.input_value("[data-key-search]") == "?"
    page.goto(f"{live_server.url}/van-ban-den/vao-so/")
    page.locator("h1").click()
    page.keyboard.press("?")
    sheet.wait_for()
    assert "Gửi biểu mẫu" in sheet.inner_text()
    assert problems == []


def test_the_sheet_is_a_page_without_scripts(town, chromium, live_server):
    page = signed_in(chromium, live_server, "lan", [], java_script_enabled=False)
    page.goto(f"{live_server.url}/phim-tat/")
    assert (
        "Đôn đốc dòng đang đứng" in page.inner_text("main")
        and not page.get_by_role("button", name="Đóng").is_visible()
    )


def test_columns_and_filters_are_chosen_without_scripts(town, chromium, live_server):
    registered(town, number="1", subject="Văn bản thứ 1", signer_name="Trần Văn Ký")
    page = signed_in(chromium, live_server, "lan", [], java_script_enabled=False)
    page.goto(f"{live_server.url}/van-ban-den/?box=registered&kind=CV")
    page.get_by_role("link", name="Cột và bộ lọc đã lưu").click()
    page.fill("#name", "Công văn chờ trình")
    page.get_by_role("button", name="Lưu", exact=True).click()
    assert page.get_by_role("link", name="Công văn chờ trình").get_attribute("aria-current") == "true"
    page.get_by_role("link", name="Cột và bộ lọc đã lưu").click()
    page.get_by_label("Người ký").check()
    page.get_by_role("button", name="Dùng các cột này").click()
    assert "Trần Văn Ký" in page.inner_text("table") and "kind=CV" in page.url
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert page.locator("td.c-more").first.is_visible() and not page.locator("thead").is_visible()


def test_a_phone_without_a_network_is_told_so_and_keeps_nothing_of_any_page(town, chromium, live_server):
    registered(town, number="1", subject="Chuyện riêng của cơ quan")
    page = signed_in(chromium, live_server, "lan", [])
    page.goto(f"{live_server.url}/van-ban-den/?box=registered")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    kept = page.evaluate(
        "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name)"
        ".then((one) => one.keys()).then((all) => all.map((each) => new URL(each.url).pathname))))).then((all) => all.flat())"
    )
    assert "/ngoai-tuyen/" in kept and all(
        path == "/ngoai-tuyen/" or path.startswith("/static/") for path in kept
    ), kept
    page.context.set_offline(True)
    page.goto(f"{live_server.url}/van-ban-den/?box=all")
    assert page.inner_text("h1") == "Không có mạng" and "Chuyện riêng" not in page.content()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.btn-main')).backgroundColor")
        != "rgba(0, 0, 0, 0)"
    )
    page.context.set_offline(False)
    page.get_by_role("link", name="Thử lại").click()
    page.get_by_role("heading", name="Văn bản đến", exact=True).wait_for()
    assert page.url.endswith("/van-ban-den/?box=all")


def test_what_is_typed_is_there_again_in_another_browser_and_gone_when_sent(town, chromium, live_server):
    from documents.models import UnsentText
    from tests.documents.desks import presented

    paper = presented(town, number="1")
    url = f"{live_server.url}/van-ban-den/{paper.pk}/cho-y-kien/"
    problems: list[str] = []
    first = signed_in(chromium, live_server, "dung", problems)
    first.goto(url)
    with first.expect_response(lambda answer: "/dang-go/" in answer.url and answer.request.method == "POST"):
        first.fill("#id_text", "Giao phòng Tổ chức tham mưu")
    second = signed_in(chromium, live_server, "dung", problems)
    second.goto(url)
    second.locator("[data-keep-note]").wait_for()
    assert second.input_value("#id_text") == "Giao phòng Tổ chức tham mưu"
    second.check(f"[name=lead][value='{town.minh.pk}']")
    with second.expect_response(lambda answer: "/dang-go/" in answer.url and answer.request.method == "POST"):
        second.keyboard.press("Control+Enter")
    paper.refresh_from_db()
    assert paper.state == "assigned" and not UnsentText.objects.exists() and problems == []


def far(page, act, method="POST") -> None:
    """`act`, until the server has heard of what is typed."""
    with page.expect_response(lambda said: "/dang-go/" in said.url and said.request.method == method):
        act()


@pytest.mark.parametrize("form", ["paper", "scan", "electronic"])
def test_what_a_clerk_types_while_registering_is_there_in_another_browser(town, chromium, live_server, form):
    from documents.models import UnsentText

    arrived, scan = town.paper(number="7"), lying(town)
    path, name = {
        "paper": ("/van-ban-den/vao-so/", "subject"),
        "scan": (scan.get_absolute_url(), "subject"),
        "electronic": (reverse("incoming_register", args=[arrived.pk]), "due_on"),
    }[form]
    typed = "05/12/2027" if form == "electronic" else "Về việc gõ dở"
    problems: list[str] = []
    first = signed_in(chromium, live_server, "lan", problems)
    first.goto(f"{live_server.url}{path}")
    far(first, lambda: first.fill(f"[name={name}]", typed))
    assert "PDF" not in UnsentText.objects.get().fields  # files are not of it
    second = signed_in(chromium, live_server, "lan", problems)
    second.goto(f"{live_server.url}{path}")
    second.locator("[data-keep-note]").wait_for()
    assert second.input_value(f"[name={name}]") == typed
    far(second, lambda: second.locator("[data-keep-drop]").click())
    assert not UnsentText.objects.exists() and problems == []


def test_the_form_of_the_next_paper_is_empty_when_the_last_was_kept(town, chromium, live_server):
    from documents.models import UnsentText

    page = signed_in(chromium, live_server, "lan", [])
    page.goto(f"{live_server.url}/van-ban-den/vao-so/")
    scan = {
        "name": "a.pdf",
        "mimeType": "application/pdf",
        "buffer": scanned(day=written(timezone.localdate())),
    }
    page.set_input_files("[name=file]", scan)
    page.locator("[name=kept_file]").wait_for(state="attached")
    far(page, lambda: page.fill("[name=subject]", "Về việc của văn bản trước"))
    page.check("[name=not_secret]")
    far(page, lambda: page.click("[name=then]"), method="GET")
    assert Incoming.objects.get().subject == "Về việc của văn bản trước"
    assert page.input_value("[name=subject]") == "" and not UnsentText.objects.exists()
    assert not page.locator("[data-keep-note]").is_visible()
