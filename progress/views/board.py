"""The steering board: this month against the last, a year month by month, what waits for whom, what will be late."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.access import may
from documents.memory import memory_of
from documents.views.shared.acting import no_post
from orgs.access import may as may_administer
from progress.actions.closing_day import LATEST
from progress.actions.publishing import may_publish
from progress.reports.all import REPORTS
from progress.reports.asking import Asking
from progress.reports.chart import Shape, columns
from progress.reports.kept import Standing
from progress.reports.many import OfMany, count_many, names_of
from progress.reports.months import last_months
from progress.reports.periods import Period, offered, stretch
from progress.reports.report import Line, lines
from progress.reports.tables import change_of, decimal, row_of
from progress.views.asking import asking
from progress.views.report import links_to_reports

BLOCKS = ("papers_in", "papers_out", "work")
TRENDS = (("papers_in", "total", "info"), ("papers_out", "issued", "ok"))
WORST = (
    ("papers_in", "open_late", "Cơ quan có nhiều văn bản đến quá hạn"),
    ("work", "overdue", "Cơ quan có nhiều việc quá hạn"),
)
AT_MOST = 8  # rows of what waits, and of who has how much; the report has them all


@require_safe
def board(request):
    post = request.post
    if post is None:
        return no_post(request)
    if not may(post, "see_progress"):
        raise Http404
    ask = asking(request, REPORTS["papers_in"])
    ask = ask.about(
        ask.report
    )  # the board knows no other grouping, and the city is read from its sums by that alone
    if ask.inside:
        key = f"board {ask.question.today} {ask.question.soon} {ask.question.period}"
        figures = memory_of(post).get(key, lambda: _figures(ask))
    else:  # what follows from other offices' papers does not hang on the end of one's own chain
        figures = _figures(ask)
    context = figures | {
        "ask": ask,
        "periods": offered(ask.question.today, ask.question.period.closing_day),
        "reports": links_to_reports(post),
        "may_close": ask.inside and may_administer(post, "set_office_rules", post.organisation),
        "latest": LATEST,
        "may_publish": may_publish(post),
    }
    return render(request, "progress/board.html", context)


def _figures(ask: Asking) -> dict:
    """Plain values alone, so that they can be remembered. Of one's own office and all below from the sums; of one office
    live."""
    where = ask.standing()
    months, period = last_months(ask.question), ask.question.period
    reports, columns = [REPORTS[name] for name in BLOCKS], {"total", *(measure for _, measure, _ in WORST)}
    found = count_many(
        reports, ask.question, where or Standing((), ask.question.offices),
        [period, period.previous(), *months], told_apart=columns,
    )  # fmt: skip
    blocks = [
        _block(ask.about(one), *(Line("", "", counts) for counts in found[one.name].periods[:2]))
        for one in reports
    ]
    trends = [
        _trend(ask.about(REPORTS[name]), months, measure, tone, [one[measure] for one in found[name].periods[2:]])
        for name, measure, tone in TRENDS
    ]  # fmt: skip
    tops = _worst_offices(ask, found) if where else [_waiting(ask), _load(ask)]
    return {"blocks": blocks, "trends": trends, "tops": tops, "late": where.late if where else 0}


def _block(ask: Asking, now: Line, before: Line) -> dict:
    """One report as tiles; every number opens its list, in the report's own address."""
    here = reverse(f"report_{ask.report.name}")
    row = row_of(ask, now, every=True)
    shown = len(ask.report.measures)
    labels = [one.label for one in (*ask.report.measures, *ask.report.ratios)]
    cells = [
        {"label": label, "words": cell.words, "tone": cell.tone, "change": change,
         "url": f"{here}{cell.url}" if cell.url else ""}
        for label, cell, change in zip(labels, row.cells, change_of(ask, now, before), strict=False)
    ]  # fmt: skip
    return {
        "title": ask.report.title,
        "url": f"{here}?{ask.query()}",
        "tiles": cells[:shown],
        "shares": cells[shown:],
    }


def _trend(ask: Asking, months: list, measure: str, tone: str, counts: list[int]) -> dict:
    here = reverse(f"report_{ask.report.name}")
    labels = [f"{one.key[5:]}/{one.key[2:4]}" for one in months]
    shapes: list[Shape] = columns(list(zip(labels, counts, strict=True)), tone)
    rows = [
        {"label": label, "count": count, "url": f"{here}?{ask.query(**_days(one), **{'class': measure})}" if count else ""}
        for label, count, one in zip(labels, counts, months, strict=True)
    ]  # fmt: skip
    return {
        "title": f"{ask.report.title}: {ask.report.measure(measure).label.lower()} theo tháng",
        "shapes": shapes,
        "rows": rows,
    }


def _days(month: Period) -> dict[str, str]:
    """A calendar month in an address, for an office whose own months are others."""
    return stretch(month.since, month.until).query


def _waiting(ask: Asking) -> dict:
    """Whom the papers wait for: the longest first."""
    ask = ask.about(REPORTS["holding"])
    found = lines(ask.report, ask.question, ask.grouping)
    mean = next(iter(ask.report.averages))
    ordered = sorted(found, key=lambda line: -(line.averages[mean] or 0))
    words = [f"trung bình {decimal((line.averages[mean] or 0) / 24)} ngày" for line in ordered[:AT_MOST]]
    return _list(ask, "Đang chờ ai, bao lâu", ordered, ("total", "late"), words)


def _load(ask: Asking) -> dict:
    """Who has how much, and what of it is likely to be late by Sunday."""
    ask = ask.about(REPORTS["load"])
    found = lines(ask.report, ask.question, ask.grouping)
    guess = {line.key: ask.report.ratios[0].of_line(line.counts, ask.question) for line in found}
    ordered = sorted(found, key=lambda line: (-guess[line.key], -line.counts["open"]))
    words = [f"dự báo trễ {decimal(guess[line.key])}" for line in ordered[:AT_MOST]]
    return _list(ask, "Khối lượng việc, dự báo trễ trong tuần", ordered, ("open", "week", "overdue"), words)


def _worst_offices(ask: Asking, found: dict[str, OfMany]) -> list[dict]:
    """Those with most that is late, of papers and of tasks."""
    ordered = {name: _most(found[name].offices, measure) for name, measure, _ in WORST}
    names = names_of({key for keys in ordered.values() for key in keys[:AT_MOST]})
    tops = []
    for name, measure, title in WORST:
        rows = [Line(names.get(key, ""), str(key), found[name].offices[key]) for key in ordered[name]]
        tops.append(_list(ask.about(REPORTS[name]), title, rows, ("total", measure), [""] * AT_MOST))
    return tops


def _most(offices: dict[int, dict[str, int]], measure: str) -> list[int]:
    return sorted(
        (key for key in offices if offices[key][measure]), key=lambda key: (-offices[key][measure], key)
    )


def _list(ask: Asking, title: str, ordered: list[Line], shown: tuple[str, ...], words: list[str]) -> dict:
    here, measures = reverse(f"report_{ask.report.name}"), [ask.report.measure(name) for name in shown]
    rows = [
        {
            "label": line.label,
            "words": said,
            "cells": [
                {
                    "count": line.counts[one.name],
                    "tone": one.tone if line.counts[one.name] else "",
                    "url": f"{here}?{ask.query(row=line.key, **{'class': one.name})}"
                    if line.counts[one.name]
                    else "",
                }
                for one in measures
            ],
        }
        for line, said in zip(ordered[:AT_MOST], words, strict=False)
    ]
    return {
        "title": title, "first": ask.grouping.label, "columns": [one.label for one in measures], "rows": rows,
        "note": any(words), "url": f"{here}?{ask.query()}", "more": max(0, len(ordered) - AT_MOST),
    }  # fmt: skip
