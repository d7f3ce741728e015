"""Pages go out compressed, also where no nginx stands in front."""

from django.middleware.gzip import GZipMiddleware


class Pages(GZipMiddleware):
    """HTML alone: files are compressed already (pictures, PDF, what whitenoise keeps), and parts of them are asked for.

    What can be learnt from the length of a compressed page (BREACH): Django adds up to a hundred random bytes to every
    answer and masks the token of forms anew each time; another site cannot make the browser ask as somebody
    (SameSite). A page that shows a secret once says `no-store`, and is left as it is.
    """

    def process_response(self, request, response):
        html = response.get("Content-Type", "").startswith("text/html")
        if not html or response.streaming or "no-store" in response.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)
