"""The rights to sign on their pages: who reads them, who gives and ends them, and what it costs."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.actions.authorities import end
from orgs.models import SigningAuthority
from tests.orgs.test_authority import authorised, chairman
from tests.orgs.two import confirmed

LIST = "/don-vi/tham-quyen-ky/"


def asked(office, **changed) -> dict:
    today = timezone.localdate()
    return {
        "post": office.hoa.pk, "capacity": "TUQ", "basis": "Giấy ủy quyền số 12/GUQ-SNV", "basis_on": today,
        "kinds": ["CV", "GM"], "scope": "Mời họp", "since": today, "until": today + dt.timedelta(days=30),
    } | changed  # fmt: skip


def test_the_head_grants_and_ends_on_the_page(office, sign_in):
    client = sign_in(office.dung)
    page = client.post(f"{LIST}giao/", asked(office), follow=True).content.decode()
    assert "chỉ có hiệu lực khi một người khác xác nhận" in page and "“TUQ. Giám đốc”" in page
    assert "TUQ. GIÁM ĐỐC" not in client.get(LIST).content.decode()
    confirmed(office.quantri)
    page = client.get(LIST).content.decode()
    assert "TUQ. GIÁM ĐỐC" in page and "TRƯỞNG PHÒNG TỔ CHỨC" in page and "Công văn, Giấy mời" in page
    assert f"đến hết {timezone.localdate() + dt.timedelta(days=30):%d/%m/%Y}" in page
    right = SigningAuthority.objects.get(capacity="TUQ")
    assert timezone.localtime(right.valid_to).time() == dt.time()
    assert timezone.localdate(right.valid_to) == timezone.localdate() + dt.timedelta(days=31)
    end_url = f"{LIST}{right.pk}/ket-thuc/"
    assert "TRƯỞNG PHÒNG TỔ CHỨC" in client.get(end_url).content.decode()
    assert client.post(end_url, {"reason": ""}).status_code == 200
    page = client.post(end_url, {"reason": "Thu hồi theo QĐ 15"}, follow=True).content.decode()
    assert "Đã kết thúc" in page and "TUQ. GIÁM ĐỐC" not in page
    assert "Thu hồi theo QĐ 15" in client.get(f"{LIST}?tinh-trang=het").content.decode()
    assert "từ trước" in client.post(end_url, {"reason": "x"}, follow=True).content.decode()


def test_what_is_refused_comes_back_with_what_was_typed(office, sign_in):
    client = sign_in(office.dung)
    for wrong, why in (({"until": ""}, "phải có thời hạn"), ({"basis": "Miệng"}, "phải có văn bản"),
                       ({"capacity": "XX"}, "không có"), ({"post": office.khach.pk}, "Hãy chọn một mục")):  # fmt: skip
        page = client.post(f"{LIST}giao/", asked(office, **wrong)).content.decode()
        assert why in page and "Mời họp" in page
    assert not SigningAuthority.objects.filter(capacity="TUQ").exists()


def test_everybody_of_the_office_reads_and_only_some_write(office, sign_in):
    right = authorised(
        office,
        at=timezone.now(),
        valid_to=timezone.now() + dt.timedelta(days=9),
        basis_on=dt.date(2026, 1, 5),
    )
    client = sign_in(office.minh)
    page = client.get(LIST).content.decode()
    assert "KT. GIÁM ĐỐC" in page and "Giao thẩm quyền" not in page and "ket-thuc" not in page
    assert (
        client.get(f"{LIST}giao/").status_code
        == client.post(f"{LIST}giao/", asked(office)).status_code
        == 403
    )
    assert client.post(f"{LIST}{right.pk}/ket-thuc/", {"reason": "x"}).status_code == 403
    assert "Lê Thu Hoa" not in sign_in(office.khach).get(LIST).content.decode()
    assert client.get(f"{LIST}?co-quan={office.home_affairs.pk}").status_code == 404


def test_the_operator_looks_after_any_office(office, sign_in):
    client = sign_in(office.quantri)
    where = f"?co-quan={office.home_affairs.pk}"
    assert "Phạm Tiến Dũng" in client.get(LIST + where).content.decode()
    client.post(f"{LIST}giao/{where}", asked(office))
    confirmed(office.dung)
    page = client.get(LIST + where).content.decode()
    assert "Lê Thu Hoa" in page and "Quản Trị ghi" in page
    assert (
        client.get(f"{LIST}?co-quan=x").status_code == client.get(f"{LIST}?co-quan=999999").status_code == 404
    )


def test_the_office_head_passes_on_by_the_page(office, chief, deputy, sign_in):
    client = sign_in(chief)
    page = client.get(f"{LIST}giao/").content.decode()
    assert "Lưu Thu Trang" in page and "Lê Thu Hoa" not in page
    form = asked(office, post=deputy.pk, capacity="TL", basis="Khoản 3 Điều 9 Quy chế làm việc", until="")
    client.post(f"{LIST}giao/", form)
    confirmed(office.dung)
    page = client.get(LIST).content.decode()
    assert "KT. CHÁNH VĂN PHÒNG" in page and "ket-thuc" in page
    assert client.post(f"{LIST}giao/", form | {"capacity": "TUQ"}).status_code == 200
    made = deputy.signing_authorities.get()
    assert (
        "Đã kết thúc"
        in client.post(f"{LIST}{made.pk}/ket-thuc/", {"reason": "Thôi giao"}, follow=True).content.decode()
    )


def test_a_collective_body_offers_the_heads_own_power(office, sign_in):
    chairman(office)
    client = sign_in(office.quantri)
    assert "quyền riêng" in client.get(f"{LIST}giao/?co-quan={office.city.pk}").content.decode()
    assert "quyền riêng" not in client.get(f"{LIST}giao/?co-quan={office.justice.pk}").content.decode()


def test_one_row_costs_what_three_cost(office, sign_in):
    at = timezone.now()
    client = sign_in(office.dung)
    fields = {"at": at, "valid_to": at + dt.timedelta(days=9), "basis_on": dt.date(2026, 1, 5)}

    def cost(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    client.get(LIST)
    end(authorised(office, **fields), by=office.dung, at=timezone.now(), reason="Một")
    one = cost(LIST), cost(f"{LIST}?tinh-trang=het"), cost(f"{LIST}giao/")
    for kind in ("TB", "BC", "KH"):
        fields |= {"at": timezone.now()}
        end(authorised(office, kinds=[kind], **fields), by=office.dung, at=timezone.now(), reason=kind)
        authorised(office, kinds=[kind], **fields | {"at": timezone.now()})
    assert (cost(LIST), cost(f"{LIST}?tinh-trang=het"), cost(f"{LIST}giao/")) == one


def test_long_lists_come_in_pages_the_head_first_and_history_latest_first(office, sign_in, settings):
    settings.PAGE_SIZE = 2
    at = timezone.now()
    for kind in ("TB", "BC", "KH"):
        authorised(
            office, kinds=[kind], at=at, valid_to=at + dt.timedelta(days=9), basis_on=dt.date(2026, 1, 5)
        )
    client, seen, url = sign_in(office.dung), [], LIST
    while url:
        answer = client.get(url)
        seen.append([row["it"] for row in answer.context["rows"]])
        url = answer.context["page"].older_url and LIST + answer.context["page"].older_url
    assert [len(page) for page in seen] == [2, 2, 1] and seen[0][0].post == office.dung
    back = client.get(LIST + answer.context["page"].newer_url)
    assert [row["it"] for row in back.context["rows"]] == seen[1]
    for right in [*seen[1], *seen[2]]:
        end(right, by=office.dung, at=timezone.now(), reason="Thu hồi")
    past = client.get(f"{LIST}?tinh-trang=het")
    keys = [row["it"].pk for row in past.context["rows"]]
    older = client.get(LIST + past.context["page"].older_url)
    keys += [row["it"].pk for row in older.context["rows"]]
    assert keys == sorted(keys, reverse=True) and len(keys) == 3


def test_the_way_to_the_list(office, sign_in):
    assert LIST in sign_in(office.minh).get(f"/to-chuc/{office.home_affairs.pk}/").content.decode()
    assert LIST not in sign_in(office.minh).get(f"/to-chuc/{office.justice.pk}/").content.decode()
    assert f'href="{LIST}"' in sign_in(office.dung).get("/to-chuc/").content.decode()
