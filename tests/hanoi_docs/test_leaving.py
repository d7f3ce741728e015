"""One organisation takes everything with it, readable without this system."""

import csv
import json
import subprocess
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from casefiles.models import FilingRule, SecretCount
from documents import blobs
from documents.arrival import NewFile
from documents.models import DraftPicture, Event, File, Outgoing
from hanoi_docs.leaving import export, tables
from tests.documents.desks import directed, outgoing

pytestmark = pytest.mark.django_db


def leave(office, folder) -> str:
    out = StringIO()
    call_command("export_organisation", office.home_affairs.code, folder, stdout=out, stderr=out)
    return out.getvalue()


def rows(folder, name) -> list[dict]:
    return [json.loads(line) for line in (folder / f"tables/{name}.jsonl").read_text().splitlines()]


def test_all_of_one_office_and_nothing_of_another_can_be_read_and_checked_without_us(office, tmp_path):
    mine, theirs = directed(office), office.paper(office.justice, number="9")
    file = NewFile("phụ lục: số/liệu.csv", blobs.store(b"a,b", "text/csv"), File.Part.ATTACHMENT)
    File.objects.create(
        document=mine,
        blob=file.blob,
        name=file.name,
        part=file.part,
        stage="received",
        created_at=timezone.now(),
    )
    folder = tmp_path / "ban-giao"
    assert "1 văn bản, 2 tệp" in leave(office, folder)

    checked = subprocess.run(
        ["sha256sum", "-c", "--quiet", "--strict", "manifest.sha256"], cwd=folder, capture_output=True
    )
    assert checked.returncode == 0, checked.stderr
    listed = {line.split("  ", 1)[1] for line in (folder / "manifest.sha256").read_text().splitlines()}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert listed == there - {"manifest.sha256"}

    assert [row["id"] for row in rows(folder, "incoming")] == [mine.pk] != [theirs.pk]
    events = rows(folder, "events")
    assert len(events) == Event.objects.filter(organisation=office.home_affairs).count()
    assert [event["prev_hash"] for event in events[1:]] == [event["hash"] for event in events[:-1]]
    assert {row["full_name"] for row in rows(folder, "people")} >= {"Nguyễn Thị Lan", "Phạm Tiến Dũng"}
    assert "Người Khách" not in (folder / "tables/people.jsonl").read_text()
    assert "password" not in (folder / "tables/people.jsonl").read_text()
    for row in rows(folder, "files"):
        assert (folder / row["path"]).read_bytes() == blobs.path_of(
            blobs.Blob(sha256=row["sha256"])
        ).read_bytes()
    with (folder / "tables/assignments.csv").open(encoding="utf-8-sig", newline="") as sheet:
        (task,) = csv.DictReader(sheet)
    assert (task["assignee_name"], task["instruction"]) == ("Trần Quang Minh", "Chủ trì tham mưu.")
    assert set(rows(folder, "outgoing")) == set() and (folder / "tables/outgoing.csv").exists()


def test_what_is_missing_or_harmed_is_named(office, tmp_path):
    paper = office.paper()
    path = blobs.path_of(paper.files.get().blob)
    path.write_bytes(b"harmed")
    with pytest.raises(CommandError, match="1 tệp"):
        leave(office, tmp_path / "one")
    path.unlink()
    assert [path.name in problem for problem in export(office.home_affairs, tmp_path / "two").problems] == [
        True
    ]


def test_a_wrong_code_and_a_full_folder_are_said_so(office, tmp_path):
    (tmp_path / "x").touch()
    with pytest.raises(CommandError, match="đã có dữ liệu"):
        leave(office, tmp_path)
    with pytest.raises(CommandError, match="mã H99"):
        call_command("export_organisation", "H99", tmp_path / "y")


def test_rows_pass_by_in_a_fixed_number_of_questions(office, tmp_path, django_assert_num_queries):
    directed(office)
    many = (
        len(tables(office.home_affairs)) + 12
    )  # files of papers, of reports, of hồ sơ, packages that came and that are kept, answers of an archive, pictures of drafts, minutes, consents, and the two ends of the transaction
    with django_assert_num_queries(many):
        export(office.home_affairs, tmp_path / "one")
    for number in range(3):
        directed(office, number=str(number))
    with django_assert_num_queries(many):
        export(office.home_affairs, tmp_path / "four")


def test_pictures_of_drafts_and_how_the_office_works_with_files_go_along(office, tmp_path):
    at = timezone.now()
    drafts = [outgoing(office), outgoing(office)]
    Outgoing.objects.filter(pk=drafts[1].pk).update(organisation=office.justice)
    blob = blobs.store(b"a picture", "image/png")
    for paper in [*drafts, None]:
        DraftPicture.objects.create(outgoing=paper, blob=blob, user=office.minh.user, at=at)
    FilingRule.objects.create(organisation=office.home_affairs, must_file=True)
    FilingRule.objects.create(organisation=office.justice)
    SecretCount.objects.create(
        organisation=office.home_affairs, month="2026-11-01", count=3, by=office.lan, at=at
    )
    folder = tmp_path / "ban-giao"
    leave(office, folder)
    (row,) = rows(folder, "draft_pictures")
    assert (row["outgoing_id"], row["sha256"]) == (drafts[0].pk, blob.pk)
    assert (folder / row["path"]).read_bytes() == b"a picture" and row["path"].endswith(".png")
    assert row["path"] in (folder / "manifest.sha256").read_text()
    assert [one["must_file"] for one in rows(folder, "filing_rule")] == [True]
    assert [one["count"] for one in rows(folder, "secret_counts")] == [3]
