"""Every setting of the site, read once from the environment (docs/operations.md lists them)."""

import logging
import os
from operator import attrgetter
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from arena.environment import choice, flag, integer, listed, text
from arena.identity_providers import identity_providers
from arena.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(text("ARENA_DATA_DIR", str(BASE_DIR / "var")))

DEBUG = flag("ARENA_DEBUG", default=False)
SECRET_KEY = text("ARENA_SECRET_KEY")
PSEUDONYM_KEY = text("ARENA_PSEUDONYM_KEY")
# Keys that encrypt the API keys of endpoints; derived from SECRET_KEY when there are none.
SECRETS_KEYS = listed("ARENA_SECRETS_KEYS", default=[])
ALLOWED_HOSTS = listed("ARENA_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = text("ARENA_SITE_URL", f"http://localhost:{text('ARENA_PORT', '8000')}")
CSRF_TRUSTED_ORIGINS = listed("ARENA_CSRF_TRUSTED_ORIGINS", default=[])
IS_SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "arena.apps.ArenaConfig",
    "arena.tenancy.apps.TenancyConfig",
    "arena.eventstore.apps.EventStoreConfig",
    "arena.accounts.apps.AccountsConfig",
    "benchmarks.apps.BenchmarksConfig",
    "workers.apps.WorkersConfig",
    "voting.apps.VotingConfig",
    "leaderboards.apps.LeaderboardsConfig",
    "arena.notices.apps.NoticesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # The passkey pages of allauth load its filters.
    "django.contrib.humanize",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
]

MIDDLEWARE = [
    "arena.metrics.RequestMetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "arena.api.middleware.ApiMiddleware",
    "arena.tenancy.middleware.TenantMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "arena.busy.BusyMiddleware",
    # Innermost: whose arena it is and who asks is known by then.
    "arena.accounts.middleware.MembershipMiddleware",
]

ROOT_URLCONF = "arena.urls"
ASGI_APPLICATION = "arena.asgi.application"
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
                "csp.context_processors.nonce",
                "arena.accounts.context.site",
                "arena.pages.footer",
            ],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    """Return Django's settings for one libpq URL; unix sockets are `?host=<directory>`."""
    conninfo = conninfo_to_dict(url)
    known = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    settings: dict[str, Any] = {known[k]: str(v) for k, v in conninfo.items() if k in known}
    options: dict[str, Any] = {k: v for k, v in conninfo.items() if k not in known}
    if flag("ARENA_DB_POOL", default=False):
        # Under ASGI each request may run in another thread: a pool keeps the connections.
        options["pool"] = {
            "min_size": 1,
            "max_size": integer("ARENA_DB_POOL_SIZE", 8),
            "timeout": 10,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        **settings,
        "CONN_HEALTH_CHECKS": True,
        # PgBouncer in transaction mode hands the next statement another server connection.
        "DISABLE_SERVER_SIDE_CURSORS": flag("ARENA_DB_TRANSACTION_POOLING", default=False),
        "OPTIONS": options,
        "TEST": {"NAME": text("ARENA_TEST_DATABASE", f"test_{settings['NAME']}")},
    }


# The runtime role cannot alter tables or rewrite events; only migrations run as the owner.
DB_IS_OWNER = text("ARENA_DB_ROLE", "app") == "owner"
DB_RUNTIME_ROLE = text("ARENA_DB_RUNTIME_ROLE", "arena_app")
DATABASES = {"default": _database(text("DATABASE_OWNER_URL" if DB_IS_OWNER else "DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = text("REDIS_URL")
REDIS_PREFIX = text("ARENA_REDIS_PREFIX", "arena")
# Celery's broker where it is not the Redis above: RabbitMQ (amqp://) or Sentinel (sentinel://).
BROKER_URL = text("ARENA_BROKER_URL", "")
BROKER_SENTINEL_MASTER = text("ARENA_BROKER_SENTINEL_MASTER", "")
METRICS_TOKEN = text("ARENA_METRICS_TOKEN", "")
BELL_ENABLED = True
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"{REDIS_PREFIX}:channels"},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{REDIS_PREFIX}:cache",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "board_list"
LOGIN_URL = "account_login"

SIGNUP = choice("ARENA_SIGNUP", ["open", "invited"])
ACCOUNT_ADAPTER = "arena.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "arena.accounts.forms.InvitedSignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = attrgetter("email")
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Whose address the rate limits count: with no proxy in front, the connection's own.
ALLAUTH_TRUSTED_PROXY_COUNT = integer(
    "ARENA_PROXY_COUNT", 1 if flag("ARENA_BEHIND_PROXY", default=False) else 0
)
MFA_ADAPTER = "arena.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Arena"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE
SOCIALACCOUNT_ADAPTER = "arena.accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS, IDENTITY_ORIGINS = identity_providers()
INSTALLED_APPS += [f"allauth.socialaccount.providers.{name}" for name in SOCIALACCOUNT_PROVIDERS]

# Requests a minute below api/v1/: of one address without a key, and of one key or signed-in person.
ARENA_RATE_ANONYMOUS = integer("ARENA_RATE_ANONYMOUS", 30)
ARENA_RATE_KEY = integer("ARENA_RATE_KEY", 600)
# Prompts a minute on the voting pages: of one voter, and of one address.
ARENA_RATE_BATTLES_VOTER = integer("ARENA_RATE_BATTLES_VOTER", 20)
ARENA_RATE_DISPUTES_READER = integer("ARENA_RATE_DISPUTES_READER", 5)
ARENA_RATE_DISPUTES_ADDRESS = integer("ARENA_RATE_DISPUTES_ADDRESS", 15)
ARENA_RATE_BATTLES_ADDRESS = integer("ARENA_RATE_BATTLES_ADDRESS", 60)
# Battles that one web process answers at a time.
ARENA_MAX_RUNNING_BATTLES = integer("ARENA_MAX_RUNNING_BATTLES", 256)
# Seconds that a runner may be silent before its run is given to another; it beats every third.
ARENA_RUN_LEASE_S = integer("ARENA_RUN_LEASE_S", 90)

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "arena.pages.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE
SECURE_SSL_REDIRECT = IS_SECURE and flag("ARENA_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if flag("ARENA_BEHIND_PROXY", default=False) else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Browsers apply it to where a form's answer redirects, so other sign-in sites stand here.
        "form-action": [SELF, *IDENTITY_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

STATIC_URL = "/static/"
# Without a folder of collected files they are served from where they lie.
STATIC_ROOT = text("ARENA_STATIC_ROOT", "") or None
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

EMAIL_BACKEND = text("ARENA_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_HOST = text("ARENA_EMAIL_HOST", "localhost")
EMAIL_PORT = integer("ARENA_EMAIL_PORT", 25)
EMAIL_HOST_USER = text("ARENA_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = text("ARENA_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = flag("ARENA_EMAIL_TLS", default=False)
DEFAULT_FROM_EMAIL = text("ARENA_EMAIL_FROM", "arena@localhost.localdomain")

LOGGING_CONFIG = None
LOGGING = logging_config(level=text("ARENA_LOG_LEVEL", "INFO"))
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# One line a request and one a task: the line of the start says nothing that the end does not.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_USER_ID_FIELD = None

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
