"""Who has a draft open at this moment: kept for half a minute in the cache, nowhere else, and missed by nobody."""

from datetime import datetime, timedelta

from django.core.cache import cache

from orgs.models import User

KEPT = timedelta(seconds=40)  # a page says so every fifteen
MOST = 20


def opened(draft: int, user: User, window: str, *, at: datetime) -> list[str]:
    """Says that this window has it open; gives the names of the others, one's own other windows among them."""
    key = f"draft-open:{draft}"
    known = {one: said for one, said in cache.get(key, {}).items() if said[2] > (at - KEPT).timestamp()}
    own = f"{user.pk}:{window[:40]}"
    known[own] = (user.pk, str(user), at.timestamp())
    cache.set(key, dict(list(known.items())[-MOST:]), KEPT.total_seconds())
    others = [said for one, said in known.items() if one != own]
    names = [name if pk != user.pk else "Một cửa sổ khác của bạn" for pk, name, _ in others]
    return list(dict.fromkeys(names))
