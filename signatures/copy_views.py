"""The clerk signs the electronic copy of a letter that came on paper."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.access import incoming_for
from signatures import actions
from signatures.errors import SigningError


@require_http_methods(["GET", "HEAD", "POST"])
def certify_copy(request, pk):
    incoming = incoming_for(request.post, pk)
    if request.method != "POST":  # back from the sign-in page that came between
        return redirect(incoming)
    try:
        actions.certify_copy(incoming, by=request.post, at=timezone.now())
        messages.success(request, "Đã ký số bản sao điện tử. Bản quét gốc vẫn được giữ.")
    except SigningError as error:
        messages.error(request, str(error))
    return redirect(incoming)
