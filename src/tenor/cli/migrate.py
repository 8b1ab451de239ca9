"""`tenor migrate`: roles first, then tables, because the tables' migrations grant rights to the roles."""

import sys
from typing import Annotated
from urllib.parse import unquote, urlsplit

import psycopg
import typer
from django.conf import settings
from django.core.management import call_command
from pydantic import SecretStr

from tenor.db.time_zones import learn_time_zones
from tenor.gateways.postgres.roles import APP, STAFF, RolesRefused, ensure_roles

app = typer.Typer(add_completion=False)


@app.command()
def migrate(
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Brings database roles and tables up to date. DATABASE_URL must name the owner role (with CREATEROLE)."""
    environment = settings.ENVIRONMENT
    url = urlsplit(environment.database_url)
    if environment.database_role != "owner" or url.username in (APP, STAFF):
        sys.exit(
            "Migrations run as the owner of the tables: name its role in DATABASE_URL, and no TENOR_DATABASE_ROLE."
        )
    owners = unquote(url.password or "")
    try:
        ensure_roles(
            environment.database_url,
            app_password=_or_else(environment.app_password, owners),
            staff_password=_or_else(environment.staff_password, owners),
        )
    except psycopg.OperationalError as error:
        sys.exit(f"The database can't be reached: {str(error).strip()}")
    except RolesRefused as refused:
        sys.exit(str(refused))
    call_command("migrate", interactive=False, verbosity=0 if quiet else 1)
    learn_time_zones()


def _or_else(given: SecretStr | None, otherwise: str) -> str:
    return otherwise if given is None else given.get_secret_value()
