"""What other papers did to a paper, and what it did to them; its copies. Reads only."""

from django.db.models import CharField, Q, Value
from django.urls import reverse

from documents.access import may
from documents.memory import memory_of
from documents.models import CertifiedCopy, Correction, Document, Incoming, Outgoing
from orgs.models import Post

MENDS = {"replaces": "Thay thế", **dict(Correction.Kind.choices)}
MENDED_BY = {
    "replaces": "Bị thay thế bởi", "rectifies": "Được đính chính bởi", "amends": "Được sửa đổi, bổ sung bởi",
}  # fmt: skip
OVERTAKEN = {
    "replaces": "Văn bản này đã được thay thế",
    "amends": "Văn bản này đã được sửa đổi, bổ sung",
    "rectifies": "Văn bản này đã được đính chính",
}
WITHOUT_EFFECT = ("revoked", "recalled", "rejected")  # of a newer paper: then the older one is as it was


def links_of(paper: Document, post: Post) -> dict:
    """What it replaced, put right or amended, and what did that to it, as far as this post may see them; of the newer
    ones only what went out. `overtaken`: the sentence about a paper that is in force no more as it stands. `copies`: those
    that were made of it; `copies_url`: where they are, for whoever finds some or may make one."""
    through = Document.replaces.through.objects.order_by()
    replaced = through.values_list(Value("replaces", CharField()), "from_document", "to_document")
    corrected = Correction.objects.order_by().values_list("kind", "paper", "of")

    def linked() -> list[tuple]:
        pair = Q(from_document=paper.pk) | Q(to_document=paper.pk)
        both = corrected.filter(Q(paper=paper.pk) | Q(of=paper.pk))
        copied = CertifiedCopy.objects.order_by().filter(document=paper.pk)
        copied = copied.values_list(Value("copy", CharField()), "document", "document")
        return list(replaced.filter(pair).union(both, copied))

    # Nearly every paper has none.
    found = memory_of(post).fetch(f"links.{paper.pk}", linked)
    pairs = [pair for pair in found if pair[0] != "copy"]
    has_copies = len(pairs) < len(found)
    about = {
        "copies": list(paper.copies.all()) if has_copies else [],
        "copies_url": reverse("copies", args=[paper.pk]) if has_copies or _to_copy(paper, post) else "",
    }
    return about | (_linked(paper, post, pairs) if pairs else {"links": [], "overtaken": ""})


def _to_copy(paper: Document, post: Post) -> bool:
    there = paper.state == "issued" if paper.direction == "out" else paper.arrival_number is not None
    return there and may(post, "make_copy", paper)


def _linked(paper: Document, post: Post, pairs: list[tuple]) -> dict:
    seen = (Incoming if paper.direction == "in" else Outgoing).objects.visible_to(post)
    papers = seen.in_bulk({key for _, newer, older in pairs for key in (newer, older)} - {paper.pk})
    found = []
    for how, newer, older in sorted(pairs, key=lambda pair: pair[1:]):
        other = papers.get(older if newer == paper.pk else newer)
        by = other is not None and other.pk == newer
        if other and not (by and other.direction == "out" and other.state not in ("issued", "revoked")):
            found.append({"words": (MENDED_BY if by else MENDS)[how], "paper": other, "by": by, "how": how})
    found.sort(key=lambda one: not one["by"])
    effects = [one["how"] for one in found if one["by"] and one["paper"].state not in WITHOUT_EFFECT]
    return {"links": found, "overtaken": next((OVERTAKEN[how] for how in OVERTAKEN if how in effects), "")}
