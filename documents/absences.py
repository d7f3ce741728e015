"""Who of a post's office is away, remembered until the next event of the office: to go away is one."""

from datetime import date

from documents.memory import memory_of
from orgs.absence import away_in
from orgs.models import Post


def away_for(post: Post, day: date) -> dict[int, str]:
    """By post, in words: see `orgs.absence.away_in`."""
    return memory_of(post).get(f"away {day}", lambda: away_in(post.organisation_id, day))
