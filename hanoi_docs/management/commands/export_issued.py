"""Issued papers as files for another system or an archive: the PDF of each and one manifest.json."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand

from documents import blobs
from documents.models import File, Outgoing
from documents.uploads import safe_name


class Command(BaseCommand):
    help = "Xuất văn bản đã phát hành thành tệp PDF kèm manifest.json."

    def add_arguments(self, parser):
        parser.add_argument("dir", type=Path, help="thư mục đích, được tạo nếu chưa có")
        parser.add_argument("--limit", type=int, default=None, help="số văn bản mới nhất; mặc định: tất cả")

    def handle(self, *, dir: Path, limit: int | None, **options):
        dir.mkdir(parents=True, exist_ok=True)
        papers = Outgoing.objects.filter(direction="out", state="issued").order_by("-issued_at", "-pk")[
            :limit
        ]
        related = papers.select_related("organisation").prefetch_related("deliveries")
        entries = [entry for paper in related.iterator(chunk_size=200) if (entry := _export(paper, dir))]
        manifest = json.dumps(entries, ensure_ascii=False, indent=2)
        (dir / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
        self.stdout.write(f"Đã xuất {len(entries)} văn bản vào {dir}.")


def _export(paper: Outgoing, folder: Path) -> dict | None:
    """One PDF beside the others; None for a paper whose bytes were destroyed."""
    main: File | None = paper.current_file()
    if main is None or main.blob is None:
        return None
    name = safe_name(f"{paper.organisation.code}_{paper.issued_on:%Y-%m-%d}_{paper.code}.pdf")
    (folder / name).write_bytes(blobs.read(main.blob))
    return {
        "file": name,
        "number": paper.number,
        "notation": paper.notation,
        "date": paper.issued_on.isoformat(),
        "subject": paper.subject,
        "organisation": {"code": paper.organisation.code, "name": paper.issuer_name},
        "recipients": [
            {"code": delivery.recipient_code, "name": delivery.recipient_name}
            for delivery in paper.deliveries.all()
        ],
        "sha256": main.blob_id,
    }
