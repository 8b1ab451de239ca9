"""How this process reaches PostgreSQL: as the owner, or with the smaller rights of portal or console."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tenor.project.environment import Environment

ROLE_NAMES = {"app": "tenor_app", "staff": "tenor_staff"}


def connection_settings(environment: Environment) -> dict[str, Any]:
    """Django's `DATABASES` entry for the role that this process has.

    The smaller roles use the owner's address; their passwords default to the owner's.
    """
    url = urlsplit(environment.database_url)
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if environment.database_role != "owner":
        given = environment.app_password if environment.database_role == "app" else environment.staff_password
        user, password = ROLE_NAMES[environment.database_role], given.get_secret_value() if given else password
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": user,
        "PASSWORD": password,
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(url.query)),
    }
