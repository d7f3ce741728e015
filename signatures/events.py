"""The kinds of events this floor writes: the sentence of each in a history, and its tone in the log of administration."""

LABELS = {
    "renew": "gia hạn dấu thời gian của tệp đã ký",
    "certify_copy": "ký số bản sao điện tử",
    "register_signature": "đăng ký hình ảnh chữ ký",
    "register_seal": "đăng ký hình ảnh con dấu",
    "recheck": "kiểm tra lại chữ ký số",
    "trust_authority": "tin cậy tổ chức cung cấp dịch vụ chứng thực",
    "end_trust": "ngừng tin cậy tổ chức cung cấp dịch vụ chứng thực",
    "register_certificate": "đăng ký chứng thư số",
    "retire_certificate": "ngừng dùng chứng thư số",
    "revoke_certificate": "chứng thư số bị thu hồi",
    "restore_certificate": "chứng thư số dùng lại được",
}
ADMINISTRATION = {
    "register_signature": "calm",
    "register_seal": "info",
    "trust_authority": "info",
    "end_trust": "bad",
    "register_certificate": "info",
    "retire_certificate": "calm",
    "revoke_certificate": "bad",
    "restore_certificate": "calm",
}
