"""The other landlords, and everything else that is to let."""

from datetime import timedelta

from alin.kit.actor import Actor
from listings.models import Offer
from listings.services import close_early

from . import places
from .ground import Ground
from .stock import Window
from .stories import Landlord


class OtherStories(Ground):
    def _stories_elsewhere(self) -> None:
        oc, at, stories = self.oc, self.timeline, self.stories
        done = self._home(oc, "31555", -60, -48, rooms=3, funding="PLUS")
        done_files = self._heard(done, 4, -25, first=(stories.settler(done),))
        held = at.working_day(-24, 10)
        sitting = stories.session(oc, convened=-31, held=held, homes={done: done_files})
        sitting.decide(
            {done: [("rank",), ("rank",), ("no", "effort"), ("inadmissible", "resources_over")]}
        )
        at.at(held + timedelta(days=2, hours=8), done_files[0].accept)
        at.at(at.working_day(-9, 10), lambda: done_files[0].sign(oc.agents[0]))

        soon = self._home(oc, "34172", -24, -14, rooms=2, funding="PLUS")
        soon_files = self._heard(soon, 3, -4)
        stories.session(oc, convened=-3, held=at.working_day(8, 10), homes={soon: soon_files})
        yesterday = at.day(-1, 18)
        for landlord, places_, count in [
            (self.oc, places.OC, 8),
            (self.north, places.NORD, 10),
            (self.coast, places.HORIZONS, 7),
        ]:
            for rank in range(max(2, round(count * self.scale))):
                offer = self._home(landlord, places_[rank], -6, 2 + rank)
                files = stories.candidates(offer, self.rng.randint(2, 5))
                stories.apply(files, until=yesterday)
                if rank % 3 == 0:
                    agent = landlord.agents[0]
                    at.at(
                        at.day(-1, 19),
                        lambda file=files[0], agent=agent: file.take(agent),  # type: ignore[misc]
                    )

    def _ordinary_offers(self) -> None:
        for landlord, places_, count in [
            (self.lac, places.LAC, 84),
            (self.oc, places.OC, 72),
            (self.north, places.NORD, 66),
            (self.coast, places.HORIZONS, 44),
        ]:
            for rank in range(max(6, round(count * self.scale))):
                self._ordinary_offer(landlord, places_[rank % len(places_)], rank)

    def _ordinary_offer(self, landlord: Landlord, place: str, rank: int) -> None:
        rng = self.rng
        kind = (["open"] * 7 + ["closing", "opening", "draft", "closed", "closed"] + ["early"])[
            rank % 13
        ]
        opens, closes = {
            "open": (-rng.randint(1, 6), rng.randint(3, 12)),
            "closing": (-rng.randint(5, 8), rng.randint(1, 2)),
            "opening": (rng.randint(1, 4), rng.randint(8, 14)),
            "draft": (rng.randint(2, 9), rng.randint(12, 22)),
            "closed": (-rng.randint(22, 60), -rng.randint(3, 12)),
            "early": (-rng.randint(9, 14), rng.randint(2, 6)),
        }[kind]
        publisher = rng.choice(landlord.agents)
        window = self._window(opens, closes, rng.choice([12, 17, 20]))
        if kind in ("opening", "draft"):
            published = self.timeline.day(-1, 10, rank % 60)
            window = Window(published, window.opens, window.closes)
        offer = self.stock.offer(
            landlord.organisation, publisher, place, window=window, draft=kind == "draft"
        )
        if kind == "closing":
            self.stories.apply(self.stories.candidates(offer, 2), until=self.timeline.day(-1, 18))
        if kind == "early":
            self.timeline.at(
                self.timeline.day(-2, 16, rank % 60),
                lambda: _close_early(offer.pk, publisher),
            )


def _close_early(offer_id: int, actor: Actor) -> None:
    close_early(
        actor=actor,
        offer=Offer.objects.get(pk=offer_id),
        reason="Un dégât des eaux impose des travaux : le logement n'est plus disponible.",
    )
