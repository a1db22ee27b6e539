"""Coordinate systems: the published formulas, and the way back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown.places import coords

# Inside the box in which GCJ-02 applies, a little off its edge, where the way back is not unique.
LON, LAT = st.floats(72.1, 137.7), st.floats(0.9, 55.7)
TENTH_OF_A_METRE = 0.1


def metres(a, b):
    return math.hypot((a[0] - b[0]) * math.cos(math.radians(a[1])), a[1] - b[1]) * 111_195


# Values that published converters give for these points; they agree with each other.
@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_of_known_points(wgs84, gcj02):
    assert coords.wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-10)
    assert metres(coords.gcj02_to_wgs84(*gcj02), wgs84) < TENTH_OF_A_METRE


def test_bd09_of_a_known_point():
    assert coords.gcj02_to_bd09(116.404, 39.915) == pytest.approx(
        (116.41036949371029, 39.92133699351021), abs=1e-10
    )


@given(LON, LAT)
def test_there_and_back_from_every_system(lon, lat):
    for crs in coords.CRS:
        back = coords.to_wgs84(*coords.from_wgs84(lon, lat, crs), crs)
        assert metres(back, (lon, lat)) < TENTH_OF_A_METRE, crs


@given(LON, LAT)
def test_the_shift_is_what_it_is_known_to_be(lon, lat):
    """GCJ-02 is off by some hundred metres, never by nothing and never by a village."""
    assert 1 < metres(coords.wgs84_to_gcj02(lon, lat), (lon, lat)) < 2_000


@given(st.floats(-180, 71.9), st.floats(-80, 80))
def test_outside_china_gcj02_is_wgs84(lon, lat):
    assert coords.wgs84_to_gcj02(lon, lat) == (lon, lat)
    assert coords.gcj02_to_wgs84(lon, lat) == (lon, lat)


@pytest.mark.parametrize("crs", coords.CRS)
def test_an_array_gives_what_its_numbers_give(crs):
    lon, lat = np.array([119.97, 116.4, 10.0]), np.array([30.39, 39.9, 50.0])
    many = np.stack(coords.to_wgs84(lon, lat, crs), axis=1)
    one = [coords.to_wgs84(float(x), float(y), crs) for x, y in zip(lon, lat, strict=True)]
    assert many == pytest.approx(np.array(one), abs=1e-12)


def test_a_number_stays_a_number():
    assert [type(v) for v in coords.to_wgs84(119.97, 30.39, "bd09")] == [float, float]


def test_cgcs2000_is_taken_as_wgs84():
    assert coords.to_wgs84(119.97, 30.39, "cgcs2000") == (119.97, 30.39)


@pytest.mark.parametrize("way", [coords.to_wgs84, coords.from_wgs84])
def test_an_unknown_system_is_refused(way):
    with pytest.raises(ValueError, match="unknown coordinate system"):
        way(119.97, 30.39, "epsg:3857")
