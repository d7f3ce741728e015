"""What a post sees, asked by a statement that is put together once for each kind of post (ui/ready.py)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.models import Model, QuerySet

from orgs.models import Post, User
from ui.ready import Ready


class ReadyFor:
    """`make` gives a query set from a post and from marks for the other values. Of the post it compares with the keys, and
    looks at the role, at whether it leads, has a room, is used in person and for what it is lent, and at nothing else."""

    def __init__(self, make: Callable[..., QuerySet]):
        self._make = make
        self._of = lru_cache(maxsize=None)(self._for_kind)

    def objects(self, post: Post, *values: Any) -> list[Model]:
        ready = self._of(post.role, post.head, post.unit_id is None, post.in_person, post.lent_kinds)
        keys = (post.pk, post.organisation_id, post.unit_id or 0, post.user_id, post.operator.pk)
        return ready.objects(*keys, *values)

    def _for_kind(
        self, role: str, head: bool, no_unit: bool, in_person: bool, lent_kinds: tuple[str, ...]
    ) -> Ready:
        def make(pk: int, organisation: int, unit: int, user: int, operator: int, *values: Any) -> QuerySet:
            post = Post(
                pk=pk, organisation_id=organisation, unit_id=None if no_unit else unit, user_id=user, role=role, head=head
            )  # fmt: skip
            post.lent_kinds = lent_kinds
            return self._make(post.used_by(User(pk=user if in_person else operator)), *values)

        return Ready(make)
