"""Files that go with what is written here: taken at the one door of uploads, kept for the next try of their form."""

from django.core.exceptions import ValidationError

from documents.arrival import NewFile
from documents.forms.widgets import keep, kept
from documents.models import File
from documents.uploads import ALLOWED, own_attachment
from orgs.models import Post


class Attaching:
    """Of a form with `post` and a field `attachments` (`ManyFiles`). What is good comes back as tokens when another field is
    wrong, so that nobody chooses a file twice."""

    signed = True  # by the agency, with the paper (uploads.own_attachment)

    def ready_for_files(self) -> None:
        self.attached: list[NewFile] = []
        self.fields["attachments"].widget.attrs |= {"accept": ",".join(ALLOWED), "data-filename": ""}

    def tokens(self) -> list[dict]:
        """Hidden values that carry the good uploads to the next try."""
        return [{"token": keep(file, self.post.operator), "name": file.name} for file in self.attached]

    def take_files(self) -> None:
        errors = []
        uploads = [
            lambda upload=upload: own_attachment(upload, signed=self.signed)
            for upload in self.cleaned_data.get("attachments") or []
        ]
        tokens = [
            lambda token=token: own_kept(token, self.post) for token in self.data.getlist("kept_attachment")
        ]
        for take in [*tokens, *uploads]:
            try:
                self.attached.append(take())
            except ValidationError as error:
                errors.extend(error.messages)
        if errors:
            self.add_error("attachments", ValidationError(errors))


def own_kept(token: str, post: Post) -> NewFile:
    """A mark that a person has denied for a paper from outside is denied for nothing of our own."""
    file, marks = kept(token, post.operator, File.Part.ATTACHMENT)
    if marks:
        raise ValidationError(f"Tệp “{file.name}” có dấu “{marks}”. Văn bản mật không được đưa vào hệ thống.")
    return file
