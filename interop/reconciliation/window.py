"""What a comparison looks at, and what it finds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

Found = dict[
    str, tuple[datetime, str]
]  # key of the thing → its moment, and the sentence why it is not explained


@dataclass(frozen=True)
class Window:
    since: datetime
    until: datetime

    def over(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.since, f"{field}__lt": self.until})

    def __contains__(self, at: datetime | None) -> bool:
        """What has no moment is always looked at."""
        return at is None or self.since <= at < self.until
