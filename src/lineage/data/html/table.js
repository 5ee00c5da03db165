// The table of several models: sort, filter, group, and copy. What is chosen stands in the address, so that it can be sent.
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

class Overview {
  constructor(table) {
    this.table = table;
    this.heads = [...table.tHead.rows[0].cells];
    this.rows = [...table.tBodies[0].rows];
    this.order = [...this.rows];
    this.words = new Map(this.rows.map((row) => [row, row.textContent.toLowerCase()]));
    this.fields = Object.fromEntries(["filter", "verdict", "country", "group"].map((id) => [id, document.getElementById(id)]));
    this.told = document.getElementById("shown");
    this.sorted = { by: "", down: false };
    for (const head of this.heads) this.heading(head);
    for (const field of Object.values(this.fields)) field.addEventListener("input", () => { this.draw(); this.keep(); });
    document.getElementById("buttons").append(
      button("Copy as CSV", () => this.copy()),
      this.expander(),
    );
    this.fields.filter.closest(".controls").hidden = false;
    this.read();
    addEventListener("hashchange", () => { if (location.hash.includes("=")) this.read(); });
  }

  heading(head) {
    head.dataset.name = head.textContent;
    const press = made("button", { type: "button" }, head.textContent);
    press.addEventListener("click", () => {
      this.sorted = { by: head.dataset.name, down: this.sorted.by === head.dataset.name && !this.sorted.down };
      this.draw();
      this.keep();
    });
    head.replaceChildren(press);
  }

  // `#filter=qwen&verdict=review&sort=Model`; an address without "=" is a place on the page.
  read() {
    const asked = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    for (const [id, field] of Object.entries(this.fields)) {
      const value = asked.get(id) || "";
      field.value = value;
      if (field.value !== value) field.value = "";
    }
    const by = asked.get("sort") || "";
    this.sorted = { by: by.replace(/^-/, ""), down: by.startsWith("-") };
    this.draw();
  }

  keep() {
    const kept = new URLSearchParams();
    for (const [id, field] of Object.entries(this.fields)) if (field.value) kept.set(id, field.value);
    if (this.sorted.by) kept.set("sort", (this.sorted.down ? "-" : "") + this.sorted.by);
    try { history.replaceState(null, "", String(kept) ? `#${kept}` : location.pathname + location.search); } catch { /* some viewers allow no address */ }
  }

  draw() {
    const { filter, verdict, country, group } = this.fields;
    const column = this.heads.findIndex((head) => head.dataset.name === this.sorted.by);
    this.heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", this.sorted.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const text = (row) => row.cells[column].dataset.sort || this.text(row.cells[column]);
    this.rows = [...this.order];
    if (column >= 0) {
      const keys = new Map(this.rows.map((row) => [row, text(row)]));
      this.rows.sort((a, b) => keys.get(a).localeCompare(keys.get(b), "en", { numeric: true, sensitivity: "base" }) * (this.sorted.down ? -1 : 1));
    }
    const asked = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of this.rows) {
      const fits = (!verdict.value || row.dataset.verdict === verdict.value) && (!country.value || row.dataset.country.split("|").includes(country.value));
      row.hidden = !fits || !asked.every((word) => this.words.get(row).includes(word));
    }
    this.lay(group.value);
    this.told.textContent = `${this.rows.filter((row) => !row.hidden).length} of ${this.rows.length} shown`;
  }

  // Groups are bodies of their own, the largest first, each with a head that names and counts it.
  lay(by) {
    const groups = new Map();
    for (const row of this.rows) {
      const name = by ? row.dataset[by] : "";
      groups.set(name, [...(groups.get(name) || []), row]);
    }
    const bodies = [...groups].sort((a, b) => b[1].length - a[1].length).map(([name, rows]) => {
      const body = made("tbody");
      const seen = rows.filter((row) => !row.hidden).length;
      if (by && seen) {
        const head = made("tr", { class: "group" });
        head.append(made("th", { colspan: this.heads.length, scope: "rowgroup" }, `${name} (${seen})`));
        body.append(head);
      }
      body.append(...rows);
      return body;
    });
    for (const body of [...this.table.tBodies]) body.remove();
    this.table.append(...bodies);
  }

  text(cell) { return cell.innerText.replace(/\s+/g, " ").trim(); }

  async copy() {
    const cell = (words) => `"${(FORMULA.test(words) ? `'${words}` : words).replaceAll('"', '""')}"`;
    const shown = [...this.table.querySelectorAll("tbody tr:not(.group)")].filter((row) => !row.hidden);
    const lines = [this.heads.map((head) => head.dataset.name), ...shown.map((row) => [...row.cells].map((one) => this.text(one)))];
    const csv = lines.map((line) => line.map(cell).join(",")).join("\r\n");
    try {
      await navigator.clipboard.writeText(csv);
    } catch {
      const field = made("textarea");
      field.value = csv;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    this.told.textContent = `${shown.length} rows copied`;
  }

  expander() {
    const parts = [...document.querySelectorAll(".audited > details")];
    const press = button("Expand all", () => {
      const open = press.textContent === "Expand all";
      for (const one of parts) one.open = open;
      press.textContent = open ? "Fold all" : "Expand all";
    });
    return press;
  }
}
