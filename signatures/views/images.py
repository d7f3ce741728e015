"""One's own signature and the organisation's seal as pictures: seen at their real size, replaced, remembered."""

from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from documents import blobs
from documents.views.shared.acting import no_post, tried
from documents.views.shared.files import LOCKED
from orgs.access import may, require
from orgs.actions import Refused
from orgs.models import Organisation, User
from orgs.reauthentication import fresh, fresh_to_send
from orgs.views.proposals import proposal_for, proposed
from signatures.actions.images import register_image
from signatures.appearance.png import MAX_BYTES
from signatures.models import SignatureImage
from signatures.powers import picture_of, propose_seal

SHOWN = 20  # former pictures
_CSS_PIXELS = 96 / 25.4  # of a millimetre


class ImageForm(forms.Form):
    file = forms.FileField(
        label="Tệp ảnh PNG",
        widget=forms.FileInput(attrs={"accept": "image/png", "data-filename": ""}),
        error_messages={"required": "Hãy chọn tệp ảnh PNG.", "empty": "Tệp ảnh rỗng. Hãy chọn tệp khác."},
    )
    width_mm = forms.DecimalField(
        label="Chiều rộng thật (mm)", max_digits=4, decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.1", "min": "1", "max": "99"}),
        error_messages={"required": "Hãy ghi chiều rộng thật tính bằng milimét."},
    )  # fmt: skip

    def clean_file(self):
        if self.cleaned_data["file"].size > MAX_BYTES:
            raise ValidationError(
                f"Ảnh lớn hơn {MAX_BYTES // 1024 // 1024} MB. Hãy quét ở 300 dpi và cắt sát nét."
            )
        return self.cleaned_data["file"]


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_to_send
def own_image(request):
    """The picture that one's signatures show. It is the person's, whatever post or inbox they work in."""
    if request.post is None:
        return no_post(request)
    return _page(request, request.post.operator, "own_image", "Đã đăng ký hình ảnh chữ ký.")


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def seal_image(request):
    require(request.post, "manage_seal")
    return _page(request, request.post.organisation, "seal_image", "")


@require_safe
@csp_replace(LOCKED)
def proposed_seal(request, pk: int):
    """The seal that somebody asked to register, for those who may decide."""
    try:
        data = picture_of(proposal_for(request, pk))
    except (Refused, KeyError) as error:
        raise Http404 from error
    return HttpResponse(data, content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


@require_safe
@csp_replace(LOCKED)
def signature_picture(request, pk):
    """The registered picture, for its own person or for those who look after the seal."""
    image = SignatureImage.objects.select_related("blob", "organisation").filter(pk=pk).first()
    if image is None or not _seen_by(request, image):
        raise Http404
    response = FileResponse(blobs.path_of(image.blob).open("rb"), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _seen_by(request, image: SignatureImage) -> bool:
    if image.user_id:
        return image.user_id == request.user.pk
    return may(request.post, "manage_seal", image.organisation)


def _page(request, owner: User | Organisation, here: str, done: str):
    seal = isinstance(owner, Organisation)
    owned = Q(organisation=owner) if seal else Q(user=owner)
    images = (
        SignatureImage.objects.filter(owned).select_related("uploaded_by").order_by("-uploaded_at", "-pk")
    )
    current = images.filter(ended_at=None).first()
    form = ImageForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial={"width_mm": current.width_mm if current else None},
    )
    if request.method == "POST" and form.is_valid():
        given, at = form.cleaned_data, timezone.now()
        picture = {
            "data": given["file"].read(),
            "width_mm": float(given["width_mm"]),
            "by": request.post,
            "at": at,
        }
        if seal:
            answer = proposed(request, form, lambda: propose_seal(owner, **picture))
            if answer is not None:
                return answer
        elif tried(form, lambda: register_image(owner, **picture)):
            messages.success(request, done)
            return redirect(here)
    context = {
        "form": form,
        "owner": owner,
        "seal": seal,
        "current": _shown(current) if current else None,
        "former": [_shown(image) for image in images.exclude(ended_at=None)[:SHOWN]],
    }
    return render(request, "signatures/image.html", context)


def _shown(image: SignatureImage) -> dict:
    """Its size on the screen is its size on paper, as far as a screen knows what a millimetre is."""
    sides = {"width": image.width_mm, "height": image.height_mm}
    return {"it": image, **{name: round(float(side) * _CSS_PIXELS) for name, side in sides.items()}}
