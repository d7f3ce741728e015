"""Search by folded words over what one may see, and by parts of a number and notation; of tasks, by their foreign id."""

from django.db.models import Q, QuerySet

from ui.ids import parse_id
from ui.text import fold, fold_code, nfc

MAX_WORDS = 10


def by_words(papers: QuerySet, text: str) -> QuerySet:
    """Papers whose number, kind, subject, issuer or signer hold every word, with or without diacritics."""
    for word in fold(nfc(text)).split()[:MAX_WORDS]:
        papers = papers.filter(Q(search_key__contains=word) | _code_like(word))
    return papers


def tasks_by_words(tasks: QuerySet, text: str) -> QuerySet:
    """Tasks without a paper whose name, meeting or foreign id hold every word; a number is also a task's own."""
    for word in fold(nfc(text)).split()[:MAX_WORDS]:
        own = parse_id(word)
        tasks = tasks.filter(Q(search_key__contains=word) | (Q(pk=own) if own else Q()))
    return tasks


def _code_like(word: str) -> Q:
    """ "123/ubnd" also means 123/QĐ-UBND: the number is exact, the notation holds the rest."""
    number, slash, rest = fold_code(word).partition("/")
    if not slash or not number:
        return Q()
    return Q(code_key__startswith=f"{number}/", code_key__contains=rest)
