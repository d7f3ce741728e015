"""`python -m bench.rehearsal.clerk NOTES [PAPERS]`: receives papers and puts them into the book, and notes each one after
its commit, outside the database, with the moment: what the office would miss."""

import sys
import time
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402 - after the set-up

from bench.rehearsal.city import a_page  # noqa: E402
from documents import blobs  # noqa: E402
from documents.actions.incoming import reception as desk  # noqa: E402
from documents.arrival import Arrival, NewFile  # noqa: E402
from orgs.models import Post  # noqa: E402

SIZE = 20_000


def main(notes: Path, most: int) -> None:
    clerk = Post.objects.with_names().get(user__username="lan", role="clerk")
    with notes.open("a") as told:
        for number in range(most):
            at = timezone.now()
            arrival = Arrival(
                subject="Về việc báo cáo trong lúc sao lưu", kind="CV", number=str(number + 1), notation="BNV-TCBC",
                issuer_name="Bộ Nội vụ", sender_code="G09", issued_on=at.date(),
            )  # fmt: skip
            file = NewFile("van-ban.pdf", blobs.store(a_page(SIZE)), "main", 1)
            paper = desk.receive(clerk.organisation, arrival, source="axis", files=[file], at=at)
            desk.register(paper, by=clerk, at=at)
            told.write(f"{time.time():.3f} {paper.pk} {paper.arrival_number} {file.blob.pk}\n")
            told.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10**9)
