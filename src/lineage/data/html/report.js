"use strict";
// Everything here is comfort: without it the page says the same. Strangers' text is only ever cloned as nodes or set as text.
(() => {
  const clamp = (low, value, high) => Math.max(low, Math.min(high, value));
  const button = (label, sign, run) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", run);
    return made;
  };

  class Drawing {
    constructor(area) {
      this.area = area;
      this.frame = area.querySelector(".frame");
      this.svg = area.querySelector(".graph");
      this.panel = area.querySelector(".panel");
      this.full = { w: this.svg.viewBox.baseVal.width, h: this.svg.viewBox.baseVal.height };
      this.nodes = [...this.svg.querySelectorAll(".node")];
      this.edges = [...this.svg.querySelectorAll("[data-from]")];
      this.places = new Map(this.nodes.map((node) => [node.dataset.model, this.centre(node)]));
      this.byModel = new Map(this.nodes.map((node) => [node.dataset.model, node]));
      this.target = this.nodes.find((node) => node.classList.contains("target")) || this.nodes[0];
      this.frame.classList.add("live");
      this.tools();
      this.pointers();
      this.keys();
      this.rove(this.target);
      this.start();
      new ResizeObserver(() => this.show()).observe(this.frame);
    }

    centre(node) {
      const box = node.querySelector(".box");
      return { x: +box.getAttribute("x") + box.getAttribute("width") / 2, y: +box.getAttribute("y") + box.getAttribute("height") / 2 };
    }

    // The view: the middle of what is seen, in drawing units, and pixels per unit.
    start() {
      const width = this.frame.clientWidth || 800;
      const most = Math.min(window.innerHeight * 0.72, 672);
      this.svg.style.height = `${Math.round(clamp(180, Math.min(this.full.h, (this.full.h * width) / Math.min(this.full.w, width * 2)), most))}px`;
      this.fit();
      if (this.scale < 0.5) {
        const at = this.places.get(this.target.dataset.model);
        this.scale = width < 640 ? 0.75 : 0.62;
        this.x = at.x;
        this.y = this.full.h - this.height() / this.scale / 2;
        this.show();
      }
    }

    height() { return parseFloat(this.svg.style.height); }

    fit() {
      const width = this.frame.clientWidth || 800;
      this.scale = Math.min(1, width / this.full.w, this.height() / this.full.h);
      this.x = this.full.w / 2;
      this.y = this.full.h / 2;
      this.show();
    }

    show() {
      const w = (this.frame.clientWidth || 800) / this.scale;
      const h = this.height() / this.scale;
      this.x = clamp(Math.min(0, w / 2 - 80), this.x, Math.max(this.full.w, this.full.w - w / 2 + 80));
      this.y = clamp(Math.min(0, h / 2 - 80), this.y, Math.max(this.full.h, this.full.h - h / 2 + 80));
      this.svg.setAttribute("viewBox", `${this.x - w / 2} ${this.y - h / 2} ${w} ${h}`);
    }

    zoom(factor, clientX, clientY) {
      const box = this.svg.getBoundingClientRect();
      const dx = (clientX === undefined ? 0 : clientX - box.left - box.width / 2) / this.scale;
      const dy = (clientY === undefined ? 0 : clientY - box.top - box.height / 2) / this.scale;
      const next = clamp(0.04, this.scale * factor, 2.5);
      this.x += dx * (1 - this.scale / next);
      this.y += dy * (1 - this.scale / next);
      this.scale = next;
      this.frame.classList.add("zoomed");
      this.show();
    }

    tools() {
      const tools = document.createElement("div");
      tools.className = "tools";
      tools.append(
        button("Zoom in", "+", () => this.zoom(1.35)),
        button("Zoom out", "−", () => this.zoom(1 / 1.35)),
        button("Fit the whole graph", "Fit", () => { this.frame.classList.remove("zoomed"); this.fit(); }),
      );
      this.frame.after(tools);
    }

    pointers() {
      const held = new Map();
      let moved = 0;
      this.frame.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        held.set(event.pointerId, { x: event.clientX, y: event.clientY });
        moved = 0;
      });
      this.frame.addEventListener("pointermove", (event) => {
        const last = held.get(event.pointerId);
        if (!last) return;
        const before = [...held.values()].map((p) => ({ ...p }));
        moved += Math.abs(event.clientX - last.x) + Math.abs(event.clientY - last.y);
        if (held.size === 1) {
          if (moved > 5) {
            if (!this.frame.hasPointerCapture(event.pointerId)) this.frame.setPointerCapture(event.pointerId);
            this.frame.classList.add("dragging");
            this.x -= (event.clientX - last.x) / this.scale;
            this.y -= (event.clientY - last.y) / this.scale;
            this.show();
          }
          held.set(event.pointerId, { x: event.clientX, y: event.clientY });
          return;
        }
        held.set(event.pointerId, { x: event.clientX, y: event.clientY });
        const after = [...held.values()];
        const gap = (pair) => Math.hypot(pair[0].x - pair[1].x, pair[0].y - pair[1].y) || 1;
        this.zoom(gap(after) / gap(before), (after[0].x + after[1].x) / 2, (after[0].y + after[1].y) / 2);
      });
      const end = (event) => { held.delete(event.pointerId); this.frame.classList.remove("dragging"); };
      for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) this.frame.addEventListener(name, end);
      this.frame.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return; // the page scrolls, as everywhere
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
      }, { passive: false });
      this.frame.addEventListener("click", (event) => {
        const node = event.target.closest(".node");
        if (!node) return;
        event.preventDefault();
        if (moved <= 5) this.choose(node);
      });
      this.frame.addEventListener("dragstart", (event) => event.preventDefault());
    }

    keys() {
      this.area.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Escape") { this.release(); return; }
        if (!this.frame.contains(event.target)) return;
        const node = event.target.closest(".node");
        const pan = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
        if (pan && node) this.go(this.neighbour(node, ...pan));
        else if (pan) { this.x += (pan[0] * 80) / this.scale; this.y += (pan[1] * 80) / this.scale; this.show(); }
        else if (event.key === "+" || event.key === "=") this.zoom(1.35);
        else if (event.key === "-") this.zoom(1 / 1.35);
        else if (event.key === "0") this.fit();
        else if (event.key === "Home") this.go(this.target);
        else return;
        event.preventDefault();
      });
      this.svg.addEventListener("focusin", (event) => {
        const node = event.target.closest(".node");
        if (node && node.matches(":focus-visible")) this.reveal(node);
      });
    }

    // Up and down follow the edges; left and right stay in the row.
    neighbour(node, dx, dy) {
      const here = this.places.get(node.dataset.model);
      const ends = this.edges.filter((edge) => edge.tagName === "path").map((edge) => edge.dataset);
      const linked = new Set(ends.flatMap((e) => {
        if (dy < 0 && e.to === node.dataset.model) return [e.from];
        return dy > 0 && e.from === node.dataset.model ? [e.to] : [];
      }));
      const near = this.nodes.filter((other) => {
        const at = this.places.get(other.dataset.model);
        if (dx) return Math.abs(at.y - here.y) < 1 && (at.x - here.x) * dx > 1;
        return linked.size ? linked.has(other.dataset.model) && other !== node : (at.y - here.y) * dy > 1;
      });
      const far = (other) => { const at = this.places.get(other.dataset.model); return Math.hypot(at.x - here.x, at.y - here.y); };
      return near.sort((a, b) => far(a) - far(b))[0] || node;
    }

    rove(node) {
      for (const other of this.nodes) other.setAttribute("tabindex", other === node ? "0" : "-1");
    }

    go(node) {
      this.rove(node);
      node.focus({ preventScroll: true });
      this.reveal(node);
    }

    reveal(node) {
      const at = this.places.get(node.dataset.model);
      const w = this.frame.clientWidth / this.scale;
      const h = this.height() / this.scale;
      this.x = clamp(at.x - w / 2 + 120, this.x, at.x + w / 2 - 120);
      this.y = clamp(at.y - h / 2 + 60, this.y, at.y + h / 2 - 60);
      this.show();
    }

    choose(node) {
      this.rove(node);
      this.mark(node);
      const entry = document.getElementById(node.dataset.model);
      const copy = entry.cloneNode(true);
      for (const one of [copy, ...copy.querySelectorAll("[id]")]) one.removeAttribute("id");
      for (const one of copy.querySelectorAll("details")) one.open = true;
      copy.removeAttribute("aria-labelledby");
      copy.removeAttribute("tabindex");
      const close = button("Close", "Close", () => this.release());
      this.panel.replaceChildren(copy, close);
      this.panel.hidden = false;
      this.area.classList.add("split");
      for (const a of copy.querySelectorAll("a[href^='#']")) {
        a.addEventListener("click", (event) => {
          const other = this.byModel.get(a.getAttribute("href").slice(1));
          if (!other) return;
          event.preventDefault();
          this.choose(other);
          this.go(other);
        });
      }
      this.reveal(node);
    }

    mark(node) {
      for (const one of this.svg.querySelectorAll(".on, .chosen")) one.classList.remove("on", "chosen");
      this.svg.classList.toggle("picked", Boolean(node));
      if (!node) return;
      node.classList.add("chosen");
      for (const [start, end] of [["to", "from"], ["from", "to"]]) {
        const seen = new Set([node.dataset.model]);
        for (const model of seen) {
          for (const edge of this.edges) {
            if (edge.dataset[start] !== model) continue;
            edge.classList.add("on");
            seen.add(edge.dataset[end]);
          }
        }
        for (const model of seen) if (model !== node.dataset.model) this.byModel.get(model)?.classList.add("on");
      }
    }

    release() {
      if (this.panel.hidden) return;
      const had = this.panel.contains(document.activeElement) || document.activeElement === document.body;
      const last = this.svg.querySelector(".chosen");
      this.panel.hidden = true;
      this.panel.replaceChildren();
      this.area.classList.remove("split");
      this.mark(null);
      if (had && last) last.focus({ preventScroll: true });
    }

    print(on) {
      if (on) this.svg.setAttribute("viewBox", `0 0 ${this.full.w} ${this.full.h}`);
      else this.show();
    }
  }

  const drawings = new Map();
  const wake = (root) => {
    for (const area of root.querySelectorAll(".graph-area")) {
      const hidden = area.closest("details:not([open])");
      if (!hidden && !drawings.has(area)) drawings.set(area, new Drawing(area));
    }
  };
  document.addEventListener("toggle", (event) => { if (event.target.open) wake(event.target); }, true);

  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const at = id && document.getElementById(id);
    if (!at) return;
    const folded = [...document.querySelectorAll("details:not([open])")].filter((one) => one.contains(at) || one.parentElement === at);
    for (const one of folded) one.open = true;
    if (folded.length) at.scrollIntoView();
  };
  addEventListener("hashchange", reveal);

  const sortable = (table) => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const press = document.createElement("button");
      press.type = "button";
      press.textContent = head.textContent;
      head.replaceChildren(press);
      press.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const text = new Map(rows.map((row) => [row, row.cells[column].textContent.trim()]));
        rows.sort((a, b) => text.get(a).localeCompare(text.get(b), "en", { numeric: true, sensitivity: "base" }) * (down ? -1 : 1));
        body.append(...rows);
      });
    });
    const controls = document.querySelector(".controls");
    const [filter, verdict, told] = ["filter", "verdict", "shown"].map((id) => document.getElementById(id));
    const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const apply = () => {
      const asked = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const row of rows) {
        const fits = (!verdict.value || row.dataset.verdict === verdict.value) && asked.every((word) => words.get(row).includes(word));
        row.hidden = !fits;
        count += fits;
      }
      told.textContent = `${count} of ${rows.length} shown`;
    };
    controls.hidden = false;
    for (const control of [filter, verdict]) control.addEventListener("input", apply);
    apply();
  };

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
    for (const drawing of drawings.values()) drawing.print(true);
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
    for (const drawing of drawings.values()) drawing.print(false);
  });

  wake(document);
  for (const table of document.querySelectorAll("table.sortable")) sortable(table);
  reveal();
})();
