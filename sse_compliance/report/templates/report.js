// Search, filter, sort and copy. The page is complete without this script.
"use strict";
(() => {
  const body = document.querySelector(".matrix tbody");
  const rows = [...document.querySelectorAll(".matrix tbody tr")];
  const sections = new Map([...document.querySelectorAll(".device")].map((part) => [part.dataset.device, part]));
  const texts = rows.map((row) => `${row.cells[0].textContent} ${row.cells[2].textContent} ${row.dataset.more}`.toLowerCase());
  const search = document.getElementById("search");
  const state = document.getElementById("state");

  // What the page of a large fleet folds away goes where it is searched and sorted.
  function unfold() {
    const folded = document.querySelectorAll(".more");
    if (!folded.length) return;
    body.append(...rows);
    document.getElementById("devices").append(...sections.values());
    folded.forEach((part) => part.remove());
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      const fits = (!state.value || row.dataset.state === state.value) && words.every((word) => texts[index].includes(word));
      row.hidden = !fits;
      const section = sections.get(row.dataset.for);
      if (section) section.hidden = !fits;
      shown += fits;
    });
    unfold();
    document.getElementById("found").textContent = `${shown} of ${rows.length} devices`;
  }

  function sortBy(column, header) {
    const down = header.getAttribute("aria-sort") === "ascending";
    const order = new Intl.Collator("en", { numeric: true });
    const sorted = rows.map((row) => [row.cells[column].textContent, row]);
    sorted.sort(([left], [right]) => (down ? -1 : 1) * order.compare(left, right));
    header.parentNode.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    unfold();
    body.append(...sorted.map(([, row]) => row));
  }

  body.parentNode.tHead.querySelectorAll("th").forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sortBy(column, header));
    header.replaceChildren(button);
  });

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.parentNode.querySelector(".copy"));
      button.textContent = "Selected";
    }
  }

  document.querySelectorAll(".fix").forEach((part) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", () => copy(part.querySelector(".copy").textContent, button));
    part.append(button);
  });

  const tools = document.getElementById("tools");
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  state.addEventListener("change", filter);
})();
