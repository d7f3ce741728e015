import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_docs.settings")
application = get_wsgi_application()
call_command("check")  # keys that others can read end the start; what is less grave is said in the log

import weasyprint  # noqa: E402, F401 – now, so that the first draft of the day does not wait for it
