"""Names in the order of the Vietnamese alphabet (a ă â b c d đ …), wherever they are sorted.

Not by a collation of the database: those with the Vietnamese order are not in every build of PostgreSQL. The letters are
put in place of others whose codes rise in that order; tones and case do not count, so ties are left to what follows.
"""

import unicodedata

from django.db.models import F, Func, Value
from django.db.models.functions import Collate

from ui.text import RANKS, TONES


def in_vietnamese(field: str) -> Collate:
    """For order_by(): the field's words in dictionary order, Đ after D."""
    return Collate(
        Func(F(field), Value("".join(_RANKED)), Value("".join(_RANKED.values())), function="translate"), "C"
    )


def alphabetical(text: str) -> str:
    """The same for sorted(): what the words are compared by."""
    return text.translate(_IN_PLACE)


def _ranked() -> dict[str, str]:
    """Every letter, small and capital, bare and with each tone → the letter of its rank."""
    found = {}
    for letter, rank in RANKS.items():
        for tone in ("", *TONES):
            written = unicodedata.normalize("NFC", letter + tone)
            if len(written) == 1:
                found |= {written: rank, written.upper(): rank}
    return found


_RANKED = _ranked()
_IN_PLACE = str.maketrans(_RANKED)
