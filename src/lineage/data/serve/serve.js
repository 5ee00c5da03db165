// Makes the pages quicker to use. Everything works without it.
const made = (name, attributes = {}, ...children) => {
  const one = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  one.append(...children);
  return one;
};

// A file dropped anywhere in its field is the same as one that is chosen.
for (const place of document.querySelectorAll(".drop")) {
  const input = place.querySelector("input");
  const lit = (is) => (event) => { event.preventDefault(); place.classList.toggle("over", is); };
  place.addEventListener("dragover", lit(true));
  place.addEventListener("dragleave", lit(false));
  place.addEventListener("drop", (event) => {
    lit(false)(event);
    if (event.dataTransfer.files.length === 1) input.files = event.dataTransfer.files;
  });
}

// One press is one run; what a form leads to is not overtaken by a reload. A page that is gone back to
// asks for another run when its form is sent again.
let leaving = false;
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    leaving = true;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
}
addEventListener("pageshow", (event) => {
  leaving = false;
  for (const once of event.persisted ? document.querySelectorAll("[name=once]") : []) {
    once.value = crypto.getRandomValues(new Uint32Array(4)).join("-");
  }
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// What went wrong is where the keyboard starts.
document.querySelector("[role=alert] a")?.focus();

// A run that goes on: the bar, the line that is read out, and the rows that are on this page.
const SIGNS = { pass: "✓", review: "!", fail: "✕", inconclusive: "?" };
const live = document.getElementById("live");
if (live && live.dataset.events) {
  const bar = document.getElementById("progress");
  const told = document.getElementById("told");
  const waiting = document.getElementById("waiting");
  let spoken = 0;

  const badge = (verdict) => made("span", { class: `verdict v-${verdict}` },
    made("span", { class: "sign", "aria-hidden": "true" }, SIGNS[verdict]), verdict);

  const row = (one) => {
    const at = document.querySelector(`tr[data-number="${Number(one.number)}"]`);
    if (at && SIGNS[one.verdict]) at.cells[0].replaceChildren(badge(one.verdict));
  };

  // Read out at most every three seconds: a listener is told how it goes, not every model.
  const state = (one) => {
    bar.max = Math.max(1, one.models);
    bar.value = one.done;
    waiting.textContent = one.waiting ? live.dataset.waiting.replace("{}", Math.ceil(one.waiting)) : "";
    if (Date.now() - spoken > 3000) {
      spoken = Date.now();
      told.textContent = `${one.done.toLocaleString("en")} of ${one.models.toLocaleString("en")} models are done.`;
    }
    if (!leaving && !["queued", "running"].includes(one.state)) location.reload();
  };

  const events = new EventSource(live.dataset.events);
  events.addEventListener("row", (event) => row(JSON.parse(event.data)));
  events.addEventListener("state", (event) => state(JSON.parse(event.data)));
  // A server that is gone, or knows no events: the page itself is asked again.
  let wait = 2000;
  const again = async () => {
    wait = Math.min(wait * 1.5, 15000);
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && page.querySelector("main") && !page.getElementById("live")?.dataset.events) { location.reload(); return; }
      const now = page.getElementById("progress");
      if (now) state({ state: "running", done: now.value, models: now.max });
      for (const other of page.querySelectorAll("tr[data-number]")) {
        const at = document.querySelector(`tr[data-number="${other.dataset.number}"]`);
        if (at && at.cells[0].textContent !== other.cells[0].textContent) at.replaceWith(other);
      }
    } catch { /* it may come back */ }
    setTimeout(again, wait);
  };
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(again, wait);
  });
}
