"""`ho-so.xml`: all metadata of a file and its papers by the keys of decree 30/2020 Phụ lục VI, Part II; the names and sums of the
files beside it. What the circular's short fields cannot hold is here whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from casefiles.package.described import clean
from casefiles.package.zipping import Entry

NAME = "ho-so.xml"
_ROOT = "HoSo"
Value = str | list["Value"] | dict[str, "Value"]  # a list: the element again and again


@dataclass(frozen=True)
class Document:
    """One paper: "VanBanDi", "VanBanDen", "NhiemVu" or "TaiLieu"; `why`: why it is not here, of one that was left out."""

    kind: str
    ordinal: int
    values: Mapping[str, Value]
    files: list[str] = field(default_factory=list)  # names beside this XML
    page: int | None = None  # in the whole PDF
    why: str = ""


def written(values: Mapping[str, Value], documents: Iterable[Document], files: Iterable[Entry] = ()) -> bytes:
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{_ROOT} canCu="Nghị định 30/2020/NĐ-CP, Phụ lục VI, Phần II">\n'
    ]
    parts += [_element(key, value, 1) for key, value in values.items()]
    parts.append("  <DanhSach>\n")
    for one in documents:
        said = f' thuTu="{one.ordinal}"' + (f' trang="{one.page}"' if one.page else "")
        said += f" khongXuat={quoteattr(clean(one.why))}" if one.why else ""
        inner = "".join(_element(key, value, 3) for key, value in one.values.items())
        inner += "".join(_element("Tep", name, 3) for name in one.files)
        parts.append(f"    <{one.kind}{said}>\n{inner}    </{one.kind}>\n")
    parts.append("  </DanhSach>\n  <CacTep>\n")
    parts += [
        f'    <Tep ten={quoteattr(clean(one.name))} kichThuoc="{one.size}" sha256="{one.sha256.upper()}"/>\n'
        for one in files
    ]
    parts.append(f"  </CacTep>\n</{_ROOT}>\n")
    return "".join(parts).encode()


def files_of(root) -> Iterator[tuple[str, int, str]]:
    """Name, length and SHA-256 of every file it names. Raises ValueError."""
    if root.tag != _ROOT:
        raise ValueError("not ho-so.xml")
    for one in root.iterfind("CacTep/Tep"):
        name = one.get("ten", "")
        if not name or ".." in name.split("/") or name.startswith("/"):
            raise ValueError("a place outside")
        yield name, int(one.get("kichThuoc", "")), one.get("sha256", "")


def _element(key: str, value: Value, depth: int) -> str:
    indent = "  " * depth
    if isinstance(value, list):
        return "".join(_element(key, one, depth) for one in value)
    if isinstance(value, Mapping):
        inner = "".join(_element(name, one, depth + 1) for name, one in value.items())
        if not inner:
            return ""
        return f"{indent}<{key}>\n{inner}{indent}</{key}>\n"
    return f"{indent}<{key}>{escape(clean(value))}</{key}>\n" if value else ""
