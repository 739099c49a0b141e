"""Settings: one file, two modes. Local needs nothing; production is chosen and must be complete.

What a deployment may set is read in portal/env.py and described in docs/deployment.md.
"""

from datetime import timedelta

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.env import BASE, read_environment

# Lets classes such as ModelAdmin[CaseStudy] name their model at run time too.
django_stubs_ext.monkeypatch()

ENVIRONMENT = read_environment()
STATE_FOLDER = ENVIRONMENT.state_folder
LIBRARY_FOLDER = BASE / "fixtures"

# --- The site -----------------------------------------------------------------------------------

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.trusted_origins
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The order is the order of the arrows: an app imports only from those above it. The frame comes
# last so that its `ready()` runs when every app is there to furnish it.
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
    "csp",
    "taggit",
    "reversion",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "casestudies",
    "lessons",
    "contributions",
    "portal",
]

# The apps whose rows make up the corpus: a change there raises the corpus version.
CONTENT_APPS = {"casestudies", "lessons", "contributions"}

MIDDLEWARE = [
    "portal.middleware.AddressLengthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.PublicPageMiddleware",
    "portal.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.safety.middleware.StaffMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Widgets of forms may have templates of ours.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- The database -------------------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        ENVIRONMENT.database_url, conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for a writer (WAL); writers take the lock at once and wait their turn,
    # so that "database is locked" does not reach a person.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = STATE_FOLDER / "static"
STATICFILES_DIRS = [BASE / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.stylesheets.StylesheetFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Pages --------------------------------------------------------------------------------------

PAGE_CACHE_BYTES = ENVIRONMENT.page_cache_bytes
# Where links in mails lead.
SITE_ADDRESS = ENVIRONMENT.site_address
# Where readers may write to the curators; empty where they have no address.
CONTACT_EMAIL = ENVIRONMENT.contact_email
SECURITY_CONTACT = ENVIRONMENT.security_contact

# --- Curation and mail --------------------------------------------------------------------------

# Whether somebody else than its authors must have seen what is published.
REVIEW_BY_ANOTHER = ENVIRONMENT.review_by_another

EMAIL_BACKEND = ENVIRONMENT.email["EMAIL_BACKEND"]
EMAIL_HOST = ENVIRONMENT.email["EMAIL_HOST"] or ""
EMAIL_PORT = ENVIRONMENT.email["EMAIL_PORT"]
EMAIL_HOST_USER = ENVIRONMENT.email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = ENVIRONMENT.email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = ENVIRONMENT.email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = ENVIRONMENT.email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20  # seconds
# Whether a mail is tried when its change is through, or waits for `manage.py send_mails`.
MAIL_AT_ONCE = ENVIRONMENT.mail_at_once
DEFAULT_FROM_EMAIL = ENVIRONMENT.from_email
SERVER_EMAIL = ENVIRONMENT.from_email

# Keys by which what people entrust to moderators is sealed at rest (portal/sealed.py).
CONTACT_KEYS = ENVIRONMENT.contact_keys

# --- Security -----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
# A browse address may repeat short parameters many times within the 8 KB that an address may
# have; Django's default of 1,000 would refuse it before the page can say what it ignored.
LONGEST_ADDRESS = 8_000  # bytes; beyond it the answer is 414
DATA_UPLOAD_MAX_NUMBER_FIELDS = LONGEST_ADDRESS

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "portal.safety.listeners.PasswordChangeNote"},
]

# --- Staff: who may sign in, how, and for how long (portal/safety) ------------------------------

ADMIN_PATH = ENVIRONMENT.admin_path
BEHIND_PROXY = ENVIRONMENT.behind_proxy
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # asked first: who is locked out gets no further
    "portal.curation.backend.RightsBackend",
]
AXES_FAILURE_LIMIT = ENVIRONMENT.sign_in_attempts
AXES_COOLOFF_TIME = timedelta(minutes=ENVIRONMENT.sign_in_cool_off_minutes)
# By both together: nobody can lock out somebody else, and a shared address locks out one name only.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "portal.safety.addresses.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying again does not make it longer
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_HTTP_RESPONSE_CODE = 429
# Failures are kept for as long as they count, and no longer; the audit log keeps no raw address.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

STAFF_SECOND_FACTOR = ENVIRONMENT.staff_second_factor
OTP_TOTP_ISSUER = "Common Ground"

SESSION_COOKIE_AGE = ENVIRONMENT.session_hours * 3600  # seconds from sign-in, whatever one does
SESSION_IDLE = ENVIRONMENT.session_idle_minutes * 60  # seconds without a request by staff
SESSION_EXPIRE_AT_BROWSER_CLOSE = ENVIRONMENT.session_ends_with_browser
AUDIT_DAYS = ENVIRONMENT.audit_days

if ENVIRONMENT.production:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # probes come over plain HTTP from inside
    SECURE_HSTS_SECONDS = 31_536_000  # a year
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
if ENVIRONMENT.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Logging ------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"private_links": {"()": "portal.sending.logs.PrivateLinkFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["private_links"],
        }
    },
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
    "loggers": {
        # A 404 is the visitor's business; only refused and failed requests are worth a line.
        "django.request": {"level": "ERROR"},
        # Failures and lock-outs; every sign-in stands in the audit log.
        "axes": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
