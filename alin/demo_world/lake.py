"""The stories of Habitat du Lac, from a lease signed long ago to candidacies just received."""

from collections.abc import Callable
from datetime import timedelta

from alin.kit.actor import Actor
from applications import services as applications

from .ground import Ground
from .stories import set_aside_some


class LakeStories(Ground):
    def _stories_of_the_lake(self) -> None:
        self._long_ago()
        self._recent_session()
        self._next_session()
        self._still_studied()
        self._chosen_by_the_landlord()
        self._coming_in()

    def _long_ago(self) -> None:
        """A session seven weeks ago: a lease is signed, another home went through silence."""
        lac, at = self.lac, self.timeline
        signed = self._home(lac, "74010", -92, -80, rooms=3, funding="PLUS")
        silent = self._home(lac, "73065", -90, -79, rooms=2, funding="PLUS")
        first = self._heard(signed, 5, -55, first=(self.stories.settler(signed),))
        second = self._heard(silent, 4, -55, first=(self.stories.settler(silent),))
        second[0], second[2] = second[2], second[0]
        held = at.working_day(-55, 14)
        sitting = self.stories.session(
            lac, convened=-66, held=held, homes={signed: first, silent: second}
        )
        sitting.decide(
            {
                signed: [
                    ("rank",),
                    ("rank",),
                    ("no", "ranked_behind"),
                    ("no", "effort"),
                    ("inadmissible", "residence_permit"),
                ],
                silent: [("rank",), ("rank",), ("rank",), ("no", "typology")],
            }
        )
        at.at(held + timedelta(days=3, hours=5), first[0].accept)
        at.at(at.working_day(-40, 15), lambda: first[0].sign(lac.agents[0]))
        # Ten days of silence, then a refusal: the third in rank accepts.
        at.at(held + timedelta(days=11), applications.expire_due_proposals)
        at.at(
            held + timedelta(days=14, hours=3),
            lambda: second[1].refuse("Le logement est trop loin de mon travail."),
        )
        at.at(held + timedelta(days=17, hours=2), second[2].accept)
        at.at(at.working_day(-28, 11), lambda: second[2].sign(lac.agents[2]))

    def _recent_session(self) -> None:
        """A session five days ago: Amina was ranked first; another must still give a piece."""
        lac, at = self.lac, self.timeline
        hers = self._home(lac, "74010", -34, -24, rooms=3, funding="PLUS")
        theirs = self._home(lac, "69266", -33, -23, rooms=2, funding="PLAI")
        taken = self._home(lac, "38185", -33, -22, rooms=4, funding="PLUS")
        hers_files = self._heard(hers, 4, -6, first=(self.amina,))
        theirs_files = self._heard(theirs, 3, -6)
        taken_files = self._heard(taken, 4, -6)
        sitting = self.stories.session(
            lac,
            convened=-12,
            held=at.working_day(-5, 14),
            homes={hers: hers_files, theirs: theirs_files, taken: taken_files},
        )
        sitting.decide(
            {
                hers: [("rank",), ("rank",), ("rank",), ("no", "remaining_income")],
                theirs: [
                    ("condition", "Jugement de divorce ou convention signée", "9"),
                    ("rank",),
                    ("no", "outdated"),
                ],
                taken: [("rank",), ("rank",), ("no", "effort"), ("no", "ranked_behind")],
            }
        )
        at.at(at.day(-2, 19, 12), taken_files[0].accept)
        # An older session of a single home, refused then offered to the next, who must answer.
        again = self._home(lac, "73008", -52, -42, rooms=2, funding="PLUS")
        again_files = self._heard(again, 3, -17)
        held = at.working_day(-16, 14)
        older = self.stories.session(lac, convened=-24, held=held, homes={again: again_files})
        older.decide({again: [("rank",), ("rank",), ("rank",)]})
        at.at(
            held + timedelta(days=9, hours=4),
            lambda: again_files[0].refuse("Je reste près de mes parents."),
        )

    def _next_session(self) -> None:
        """A session in four days, its agenda written, nothing decided."""
        lac = self.lac
        homes = {
            self._home(lac, place, -27, -17, rooms=rooms, funding=funding): count
            for place, rooms, funding, count in [
                ("74010", 2, "PLUS", 4),
                ("74281", 3, "PLUS", 3),
                ("69387", 3, "PLS", 3),
                ("01053", 4, "PLAI", 5),
            ]
        }
        single = self._home(lac, "63113", -27, -16, rooms=5, funding="PLAI")
        agenda = {offer: self._heard(offer, count, -4) for offer, count in homes.items()}
        agenda[single] = self._heard(single, 2, -4)
        self.stories.session(
            lac,
            convened=-3,
            held=self.timeline.working_day(5, 14, 30),
            homes=agenda,
            exceptions={single: ("too_few", "Deux candidatures seulement en dix jours.")},
        )

    def _still_studied(self) -> None:
        """Closed homes whose candidates are ready, or being studied."""
        lac, at, stories = self.lac, self.timeline, self.stories
        ready = self._home(lac, "74012", -22, -12, rooms=3, funding="PLUS")
        files = stories.candidates(ready, 6)
        stories.apply(files)
        stories.study(files[:5], lac, start=-11, days=7)
        set_aside_some(stories, files[5:], lac, on=-6)

        half = self._home(lac, "73065", -16, -6, rooms=3, funding="PLUS")
        files = stories.candidates(half, 7, first=(self.amina,))
        stories.apply(files)
        for rank, file in enumerate(files[:4]):
            at.at(at.day(-5, 9, 12 * rank + 3), self._by_an_agent(file.take))
            if rank < 2:
                at.at(
                    at.day(-3, 14, 9 * rank),
                    lambda file=file: file.verify(lac.agents[0], ["identity", "household"]),  # type: ignore[misc]
                )
        at.at(at.day(-4, 21, 5), files[6].withdraw)

    def _by_an_agent(self, step: Callable[[Actor], None]) -> Callable[[], None]:
        agent = self.rng.choice(self.lac.agents)
        return lambda: step(agent)

    def _chosen_by_the_landlord(self) -> None:
        """Intermediate homes: one to choose for, one chosen and accepted."""
        lac, at, stories = self.lac, self.timeline, self.stories
        open_choice = self._home(lac, "69383", -20, -9, rooms=2, funding="LLI")
        files = stories.candidates(open_choice, 4)
        stories.apply(files)
        stories.study(files[:2], lac, start=-8, days=5)
        at.at(at.day(-4, 10, 20), self._by_an_agent(files[2].take))

        chosen = self._home(lac, "74010", -40, -30, rooms=3, funding="LLI")
        files = stories.candidates(chosen, 3)
        stories.apply(files)
        stories.study(files[:2], lac, start=-29, days=6)
        at.at(
            at.day(-20, 11),
            lambda: files[0].choose(lac.agents[2], "Emploi à dix minutes du logement."),
        )
        at.at(at.day(-17, 20, 30), files[0].accept)

        offered = self._home(lac, "74010", -26, -15, rooms=4, funding="LLI")
        waiting = stories.candidates(offered, 2)
        stories.apply(waiting)
        stories.study(waiting, lac, start=-14, days=6)
        at.at(
            at.day(-3, 16),
            lambda: waiting[1].choose(lac.agents[0], "Foyer adapté à la taille du logement."),
        )

    def _coming_in(self) -> None:
        """Open homes: candidacies just received, some taken early, one withdrawn."""
        lac, at, stories = self.lac, self.timeline, self.stories
        yesterday = at.day(-1, 18)
        for rank, (place, rooms, count) in enumerate(
            [("74010", 2, 6), ("74010", 3, 5), ("73008", 4, 4), ("69387", 1, 4), ("38185", 2, 3)]
        ):
            offer = self._home(lac, place, -7, 4 + rank, rooms=rooms, funding="PLUS")
            files = stories.candidates(offer, count)
            stories.apply(files, until=yesterday)
            if rank == 0:
                at.at(at.day(-1, 19, 30), files[0].withdraw)
