"""Search by folded words over what one may see, and by parts of a number and notation; of tasks, by their foreign id; in the
words of files."""

import re
from collections.abc import Iterator

from django.contrib.postgres.search import SearchQuery
from django.db.models import BigIntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast

from documents.models import FileText
from ui.ids import parse_id
from ui.text import fold, fold_code, nfc

MAX_WORDS = 10


def of_office(organisation: int) -> Cast:
    """The office as an index of several columns asks for it: it takes no number of another size."""
    return Cast(Value(organisation), BigIntegerField())


def by_words(papers: QuerySet, text: str, organisation: int) -> QuerySet:
    """Papers of the office whose number, kind, subject, issuer or signer hold every word, with or without diacritics."""
    papers = papers.filter(organisation=of_office(organisation))
    for word in fold(nfc(text)).split()[:MAX_WORDS]:
        papers = papers.filter(Q(search_key__contains=word) | _code_like(word))
    return papers


def tasks_by_words(tasks: QuerySet, text: str) -> QuerySet:
    """Tasks without a paper whose name, meeting or foreign id hold every word; a number is also a task's own."""
    for word in fold(nfc(text)).split()[:MAX_WORDS]:
        own = parse_id(word)
        tasks = tasks.filter(Q(search_key__contains=word) | (Q(pk=own) if own else Q()))
    return tasks


def words_of(text: str) -> list[str]:
    """Folded words alone: what is kept of a file and what is asked are taken apart in one way, whatever stands between."""
    return re.findall(r"[^\W_]+", fold(text))


def phrases_of(asked: str) -> list[list[str]]:
    """What is looked for in the words of files: words stand alone, those in quotation marks beside one another."""
    parts = re.split(r'["“”]', asked)
    found = []
    for number, part in enumerate(parts):
        words = words_of(nfc(part))
        found += [words] if number % 2 and words else [[word] for word in words]
    return found[:MAX_WORDS]


def texts_with(asked: str, organisation: int) -> QuerySet:
    """Texts of one office's files that hold every word and phrase, in any order. None for no word."""
    query = None
    for words in phrases_of(asked):
        one = SearchQuery(" ".join(words[:MAX_WORDS]), config="simple", search_type="phrase")
        query = one if query is None else query & one
    if query is None:
        return FileText.objects.none()
    return FileText.objects.filter(organisation=of_office(organisation), words=query)


AROUND = 110  # letters on either side of the first word found


def marked(text: str, asked: str) -> list[tuple[str, bool]]:
    """The place of a text where it was found, in pieces; True: of what was looked for. Empty: found beyond it."""
    phrases = sorted(phrases_of(asked), key=len, reverse=True)
    plain = text.translate(_LETTERS)
    said = [r"[\W_]+".join(map(re.escape, words)) for words in phrases]
    hits = (re.search(rf"(?<![^\W_])(?:{one})(?![^\W_])", plain) for one in said)
    first = next(filter(None, hits), None)
    if first is None:
        return []
    start, end = max(first.start() - AROUND, 0), min(first.end() + AROUND, len(text))
    start = plain.find(" ", start, first.start()) + 1 if start else 0
    end = plain.rfind(" ", first.end(), end) if end < len(text) and " " in plain[first.end() : end] else end
    return list(_pieces(text, plain, "|".join(said), start, end))


def _pieces(text: str, plain: str, said: str, start: int, end: int) -> Iterator[tuple[str, bool]]:
    at = start
    if start:
        yield "… ", False
    for hit in re.finditer(rf"(?<![^\W_])(?:{said})(?![^\W_])", plain[:end]):
        if hit.start() >= at:
            yield text[at : hit.start()], False
            yield text[hit.start() : hit.end()], True
            at = hit.end()
    yield text[at:end] + (" …" if end < len(text) else ""), False


class _Letters(dict):
    """Each letter as one folded letter, so that places stay; filled as letters are met."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_LETTERS = _Letters()


def _code_like(word: str) -> Q:
    """ "123/ubnd" also means 123/QĐ-UBND: the number is exact, the notation holds the rest."""
    number, slash, rest = fold_code(word).partition("/")
    if not slash or not number:
        return Q()
    return Q(code_key__startswith=f"{number}/", code_key__contains=rest)
