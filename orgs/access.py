"""Which posts a person may act as on a day: their own, and those whose inbox was delegated to them."""

from datetime import date

from django.db.models import Q

from orgs.models import Post, User


def posts_of(user: User, day: date) -> list[Post]:
    """Own posts first (by seniority of the office), then delegated ones, each marked with the operator."""
    delegated = Q(
        delegations__to=user,
        delegations__valid_from__lte=day,
        delegations__valid_to__gte=day,
        delegations__cancelled_at=None,
    )
    posts = Post.objects.on(day).filter(Q(user=user) | delegated).with_names().distinct()
    ordered = sorted(posts, key=lambda post: (post.user_id != user.pk, post.organisation.level, post.pk))
    return [post.used_by(user) for post in ordered]
