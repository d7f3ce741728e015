"""The journey of a batch that is handed in, in the shape of `casefiles.states`."""

from documents.states import Step

TRANSFER = {
    "write_minutes": Step("Lập biên bản giao nhận", ("checking",), "written", "take_over", "lập biên bản giao nhận hồ sơ", True, "main"),
    "undo_minutes": Step("Hủy biên bản", ("written", "given"), "checking", "undo_minutes", "hủy biên bản giao nhận hồ sơ chưa đủ chữ ký", True, "bad"),
    "sign_giving": Step("Ký biên bản (bên giao)", ("written",), "given", "give_transfer", "ký biên bản giao nhận hồ sơ, bên giao", True, "main"),
    "sign_taking": Step("Ký biên bản, nhận vào lưu trữ", ("given",), "done", "take_over", "ký biên bản giao nhận hồ sơ, bên nhận", True, "main"),
    "cancel_transfer": Step("Hủy đợt nộp", ("checking", "written"), "cancelled", "drop_transfer", "hủy đợt nộp lưu", True, "bad"),
}  # fmt: skip
EVENTS = {
    "open_transfer": "lập đợt nộp lưu",
    **{name: step.done for name, step in TRANSFER.items()},
}
