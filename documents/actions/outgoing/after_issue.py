"""What an issued paper is mended by: another paper, never a change of what was signed (decree 30 art. 18.3).

Faults of form, layout or procedure: a công văn đính chính. Faults of content: a paper of equal form amends or replaces it.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from documents.kinds import KINDS
from documents.models import Correction, Outgoing
from orgs.law import cited
from orgs.models import Post

LETTER = "CV"
# From its number on a newer paper goes out as the one that replaces; two may not do so side by side.
TAKES_ITS_PLACE = ("numbered", "sealed", "issued")
# What a draft does to an older paper → how it is said of that one.
DONE = {"replaces": "thay thế", **{kind.value: kind.label.lower() for kind in Correction.Kind}}


def check_older(how: str, old: Outgoing, *, by: Post, kind: str, draft: Outgoing | None = None) -> None:
    """Raises ValidationError, by field, for a paper that cannot be mended so: not out, taken back, of another office, of
    another form, or replaced already by another than `draft`."""
    if not (old.state == "issued" and old.organisation_id == by.organisation_id):
        raise ValidationError(
            f"Chỉ văn bản của cơ quan mình, đã phát hành và chưa thu hồi, mới được {DONE[how]}."
        )
    others = old.replaced_by.filter(state__in=TAKES_ITS_PLACE).exclude(pk=draft and draft.pk)
    newer = others.order_by("-pk").first()
    if newer:
        raise ValidationError(f"Văn bản này đã bị thay thế bởi {newer.kind_label.lower()} {newer.code}; hãy {DONE[how]} văn bản đó.")  # fmt: skip
    check_form(how, old, kind)


def check_still_mends(outgoing: Outgoing) -> None:
    """As `check_older`, of a draft that is there: since it was opened the older paper may have been taken back or
    replaced by another."""
    for how, old in older_of(outgoing):
        check_older(how, old, by=outgoing.drafter, kind=outgoing.kind, draft=outgoing)


def check_form(how: str, old: Outgoing, kind: str) -> None:
    """A fault of form is put right by a letter; a decision is amended or replaced by a decision."""
    if how == Correction.Kind.RECTIFIES:
        if kind != LETTER:
            raise ValidationError({"kind": cited("Sai sót về thể thức, kỹ thuật trình bày được đính chính bằng công văn (khoản 3 Điều 18 {clerical_work}).")})  # fmt: skip
    elif kind != old.kind:
        name = old.kind_label
        raise ValidationError({"kind": f"{name} chỉ được {DONE[how]} bằng văn bản có hình thức tương đương: {name.lower()}, không phải {KINDS[kind][0].lower()} (khoản 3 Điều 18 {cited('{clerical_work}')})."})  # fmt: skip


def link_older(outgoing: Outgoing, how: str, old: Outgoing) -> None:
    if how == "replaces":
        outgoing.replaces.add(old)
    else:
        Correction.objects.create(paper=outgoing, of=old, kind=how)


def older_of(outgoing: Outgoing) -> Iterable[tuple[str, Outgoing]]:
    """What this paper does, and to which."""
    yield from (("replaces", old) for old in Outgoing.objects.filter(replaced_by=outgoing.pk).order_by("pk"))
    kinds = dict(outgoing.corrects.values_list("of", "kind"))
    yield from ((kinds[old.pk], old) for old in Outgoing.objects.filter(pk__in=kinds) if kinds)
