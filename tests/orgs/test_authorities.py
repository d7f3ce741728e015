"""Granting and ending the right to sign: each refusal with its sentence, and the pages (decree 30 art. 13)."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.actions import Refused, end_post
from orgs.actions.authorities import end, start_of
from orgs.actions.powers import propose_authority, propose_post
from orgs.authority import in_force
from orgs.models import Post, Role, SigningAuthority
from tests.orgs.test_authority import AT, TL, TUQ, authorised, chairman, days, give, office_head
from tests.orgs.two import confirmed, latest, second_operator

LIST = "/don-vi/tham-quyen-ky/"


@pytest.fixture
def chief(office):
    return office_head(office)


@pytest.fixture
def deputy(office):
    return office.post("trang", "Lưu Thu Trang", office.home_affairs, Role.OFFICER, "Phó Chánh Văn phòng")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"basis": "Giấy ủy quyền"}, "phải có văn bản"),
        ({"basis_on": None}, "phải có văn bản"),
        ({"basis": " "}, "ghi căn cứ"),
        ({"basis": "12/GUQ-SNV " + "a" * 300}, "dài quá 300"),
        ({"basis_on": days(1).date()}, "ở tương lai"),
        ({"valid_to": None}, "phải có thời hạn"),
        ({"valid_to": days(367)}, "tối đa một năm"),
        ({"valid_to": AT}, "Ngày kết thúc"),
        ({"valid_from": days(-1)}, "trở về trước"),
        ({"kinds": []}, "giới hạn nội dung"),
        ({"kinds": ["XX"]}, "Không có loại văn bản XX"),
    ],
)
def test_an_authorisation_is_written_limited_and_for_the_future(office, wrong, why):
    asked = TUQ | {"post": office.hoa, "valid_from": AT, "valid_to": days(30), "by": office.dung, "at": AT}
    with pytest.raises(Refused, match=why):
        propose_authority(**asked | wrong)
    assert not office.hoa.signing_authorities.exists()


@pytest.mark.parametrize(
    ("who", "fields", "why"),
    [
        ("minh", TUQ, "Chỉ người đứng đầu đơn vị thuộc cơ quan được ký thừa ủy quyền"),
        ("thao", TUQ, "Chỉ người đứng đầu đơn vị thuộc cơ quan được ký thừa ủy quyền"),
        ("minh", TL, "Chỉ người đứng đầu đơn vị thuộc cơ quan được ký thừa lệnh"),
        ("hoa", TL | {"basis": "Quy chế làm việc"}, "ghi điều, khoản"),
        ("hoa", {"capacity": "KT", "basis": "Phân công"}, "Chỉ cấp phó của người đứng đầu"),
        ("dung", {"capacity": "KT", "basis": "Phân công"}, "Chỉ cấp phó của người đứng đầu"),
        ("thao", {"capacity": "Q", "basis": "QĐ số 1"}, "đang có người đứng đầu là Phạm Tiến Dũng"),
        ("hoa", {"capacity": "Q", "basis": "QĐ số 1"}, "không thuộc lãnh đạo"),
        ("dung", {"capacity": "TM", "basis": "Quy chế"}, "không làm việc theo chế độ tập thể"),
        ("thao", {"capacity": "head", "basis": "Quy chế"}, "không phải người đứng đầu"),
    ],
)
def test_each_capacity_is_for_its_own_people(office, who, fields, why):
    before = SigningAuthority.objects.count()
    with pytest.raises(Refused, match=why):
        give(office, getattr(office, who), valid_to=days(30), **fields)
    assert SigningAuthority.objects.count() == before


def test_the_same_right_twice_is_refused_and_beside_it_is_not(office):
    authorised(office)
    with pytest.raises(Refused, match=r"đã có thẩm quyền TUQ\..*12/GUQ-SNV"):
        authorised(office, kinds=["GM", "TB"])
    authorised(office, kinds=["TB"])
    give(office, office.hoa, at=days(30), valid_to=days(60), **TUQ)
    with pytest.raises(Refused, match="đã có thẩm quyền KT"):
        give(office, office.thao, capacity="KT", basis="Phân công")


def test_one_acting_head_at_a_time(office):
    one, two = (
        office.post(name, name, office.justice, Role.LEADER, "Phó Giám đốc") for name in ("mot", "hai")
    )
    acting = {"capacity": "Q", "basis": "Quyết định số 1/QĐ-UBND", "by": office.quantri}
    give(office, one, **acting)
    with pytest.raises(Refused, match=r"mot đã có thẩm quyền Q\."):
        give(office, two, **acting)


def test_an_authorisation_is_not_passed_on(office):
    right = authorised(office)
    room = {"valid_to": days(9), "by": office.hoa}
    with pytest.raises(Refused, match="không được ủy quyền lại"):
        give(office, office.minh, **TUQ | room)
    with pytest.raises(Refused, match=r"TUQ\. và KT\. thì không"):
        give(office, office.minh, **TUQ | {"through": right, "valid_to": days(9)})
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningAuthority.objects.create(
            organisation=office.home_affairs, post=office.minh, capacity="TUQ", basis="x", through=right,
            valid_from=AT, valid_to=days(1), granted_at=AT,
        )  # fmt: skip


def test_an_order_is_passed_on_to_the_own_deputy_only(office, chief, deputy):
    order = in_force(chief.pk, kind="CV", at=AT)
    with pytest.raises(Refused, match="chỉ được giao lại cho cấp phó của Chánh Văn phòng"):
        give(office, office.hoa, by=chief, through=order, **TL)
    with pytest.raises(Refused, match=r"chỉ được giao lại thẩm quyền TL\. của mình"):
        give(office, office.hoa, by=chief, **TL)
    made = give(office, deputy, by=chief, through=order, **TL)
    assert (made.granted_by, made.through) == (chief.user, order)
    with pytest.raises(Refused, match="chỉ được giao lại cho cấp phó"):  # and no further
        give(office, office.minh, by=deputy, through=made, **TL)


def test_passing_on_stays_inside_what_one_has(office, deputy):
    chief = office.post("chinh", "Lý Văn Chính", office.home_affairs, Role.UNIT_HEAD, "Chánh Văn phòng")
    order = give(office, chief, kinds=["CV", "TB"], valid_to=days(30), **TL)
    for wrong, why in (({"kinds": []}, "trong phạm vi"), ({"kinds": ["QĐ"]}, "trong phạm vi"),
                       ({"valid_to": days(31)}, "không giao lại lâu hơn")):  # fmt: skip
        with pytest.raises(Refused, match=why):
            give(
                office, deputy, by=chief, through=order, **TL | {"kinds": ["CV"], "valid_to": days(9)} | wrong
            )
    end(order, by=office.dung, at=days(1), reason="Sửa quy chế")
    with pytest.raises(Refused, match="không còn hiệu lực"):
        give(office, deputy, by=chief, at=days(1), through=order, kinds=["CV"], valid_to=days(9), **TL)


def test_the_head_and_the_administrator_grant_and_nobody_else(office):
    admin = office.post("quanly", "Quản Lý", office.home_affairs, Role.ORG_ADMIN, "Quản trị đơn vị")
    for stranger in (office.thao, office.lan, office.khach, office.dung.used_by(office.thao.user)):
        with pytest.raises(PermissionDenied):
            give(office, office.hoa, by=stranger, valid_to=days(9), **TUQ)
    office.dung.used_by(office.dung.user)
    for by in (office.dung, admin, office.quantri):
        made = give(office, office.hoa, by=by, valid_to=days(9), **TUQ)
        assert made.granted_by == by.user
        for stranger in (office.thao, office.khach, office.hoa):
            with pytest.raises(PermissionDenied):
                end(made, by=stranger, at=AT, reason="Thử")
        end(made, by=by, at=AT, reason="Thu hồi")


def test_a_right_ends_once_with_a_reason_and_stays(office):
    right = authorised(office)
    with pytest.raises(Refused, match="ghi lý do"):
        end(right, by=office.dung, at=days(1), reason="  ")
    end(right, by=office.dung, at=days(1), reason="Thu hồi")
    with pytest.raises(Refused, match="đã kết thúc từ trước"):
        end(right, by=office.dung, at=days(2), reason="Lần nữa")
    right.refresh_from_db()
    assert (right.ended_at, right.ended_by, right.end_reason) == (days(1), office.dung.user, "Thu hồi")
    assert right.kinds == ["CV", "GM"]


def test_two_at_once_give_one(transactional_db, office):
    start, told = threading.Barrier(2), []

    def try_it():
        start.wait()
        try:
            authorised(office)
            told.append("given")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(told) == ["given", "refused"]


def test_a_post_given_and_ended_takes_its_rights_along(office):
    day = timezone.localdate()
    fields = {"role": "leader", "title": "Phó Giám đốc", "on": day, "by": office.quantri}
    propose_post(user=office.minh.user, organisation=office.justice, at=timezone.now(), **fields)
    confirmed(second_operator(latest()))
    made = Post.objects.get(user=office.minh.user, organisation=office.justice)
    right = SigningAuthority.objects.get(post=made)
    assert (right.capacity, right.granted_by, right.valid_from) == (
        "KT",
        latest().decided_user,
        start_of(day),
    )
    at = timezone.now()
    end_post(made, on=day, by=office.quantri, at=at)
    right.refresh_from_db()
    # A post lasts at least its first day, and so does the right.
    assert right.ended_at == start_of(day + dt.timedelta(days=1)) and "vị trí" in right.end_reason
    end_post(office.thao, on=day, by=office.quantri, at=at)
    assert office.thao.signing_authorities.get().ended_at == at


def test_a_right_outlives_no_post(office):
    Post.objects.filter(pk=office.hoa.pk).update(valid_to=days(10).date())
    office.hoa.refresh_from_db()
    with pytest.raises(Refused, match="chỉ giữ vị trí này đến trước 30/11/2026"):
        authorised(office)
    authorised(office, valid_to=days(9))


# The pages


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
