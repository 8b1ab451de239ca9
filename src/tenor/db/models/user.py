"""People who sign in. One person may have a role in several accounts (see membership.py)."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tenor.db.constraints import Check, a_known
from tenor.db.models.base import Row
from tenor.domain.codes import LANGUAGES, MADE_UP_LANGUAGE


class UserManager(BaseUserManager["User"]):
    """Makes people; their addresses are kept in small letters, so that one address is one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who may sign in; without a password only by a code sent to the address."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with that address, however it is written."""
        return super().get_by_natural_key(username and username.lower())


class User(Row, AbstractBaseUser):
    """A person. `is_staff`: works for the seller. `optional_reminders`: whether mails come that one may do without."""

    email = models.EmailField()
    name = models.TextField()
    language = models.TextField(default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    optional_reminders = models.BooleanField(default=True, db_default=True)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="an_address_belongs_to_one_person"),
            Check(name="an_address_is_in_small_letters", sql="email = lower(email) AND email <> ''"),
            a_known("a_persons_language_is_a_code", "language", {*LANGUAGES, MADE_UP_LANGUAGE}),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The whole name."""
        return self.name

    def get_short_name(self) -> str:
        """The name as in a greeting."""
        return self.name.partition(" ")[0]
