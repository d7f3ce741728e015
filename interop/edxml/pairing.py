"""Manifest lines and attachment elements say the same files twice; bring the two together (§1.9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .content import EMPTY, Content


@dataclass(frozen=True)
class Part:
    """A Reference of the manifest, or an Attachment with what its base64 said (None: it was none)."""

    content_id: str = ""
    name: str = ""
    content_type: str = ""
    description: str = ""
    content: Content | None = EMPTY


def pair(references: list[Part], carried: list[Part], warnings: list[str]) -> list[Part]:
    """Attachments in manifest order (the first is the signed document), those it does not name at the end.

    Linked by content id, then by name, then by position where a side has no name that could contradict.
    A reference whose file is not there becomes a warning, not an error: the clerk answers it with status 02.
    """
    chosen = _links(references, carried)
    ordered: list[Part] = []
    for index, reference in enumerate(references):
        if index in chosen:
            ordered.append(_merged(carried[chosen[index]], reference))
        else:
            warnings.append(f"Thiếu tệp đính kèm “{reference.name or reference.content_id or index + 1}”.")
    extra = [part for index, part in enumerate(carried) if index not in set(chosen.values())]
    if references and extra:
        warnings.append(f"Có {len(extra)} tệp đính kèm không được liệt kê trong danh mục của gói tin.")
    return ordered + extra


def _links(references: list[Part], carried: list[Part]) -> dict[int, int]:
    """Index of the reference → index of its attachment, each used once."""
    links: dict[int, int] = {}
    _link(references, carried, links, lambda part: part.content_id)
    _link(references, carried, links, lambda part: part.name)
    taken = set(links.values())
    for index, reference in enumerate(references):
        if index in links or index in taken or index >= len(carried):
            continue
        if not reference.name or not carried[index].name:
            links[index] = index
    return links


def _link(
    references: list[Part], carried: list[Part], links: dict[int, int], key: Callable[[Part], str]
) -> None:
    taken = set(links.values())
    free: dict[str, list[int]] = {}
    for index, part in enumerate(carried):
        if index not in taken and key(part):
            free.setdefault(key(part), []).append(index)
    for index, reference in enumerate(references):
        if index not in links and free.get(key(reference)):
            links[index] = free[key(reference)].pop(0)


def _merged(part: Part, reference: Part) -> Part:
    """What the attachment leaves out, its manifest line may say."""
    # Only the attachment's own type tells of a zip around the content, so a silent one takes the reference's.
    return replace(
        part,
        name=part.name or reference.name,
        content_id=part.content_id or reference.content_id,
        content_type=part.content_type or reference.content_type,
        description=part.description or reference.description,
    )
