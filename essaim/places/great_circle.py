"""Distances on the globe, and the boxes of degrees that hold everything within a distance."""

from math import asin, atan2, cos, degrees, radians, sin, sqrt

POLE, DATE_LINE = 90.0, 180.0  # degrees
EARTH_KM = 6371.0088  # mean radius (IUGG)

MARGIN = 1e-8  # radians, 6 cm: rounding must not push a point off the edge of its own circle

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees


def distance_km(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Great-circle distance by the haversine formula; within 0.6 % of the ellipsoid's."""
    phi, other_phi = radians(latitude), radians(other_latitude)
    half_phi = (other_phi - phi) / 2
    half_lambda = radians(other_longitude - longitude) / 2
    h = sin(half_phi) ** 2 + cos(phi) * cos(other_phi) * sin(half_lambda) ** 2
    return 2 * EARTH_KM * atan2(sqrt(h), sqrt(max(0.0, 1 - h)))


def boxes_within(latitude: float, longitude: float, km: float) -> tuple[Box, ...]:
    """One box, or two across the date line, that hold every point within `km` of this one.

    The half width is asin(sin(d/R) / cos(latitude)): the widest meridians lie nearer to the pole
    than the point itself. A circle that holds a pole spans all longitudes.
    """
    angle = km / EARTH_KM + MARGIN
    reach = degrees(angle)
    south, north = latitude - reach, latitude + reach
    if south <= -POLE or north >= POLE:
        return ((-DATE_LINE, max(south, -POLE), DATE_LINE, min(north, POLE)),)
    half = degrees(asin(min(1.0, sin(angle) / cos(radians(latitude)))))
    west, east = longitude - half, longitude + half
    if west < -DATE_LINE:
        return ((-DATE_LINE, south, east, north), (west + 360, south, DATE_LINE, north))
    if east > DATE_LINE:
        return ((west, south, DATE_LINE, north), (-DATE_LINE, south, east - 360, north))
    return ((west, south, east, north),)
