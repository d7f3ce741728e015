"""Scans when something goes wrong beside them: a mark, a secret, a clerk who was faster, a process that died."""

from django.utils import timezone

from documents.actions.incoming import scans
from tests.documents.incoming.scan_cases import lying, waiting


def now():
    return timezone.now()


def neighbours(office):
    """Two files of one batch, a paper each."""
    first, second = lying(office), lying(office, pages=3)
    second.file.batch = first.file.batch
    second.file.save()
    return first, second


def test_a_joined_paper_bears_the_marks_of_both(office):
    first, second = neighbours(office)
    first.marks, second.marks = "MẬT", "TUYỆT MẬT, MẬT"
    first.save(), second.save()
    assert scans.join(second, by=office.lan, at=now()).marks == "MẬT, TUYỆT MẬT"
    assert waiting()[0].marks == "MẬT, TUYỆT MẬT"


def test_what_is_split_from_a_marked_paper_is_marked(office):
    scan = lying(office)
    scan.marks = "MẬT"
    scan.save()
    scans.split(scan, page=2, by=office.lan, at=now())
    assert [paper.marks for paper in waiting()] == ["MẬT", "MẬT"]
