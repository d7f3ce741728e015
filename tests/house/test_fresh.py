"""Every address that signs, seals, grants, administers or reveals asks who is at the keyboard, when the proof is old."""

import pytest
from django.urls import reverse

from tests.documents.desks import at_desk
from tests.documents.outgoing_cases import brought
from tests.house.test_urls import BEHIND, named

# Asked before anything else, so whoever presses: what is done in one's own account, what gives or takes away a power,
# what is trusted, what is revealed, what stops the office.
BEFORE = {
    "authenticator", "authenticator_drop", "passkey_add", "passkey_drop", "recovery_codes", "identity_link",
    "identity_unlink", "session_end", "delegations", "assistants", "authority_grant", "authority_end", "import_orgs", "user_add",
    "user_lock", "user_unlock", "user_password", "user_factor", "user_look", "post_add", "post_end", "proposal_confirm",
    "proposal_emergency", "own_image", "seal_image", "trusted_authority_add", "trusted_authority_end", "certificate_add",
    "certificate_retire", "exchange_raw", "exchange_raw_out", "read_only", "calendar_renew",
    "disposal_decide", "disposal_carry_out",
}  # fmt: skip
LOOKED_AT = {"authenticator_picture", "proposal_half"}  # secrets that are shown: a GET asks
# Asked once it is clear that this person signs or seals now, with a key that the server holds: who, and from which state.
WITH_A_KEY = {
    "outgoing_approve": ("dung", "format_checked"), "outgoing_sign": ("dung", "awaiting_signature"), "outgoing_sign_secretary": ("thao", "awaiting_secretary"),
    "sign_many": ("dung", "format_checked"), "outgoing_number": ("lan", "signed"), "outgoing_seal": ("lan", "signed"),
    "outgoing_issue": ("lan", "signed"), "incoming_certify_copy": ("lan", ""), "copy_sign": ("lan", ""), "transfer_sign": ("minh", ""),
}  # fmt: skip
# Pressed without one. The first line are doors with questions of their own; then what takes back, or ends what a key
# elsewhere has answered; the exchange's desk, which gives nothing; and the office's ordinary work on papers.
NOT_ASKED = {
    "login", "second_step", "prove", "password", "logout", "act_as", "look_end", "support", "support_done", "hint_close", "notices_seen", "notice_seen", "notice_open", "notice_choices",
    "office_notice_choices", "calendar_end", "public_check", "public_paper",
    "delegation_cancel", "assistant_end", "proposal_refuse", "proposal_withdraw", "batch_finish", "batch_cancel", "signing_finish",
    "signing_cancel", "certificate_check", "proofs_renew",
    "exchange", "exchange_directory", "exchange_retry", "exchange_compare", "exchange_explain", "exchange_close",
    "exchange_open_again",
    "check_layout", "incoming_layout", "outgoing_layout",
    "urge", "register_paper", "scan_files", "scanned_paper", "scanned_join", "scanned_split", "scanned_turn", "scanned_delete", "incoming_register", "incoming_refuse", "incoming_recall", "incoming_change",
    "incoming_correct", "incoming_present", "incoming_present_again", "incoming_direct", "incoming_hand_back",
    "incoming_share", "incoming_recheck", "assignment_start", "assignment_hand_on", "assignment_finish",
    "assignment_give_back", "assignment_withdraw", "assignment_read", "assignment_approve_result",
    "assignment_report_progress", "assignment_remind_work", "assignment_ask_extension", "assignment_grant_extension",
    "assignment_refuse_extension", "assignment_withdraw_extension", "assignment_pause_due", "assignment_resume_due",
    "assignment_return_result", "incoming_amend", "incoming_retract", "incoming_prepare", "prepared_confirm", "prepared_withdraw", "give_task", "task_direct", "task_amend", "task_retract", "task_call_off", "give_conclusions", "import_tasks", "set_recurring", "end_recurring", "give_to_offices", "task_take_up", "task_refuse_task", "order_approve", "order_return", "task_ask_above", "order_grant_extension", "order_refuse_extension", "order_withdraw_extension", "consult", "circulate", "opinion", "consultation_remind",
    "consultation_extend", "consultation_close", "consultation_take_back", "slip_make", "slip_answer", "slip_send_again", "slip_extend", "slip_replace", "slip_take_back", "office_rules", "closing_day", "made_report_ask", "made_report_drop", "subscription_begin", "subscription_end", "publish_choices", "push_begin", "push_end", "draft", "outgoing_edit", "template_add", "template_edit", "template_retire", "file_to_pdf", "recipients", "outgoing_submit",
    "outgoing_check_content", "outgoing_check_format", "outgoing_send_back", "outgoing_refuse_number",
    "outgoing_update", "outgoing_revoke", "outgoing_cancel", "list_choices", "present_many", "present_again_many",
"hand_on_many", "unsent", "draft_numbers", "draft_picture_add", "draft_open", "draft_remarks", "remark_accept", "remark_refuse", "outgoing_revise", "outgoing_posted", "outgoing_kept_copy", "copy_return", "copy_receive", "copies", "book_make", 
"outgoing_void_number", "numbers_reserve", "numbers_void", "numbers_enter", "numbers_series", "numbers_close", "numbers_boards", "numbers_board", 
"case_open", "case_on_paper", "case_rules", "case_change", "case_files", "case_let_in", "case_let_out", "case_settle", "case_close", "case_reopen", "case_submit", "case_accept", "case_return", "case_download", "case_aip", "case_sip", "case_export_drop", "received_packages", "sent_packages", "case_trigger", "case_term", "legal_hold_put", "legal_hold_lift", "disposal_list", "disposal_council", "disposal_vote", "disposal_conclude", "disposal_give_up", "case_check", "case_keep", "collection_plans", "transfer_open", "transfer_minutes", "transfer_undo", "transfer_cancel", "handover_of", "handover_choose", 
"item_remove", "file_paper", "file_many", "file_task", "file_plans", "plan_add", "plan_import", "plan_issue", "plan_entry", "secret_count",
"part_open", "case_relate", "case_unrelate", "loan_ask", "loan_allow", "loan_refuse", "loan_end",
"due_rules", "due_rule_end", "own_fields", "own_field_end", "own_values", "incoming_pause_due", "incoming_resume_due", "legal_references",
}  # fmt: skip
ASKED = "Xác nhận là bạn"


def stale(post):
    client = at_desk(post)
    session = client.session
    session["proof"] = [0, False]
    session.save()
    return client


def anyhow(name: str) -> str:
    """An address of that name, of nothing that is there: only whether it hears a press is looked at."""
    made_up = {"sha256": "0" * 64, "code": "K7QM4TXW9B", "provider": "vneid"}
    wanted = named()[name].pattern.converters
    return reverse(name, kwargs={one: made_up.get(one, 1) for one in wanted})


def test_every_address_that_hears_a_press_has_its_place_in_the_table(office):
    """Whoever adds one decides here whether it needs a proof."""
    placed = [*BEFORE, *WITH_A_KEY, *NOT_ASKED]
    assert len(placed) == len(set(placed)) and set(placed) | LOOKED_AT <= set(named())
    hear = set()
    for name in sorted(filter(None, named()), key=lambda name: name == "logout"):
        if at_desk(office.lan).post(anyhow(name)).status_code != 405:
            hear.add(name)
    assert hear - set(placed) == set() and set(placed) - hear == set()


@pytest.mark.parametrize("name", sorted(BEFORE))
def test_what_gives_takes_trusts_or_reveals_asks_before_anything_else(office, name):
    client, url = stale(office.quantri), anyhow(name)
    page = client.post(url, {"reason": "Lý do đủ dài để gửi"})
    assert page.status_code == 200 and ASKED in page.content.decode(), name
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("name", sorted(LOOKED_AT))
def test_a_secret_that_is_shown_asks_when_it_is_opened(office, name):
    url = reverse(name, kwargs=BEHIND[name](office)) if name in BEHIND else reverse(name)
    assert stale(office.quantri).get(url)["Location"].startswith("/xac-nhan/?next=")


@pytest.mark.parametrize("name", sorted(WITH_A_KEY))
def test_signing_and_sealing_ask_whoever_is_about_to(office, keys, name):
    who, state = WITH_A_KEY[name]
    paper = brought(office, state) if state else None
    url = (
        reverse(name)
        if name == "sign_many"
        else reverse(name, args=[paper.pk] if paper else [BEHIND[name](office)["pk"]])
    )
    sent = {} if paper is None else {"sha256": paper.current_file().blob_id, "paper": [paper.pk]}
    assert ASKED in stale(getattr(office, who)).post(url, sent).content.decode()
    assert paper is None or type(paper).objects.get(pk=paper.pk).state == state
