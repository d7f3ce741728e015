"""The clerk's hands on the keyboard: a paper from an envelope without the mouse, the form at once, nothing under a bar."""

import re

import pytest
from django.utils import timezone

from documents.models import Incoming
from tests.documents.desks import presented
from tests.documents.pdf.test_head import scanned, written

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
FORM = "/van-ban-den/vao-so/"
SCAN = {"name": "quet.pdf", "mimeType": "application/pdf"}


def focus(page) -> str:
    return page.evaluate(
        "document.activeElement.name || document.activeElement.id || document.activeElement.tagName"
    )


def give(page, data: bytes) -> None:
    """What the dialogue of the system does after Enter on the field: no keyboard of ours reaches into it."""
    page.set_input_files("[name=file]", SCAN | {"buffer": data})
    page.wait_for_selector(".scan-pages img")


def test_a_paper_is_registered_by_keyboard_alone(town, chromium, live_server):
    problems = []
    page = signed_in(chromium, live_server, "lan", problems)
    page.goto(f"{live_server.url}{FORM}")
    assert focus(page) == "file"
    day = timezone.localdate()
    give(page, scanned(number="", office="SỞ LẠ", day=written(day)))
    assert focus(page) == "number"  # the scan does not say it
    page.keyboard.type("2296")
    page.keyboard.press("Enter")
    assert focus(page) == "notation"
    page.keyboard.type("BNV-TGCP")
    page.keyboard.press("Enter")
    assert focus(page) == "issued_on" and page.input_value("[name=issued_on]") == f"{day:%d/%m/%Y}"
    page.keyboard.press("Enter")
    assert focus(page) == "issuer_name"
    page.keyboard.type("bo noi")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Enter")  # picks
    assert "Bộ Nội vụ" in page.inner_text("[data-picker-chips]")
    page.keyboard.press("Enter")
    assert focus(page) == "issuer_outside"
    while focus(page) != "not_secret":
        before = focus(page)
        page.keyboard.press("Tab" if before in ("subject", "attachments") else "Enter")
        assert focus(page) != before
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/van-ban-den/\d+/$"))
    paper = Incoming.objects.get()
    assert (paper.code, paper.issuer, paper.issued_on) == ("2296/BNV-TGCP", town.ministry, day)
    assert paper.files.get().name == "quet.pdf" and problems == []


def test_the_scan_stands_beside_the_form_or_above_it_on_a_phone(town, chromium, live_server):
    page = signed_in(chromium, live_server, "lan", [])
    for width, height, beside in ((1366, 768, True), (1920, 1080, True), (390, 844, False)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live_server.url}{FORM}")
        give(page, scanned())
        scan, field = (page.locator(name).bounding_box() for name in (".scan-pages", "[name=subject]"))
        assert (scan["x"] + scan["width"] <= field["x"]) == beside
        assert (scan["y"] + scan["height"] <= field["y"]) != beside
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts_the_scan_is_read_by_a_press_and_the_issuer_found_by_a_step(
    town, chromium, live_server
):
    page = signed_in(chromium, live_server, "lan", [], java_script_enabled=False)
    page.goto(f"{live_server.url}{FORM}")
    page.set_input_files(
        "[name=file]", SCAN | {"buffer": scanned(office="SỞ LẠ", day=written(timezone.localdate()))}
    )
    page.get_by_role("button", name="Đọc tệp").click()
    assert page.input_value("[name=number]") == "2296"
    page.fill("[name=issuer_name]", "noi vu")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_label("Bộ Nội vụ").check()
    page.get_by_label("Văn bản không thuộc danh mục bí mật nhà nước").check()
    page.get_by_role("button", name="Vào sổ", exact=True).last.click()
    assert Incoming.objects.get().issuer == town.ministry


def test_the_hand_begins_in_the_form_and_the_paper_in_hand_is_in_sight(town, chromium, live_server):
    papers = [
        town.paper(number=str(number), subject=f"Về việc chờ tiếp nhận lần {number}")
        for number in range(1, 26)
    ]
    page = signed_in(chromium, live_server, "lan", [])
    page.goto(f"{live_server.url}/van-ban-den/{papers[20].pk}/vao-so/")
    assert focus(page) == "due_on"
    card, queue = (
        page.locator(name).bounding_box() for name in (".desk-queue [aria-current]", ".desk-queue")
    )
    assert queue["y"] <= card["y"] and card["y"] + card["height"] <= queue["y"] + queue["height"]
    assert "21/BNV-TCCB" in page.inner_text(".desk-queue [aria-current]")


def test_the_first_desk_shows_more_of_rows_than_of_numbers(town, chromium, live_server):
    for number in range(1, 13):
        town.paper(
            number=str(number),
            subject=f"Về việc chuẩn bị nội dung phiên họp thường kỳ của Chính phủ lần {number}",
        )
    page = signed_in(chromium, live_server, "lan", [])
    page.goto(live_server.url)
    numbers = sum(
        page.locator(".tiles").nth(at).bounding_box()["height"]
        for at in range(page.locator(".tiles").count())
    )
    rows = 768 - page.locator(".doc-list").bounding_box()["y"]
    assert rows > 3 * numbers


def test_a_wide_screen_has_no_empty_half(town, chromium, live_server):
    for number in range(1, 5):
        presented(town, number=str(number))
    page = signed_in(chromium, live_server, "dung", [])
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(live_server.url)
    right = max(
        card["x"] + card["width"] for card in (one.bounding_box() for one in page.locator(".decision").all())
    )
    assert right > 1920 * 0.9


@pytest.mark.parametrize("size", [(683, 384), (960, 540)], ids=["1366-at-200", "1920-at-200"])
def test_at_200_percent_no_bar_lies_over_a_field(town, chromium, live_server, size):
    """Every field that has the focus is what a click on its middle would reach."""
    paper = presented(town, number="7")
    pages = {
        "lan": ["/", FORM, f"/van-ban-den/{town.paper(number='8').pk}/vao-so/", "/van-ban-den/?box=all"],
        "dung": [f"/van-ban-den/{paper.pk}/cho-y-kien/"],
        "minh": ["/van-ban-di/soan/"],
    }
    for who, paths in pages.items():
        page = signed_in(chromium, live_server, who, [])
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for path in paths:
            page.goto(f"{live_server.url}{path}")
            for _ in range(60):
                page.keyboard.press("Tab")
                covered = page.evaluate(COVERED)
                assert not covered, f"{path}: {covered}"


COVERED = """() => {
  const field = document.activeElement;
  if (!field.matches("input, select, textarea, button, a") || field.closest(".rail, .topbar, .skip, .thumbbar")) return "";
  field.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = field.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width / 2, 20), box.top + Math.min(box.height / 2, 20)];
  const there = document.elementFromPoint(x, y);
  const same = !there || field.contains(there) || there.contains(field) || there.closest("label")?.contains(field) || there.labels;
  return same ? "" : `${field.name || field.textContent} under ${there.className || there.tagName}`;
}"""
