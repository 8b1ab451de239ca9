"""The portal's addresses. What belongs to an account is in the namespace `portal`; sign-in keeps allauth's names."""

from django.urls import URLPattern, URLResolver, include, path

from tenor.portal import health, language
from tenor.portal.flows.urls import urlpatterns as flows
from tenor.portal.pages import (
    accounts,
    calendar,
    compare,
    demo,
    help_page,
    home,
    mailbox,
    order,
    orders,
    person,
    reminders,
    subscription,
    subscriptions,
    upcoming,
    users,
)
from tenor.portal.signin_urls import urlpatterns as sign_in

pages: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/<uuid:subscription_id>/", subscription.subscription, name="subscription"),
    path("subscriptions/<uuid:subscription_id>/compare/", compare.compare, name="compare"),
    path("upcoming/", upcoming.upcoming_payments, name="upcoming"),
    path("upcoming.csv", upcoming.upcoming_file, name="upcoming_file"),
    path("calendar/", calendar.calendar_settings, name="calendar"),
    path("calendar/<str:feed>.ics", calendar.calendar_file, name="calendar_file"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:order_id>/", order.order, name="order"),
    path("users/", users.users, name="users"),
    path("users/<uuid:person_id>/", person.person, name="person"),
    path("users/<uuid:person_id>/remove/", person.remove, name="remove_person"),
    path("mail/", reminders.my_mail, name="my_mail"),
    path("mail/stop/<str:reader>/", reminders.stop_reminders, name="stop_reminders"),
    path("help/", help_page.help_page, name="help"),
    path("account/switch/", accounts.switch_account, name="switch_account"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
    path("demo/mailbox/", mailbox.mailbox, name="mailbox"),
    path("demo/mailbox/<uuid:mail_id>/", mailbox.mail, name="mail"),
    path("demo/mailbox/<uuid:mail_id>/html/", mailbox.mail_html, name="mail_html"),
    path("gallery/", demo.gallery, name="gallery"),
    *flows,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, "portal"))),
    path("i18n/setlang/", language.choose_language, name="set_language"),
    path("accounts/", include(sign_in)),
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
]
