"""Who is away today and by whom he is replaced, for whoever would give him something. Reads only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from orgs.models import Business, Delegation, Post


def away_in(organisation: int, day: date) -> dict[int, str]:
    """By post, in words, also the other posts there of somebody who is away; of who is there nothing. At most two
    queries."""
    rows = _away(day).filter(post__organisation=organisation)
    found, until = {}, {}
    for post, user, last, instead, kinds in rows.values_list(
        "post", "post__user", "valid_to", "to__full_name", "kinds"
    ):
        found[post] = _words(last, instead, kinds)
        until[user] = max(last, until.get(user, last))
    if until:
        others = Post.objects.on(day).filter(user__in=until, organisation=organisation)
        for post, user in others.values_list("pk", "user"):
            found.setdefault(post, _until(until[user]))
    return found


def away_of(post: str, day: date) -> Subquery:
    """Of the holder of the post in that column, what `said` puts into words: for rows that are read anyhow."""
    rows = _away(day).filter(post=OuterRef(post))
    facts = JSONObject(until="valid_to", instead="to__full_name", kinds="kinds")
    return Subquery(rows.values(facts=facts)[:1], output_field=JSONField())


def said(away: Mapping[str, Any] | None) -> str:
    if not away:
        return ""
    return _words(date.fromisoformat(away["until"]), away["instead"], away["kinds"])


def _away(day: date) -> QuerySet[Delegation]:
    """Running on that day, to somebody who is still there."""
    there = Post.objects.on(day).filter(user=OuterRef("to"), organisation=OuterRef("post__organisation"))
    return Delegation.objects.filter(
        Exists(there),
        away=True,
        cancelled_at=None,
        valid_from__lte=day,
        valid_to__gte=day,
        to__is_active=True,
    )


def _words(until: date, instead: str, kinds: list[str]) -> str:
    only = f" (chỉ {', '.join(Business(kind).label for kind in kinds).lower()})" if kinds else ""
    return f"{_until(until)}, người thay: {instead}{only}"


def _until(last: date) -> str:
    return f"đang vắng đến hết {last:%d/%m/%Y}"
