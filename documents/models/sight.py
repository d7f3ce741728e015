"""Who sees a paper, and for what reason: one table, read in both directions. A list, a page and a file ask it for the papers
of a post (`Sight.of_post`), the page "Ai xem được" for the posts of a paper and for what to say (`readers`, `Reason.told`);
so nobody is let through by what is not named."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value

from orgs.models import Business, Post

# What of a post a reason looks at → its value. A personal grant goes with whoever is at the keyboard.
LOOKS_AT: dict[str, Callable[[Post], int | None]] = {
    "pk": lambda post: post.pk,
    "unit": lambda post: post.unit_id,
    "user": lambda post: post.operator.pk,
    "organisation": lambda post: post.organisation_id,
}


SAID = 3  # at most so many things a row tells


@dataclass(frozen=True)
class Reason:
    """Rows, each of which lets somebody see one paper. `paper`: where a row names the paper; `who`: where it names what is
    compared with the post's own (`looks_at`); `roles`: only posts of these, or all; `of_drafts`: holds before a draft is
    submitted; `said`: what a row tells, handed to `words`; `lent_for`: of whoever looks after an inbox for some kinds of
    business alone, only for these."""

    name: str
    rows: Callable[[], QuerySet]
    paper: str
    who: str
    said: tuple[str, ...]
    words: Callable[..., str]
    looks_at: str = "pk"
    roles: tuple[str, ...] = ()
    of_drafts: bool = True
    lent_for: tuple[Business, ...] = ()

    def is_for(self, post: Post) -> bool:
        if self.lent_for and not post.covers(*self.lent_for):
            return False
        return (not self.roles or post.role in self.roles) and LOOKS_AT[self.looks_at](post) is not None

    def papers(self, post: Post) -> QuerySet:
        """Keys of the papers that `post` sees for this reason."""
        return self.rows().filter(**{self.who: LOOKS_AT[self.looks_at](post)}).values(self.paper)

    def posts(self, paper: int) -> Q:
        """Which posts see `paper` for this reason."""
        named = self.rows().filter(**{self.paper: paper}).exclude(**{self.who: None}).values(self.who)
        which = Q(**{f"{self.looks_at}__in": named})
        return which & Q(role__in=self.roles) if self.roles else which

    def told(self, paper: int) -> QuerySet:
        """What this reason tells of `paper`: its name, what is compared, what is said of it; always as many columns."""
        said = [F(name) for name in self.said] + [Value("", CharField())] * (SAID - len(self.said))
        rows = self.rows().filter(**{self.paper: paper}).order_by()
        return rows.values_list(Value(self.name, CharField()), F("pk"), F(self.who), *said)


@dataclass(frozen=True)
class Sight:
    """The rule of one kind of paper. `roles`: posts that see all of their organisation, except what is still a draft, and
    in other hands where they were lent for one of `lent_for`; `papers`: how that is said; `unmarked`: posts that see none on
    which a mark of secrecy was seen, whatever the clerk said of it; `marks`: where it may stand."""

    roles: tuple[str, ...]
    papers: str
    lent_for: tuple[Business, ...]
    reasons: tuple[Reason, ...]
    draft: str = ""
    unmarked: tuple[str, ...] = ()
    marks: tuple[str, ...] = ("secrecy_marks",)

    def of_post(self, papers: QuerySet, post: Post, *, through: str = "") -> QuerySet:
        """Of these papers, what the post sees; `through` is the way to the fields of this kind where documents of both are asked.
        Everything begins with the organisation, and what is granted or assigned is a set of keys, not a question asked of
        every row: one office's list never reads another's."""
        here = papers.filter(organisation=post.organisation_id)
        if post.role in self.unmarked:
            for mark in self.marks:
                here = here.exclude(**{f"{through}{mark}__gt": ""})
        if post.role not in self.roles or not post.covers(*self.lent_for):
            return here.filter(pk__in=self._keys(here, post, self.reasons))
        if not self.draft:
            return here
        before = [reason for reason in self.reasons if reason.of_drafts]
        return here.filter(~Q(state=self.draft) | Q(pk__in=self._keys(here, post, before)))

    def of_paper(self, paper: Any) -> Q:
        """The posts of the paper's organisation that see it."""
        which = Q() if self._is_draft(paper) else Q(role__in=self.roles)
        for reason in self.open_of(paper):
            which |= reason.posts(paper.pk)
        if self._is_marked(paper):
            which &= ~Q(role__in=self.unmarked)
        return which & Q(organisation=paper.organisation_id)

    def open_of(self, paper: Any) -> list[Reason]:
        """The reasons that hold of the paper as it stands."""
        return [reason for reason in self.reasons if reason.of_drafts or not self._is_draft(paper)]

    def told(self, paper: Any) -> dict[str, dict[int, list[str]]]:
        """The sentences about the paper, by reason and by what they are compared with. One query, whatever happened to it."""
        reasons = {reason.name: reason for reason in self.open_of(paper)}
        first, *others = [reason.told(paper.pk) for reason in reasons.values()]
        found: dict[str, dict[int, list[str]]] = {name: {} for name in reasons}
        for name, _, key, *said in sorted(first.union(*others, all=True), key=lambda row: row[1]):
            sentence = reasons[name].words(*said[: len(reasons[name].said)])
            if sentence not in found[name].setdefault(key, []):
                found[name][key].append(sentence)
        return found

    def by_role(self, post: Post, paper: Any) -> str:
        """How it is said that the post sees it by its role; empty when it does not."""
        if post.role not in self.roles or not post.covers(*self.lent_for):
            return ""
        if self._is_draft(paper) or self.hides(post, paper):
            return ""
        return f"{post.get_role_display()}: xem mọi {self.papers} của cơ quan"

    def hides(self, post: Post, paper: Any) -> bool:
        """Whether the post does not see it whatever lets others through."""
        return post.role in self.unmarked and self._is_marked(paper)

    def _is_draft(self, paper: Any) -> bool:
        return bool(self.draft) and paper.state == self.draft

    def _is_marked(self, paper: Any) -> bool:
        if not self.unmarked:
            return False
        return any(
            reduce(lambda row, name: getattr(row, name, ""), mark.split("__"), paper) for mark in self.marks
        )

    def _keys(self, here: QuerySet, post: Post, reasons) -> QuerySet:
        """None where no reason is for the post: an inbox that was lent for other business."""
        found = [reason.papers(post) for reason in reasons if reason.is_for(post)]
        first, *others = found or [here.none().values("pk")]
        return first.union(*others)
