"""The editor of a draft in a real browser: what is typed, pasted and moved in it is the text of the draft."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from PIL import Image

from documents.actions.outgoing import approval as papers
from documents.models import DraftPicture

from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
BODY = """Điều 1. Phạm vi

1. Áp dụng khoản 2 Điều 2.

Điều 2. Hiệu lực

1. Từ ngày ký.

2. Theo Điều 1; Điều 2 Nghị định số 30/2020/NĐ-CP."""


@pytest.fixture
def written(town):
    return papers.draft(
        by=town.minh, at=timezone.now(), recipients=[town.justice], kind="QĐ", subject="Về việc quy định tạm thời", addressees="",
        bases="", body=BODY, other_recipients="", urgency=0, due_on=None, signer=town.dung,
    )  # fmt: skip


@pytest.fixture
def page(written, chromium, live_server):
    problems: list[str] = []
    found = signed_in(chromium, live_server, "minh", problems)
    found.goto(f"{live_server.url}/van-ban-di/{written.pk}/sua/")
    found.locator(".ProseMirror").wait_for()
    yield found
    assert [
        one for one in problems if "422" not in one
    ] == []  # a refusal is one of the answers that are tried
    found.context.close()


def text(page) -> str:
    page.evaluate("draftEditor.flush()")
    return page.input_value("#id_body")


def caret(page, words: str, *, end: bool = True) -> None:
    assert page.evaluate("(words) => draftEditor.find(words)", words)
    page.keyboard.press("ArrowRight" if end else "ArrowLeft")


def paste(page, **data: str) -> None:
    page.evaluate(
        """(data) => { const all = new DataTransfer();
        for (const [kind, words] of Object.entries(data)) all.setData(kind.replace('_', '/'), words);
        document.querySelector('.ProseMirror').dispatchEvent(new ClipboardEvent('paste', {clipboardData: all, bubbles: true, cancelable: true})); }""",
        data,
    )


def shows(page, words: str) -> None:
    page.locator(".ProseMirror p", has_text=words).first.wait_for()


def press(page, name: str) -> None:
    page.locator(f"[data-do='{name}']").click()


def test_what_is_typed_is_the_text_of_the_draft_and_its_page(page, written):
    assert text(page) == BODY, "opening changes nothing"
    caret(page, "Từ ngày ký.")
    page.keyboard.press("Enter")
    page.keyboard.type("Gồm ")
    page.keyboard.press("Control+b")
    page.keyboard.type("hai phần")
    page.keyboard.press("Control+b")
    page.keyboard.type(":")
    shows(page, "3. Theo Điều 1")
    assert text(page) == BODY.replace(
        "1. Từ ngày ký.\n\n2. Theo", "1. Từ ngày ký.\n\n2. Gồm **hai phần**:\n\n3. Theo"
    ).replace("khoản 2 Điều 2.", "khoản 3 Điều 2.")
    assert page.locator(".ProseMirror p.is-article").count() == 2
    page.locator(".draft-live:not(.is-old)").wait_for()
    found = Axe().run(page)
    assert [(one["id"], one["nodes"][0]["html"][:100]) for one in found.response["violations"]] == []
    page.get_by_label("Nội dung không thuộc bí mật nhà nước").check()
    page.get_by_role("button", name="Lưu dự thảo", exact=True).last.click()
    page.get_by_text("Đã lưu dự thảo").wait_for()
    written.refresh_from_db()
    assert "**hai phần**" in written.body and text(page) == written.body


def test_an_article_moves_by_the_keyboard_and_references_follow(page):
    caret(page, "Hiệu lực")
    page.keyboard.press("Alt+ArrowUp")
    shows(page, "Điều 1. Hiệu lực")
    moved = text(page)
    assert moved.startswith("Điều 1. Hiệu lực") and "1. Áp dụng khoản 2 Điều 1." in moved
    assert "2. Theo Điều 2; Điều 2 Nghị định số 30/2020/NĐ-CP." in moved
    page.keyboard.press("Alt+ArrowDown")
    shows(page, "Điều 1. Phạm vi")
    assert text(page) == BODY
    press(page, "undo")
    assert text(page) == moved


def test_a_mend_is_one_step_that_ctrl_z_takes_back(page):
    assert (
        page.evaluate(  # nothing but the way down to where the form is drawn stands above its first line
            """() => { const form = document.getElementById("du-thao"); const first = form.querySelector("details.fold");
        return first.getBoundingClientRect().top - form.getBoundingClientRect().top - parseFloat(getComputedStyle(form).paddingTop); }"""
        )
        < 3
    )
    caret(page, "Từ ngày ký.")
    page.keyboard.type(" Theo Khoản 2 Điều 1.")
    typed = text(page)
    page.locator(".draft-live button[data-mend]").first.wait_for()
    page.locator(".draft-live button[data-mend]").first.click()
    shows(page, "Theo khoản 2 Điều 1.")
    assert text(page) == typed.replace("Khoản 2", "khoản 2")
    page.keyboard.press("Control+z")
    shows(page, "Theo Khoản 2 Điều 1.")
    assert text(page) == typed
    page.keyboard.press("Control+z")  # and then what was typed before it
    assert text(page) == BODY


def test_a_table_is_made_filled_and_changed(page):
    caret(page, "30/2020/NĐ-CP.")
    press(page, "table")
    for words in ("STT", "Nội dung", "Số tiền", "1", "A | B", "5.000"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    press(page, "align")
    press(page, "delete-row")
    assert text(page).endswith("\n\n| STT | Nội dung | Số tiền |\n|:-:|---|---|\n| 1 | A \\| B | 5.000 |")
    caret(page, "5.000", end=False)
    press(page, "add-column")
    press(page, "undo")
    press(page, "delete-table")
    assert text(page) == BODY


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0}</style></head><body>
<!--StartFragment--><p class=MsoNormal style='text-align:justify'><b style='mso-bidi-font-weight:normal'><span
style='font-size:14.0pt;mso-fareast-font-family:"Times New Roman"'>&#272;i&#7873;u 3.</span></b> Mới<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Một</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='font-family:Symbol'><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span></span>Hai</p>
<p style='font-family:".VnTime"'>Céng hoµ x· héi</p>
<p><span style='font-family:"VNI-Times"'>Coäng hoøa ñoäc laäp</span></p>
<table class=MsoTableGrid border=1><tr><td colspan=2><p class=MsoNormal align=center><b>Tên</b></p></td></tr>
<tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr></table>
<p onclick="x()">Hết<script>alert(1)</script><img src="file:///C:/x.png"></p><!--EndFragment--></body></html>"""


def test_what_comes_from_word_keeps_words_lists_and_tables_alone(page):
    caret(page, "30/2020/NĐ-CP.")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    paste(page, text_html=WORD)
    assert text(page).split("\n") == [
        "**Điều 3.** Mới", "1. Một", "- Hai", "", "Cộng hoà xã hội", "", "Cộng hòa độc lập", "",
        "| Tên |  |", "|:-:|---|", "| a // b | c |", "", "Hết",
    ]  # fmt: skip
    assert "Đã đổi chữ từ phông VNI" in page.locator("[data-editor-said]").inner_text()
    assert "1 ảnh không lấy được" in page.locator("[data-editor-said]").inner_text()


def test_a_picture_is_brought_shown_and_kept_with_the_draft(page, written):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    caret(page, "30/2020/NĐ-CP.")
    page.set_input_files(
        "[data-editor-file]", {"name": "so-do.png", "mimeType": "image/png", "buffer": out.getvalue()}
    )
    page.locator(".ProseMirror figure img").wait_for()
    page.keyboard.type("Sơ đồ")
    assert page.evaluate("document.querySelector('.ProseMirror figure img').decode().then(() => 1)")
    row = DraftPicture.objects.get()
    assert row.outgoing is None and text(page).endswith(f"\n\n![Sơ đồ](sha256:{row.blob_id})")
    page.get_by_label("Nội dung không thuộc bí mật nhà nước").check()
    page.get_by_role("button", name="Lưu dự thảo", exact=True).last.click()
    page.get_by_text("Đã lưu dự thảo").wait_for()
    assert DraftPicture.objects.get().outgoing == written
    page.set_input_files(
        "[data-editor-file]", {"name": "x.png", "mimeType": "image/png", "buffer": b"%PDF-1.7"}
    )
    page.get_by_text("Chỉ chèn được ảnh PNG hoặc JPEG.").wait_for()


def test_without_scripts_the_text_is_written_and_numbered(written, chromium, live_server):
    page = signed_in(chromium, live_server, "minh", [], java_script_enabled=False)
    page.goto(f"{live_server.url}/van-ban-di/{written.pk}/sua/")
    assert not page.locator(".editor").is_visible()
    page.fill("#id_body", "Điều 2. Hai\n\nĐiều 1. Một, xem Điều 2")
    page.get_by_role("button", name="Đánh số lại").click()
    assert page.input_value("#id_body") == "Điều 1. Hai\n\nĐiều 2. Một, xem Điều 1"
    page.context.close()


def test_two_who_have_it_open_hear_of_each_other_and_the_second_loses_nothing(
    page, written, chromium, live_server
):
    other = signed_in(chromium, live_server, "minh", [])
    other.goto(f"{live_server.url}/van-ban-di/{written.pk}/sua/")
    other.get_by_text("Một cửa sổ khác của bạn cũng đang mở dự thảo này.").wait_for()
    saved, late = "1. Từ ngày công bố.", "1. Từ đầu năm."
    for one, words in ((other, saved), (page, late)):
        assert one.evaluate("draftEditor.find('1. Từ ngày ký.')")
        one.keyboard.type(words)
        one.get_by_label("Nội dung không thuộc bí mật nhà nước").check()
        one.get_by_role("button", name="Lưu dự thảo", exact=True).last.click()
        one.wait_for_load_state()
    page.get_by_text("Sau khi bạn mở, dự thảo đã được").wait_for()
    assert late in text(page) and saved in page.get_by_label("Nội dung đã lưu").input_value()
    page.get_by_label("Nội dung không thuộc bí mật nhà nước").check()
    page.get_by_role("button", name="Lưu dự thảo", exact=True).last.click()
    page.get_by_text("Đã lưu dự thảo").wait_for()
    written.refresh_from_db()
    assert late in written.body
    other.context.close()


def test_the_head_quotes_by_selecting_and_writes_into_the_draft(written, chromium, live_server):
    papers.submit(written, by=written.drafter, at=timezone.now())
    problems: list[str] = []
    page = signed_in(chromium, live_server, "hoa", problems)
    page.goto(f"{live_server.url}/van-ban-di/{written.pk}/gop-y/")
    page.get_by_text("2. Theo Điều 1").select_text()
    assert (
        page.get_by_label("Chỗ góp ý").input_value() == "2. Theo Điều 1; Điều 2 Nghị định số 30/2020/NĐ-CP."
    )
    page.get_by_label("Ý kiến").fill("Nêu rõ")
    page.get_by_role("button", name="Ghi góp ý").click()
    page.get_by_text("Đã ghi góp ý").wait_for()
    page.goto(f"{live_server.url}/van-ban-di/{written.pk}/sua-noi-dung/")
    caret(page, "Từ ngày ký.")
    picture = page.locator(".draft-live img").first.get_attribute("src")
    page.keyboard.type(" Hết.")
    page.wait_for_selector(f".draft-live img:not([src='{picture}'])")
    page.locator(".draft-live:not(.is-old)").wait_for()
    found = Axe().run(page)
    assert [(one["id"], one["nodes"][0]["html"][:100]) for one in found.response["violations"]] == []
    page.get_by_role("button", name="Lưu bản sửa", exact=True).last.click()
    page.get_by_text("Đã lưu bản sửa").wait_for()
    written.refresh_from_db()
    assert written.version == 2 and "Từ ngày ký. Hết." in written.body and problems == []
    page.context.close()
