"""The kinds of events this floor writes: the sentence of each in a history, and its tone in the log of administration."""

LABELS = {
    "take_package": "quản trị hệ thống tải gói tin",
    "explain": "giải trình kết quả đối chiếu liên thông",
    "close_package": "xếp lại gói tin liên thông đã xem",
}
ADMINISTRATION = {
    "take_package": "warn",
    "explain": "calm",
    "close_package": "calm",
}
