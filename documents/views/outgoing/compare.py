"""Two versions of an outgoing paper side by side: what changed is marked on the pages and said in words."""

import json
from difflib import SequenceMatcher

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents import blobs, pdf
from documents.access import outgoing_for
from documents.models import Event, File, Outgoing
from documents.pdf import Box, PdfError
from documents.views.outgoing.page import VOIDING, page_pictures
from orgs.models import Post

WIDTH = 900  # pixels of the pictures that are compared: half a millimetre is two of them
MANY_LINES = 2000
KEPT_AROUND = 2  # unchanged lines shown before and after a change
DECIDED = ("approve", *VOIDING)


@require_safe
def compare(request, pk):
    """`?a=1&b=2`: two versions by number; a stage after signing is named too, as in `2-signed`."""
    paper = outgoing_for(request.post, pk)
    files = main_files(paper)
    first, second = _pair(files, request.GET.get("a"), request.GET.get("b"))
    context = {
        "paper": paper,
        "choices": [{"key": key_of(file), "label": label_of(file)} for file in files],
        "first": _side(first),
        "second": _side(second),
    }
    if first and second and first.blob_id != second.blob_id:
        context |= _pictures(first, second) | _words(first, second)
    return render(request, "documents/outgoing/compare.html", context)


def main_files(paper: Outgoing) -> list[File]:
    """Every version and stage whose bytes are here, newest first."""
    main = paper.files.filter(part=File.Part.MAIN).exclude(blob=None).select_related("blob")
    return list(main.order_by("-version", "-pk"))


def key_of(file: File) -> str:
    return str(file.version) if file.stage == File.Stage.DRAFT else f"{file.version}-{file.stage}"


def label_of(file: File) -> str:
    return f"Bản {file.version}, {file.get_stage_display().lower()}"


def compare_url(paper: Outgoing, first: File, second: File) -> str:
    return f"{reverse('outgoing_compare', args=[paper.pk])}?a={key_of(first)}&b={key_of(second)}"


def earlier_versions(paper: Outgoing, main: list[File]) -> list[dict]:
    """Versions before the one in force, as they were checked and signed: {file, compare_url}. `main`: its main files,
    newest first."""
    return [
        {"file": file, "compare_url": compare_url(paper, file, main[0])} for file in main[1:] if file.blob_id
    ]


def changes_since(paper: Outgoing, post: Post, current: File | None) -> list[dict]:
    """What a signer may compare the version before him with: those since the last one he decided on.

    Each {url, label, last: whether it is that one}; nothing for a first version.
    """
    drafts = [f for f in main_files(paper) if f.stage == File.Stage.DRAFT]
    if current is None or not drafts:
        return []
    decided = Event.objects.filter(document=paper, kind__in=DECIDED, post=post).order_by("-pk")
    known = next((one.payload.get("version", 0) for one in decided if _older(one, current)), 0)
    since = [file for file in drafts if known <= file.version < current.version]
    return [
        {
            "url": compare_url(paper, file, current),
            "label": f"So với bản {file.version}",
            "last": file.version == known,
        }
        for file in since
    ]


def _older(event: Event, current: File) -> bool:
    return event.payload.get("version", 0) < current.version


def _pair(files: list[File], first: str | None, second: str | None) -> tuple[File | None, File | None]:
    """The two asked for; of one not named, the newest and the version before the other."""
    by_key = {key_of(file): file for file in files}
    if any(key and key not in by_key for key in (first, second)):
        raise Http404
    newer = by_key[second] if second else next(iter(files), None)
    if first or newer is None:
        return by_key.get(first or ""), newer
    before = [file for file in files if file.version < newer.version or file.pk < newer.pk]
    older = next((file for file in before if file.version < newer.version), next(iter(before), None))
    return older, newer


def _side(file: File | None) -> dict | None:
    if file is None:
        return None
    return {"key": key_of(file), "label": label_of(file), "file": file}


def _pictures(first: File, second: File) -> dict:
    """Pairs of pages with their marks; what cannot be compared is shown without, and said."""
    try:
        kept = blobs.picture(
            second.blob,
            f"khac-{first.blob_id}-{WIDTH}.json",  # places only: no word of the one is kept beside the other
            lambda data: _difference(first, data),
        )
        marks, problem = json.loads(kept.read_bytes()), ""
    except PdfError as error:
        marks, problem = {"first": [], "second": []}, str(error)
    except (FileNotFoundError, blobs.Damaged) as error:
        raise Http404 from error
    sides = {"first": page_pictures(first), "second": page_pictures(second)}
    count = max(map(len, sides.values()))
    pairs = [_pair_of_pages(index, sides, marks, compared=not problem) for index in range(count)]
    return {"pairs": pairs, "problem": problem, "alike": not problem and not any(p["changed"] for p in pairs)}


def _difference(first: File, data: bytes) -> bytes:
    return json.dumps(pdf.difference(blobs.read(first.blob), data, WIDTH)).encode()


def _pair_of_pages(index: int, sides: dict, marks: dict, *, compared: bool) -> dict:
    pages = {side: found[index] if index < len(found) else None for side, found in sides.items()}
    boxes = {side: [_drawn(Box(*box)) for page in marks[side][index:][:1] for box in page] for side in sides}
    alone = next((side for side in pages if pages[side] is None), "")
    many = max(map(len, boxes.values()))
    return {
        "number": index + 1,
        "first": pages["first"] and pages["first"] | {"boxes": boxes["first"]},
        "second": pages["second"] and pages["second"] | {"boxes": boxes["second"]},
        "only": {"first": "second", "second": "first"}.get(alone, ""),
        "places": many,
        "changed": bool(alone or many),
        "compared": compared,
    }


def _drawn(box: Box) -> dict:
    """A rectangle in the drawing over the picture, a thousand units wide and high, with a little air."""
    x, y = box.left * 1000 - 4, box.top * 1000 - 3
    return {
        "x": round(x),
        "y": round(y),
        "width": round(box.right * 1000 + 4 - x),
        "height": round(box.bottom * 1000 + 3 - y),
    }


def _words(first: File, second: File) -> dict:
    """The change in the text, line by line, for those who cannot see the marks."""
    try:
        texts = [_lines(file) for file in (first, second)]
    except (PdfError, FileNotFoundError, blobs.Damaged):
        return {"lines": None}
    if max(map(len, texts)) > MANY_LINES:
        return {"lines": None}
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    found = []
    for group in matcher.get_grouped_opcodes(KEPT_AROUND):
        rows = []
        for kind, a, b, c, d in group:
            if kind == "equal":
                rows += [{"kind": "same", "text": text} for text in texts[0][a:b]]
            else:
                rows += [{"kind": "gone", "text": text} for text in texts[0][a:b]]
                rows += [{"kind": "new", "text": text} for text in texts[1][c:d]]
        found.append(rows)
    return {"lines": found}


def _lines(file: File) -> list[str]:
    kept = blobs.picture(
        file.blob, "lines.json", lambda data: json.dumps(pdf.text_lines(data), ensure_ascii=False).encode()
    )
    return [line for page in json.loads(kept.read_bytes()) for line in page]
