"""At the door: what must be known before an account, a seller or a person can be processed (rules 1, 2, 11)."""

from collections.abc import Mapping
from typing import Any

from tenor.db.time_zones import is_time_zone
from tenor.domain.refusals import Refusal


def demand_time_zone(name: str) -> None:
    """Raise Refusal("unknown_time_zone") for what is no name of the IANA database that every part of Tenor knows."""
    if not is_time_zone(name):
        raise Refusal("unknown_time_zone", {"name": name})


def demand_support_zones(support: Mapping[str, Any]) -> None:
    """The same for the zones in which a seller's support says its hours; a region may leave it out."""
    regions = support.get("regions", {})
    for region in regions.values() if isinstance(regions, Mapping) else ():
        if isinstance(region, Mapping) and region.get("time_zone"):
            demand_time_zone(str(region["time_zone"]))
