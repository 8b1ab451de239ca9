"""Every write. One public function a file, five beats: lock and load, decide, write, tell, return.

A write to a customer's rows stands in `account_scope` and takes the account's lock first. What a use case refuses
is a `Refusal`; nothing else is expected. Time comes in as `now`, the actor by name.
"""
