"""The environment as one typed value. A wrong or missing value stops the process with a sentence, not a traceback."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Role = Literal["owner", "app", "staff"]


class Environment(BaseSettings):
    """Every setting an operator may give. Names carry the prefix `TENOR_`, except the customary `DATABASE_URL`."""

    model_config = SettingsConfigDict(env_prefix="TENOR_", extra="ignore")

    home: Path = Field(default=Path(".tenor"), description="folder for what the demo keeps between runs")
    secret_key: SecretStr = Field(min_length=32, description="signs sessions and forms")
    public_url: str = Field(default="http://127.0.0.1:8000", description="where customers reach the portal")
    allowed_hosts: Annotated[list[str], Field(description="host names served")] = ["127.0.0.1", "localhost"]

    database_url: str = Field(validation_alias="DATABASE_URL", description="PostgreSQL 16 or later, as the owner role")
    database_role: Role = Field(default="owner", description="whose rights this process has: portal and API use app")
    app_password: SecretStr | None = Field(default=None, description="password of tenor_app; default: the owner's")
    staff_password: SecretStr | None = Field(default=None, description="password of tenor_staff; default: the owner's")

    behind_proxy: bool = Field(default=False, description="a proxy of yours ends TLS and sets X-Forwarded-Proto")
    provider_seconds: float = Field(
        default=5.0,
        ge=1.0,
        le=20.0,
        description="how long a page waits for the payment provider; then it says that the payment is being checked",
    )
    mail_from: str = Field(default="Tenor <no-reply@localhost>", description="sender of all mail")

    demo: bool = Field(default=False, description="one-click demo people and the mailbox page")
    test_clock: bool = Field(default=False, description="business time follows the stored test clock")
    pseudo_locale: Path | None = Field(default=None, description="folder of a made-up language that shows gaps")

    sandbox_url: str = Field(default="", description="where the sandbox payment provider listens; empty: not used")
    sandbox_key: SecretStr = Field(default=SecretStr(""), description="bearer key for the sandbox's API")
    sandbox_per_second: int = Field(
        default=0, ge=0, description="charges of a night that each worker sends it a second at most; 0: as it answers"
    )
    sandbox_webhook_secret: SecretStr = Field(default=SecretStr(""), description="signs the sandbox's webhooks")


def explain(error: ValidationError) -> str:
    """One line a wrong setting: which variable, and what is the matter with it."""
    lines = []
    for fault in error.errors():
        name = str(fault["loc"][0])
        variable = name if name.isupper() else f"TENOR_{name.upper()}"
        lines.append(f"  {variable}: {fault['msg']}")
    return "Tenor can't start, the environment is not complete:\n" + "\n".join(lines)
