"""The environment as one typed value. A wrong or missing value stops the process with a sentence, not a traceback."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
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

    demo: bool = Field(default=False, description="one-click demo people and the mailbox page")
    test_clock: bool = Field(default=False, description="business time follows the stored test clock")
    pseudo_locale: bool = Field(default=False, description="offer a pseudo language that shows untranslated text")

    sandbox_url: str = Field(default="", description="where the sandbox payment provider listens; empty: not used")
    sandbox_key: SecretStr = Field(default=SecretStr(""), description="bearer key for the sandbox's API")
    sandbox_webhook_secret: SecretStr = Field(default=SecretStr(""), description="signs the sandbox's webhooks")
