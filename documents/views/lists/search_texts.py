"""What was found in the words of files: the newest few beside the papers found by their fields, or a list of their own."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject, Left

from documents.search import marked, texts_with
from orgs.models import Post

FEW = 5  # beside the papers
MANY = 300  # texts
READ = 100_000  # letters of a text that are looked through for the line that is shown


def in_texts(papers: QuerySet, asked: str, post: Post, *, common: bool = False) -> QuerySet:
    """Of the papers one sees, those with a file that says so. Who sees what is decided by `papers` alone. `common`: the words
    are known to be, so that the newest papers soon have them."""
    found = texts_with(asked, post.organisation_id).values_list("document", flat=True)
    # How many there are the database guesses wrong, and asks every paper of a large office for a word that is nowhere.
    few = None if common else list(found[: MANY + 1])
    return papers.filter(pk__in=found if few is None or len(few) > MANY else few)


def with_texts(papers: QuerySet, asked: str, post: Post) -> QuerySet:
    """The same papers, each with `said`: the name of the file where it was found, the newest of them, and its text."""
    here = texts_with(asked, post.organisation_id).filter(document=OuterRef("pk")).order_by("-file")
    told = here.values(told=JSONObject(name="file__name", text=Left("text", READ)))
    return papers.annotate(said=Subquery(told[:1]))


def with_places(rows: list[dict], papers: list, asked: str) -> list[dict]:
    """The rows of these papers, each with the place where it was found: `said`, pieces of text (see `documents.search.marked`), and
    the file's name `said_in`. Nothing of a file becomes part of a page but as text."""
    told = [getattr(paper, "said", None) for paper in papers]
    return [
        row | {"said_in": one["name"], "said": marked(one["text"], asked)} if one else row
        for row, one in zip(rows, told, strict=True)
    ]
