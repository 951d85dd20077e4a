/**
 * The page's only script: theme, sorting, filters, hover. Everything can be read without it. It never makes markup from
 * text, and asks for nothing from outside.
 */
export const SCRIPT = String.raw`"use strict";
(() => {
  const root = document.documentElement;
  const themes = ["system", "light", "dark"];
  let theme = "system";
  try { theme = localStorage.getItem("stillwatch-theme") || theme; } catch { /* storage may be off for files */ }
  const show = () => { if (theme === "system" || !themes.includes(theme)) delete root.dataset.theme; else root.dataset.theme = theme; };
  root.classList.add("scripted");
  show();

  const themeButton = () => {
    const button = document.querySelector(".theme");
    const name = () => { button.textContent = "Theme: " + theme; };
    button.hidden = false;
    name();
    button.addEventListener("click", () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length];
      try { localStorage.setItem("stillwatch-theme", theme); } catch { /* it holds for this visit */ }
      show();
      name();
    });
  };

  const sortable = (table) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if ("unsorted" in head.dataset) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => { const cell = row.cells[column]; return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent; };
        const order = (a, b) => typeof a === "number" ? a - b : a.localeCompare(b);
        body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * order(key(a), key(b))));
      });
    });
  };

  const filter = (input) => {
    const rows = [...document.getElementById(input.dataset.filters).tBodies[0].rows];
    const output = input.parentElement.querySelector("output");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        if (!row.hidden) shown++;
      }
      output.textContent = wanted === "" ? "" : shown + " of " + rows.length + " rows";
    });
  };

  const tips = () => {
    const tip = document.getElementById("tip");
    // The browser's own tip for a chart's title would cover ours.
    for (const svg of document.querySelectorAll("svg[role=img]")) {
      svg.setAttribute("aria-label", svg.querySelector("title").textContent);
      svg.setAttribute("aria-describedby", svg.querySelector("desc").id);
      svg.removeAttribute("aria-labelledby");
      svg.querySelector("title").remove();
    }
    let lit = [];
    const light = (node) => {
      for (const link of lit) link.classList.remove("lit");
      lit = node ? [...node.ownerSVGElement.querySelectorAll(".link")].filter((link) => link.dataset.ends.split(" ").includes(node.dataset.node)) : [];
      for (const link of lit) link.classList.add("lit");
    };
    document.addEventListener("pointerover", (event) => {
      const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
      light(target && "node" in target.dataset ? target : null);
      tip.hidden = target === null;
      if (target) tip.textContent = target.dataset.tip;
    });
    document.addEventListener("pointermove", (event) => {
      if (tip.hidden) return;
      const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
      tip.style.left = Math.max(8, left) + "px";
      tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 12) + "px";
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
  };

  document.addEventListener("DOMContentLoaded", () => {
    themeButton();
    document.querySelectorAll("[data-sortable]").forEach(sortable);
    document.querySelectorAll("[data-filters]").forEach(filter);
    tips();
  });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((item) => { item.open = true; }));
})();
`;
