// Says who else has this form open, and that somebody was faster. Without it, saving still tells.
(() => {
  const place = document.querySelector("[data-presence]");
  const edition = document.querySelector("#id_seen_edition");
  if (!place || !edition) return;
  const line = place.querySelector("[data-others]");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const ask = async () => {
    if (document.hidden) return;
    const body = new URLSearchParams({ seen_edition: edition.value });
    const answer = await fetch(place.dataset.presence, { method: "POST", body, headers: { "X-CSRFToken": token } });
    if (!answer.ok) return;
    const { others, moved } = await answer.json();
    const words = [];
    if (others.length) words.push(`${line.dataset.others} ${others.join(", ")}.`);
    if (moved) words.push(line.dataset.moved);
    line.textContent = words.join(" ");
  };
  ask();
  setInterval(ask, 30000);
})();
