"""What a site sets for itself."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.settings import SettingsError, load_settings
from service.sites import Site, mapped

SHARES = st.floats(0, 1)


def sites(**tables: object) -> dict[str, str]:
    return {"COMITY_SITES": json.dumps(tables)}


def test_a_site_without_a_table_has_the_defaults() -> None:
    site = load_settings({}).site("daily")
    assert (site.language, site.score_map, site.not_judged) == (None, "shipped", "leave_out")


def test_a_sites_table_is_read_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text(
        'language = "de"\n[sites.daily]\nlanguage = "en"\nscore_map = [[0, 0], [0.7, 0.8], [1, 1]]\n'
        '[sites.weekly]\nnot_judged = "error"\n'
    )
    settings = load_settings({"COMITY_CONFIG": str(file)})
    assert settings.site("daily").language == "en"
    assert settings.site("daily").score_map == [(0, 0), (0.7, 0.8), (1, 1)]
    assert (settings.site("weekly").language, settings.site("weekly").not_judged) == ("de", "error")


def test_the_environment_has_sites_in_json_and_wins() -> None:
    settings = load_settings({"COMITY_NOT_JUDGED": "neutral", **sites(daily={"score_map": "none"})})
    site = settings.site("daily")
    assert (site.score_map, site.not_judged) == ("none", "neutral")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"colour": "red"}, r"COMITY_SITES\.daily\.colour: "),
        ({"language": "english"}, r"COMITY_SITES\.daily\.language: "),
        ({"not_judged": "perhaps"}, r"COMITY_SITES\.daily\.not_judged: .*'leave_out'"),
        ({"score_map": [[0, 0], [0.5, 2], [1, 1]]}, r"COMITY_SITES\.daily\.score_map"),
        ({"score_map": [[0, 0], [0.5, 0.5]]}, r"must go from \[0, 0\] to \[1, 1\]"),
        ({"score_map": []}, r"must go from \[0, 0\] to \[1, 1\]"),
        ({"score_map": [[0, 0], [0.5, 0.6], [0.4, 0.7], [1, 1]]}, "must rise: "),
        ({"score_map": [[0, 0], [0.4, 0.6], [0.5, 0.5], [1, 1]]}, "must rise: "),
        ({"score_map": [[0, 0], [0, 0.5], [1, 1]]}, "must rise: "),
    ],
)
def test_an_unusable_line_stops_the_start_by_name(table: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_settings(sites(daily=table))


def test_sites_that_are_no_json_stop_the_start() -> None:
    with pytest.raises(SettingsError, match=r"COMITY_SITES: is not valid JSON at column 2"):
        load_settings({"COMITY_SITES": "{daily}"})


@given(SHARES, SHARES, st.lists(st.tuples(SHARES, SHARES), max_size=4))
def test_a_map_never_turns_two_scores_around(
    one: float, other: float, between: list[tuple[float, float]]
) -> None:
    xs = sorted({x for x, _ in between if 0 < x < 1})
    ys = sorted(y for _, y in between)[: len(xs)]
    points = ((0.0, 0.0), *zip(xs, ys, strict=True), (1.0, 1.0))
    Site(score_map=list(points))
    low, high = sorted((one, other))
    assert 0 <= mapped(low, points) <= mapped(high, points) + 1e-12 <= 1 + 2e-12


def test_a_score_between_two_points_is_on_their_line() -> None:
    points = ((0.0, 0.0), (0.5, 0.8), (1.0, 1.0))
    assert [mapped(x, points) for x in (0, 0.25, 0.5, 0.75, 1)] == pytest.approx(
        [0, 0.4, 0.8, 0.9, 1]
    )
