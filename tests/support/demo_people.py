"""What the people of the demo cannot show."""

NOT_IN_THE_BOOK = {
    "renewal_claimed": "it lasts for the moment in which a renewal is carried out",
    "not_begun": "it takes a contract that was taken over ahead of its first day",
    "owed_not_declinable": "the demo's seller lets customers decline what they owe",
    "renewal_due_today": "the night renews it within the hour, unless the answer to an open order is unknown",
}
"""Rows of the eligibility matrix that nobody of the demo meets, each with the reason; the domain's tests meet them."""
