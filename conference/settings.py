"""The one settings module. Every value that a deployment may change is read from the environment;
``docs/operators.md`` lists them all, and a test keeps that table complete.
"""

from pathlib import Path

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor as WhiteNoiseCompressor

from conference.database import database_from_url
from conference.env import env, env_bool, env_int, env_list

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What kind of installation this is -------------------------------------------------------

# The demonstration alone: on loopback, staff sign in with a password and no second factor.
DEMO = env_bool("COLLOQUE_DEMO")
DEBUG = env_bool("DEBUG")
DEVELOPMENT = DEBUG or DEMO

INSECURE_KEY = "insecure-key-for-development-only"
SECRET_KEY = env("SECRET_KEY", INSECURE_KEY if DEVELOPMENT else "")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
# Links and QR codes outlive sessions, so that their key is turned on its own.
LINK_KEY = env("LINK_KEY", SECRET_KEY)
LINK_KEY_FALLBACKS = env_list("LINK_KEY_FALLBACKS")

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEVELOPMENT else "")
# Absolute links in mails and feeds come from here, never from a request's Host.
SITE_URL = env("SITE_URL", "http://localhost:8000" if DEVELOPMENT else "").rstrip("/")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
# An https:// or mailto: address for reports of weaknesses (/.well-known/security.txt).
SECURITY_CONTACT = env("SECURITY_CONTACT")


def refuse_unsafe_production() -> None:
    """Raise ``ImproperlyConfigured`` rather than serve the world with a key everybody knows."""
    if DEVELOPMENT:
        return
    for name, key in [("SECRET_KEY", SECRET_KEY), ("LINK_KEY", LINK_KEY)]:
        if len(key) < 50 or key.startswith("insecure"):
            raise ImproperlyConfigured(f"{name} must be a secret of 50 characters or more.")
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that are served.")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must be the https:// address of the site.")


refuse_unsafe_production()

# --- Applications ----------------------------------------------------------------------------

INSTALLED_APPS = [
    "modeltranslation",
    "conference.admin_site.ColloqueAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    # So that form templates are found among ours (templates/django/forms).
    "django.forms",
    # Dates of sessions and keys in the account pages.
    "django.contrib.humanize",
    "django_htmx",
    "django_countries",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "conference",
    "conference.accounts",
    "conference.mail",
    "conference.papers",
    "conference.privacy",
    "speakers",
    "programme",
    "registration",
    "press",
]
if DEVELOPMENT:
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    # First: a page that is kept rendered costs nothing below it.
    "conference.public.RenderedPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "conference.middleware.RefuseUnreadableInput",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "conference.middleware.PrivateByDefault",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "conference.accounts.middleware.StaffGate",
    "conference.accounts.middleware.RefuseWithoutCounting",
    "conference.middleware.LockTimeouts",
]

ROOT_URLCONF = "conference.urls"
WSGI_APPLICATION = "conference.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "conference.context.conference",
            ],
        },
    },
]

# --- Database --------------------------------------------------------------------------------

DATABASES = {
    "default": database_from_url(
        env("DATABASE_URL", "postgresql:///colloque"),
        pool_max=env_int("DATABASE_POOL_MAX", 8),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis, Celery ---------------------------------------------------------------------------
# https://docs.celeryq.dev/en/stable/userguide/configuration.html

REDIS_URL = env("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "colloque",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
# Safe because attempts are counted in the database before the work.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 900, 840
CELERY_VISIBILITY_TIMEOUT = 1200
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "health_check_interval": 30,
    "retry_on_timeout": True,
}
# A request does not wait for a broker that is away: the relay's beat finds the row anyway.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ROUTES = {
    "conference.mail.*": {"queue": "mail"},
    "conference.papers.tasks.draw": {"queue": "pdf"},
}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BEAT_SCHEDULE = {
    "relay-mail": {"task": "conference.mail.tasks.relay", "schedule": 20.0},
    "retain-mail": {"task": "conference.mail.tasks.retain", "schedule": crontab(hour=3, minute=10)},
    "tidy-papers": {"task": "conference.papers.tasks.tidy", "schedule": 300.0},
    "tidy-imports": {"task": "conference.tasks.tidy_imports", "schedule": 1800.0},
    "forget-forms": {
        "task": "registration.tasks.forget_submissions",
        "schedule": crontab(hour=3, minute=20),
    },
    "tidy-agendas": {
        "task": "programme.tasks.tidy_agendas",
        "schedule": crontab(hour=3, minute=40),
    },
    "clear-sessions": {
        "task": "conference.tasks.clear_sessions",
        "schedule": crontab(hour=3, minute=30),
    },
    "tidy-portraits": {
        "task": "speakers.tasks.tidy_portraits",
        "schedule": crontab(hour=3, minute=50),
    },
    "tidy-files": {"task": "programme.tasks.tidy_files", "schedule": crontab(hour=3, minute=55)},
    "make-booklets": {"task": "programme.tasks.make_booklets", "schedule": 60.0},
    "tell-changes": {"task": "programme.tasks.tell_changes", "schedule": 60.0},
    "reconcile-seats": {"task": "registration.tasks.reconcile", "schedule": 300.0},
}

# --- Mail ------------------------------------------------------------------------------------

_SMTP = {
    "host": env("SMTP_HOST", "localhost"),
    "port": env_int("SMTP_PORT", 25),
    "username": env("SMTP_USER"),
    "password": env("SMTP_PASSWORD"),
    "use_tls": env_bool("SMTP_STARTTLS", not DEVELOPMENT),
    "use_ssl": env_bool("SMTP_TLS"),
    "timeout": 15,
    "fail_silently": False,
}
MAILERS = {
    # Confirmations do not queue behind a press release.
    alias: {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": dict(_SMTP)}
    for alias in ("default", "press")
}
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "Colloque <colloque@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Languages and time ----------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
FORMAT_MODULE_PATH = ["conference.formats"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
MODELTRANSLATION_DEFAULT_LANGUAGE = "fr"
# A missing translation is shown as such by the templates, never replaced in silence.
MODELTRANSLATION_ENABLE_FALLBACKS = False
COUNTRIES_FIRST = ["FR", "BE", "CH", "CA", "DE", "GB", "IT", "ES", "US"]
COUNTRIES_FIRST_REPEAT = True

# --- Accounts --------------------------------------------------------------------------------
# https://docs.allauth.org/en/latest/account/configuration.html

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
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
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_space"
LOGOUT_REDIRECT_URL = "root"

ACCOUNT_ADAPTER = "conference.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/15m/key",
    "request_login_code": "10/m/ip,3/10m/key",
    "signup": "5/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", 0 if DEVELOPMENT else 1)
MFA_ADAPTER = "conference.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Colloque"
MFA_TRUST_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
# A staff session shows a second factor at most this old, in seconds.
STAFF_FACTOR_AGE = 8 * 3600
# … and is signed out after this many seconds without activity.
STAFF_IDLE_TIME = 1800

SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- Security --------------------------------------------------------------------------------
# https://docs.djangoproject.com/en/6.1/howto/deployment/checklist/

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
USE_X_FORWARDED_HOST = False
SECURE_SSL_REDIRECT = not DEVELOPMENT
# /livez and /readyz are asked by the container's own probe, in plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = None if DEVELOPMENT else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 0 if DEVELOPMENT else 63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEVELOPMENT
SECURE_HSTS_PRELOAD = env_bool("HSTS_PRELOAD")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEVELOPMENT
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "sid" if DEVELOPMENT else "__Host-sid"
CSRF_COOKIE_NAME = "csrf" if DEVELOPMENT else "__Host-csrf"
CSRF_FAILURE_VIEW = "conference.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# The admin's list action posts a row per ticked box.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1200
DATA_UPLOAD_MAX_NUMBER_FILES = 5
SILENCED_SYSTEM_CHECKS = [
    # Preloading HSTS binds a whole domain: its owner decides (HSTS_PRELOAD).
    "security.W021",
]

# --- Files -----------------------------------------------------------------------------------

VAR_DIR = Path(env("VAR_DIR", str(BASE_DIR / "var")))
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(VAR_DIR / "static")))
if DEVELOPMENT:  # nothing is collected there, and WhiteNoise warns of a folder that is missing
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Made for one person, never under MEDIA_ROOT: badges and other papers, files of talks.
PRIVATE_ROOT = VAR_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT
# The fonts of static/fonts/pdf are for paper; nobody downloads them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*WhiteNoiseCompressor.SKIP_COMPRESS_EXTENSIONS, "ttf"]
WHITENOISE_AUTOREFRESH = DEBUG

# --- Logs ------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"redact": {"()": "conference.logs.RedactPrivateLinks"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["redact"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}

# --- Registration ----------------------------------------------------------------------------

# What holds off programs without a puzzle for people: nobody fills in the form in less (seconds),
# and so many forms are taken from one network address and for one e-mail address.
REGISTRATION_FASTEST = env_int("REGISTRATION_FASTEST", 3)
REGISTRATION_FORMS_PER_ADDRESS = env_int("REGISTRATION_FORMS_PER_ADDRESS", 600)  # in ten minutes
REGISTRATION_FORMS_PER_EMAIL = env_int("REGISTRATION_FORMS_PER_EMAIL", 5)  # in an hour

# --- Agendas ---------------------------------------------------------------------------------

# Agendas begun from one network address in ten minutes: a hall full of people shares one.
AGENDAS_PER_ADDRESS = env_int("AGENDAS_PER_ADDRESS", 1200)

# --- Rendered pages --------------------------------------------------------------------------

# Public pages are kept rendered until something they print changes (conference/public.py).
KEEP_RENDERED_PAGES = env_bool("KEEP_RENDERED_PAGES", not DEBUG)
