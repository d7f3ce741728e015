from django.urls import path

from progress.reports.all import ADDRESSES
from progress.reports.registers.books import ADDRESSES as BOOK_ADDRESSES
from progress.views import board, calendar, choices, closing_day, made, notices, public, register, report

urlpatterns = [
    path("thong-bao/", notices.notices, name="notices"),
    path("thong-bao/so/", notices.notices_count, name="notices_count"),
    path("thong-bao/dong/", notices.no_stream, name="notices_stream"),
    path("thong-bao/da-xem/", notices.notices_seen, name="notices_seen"),
    path("thong-bao/<int:pk>/mo/", notices.notice_open, name="notice_open"),
    path("thong-bao/<int:pk>/da-xem/", notices.notice_seen, name="notice_seen"),
    path("thong-bao/tuy-chon/", choices.notice_choices, name="notice_choices"),
    path("thong-bao/tuy-chon/co-quan/", choices.office_notice_choices, name="office_notice_choices"),
    path("thong-bao/tuy-chon/lich/", choices.calendar_renew, name="calendar_renew"),
    path("thong-bao/tuy-chon/lich/bo/", choices.calendar_end, name="calendar_end"),
    path("thong-bao/tuy-chon/day/", choices.push_begin, name="push_begin"),
    path("thong-bao/tuy-chon/day/<int:pk>/bo/", choices.push_end, name="push_end"),
    path("lich/<str:token>.ics", calendar.calendar, name="calendar"),
    path("theo-doi/bang-dieu-hanh/", board.board, name="board"),
    path("theo-doi/bao-cao-da-lap/", made.made_reports, name="made_reports"),
    path("theo-doi/bao-cao-da-lap/lap/", made.made_report_ask, name="made_report_ask"),
    path("theo-doi/bao-cao-da-lap/<int:pk>/", made.made_report, name="made_report"),
    path("theo-doi/bao-cao-da-lap/<int:pk>/xoa/", made.made_report_drop, name="made_report_drop"),
    path("theo-doi/bao-cao-da-lap/<int:pk>/<str:kind>/", made.made_report_file, name="made_report_file"),
    path("theo-doi/dang-ky-bao-cao/", made.subscription_begin, name="subscription_begin"),
    path("theo-doi/dang-ky-bao-cao/<int:pk>/bo/", made.subscription_end, name="subscription_end"),
    path("theo-doi/cong-khai/", public.publish_choices, name="publish_choices"),
    path("cong-khai/<str:code>/", public.public_figures, name="public_figures"),
    path("so-van-ban/", register.books, name="books"),
    path("so-van-ban/lap/", register.register_make, name="book_make"),
    *(
        path(f"so-van-ban/{address}/", register.register, {"name": name}, name=f"book_{name}")
        for name, address in BOOK_ADDRESSES.items()
    ),
    path("theo-doi/ngay-chot/", closing_day.closing_day, name="closing_day"),
    *(
        path(f"theo-doi/bao-cao/{address}/", report.report, {"name": name}, name=f"report_{name}")
        for name, address in ADDRESSES.items()
    ),
]
