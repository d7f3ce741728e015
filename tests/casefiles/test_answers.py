"""The historical archive's answer: every file it names is Đạt or Không đạt, or none is; its message is kept as it came."""

import datetime as dt
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casefiles.actions.answers import record_answer
from casefiles.actions.exports import ask_export, forget_old, make_waiting
from casefiles.actions.gathering import file_code
from casefiles.answer_sheet import pasted
from casefiles.models import ArchiveAnswer, CaseEvent, CaseFile, Export, SentPackage
from documents.arrival import NewFile
from documents.models import Event
from orgs.models import Role
from tests.casefiles.disposing import keeper_of
from tests.casefiles.filing import closed, opened
from tests.conftest import tiny_pdf
from tests.documents.desks import at_desk, stored, words
from ui.spreadsheet import write_rows


@pytest.fixture
def keeper(office):
    return keeper_of(office)


def archived(office, **facts) -> CaseFile:
    """Kept for ever, as if the archive had taken it over."""
    case = closed(
        office, opened(office, at=timezone.now() - dt.timedelta(days=30), **{"term": "vinh_vien"} | facts)
    )
    CaseFile.objects.filter(pk=case.pk).update(state="archived")
    return CaseFile.objects.select_related("organisation").get(pk=case.pk)


def sent(keeper, case, **given) -> SentPackage:
    """A package of it that was made: how, `test_package.py` tells."""
    given = {"agreement": "01.NL.SNV.01.2026", "sha256": "0" * 64, "file_code": file_code(case)} | given
    return SentPackage.objects.create(
        organisation=keeper.organisation, case=case, objid=f"uuid-{uuid4()}".upper().replace("UUID-", "uuid-"), post=keeper,
        user=keeper.user, at=timezone.now(), **given,
    )  # fmt: skip


def packed(keeper, *cases) -> list[SentPackage]:
    for case in cases:
        ask_export(case, kind="SIP", by=keeper, at=timezone.now())
    assert make_waiting() == len(cases)
    return list(SentPackage.objects.filter(case__in=cases).order_by("pk"))


def recorded(keeper, text: str) -> ArchiveAnswer:
    return record_answer(pasted(text), message=NewFile("tra-loi.pdf", stored()), by=keeper, at=timezone.now())


def told(post, text: str = "", sheet=None, message: bytes | None = None):
    files = [SimpleUploadedFile("tra-loi.pdf", message or tiny_pdf(), "application/pdf")]
    given = {"pasted": text, "attachments": files} | ({"sheet": sheet} if sheet else {})
    return at_desk(post).post(reverse("sent_packages"), given, follow=True)


def states() -> list[str]:
    return list(SentPackage.objects.order_by("pk").values_list("state", flat=True))


def test_the_answer_moves_each_file_to_dat_or_khong_dat_and_keeps_the_message(office, keeper):
    good, bad, silent = (archived(office) for _ in range(3))
    first, second, _ = packed(keeper, good, bad, silent)
    assert first.objid.startswith("uuid-") and first.file_code == file_code(good) and len(first.sha256) == 64
    luu = at_desk(keeper)
    page = words(luu.get(reverse("sent_packages")))
    assert page.count("Chờ tiếp nhận") == 3 and first.objid in page and first.agreement in page
    message = tiny_pdf()
    page = told(
        keeper, f"{file_code(good)}; Đạt\n{second.objid.lower()};KHÔNG ĐẠT; Thiếu mục lục; ảnh mờ\n", message=message
    )  # fmt: skip
    answer = ArchiveAnswer.objects.get()
    assert page.redirect_chain[-1][0] == answer.get_absolute_url(), words(page)
    assert states() == ["passed", "failed", "waiting"]
    second.refresh_from_db()
    assert second.reason == "Thiếu mục lục; ảnh mờ" and second.answer == answer
    said = words(page)
    assert good.title in said and "Đạt" in said and "Không đạt" in said and answer.blob_id in said
    taken = luu.get(reverse("archive_answer_file", args=[answer.pk]))
    assert b"".join(taken.streaming_content) == message and "attachment" in taken["Content-Disposition"]
    event = Event.objects.get(kind="record_answer")
    assert event.payload["sha256"] == hashlib.sha256(message).hexdigest() == answer.blob_id
    assert (event.payload["passed"], event.payload["failed"]) == (1, 1)
    kinds = {
        one.case_id: one.event.kind
        for one in CaseEvent.objects.filter(event__kind__in=["pass_package", "fail_package"])
    }
    assert kinds == {good.pk: "pass_package", bad.pk: "fail_package"}
    page = words(luu.get(f"{bad.get_absolute_url()}?tab=facts"))
    assert "Lưu trữ lịch sử trả lời: Không đạt" in page and "ảnh mờ" in page
    assert "Đạt, ghi trả lời" in words(at_desk(office.minh).get(f"{good.get_absolute_url()}?tab=facts"))
    assert "không đạt" in words(luu.get(f"{bad.get_absolute_url()}?tab=flow")).lower()


def test_what_was_sent_is_answered_long_after_its_bytes_are_forgotten(office, keeper):
    case = archived(office)
    packed(keeper, case)
    assert forget_old(at=timezone.now() + dt.timedelta(days=60)) == 1 and not Export.objects.exists()
    recorded(keeper, f"{file_code(case)}; Đạt")
    assert states() == ["passed"]


def test_what_is_not_good_enough_is_sent_again_and_what_is_good_is_not(office, keeper):
    case = archived(office)
    packed(keeper, case)
    recorded(keeper, f"{file_code(case)}; Không đạt; Thiếu văn bản số 3")
    packed(keeper, case)
    assert states() == ["failed", "waiting"]
    recorded(keeper, f"{file_code(case)}; Đạt")
    assert states() == ["failed", "passed"]
    with pytest.raises(ValidationError, match="không nộp lại"):
        ask_export(case, kind="SIP", by=keeper, at=timezone.now())
    page = words(at_desk(keeper).get(f"{case.get_absolute_url()}?tab=facts"))
    assert "trả lời: Không đạt" not in page
    with pytest.raises(ValidationError, match="đã ghi “Đạt”"):
        recorded(keeper, f"{file_code(case)}; Không đạt; Đổi ý sau đó")


def test_of_two_packages_of_one_file_the_newest_is_meant_and_the_other_is_replaced(office, keeper):
    case = archived(office)
    old, new = sent(keeper, case), sent(keeper, case)
    recorded(keeper, f"{file_code(case)}; Đạt")
    assert states() == ["replaced", "passed"]
    with pytest.raises(ValidationError, match="đã ghi “Đạt”"):
        recorded(keeper, f"{old.objid}; Đạt")
    other = archived(office)
    old, new = sent(keeper, other), sent(keeper, other)
    recorded(keeper, f"{old.objid}; Không đạt; Gói hỏng khi mở")
    assert states()[2:] == ["failed", "replaced"] and new.objid


def sheet_of(name: str, rows) -> SimpleUploadedFile:
    if name.endswith(".csv"):
        return SimpleUploadedFile(
            name, "\n".join(",".join(row) for row in rows).encode("utf-8-sig"), "text/csv"
        )
    out = io.BytesIO()
    write_rows(
        out,
        title="Kết quả tiếp nhận",
        head=["Trung tâm Lưu trữ lịch sử"],
        columns=[(one, 20) for one in rows[0]],
        rows=rows[1:],
    )
    return SimpleUploadedFile(name, out.getvalue(), "application/octet-stream")


@pytest.mark.parametrize("name", ["ket-qua.csv", "ket-qua.xlsx"])
def test_a_file_of_rows_says_the_same(office, keeper, name):
    good, bad = sent(keeper, archived(office)), sent(keeper, archived(office), agreement="02.NL.SNV.01.2026")
    rows = [
        ["STT", "OBJID", "Kết quả", "Lý do"], ["1", good.objid, "Đạt", ""], ["2", bad.agreement, "Không đạt", "Sai mã phông"],
    ]  # fmt: skip
    page = told(keeper, sheet=sheet_of(name, rows))
    assert states() == ["passed", "failed"], words(page)


def test_every_line_that_cannot_be_taken_is_named_and_nothing_is_half_done(office, keeper):
    good, twice, bare = archived(office), archived(office), archived(office)
    sent(keeper, good)
    package = sent(keeper, twice)
    abroad = office.post("luu-tp", "Lưu Trữ Tư Pháp", office.justice, Role.ARCHIVIST, "Lưu trữ")
    theirs = opened(office, by=office.khach, title="Hồ sơ kín của Sở Tư pháp")
    other = sent(abroad, CaseFile.objects.select_related("organisation").get(pk=theirs.pk))
    text = "\n".join([
        f"{file_code(good)}; Đạt", f"{file_code(twice)}; Đạt", f"{package.objid}; Đạt", f"{file_code(bare)}; Đạt", "99.XX; Đạt",
        f"{other.file_code}; Đạt", f"{other.objid}; Đạt", "01.NL.SNV.01.2026; Đạt",
    ])  # fmt: skip
    page = words(told(keeper, text))
    for said in (
        f"Dòng 3: hồ sơ {file_code(twice)} đã có ở dòng 2.", f"Dòng 4: hồ sơ {file_code(bare)} chưa lập gói SIP nào.",
        "Dòng 5: “99.XX” không phải", f"Dòng 6: “{other.file_code}” không phải", f"Dòng 7: “{other.objid}” không phải",
        "Dòng 8: mã đăng ký nộp 01.NL.SNV.01.2026 có gói của 2 hồ sơ",
    ):  # fmt: skip
        assert said in page, said
    assert "Dòng 1:" not in page and "Hồ sơ kín" not in page and "Giữ lại: tra-loi.pdf" in page
    assert states() == ["waiting"] * 3 and not ArchiveAnswer.objects.exists()
    assert not Event.objects.filter(kind__in=["record_answer", "pass_package"]).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("H26.1; Đạt một phần", "kết quả phải là “Đạt” hoặc “Không đạt”"),
        ("H26.1; Không đạt", "phải có lý do"),
        ("H26.1; Không đạt; dở", "phải có lý do"),
        ("; Đạt", "thiếu mã hồ sơ"),
        ("", "một trong hai"),
        ("\n".join(f"A{n}; Đạt" for n in range(501)), "hơn 500 dòng"),
    ],
    ids=["half", "no reason", "short reason", "no code", "nothing", "too many"],
)
def test_a_line_that_says_nothing_gets_a_sentence(office, keeper, text, said):
    assert said in words(told(keeper, text)) and not ArchiveAnswer.objects.exists()


def test_the_message_itself_is_wanted_and_looked_at(office, keeper):
    package = sent(keeper, archived(office))
    line, url = f"{package.objid}; Đạt", reverse("sent_packages")
    luu = at_desk(keeper)
    page = words(luu.get(url))
    assert all(
        one in page for one in ("Văn bản trả lời", "Kết quả từng hồ sơ", "Hoặc tệp kết quả (.xlsx, .csv)")
    )
    assert "Hãy đính kèm đúng một tệp" in words(luu.post(url, {"pasted": line}))
    wrong = SimpleUploadedFile("tra-loi.exe", b"MZ", "application/octet-stream")
    assert luu.post(url, {"pasted": line, "attachments": [wrong]}).status_code == 200
    sheet = SimpleUploadedFile("ket-qua.xlsx", b"PK nothing", "application/octet-stream")
    assert "hỏng" in words(told(keeper, sheet=sheet))
    bare = SimpleUploadedFile("ket-qua.csv", f"{package.objid},Đạt".encode(), "text/csv")
    assert "Không thấy dòng tên cột" in words(told(keeper, sheet=bare))
    assert states() == ["waiting"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_at_once_one_wins_and_the_other_is_told(transactional_db, office, keeper):
    cases = [archived(office) for _ in range(2)]
    for case in cases:
        sent(keeper, case)
    other = office.post("luu2", "Lưu Trữ Thứ Hai", office.home_affairs, Role.ARCHIVIST, "Lưu trữ")
    codes = [file_code(case) for case in cases]

    def one(who) -> str:
        by, order = who
        try:
            recorded(by, "\n".join(f"{code}; Đạt" for code in order))
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(one, [(keeper, codes), (other, codes[::-1])]))
    assert said[0] == "" and said[1].count("đã ghi “Đạt”") == 2
    assert states() == ["passed", "passed"] and ArchiveAnswer.objects.count() == 1
    assert Event.objects.filter(kind="pass_package").count() == 2


def test_the_database_knows_no_answer_without_message_and_no_no_without_reason(office, keeper):
    package = SentPackage.objects.filter(pk=sent(keeper, archived(office)).pk)
    for wrong in ({"state": "passed"}, {"state": "gone"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            package.update(**wrong)
    answer = ArchiveAnswer.objects.create(
        organisation=keeper.organisation,
        blob=stored(),
        name="a.pdf",
        by=keeper,
        user=keeper.user,
        at=timezone.now(),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        package.update(state="failed", answer=answer)


def test_nobody_else_records_or_reads_it(office, keeper):
    package = sent(keeper, archived(office))
    answer = recorded(keeper, f"{package.objid}; Đạt")
    abroad = office.post("luu-tp", "Lưu Trữ Tư Pháp", office.justice, Role.ARCHIVIST, "Lưu trữ")
    for stranger in (office.minh, office.dung, office.khach, abroad):
        client = at_desk(stranger)
        for name in ("archive_answer", "archive_answer_file"):
            assert client.get(reverse(name, args=[answer.pk])).status_code == 404
    assert at_desk(office.minh).get(reverse("sent_packages")).status_code == 403
    assert package.objid not in words(at_desk(abroad).get(reverse("sent_packages"), {"box": "all"}))
    with pytest.raises(PermissionDenied):
        recorded(office.minh, f"{package.objid}; Đạt")


def test_a_longer_list_and_a_longer_answer_cost_no_more_queries(office, keeper):
    luu, costs, answers, acts = at_desk(keeper), [], [], []
    for count in (1, 3):
        packages = [sent(keeper, archived(office)) for _ in range(count)]
        luu.get(reverse("sent_packages"))
        with CaptureQueriesContext(connection) as asked:
            page = luu.get(reverse("sent_packages"))
        assert words(page).count("Chờ tiếp nhận") == count
        costs.append(len(asked))
        text = "\n".join(f"{one.objid}; Không đạt; Thiếu mục lục {one.pk}" for one in packages)
        with CaptureQueriesContext(connection) as asked:
            answer = recorded(keeper, text)
        acts.append(len(asked))
        with CaptureQueriesContext(connection) as asked:
            luu.get(answer.get_absolute_url())
        answers.append(len(asked))
    assert costs[0] == costs[1] <= 10 and answers[0] == answers[1] <= 10 and acts[0] == acts[1]
