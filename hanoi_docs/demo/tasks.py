"""Some tasks without a paper in the demonstration: of a meeting, of the city, of every week."""

from datetime import datetime, timedelta

from documents.actions.work import assignments
from documents.actions.work.follow_up import report_progress
from documents.actions.work.orders import give_to_offices, tell_orders
from documents.actions.work.recurring import set_recurring
from documents.actions.work.tasks import give_conclusions, give_task
from documents.models import Assignment
from hanoi_docs.demo.office import Office


def give_tasks(office: Office, now: datetime) -> None:
    so, posts = office.orgs["so"], office.posts
    first = now - timedelta(days=3)
    lines = {
        0: {"title": "Rà soát biên chế các phòng chuyên môn", "text": "Rà soát, đề xuất phương án sắp xếp.",
            "lead": posts["hoa"], "support": [posts["quang"]], "product": "Báo cáo", "due_on": office.due(first, 8)},
        1: {"title": "Chuẩn bị hội nghị tổng kết công tác năm", "text": "Xây dựng kịch bản, dự toán.",
            "lead": posts["quang"], "product": "Kế hoạch", "due_on": office.due(first, 15)},
    }  # fmt: skip
    tasks = give_conclusions(
        by=posts["dung"], at=first, meeting="Giao ban Ban Giám đốc", met_on=first.date(), lines=lines
    )
    mine = Assignment.objects.get(task=tasks[0], assignee=posts["hoa"])
    assignments.hand_on(
        mine,
        by=posts["hoa"],
        at=now - timedelta(days=2),
        text="Tổng hợp số liệu các phòng.",
        lead=posts["minh"],
    )
    below = Assignment.objects.get(task=tasks[0], assignee=posts["minh"])
    at = now - timedelta(days=1)
    assignments.start(below, by=posts["minh"], at=at)
    report_progress(below, by=posts["minh"], at=at, percent=40, text="Đã có số liệu của bốn phòng.")
    give_task(
        by=posts["dung"], at=at, title="Trực tiếp làm việc với đoàn giám sát", text="Chuẩn bị hồ sơ, cử người dự.",
        lead=posts["thao"], urgency=1, due_on=office.due(at, 3), product="Biên bản",
    )  # fmt: skip
    give_to_offices(
        by=posts["khanh"], at=at, title="Báo cáo kết quả cải cách hành chính quý IV",
        text="Báo cáo kết quả, nêu rõ vướng mắc và kiến nghị.", offices=[so], due_on=office.due(at, 10), product="Báo cáo",
    )  # fmt: skip
    tell_orders(at=at)
    set_recurring(
        by=posts["dung"], at=now, title="Báo cáo công tác tuần", text="Báo cáo kết quả tuần, kế hoạch tuần sau.",
        lead=posts["quang"], every="week", first_on=now.date() + timedelta(days=7), days=3, product="Báo cáo",
    )  # fmt: skip
