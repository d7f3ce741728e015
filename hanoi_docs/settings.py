"""One file, read from the environment; a value that is missing or wrong stops the start with a sentence."""

from datetime import date
from ipaddress import ip_network
from pathlib import Path

from csp.constants import NONE, SELF
from whitenoise.compress import Compressor

from hanoi_docs import logs
from hanoi_docs.environment import Env

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()  # NAME, or the content of the file that NAME_FILE names

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # sample data, sample certificates, one known password
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")
SECURE = PUBLIC_URL.startswith("https://")
STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / ".state")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "guardian",
    "csp",
    "orgs",
    "documents",
    "signatures",
    "interop",
    "casefiles",
    "progress",
    "hanoi_docs",
]

MIDDLEWARE = [
    "hanoi_docs.request_log.request_log",
    "hanoi_docs.headers.policies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # answers for static files: what is above counts for them too
    "hanoi_docs.compression.Pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ui.once.once_a_page",
    "orgs.middleware.acting_post",
    "documents.middleware.readings",
    "documents.middleware.refusals",
    "hanoi_docs.degraded.away.stop_writing",
]

ROOT_URLCONF = "hanoi_docs.urls"
WSGI_APPLICATION = "hanoi_docs.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hanoi_docs.rail.rail",
            ],
        },
    }
]

_database = env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        # Statements of ui/ready.py are kept planned by each connection after so many times.
        "OPTIONS": _database.get("OPTIONS", {}) | {"prepare_threshold": 5},
    }
}
# As whom `manage.py migrate` connects; web and worker never know it. Absent: one role for everything (a warning).
_migrates = env.str("MIGRATION_DATABASE_URL", default="")
MIGRATION_DATABASE = env.db_url_config(_migrates, engine="django.db.backends.postgresql") if _migrates else {}
# Backups (docs/operate.md). Empty: none are made. The public age key seals; the key that opens may be elsewhere.
BACKUP_DIR = env.str("BACKUP_DIR", default="")
BACKUP_RECIPIENT = env.str("BACKUP_RECIPIENT", default="")
BACKUP_KEY_PATH = env.str("BACKUP_KEY_PATH", default="")
BACKUP_KEEP = env.int("BACKUP_KEEP", default=7)  # full backups
BACKUP_DATABASE_URL = env.str("BACKUP_DATABASE_URL", default="") or env.str("DATABASE_URL")  # may replicate
POSTGRES_BIN = env.str("POSTGRES_BIN", default="")  # empty: looked for
REDIS_URL = env.str("REDIS_URL")
# Where pages find progress.streams when no front server joins both under one address, as in the demonstration.
DEMO_STREAMS_URL = env.str("DEMO_STREAMS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "hanoi_docs.degraded.cache.Cache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}
SESSION_ENGINE = "hanoi_docs.degraded.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 10  # seconds from signing in, used or not
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "orgs.identity.accounts.Accounts",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
AUTH_PASSWORD_VALIDATORS = [{"NAME": "orgs.identity.passwords.Hard"}]
# From this day on (YYYY-MM-DD) who signs, seals or administers works only with a second factor. Empty: not yet.
SECOND_FACTOR_FROM = date.fromisoformat(day) if (day := env.str("SECOND_FACTOR_FROM", default="")) else None
OPENID_PROVIDERS = env.str(
    "OPENID_PROVIDERS", default=""
)  # a TOML file: orgs/identity/openid.py, docs/operate.md
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STATE_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MAX_AGE = 31536000
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site needs our fonts
# whitenoise's own list and the fonts of papers: WeasyPrint reads those, no page asks for them. 12 s of a start.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf"]

# A paper and its attachments. The national clients in use stop at 50 MB per package (edXML §3.5).
MAX_FILE_BYTES = env.int("MAX_FILE_BYTES", default=30 * 1024 * 1024)
MAX_FILES_PER_PAPER = 20
# A scan of many papers at once, before it is cut: 300 pages in colour at 200 dpi.
MAX_SCAN_BYTES = env.int("MAX_SCAN_BYTES", default=100 * 1024 * 1024)
# Of clamd: a path, or host:port; empty: nothing is scanned. Its StreamMaxLength must not be below MAX_SCAN_BYTES.
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")
PAGE_SIZE = 50  # rows of a list
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Every recipient of a draft is a field: a paper to all bodies of the city has more than a thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_timeout": 5}
# The row is the truth: a web request never waits for a broker that is away.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

AXIS_URL = env.str("AXIS_URL", default="")
AXIS_SYSTEM_ID = env.str("AXIS_SYSTEM_ID", default="H26")
AXIS_SECRET = env.str("AXIS_SECRET", default="")
FOLDER_EXCHANGE = env.str(
    "FOLDER_EXCHANGE", default=""
)  # of agencies without a line (interop/transport/folder.py)
# An office that has not said "đã đến" so many working hours after the sending is silent (decree 30 art. 21.2c).
DELIVERY_SILENT_HOURS = env.int("DELIVERY_SILENT_HOURS", default=4)
# Key files (PKCS#12) and the one password of them all; without it none is opened. signatures/checks.py looks at both.
SIGNING_KEY_DIR = STATE_DIR / "keys"
SIGNING_KEY_PASSWORD = env.str("SIGNING_KEY_PASSWORD", default="thu-nghiem" if DEMO else "")
PKCS11_MODULE = env.str("PKCS11_MODULE", default="")  # path of the token's library
REMOTE_SIGNING_URL = env.str("REMOTE_SIGNING_URL", default="")
REMOTE_SIGNING_CLIENT = env.str("REMOTE_SIGNING_CLIENT", default="")
REMOTE_SIGNING_SECRET = env.str("REMOTE_SIGNING_SECRET", default="")
REMOTE_SIGNING_SECONDS = env.int("REMOTE_SIGNING_SECONDS", default=300)  # a person has this long to confirm
DEMO_REMOTE_SIGNING_DIR = env.str("DEMO_REMOTE_SIGNING_DIR", default="")  # of the demonstration's own service
SIGNING_AGENT_URL = env.str("SIGNING_AGENT_URL", default="http://127.0.0.1:9117")
EVENT_RECORDER = "documents.journey.record"  # called by the floor below about acts of administration
WRITING_STOPPED = "hanoi_docs.degraded.away.writing_stopped"  # asked below before a page that is read writes
SIGNATURE_CHECK = "signatures.actions.check"  # asked by the floor below about a file that a clerk uploads
# PAdES level asked of every signature made here; above B-B the two services below must answer.
SIGNATURE_LEVEL = env.str("SIGNATURE_LEVEL", default="B-B")
TSA_URL = env.str("TSA_URL", default="")
TIMESTAMP_DOWN = env.str("TIMESTAMP_DOWN", default="refuse")  # or "degrade": sign at B-B, upgrade later
# Where the demonstration's own authority answers; its certificates name this address. Empty: they name none.
DEMO_PKI_URL = env.str("DEMO_PKI_URL", default="")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF, *([DEMO_STREAMS_URL] if DEMO_STREAMS_URL else [])],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
# Whose X-Forwarded-For is believed: how many front servers of ours stand in a row, or their addresses and networks
# with commas between. Empty: nobody's, the address is the one that is connected.
_proxies = env.str("TRUSTED_PROXIES", default="")
TRUSTED_PROXIES = (
    int(_proxies)
    if _proxies.isdigit()
    else [ip_network(one.strip()) for one in _proxies.split(",") if one.strip()]
)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
if SECURE:  # a browser takes such a name from this very host alone
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
MESSAGE_STORAGE = "hanoi_docs.messages.Storage"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script reads the cookie
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked from this machine, with nobody in front
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# One line for each request and each task; "json" for a collector of logs, "line" for a person.
LOGGING = logs.config(env.str("LOG_FORMAT", default="line" if DEBUG else "json"))
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # of whoever scrapes; without one there is no such page

# smtp+tls://user:password@host:587; empty: no mail leaves. Alarms go to ALARM_MAIL.
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10
# Web Push (progress/push.py, new_key); empty: nothing is pushed.
PUSH_KEY = env.str("PUSH_KEY", default="")
# Whose addresses a browser may give: of Chrome, Firefox, Safari, Edge. *.name: whatever lies below it.
PUSH_SERVICES = env.list(
    "PUSH_SERVICES",
    default=[
        "fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com",
    ],
)  # fmt: skip
ALARM_MAIL = env.list("ALARM_MAIL", default=[])
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="canh-bao@localhost")
