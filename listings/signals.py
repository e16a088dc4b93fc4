"""What rooms above, and other parts of this one, may listen to."""

from django.dispatch import Signal

# Sent inside the transaction that publishes, with `offer`: a receiver that raises undoes it, one
# that writes rows writes them with it. What leaves the database waits for the commit.
offer_published = Signal()

# Sent inside the transaction that changes a published offer, with `offer` and `changes` (what it
# said and says, in words).
offer_changed = Signal()

# Sent inside the transaction that closes an offer before its date, with `offer`.
offer_closed_early = Signal()

# Sent inside the transaction that changes a residence or a dwelling, once for each published offer
# of it that has not ended and to which somebody has applied, with `offer` and `changes` (what it
# said and says, in words).
offered_home_changed = Signal()
