"""The kinds of events this floor writes: the sentence of each in a history, and its tone in the log of administration."""

LABELS = {"set_mail": "đặt cách gửi thư thông báo của cơ quan"}
ADMINISTRATION = {"set_mail": "calm"}
