"""Who may do what in the database: its owner migrates, the application reads and writes rows, and what must never
change it may only add. PostgreSQL itself refuses the rest; ops/roles.sql makes the roles."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import Error, connection, transaction
from psycopg import sql

# Rows that are added and never changed: what happened, and what proves it.
ADDED_ONLY = [
    "documents.Access",
    "documents.Event",
    "documents.Opinion",
    "documents.SlipOpinion",
    "documents.SlipRound",
    "documents.SlipReminder",
    "documents.DeliveryStep",
    "documents.ProgressReport",
    "documents.ReportFile",
    "documents.Reminder",
    "documents.DeadlineReminder",
    "documents.PostedEnvelope",
    "documents.TemplateVersion",
    "documents.KindSeries",
    "documents.Reservation",
    "documents.Correction",
    "orgs.LegalReference",
    "orgs.Lineage",
    "signatures.Anchor",
    "signatures.AnchoredHead",
    "signatures.AnchorStamp",
    "signatures.Signature",
    "signatures.PublicCode",
    "casefiles.CaseEvent",
    "casefiles.CollectionPlan",
    "casefiles.Handover",
    "casefiles.HandoverLine",
    "casefiles.KeptLonger",
    "casefiles.Unfiled",
    "casefiles.HeldFile",
    "casefiles.Vote",
    "casefiles.ReceivedPackage",
    "casefiles.ArchiveAnswer",
    "casefiles.FrozenMonth",
    "casefiles.MonthFigures",
    "casefiles.FrozenFile",
]
# Rows that are added, and of which only these columns change: counted up, or decided.
COUNTED = {
    "documents.Reading": ["count", "first_at", "last_at"],
    # What was asked for stays as it was when it is decided; `due_before` is then the day that held.
    "documents.Extension": [
        "state",
        "due_before",
        "due_granted",
        "decided_by_id",
        "decided_at",
        "refusal_reason",
        "told",
    ],
    # What was asked, and whom, stays as it was; how it goes on is written beside.
    "documents.Consultation": ["due_on", "state", "ended_at"],
    "documents.Asked": ["state", "answered_at", "reminders", "reminded_at"],
    # The words of a slip stay, and who was to speak; how it goes round is written beside.
    "documents.Slip": ["state", "round", "turn", "due_on", "ended_at"],
    "documents.SlipPlace": ["state", "since", "answered_at"],
    # Who had the kept copy stays as it was written; that he has it, and that it is back, is written beside.
    "documents.KeptCopyUse": ["received_at", "returned_on"],
    # How long, for what and since when stays as it was; that a rule or a pause ended is written beside.
    "documents.DueRule": ["valid_to"],
    "documents.DuePause": ["last", "due_after", "ended_by_id", "ended_at"],
    # So does a field of an office's own: its name and kind are those of every value that was given.
    "documents.OwnField": ["ended_by_id", "ended_at"],
    # A board is what its decision says; who chairs it and when it ended is written beside.
    "documents.Board": ["chair_id", "chair_title", "deputy_id", "deputy_title", "ended_on"],
    # A number stays in its book; by which paper it is borne, or why it is void, is written beside.
    "documents.NumberLine": ["state", "document_id", "code", "day", "reason", "by_id", "at"],
    # What was said of a draft stays as it was said.
    "documents.DraftRemark": ["state", "settled_by_id", "settled_at"],
    # Of an extract, its number is given when the agency has signed it; its words go with a paper that is destroyed.
    "documents.CertifiedCopy": ["file_id", "book_id", "number_value", "made_on", "text"],
    # Who said that a rule is no fault, and of what, stays; that it was taken back is written beside.
    "documents.MutedRule": ["lifted_at"],
    # What was prepared stays as it was when it is confirmed.
    "documents.PreparedDirection": ["state", "ended_at", "direction_id"],
    # To whom, for what and until when stays as it was given; that it was ended is written beside.
    "orgs.Delegation": ["cancelled_at"],
    "orgs.Assistant": ["ended_at"],
    # Who was let into a file, or out of it, stays as it was done; what the competent person said of it is written beside.
    "casefiles.RightsChange": ["settled_by_id", "settled_at", "agreed"],
    # Which files were handed in together stays; that one was given back is written beside.
    "casefiles.TransferFile": ["out_at"],
    # An order stays as it was put; that it was lifted is written beside. So does a list of files to be destroyed.
    "casefiles.LegalHold": ["released_by_id", "released_at", "released_why"],
    "casefiles.DisposalLine": ["answer", "outcome", "why", "left", "at"],
    "casefiles.CouncilMember": ["voted_at"],
    # Who asked to read, what and what for, stays as it was asked; what was decided is written beside.
    "casefiles.Loan": [
        "state",
        "case_id",
        "copies",
        "until",
        "decided_by_id",
        "decided_at",
        "answer",
        "ended_at",
    ],
    "casefiles.LoanView": ["count", "first_at", "last_at"],
    "casefiles.CaseReading": ["count", "first_at", "last_at"],
    # What was sent to the historical archive stays as it was; its answer is written beside.
    "casefiles.SentPackage": ["state", "answer_id", "reason"],
    # What was proposed stays as it was when somebody confirms it.
    "orgs.Proposal": ["state", "decided_by_id", "decided_user_id", "decided_at", "reason", "emergency"],
}
READ_ONLY = ["documents.ChainHead"]  # written by the trigger of the events, which has its owner's rights
_ONE_ROLE = "Máy chủ web và worker kết nối cơ sở dữ liệu bằng vai trò viết lại được lịch sử."
_HINT = (
    "Tạo ba vai trò bằng ops/roles.sql, đặt MIGRATION_DATABASE_URL cho “manage.py migrate” (docs/operate.md)."
)


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, this process is connected as MIGRATION_DATABASE_URL says, to the same database."""
    before = connection.settings_dict
    connection.close()
    connection.settings_dict = before | settings.MIGRATION_DATABASE
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before


def grant(role: str) -> None:
    """Gives `role` the rights of the application on every table that is there now, and takes away all others.
    By the owner, in one transaction: a running application never meets a table without its rights."""
    name = sql.Identifier(role)
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(sql.SQL(statement).format(role=name))


def _statements() -> list[str]:
    added, read, counted = _tables(ADDED_ONLY), _tables(READ_ONLY), _tables(list(COUNTED))
    return [
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}, PUBLIC",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}, PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE ON {added}, {counted} FROM {{role}}",
        *(
            f"GRANT UPDATE ({_quoted(columns)}) ON {_tables([label])} TO {{role}}"
            for label, columns in COUNTED.items()
        ),
        f"REVOKE INSERT, UPDATE, DELETE ON {read}, django_migrations FROM {{role}}",
    ]


def _quoted(columns: list[str]) -> str:
    """Also of those that are words of SQL."""
    return ", ".join(f'"{name}"' for name in columns)


def _tables(labels: list[str]) -> str:
    return ", ".join(apps.get_model(label)._meta.db_table for label in labels)


@register(Tags.security, deploy=True)
def two_roles(app_configs, **kwargs) -> list[Warning]:
    """Asks the database whether the application's role could rewrite history; without one, looks at the settings."""
    may = _may_rewrite()
    if may is None:
        own = settings.DATABASES["default"].get("USER")
        may = not settings.MIGRATION_DATABASE or settings.MIGRATION_DATABASE["USER"] == own
    return [Warning(_ONE_ROLE, hint=_HINT, id="hanoi_docs.W001")] if may else []


def _may_rewrite() -> bool | None:
    """None: the database does not answer, or has no such table yet."""
    ask = """SELECT has_table_privilege(t, 'UPDATE') OR pg_has_role(c.relowner, 'MEMBER')
             FROM to_regclass('documents_event') t JOIN pg_class c ON c.oid = t"""
    try:
        with connection.cursor() as cursor:
            cursor.execute(ask)
            found = cursor.fetchone()
    except Error:
        return None
    return found[0] if found else None
