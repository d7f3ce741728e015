"""What a password may be (ASVS 5, 6.2): long, in no list of leaked ones, not made of names and words of the office.

No rules of composition, no change by the calendar: both make people choose worse ones.
"""

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from ui.text import fold

DEMO_PASSWORD = "hanoi"  # printed at the start of every demonstration, so worth nothing anywhere else
SHORTEST = 12  # characters
LONGEST = 128  # a hash of more only costs time
GUESSES = 4  # of zxcvbn's scale 0-4: more than 10^10 tries
OWN = 6  # letters at least that are of no name and no word of the office
# Words that the lists of other countries' leaked passwords do not have.
OFFICE_WORDS = (
    "hanoi ha noi vietnam viet nam thudo thanglong ubnd uybannhandan hdnd vanban congvan vanthu vanphong "
    "chuyenvien giamdoc truongphong phogiamdoc lanhdao sonoivu noivu tuphap phuong quan huyen thanhpho "
    "quantri hethong dieuhanh matkhau mat khau anhyeuem emyeuanh iloveyou xinchao congchuc coquan chuky "
    "condau vneid chinhphu "
)


class Hard:
    """The one validator of the house; the sentence says what is wrong, never which word of a list it was."""

    def __init__(self):
        self.common = CommonPasswordValidator()

    def validate(self, password, user=None):
        if len(password) < SHORTEST:
            raise ValidationError(
                f"Mật khẩu mới quá ngắn: cần ít nhất {SHORTEST} ký tự. Một câu dễ nhớ là tốt nhất."
            )
        if len(password) > LONGEST:
            raise ValidationError(f"Mật khẩu mới quá dài: nhiều nhất {LONGEST} ký tự.")
        try:
            self.common.validate(password, user)
        except ValidationError:
            raise ValidationError("Mật khẩu này quá phổ biến, đã có trong danh sách bị lộ.") from None
        if _guessed(password, user):
            raise ValidationError(
                "Mật khẩu này dễ đoán: quá phổ biến, lặp lại, hoặc gần như chỉ gồm tên người, tên đăng nhập, tên cơ"
                " quan và con số. Hãy thêm vài từ không liên quan đến bạn và công việc."
            )

    def get_help_text(self):
        return f"Ít nhất {SHORTEST} ký tự; dài quan trọng hơn ký tự lạ. Không dùng tên mình, tên cơ quan."


def _guessed(password: str, user) -> bool:
    from zxcvbn import zxcvbn  # 14 MB of lists: only in a process where somebody changes a password

    words = OFFICE_WORDS.split()
    if user is not None:
        name = fold(user.full_name)
        words += [user.username, name.replace(" ", ""), *name.split()]
    plain = fold(password)
    return len(_own_letters(plain, words)) < OWN or zxcvbn(plain[:72], user_inputs=words)["score"] < GUESSES


def _own_letters(plain: str, words: list[str]) -> str:
    """What is left beside the words everybody would try, figures and signs."""
    left = "".join(letter for letter in plain if letter.isalpha())
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "") if len(word) > 2 else left
    return left
