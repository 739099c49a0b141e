// The map in a case's form: a click sets the coordinates, typing moves the mark.
"use strict";
(function () {
  const ROOT = Math.sqrt(3);

  // The Equal Earth projection, there and back; its numbers come with the page.
  function projection(data) {
    const [one, two, three, four] = data.polynomial.split(",").map(Number);
    const scale = Number(data.scale);
    const turn = Number(data.turn);
    const width = Number(data.width);
    const height = Number(data.height);
    const radians = Math.PI / 180;
    const rise = (angle) => angle * (one + two * angle ** 2 + three * angle ** 6 + four * angle ** 8);
    const slope = (angle) => one + 3 * two * angle ** 2 + 7 * three * angle ** 6 + 9 * four * angle ** 8;
    return {
      there(latitude, longitude) {
        const turned = (((longitude - turn + 180) % 360 + 360) % 360 - 180) * radians;
        const angle = Math.asin(ROOT / 2 * Math.sin(latitude * radians));
        const x = 2 * ROOT / 3 * turned * Math.cos(angle) / slope(angle);
        return [width / 2 + scale * x, height / 2 - scale * rise(angle)];
      },
      back(x, y) {
        const wanted = (height / 2 - y) / scale;
        let angle = wanted / one;
        for (let step = 0; step < 12; step++) angle -= (rise(angle) - wanted) / slope(angle);
        const sine = Math.sin(angle) * 2 / ROOT;
        const turned = (x - width / 2) / scale * ROOT * slope(angle) / (2 * Math.cos(angle)) / radians;
        if (Math.abs(sine) > 1 || Math.abs(turned) > 180) return null; // beside the world
        const longitude = ((turned + turn + 180) % 360 + 360) % 360 - 180;
        return [Math.asin(sine) / radians, longitude];
      },
    };
  }

  function start(place) {
    const drawing = place.querySelector("svg");
    const mark = place.querySelector(".desk-map__mark");
    const latitude = document.getElementById(place.dataset.latitude);
    const longitude = document.getElementById(place.dataset.longitude);
    if (!latitude || !longitude) return; // only to be looked at
    const earth = projection(place.dataset);
    place.querySelector(".desk-map__tools").hidden = false;
    place.classList.add("desk-map--live");

    function site() {
      if (latitude.value === "" || longitude.value === "") return null;
      const [north, east] = [Number(latitude.value), Number(longitude.value)];
      const valid = Math.abs(north) <= 90 && Math.abs(east) <= 180;
      return valid ? earth.there(north, east) : null;
    }

    function show() {
      const found = site();
      mark.setAttribute("d", found ? `M${found[0].toFixed(2)} ${found[1].toFixed(2)}h0` : "");
    }

    function set(north, east) {
      latitude.value = north;
      longitude.value = east;
      for (const field of [latitude, longitude]) field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function zoom(factor) {
      const [left, top, width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
      const [x, y] = site() || [left + width / 2, top + height / 2];
      const whole = place.dataset.world.split(" ").map(Number);
      if (width * factor >= whole[2]) return drawing.setAttribute("viewBox", place.dataset.world);
      const size = [Math.max(width * factor, 20), Math.max(width * factor, 20) * height / width];
      return drawing.setAttribute("viewBox", [x - size[0] / 2, y - size[1] / 2, ...size].map((n) => n.toFixed(1)).join(" "));
    }

    latitude.addEventListener("input", show);
    longitude.addEventListener("input", show);
    drawing.addEventListener("click", (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
      const found = earth.back(point.x, point.y);
      if (found) set(found[0].toFixed(2), found[1].toFixed(2));
    });
    place.querySelector(".desk-map__tools").addEventListener("click", (event) => {
      const action = event.target.dataset.map;
      if (action === "closer") zoom(0.5);
      if (action === "further") zoom(2);
      if (action === "world") drawing.setAttribute("viewBox", place.dataset.world);
      if (action === "clear") set("", "");
    });
    show();
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".desk-map").forEach(start));
})();
