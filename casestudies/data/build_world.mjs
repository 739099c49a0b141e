// Makes the shapes of the world map. How to run it, and where the data is from: README.md beside it.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import polylabel from "polylabel";
import { feature, merge } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

const project = process.argv[2];
if (!project) throw new Error("usage: node build_world.mjs FOLDER_OF_THE_PROJECT");
const require = createRequire(import.meta.url);
const alpha2 = require("i18n-iso-countries").numericToAlpha2;
const atlas = (name) => JSON.parse(readFileSync(require.resolve(`world-atlas/${name}.json`)));

// The same numbers stand in casestudies/worldmap.py. Turned by 11 degrees the map is cut in the
// Bering Strait and splits no country.
const WIDTH = 960;
const HEIGHT = 470;
const TURN = 11;
const FINENESS = 0.06; // square degrees below which a bend of a line is left out
const round = (value) => Math.round(value * 10) / 10;

const projection = geoEqualEarth().rotate([-TURN, 0]).scale(WIDTH / (2 * edge())).translate([WIDTH / 2, HEIGHT / 2]);

// How far east the map reaches at scale 1.
function edge() {
  return geoEqualEarth().scale(1).translate([0, 0])([180, 0])[0];
}

// Countries by code. What has no ISO number in the source goes to the state that the United
// Nations count it to, except Kosovo, whose XK is in general use.
function codeOf(geometry) {
  const unnumbered = { "N. Cyprus": "CY", Somaliland: "SO", Kosovo: "XK", "Siachen Glacier": "IN" };
  return alpha2(geometry.id) ?? unnumbered[geometry.properties.name];
}

function geometriesByCode(topology) {
  const grouped = new Map();
  for (const geometry of topology.objects.countries.geometries) {
    const code = codeOf(geometry);
    if (code && code !== "AQ") grouped.set(code, [...(grouped.get(code) ?? []), geometry]);
  }
  return grouped;
}

// French Guiana is a part of France in the source, and a country of its own in the library.
function cutOutFrenchGuiana(topology, countries) {
  const [france] = countries.get("FR");
  const polygon = (arcs) => ({ type: "Polygon", arcs });
  const isGuiana = (arcs) => {
    const [longitude, latitude] = geoCentroid(feature(topology, polygon(arcs)));
    return longitude > -56 && longitude < -51 && latitude > 2 && latitude < 6;
  };
  const guiana = france.arcs.find(isGuiana);
  countries.set("FR", [{ type: "MultiPolygon", arcs: france.arcs.filter((arcs) => arcs !== guiana) }]);
  countries.set("GF", [polygon(guiana)]);
}

// A path in whole tenths, each point relative to the one before: less than half the size.
function pathOf(geometry) {
  let path = "";
  let last = [0, 0];
  const at = (x, y) => {
    const point = [round(x), round(y)];
    const step = point.map((value, axis) => String(round(value - last[axis])).replace(/^(-?)0\./, "$1."));
    const isSame = step.every((value) => Number(value) === 0);
    last = point;
    return [step[0] + (step[1].startsWith("-") ? "" : " ") + step[1], isSame];
  };
  let first = [0, 0];
  const context = {
    moveTo(x, y) {
      last = [0, 0];
      path += `M${at(x, y)[0]}`;
      first = last;
      this.started = false;
    },
    lineTo(x, y) {
      const [step, isSame] = at(x, y);
      if (isSame) return;
      path += this.started && step.startsWith("-") ? step : this.started ? ` ${step}` : `l${step}`;
      this.started = true;
    },
    closePath() {
      if (this.started) path += "Z";
      else path = path.slice(0, path.lastIndexOf("M"));
      last = first;
    },
    arc() {},
  };
  geoPath(projection, context)(geometry);
  return path;
}

// The rings of a path, the largest first.
function ringsOf(path) {
  const numbers = (piece) => piece.match(/-?(\d+\.?\d*|\.\d+)/g).map(Number);
  const rings = path.split("M").slice(1).map((piece) => {
    const steps = numbers(piece);
    const ring = [[0, 0]];
    for (let at = 0; at < steps.length; at += 2) {
      const [x, y] = ring.at(-1);
      ring.push([x + steps[at], y + steps[at + 1]]);
    }
    return ring.slice(1);
  });
  const area = (ring) => Math.abs(ring.reduce((sum, [x, y], at) => sum + ring.at(at - 1)[0] * y - x * ring.at(at - 1)[1], 0));
  return rings.sort((one, other) => area(other) - area(one));
}

// Where a label has most room: the middle and radius of the largest circle within the largest piece.
function roomOf(path) {
  const { 0: x, 1: y, distance } = polylabel(ringsOf(path), 0.05);
  return [x, y, distance].map(round);
}

const topology = simplify(presimplify(atlas("countries-110m")), FINENESS);
const countries = geometriesByCode(topology);
cutOutFrenchGuiana(topology, countries);
const shapes = new Map();
for (const [code, geometries] of countries) shapes.set(code, merge(topology, geometries));

// Countries too small for the coarse source come from the finer one.
const finer = simplify(presimplify(atlas("countries-50m")), FINENESS / 10);
for (const [code, geometries] of geometriesByCode(finer)) {
  if (shapes.has(code)) continue;
  shapes.set(code, merge(finer, geometries));
}

// What a page must know of a country: the rectangle around it, and the room for a label.
function placeOf(code, path) {
  const points = ringsOf(path).flat();
  const across = points.map(([x]) => x);
  const down = points.map(([, y]) => y);
  const box = [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)];
  return JSON.stringify({ code, box: box.map(round), room: roomOf(path) });
}

const world = [...shapes].map(([code, shape]) => [code, pathOf(shape)]).filter(([, path]) => path);
world.sort(([one], [other]) => (one < other ? -1 : 1));
writeFileSync(
  join(project, "casestudies/data/world.json"),
  `[\n${world.map(([code, path]) => placeOf(code, path)).join(",\n")}\n]\n`,
);

// The shapes, in one picture that is fetched once and kept. It is the land behind every map, half
// transparent, so that it suits a light page and a dark one without a style of its own; and a page
// draws single countries of it by their code, in its own colours.
const line = ([code, path]) => `<path id="${code}" vector-effect="non-scaling-stroke" d="${path}"/>\n`;
writeFileSync(
  join(project, "static/img/world.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">\n` +
    `<g fill="#86785a" fill-opacity=".16" stroke="#86785a" stroke-opacity=".2" stroke-width=".6">\n` +
    `${world.map(line).join("")}</g>\n</svg>\n`,
);
