"""Who is to do what by when: the form of a direction, of its amendment and of handing on."""

from datetime import date
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, When

from documents.actions.work.receivers import CANNOT_HANDLE, HEADS_A_ROOM
from documents.forms.widgets import ReceiverField, ReceiversField, lines, own_hand, room_value
from documents.models import Assignment
from documents.phrases import DAYS
from orgs.calendar import Calendar, add_working_days
from orgs.models import Post, Role
from ui.days import DayField
from ui.order import in_vietnamese
from ui.text import fold

LAST = 6  # of those who were given work last
ROLES = ("lead", "support", "info")
HEADS = (Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.LEADER)


def colleagues(post: Post, today: date):
    """Everybody of the organisation who can be given work, one's own unit first."""
    people = Post.objects.on(today).filter(organisation=post.organisation_id).exclude(role__in=CANNOT_HANDLE)
    elsewhere = Case(When(unit=post.unit_id, unit__isnull=False, then=0), default=1)
    rank = Case(When(role__in=HEADS, then=0), default=1)
    return people.with_names().order_by(
        elsewhere, "unit__order", in_vietnamese("unit__name"), "-head", rank, in_vietnamese("user__full_name"), "pk"
    )  # fmt: skip


def last_given(post: Post) -> list[str]:
    """The values of the people and rooms that this post gave work to, the latest first. One query."""
    given = Assignment.objects.filter(by=post).order_by("-pk").values_list("assignee_id", "unit_id")[:60]
    return list(dict.fromkeys(f"unit-{unit}" if unit else str(person) for person, unit in given))


def rooms_of(people) -> dict[str, Post]:
    """The value of each room that can be given work, and its head, as `receivers.head_of` finds him."""
    heads: dict[str, Post] = {}
    for post in sorted(people, key=lambda post: (not post.head, post.pk)):
        if post.unit_id and post.role in HEADS_A_ROOM:
            heads.setdefault(room_value(post.unit), post)
    return heads


def options_of(people, *, with_rooms: bool) -> tuple[list, dict]:
    """The same as one list to choose from, by room; and the rooms by their values (`ReceiverField.choose_from`)."""
    heads = rooms_of(people) if with_rooms else {}
    options: dict[str, list] = {}
    for post in people:
        room = str(post.unit or "Lãnh đạo, văn phòng")
        options.setdefault(room, []).append((str(post.pk), f"{post.user} – {post.title}"))
    for value, head in heads.items():
        options[str(head.unit)].insert(0, (value, f"Cả {head.unit}"))
    return [("", "Chọn người hoặc phòng"), *options.items()], {
        value: head.unit for value, head in heads.items()
    }


def _elsewhere(row: dict) -> dict:
    """A person outside the list of their room is shown with it."""
    return row | {"elsewhere": not row["value"].startswith("unit-")}


def _row(value: str, name: str, detail: str, room: str) -> dict:
    return {
        "value": value,
        "name": name,
        "detail": detail,
        "room": room,
        "words": fold(f"{name} {detail} {room}"),
    }


class Picker(forms.Form):
    """People and rooms of one's organisation in a table, ticked in one or several columns; `columns` names the fields."""

    columns: ClassVar[tuple[str, ...]]
    head_does = "nhận và giao tiếp"  # with what is given to a room
    lately = "Giao gần đây"

    def offer(self, people, *, with_rooms: bool, last: list[str], find: str, away: dict[int, str]) -> None:
        """`last`: the values of those who were chosen last, who come first. `find`: of the others only these are shown.
        `away`: who is, in words (`documents.absences.away_for`)."""
        self.last, self.find, self.away = last, find, away
        self.heads = rooms_of(people) if with_rooms else {}
        for name in self.columns:
            self.fields[name].choose_from(people, {value: post.unit for value, post in self.heads.items()})

    def groups(self) -> list[dict]:
        """Whom one gave work last, then the rooms, each with its people; with what was ticked, for the table of the
        page. Of those looked for by name or room, and whoever is ticked: a choice never goes out of sight."""
        chosen = {name: {str(value) for value in self._values(name)} for name in self.columns}
        rows, by_room = {}, {}
        for post in self.fields[self.columns[0]].queryset:
            room = str(post.unit or "Lãnh đạo, văn phòng")
            value = room_value(post.unit) if post.unit_id else ""
            if value in self.heads and value not in rows:
                head = self.heads[value]
                rows[value] = _row(value, f"Cả {room}", f"{head.user} {self.head_does}", room)
                rows[value]["away"] = self.away.get(head.pk, "")
                by_room.setdefault(room, []).append(value)
            rows[str(post.pk)] = _row(str(post.pk), str(post.user), post.title, room)
            rows[str(post.pk)]["away"] = self.away.get(post.pk, "")
            by_room.setdefault(room, []).append(str(post.pk))
        for row in rows.values():
            row |= {name: row["value"] in values for name, values in chosen.items()}
        words = fold(self.find).split()
        shown = {
            value for value, row in rows.items()
            if any(row[name] for name in self.columns) or all(word in row["words"] for word in words)
        }  # fmt: skip
        last = [value for value in self.last if value in rows][:LAST] if len(rows) > LAST else []
        groups = [{"unit": self.lately, "people": [_elsewhere(rows[one]) for one in last if one in shown]}]
        groups += [
            {"unit": room, "people": [rows[one] for one in values if one in shown and one not in last]}
            for room, values in by_room.items()
        ]
        return [group for group in groups if group["people"]]

    def people_errors(self) -> list[str]:
        return [error for name in self.columns for error in self.errors.get(name, [])]

    def _values(self, name: str) -> list:
        value = self[name].value()
        return value if isinstance(value, list | tuple) else [value]


class PeopleForm(Picker):
    """Who leads, who supports, who is told, by when, with what to show for it: the six "rõ" of a task."""

    columns = ROLES

    text = forms.CharField(label="Nội dung giao", max_length=2000, required=False, widget=lines(4))
    phrase = forms.ChoiceField(label="Mẫu ý kiến", required=False)
    lead = ReceiverField(label="Chủ trì", required=False)
    support = ReceiversField(label="Phối hợp", required=False)
    info = ReceiversField(label="Để biết", required=False)
    due_on = DayField(label="Thời hạn", required=False, add=add_working_days)
    due_in = forms.TypedChoiceField(
        label="Hoặc tính theo ngày làm việc", required=False, coerce=date.fromisoformat, empty_value=None
    )
    product = forms.CharField(label="Sản phẩm", required=False, max_length=300)
    later_ok = forms.BooleanField(label="Vẫn giao với hạn muộn hơn", required=False, widget=own_hand())

    def __init__(
        self,
        *args,
        people,
        phrases: list[str],
        today: date,
        calendar: Calendar,
        promised: date | None = None,
        with_rooms: bool = True,
        last: list[str] = (),
        find: str = "",
        away: dict[int, str] | None = None,
        **kwargs,
    ):
        """`promised`: the date on the paper itself; a later one is never given by mistake. The rest: see `offer`."""
        super().__init__(*args, **kwargs)
        self.phrases, self.promised = phrases, promised
        self.fields["phrase"].choices = [("", "Tự viết"), *((words, words) for words in phrases)]
        self.dates = [(calendar.add(today, days), days) for days in DAYS]
        self.fields["due_in"].choices = [("", "Theo ngày đã ghi")] + [
            (day.isoformat(), f"{days} ngày làm việc – {day:%d/%m/%Y}") for day, days in self.dates
        ]
        self.offer(people, with_rooms=with_rooms, last=last, find=find, away=away or {})

    def clean(self):
        data = super().clean()
        data["text"] = (data.get("text") or data.get("phrase") or "").strip()
        data["due_on"] = data.get("due_in") or data.get("due_on")
        if self.gives_more_time() and not data.get("later_ok"):
            self.add_error(
                "later_ok",
                f"Văn bản có hạn {self.promised:%d/%m/%Y}. Nếu đúng là giao muộn hơn, hãy đánh dấu xác nhận.",
            )
        if not data["text"]:
            self.add_error("text", ValidationError("Hãy ghi ý kiến hoặc chọn một mẫu.", code="required"))
        if not (data.get("lead") or self.nobody_leads() or "lead" in self.errors):
            self.add_error(
                "lead", "Hãy chọn người chủ trì, hoặc chọn “Không ai chủ trì” nếu chỉ chuyển để biết."
            )
        return data

    def gives_more_time(self) -> bool:
        """Whether the date given is later than the paper's own."""
        given = getattr(self, "cleaned_data", {}).get("due_on")
        return bool(self.promised and given and given > self.promised)

    def nobody_leads(self) -> bool:
        """Chosen on purpose: forgetting to choose would close the paper as merely "để biết"."""
        return self["lead"].value() == ""

    def given(self) -> dict:
        """What the actions take."""
        data = self.cleaned_data
        return {name: data[name] for name in ("text", "lead", "due_on", "product")} | {
            "support": list(data["support"]),
            "info": list(data["info"]),
        }
