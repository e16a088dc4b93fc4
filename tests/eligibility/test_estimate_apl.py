import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from eligibility.models import Parameter
from eligibility.queries import aid_parameters_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ceilings")]

WORKED_CASES = Path(__file__).parent / "data" / "apl_examples.csv"
HEADER = "apl_zone,adults,children,rent_month_eur,taxable_salary_year_eur"
ONE_CASE = "zone_2,2,3,450,20400"
ITS_ANSWER = "zone_2,2,3,450,20400,18400,450.0,101.81,301.57,61.29,240"


def estimate(tmp_path: Path, content: str | bytes, **options: object) -> tuple[str, str, int]:
    """What the command wrote to OUT, to standard error, and its exit status."""
    source, out, errors = tmp_path / "in.csv", tmp_path / "out.csv", StringIO()
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    status = 0
    try:
        call_command("estimate_apl", source, out=out, stdout=StringIO(), stderr=errors, **options)
    except SystemExit as end:
        status = end.code
    return out.read_text(encoding="utf-8"), errors.getvalue(), status


def test_the_120_worked_cases_come_out_as_they_are_published(tmp_path):
    published = WORKED_CASES.read_text(encoding="utf-8")
    asked = "\n".join(",".join(line.split(",")[:5]) for line in published.splitlines())
    assert len(asked.splitlines()) == 121
    assert estimate(tmp_path, asked) == (published, "", 0)


def test_from_june_2026_a_smaller_reduction_of_rent_leaves_more_aid(tmp_path):
    answer, _errors, _status = estimate(tmp_path, f"{HEADER}\n{ONE_CASE}\n", au=date(2026, 11, 23))
    # RLS 43.06 + 2 × 6.26 = 55.58; 301.57 − 54.4684 = 247.1016, less 1.23 of CRDS.
    assert answer.splitlines()[1] == ("zone_2,2,3,450,20400,18400,450.0,101.81,301.57,55.58,245")


def test_unreadable_rows_are_left_out_and_told_by_their_line(tmp_path):
    rows = [
        ONE_CASE,
        "zone_4,2,3,450,20400",
        "zone_2,3,3,450,20400",
        "zone_2,0,3,450,20400",
        "zone_2,2,-1,450,20400",
        "zone_2,2,3,,20400",
        "zone_2,2,3,4e2,20400",
        "zone_2,2,3,450",
        "",
        'zone_2,2,3,"450,20400',
        ONE_CASE,
    ]
    answer, errors, status = estimate(tmp_path, "\n".join([HEADER, *rows]))
    assert answer.splitlines()[1:] == [ITS_ANSWER, ITS_ANSWER]
    assert errors.splitlines() == [
        "line 3: apl_zone : « zone_4 » n’est pas l’une de zone_1, zone_2, zone_3.",
        "line 4: adults : « 3 » n’est pas un nombre entier de 0 à 2.",
        "line 5: adults : il faut 1 ou 2 adultes.",
        "line 6: children : « -1 » n’est pas un nombre entier de 0 à 20.",
        "line 7: rent_month_eur : «  » n’est pas un montant.",
        "line 8: rent_month_eur : « 4e2 » n’est pas un montant.",
        "line 9: 4 valeurs pour 5 colonnes.",
        "line 11: la ligne n’est pas au format CSV.",
    ]
    assert status == 1


def test_a_line_in_another_encoding_spoils_itself_alone(tmp_path):
    content = f"{HEADER}\n{ONE_CASE}\n".encode() + b"zone_\xe9,2,3,450,20400\n" + ONE_CASE.encode()
    answer, errors, status = estimate(tmp_path, content)
    assert answer.splitlines()[1:] == [ITS_ANSWER, ITS_ANSWER]
    assert (errors, status) == ("line 3: la ligne n’est pas en UTF-8.\n", 1)


def test_a_spreadsheet_s_mark_and_line_ends_and_order_of_columns_do_not_matter(tmp_path):
    names = HEADER.split(",")[::-1]
    values = ONE_CASE.split(",")[::-1]
    content = f"\ufeffnote,{','.join(names)}\r\nà revoir,{','.join(values)}\r\n"
    answer, errors, status = estimate(tmp_path, content)
    assert answer.splitlines()[1:] == [ITS_ANSWER]
    assert (errors, status) == ("", 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "il manque les colonnes : apl_zone, adults, children, rent_month_eur,"),
        (b"apl_zone;adults\n", "il manque les colonnes"),
        (HEADER.encode("utf-16"), "pas en UTF-8"),
    ],
)
def test_a_file_without_its_columns_is_unreadable(tmp_path, content, reason):
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    with pytest.raises(CommandError, match=reason) as refusal:
        call_command("estimate_apl", source, out=tmp_path / "out.csv")
    assert refusal.value.returncode == 2
    assert not (tmp_path / "out.csv").exists()


def test_a_file_that_is_not_there_or_its_own_answer_is_refused(tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("estimate_apl", tmp_path / "none.csv", out=tmp_path / "out.csv")
    assert refusal.value.returncode == 2
    source = tmp_path / "in.csv"
    source.write_text(f"{HEADER}\n{ONE_CASE}\n")
    with pytest.raises(CommandError, match="le fichier de sortie est celui d’entrée"):
        call_command("estimate_apl", source, out=source)
    assert source.read_text() == f"{HEADER}\n{ONE_CASE}\n"


def test_a_scale_that_is_not_known_is_said_and_not_guessed(tmp_path):
    # The reduction of rents is known from June 2025, the caps of rent from October 2025 on.
    assert aid_parameters_at(date(2025, 9, 30)) is None
    assert aid_parameters_at(date(2025, 12, 31)) is None
    assert aid_parameters_at(date(2026, 1, 1)).known_since == date(2026, 1, 1)
    assert aid_parameters_at(date(2026, 11, 23)).known_since == date(2026, 6, 1)
    with pytest.raises(CommandError, match="au 30/09/2025 n’est pas connu") as refusal:
        call_command("estimate_apl", "in.csv", out=tmp_path / "out.csv", au=date(2025, 9, 30))
    assert refusal.value.returncode == 2
    Parameter.objects.filter(name="crds").delete()
    assert aid_parameters_at(date(2026, 1, 1)) is None


def test_the_scale_is_read_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        aid_parameters_at(date(2026, 11, 23))


def test_the_worked_cases_cover_each_zone_and_each_family():
    with WORKED_CASES.open(encoding="utf-8", newline="") as lines:
        families = {
            (case["apl_zone"], case["adults"], case["children"]) for case in csv.DictReader(lines)
        }
    assert families == {
        (zone, adults, children)
        for zone in ("zone_1", "zone_2", "zone_3")
        for adults, children in (("1", "0"), ("1", "1"), ("2", "0"), ("2", "2"), ("2", "3"))
    }
