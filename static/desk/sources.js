// Figures pick a source by its row: rows that are typed, added or removed show at once.
"use strict";
(function () {
  const picked = new WeakMap(); // select -> row of its source

  function start() {
    const selects = () => [...document.querySelectorAll("select[data-sources]")].filter((select) => !select.name.includes("__prefix__"));
    const first = document.querySelector("select[data-sources]");
    const table = first && document.getElementById(`${first.dataset.sources}-group`);
    if (!table) return;
    const rows = () => [...table.querySelectorAll("tr.form-row:not(.empty-form)")];
    const title = (row) => row.querySelector("[name$=-title]")?.value.trim() || "…";

    function refresh() {
      const present = rows();
      for (const select of selects()) {
        if (!picked.has(select)) remember(select);
        const row = picked.get(select);
        const options = present.map((each, place) => new Option(`${place + 1}. ${title(each)}`, place + 1));
        select.replaceChildren(select.options[0], ...options);
        select.value = present.includes(row) ? String(present.indexOf(row) + 1) : "";
      }
    }

    function remember(select) {
      picked.set(select, rows()[Number(select.value) - 1]);
    }

    // Before anything moves, every choice is known by its row and no longer by its number.
    selects().forEach(remember);
    refresh();
    document.addEventListener("change", (event) => {
      if (event.target.matches("select[data-sources]")) remember(event.target);
    });
    table.addEventListener("input", refresh);
    document.addEventListener("formset:added", (event) => {
      // A new row is a copy of the empty one, with no source picked.
      event.target.querySelectorAll?.("select[data-sources]").forEach((select) => picked.set(select, undefined));
      refresh();
    });
    document.addEventListener("formset:removed", refresh);
  }

  document.addEventListener("DOMContentLoaded", start);
})();
