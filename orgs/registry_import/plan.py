"""From the rows of a list to a plan of changes. Pure: what is known comes in as values."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from orgs.codes import is_provisional, level_of, parent_of
from orgs.registry_import.sheet import Row, RowProblem, Sheet
from ui.text import name_key


class Act(StrEnum):
    CREATE = "create"
    RECODE = "recode"
    RENAME = "rename"
    CLOSE = "close"
    UPDATE = "update"


@dataclass(frozen=True)
class Known:
    """A body as the registry has it now. `codes` are all it ever had, in both forms."""

    pk: int
    code: str
    name: str
    level: int
    parent: int | None = None
    codes: frozenset[str] = frozenset()
    code_2018: str = ""
    kind: str = ""
    gate: bool = False
    abbreviation: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    address: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True)
class Change:
    """One act on one body. `body` is None for a new one, whose values are in `row`."""

    act: Act
    line: int
    name: str
    code: str
    body: int | None = None
    field: str = ""
    old: object = ""
    new: object = ""
    parent: str = ""  # the parent's code after the plan, for a new body
    row: Row | None = None

    @property
    def old_words(self) -> str:
        return _words(self.old)

    @property
    def new_words(self) -> str:
        return _words(self.new) if self.field else self.code


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")


@dataclass
class Plan:
    changes: list[Change] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    unchanged: int = 0
    ignored: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Stands for exactly these changes: what was confirmed must be what is applied."""
        return hashlib.sha256(repr(self.changes).encode()).hexdigest()

    def count(self, act: Act) -> int:
        return len({change.line for change in self.changes if change.act == act})


class _Bad(ValueError):
    def __init__(self, column: str, sentence: str):
        super().__init__(sentence)
        self.column = column


def plan(sheet: Sheet, known: Iterable[Known]) -> Plan:
    """What the list would change. A bad row is reported and changes nothing, nor do rows under it."""
    made = Plan(problems=list(sheet.problems), ignored=sheet.ignored)
    world = _World(known)
    for row in sorted(sheet.rows, key=lambda row: (level_of(row.code), row.line)):
        try:
            changes = world.place(row)
        except _Bad as bad:
            made.problems.append(RowProblem(row.line, bad.column, str(bad)))
            continue
        made.changes += changes
        made.unchanged += not changes
    made.problems.sort(key=lambda problem: problem.line)
    return made


class _World:
    """The registry with the rows placed so far. A body is a Known or, if the file brings it, its Row."""

    def __init__(self, known: Iterable[Known]):
        self.by_pk = {body.pk: body for body in known}
        self.by_code: dict[str, Known | Row] = {}
        self.by_name: dict[str, list[Known | Row]] = defaultdict(list)
        self.spoken: dict[object, int] = {}  # body or code → line that spoke of it
        for body in self.by_pk.values():
            self.by_name[name_key(body.name)].append(body)
            for code in {body.code, body.code_2018, *body.codes} - {""}:
                self.by_code[code] = body
        self.new_codes: dict[int, str] = {}  # pk → code after the plan

    def place(self, row: Row) -> list[Change]:
        self._once(row.code, row, "code", f"Mã {row.code}")
        parent = self._parent(row)
        body = self._match(row, parent)
        self._own_2018(row, body)
        if body is None:
            self.by_code[row.code] = row
            self.by_name[name_key(row.name)].append(row)
            return [Change(Act.CREATE, row.line, row.name, row.code, parent=self._code(parent), row=row)]
        self._once(body.pk, row, "name", f"Cơ quan “{body.name}”")
        changes = list(_differences(row, body))
        if row.code != body.code:
            self.by_code[row.code] = body
            self.new_codes[body.pk] = row.code
        return changes

    def _once(self, key: object, row: Row, column: str, what: str) -> None:
        if self.spoken.setdefault(key, row.line) != row.line:
            raise _Bad(column, f"{what} đã có ở dòng {self.spoken[key]}; hãy giữ một dòng.")

    def _code(self, body: "Known | Row | None") -> str:
        if body is None:
            return ""
        return self.new_codes.get(body.pk, body.code) if isinstance(body, Known) else body.code

    def _parent(self, row: Row) -> "Known | Row | None":
        level = level_of(row.code)
        if level == 1:
            return None
        body = self.by_code.get(row.code)
        if isinstance(body, Known) and not row.parent_code and not row.parent_name:
            return self.by_pk.get(body.parent)
        by_prefix = self.by_code.get(parent_of(row.code))
        if row.parent_code:
            parent = self.by_code.get(row.parent_code)
            if parent is None:
                raise _Bad("parent_code", f"Chưa có cơ quan cấp trên mang mã {row.parent_code}.")
        else:
            parent = by_prefix or self._parent_by_name(row, level)
        if by_prefix not in (None, parent):
            raise _Bad("parent_code", f"Mã {row.code} thuộc “{by_prefix.name}”, không thuộc “{parent.name}”.")
        if row.parent_name and name_key(row.parent_name) != name_key(parent.name):
            raise _Bad("parent_name", f"Cấp trên theo mã là “{parent.name}”, không phải “{row.parent_name}”.")
        if _level(parent) != level - 1:
            raise _Bad(
                "parent_code",
                f"“{parent.name}” ở cấp {_level(parent)}, không thể là cấp trên của mã cấp {level}.",
            )
        return parent

    def _parent_by_name(self, row: Row, level: int) -> "Known | Row":
        if not row.parent_name:
            raise _Bad(
                "code",
                f"Không có cơ quan cấp trên mang mã {parent_of(row.code)};"
                " thêm dòng của cấp trên hoặc ghi parent_name.",
            )
        found = [body for body in self.by_name[name_key(row.parent_name)] if _level(body) == level - 1]
        if not found:
            raise _Bad("parent_name", f"Không có cơ quan cấp {level - 1} tên “{row.parent_name}”.")
        if len(found) > 1:
            raise _Bad(
                "parent_name", f"Có {len(found)} cơ quan tên “{row.parent_name}”; hãy ghi parent_code."
            )
        return found[0]

    def _match(self, row: Row, parent: "Known | Row | None") -> Known | None:
        body = self.by_code.get(row.code)
        if isinstance(body, Known):
            self._may_keep(row, body, parent)
            return body
        same = [body for body in self.by_name[name_key(row.name)] if _under(self, body, parent)]
        if not same:
            if is_provisional(row.code):
                raise _Bad(
                    "code", f"{row.code} là mã tạm do hệ thống đặt; cơ quan mới phải có mã chính thức."
                )
            return None
        if isinstance(same[0], Row):
            raise _Bad("name", f"“{row.name}” đã có ở dòng {same[0].line} với mã {same[0].code}.")
        if not is_provisional(same[0].code):
            raise _Bad(
                "code",
                f"“{same[0].name}” đã có mã chính thức {same[0].code}; nhập danh mục không thay mã đã cấp.",
            )
        if is_provisional(row.code):
            raise _Bad(
                "code", f"“{same[0].name}” đang mang mã tạm {same[0].code}; không thay bằng mã tạm khác."
            )
        return same[0]

    def _may_keep(self, row: Row, body: Known, parent: "Known | Row | None") -> None:
        if row.code != body.code:
            raise _Bad("code", f"{row.code} là mã cũ của “{body.name}”; mã hiện nay là {body.code}.")
        if body.valid_to and name_key(row.name) != name_key(body.name):
            raise _Bad(
                "code",
                f"Mã {row.code} của “{body.name}” đã đóng ngày {body.valid_to:%d/%m/%Y}, không cấp lại.",
            )
        if parent is not self.by_pk.get(body.parent):
            raise _Bad(
                "parent_code", f"“{body.name}” đang thuộc cơ quan khác; nhập danh mục không chuyển cấp trên."
            )
        if row.valid_to and body.valid_from and not row.valid_from and row.valid_to <= body.valid_from:
            raise _Bad("valid_to", f"Ngày đóng phải sau ngày mở {body.valid_from:%d/%m/%Y}.")
        if row.valid_from and body.valid_to and not row.valid_to and body.valid_to <= row.valid_from:
            raise _Bad("valid_from", f"Ngày mở phải trước ngày đóng {body.valid_to:%d/%m/%Y}.")

    def _own_2018(self, row: Row, body: Known | None) -> None:
        if not row.code_2018:
            return
        owner = self.by_code.get(row.code_2018)
        if owner is not None and owner is not body:
            raise _Bad("code_2018", f"Mã cũ {row.code_2018} đã thuộc “{owner.name}”.")
        self._once(row.code_2018, row, "code_2018", f"Mã cũ {row.code_2018}")


def _level(body: Known | Row) -> int:
    return level_of(body.code) if isinstance(body, Row) else body.level


def _under(world: _World, body: Known | Row, parent: Known | Row | None) -> bool:
    if isinstance(body, Row):
        return parent is not None and world.by_code.get(parent_of(body.code)) is parent
    return world.by_pk.get(body.parent) is parent


def _differences(row: Row, body: Known) -> Iterable[Change]:
    def change(act: Act, column: str, new: object) -> Change:
        return Change(act, row.line, body.name, row.code, body.pk, column, getattr(body, column), new)

    if row.code != body.code:
        yield change(Act.RECODE, "code", row.code)
    if name_key(row.name) != name_key(body.name):
        yield change(Act.RENAME, "name", row.name)
    if row.valid_to and row.valid_to != body.valid_to:
        yield change(Act.UPDATE if body.valid_to else Act.CLOSE, "valid_to", row.valid_to)
    for column in _PLAIN:
        new = getattr(row, column)
        if new not in ("", None) and new != getattr(body, column):
            yield change(Act.UPDATE, column, new)


_PLAIN = (
    "code_2018",
    "kind",
    "gate",
    "abbreviation",
    "valid_from",
    "address",
    "email",
    "phone",
    "website",
)
