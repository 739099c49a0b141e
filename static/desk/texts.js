// Texts of the desk's forms: words and characters are counted, Markdown is shown as it will look.
"use strict";
(function () {
  const PAUSE = 400; // milliseconds without typing before a preview is made anew

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-count]").forEach(counting);
    document.querySelectorAll("[data-preview]").forEach(previewing);
  });

  function counting(place) {
    const field = document.getElementById(place.dataset.count);
    if (!field) return;
    const count = () => {
      if (place.dataset.limit) {
        const left = Number(place.dataset.limit) - field.value.length;
        place.textContent = `${left} ${place.dataset.left}`;
        place.classList.toggle("desk-text__count--few", left < 20);
      } else {
        place.textContent = `${field.value.split(/\s+/).filter(Boolean).length} ${place.dataset.words}`;
      }
    };
    field.addEventListener("input", count);
    count();
  }

  function previewing(button) {
    const field = document.getElementById(button.dataset.preview);
    const pane = document.getElementById(`${button.dataset.preview}_preview`);
    let timer = 0;
    let latest = 0;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", pane.id);
    button.addEventListener("click", (event) => {
      event.preventDefault();
      pane.hidden = !pane.hidden;
      button.setAttribute("aria-expanded", String(!pane.hidden));
      if (!pane.hidden) show();
    });
    field.addEventListener("input", () => {
      clearTimeout(timer);
      if (!pane.hidden) timer = setTimeout(show, PAUSE);
    });

    async function show() {
      const asked = ++latest;
      const body = new URLSearchParams({
        csrfmiddlewaretoken: field.form.elements.csrfmiddlewaretoken.value,
        _preview: "text", _fragment: "1", text: field.value,
      });
      try {
        const answer = await fetch(button.formAction, { method: "POST", body, redirect: "error" });
        if (!answer.ok && answer.status !== 413) throw new Error(answer.status);
        const html = await answer.text();
        if (asked === latest) pane.innerHTML = html; // cleaned by the server, as on every save
      } catch {
        if (asked === latest) pane.textContent = pane.dataset.failed;
      }
    }
  }
})();
