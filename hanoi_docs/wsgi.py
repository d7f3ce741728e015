import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_docs.settings")
application = get_wsgi_application()

import weasyprint  # noqa: E402, F401 – now, so that the first draft of the day does not wait for it
