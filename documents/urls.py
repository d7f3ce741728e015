from django.urls import path, reverse

from documents.access import incoming_for, outgoing_for, task_for
from documents.views import administration
from documents.views.desk import desk, looking
from documents.views.desk import help as helping
from documents.views.incoming import paper as incoming
from documents.views.incoming import paper_mail, present_many, register, requests, scanned, scans
from documents.views.incoming import prints as incoming_prints
from documents.views.lists import boxes, choices, search
from documents.views.lists import consultations as consultation_lists
from documents.views.lists import outgoing as outgoing_list
from documents.views.lists import scans as scan_lists
from documents.views.lists import slips as slip_lists
from documents.views.lists import tasks as task_lists
from documents.views.outgoing import by_hand, compare, drafts, preview, prints, recipients, slips, update
from documents.views.outgoing import paper as outgoing
from documents.views.reports import ledger, progress
from documents.views.shared import files, readers, unsent
from documents.views.shared.former_addresses import formerly, moved_to
from documents.views.work import (
    assignments,
    conclusions,
    consultations,
    directions,
    extensions,
    follow_up,
    hand_on_many,
    orders,
    prepared,
    recurring,
)
from documents.views.work import task_lists as task_lists_by_file
from documents.views.work import tasks as without_paper

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("xem-nhu/", looking.looking, name="looking"),
    path("xem-nhu/van-ban/<int:pk>/", looking.looking_paper, name="looking_paper"),
    path("quan-tri/vi-sao-khong-xem-duoc/", readers.why_not_page, name="why_not"),
    path("tro-giup/", helping.help_home, name="help"),
    path("tro-giup/thuat-ngu/", helping.help_words, name="help_words"),
    path("tro-giup/goi-y/dong/", helping.hint_close, name="hint_close"),
    path("tro-giup/<slug:slug>/", helping.help_desk, name="help_desk"),
    path("quan-tri/nhat-ky/", administration.administration, name="administration"),
    path("tim/", search.search, name="search"),
    path("dang-go/", unsent.unsent, name="unsent"),
    path("danh-sach/", choices.list_choices, name="list_choices"),
    path("theo-doi/", progress.progress, name="progress"),
    path("theo-doi-phat-hanh/", ledger.ledger, name="ledger"),
    path("theo-doi-phat-hanh/don-doc/", ledger.urge, name="urge"),
    path("tep/<int:pk>/", files.file, name="file"),
    path("tep/<int:pk>/trang/<int:number>/", files.file_page, name="file_page"),
    path("van-ban/<int:pk>/ai-xem-duoc/", readers.readers_page, name="readers"),
    path("van-ban-den/", boxes.incoming_list, name="incoming_list"),
    path("van-ban-den/vao-so/", paper_mail.register_paper, name="register_paper"),
    path("van-ban-den/vao-so/<str:sha256>/<int:number>/", paper_mail.scan_page, name="scan_page"),
    path("van-ban-den/trinh-nhieu/", present_many.present_many, name="present_many"),
    path("van-ban-den/trinh-lai-nhieu/", present_many.present_again_many, name="present_again_many"),
    path("van-ban-den/ban-quet/", scan_lists.scan_list, name="scan_list"),
    path("van-ban-den/ban-quet/dua-vao/", scans.scan_files, name="scan_files"),
    path("van-ban-den/ban-quet/to-ngan/", scans.scan_sheet, name="scan_sheet"),
    path("van-ban-den/ban-quet/lo/<int:pk>/", scans.scan_batch, name="scan_batch"),
    path("van-ban-den/ban-quet/<int:pk>/", scanned.scanned_paper, name="scanned_paper"),
    path("van-ban-den/ban-quet/<int:pk>/trang/<int:number>/", scanned.scanned_page, name="scanned_page"),
    path("van-ban-den/ban-quet/<int:pk>/noi/", scanned.scanned_join, name="scanned_join"),
    path("van-ban-den/ban-quet/<int:pk>/tach/", scanned.scanned_split, name="scanned_split"),
    path("van-ban-den/ban-quet/<int:pk>/xoa/", scanned.scanned_delete, name="scanned_delete"),
    path("van-ban-den/<int:pk>/", incoming.incoming, name="incoming"),
    path("van-ban-den/<int:pk>/dau-den/", incoming_prints.stamp, name="incoming_stamp"),
    path(
        "van-ban-den/<int:pk>/phieu-giai-quyet/", incoming_prints.handling_slip, name="incoming_handling_slip"
    ),
    path("van-ban-den/<int:pk>/vao-so/", register.register, name="incoming_register"),
    path("van-ban-den/<int:pk>/tu-choi/", incoming.refuse, name="incoming_refuse"),
    path("van-ban-den/<int:pk>/tra-loi-thu-hoi/", requests.recall, name="incoming_recall"),
    path("van-ban-den/<int:pk>/tra-loi-cap-nhat/", requests.change, name="incoming_change"),
    path("van-ban-den/<int:pk>/sua-thong-tin/", register.correct, name="incoming_correct"),
    path("van-ban-den/<int:pk>/trinh/", incoming.present, name="incoming_present"),
    path("van-ban-den/<int:pk>/trinh-lai/", incoming.present_again, name="incoming_present_again"),
    path("van-ban-den/<int:pk>/cho-y-kien/", directions.direct, name="incoming_direct"),
    path("van-ban-den/<int:pk>/chuan-bi/", prepared.prepare, name="incoming_prepare"),
    path("chuan-bi/<int:pk>/xac-nhan/", prepared.confirm, name="prepared_confirm"),
    path("chuan-bi/<int:pk>/rut/", prepared.withdraw, name="prepared_withdraw"),
    path("van-ban-den/<int:pk>/sua-chi-dao/", directions.amend, name="incoming_amend"),
    path("van-ban-den/<int:pk>/rut-chi-dao/", directions.retract, name="incoming_retract"),
    path("van-ban-den/<int:pk>/chuyen-lai/", incoming.hand_back, name="incoming_hand_back"),
    path("van-ban-den/<int:pk>/cho-xem/", incoming.incoming_share, name="incoming_share"),
    path("cong-viec/", boxes.work_list, name="work_list"),
    path("cong-viec/giao-nhieu/", hand_on_many.hand_on_many, name="hand_on_many"),
    path("cong-viec/<int:pk>/bat-dau/", assignments.start, name="assignment_start"),
    path("cong-viec/<int:pk>/chuyen-tiep/", assignments.hand_on, name="assignment_hand_on"),
    path("cong-viec/<int:pk>/hoan-thanh/", assignments.finish, name="assignment_finish"),
    path("cong-viec/<int:pk>/chuyen-lai/", assignments.give_back, name="assignment_give_back"),
    path("cong-viec/<int:pk>/thu-hoi/", assignments.withdraw, name="assignment_withdraw"),
    path("cong-viec/<int:pk>/duyet-ket-qua/", assignments.approve_result, name="assignment_approve_result"),
    path("cong-viec/<int:pk>/tra-ket-qua/", assignments.return_result, name="assignment_return_result"),
    path("cong-viec/<int:pk>/bao-cao-tien-do/", follow_up.report_progress, name="assignment_report_progress"),
    path("cong-viec/<int:pk>/don-doc/", follow_up.remind_work, name="assignment_remind_work"),
    path("cong-viec/<int:pk>/xin-gia-han/", extensions.ask_extension, name="assignment_ask_extension"),
    path("gia-han/<int:pk>/dong-y/", extensions.grant_extension, name="assignment_grant_extension"),
    path("gia-han/<int:pk>/tu-choi/", extensions.refuse_extension, name="assignment_refuse_extension"),
    path("gia-han/<int:pk>/rut/", extensions.withdraw_extension, name="assignment_withdraw_extension"),
    path("cong-viec/da-xem/", assignments.read, name="assignment_read"),
    path("nhiem-vu/", task_lists.task_list, name="task_list"),
    path("nhiem-vu/giao/", without_paper.give_task, name="give_task"),
    path("nhiem-vu/<int:pk>/", without_paper.task, name="task"),
    path("nhiem-vu/<int:pk>/giao/", without_paper.direct, name="task_direct"),
    path("nhiem-vu/tu-cuoc-hop/", conclusions.give_conclusions, name="give_conclusions"),
    path("nhiem-vu/nhap/", task_lists_by_file.import_tasks, name="import_tasks"),
    path("nhiem-vu/trang-thai.csv", task_lists_by_file.task_states, name="task_states"),
    path("nhiem-vu/dinh-ky/", recurring.recurring_list, name="recurring_list"),
    path("nhiem-vu/dinh-ky/dat/", recurring.set_recurring, name="set_recurring"),
    path("nhiem-vu/dinh-ky/<int:pk>/dung/", recurring.end_recurring, name="end_recurring"),
    path("nhiem-vu/giao-co-quan/", orders.give_to_offices, name="give_to_offices"),
    path("nhiem-vu/<int:pk>/tiep-nhan/", orders.take_up, name="task_take_up"),
    path("nhiem-vu/<int:pk>/tra-noi-giao/", orders.refuse, name="task_refuse_task"),
    path("nhiem-vu/co-quan/<int:pk>/duyet/", orders.approve_order, name="order_approve"),
    path("nhiem-vu/co-quan/<int:pk>/tra-lai/", orders.return_order, name="order_return"),
    path("nhiem-vu/<int:pk>/sua/", without_paper.amend, name="task_amend"),
    path("nhiem-vu/<int:pk>/rut-lai/", without_paper.retract, name="task_retract"),
    path("nhiem-vu/<int:pk>/thu-hoi/", without_paper.call_off, name="task_call_off"),
    path("y-kien/", consultation_lists.consultation_list, name="consultation_list"),
    path("y-kien/xin/<int:pk>/", consultations.consult, name="consult"),
    path("y-kien/lay/<int:pk>/", consultations.circulate, name="circulate"),
    path("y-kien/<int:pk>/", consultations.consultation, name="consultation"),
    path("y-kien/<int:pk>/tra-loi/", consultations.opinion, name="opinion"),
    path("y-kien/<int:pk>/nhac/", consultations.remind, name="consultation_remind"),
    path("y-kien/<int:pk>/gia-han/", consultations.extend, name="consultation_extend"),
    path("y-kien/<int:pk>/ket-thuc/", consultations.close, name="consultation_close"),
    path("y-kien/<int:pk>/thu-lai/", consultations.take_back, name="consultation_take_back"),
    path("y-kien/<int:pk>/bao-cao/", consultations.consultation_report, name="consultation_report"),
    path("phieu-trinh/", slip_lists.slip_list, name="slip_list"),
    path("phieu-trinh/lap/<int:pk>/", slips.make, name="slip_make"),
    path("phieu-trinh/<int:pk>/", slips.slip, name="slip"),
    path("phieu-trinh/<int:pk>/cho-y-kien/", slips.answer, name="slip_answer"),
    path("phieu-trinh/<int:pk>/trinh-lai/", slips.send_again, name="slip_send_again"),
    path("phieu-trinh/<int:pk>/thay-nguoi/", slips.replace, name="slip_replace"),
    path("phieu-trinh/<int:pk>/thu-lai/", slips.take_back, name="slip_take_back"),
    path("phieu-trinh/<int:pk>/in/", slips.slip_print, name="slip_print"),
    path("van-ban-di/", outgoing_list.outgoing_list, name="outgoing_list"),
    path("van-ban-di/soan/", drafts.draft, name="draft"),
    path("van-ban-di/xem-truoc/<str:sha256>/<int:number>/", preview.draft_page, name="draft_page"),
    path("van-ban-di/<int:pk>/", outgoing.outgoing, name="outgoing"),
    path("van-ban-di/<int:pk>/sua/", drafts.outgoing_edit, name="outgoing_edit"),
    path("van-ban-di/<int:pk>/xem-truoc/", preview.outgoing_preview, name="outgoing_preview"),
    path("van-ban-di/<int:pk>/so-sanh/", compare.compare, name="outgoing_compare"),
    path("van-ban-di/<int:pk>/noi-nhan/", recipients.recipients, name="recipients"),
    path("van-ban-di/<int:pk>/buu-dien/", by_hand.posted, name="outgoing_posted"),
    path("van-ban-di/<int:pk>/ban-luu/", by_hand.kept_copy, name="outgoing_kept_copy"),
    path("van-ban-di/ban-luu/<int:pk>/tra/", by_hand.copy_return, name="copy_return"),
    path("van-ban-di/ban-luu/<int:pk>/ky-nhan/", by_hand.copy_receive, name="copy_receive"),
    path("van-ban-di/<int:pk>/bi/", prints.envelope, name="outgoing_envelope"),
    path("van-ban-di/<int:pk>/phieu-gui/", prints.dispatch_sheet, name="outgoing_dispatch_sheet"),
    path("van-ban-di/<int:pk>/trinh-duyet/", outgoing.submit, name="outgoing_submit"),
    path("van-ban-di/<int:pk>/dong-y-noi-dung/", outgoing.check_content, name="outgoing_check_content"),
    path("van-ban-di/<int:pk>/dat-the-thuc/", outgoing.check_format, name="outgoing_check_format"),
    path("van-ban-di/<int:pk>/tra-lai/", outgoing.send_back, name="outgoing_send_back"),
    path("van-ban-di/<int:pk>/tu-choi-cap-so/", outgoing.refuse_number, name="outgoing_refuse_number"),
    path("van-ban-di/<int:pk>/cap-nhat/", update.update, name="outgoing_update"),
    path("van-ban-di/<int:pk>/thu-hoi/", outgoing.revoke, name="outgoing_revoke"),
    path("van-ban-di/<int:pk>/huy/", outgoing.cancel, name="outgoing_cancel"),
]

ARRIVED = "register refuse recall change correct present present_again direct amend retract hand_back share"
TASKS = "start hand_on finish give_back withdraw approve_result return_result"
LEAVING = "submit check_content check_format send_back refuse_number update revoke cancel"
urlpatterns += [
    *formerly("van-ban-den", "incoming", incoming_for, ARRIVED.split()),
    *formerly("cong-viec", "assignment", task_for, TASKS.split()),
    *formerly("van-ban-di", "outgoing", outgoing_for, LEAVING.split()),
    path("cong-viec/read/", lambda request: moved_to(reverse("assignment_read"), request)),
]
