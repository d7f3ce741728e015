"""What every page owes everybody: no accessibility violation, no error in the console, little weight, no sideways
scrolling on a phone, and no page that needs JavaScript to be read."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from documents.actions.incoming import reception as gate
from documents.actions.outgoing import approval as papers
from documents.actions.work import assignments
from interop.models import Comparison, Unexplained
from interop.reconciliation.explain import explain
from orgs.actions.powers import propose_post
from orgs.models import Role
from tests.interop.city_side import issued

from .conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]
FIRST_PAGE_BYTES = 150 * 1024


@pytest.fixture
def busy(town):
    """A paper at every desk."""
    now = timezone.now()
    people = {"lan": town.lan, "dung": town.dung, "hoa": town.hoa, "minh": town.minh}
    town.paper(subject="Về việc chờ tiếp nhận", number="1")
    presented = gate.register(town.paper(subject="Về việc chờ cho ý kiến", number="2"), by=town.lan, at=now)
    gate.present(presented, to=town.dung, by=town.lan, at=now)
    town.presented_paper = presented
    handled = gate.register(town.paper(subject="Về việc đang xử lý", number="3"), by=town.lan, at=now)
    gate.present(handled, to=town.dung, by=town.lan, at=now)
    assignments.direct(
        handled, by=town.dung, at=now, text="Tham mưu trả lời", lead=town.hoa, info=[town.thao]
    )
    task = handled.assignments.get(role="lead")
    assignments.hand_on(task, by=town.hoa, at=now, text="Dự thảo", lead=town.minh)
    reply = papers.draft(
        by=town.minh, at=now, recipients=[town.ministry, town.justice], in_reply_to=handled, kind="CV", subject="Về việc trả lời",
        addressees="Bộ Nội vụ", bases="", body="Nội dung trả lời.", other_recipients="", urgency=1, due_on=None, signer=town.dung,
    )  # fmt: skip
    papers.submit(reply, by=town.minh, at=now)
    seen = reply.current_file().blob_id
    papers.check_content(reply, by=town.hoa, at=now, sha256=seen)
    papers.check_format(reply, by=town.lan, at=now, sha256=seen)
    waiting = papers.draft(
        by=town.minh, at=now, recipients=[town.justice], kind="KH", subject="Kế hoạch công tác năm 2027", addressees="",
        bases="Căn cứ Luật Tổ chức chính quyền địa phương", body="I. MỤC ĐÍCH\n\n1. Nâng cao hiệu quả.", other_recipients="",
        urgency=0, due_on=None, signer=town.dung,
    )  # fmt: skip
    town.sent_paper = issued(town, town.justice, town.ministry)
    long_ago = now - timedelta(days=5)
    town.sent_paper.deliveries.update(state="sent", queued_at=long_ago, sent_at=long_ago)
    town.quantri.user.set_password(PASSWORD)
    town.quantri.user.save()
    town.found, answered = (
        Unexplained.objects.create(
            kind="not_ours", key=key, since=now, found_at=now, sentence=f"Trục liên thông có văn bản {key}."
        )
        for key in ("a", "b")
    )
    explain(answered, "Đã gửi lại bằng bản giấy.", by=town.quantri, at=now)
    Comparison.objects.create(at=now, unexplained=1)
    admin = town.post("quanly", "Quản Lý", town.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    town.asked = propose_post(
        user=town.minh.user, organisation=town.home_affairs, role="clerk", title="Văn thư (kiêm nhiệm)",
        on=timezone.localdate(now), by=admin, at=now,
    )  # fmt: skip
    town.in_paper, town.out_paper, town.draft_paper, town.people = handled, reply, waiting, people
    return town


def pages_of(town) -> list[tuple[str, str]]:
    into, out = f"/van-ban-den/{town.in_paper.pk}/", f"/van-ban-di/{town.out_paper.pk}/"
    fresh = town.organisation_waiting
    return [
        ("lan", "/"), ("lan", "/van-ban-den/?box=reception"), ("lan", "/van-ban-den/vao-so/"), ("lan", fresh),
        ("lan", f"{fresh}vao-so/"), ("lan", f"{fresh}tu-choi/"), ("lan", "/van-ban-di/?box=format"),
        ("lan", "/tim/?q=tra loi"), ("lan", "/uy-quyen/"), ("lan", "/doi-mat-khau/"), ("lan", "/to-chuc/"),
        ("lan", "/don-vi/con-dau/"), ("dung", "/chu-ky/hinh-anh/"), ("minh", "/chu-ky/hinh-anh/"),
        ("lan", "/quan-tri/bang-chung/"), ("lan", "/chu-ky/chung-thu/"),
        ("dung", f"/van-ban-den/{town.presented_paper.pk}/cho-y-kien/"), ("dung", f"{into}sua-chi-dao/"), ("hoa", "/"),
        ("dung", "/"), ("dung", f"{out}xem-va-ky/"), ("dung", out), ("dung", "/theo-doi/"),
        ("dung", "/don-vi/tham-quyen-ky/"), ("dung", "/don-vi/tham-quyen-ky/giao/"),
        ("minh", "/"), ("minh", "/cong-viec/"), ("minh", into), ("minh", f"{into}?tab=work"), ("minh", f"{into}?tab=flow"),
        ("minh", f"/van-ban-di/{town.draft_paper.pk}/sua/"), ("minh", f"{out}?tab=deliveries"),
        ("lan", "/theo-doi-phat-hanh/?show=silent"), ("lan", f"/van-ban-di/{town.sent_paper.pk}/?tab=deliveries"),
        ("lan", f"/van-ban-di/{town.sent_paper.pk}/cap-nhat/"),
        ("quantri", "/"), ("quantri", "/lien-thong/"), ("quantri", "/lien-thong/goi/"), ("quantri", "/lien-thong/goi/?q=x"),
        ("quantri", f"/lien-thong/giai-trinh/?finding={town.found.pk}"), ("quantri", "/lien-thong/da-giai-trinh/"),
        ("quantri", "/quan-tri/he-thong/"),
        ("quantri", "/quan-tri/de-nghi/"), ("quantri", f"/quan-tri/de-nghi/{town.asked.pk}/"),
        ("quantri", f"/quan-tri/de-nghi/{town.asked.pk}/khan-cap/"), ("dung", "/quan-tri/nhat-ky/"),
    ]  # fmt: skip


def test_every_desk_is_accessible_quiet_and_light(busy, chromium, live_server):
    busy.organisation_waiting = (
        f"/van-ban-den/{busy.lan.organisation.documents.get(state='awaiting_reception').pk}/"
    )
    problems, contexts = [], {}
    for who, path in pages_of(busy):
        if who not in contexts:
            contexts[who] = signed_in(chromium, live_server, who, problems)
        page = contexts[who]
        answer = page.goto(f"{live_server.url}{path}")
        assert answer.status == 200, path
        found = Axe().run(page)
        problems += [
            f"{path}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]
        ]
        scripts = page.evaluate("[...document.querySelectorAll('script[src]')].map((one) => one.src)")
        if len(scripts) != len(set(scripts)):  # each would do everything twice
            problems.append(f"{path}: the same script twice")
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            problems.append(f"{path}: scrolls sideways on a phone")
        page.set_viewport_size({"width": 1366, "height": 768})
    assert problems == []


def test_the_clerks_hand_never_leaves_the_panes(busy, chromium, live_server):
    """On the offices' small screens, with the banner and the last message above, leader and press are in sight."""
    for number in ("81", "82"):
        busy.paper(subject=f"Về việc chờ tiếp nhận lần {number}", number=number)
    page = signed_in(chromium, live_server, "lan", [])
    waiting = busy.lan.organisation.documents.filter(state="awaiting_reception").first()
    page.goto(f"{live_server.url}/van-ban-den/{waiting.pk}/vao-so/")
    press = page.get_by_role("button", name="Vào sổ và mở văn bản tiếp theo")
    press.click()
    page.wait_for_load_state()
    assert page.locator(".alert.tone-ok").is_visible() and page.locator(".demo-line").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    foot, due, leader = (
        page.locator(f".desk-form {name}").bounding_box()
        for name in (".form-foot", "[name=due_on]", "[name=leader]")
    )
    assert due["y"] + due["height"] <= leader["y"] and leader["y"] + leader["height"] <= foot["y"]
    assert foot["y"] + foot["height"] <= 768


def test_the_first_page_is_light_enough_for_a_slow_line(busy, chromium, live_server):
    context = chromium.new_context(locale="vi-VN")
    page, weight = context.new_page(), []
    page.on("response", lambda answer: weight.append(len(answer.body())))
    page.goto(f"{live_server.url}/dang-nhap/", wait_until="networkidle")
    context.close()
    # Uncompressed here; on the wire text is a quarter of this.
    assert 0 < sum(weight) < FIRST_PAGE_BYTES * 1.5


def test_the_desks_work_without_javascript(busy, chromium, live_server):
    page = signed_in(chromium, live_server, "lan", [], java_script_enabled=False)
    paper = busy.lan.organisation.documents.get(state="awaiting_reception")
    page.goto(f"{live_server.url}/van-ban-den/{paper.pk}/vao-so/")
    page.select_option("[name=leader]", str(busy.dung.pk))
    page.get_by_role("button", name="Vào sổ, xem văn bản này").click()
    page.wait_for_load_state()
    paper.refresh_from_db()
    assert (paper.state, paper.holder) == ("awaiting_direction", busy.dung)


def signed_in(chromium, live_server, username: str, problems: list, **options):
    context = chromium.new_context(locale="vi-VN", viewport={"width": 1366, "height": 768}, **options)
    page = context.new_page()
    page.on(
        "console", lambda line: problems.append(f"{page.url}: {line.text}") if line.type == "error" else None
    )
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    page.goto(f"{live_server.url}/dang-nhap/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_load_state()
    return page


def test_on_a_phone_the_paper_comes_first_and_the_phrases_are_in_sight(busy, chromium, live_server):
    """The leader's thumb: paper, then form; a phrase is one tap, without scrolling and not under the bar."""
    presented = busy.presented_paper
    page = signed_in(chromium, live_server, "dung", [])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/van-ban-den/{presented.pk}/cho-y-kien/")
    top = {
        name: page.locator(name).first.bounding_box()
        for name in (".pages", ".phrases", "#id_text", ".form-foot")
    }
    assert top[".pages"]["y"] < top[".phrases"]["y"] < top["#id_text"]["y"]
    assert top[".phrases"]["y"] + top[".phrases"]["height"] <= top[".form-foot"]["y"]
    phrase = page.locator(".phrases .btn").first
    words = phrase.inner_text()
    phrase.click()
    assert page.input_value("#id_text") == words
    page.fill("[name=find]", "to chuc")
    assert page.locator("tr[data-find-words]:visible").count() == 3  # the room, its head, its officer
    page.goto(f"{live_server.url}/van-ban-den/{busy.in_paper.pk}/")
    pages, side = (page.locator(name).first.bounding_box()["y"] for name in (".pages", ".paper-side"))
    assert pages < side
