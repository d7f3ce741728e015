"""What holds for a run or a paragraph of a .docx when its own properties and all styles it is based on are put together.
Beside word.py, and run with it."""

import re

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MM = 25.4 / 1440  # a twentieth of a point
_MOST_STYLES = 2000
_MOST_DEPTH = 20


class Styles:
    """What holds for a run or a paragraph when all that it is based on is put together."""

    def __init__(self, root, theme, settings):
        """The roots of styles.xml, theme1.xml and settings.xml."""
        language = settings.find(f"{W}themeFontLang")
        self._fonts = _theme(theme, "" if language is None else language.get(f"{W}val", ""))
        self._named, self._usual = {}, None
        self._base = [root.find(f"{W}docDefaults/{W}{kind}PrDefault/{W}{kind}Pr") for kind in "rp"]
        for style in list(root.iterfind(f"{W}style"))[:_MOST_STYLES]:
            self._named[style.get(f"{W}styleId")] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self._usual = style.get(f"{W}styleId")

    def paragraph(self, own, table: str | None = None) -> dict:
        """`table` is the style of the table it stands in: above what holds for all, below its own (ECMA-376 17.7.2)."""
        found: dict = {}
        chain = [*self._chain(table, "pPr"), *self._chain(self._style_of(own), "pPr")]
        for properties in [self._base[1], *chain, own]:
            _paragraph(properties, found)
        return found

    def run(self, paragraph, own, table: str | None = None) -> dict:
        found: dict = {}
        named = (table, self._style_of(paragraph), value_of(own, "rStyle"))
        chain = [one for name in named for one in self._chain(name, "rPr")]
        for properties in [self._base[0], *chain, own]:
            _run(properties, found)
        found["font"] = self._fonts.get(found.get("font", ""), found.get("font", "Times New Roman"))
        return found

    def _style_of(self, paragraph) -> str | None:
        return value_of(paragraph, "pStyle") or self._usual

    def _chain(self, name: str | None, kind: str) -> list:
        found: list = []
        while name in self._named and len(found) < _MOST_DEPTH:
            style = self._named[name]
            found.insert(0, style.find(f"{W}{kind}"))
            name = value_of(style, "basedOn")
        return found


def _theme(root, language: str) -> dict[str, str]:
    """In a Vietnamese document a theme's font is the one that it names for Vietnamese (ECMA-376 17.15.1.88)."""
    found = {}
    for kind in ("minor", "major"):
        latin = root.find(f".//{A}{kind}Font/{A}latin")
        if language.lower().startswith("vi"):
            own = root.find(f".//{A}{kind}Font/{A}font[@script='Viet']")
            latin = latin if own is None else own
        if latin is not None:
            name = latin.get("typeface", "")
            found |= {f"{kind}{part}": name for part in ("Ascii", "HAnsi", "Bidi", "EastAsia")}
    return found


def value_of(element, name: str) -> str | None:
    child = element.find(f"{W}{name}") if element is not None else None
    return None if child is None else child.get(f"{W}val")


def _on(element) -> bool:
    return element.get(f"{W}val", "1") not in ("0", "false", "none", "off")


def number(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"-?\d{1,6}(\.\d{1,4})?", text) else None


def _run(properties, found: dict) -> None:
    if properties is None:
        return
    for child in properties:
        match etree.QName(child).localname if isinstance(child.tag, str) else "":
            case "rFonts":
                kinds = ("asciiTheme", "hAnsiTheme", "ascii", "hAnsi")
                found["font"] = next(
                    (child.get(W + kind) for kind in kinds if child.get(W + kind)), found.get("font", "")
                )
            case "sz":
                size = number(child.get(f"{W}val"))
                found["size"] = size / 2 if size else found.get("size")
            case "color":
                value = child.get(f"{W}val", "auto")
                found["colour"] = value.lower() if re.fullmatch(r"[0-9A-Fa-f]{6}", value) else "000000"
            case "b" | "i" | "caps" | "vanish" as name:
                found[name] = _on(child)


def _paragraph(properties, found: dict) -> None:
    if properties is None:
        return
    for child in properties:
        match etree.QName(child).localname if isinstance(child.tag, str) else "":
            case "jc":
                found["align"] = child.get(f"{W}val", "left")
            case "ind":
                for name, own in (
                    ("left", "left"),
                    ("left", "start"),
                    ("first", "firstLine"),
                    ("hanging", "hanging"),
                ):
                    if (value := number(child.get(W + own))) is not None:
                        found[name] = value * MM
            case "spacing":
                for name in ("before", "after", "line"):
                    if (value := number(child.get(W + name))) is not None:
                        found[name] = value / 20
                for name in ("beforeAutospacing", "afterAutospacing"):
                    if child.get(W + name) in ("1", "true"):
                        found[name[: -len("Autospacing")]] = 14
                found["rule"] = child.get(f"{W}lineRule", found.get("rule", "auto"))
