"use strict";
(function () {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const cases = [...document.querySelectorAll("article")];
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const texts = cases.map((item) => fold(item.textContent));
  form.hidden = false;
  function apply() {
    const words = fold(form.words.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    cases.forEach((item, place) => {
      const fits = words.every((word) => texts[place].includes(word)) &&
        ["country", "theme", "outcome"].every((name) => {
          const wanted = form[name].value;
          return !wanted || item.dataset[name].split("|").includes(wanted);
        });
      item.hidden = !fits;
      shown += fits;
    });
    count.textContent = shown + " / " + cases.length;
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  ["country", "theme", "outcome"].forEach((name) => {
    const values = new Set(cases.flatMap((item) => item.dataset[name].split("|")).filter(Boolean));
    [...values].sort().forEach((value) => form[name].add(new Option(value, value)));
  });
  apply();
})();
