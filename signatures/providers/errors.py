"""What a key holder answers instead of a signature: sentences for the person who wanted to sign.

None of them carries a PIN, and none is raised from an exception that does.
"""

from signatures.errors import SigningError


class WrongPin(SigningError):
    """`final`: the next wrong one locks the key. A token says that much, not how many tries there are before."""

    def __init__(self, *, final: bool = False):
        super().__init__(
            "Mã PIN không đúng. Chỉ còn một lần thử: nhập sai nữa thiết bị sẽ bị khóa."
            if final
            else "Mã PIN không đúng. Văn bản chưa được ký; hãy nhập lại."
        )
        self.final = final


class KeyLocked(SigningError):
    def __init__(self, *, setup: bool = False, what: str = "Thiết bị"):
        super().__init__(
            "Thiết bị chưa được đặt mã PIN. Hãy liên hệ đơn vị cấp chứng thư số."
            if setup
            else f"{what} đã bị khóa vì nhập sai mã PIN nhiều lần. Hãy liên hệ đơn vị cấp chứng thư số để mở khóa."
        )


class TokenMissing(SigningError):
    """The module, the token or the key on it is not there; each has somebody else who can help."""


class KeyRefused(SigningError):
    def __init__(self, sentence: str = ""):
        super().__init__(sentence or "Yêu cầu ký đã bị từ chối trên điện thoại.")


class KeySilent(SigningError):
    def __init__(self):
        super().__init__("Hết thời gian chờ xác nhận trên điện thoại. Văn bản chưa được ký; hãy ký lại.")


class KeyServiceDown(SigningError):
    """Passing trouble: asking again later may help, and what was asked already is not lost."""

    def __init__(self, sentence: str = ""):
        super().__init__(
            sentence or "Dịch vụ ký số từ xa không trả lời. Văn bản chưa được ký; hãy thử lại sau."
        )


class BadAnswer(SigningError):
    """What came back is no signature of this certificate over this text; it is not put into the paper."""

    def __init__(self):
        super().__init__(
            "Chữ ký nhận về không khớp với chứng thư số hoặc văn bản nên không được dùng. Hãy báo quản trị hệ thống."
        )
