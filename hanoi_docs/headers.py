"""Headers for every answer, also of static files and refusals, that no package in use sends."""

POLICIES = {
    # Nothing of ours is drawn into a page of another site, not even a picture.
    "Cross-Origin-Resource-Policy": "same-origin",
    # Papers need no camera. A passkey or a key agent needs what the browser gives every page.
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), display-capture=()",
}


def policies(get_response):
    def middleware(request):
        response = get_response(request)
        for name, value in POLICIES.items():
            response.headers.setdefault(name, value)
        return response

    return middleware
