"""The addresses of the flows; they stand in the portal's namespace, `portal`."""

from django.urls import URLPattern, path

from tenor.portal.flows import (
    add_seats,
    align,
    assign_users,
    change_term,
    handover,
    invitation,
    invitations,
    method_choice,
    method_edit,
    method_removal,
    method_use,
    methods,
    orders,
    return_order,
    review,
    undo,
)

urlpatterns: list[URLPattern] = [
    path("subscriptions/<uuid:subscription_id>/seats/", add_seats.add_seats, name="add_seats"),
    path("subscriptions/<uuid:subscription_id>/term/", change_term.change_term, name="change_term"),
    path("subscriptions/<uuid:subscription_id>/scheduled/<str:kind>/undo/", undo.undo_scheduled, name="undo_scheduled"),
    path("subscriptions/<uuid:subscription_id>/users/", assign_users.assign_users, name="assign_users"),
    path("users/hand-over/", handover.handover, name="handover"),
    path("users/<uuid:person_id>/hand-over/", handover.offer, name="offer_handover"),
    path("users/invitations/<uuid:invitation_id>/resend/", invitations.resend, name="resend_invitation"),
    path("users/invitations/<uuid:invitation_id>/revoke/", invitations.revoke, name="revoke_invitation"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("align/", align.align, name="align"),
    path("quotes/<uuid:quote_id>/", review.review, name="review"),
    path("orders/<uuid:order_id>/resume/", orders.resume, name="resume_order"),
    path("orders/<uuid:order_id>/cancel/", orders.cancel, name="cancel_order"),
    path("orders/<uuid:order_id>/give-back/", return_order.return_order, name="return_order"),
    path("orders/<uuid:order_id>/return/", orders.order_return, name="order_return"),
    path("methods/", methods.methods, name="methods"),
    path("methods/add/", methods.add_method, name="add_method"),
    path("methods/<uuid:method_id>/default/", methods.make_default, name="make_default"),
    path("methods/<uuid:method_id>/use/", method_use.use_method, name="use_method"),
    path("methods/<uuid:method_id>/edit/", method_edit.edit_method, name="edit_method"),
    path("methods/<uuid:method_id>/backup/", methods.make_backup, name="make_backup"),
    path("methods/<uuid:method_id>/remove/", method_removal.remove_method, name="remove_method"),
    path("subscriptions/<uuid:subscription_id>/method/", method_choice.choose_method, name="choose_method"),
    path("methods/return/<str:reference>/", methods.method_return, name="method_return"),
]
