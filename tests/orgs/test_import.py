"""A code list: what is wrong is told line by line, what is shown is what is written, all of it or nothing."""

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from orgs.actions import Refused, apply, known_bodies
from orgs.models import Code, Organisation
from orgs.registry_import import plan as plans
from orgs.registry_import import sheet
from orgs.registry_import.plan import Act

pytestmark = pytest.mark.usefixtures("registry")
TODAY = dt.date(2026, 11, 20)


def plan_of(text):
    data = text if isinstance(text, bytes) else text.encode()
    return plans.plan(sheet.read(data), known_bodies())


def problems(text):
    return [(problem.line, problem.field) for problem in plan_of(text).problems]


def everything():
    return list(Organisation.objects.order_by("pk").values()), list(Code.objects.order_by("pk").values())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "rỗng"),
        (b"  \n ", "rỗng"),
        ("code,name\nH26.01,Sở Nội vụ".encode("utf-16"), "UTF-8"),
        ("code,name\nH26.01,S\u1edf N\u1ed9i v\u1ee5".encode() + b"\xe0\xff", "dòng 2"),
        (b"PK\x03\x04rest", "Excel"),
        (b"%PDF-1.7\n%\x00", "không phải tệp văn bản"),
        (b"<html><body>", "code và name"),
        ("tên,mã\nSở,H26.01".encode(), "code và name"),
        (b"code,name,name\nH26.01,A,B", "hai lần"),
        (b'code,name\nH26.01,"S', "ngoặc kép"),
        (b"code,name\n", "không có cơ quan nào"),
        (b"code,name\n" + b"x" * sheet.MAX_BYTES, "lớn hơn"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(data, words):
    plan = plan_of(data)
    assert plan.changes == []
    assert [problem.line for problem in plan.problems] == [0]
    assert words in plan.problems[0].sentence


BAD_ROWS = """code,name,level,parent_code,parent_name,kind,gate,valid_from,valid_to,code_2018,email
h26.01,Sở Nội vụ,,,,,,,,,
H26.02,,,,,,,,,,
,Sở Tư pháp,,,,,,,,,
H26.03,Sở Tài chính,3,,,,,,,,
H26.04,Sở Mới,,,,so_moi,,,,,
H26.05,Sở Mới,,,,,chắc có,,,,
H26.06,Sở Mới,,,,,,2022-08-17,2022-08-17,,
H26.07,Sở Mới,,,,,,31/02/2022,,,
H26.08,Sở Mới,,,,,,,,000.8.H26,
H26.09,Sở Mới,,,,,,,,,thu@
H26.10.01,Phòng Mới,,,,,,,,,
H26.10.02,Phòng Mới,,H26.77,,,,,,,
H26.11.01,Phòng Mới,,,Sở Không Có,,,,,,
H26.1.2.3.4,Tổ Mới,,,,,,,,,
H26.TAM999,Sở Mới,,,,,,,,,
G05,Bộ Khác,,,,,,,,,
G12,Bộ Tài chính,,,,,,,,000.00.00.G09,
"""


def test_what_excel_writes_before_the_heading_and_into_empty_cells_is_understood():
    text = 'sep=;\r\ncode;name;address;email\r\nH26.01;Sở A;"1; phố B";N/A\r\n;;;\r\nH26.02;Sở C;#N/A;-\r\n'
    found = sheet.read(text.encode("utf-8-sig"))
    assert not found.problems
    assert [(row.line, row.address, row.email) for row in found.rows] == [(3, "1; phố B", ""), (5, "", "")]


def test_every_bad_row_is_reported_with_its_line_and_column():
    assert problems(BAD_ROWS) == [
        (2, "code"),
        (3, "name"),
        (4, "code"),
        (5, "level"),
        (6, "kind"),
        (7, "gate"),
        (8, "valid_to"),
        (9, "valid_from"),
        (10, "code_2018"),
        (11, "email"),
        (12, "code"),
        (13, "parent_code"),
        (14, "parent_name"),
        (15, "code"),
        (16, "code"),
        (17, "code"),
        (18, "code_2018"),
    ]


def test_duplicates_are_reported_on_the_second_line():
    assert problems("code,name\nH26.01,Sở Mới\nH26.01,Sở Khác\nH26.02,Sở Nội vụ\nH26.03,SỞ NỘI VỤ\n") == [
        (3, "code"),
        (5, "name"),
    ]
    assert problems("code,name\nH26.01,Sở Mới\nH26.02,Sở Mới\n") == [(3, "name")]


def test_a_comma_in_a_name_without_quotes_is_reported():
    text = 'code,name\nH26.01,Trung tâm Xúc tiến Đầu tư, Thương mại\nH26.02,"Trung tâm A, B"\n'
    plan = plan_of(text)
    assert [(p.line, p.field) for p in plan.problems] == [(2, "")]
    assert [change.name for change in plan.changes] == ["Trung tâm A, B"]


def test_a_name_that_occurs_thrice_needs_its_parent():
    text = "code,name,parent_name\nH26.90.01.01,Trạm Y tế,Ủy ban nhân dân phường Quang Trung\n"
    assert problems(text) == [(2, "parent_name")]
    assert "Có 3 cơ quan" in plan_of(text).problems[0].sentence


def test_a_parent_that_disagrees_with_the_code_is_reported():
    assert problems("code,name,parent_name\nH26.TAM002.01,Phòng Mới,Sở Tư pháp\n") == [(2, "parent_name")]
    assert problems("code,name,parent_code\nH26.01,Sở Mới,G09\n") == [(2, "parent_code")]


LIST = """\ufeffcode;code_2018;name;parent_name;gate;phone;ghi chú
H26.02;000.00.02.H26;Sở Nội vụ;;;024 3 825;x
H26.02.01;;Chi cục Văn thư - Lưu trữ;;không;;
H26.30.01;;UBND phường Phúc Xá;Uỷ ban nhân dân quận Ba Đình;;;
H26.02.09;;Trung tâm Mới;Sở Nội vụ;;;
G09;;Bộ Nội vụ;;;;
"""


def applied(text=LIST, **options):
    rows = sheet.read(text.encode())
    return apply(rows, digest=plans.plan(rows, known_bodies()).digest, on=TODAY, **options)


def test_a_preview_changes_nothing():
    before = everything()
    plan = plan_of(LIST)
    assert plan.problems == [] and plan.ignored == ["ghi chú"] and plan.unchanged == 1
    assert (plan.count(Act.RECODE), plan.count(Act.CREATE), plan.count(Act.RENAME)) == (3, 1, 0)
    assert everything() == before


def test_applying_replaces_provisional_codes_and_keeps_their_history():
    ward = Organisation.objects.get(name="Ủy ban nhân dân phường Phúc Xá")
    old = ward.code
    applied(decision="QĐ 2918/QĐ-UBND")
    ward.refresh_from_db()
    assert (ward.code, ward.provisional, ward.name) == ("H26.30.01", False, "Ủy ban nhân dân phường Phúc Xá")
    codes = ward.codes.order_by("pk").values_list(
        "value", "provisional", "valid_from", "valid_to", "decision"
    )
    assert list(codes) == [
        (old, True, None, TODAY, "Quyết định 2918/QĐ-UBND ngày 17/8/2022"),
        ("H26.30.01", False, TODAY, None, "QĐ 2918/QĐ-UBND"),
    ]
    home = Organisation.objects.get(name="Sở Nội vụ")
    assert (home.code, home.code_2018, home.phone) == ("H26.02", "000.00.02.H26", "024 3 825")
    assert home in Organisation.objects.search("000.00.02.h26")
    assert not Organisation.objects.get(code="H26.02.01").gate
    new = Organisation.objects.get(name="Trung tâm Mới")
    assert (new.parent, new.level, new.letterhead_superior, new.external) == (home, 3, "SỞ NỘI VỤ", False)


def test_applying_twice_and_loading_again_change_nothing_more():
    applied()
    before = everything()
    assert plan_of(LIST).changes == []
    applied()
    call_command("load_registry", samples=True, stdout=io.StringIO())
    assert everything() == before


def test_a_rename_and_a_closing_keep_the_past():
    applied("code,name,valid_to\nG09,Bộ Nội vụ và Lao động,\nG08,Bộ Ngoại giao,2026-12-01\n")
    home, foreign = Organisation.objects.get(code="G09"), Organisation.objects.get(code="G08")
    assert (home.name, home.letterhead_name) == ("Bộ Nội vụ và Lao động", "BỘ NỘI VỤ VÀ LAO ĐỘNG")
    assert (
        home.name_on(dt.date(2026, 11, 19)) == "Bộ Nội vụ" and home.name_on(TODAY) == "Bộ Nội vụ và Lao động"
    )
    assert foreign.open_on(TODAY) and not foreign.open_on(dt.date(2026, 12, 1))


def test_an_official_code_is_never_replaced_nor_an_old_one_given_again():
    applied()
    assert problems("code,name\nH26.03,Sở Nội vụ\n") == [(2, "code")]
    assert problems("code,name\nH26.TAM002,Sở Nội vụ\n") == [(2, "code")]


def test_nothing_is_written_while_one_row_is_bad():
    before = everything()
    with pytest.raises(Refused, match="1 dòng"):
        applied(LIST + "xấu;;Sở Mới;;;;\n")
    assert everything() == before


def test_a_registry_changed_since_the_preview_is_not_written_over():
    rows = sheet.read(LIST.encode())
    digest = plans.plan(rows, known_bodies()).digest
    applied("code,name\nH26.55,Sở Tư pháp\nH26.02,Sở Nội vụ\n")
    with pytest.raises(Refused, match="đã thay đổi"):
        apply(rows, digest=digest, on=TODAY)


def test_the_command_previews_reports_and_applies(tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(LIST)
    bad.write_text(BAD_ROWS)
    before = everything()
    out, err = io.StringIO(), io.StringIO()
    call_command("import_orgs", good, stdout=out)
    assert "3 thay mã" in out.getvalue() and "xem trước" in out.getvalue()
    with pytest.raises(CommandError, match="17 lỗi") as refused:
        call_command("import_orgs", bad, apply=True, stdout=io.StringIO(), stderr=err)
    assert refused.value.returncode == 1
    assert "Dòng 15, cột code" in err.getvalue() and err.getvalue().count("Dòng ") == 17
    with pytest.raises(CommandError, match="Không đọc được"):
        call_command("import_orgs", tmp_path / "none.csv")
    assert everything() == before
    call_command("import_orgs", good, apply=True, stdout=out)
    assert Organisation.objects.get(name="Sở Nội vụ").code == "H26.02"


@pytest.fixture
def operator(sign_in):
    from orgs.models import Post, User

    user = User.objects.create(username="quantri", full_name="Quản Trị")
    city = Organisation.objects.get(code="H26")
    post = Post.objects.create(
        user=user, organisation=city, role="sys_admin", title="Quản trị", valid_from=dt.date(2020, 1, 1)
    )
    return sign_in(post)


def upload(client, text, name="ma.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("import_orgs"), {"file": SimpleUploadedFile(name, data, "text/csv")})


def test_the_page_shows_bad_rows_and_offers_no_confirmation(operator):
    before = everything()
    text = upload(operator, BAD_ROWS).content.decode()
    assert "Còn 17 chỗ chưa đúng" in text and "so_moi" in text
    assert 'name="digest"' not in text
    for bad in (b"", b"PK\x03\x04", b"\xff\xfe\x00"):
        assert "Chưa có gì thay đổi" in upload(operator, bad).content.decode()
    assert operator.post(reverse("import_orgs"), {}).status_code == 200
    assert everything() == before


def test_the_page_previews_then_confirms(operator):
    text = upload(operator, LIST).content.decode()
    assert "Thay mã: 3" in text and "H26.30.01" in text and "ghi chú" in text
    assert Organisation.objects.get(name="Sở Nội vụ").provisional
    fields = dict(re.findall(r'name="(data|digest)" value="([^"]+)"', text))
    answer = operator.post(reverse("import_orgs"), fields | {"decision": "QĐ 1"}, follow=True)
    assert "Đã ghi 4 cơ quan" in answer.content.decode()
    assert Code.objects.get(value="H26.02").decision == "QĐ 1"
    answer = operator.post(reverse("import_orgs"), fields, follow=True)
    assert "đã thay đổi từ lúc xem trước" in answer.content.decode()


def test_a_confirmation_that_was_tampered_with_is_refused(operator):
    before = everything()
    assert operator.post(reverse("import_orgs"), {"data": "@@", "digest": "x"}).status_code == 400
    answer = operator.post(
        reverse("import_orgs"), {"data": "Y29kZSxuYW1lCkgyNi4wMixB", "digest": "x"}, follow=True
    )
    assert "đã thay đổi từ lúc xem trước" in answer.content.decode()
    assert everything() == before
