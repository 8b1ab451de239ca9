"""The offer as every use case plans with it: the seller's catalog, with what the payment gateways take at least."""

from uuid import UUID

from tenor.db.catalog import load_offer
from tenor.domain.offer import Offer
from tenor.gateways.payments.registry import least_amounts


def offered(seller_id: UUID, revision: int | None = None) -> Offer:
    """What the seller offers; see `db.catalog.load_offer`. Raises SellerMissing."""
    return load_offer(seller_id, revision, least_amounts())
