"""One file a self-service verb: a pure function (AccountState, Offer, Request, today) -> Quote, or a Refusal."""
