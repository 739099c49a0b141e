// What scripts make smoother. Everything works without them: links and forms come first.
"use strict";
(function () {
  const announcer = document.getElementById("announcer");
  const open = new Set();

  // Long lists of a facet get a field to find a value in.
  function addFinders(root) {
    root.querySelectorAll("[data-find]").forEach((values) => {
      if (values.querySelector(".facet__find")) return;
      const field = document.createElement("input");
      field.type = "search";
      field.className = "facet__find";
      field.autocomplete = "off";
      field.setAttribute("aria-label", values.dataset.find);
      field.placeholder = values.dataset.find;
      field.addEventListener("input", () => {
        const wanted = fold(field.value);
        values.querySelectorAll("li").forEach((item) => {
          item.hidden = !fold(item.firstElementChild.firstElementChild.textContent).includes(wanted);
        });
        values.querySelectorAll(".facet__group").forEach((heading) => {
          heading.hidden = !heading.nextElementSibling.querySelector("li:not([hidden])");
        });
      });
      values.prepend(field);
    });
  }

  function fold(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
  }

  // Buttons that copy: the address of the page, or a citation.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    source.select();
    const done = () => announce(button, button.dataset.done);
    if (navigator.clipboard) navigator.clipboard.writeText(source.value).then(done);
    else if (document.execCommand("copy")) done();
  });

  function announce(button, text) {
    const before = button.textContent;
    button.textContent = announcer.textContent = text;
    setTimeout(() => { button.textContent = before; }, 2500);
  }

  function showCopyButtons(root) {
    root.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  }

  // Words of the glossary show their definition on hover, focus and tap; Escape puts it away.
  let definition = null;

  function hideDefinition() {
    if (!definition) return;
    definition.term.removeAttribute("aria-describedby");
    definition.box.remove();
    definition = null;
  }

  function showDefinition(term) {
    hideDefinition();
    const box = document.createElement("div");
    box.className = "definition";
    box.id = "definition";
    box.role = "tooltip";
    box.textContent = term.dataset.definition;
    document.body.append(box);
    const place = term.getBoundingClientRect();
    const left = Math.max(8, Math.min(place.left, innerWidth - box.offsetWidth - 8));
    box.style.left = left + scrollX + "px";
    box.style.top = place.bottom + scrollY + 4 + "px";
    term.setAttribute("aria-describedby", "definition");
    definition = { term, box };
  }

  function termOf(event) {
    return event.target.closest ? event.target.closest("[data-definition]") : null;
  }

  document.addEventListener("focusin", (event) => { if (termOf(event)) showDefinition(termOf(event)); });
  document.addEventListener("focusout", hideDefinition);
  document.addEventListener("mouseover", (event) => {
    if (termOf(event)) showDefinition(termOf(event));
    else if (definition && !event.target.closest(".definition")) hideDefinition();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideDefinition(); });
  document.addEventListener("click", (event) => {
    const term = termOf(event);
    if (!term || !matchMedia("(hover: none)").matches) return;
    if (definition && definition.term === term) return;  // the second tap follows the link
    event.preventDefault();
    showDefinition(term);
  });

  // The script that swaps lists is fetched when somebody reaches for one, or comes back to one that
  // it has swapped. Until it is there, links are links.
  const reaching = ["pointerover", "touchstart", "focusin"];

  function fetchSwapping() {
    reaching.forEach((type) => list.removeEventListener(type, fetchSwapping));
    const script = document.createElement("script");
    script.src = list.dataset.swapScript;
    document.head.append(script);
  }

  const list = document.getElementById("browse");
  if (list) addEventListener("load", () => {  // htmx starts only in a page that is complete
    if (history.state && history.state.htmx) fetchSwapping();
    else reaching.forEach((type) => list.addEventListener(type, fetchSwapping, { passive: true }));
  });

  // While a selection is swapped, folded facets stay as they were and the result is announced.
  document.addEventListener("htmx:beforeSwap", () => {
    open.clear();
    document.querySelectorAll("#browse details[open]").forEach((box) => open.add(box.id));
  });
  document.addEventListener("htmx:afterSettle", () => {
    const browse = document.getElementById("browse");
    if (!browse) return;
    open.forEach((id) => { const box = document.getElementById(id); if (box) box.open = true; });
    prepare(browse);
    const heading = document.getElementById("results-heading");
    if (heading) announcer.textContent = heading.textContent.replace(/\s+/g, " ").trim();
  });

  function prepare(root) {
    addFinders(root);
    showCopyButtons(root);
  }

  prepare(document);
})();
