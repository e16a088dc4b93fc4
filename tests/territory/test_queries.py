import pytest

from territory.queries import (
    commune_meant,
    departements_by_region,
    folded,
    neighbours,
    search_communes,
)
from tests.territory.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def some_communes():
    for insee_code, name, postal_codes, population in [
        ("42218", "Saint-Étienne", ["42000", "42100"], 172718),
        ("62746", "Saint-Étienne-au-Mont", ["62360"], 4800),
        ("54584", "Villey-Saint-Étienne", ["54200"], 1100),
        ("93066", "Saint-Denis", ["93200", "93380"], 149077),
        ("97411", "Saint-Denis", ["97400"], 155634),
        ("11339", "Saint-Denis", ["11310"], 480),
        ("45274", "Saint-Denis-en-Val", ["45560"], 7600),
        ("69202", "Sainte-Foy-lès-Lyon", ["69110"], 21000),
        ("75056", "Paris", ["75001", "75015"], 2103778),
        ("75115", "Paris 15e Arrondissement", ["75015"], 227000),
        ("02201", "Cœuvres-et-Valsery", ["02600"], 470),
        ("34172", "Montpellier", ["34000"], 307000),
        ("15014", "Aurillac", ["15000"], 25000),
        ("55050", "Bezonvaux", [], None),
    ]:
        arrondissement = insee_code == "75115"
        CommuneFactory(
            insee_code=insee_code,
            name=name,
            kind="ARM" if arrondissement else "COM",
            parent_id="75056" if arrondissement else None,
            postal_codes=postal_codes,
            population=population,
        )


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Saint-Étienne", ["42218", "62746", "54584"]),
        ("SAINT ETIENNE", ["42218", "62746", "54584"]),
        ("sant etienne", ["42218", "62746", "54584"]),
        ("st-denis", ["97411", "93066", "11339", "45274"]),
        # Too short to be like any name: only “st” read as “saint” finds these.
        ("st d", ["97411", "93066", "45274", "11339"]),
        ("ste foy", ["69202"]),
        ("coeuvres", ["02201"]),
        ("cœuvres", ["02201"]),
        ("montpelier", ["34172"]),
        ("paris", ["75056", "75115"]),
        ("paris 15", ["75115", "75056"]),
        ("75015", ["75056", "75115"]),
        ("75", ["75056", "75115"]),
        ("75015 paris 15", ["75115", "75056"]),
        ("15", ["15014"]),
        ("93380 saint-denis", ["93066"]),
        ("bezon", ["55050"]),
    ],
)
def test_a_commune_is_found_by_what_people_type(some_communes, typed, first):
    assert [each.insee_code for each in search_communes(typed)][: len(first)] == first


@pytest.fixture
def arrondissements():
    for city, name, count in (("75056", "Paris", 20), ("69123", "Lyon", 9)):
        CommuneFactory(insee_code=city, name=name)
        first = 75101 if name == "Paris" else 69381
        for rank in range(1, count + 1):
            CommuneFactory(
                insee_code=str(first + rank - 1),
                name=f"{name} {rank}{'er' if rank == 1 else 'e'} Arrondissement",
                kind="ARM",
                parent_id=city,
                population=rank * 1000,
            )


@pytest.mark.parametrize(
    ("typed", "insee_code"),
    [
        ("Paris", "75056"),
        # It begins the names of eleven, and the 1st is the least populous.
        ("Paris 1", "75101"),
        ("paris 1er", "75101"),
        ("Paris 2", "75102"),
        ("PARIS 15ème", "75115"),
        ("Lyon 03", "69383"),
        ("lyon 3e arrondissement", "69383"),
    ],
)
def test_an_arrondissement_is_meant_by_its_number(arrondissements, typed, insee_code):
    meant = commune_meant(typed).commune
    assert meant is not None
    assert meant.insee_code == insee_code


@pytest.mark.parametrize("typed", ["", "   ", "'%_", "93380 paris", "99999", "xqzw"])
def test_what_means_no_commune_finds_none(some_communes, typed):
    assert search_communes(typed) == []


def test_the_limit_keeps_the_likeliest(some_communes):
    assert [each.insee_code for each in search_communes("saint", limit=2)] == ["42218", "97411"]


def test_a_search_is_one_statement(some_communes, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = search_communes("saint")
        assert found[0].departement.name == "Rhône"


def test_folding_forgets_case_accents_and_signs():
    assert folded("  L'Haÿ-les-Roses ") == "l hay les roses"
    assert folded("ŒUILLY (Ville)") == "oeuilly ville"


def test_departements_are_grouped_by_region_in_the_order_people_read():
    for code, name, region in [
        ("971", "Guadeloupe", "Guadeloupe"),
        ("75", "Paris", "Île-de-France"),
        ("69", "Rhône", "Auvergne-Rhône-Alpes"),
        ("01", "Ain", "Auvergne-Rhône-Alpes"),
        ("14", "Calvados", "Normandie"),
    ]:
        DepartementFactory(code=code, name=name, region_name=region)
    assert [
        (region, [each.code for each in departements])
        for region, departements in departements_by_region()
    ] == [
        ("Auvergne-Rhône-Alpes", ["01", "69"]),
        ("Guadeloupe", ["971"]),
        ("Île-de-France", ["75"]),
        ("Normandie", ["14"]),
    ]


def test_neighbours_are_measured_on_the_globe_and_ordered():
    lyon = CommuneFactory(insee_code="69123", name="Lyon", latitude=45.7675, longitude=4.8358)
    CommuneFactory(insee_code="69266", latitude=45.7667, longitude=4.8799)
    CommuneFactory(insee_code="69256", name="Vaulx-en-Velin", latitude=45.7787, longitude=4.9186)
    CommuneFactory(insee_code="69264", name="Villefranche", latitude=45.9894, longitude=4.7181)
    # 4.8799 − 4.8358 = 0.0441° of longitude at 45.77°: 111.195 × 0.0441 × cos 45.77° = 3.42 km.
    assert [(each.insee_code, round(each.distance_km, 1)) for each in neighbours(lyon, km=10)] == [
        ("69266", 3.4),
        ("69256", 6.5),
    ]


def test_a_commune_without_position_has_no_neighbours_and_is_none():
    lyon = CommuneFactory(insee_code="69123", latitude=45.7675, longitude=4.8358)
    nowhere = CommuneFactory(insee_code="69001", latitude=None, longitude=None)
    assert list(neighbours(nowhere, km=10)) == []
    assert list(neighbours(lyon, km=10)) == []
