"""The pages of one's own account in a real browser, and a real browser's passkey through every door it opens."""

import pytest
from playwright.sync_api import expect

from orgs.models import Passkey, Session

from .conftest import PASSWORD
from .test_public_screens import looked_at
from .test_screens import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def lan(office, live_server):
    office.lan.user.set_password(PASSWORD)
    office.lan.user.save()
    return office.lan.user


def test_a_passkey_of_the_browser_is_made_signs_in_and_proves_again(lan, chromium, live_server, tmp_path):
    problems, here = [], live_server.url
    page = signed_in(chromium, live_server, "lan", problems)
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{here}/tai-khoan/ung-dung/")
    expect(page.locator("img.qr")).to_have_js_property("complete", True)
    assert page.locator("img.qr").evaluate("one => one.naturalWidth") > 100
    looked_at(page, problems, "ung-dung", tmp_path)
    page.goto(f"{here}/tai-khoan/khoa-truy-cap/")
    looked_at(page, problems, "khoa-truy-cap", tmp_path)
    page.fill("[name=name]", "máy ở cơ quan")
    page.get_by_role("button", name="Tạo khóa").click()
    page.get_by_role("heading", name="Mã dự phòng").wait_for()
    looked_at(page, problems, "ma-du-phong", tmp_path)
    page.get_by_role("link", name="Tôi đã cất các mã").click()
    page.get_by_text("máy ở cơ quan").first.wait_for()
    looked_at(page, problems, "tai-khoan", tmp_path)
    page.get_by_label("Tài khoản Nguyễn Thị Lan").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.fill("[name=username]", "lan")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("heading", name="Bước xác thực thứ hai").wait_for()
    looked_at(page, problems, "buoc-hai", tmp_path)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.wait_for_url(f"{here}/")
    assert Passkey.objects.get().used_at
    row = Session.objects.get(user=lan)
    session = row.get_session_store_class()(row.session_key)
    session["proof"] = [0, False]
    session.save()
    page.goto(f"{here}/tai-khoan/khoa-truy-cap/")
    page.get_by_role("heading", name="Xác nhận là bạn").wait_for()
    looked_at(page, problems, "xac-nhan", tmp_path)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.wait_for_url(f"{here}/tai-khoan/khoa-truy-cap/")
    page.fill("[name=name]", "lần nữa")
    page.get_by_role("button", name="Tạo khóa").click()
    page.get_by_text("Khóa này đã được đăng ký").wait_for()
    page.context.close()
    assert problems == []
