"""What people do, as the conditions of homes name it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Occupation(models.TextChoices):
    """What somebody must be doing to live in a home that says so."""

    EMPLOYEE = "employee", _("salarié")
    APPRENTICE = "apprentice", _("apprenti ou alternant")
    STUDENT = "student", _("étudiant")
    TRAINEE = "trainee", _("stagiaire ou en formation")
    SEASONAL_WORKER = "seasonal_worker", _("travailleur saisonnier")
    FARM_WORKER = "farm_worker", _("salarié agricole")
    JOB_SEEKER = "job_seeker", _("demandeur d'emploi")
