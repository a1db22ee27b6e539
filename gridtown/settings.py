"""All settings of an installation, read from the environment with sound defaults for one PC."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from gridtown.secrets import read_or_make

ROOT = Path(__file__).resolve().parent.parent


def _flag(name: str, default: bool) -> bool:
    """A yes/no setting; anything else is an error rather than a guess."""
    said = os.environ.get(name, "1" if default else "0").lower()
    if said not in {"0", "1", "true", "false", "yes", "no"}:
        raise ValueError(f"{name} must be 1 or 0, not {said!r}")
    return said in {"1", "true", "yes"}


def _database(url: str) -> dict[str, object]:
    """DATABASE_URL: postgresql://user:password@host:port/name or sqlite:///path."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: what was acknowledged survives a power cut, at 0.1 ms a commit (stack: 1,545 creates/s).
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
                "PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;",
            },
            # a file, so that threads and processes of a test see the same database
            "TEST": {"NAME": os.environ.get("GRIDTOWN_TEST_DB") or None},
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            # statements are planned once and sent with their values apart: a quarter to a half of the time saved
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 1, **dict(parse_qsl(parts.query))},
        }
    raise ValueError(f"DATABASE_URL must begin with postgresql:// or sqlite://, not {parts.scheme!r}")


GRIDTOWN_HOME = Path(os.environ.get("GRIDTOWN_HOME") or ROOT / "data")
GRIDTOWN_TOWN = Path(os.environ.get("GRIDTOWN_TOWN") or ROOT / "towns" / "pingyao")
GRIDTOWN_HOME.mkdir(parents=True, exist_ok=True)
_SECRETS = read_or_make(GRIDTOWN_HOME / "secrets.json")

SECRET_KEY = _SECRETS["django"]
GRIDTOWN_MASTER_KEY = bytes.fromhex(_SECRETS["master"])  # wraps the per-case keys of personal fields
GRIDTOWN_SEAL_KEY = bytes.fromhex(_SECRETS["seal"])  # Ed25519, signs the daily root
GRIDTOWN_PHOTO_MB = int(os.environ.get("GRIDTOWN_PHOTO_MB", "10"))
GRIDTOWN_DOCUMENT_MB = int(os.environ.get("GRIDTOWN_DOCUMENT_MB", "20"))
GRIDTOWN_ANYONE_MOST = int(
    os.environ.get("GRIDTOWN_ANYONE_MOST", "30")
)  # moves without an account on one open case, from one address in ten minutes
GRIDTOWN_PROXIES = int(
    os.environ.get("GRIDTOWN_PROXIES", "0")
)  # of the town's own that stand before the server, one behind another: whose X-Forwarded-For is believed
GRIDTOWN_REFRESH_MINUTES = float(
    os.environ.get("GRIDTOWN_REFRESH_MINUTES", "5")
)  # of the warehouse, by the ticker
GRIDTOWN_PUBLIC_URL = os.environ.get("GRIDTOWN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
GRIDTOWN_MQTT_URL = os.environ.get(
    "GRIDTOWN_MQTT_URL", ""
)  # of the broker at which `gridtown listen` hears devices

DEBUG = _flag("GRIDTOWN_DEBUG", False)
ALLOWED_HOSTS = os.environ.get("GRIDTOWN_HOSTS", "*").split(",")
CSRF_FAILURE_VIEW = "gridtown.web.views.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = [GRIDTOWN_PUBLIC_URL]
SECURE = _flag("GRIDTOWN_HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "gridtown.places",
    "gridtown.people",
    "gridtown.cases",
    "gridtown.warehouse",
    "gridtown.triage",
    "gridtown.dispatch",
    "gridtown.report",
    "gridtown.feeds",
    "gridtown.api",
    "gridtown.web",
    "gridtown.demo",
]
MIDDLEWARE = [
    "gridtown.api.lane.Lane",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gridtown.web.middleware.Visitor",
]
ROOT_URLCONF = "gridtown.urls"
WSGI_APPLICATION = "gridtown.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gridtown.web.context.every_page",
            ],
        },
    }
]

DATABASES = {
    "default": _database(os.environ.get("DATABASE_URL") or f"sqlite:///{GRIDTOWN_HOME}/town.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["gridtown.people.signin.Guarded"]
LOGIN_URL = "/signin"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = GRIDTOWN_HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # files are found where the apps keep them; the folder is for collectstatic
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = GRIDTOWN_HOME / "files"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("GRIDTOWN_LOG", "WARNING")},
}
