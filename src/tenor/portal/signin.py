"""How Tenor uses allauth: nobody signs up, people arrive in their own language, the demo signs in with one click."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url

from tenor.portal.demo import demo_people


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are invited by their company; whoever wants to buy first talks to the seller (rules 12)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """As worded: our subjects name the vendor themselves."""
        return " ".join(subject.split())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Home, where a message says that it was changed."""
        return resolve_url("portal:home")

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **known: Any) -> HttpResponseBase:
        """Go on in the person's language, unless this browser was told another one."""
        response: HttpResponseBase = super().post_login(request, user, **known)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and isinstance(response, HttpResponse):
            remember_language(response, getattr(user, "language", settings.LANGUAGE_CODE))
        return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Set the cookie that Django's LocaleMiddleware reads."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in the demo with its people, one click each."""

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """Allauth's, and who may be signed in as."""
        context: dict[str, Any] = super().get_context_data(**known)
        return {**context, "demo_people": demo_people()}
