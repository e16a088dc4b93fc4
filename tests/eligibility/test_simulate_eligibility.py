"""Cases worked out by hand from the published tables and the arrêté of 29 July 1987."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from eligibility.models import Ceiling
from territory.models import Commune
from tests.territory.factories import CommuneFactory, DepartementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ceilings")]

HEADER = (
    "case_id,year,commune_insee,union,age_titulaire,age_conjoint,personnes_a_charge,"
    "autres_personnes,handicap,rfr_n2_total,rfr_n1_total,ressources_12m"
)
ANSWER_HEADER = (
    "case_id,zone,category,extra_persons,resources,basis,plai,plus,pls,"
    "eligible_plai,eligible_plus,eligible_pls,pct_plus,note"
)
LYON, PARIS_15, BOULOGNE, MELUN = "69123", "75115", "92012", "77288"
SAINT_DENIS_REUNION, MIQUELON = "97411", "97501"


@pytest.fixture(autouse=True)
def communes():
    CommuneFactory(insee_code=LYON, name="Lyon")
    CommuneFactory(
        insee_code="75056", name="Paris", zone_abc="Abis", ceilings_zone="paris_limitrophes"
    )
    CommuneFactory(
        insee_code=PARIS_15,
        name="Paris 15e Arrondissement",
        kind="ARM",
        parent_id="75056",
        ceilings_zone="paris_limitrophes",
    )
    CommuneFactory(insee_code=BOULOGNE, name="Boulogne", ceilings_zone="paris_limitrophes")
    CommuneFactory(insee_code=MELUN, name="Melun", ceilings_zone="idf_hors_paris")
    CommuneFactory(insee_code=SAINT_DENIS_REUNION, name="Saint-Denis", ceilings_zone="drom")
    CommuneFactory(
        insee_code=MIQUELON,
        name="Miquelon-Langlade",
        departement=DepartementFactory(code="975", name="Saint-Pierre-et-Miquelon"),
        zone_abc="",
        zone_abc_as_of=None,
        zone_123="",
        ceilings_zone="com",
    )


def simulate(tmp_path: Path, *rows: str) -> tuple[list[str], list[str], int]:
    """The lines of OUT after its header, those of standard error, the exit status."""
    source, out, errors = tmp_path / "in.csv", tmp_path / "out.csv", StringIO()
    source.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    status = 0
    try:
        call_command("simulate_eligibility", source, out=out, stdout=StringIO(), stderr=errors)
    except SystemExit as end:
        status = end.code
    header, *answers = out.read_text(encoding="utf-8").splitlines()
    assert header == ANSWER_HEADER
    return answers, errors.getvalue().splitlines(), status


def case(
    *,
    year: str = "2026",
    commune: str = LYON,
    union: str = "",
    age: str = "40",
    spouse: str = "",
    dependants: str = "",
    others: str = "",
    disabled: str = "",
    n2: str = "20000",
    n1: str = "",
    months: str = "",
) -> str:
    return (
        f"x,{year},{commune},{union},{age},{spouse},{dependants},{others},{disabled},"
        f"{n2},{n1},{months}"
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # One person in Lyon: PLAI 12 870, PLUS 23 403, PLS 30 424. 20 000 / 23 403 = 85.459… %.
        (case(), "autres_regions,1,0,20000,N-2,12870,23403,30424,0,1,1,85.46,"),
        # At the ceiling, one euro above.
        (case(n2="23403"), "autres_regions,1,0,23403,N-2,12870,23403,30424,0,1,1,100.00,"),
        (case(n2="23404"), "autres_regions,1,0,23404,N-2,12870,23403,30424,0,0,1,100.00,"),
        (case(n2="12870"), "autres_regions,1,0,12870,N-2,12870,23403,30424,1,1,1,54.99,"),
        (case(n2="30425"), "autres_regions,1,0,30425,N-2,12870,23403,30424,0,0,0,130.00,"),
        (case(n2="0"), "autres_regions,1,0,0,N-2,12870,23403,30424,1,1,1,0.00,"),
        # Boulogne-Billancourt is one of the communes around Paris. 3 365 is an eighth of 26 920.
        (
            case(commune=BOULOGNE, n2="3365"),
            "paris_limitrophes,1,0,3365,N-2,14811,26920,34996,1,1,1,12.50,",
        ),
        # The zone is that of the arrondissement; 27 and 28 years make 55: category 3.
        (
            case(commune=PARIS_15, union="pacs", age="28", spouse="27", n2="52741"),
            "paris_limitrophes,3,0,52741,N-2,31643,52740,68562,0,0,1,100.00,",
        ),
        # 56 years between them: category 2.
        (
            case(commune=PARIS_15, union="marie", age="28", spouse="28", n2="40233"),
            "paris_limitrophes,2,0,40233,N-2,24140,40233,52303,0,1,1,100.00,",
        ),
        (
            case(commune=MELUN, union="concubinage", age="27", spouse="28", n2="48362"),
            "idf_hors_paris,3,0,48362,N-2,29018,48362,62871,0,1,1,100.00,",
        ),
        # Nine persons: the sixth category and three amounts more.
        # PLUS 60 156 + 3 × 6 710 = 80 286; PLAI 33 086 + 3 × 3 689; PLS 78 203 + 3 × 8 723.
        (
            case(
                union="marie",
                spouse="38",
                dependants="|".join(f"child:{age}" for age in range(1, 8)),
                n2="40143",
            ),
            "autres_regions,6,3,40143,N-2,44153,80286,104372,1,1,1,50.00,",
        ),
        # Overseas: persons and resources are told, no ceiling.
        (
            case(commune=SAINT_DENIS_REUNION, dependants="child:3"),
            'drom,3,0,20000,N-2,,,,,,,,"outre-mer : pas de plafonds PLAI, PLUS, PLS"',
        ),
        (
            case(commune=MIQUELON, n2=""),
            'com,1,0,,,,,,,,,,"outre-mer : pas de plafonds PLAI, PLUS, PLS'
            ' ; ressources N-2 inconnues"',
        ),
        # Unknown resources leave the ceilings known. Those of N-1 alone cannot be compared.
        (case(n2=""), "autres_regions,1,0,,,12870,23403,30424,,,,,ressources N-2 inconnues"),
        (
            case(n2="", n1="10000"),
            "autres_regions,1,0,,,12870,23403,30424,,,,,ressources N-2 inconnues",
        ),
        # A year that is not loaded is said; an older one has its own figures.
        (
            case(year="2027"),
            'autres_regions,1,0,20000,N-2,,,,,,,,"plafonds PLAI, PLUS, PLS 2027 non chargés"',
        ),
        (case(year="2025"), "autres_regions,1,0,20000,N-2,12759,23201,30161,0,1,1,86.20,"),
    ],
)
def test_ceilings_and_verdicts(tmp_path, row, expected):
    assert simulate(tmp_path, row) == ([f"x,{expected}"], [], 0)


@pytest.mark.parametrize(
    ("row", "category", "extra"),
    [
        (case(), 1, 0),
        (case(disabled="holder"), 2, 0),
        (case(others="cotitulaire:40"), 2, 0),
        # Two young friends are no young couple; a couple with somebody else is three persons.
        (case(age="20", others="cotitulaire:20"), 2, 0),
        (case(union="pacs", age="20", spouse="20", others="adult_child:19"), 3, 0),
        (case(union="pacs", age="20", spouse="20", dependants="child:0"), 3, 0),
        (case(union="marie", age="50", spouse="49"), 2, 0),
        (case(union="marie", age="50", spouse="49", disabled="spouse"), 3, 0),
        # A young couple is not raised again by a disability.
        (case(union="marie", age="25", spouse="25", disabled="holder|spouse"), 3, 0),
        # Alone with 1 to 5 dependants, of whatever kind.
        (case(dependants="child:4"), 3, 0),
        (case(dependants="student:23"), 3, 0),
        (case(dependants="ascendant:80"), 3, 0),
        (case(dependants="child:4|student:20"), 4, 0),
        (case(dependants="child:4|child:5|child:6"), 5, 0),
        (case(dependants="child:4|child:5|child:6|child:7"), 6, 0),
        (case(dependants="child:4|child:5|child:6|child:7|child:8"), 6, 1),
        # Another adult in the home: nobody is alone with the child.
        (case(dependants="child:4", others="adult_child:25"), 3, 0),
        (case(dependants="child:4", others="ascendant:70"), 3, 0),
        # A disability is never added to another bonus.
        (case(dependants="child:4", disabled="dep0"), 3, 0),
        (case(dependants="child:4|child:5", disabled="holder|dep1"), 4, 0),
        (case(dependants="child:4", others="ascendant:70", disabled="dep0"), 4, 0),
        # A grown child or parent who is nobody's dependant makes two persons.
        (case(others="adult_child:25"), 2, 0),
        (case(others="ascendant:70"), 2, 0),
        # Five persons and a disability; six and a disability: the text gives nothing more.
        (
            case(union="marie", spouse="40", dependants="child:1|child:2|child:3", disabled="dep2"),
            6,
            0,
        ),
        (
            case(
                union="marie",
                spouse="40",
                dependants="child:1|child:2|child:3|child:4",
                disabled="dep3",
            ),
            6,
            0,
        ),
        (
            case(
                union="marie",
                spouse="40",
                dependants="child:1",
                others="ascendant:70|cotitulaire:30|adult_child:20|adult_child:22",
            ),
            6,
            1,
        ),
    ],
)
def test_the_category_of_a_household(tmp_path, row, category, extra):
    answers, errors, status = simulate(tmp_path, row)
    assert (answers[0].split(",")[2:4], errors, status) == ([str(category), str(extra)], [], 0)


@pytest.mark.parametrize(
    ("n2", "n1", "months", "resources", "basis"),
    [
        ("30000", "27000", "", "27000", "N-1"),
        ("30000", "27001", "", "30000", "N-2"),
        ("30000", "", "27000", "27000", "12M"),
        ("30000", "25000", "20000", "20000", "12M"),
        ("30000", "20000", "20000", "20000", "N-1"),
        ("30000", "30000", "30000", "30000", "N-2"),
        ("0", "0", "0", "0", "N-2"),
        ("20000", "30000", "25000", "20000", "N-2"),
        # 10 % of 30 005 is 3 000.5: 27 004 is low enough, 27 005 is not.
        ("30005", "27004", "", "27004", "N-1"),
        ("30005", "27005", "", "30005", "N-2"),
    ],
)
def test_the_resources_that_count(tmp_path, n2, n1, months, resources, basis):
    answers, _errors, _status = simulate(tmp_path, case(n2=n2, n1=n1, months=months))
    assert answers[0].split(",")[4:6] == [resources, basis]


def test_a_percentage_rounds_halves_up(tmp_path):
    # Category 5 in Lyon: 53 376 = 32 × 1 668. 1 668 is 3.125 % of it, 8 340 is 15.625 %.
    five = {"union": "marie", "spouse": "38", "dependants": "child:1|child:2|child:3"}
    answers, _errors, _status = simulate(
        tmp_path, *(case(n2=amount, **five) for amount in ("1667", "1668", "1669", "8340"))
    )
    assert [answer.split(",")[12] for answer in answers] == ["3.12", "3.13", "3.13", "15.63"]


def test_unreadable_rows_are_left_out_and_told_by_their_line(tmp_path):
    wrong = [
        case(commune="99999"),
        case(commune="6912"),
        case(year="vingt"),
        case(union="divorce"),
        case(union="marie"),
        case(spouse="40"),
        case(age=""),
        case(age="131"),
        case(dependants="child"),
        case(dependants="child:"),
        case(dependants="cousin:4"),
        case(dependants="child:4|"),
        case(dependants="child:4;child:5"),
        case(dependants="cotitulaire:30"),
        case(others="child:4"),
        case(disabled="dep0"),
        case(disabled="spouse"),
        case(dependants="child:4", disabled="dep1"),
        case(n2="20 000"),
        case(n2="20000.5"),
        case(n2="-1"),
        case(n2="²"),
        case().replace("x,", ",", 1),
        case() + ",",
    ]
    good = "x,autres_regions,1,0,20000,N-2,12870,23403,30424,0,1,1,85.46,"
    answers, errors, status = simulate(tmp_path, case(), *wrong, case())
    assert (answers, status) == ([good, good], 1)
    assert errors == [
        f"line {number}: {reason}"
        for number, reason in enumerate(
            [
                "commune_insee : « 99999 » n’est pas une commune connue.",
                "commune_insee : « 6912 » n’est pas une commune connue.",
                "year : « vingt » n’est pas un nombre entier de 0 à 9999.",
                "union : « divorce » n’est pas l’une de marie, pacs, concubinage.",
                "age_conjoint est vide.",
                "age_conjoint est donné sans union.",
                "age_titulaire est vide.",
                "age_titulaire : « 131 » n’est pas un nombre entier de 0 à 130.",
                "personnes_a_charge : « child » n’est pas de la forme genre:âge"
                " (child, student, ascendant).",
                "personnes_a_charge est vide.",
                "personnes_a_charge : « cousin:4 » n’est pas de la forme genre:âge"
                " (child, student, ascendant).",
                "personnes_a_charge : «  » n’est pas de la forme genre:âge"
                " (child, student, ascendant).",
                "personnes_a_charge : « 4;child:5 » n’est pas un nombre entier de 0 à 130.",
                "personnes_a_charge : « cotitulaire:30 » n’est pas de la forme genre:âge"
                " (child, student, ascendant).",
                "autres_personnes : « child:4 » n’est pas de la forme genre:âge"
                " (adult_child, cotitulaire, ascendant).",
                "handicap : « dep0 » n’est personne de ce foyer.",
                "handicap : « spouse » n’est personne de ce foyer.",
                "handicap : « dep1 » n’est personne de ce foyer.",
                "rfr_n2_total : « 20 000 » n’est pas un nombre entier de 0 à 999999999.",
                "rfr_n2_total : « 20000.5 » n’est pas un nombre entier de 0 à 999999999.",
                "rfr_n2_total : « -1 » n’est pas un nombre entier de 0 à 999999999.",
                "rfr_n2_total : « ² » n’est pas un nombre entier de 0 à 999999999.",
                "case_id est vide.",
                "13 valeurs pour 12 colonnes.",
            ],
            start=3,
        )
    ]


def test_an_identifier_comes_back_as_it_was_written(tmp_path):
    row = '"Dupont, ""A"" é",' + case().split(",", 1)[1]
    answers, _errors, _status = simulate(tmp_path, row)
    assert answers[0].startswith('"Dupont, ""A"" é",autres_regions,1,0,')


def test_a_year_typed_in_part_is_not_used(tmp_path):
    Ceiling.objects.filter(year=2026, funding="PLUS", zone="autres_regions", category="6").delete()
    answers, _errors, _status = simulate(tmp_path, case())
    assert answers == [
        "x,autres_regions,1,0,20000,N-2,12870,,30424,0,,1,,plafonds PLUS 2026 non chargés"
    ]


def test_the_number_of_statements_does_not_grow_with_the_file(tmp_path, django_assert_num_queries):
    with django_assert_num_queries(3):
        simulate(tmp_path, case(), case(year="2025"))
    with django_assert_num_queries(3):
        simulate(tmp_path, *[case(), case(year="2025")] * 30)


def test_without_communes_nothing_is_answered(tmp_path):
    Commune.objects.all().delete()
    (tmp_path / "in.csv").write_text(HEADER)
    with pytest.raises(CommandError, match="communes ne sont pas chargées") as refusal:
        call_command("simulate_eligibility", tmp_path / "in.csv", out=tmp_path / "out.csv")
    assert refusal.value.returncode == 2


def test_a_file_without_its_columns_is_unreadable(tmp_path):
    (tmp_path / "in.csv").write_text(HEADER.replace(",handicap", "") + "\n" + case())
    with pytest.raises(CommandError, match="il manque les colonnes : handicap") as refusal:
        call_command("simulate_eligibility", tmp_path / "in.csv", out=tmp_path / "out.csv")
    assert refusal.value.returncode == 2
