"""Many papers into one file from the lists of what is done: each by its own right and with its own result."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casefiles.models import Item
from documents.models import Event
from tests.casefiles.filing import answered, issued, opened
from tests.documents.desks import at_desk, outgoing, words

MANY = reverse("file_many")


def keys(papers) -> list[int]:
    return [paper.pk for paper in papers]


def test_completed_papers_are_ticked_in_their_list_and_lie_in_the_file(office):
    case, papers = opened(office), [answered(office, number=str(n)) for n in range(3)]
    minh = at_desk(office.minh)
    page = minh.get("/van-ban-den/?box=completed").content.decode()
    assert f'action="{MANY}"' in page and page.count('name="paper"') == 3
    answer = minh.post(MANY, {"paper": keys(papers), "case": case.pk}, follow=True)
    assert f"Đã đưa 3 văn bản vào hồ sơ {case.code}" in words(answer)
    assert list(case.items.order_by("ordinal").values_list("document", flat=True)) == keys(papers)
    again = minh.post(MANY, {"paper": keys(papers), "case": case.pk}, follow=True)
    assert again.status_code == 200 and Item.objects.count() == 3, "what lies there already stays as it is"
    assert Event.objects.filter(kind="file_paper").count() == 3


def test_issued_papers_go_the_same_way_and_one_refused_keeps_none_of_the_others(office):
    case, papers = opened(office), [issued(office, number=str(n)) for n in range(2)]
    minh = at_desk(office.minh)
    assert f'action="{MANY}"' in minh.get("/van-ban-di/?box=issued").content.decode()
    minh.post(MANY, {"paper": keys(papers), "case": case.pk})
    assert Item.objects.filter(case=case).count() == 2


def test_no_file_chosen_does_nothing_and_keeps_the_ticks(office):
    opened(office)
    paper = answered(office)
    answer = at_desk(office.minh).post(MANY, {"paper": [paper.pk], "case": ""})
    assert answer.status_code == 200 and " checked" in answer.content.decode() and not Item.objects.exists()


def test_a_paper_of_others_is_not_there_and_a_role_without_files_is_told(office):
    paper = answered(office)
    assert at_desk(office.khach).post(MANY, {"paper": [paper.pk]}).status_code == 404
    draft = outgoing(office)
    assert at_desk(office.khach).get(MANY, {"paper": [draft.pk]}).status_code == 404
    assert at_desk(office.minh).get(MANY).status_code == 302


def test_fifty_rows_ask_as_often_as_one(office):
    opened(office)
    papers = [answered(office, number=str(n)) for n in range(3)]
    minh = at_desk(office.minh)
    asked = []
    for some in (papers[:1], papers):
        minh.get(MANY, {"paper": keys(some)})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert minh.get(MANY, {"paper": keys(some)}).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10
