"""Django's settings, all read from one typed environment (see `environment.py` for what may be set)."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from pydantic import ValidationError

from tenor.project.connections import connection_settings
from tenor.project.environment import Environment, explain

try:
    ENVIRONMENT = Environment()  # type: ignore[call-arg]  # it reads the process's environment
except ValidationError as error:
    sys.exit(explain(error))

PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value()
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
PUBLIC_URL = ENVIRONMENT.public_url.rstrip("/")
ORDER_RETURN_URL = f"{PUBLIC_URL}/orders/{{order}}/return/"  # where a gateway's page sends the payer back to
SECURE = urlsplit(PUBLIC_URL).scheme == "https"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

DEMO = ENVIRONMENT.demo
TEST_CLOCK = ENVIRONMENT.test_clock
SANDBOX_URL = ENVIRONMENT.sandbox_url
SANDBOX_KEY = ENVIRONMENT.sandbox_key.get_secret_value()
SANDBOX_PER_SECOND = ENVIRONMENT.sandbox_per_second
WORKERS_PROVIDER_SECONDS = 24.0  # nobody waits for the worker, and giving up early makes a slow charge an unknown one
PROVIDER_SECONDS = ENVIRONMENT.provider_seconds if ENVIRONMENT.database_role == "app" else WORKERS_PROVIDER_SECONDS
SANDBOX_WEBHOOK_SECRET = ENVIRONMENT.sandbox_webhook_secret.get_secret_value()

INSTALLED_APPS = [
    "tenor.db",
    "tenor.ui",
    "tenor.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenor.portal.parts.WholePageRedirects",
]

ROOT_URLCONF = "tenor.project.urls"
WSGI_APPLICATION = "tenor.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenor.ui.context.chrome",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "tenor.ui.templatetags.tenor"],
        },
    },
]

DATABASES = {"default": connection_settings(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "db.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "tenor.portal.signin.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited by their company; nobody signs up
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- mail ---------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "tenor.gateways.mail.mailbox.MailboxBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 20  # seconds: a mail server that is silent holds up the worker no longer
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

# --- languages ----------------------------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # storage only: business dates live in each account's own zone (rules 1)
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sv", "Svenska"), ("nl", "Nederlands")]
LOCALE_PATHS = [PACKAGE / "ui" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
if ENVIRONMENT.pseudo_locale is not None:
    # A made-up language in which every translated sentence stands in brackets: what stands outside was forgotten.
    LANGUAGES.append(("eo", "Pseudo"))
    LOCALE_PATHS = [ENVIRONMENT.pseudo_locale, *LOCALE_PATHS]

# --- static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # files are served from where they are written: nothing has to be collected
WHITENOISE_MAX_AGE = 600

# --- the browser's guard rails ------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # A form may end at the payment provider's page: browsers check redirects after a post, too.
        "form-action": [SELF, *([SANDBOX_URL] if SANDBOX_URL else [])],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_proxy else None

# allauth counts attempts in the cache: it must be one that all processes share
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"tenor": {"level": "INFO"}},
}
