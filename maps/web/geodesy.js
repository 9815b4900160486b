// Geodesy: lengths, areas and plane coordinates on the ellipsoid of CGCS2000.
"use strict";
(function (landgis) {
  const A = 6378137;
  const F = 1 / 298.257222101;
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const ZONE = 3;
  const rad = (degrees) => (degrees * Math.PI) / 180;

  /** Metres between two near points, by the radii of curvature in the middle latitude. */
  function distance(one, two) {
    const middle = rad((one.lat + two.lat) / 2);
    const w = Math.sqrt(1 - E2 * Math.sin(middle) ** 2);
    const north = ((A * (1 - E2)) / w ** 3) * rad(two.lat - one.lat);
    const east = (A / w) * Math.cos(middle) * rad(two.lng - one.lng);
    return Math.hypot(north, east);
  }

  const length = (points) => points.slice(1).reduce((sum, point, i) => sum + distance(points[i], point), 0);

  /** Half of the authalic function q: with it a cylinder has the areas of the ellipsoid. */
  function height(lat) {
    const s = Math.sin(rad(lat));
    return ((1 - E2) / 2) * (s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E));
  }

  /** Square metres inside of a ring of points. */
  function area(points) {
    const flat = points.map(({ lat, lng }) => [rad(lng), height(lat)]);
    const twice = flat.reduce((sum, [x, y], i) => { const [u, v] = flat[(i + 1) % flat.length]; return sum + x * v - u * y; }, 0);
    return Math.abs(twice / 2) * A * A;
  }

  function meridian(phi) {
    const n = F / (2 - F);
    const [n2, n3] = [n * n, n ** 3];
    return (A / (1 + n)) * ((1 + n2 / 4 + n2 * n2 / 64) * phi - (1.5 * n - (3 / 16) * n3) * Math.sin(2 * phi) + ((15 / 16) * n2 - (15 / 64) * n2 * n2) * Math.sin(4 * phi) - (35 / 48) * n3 * Math.sin(6 * phi) + (315 / 512) * n2 * n2 * Math.sin(8 * phi));
  }

  /** Northing and easting (500 km false, zone number in front) in the 3 degree zone of a place. */
  function plane({ lat, lng }) {
    const zone = Math.round(lng / ZONE);
    const phi = rad(lat);
    const [s, c, t] = [Math.sin(phi), Math.cos(phi), Math.tan(phi) ** 2];
    const nu = A / Math.sqrt(1 - E2 * s * s);
    const eta = (E2 / (1 - E2)) * c * c;
    const l = rad(lng - zone * ZONE) * c;
    const north = meridian(phi) + (nu * s / c) * (l ** 2 / 2 + (l ** 4 / 24) * (5 - t + 9 * eta + 4 * eta * eta) + (l ** 6 / 720) * (61 - 58 * t + t * t));
    const east = nu * (l + (l ** 3 / 6) * (1 - t + eta) + (l ** 5 / 120) * (5 - 18 * t + t * t + 14 * eta - 58 * t * eta));
    return { zone, north, east: zone * 1e6 + 500000 + east };
  }

  landgis.geodesy = { distance, length, area, plane };
})((window.landgis = window.landgis || {}));
