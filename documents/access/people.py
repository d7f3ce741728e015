"""What the rules ask of the person: where the post is, and whether its holder can still do anything there."""

from django.utils import timezone

from orgs.models import Post, Role


def here(post: Post, paper) -> bool:
    return paper.organisation_id == post.organisation_id


def clerk(post, paper):
    return here(post, paper) and post.role == Role.CLERK


def stands_above(post):
    """The head of the organisation, the head of the office."""
    return post.role == Role.OFFICE_HEAD or (post.role == Role.LEADER and post.head)


def has_left(post: Post | None) -> bool:
    """Whether somebody who is named somewhere can do nothing there any more: the post has ended, or its holder's account
    is locked."""
    if post is None:
        return False
    ended = post.valid_to is not None and post.valid_to <= timezone.localdate()
    return ended or not post.user.is_active
