"""What every story of the world stands on: its people, its homes, its time."""

from datetime import timedelta
from random import Random

from alin.kit import clock
from listings.models import Offer

from .people import Applicant, People
from .stock import Stock, Window
from .stories import File, Landlord, Stories
from .timeline import Timeline

SEED = 1979
FIRST_DAY = -110


class Ground:
    """The landlords and Amina come with `World`."""

    lac: Landlord
    oc: Landlord
    north: Landlord
    coast: Landlord
    amina: Applicant

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.rng = Random(SEED)
        self.timeline = Timeline(clock.today())
        self.first = self.timeline.day(FIRST_DAY, 9)
        with clock.travel(self.first):
            self.people = People(self.rng, self.first.date(), self.timeline.today)
        self.stock = Stock(self.rng, self.timeline)
        self.stories = Stories(self.rng, self.timeline, self.people)

    def _window(self, opens: int, closes: int, hour: int = 12) -> Window:
        opening = self.timeline.day(opens, 9)
        return Window(opening - timedelta(hours=18), opening, self.timeline.day(closes, hour))

    def _home(
        self, landlord: Landlord, place: str, opens: int, closes: int, **wishes: object
    ) -> Offer:
        wishes.setdefault("employees_only", False)
        return self.stock.offer(
            landlord.organisation,
            self.rng.choice(landlord.agents),
            place,
            window=self._window(opens, closes),
            **wishes,  # type: ignore[arg-type]
        )

    def _heard(
        self, offer: Offer, count: int, session_day: int, *, first: tuple[Applicant, ...] = ()
    ) -> list[File]:
        """Candidates who applied, were studied and are ready for the session of that day."""
        files = self.stories.candidates(offer, count, first=first)
        self.stories.apply(files)
        closed = (offer.closes_at.date() - self.timeline.today).days
        landlord = next(
            one
            for one in (self.lac, self.oc, self.north, self.coast)
            if one.organisation == offer.organisation
        )
        self.stories.study(files, landlord, start=closed + 1, days=max(2, session_day - 9 - closed))
        return files
