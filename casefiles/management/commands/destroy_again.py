"""After a restore, before anybody works: what was destroyed by decision and came back is destroyed again."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from casefiles.actions.destroying_again import destroy_again


class Command(BaseCommand):
    help = (
        "Sau khi khôi phục: nêu hồ sơ đã hủy theo quyết định mà bản sao lưu mang trở lại; --do thì hủy lại."
    )

    def add_arguments(self, parser):
        parser.add_argument("--do", action="store_true", help="hủy lại; không có thì chỉ xem")

    def handle(self, *, do: bool, **options):
        found = destroy_again(at=timezone.now(), do=do)
        for one in found.back:
            self.stdout.write(f"{'Đã hủy lại' if do else 'Sẽ hủy lại'} hồ sơ {one}.")
        self.stdout.write(f"{found.gone} hồ sơ đã hủy vẫn như đã hủy.")
        for sentence in found.left:
            self.stderr.write(sentence)
        if found.left:
            raise CommandError(
                f"{len(found.left)} mục nêu trên không hủy lại. Hãy xử lý nguyên nhân rồi chạy lại, hoặc lập đợt hủy mới."
            )
        if found.back and not do:
            self.stdout.write("Chạy lại với --do để hủy.")
