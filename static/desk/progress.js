// Shows how far an import is, in place. Without it the page loads itself anew.
(() => {
  const place = document.querySelector("[data-progress]");
  if (!place) return;
  const bar = place.querySelector("progress");
  const count = place.querySelector("[data-count]");
  const told = place.querySelector("[data-told]");
  let last = -1;
  const ask = async () => {
    let answer;
    try {
      answer = await fetch(place.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return location.reload();
      answer = await answer.json();
    } catch {
      return setTimeout(ask, 5000); // the line is down; the work goes on
    }
    if (!answer.is_working) return location.reload();
    if (answer.total) {
      bar.max = answer.total;
      bar.value = answer.done;
      count.textContent = `${answer.done} / ${answer.total}`;
      // Read out in tenths: every step would be too much to listen to.
      const tenth = Math.floor((10 * answer.done) / answer.total);
      if (tenth !== last) told.textContent = `${answer.state}: ${10 * tenth} %`;
      last = tenth;
    }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 1000);
})();
