// A form of the desk: warns before changes are lost; Ctrl+S or Cmd+S saves and goes on.
"use strict";
(function () {
  function start() {
    const form = document.querySelector("#content-main > form[method=post][id$=_form]");
    if (!form || !form.querySelector("input[type=submit], button[type=submit]")) return;
    // What came back with faults has been changed, and is saved nowhere.
    const refused = Boolean(form.querySelector(".errornote"));
    const before = contents(form);
    let leaving = false;

    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      // A preview opens elsewhere and leaves the form as it is.
      if (!(button && button.formTarget === "_blank")) leaving = true;
    });
    window.addEventListener("pageshow", () => { leaving = false; });
    window.addEventListener("beforeunload", (event) => {
      if (!leaving && (refused || contents(form) !== before)) event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const button = form.querySelector("[name=_continue]") || form.querySelector("[name=_save]");
      if (!button) return;
      event.preventDefault();
      button.click();
    });
  }

  function contents(form) {
    const pairs = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken" && !name.includes("__prefix__"));
    return JSON.stringify(pairs.map(([name, value]) => [name, String(value)]));
  }

  // Scripts of the admin fill in fields when the page is ready: look only after them.
  window.addEventListener("load", () => setTimeout(start, 0));
})();
