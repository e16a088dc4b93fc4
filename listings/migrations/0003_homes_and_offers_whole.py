import uuid
from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import alin.kit.clock
import listings.models.pictures


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0002_journal_is_append_only"),
        ("accounts", "0005_radiation_and_renewal"),
        ("listings", "0002_rent_ceilings"),
        ("territory", "0002_zone_abc_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OfferDailyViews",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="jour")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="consultations")),
            ],
            options={
                "verbose_name": "consultations d'un jour",
                "verbose_name_plural": "consultations par jour",
                "ordering": ["offer", "-day"],
            },
        ),
        migrations.CreateModel(
            name="OfferRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("at", models.DateTimeField(default=alin.kit.clock.now)),
            ],
            options={
                "verbose_name": "modification d'offre",
                "verbose_name_plural": "modifications d'offres",
                "ordering": ["offer", "-version"],
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[("photo", "photo"), ("plan", "plan")],
                        default="photo",
                        max_length=5,
                        verbose_name="nature",
                    ),
                ),
                (
                    "alt",
                    models.CharField(
                        help_text="Ce que l'on voit, pour qui ne voit pas l'image.",
                        max_length=150,
                        verbose_name="description",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="rang")),
                (
                    "large",
                    models.FileField(
                        max_length=120,
                        storage=listings.models.pictures.picture_storage,
                        upload_to=listings.models.pictures.picture_name,
                    ),
                ),
                ("width", models.PositiveIntegerField(verbose_name="largeur")),
                ("height", models.PositiveIntegerField(verbose_name="hauteur")),
                (
                    "small",
                    models.FileField(
                        max_length=120,
                        storage=listings.models.pictures.picture_storage,
                        upload_to=listings.models.pictures.picture_name,
                    ),
                ),
                ("small_width", models.PositiveIntegerField(verbose_name="largeur de la petite")),
                ("small_height", models.PositiveIntegerField(verbose_name="hauteur de la petite")),
                (
                    "digest",
                    models.CharField(max_length=64, verbose_name="empreinte du fichier reçu"),
                ),
                ("added_at", models.DateTimeField(default=alin.kit.clock.now)),
            ],
            options={
                "verbose_name": "image",
                "verbose_name_plural": "images",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddField(
            model_name="dwelling",
            name="annexes_m2",
            field=models.DecimalField(
                decimal_places=1,
                default=Decimal("0"),
                help_text="Cave, balcon, loggia, terrasse, cellier : leur moitié compte dans le loyer.",
                max_digits=5,
                validators=[
                    django.core.validators.MinValueValidator(Decimal("0")),
                    django.core.validators.MaxValueValidator(Decimal("400")),
                ],
                verbose_name="surface des annexes (m²)",
            ),
        ),
        migrations.AddField(
            model_name="dwelling",
            name="furnished",
            field=models.BooleanField(default=False, verbose_name="meublé"),
        ),
        migrations.AddField(
            model_name="dwelling",
            name="ges",
            field=models.CharField(
                blank=True,
                choices=[
                    ("A", "A"),
                    ("B", "B"),
                    ("C", "C"),
                    ("D", "D"),
                    ("E", "E"),
                    ("F", "F"),
                    ("G", "G"),
                ],
                max_length=1,
                verbose_name="GES",
            ),
        ),
        migrations.AddField(
            model_name="dwelling",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="offer",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="charges_cover",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("common_parts", "entretien des parties communes"),
                        ("lift", "ascenseur"),
                        ("waste", "ordures ménagères"),
                        ("cold_water", "eau froide"),
                        ("hot_water", "eau chaude"),
                        ("heating", "chauffage"),
                        ("electricity", "électricité"),
                        ("internet", "internet"),
                        ("furniture", "mobilier et services"),
                    ],
                    max_length=12,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="ce que couvrent les charges",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="closing_told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="offer",
            name="contingent",
            field=models.CharField(
                blank=True,
                choices=[
                    ("own", "hors contingent, au bailleur"),
                    ("action_logement", "Action Logement"),
                    ("state", "État (préfecture)"),
                    ("local", "commune ou intercommunalité"),
                    ("employer", "employeur"),
                ],
                max_length=15,
                verbose_name="contingent",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="duplicate_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="duplicates",
                to="listings.offer",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="max_age",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="âge maximum"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="max_stay_months",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="durée maximum du séjour, en mois"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="min_age",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="âge minimum"
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="parking",
            field=models.CharField(
                choices=[
                    ("none", "sans stationnement"),
                    ("included", "stationnement compris dans le loyer"),
                    ("optional", "stationnement possible, en plus"),
                ],
                default="none",
                max_length=8,
                verbose_name="stationnement",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="parking_rent",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=6,
                null=True,
                verbose_name="loyer du stationnement",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="priority_publics",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("dalo", "ménages reconnus prioritaires (DALO)"),
                        ("disability", "personnes en situation de handicap"),
                        ("violence", "victimes de violences"),
                        ("houseless", "personnes sans logement ou hébergées"),
                        ("unfit_home", "personnes en logement indigne ou suroccupé"),
                        ("eviction", "personnes menacées d'expulsion"),
                        ("back_to_work", "reprise d'emploi après un long chômage"),
                        ("care_leavers", "jeunes sortant de l'aide sociale à l'enfance"),
                        ("essential_workers", "professions essentielles"),
                        ("transfer", "locataires HLM demandant une mutation"),
                    ],
                    max_length=17,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="publics prioritaires",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="programme",
            field=models.CharField(
                choices=[
                    ("ordinary", "logement familial"),
                    ("young_workers", "résidence pour jeunes actifs"),
                    ("students", "résidence étudiante"),
                    ("mobility", "résidence mobilité"),
                    ("emergency", "logement d'urgence"),
                    ("agricultural", "logement de salariés agricoles"),
                    ("seasonal", "logement de travailleurs saisonniers"),
                ],
                default="ordinary",
                max_length=13,
                verbose_name="type d'offre",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="statuses",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("employee", "salarié"),
                        ("apprentice", "apprenti ou alternant"),
                        ("student", "étudiant"),
                        ("trainee", "stagiaire ou en formation"),
                        ("seasonal_worker", "travailleur saisonnier"),
                        ("farm_worker", "salarié agricole"),
                        ("job_seeker", "demandeur d'emploi"),
                    ],
                    max_length=15,
                ),
                blank=True,
                default=list,
                help_text="Aucune case cochée : toutes les situations.",
                size=None,
                verbose_name="situations acceptées",
            ),
        ),
        migrations.AddField(
            model_name="offer",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="residence",
            name="heating",
            field=models.CharField(
                blank=True,
                choices=[("individual", "individuel"), ("collective", "collectif")],
                max_length=10,
                verbose_name="chauffage",
            ),
        ),
        migrations.AddField(
            model_name="residence",
            name="heating_energy",
            field=models.CharField(
                blank=True,
                choices=[
                    ("gas", "gaz"),
                    ("electricity", "électricité"),
                    ("network", "réseau de chaleur"),
                    ("heat_pump", "pompe à chaleur"),
                    ("wood", "bois"),
                    ("fuel_oil", "fioul"),
                ],
                max_length=11,
                verbose_name="énergie du chauffage",
            ),
        ),
        migrations.AddField(
            model_name="residence",
            name="latitude",
            field=models.FloatField(blank=True, null=True, verbose_name="latitude"),
        ),
        migrations.AddField(
            model_name="residence",
            name="longitude",
            field=models.FloatField(blank=True, null=True, verbose_name="longitude"),
        ),
        migrations.AddField(
            model_name="residence",
            name="postal_code",
            field=models.CharField(blank=True, max_length=5, verbose_name="code postal"),
        ),
        migrations.AddField(
            model_name="residence",
            name="qpv",
            field=models.BooleanField(
                default=False, verbose_name="quartier prioritaire de la politique de la ville (QPV)"
            ),
        ),
        migrations.AddField(
            model_name="residence",
            name="reference",
            field=models.CharField(
                blank=True,
                help_text="La vôtre, unique : un import retrouve la résidence par elle.",
                max_length=40,
                verbose_name="référence du bailleur",
            ),
        ),
        migrations.AddField(
            model_name="residence",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(
                condition=models.Q(
                    ("closing_told_at__isnull", True), ("published_at__isnull", False)
                ),
                fields=["closes_at"],
                name="offer_closing_to_tell",
            ),
        ),
        migrations.AddIndex(
            model_name="residence",
            index=models.Index(fields=["organisation", "name"], name="residence_of_landlord"),
        ),
        # Temporary homes had one wording, that of a stay of some months.
        migrations.RunSQL(
            "UPDATE listings_offer SET programme = 'mobility' WHERE kind = 'temporary'",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="dwelling",
            constraint=models.CheckConstraint(
                condition=models.Q(("annexes_m2__gte", 0)),
                name="dwelling_annexes_are_positive",
                violation_error_message="La surface des annexes est positive, ou nulle.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dwelling",
            constraint=models.CheckConstraint(
                condition=models.Q(("rooms__range", (1, 9))),
                name="dwelling_rooms_in_range",
                violation_error_message="Un logement a de une à neuf pièces.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dwelling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dpe__in", ["", "A", "B", "C", "D", "E", "F", "G"]),
                    ("ges__in", ["", "A", "B", "C", "D", "E", "F", "G"]),
                ),
                name="dwelling_letters_known",
                violation_error_message="Le DPE et le GES vont de A à G.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "social"),
                        ("programme__in", ["ordinary", "young_workers", "students"]),
                    ),
                    models.Q(("kind", "intermediate"), ("programme", "ordinary")),
                    models.Q(
                        ("kind", "temporary"),
                        ("programme__in", ["mobility", "emergency", "agricultural", "seasonal"]),
                    ),
                    _connector="OR",
                ),
                name="offer_programme_fits_its_kind",
                violation_error_message="Ce type d'offre ne va pas avec cette catégorie.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parking__in", ["none", "included"]), ("parking_rent__isnull", True)),
                    models.Q(
                        ("parking", "optional"),
                        ("parking_rent__gte", 0),
                        ("parking_rent__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="offer_parking_has_a_price_of_its_own",
                violation_error_message="Un stationnement en plus a son loyer ; compris ou absent, il n'en a pas.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contingent", "own"), ("reservataire__isnull", False), _negated=True
                ),
                name="offer_outside_contingents_has_no_reservataire",
                violation_error_message="Une offre hors contingent n'a pas de réservataire.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("min_age", None), ("min_age__range", (16, 99)), _connector="OR"),
                    models.Q(("max_age", None), ("max_age__range", (16, 99)), _connector="OR"),
                    models.Q(
                        ("min_age", None),
                        ("max_age", None),
                        ("max_age__gte", models.F("min_age")),
                        _connector="OR",
                    ),
                ),
                name="offer_ages_in_order",
                violation_error_message="Les âges vont de 16 à 99 ans, le minimum avant le maximum.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("max_stay_months", None),
                    models.Q(("kind", "temporary"), ("max_stay_months__range", (1, 60))),
                    models.Q(
                        ("max_stay_months__range", (1, 60)),
                        ("programme__in", ["young_workers", "students"]),
                    ),
                    _connector="OR",
                ),
                name="offer_stay_fits_its_programme",
                violation_error_message="Seuls un logement temporaire ou une résidence limitent le séjour, de 1 à 60 mois.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("duplicate_of", models.F("id")), _negated=True),
                name="offer_is_not_its_own_copy",
                violation_error_message="Une offre n'est pas la copie d'elle-même.",
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                django.db.models.functions.text.Upper("reference"),
                condition=models.Q(("reference", ""), _negated=True),
                name="residence_reference_once",
                violation_error_message="Une autre de vos résidences porte cette référence.",
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (41.2, 51.2)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-5.3, 9.7)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (15.8, 16.6)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-61.9, -60.9)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (14.3, 15.0)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-61.3, -60.7)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (2.0, 5.9)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-54.7, -51.5)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (-21.5, -20.8)),
                        ("longitude__isnull", False),
                        ("longitude__range", (55.1, 55.9)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (-13.1, -12.5)),
                        ("longitude__isnull", False),
                        ("longitude__range", (44.9, 45.4)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (17.8, 18.2)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-63.2, -62.7)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (46.7, 47.2)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-56.5, -56.1)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (-28.0, -7.8)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-154.8, -134.3)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (-22.9, -19.4)),
                        ("longitude__isnull", False),
                        ("longitude__range", (158.1, 168.3)),
                    ),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (-14.5, -13.1)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-178.3, -176.0)),
                    ),
                    _connector="OR",
                ),
                name="residence_stands_in_france",
                violation_error_message="La latitude et la longitude vont ensemble, et désignent un point de France : par exemple 45,8992 et 6,1294.",
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("postal_code", ""), ("postal_code__regex", "^[0-9]{5}$"), _connector="OR"
                ),
                name="residence_postal_code_wellformed",
                violation_error_message="Un code postal a cinq chiffres.",
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("built_in", None), ("built_in__range", (1200, 2200)), _connector="OR"
                ),
                name="residence_year_is_plausible",
                violation_error_message="L'année de construction a quatre chiffres.",
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.CheckConstraint(
                condition=models.Q(("heating__in", ["", "individual", "collective"])),
                name="residence_heating_known",
                violation_error_message="Le chauffage est individuel ou collectif.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="dwelling",
            name="dwelling_reference_once",
            constraint=models.UniqueConstraint(
                fields=("residence", "reference"),
                name="dwelling_reference_once",
                violation_error_message="Un autre logement de cette résidence porte cette référence.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="dwelling",
            name="dwelling_has_a_surface",
            constraint=models.CheckConstraint(
                condition=models.Q(("surface_m2__gt", 0)),
                name="dwelling_has_a_surface",
                violation_error_message="La surface habitable est positive.",
            ),
        ),
        migrations.AddField(
            model_name="offerdailyviews",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="daily_views",
                to="listings.offer",
            ),
        ),
        migrations.AddField(
            model_name="offerrevision",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="offerrevision",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="revisions",
                to="listings.offer",
            ),
        ),
        migrations.AddField(
            model_name="picture",
            name="added_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="picture",
            name="dwelling",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="listings.dwelling",
            ),
        ),
        migrations.AddField(
            model_name="picture",
            name="residence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="listings.residence",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerdailyviews",
            constraint=models.UniqueConstraint(
                fields=("offer", "day"), name="offer_views_once_per_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="offerrevision",
            constraint=models.UniqueConstraint(
                fields=("offer", "version"),
                name="offer_revision_once_per_version",
                violation_error_message="Quelqu'un d'autre vient de modifier cette offre.",
            ),
        ),
        migrations.AddConstraint(
            model_name="offerrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("before", models.F("after")), _negated=True),
                name="offer_revision_changes_something",
                violation_error_message="Rien n'a changé.",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dwelling__isnull", True), ("residence__isnull", False)),
                    models.Q(("dwelling__isnull", False), ("residence__isnull", True)),
                    _connector="OR",
                ),
                name="picture_shows_one_thing",
                violation_error_message="Une image montre une résidence ou un logement.",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(("alt", ""), _negated=True),
                name="picture_has_a_description",
                violation_error_message="Décrivez l'image en quelques mots.",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("height__gt", 0),
                    ("small_height__gt", 0),
                    ("small_width__range", (1, models.F("width"))),
                    ("width__gt", 0),
                ),
                name="picture_has_dimensions",
                violation_error_message="Une image a une largeur et une hauteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.UniqueConstraint(
                fields=("dwelling", "digest"),
                name="picture_once_per_dwelling",
                violation_error_message="Cette image est déjà là.",
            ),
        ),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.UniqueConstraint(
                fields=("residence", "digest"),
                name="picture_once_per_residence",
                violation_error_message="Cette image est déjà là.",
            ),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER offer_revision_append_only BEFORE UPDATE OR DELETE"
            " ON listings_offerrevision FOR EACH ROW EXECUTE FUNCTION kit_refuse_change()",
            "DROP TRIGGER offer_revision_append_only ON listings_offerrevision",
        ),
    ]
