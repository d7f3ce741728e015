from django.urls import path

from documents.views import administration
from documents.views.desk import desk
from documents.views.incoming import paper as incoming
from documents.views.incoming import paper_mail, register, requests
from documents.views.lists import boxes, search
from documents.views.lists import outgoing as outgoing_list
from documents.views.outgoing import compare, drafts, preview, recipients, update
from documents.views.outgoing import paper as outgoing
from documents.views.reports import ledger, progress
from documents.views.shared import files
from documents.views.work import assignments, directions

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("quan-tri/nhat-ky/", administration.administration, name="administration"),
    path("tim/", search.search, name="search"),
    path("theo-doi/", progress.progress, name="progress"),
    path("theo-doi-phat-hanh/", ledger.ledger, name="ledger"),
    path("theo-doi-phat-hanh/don-doc/", ledger.urge, name="urge"),
    path("tep/<int:pk>/", files.file, name="file"),
    path("tep/<int:pk>/trang/<int:number>/", files.file_page, name="file_page"),
    path("van-ban-den/", boxes.incoming_list, name="incoming_list"),
    path("van-ban-den/vao-so/", paper_mail.register_paper, name="register_paper"),
    path("van-ban-den/vao-so/<str:sha256>/<int:number>/", paper_mail.scan_page, name="scan_page"),
    path("van-ban-den/<int:pk>/", incoming.incoming, name="incoming"),
    path("van-ban-den/<int:pk>/register/", register.register, name="incoming_register"),
    path("van-ban-den/<int:pk>/refuse/", incoming.refuse, name="incoming_refuse"),
    path("van-ban-den/<int:pk>/recall/", requests.recall, name="incoming_recall"),
    path("van-ban-den/<int:pk>/change/", requests.change, name="incoming_change"),
    path("van-ban-den/<int:pk>/correct/", register.correct, name="incoming_correct"),
    path("van-ban-den/<int:pk>/present/", incoming.present, name="incoming_present"),
    path("van-ban-den/<int:pk>/present_again/", incoming.present_again, name="incoming_present_again"),
    path("van-ban-den/<int:pk>/direct/", directions.direct, name="incoming_direct"),
    path("van-ban-den/<int:pk>/amend/", directions.amend, name="incoming_amend"),
    path("van-ban-den/<int:pk>/retract/", directions.retract, name="incoming_retract"),
    path("van-ban-den/<int:pk>/hand_back/", incoming.hand_back, name="incoming_hand_back"),
    path("van-ban-den/<int:pk>/share/", incoming.incoming_share, name="incoming_share"),
    path("cong-viec/", boxes.work_list, name="work_list"),
    path("cong-viec/<int:pk>/start/", assignments.start, name="assignment_start"),
    path("cong-viec/<int:pk>/hand_on/", assignments.hand_on, name="assignment_hand_on"),
    path("cong-viec/<int:pk>/finish/", assignments.finish, name="assignment_finish"),
    path("cong-viec/<int:pk>/give_back/", assignments.give_back, name="assignment_give_back"),
    path("cong-viec/<int:pk>/withdraw/", assignments.withdraw, name="assignment_withdraw"),
    path("cong-viec/<int:pk>/approve_result/", assignments.approve_result, name="assignment_approve_result"),
    path("cong-viec/<int:pk>/return_result/", assignments.return_result, name="assignment_return_result"),
    path("cong-viec/read/", assignments.read, name="assignment_read"),
    path("van-ban-di/", outgoing_list.outgoing_list, name="outgoing_list"),
    path("van-ban-di/soan/", drafts.draft, name="draft"),
    path("van-ban-di/xem-truoc/<str:sha256>/<int:number>/", preview.draft_page, name="draft_page"),
    path("van-ban-di/<int:pk>/", outgoing.outgoing, name="outgoing"),
    path("van-ban-di/<int:pk>/sua/", drafts.outgoing_edit, name="outgoing_edit"),
    path("van-ban-di/<int:pk>/xem-truoc/", preview.outgoing_preview, name="outgoing_preview"),
    path("van-ban-di/<int:pk>/so-sanh/", compare.compare, name="outgoing_compare"),
    path("van-ban-di/<int:pk>/noi-nhan/", recipients.recipients, name="recipients"),
    path("van-ban-di/<int:pk>/submit/", outgoing.submit, name="outgoing_submit"),
    path("van-ban-di/<int:pk>/check_content/", outgoing.check_content, name="outgoing_check_content"),
    path("van-ban-di/<int:pk>/check_format/", outgoing.check_format, name="outgoing_check_format"),
    path("van-ban-di/<int:pk>/send_back/", outgoing.send_back, name="outgoing_send_back"),
    path("van-ban-di/<int:pk>/refuse_number/", outgoing.refuse_number, name="outgoing_refuse_number"),
    path("van-ban-di/<int:pk>/update/", update.update, name="outgoing_update"),
    path("van-ban-di/<int:pk>/revoke/", outgoing.revoke, name="outgoing_revoke"),
    path("van-ban-di/<int:pk>/cancel/", outgoing.cancel, name="outgoing_cancel"),
]
