"""The clerk drops three files and enters all of them with the keyboard alone; without scripts it goes by presses."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone

from documents.models import Incoming, Pace, ScannedPaper
from tests.documents.incoming.scan_cases import blank, letter, lying, picture, read_all, stack, waiting

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
FORM = "/van-ban-den/ban-quet/dua-vao/"
# A drop as the browser tells it: no hand of ours reaches into another window.
DROP = """([place, files]) => {
  const carried = new DataTransfer();
  for (const [name, bytes] of files) carried.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type: "application/pdf" }));
  document.querySelector(place).dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def drop(page, **files: bytes) -> None:
    import base64

    carried = [[f"{name}.pdf", base64.b64encode(data).decode()] for name, data in files.items()]
    page.evaluate(DROP, ["[data-drop-place]", carried])


def focus(page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.tagName")


def test_three_files_are_dropped_and_entered_by_keyboard_alone(town, chromium, live_server):
    problems = []
    page = signed_in(chromium, live_server, "lan", problems)
    page.goto(f"{live_server.url}{FORM}")
    drop(
        page, a=picture(letter("15")), b=stack(letter("16"), blank(), letter("17")), c=b"%PDF-1.7 hong %%EOF"
    )
    assert "a.pdf" in page.inner_text("[data-filename-for]")
    page.keyboard.press("Tab")
    page.locator(".form-foot .btn-main").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/lo/*/")
    read_all()
    page.reload()
    assert "3 chờ vào sổ, 1 tệp không dùng được" in page.inner_text("#lo-quet")
    page.get_by_role("link", name="Xác nhận từng văn bản").focus()
    page.keyboard.press("Enter")
    for number in ("15", "16", "17"):
        page.wait_for_selector(".scan-pages img")
        page.wait_for_function(f"document.querySelector('[name=number]')?.value === '{number}'")
        assert focus(page) == "not_secret", number  # nothing is missing: one states, and presses
        page.keyboard.press("Space")
        page.keyboard.press("Control+Enter")
    page.wait_for_url("**/van-ban-den/ban-quet/")
    papers = Incoming.objects.order_by("arrival_number")
    assert [(p.arrival_number, p.code, p.issuer) for p in papers] == [
        (n, f"{15 + n - 1}/BNV-VP", town.ministry) for n in (1, 2, 3)
    ]
    assert Pace.objects.filter(user=town.lan.user, kind="paper").count() == 3
    assert problems == []


def test_a_file_that_met_the_page_of_signing_in_was_not_sent(town, chromium, live_server):
    page = signed_in(chromium, live_server, "lan", [])
    page.goto(f"{live_server.url}{FORM}")
    session = next(one for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    page.context.clear_cookies(name=session["name"])
    drop(page, a=letter("15"))
    page.get_by_role("button", name="Đưa vào và tách").click()
    page.wait_for_selector("text=chưa gửi được")
    assert page.url.endswith(FORM) and not ScannedPaper.objects.exists()
    page.context.add_cookies([session])
    page.get_by_role("button", name="Đưa vào và tách").click()
    page.wait_for_url("**/lo/*/")


def test_a_wrong_cut_is_mended_by_keyboard(town, chromium, live_server):
    page = signed_in(chromium, live_server, "lan", [])
    page.goto(f"{live_server.url}{FORM}")
    page.set_input_files(
        "[name=files]",
        {
            "name": "q.pdf",
            "mimeType": "application/pdf",
            "buffer": stack(letter("15"), blank(), letter("16")),
        },
    )
    page.get_by_role("button", name="Đưa vào và tách").click()
    page.wait_for_url("**/lo/*/")
    read_all()
    first, second = waiting()
    page.goto(f"{live_server.url}{second.get_absolute_url()}")
    page.keyboard.press("Alt+n")
    page.wait_for_url(f"**{first.get_absolute_url()}")
    assert "3 trang" in page.inner_text(".scan-pages")
    page.keyboard.press("Alt+t")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Đã tách từ trang 3")
    page.keyboard.press("Alt+q")
    page.wait_for_function("document.querySelector('[name=number]').value === '16'")
    page.fill("[name=signer_name]", "Trần Văn Gõ")
    page.keyboard.press("Alt+r")
    page.wait_for_selector("text=Đã xoay so với bản quét: trang 1")
    page.wait_for_function("document.querySelector('[name=signer_name]').value === 'Trần Văn Gõ'")
    page.keyboard.press("Alt+x")
    page.wait_for_selector("[name=reason]")
    page.keyboard.type("Quét nhầm tờ")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{first.get_absolute_url()}")
    assert ScannedPaper.objects.filter(state="deleted", reason="Quét nhầm tờ").count() == 1


def test_without_scripts_and_on_a_phone(town, chromium, live_server):
    page = signed_in(chromium, live_server, "lan", [], java_script_enabled=False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}{FORM}")
    files = [{"name": f"{n}.pdf", "mimeType": "application/pdf", "buffer": letter(n)} for n in ("15", "16")]
    page.set_input_files("[name=files]", files)
    page.get_by_role("button", name="Đưa vào và tách").click()
    read_all()
    page.reload()
    page.get_by_role("link", name="Xác nhận từng văn bản").click()
    page.get_by_label("Văn bản không thuộc danh mục bí mật nhà nước").check()
    page.get_by_role("button", name="Vào sổ và mở văn bản tiếp theo").click()
    assert Incoming.objects.get().code == "15/BNV-VP"
    assert page.input_value("[name=number]") == "16"
    assert Incoming.objects.get().issued_on == timezone.localdate()


def test_the_pages_of_scans_are_accessible_and_fit_a_phone(town, chromium, live_server):
    scan, problems = lying(town), []
    scan.proposed = {"number": "15", "notation": "BNV-VP", "subject": "Về việc cung cấp số liệu"}
    scan.marks = "MẬT"
    scan.turns, scan.unrecognised = [180, 0], 1
    scan.save(update_fields=["proposed", "marks", "turns", "unrecognised"])
    page = signed_in(chromium, live_server, "lan", problems)
    here = scan.get_absolute_url()
    for path in (
        FORM,
        "/van-ban-den/ban-quet/",
        scan.file.batch.get_absolute_url(),
        here,
        f"{here}xoa/",
        "/",
    ):
        assert page.goto(f"{live_server.url}{path}").status == 200, path
        found = Axe().run(page).response["violations"]
        problems += [f"{path}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found]
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            problems.append(f"{path}: scrolls sideways on a phone")
        page.set_viewport_size({"width": 1366, "height": 768})
    assert problems == []
