// Search, filter, sort and copy. The page is complete without this script.
"use strict";
(() => {
  const body = document.querySelector(".matrix tbody");
  const rows = [...document.querySelectorAll(".matrix tbody tr")];
  const sections = new Map([...document.querySelectorAll(".device")].map((part) => [part.dataset.device, part]));
  const texts = rows.map((row) => `${row.cells[0].textContent} ${row.cells[2].textContent} ${row.dataset.more} ${row.dataset.tags}`.toLowerCase());
  const search = document.getElementById("search");
  const state = document.getElementById("state");
  const group = document.getElementById("group");

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
    groupBy();
    document.getElementById("found").textContent = `${shown} of ${rows.length} devices`;
  }

  let order = rows;

  // Rows under a heading for each region, tag, cause or platform; a device with several tags stands under the first.
  function groupBy() {
    unfold();
    body.querySelectorAll(".group").forEach((row) => row.remove());
    const key = group.value;
    if (!key) return body.append(...order);
    const groups = new Map();
    for (const row of order) {
      const value = row.dataset[key].split(" ")[0] || "none";
      if (!groups.has(value)) groups.set(value, []);
      groups.get(value).push(row);
    }
    for (const [value, own] of [...groups].sort(([left], [right]) => left.localeCompare(right))) {
      const shown = own.filter((row) => !row.hidden);
      const bad = shown.filter((row) => row.dataset.state === "bad").length;
      const heading = document.createElement("tr");
      const cell = document.createElement("th");
      heading.className = "group";
      heading.hidden = !shown.length;
      cell.scope = "rowgroup";
      cell.colSpan = body.parentNode.tHead.rows[0].cells.length;
      cell.textContent = `${value}: ${shown.length} ${shown.length === 1 ? "device" : "devices"}, ${bad} non-compliant`;
      heading.append(cell);
      body.append(heading, ...own);
    }
  }

  function sortBy(column, header) {
    const down = header.getAttribute("aria-sort") === "ascending";
    const collator = new Intl.Collator("en", { numeric: true });
    const sorted = rows.map((row) => [row.cells[column]?.textContent || "", row]);
    sorted.sort(([left], [right]) => (down ? -1 : 1) * collator.compare(left, right));
    header.parentNode.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    order = sorted.map(([, row]) => row);
    groupBy();
  }

  body.parentNode.tHead.querySelectorAll("th").forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sortBy(column, header));
    header.replaceChildren(button);
  });

  // Up and down go from device to device; a slash goes to the search.
  document.getElementById("matrix").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = step ? [...document.querySelectorAll(".matrix tbody th a")].filter((link) => link.offsetParent) : [];
    const place = links.indexOf(document.activeElement);
    if (place < 0 || !links[place + step]) return;
    event.preventDefault();
    links[place + step].focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /INPUT|SELECT/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    search.focus();
  });

  async function copy(code, button) {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
  }

  document.querySelectorAll(".commands li").forEach((part) => {
    const button = document.createElement("button");
    const code = part.querySelector("code");
    button.type = "button";
    button.textContent = "Copy";
    button.title = `Copy ${code.textContent}`;
    button.addEventListener("click", () => copy(code, button));
    part.append(button);
  });

  const tools = document.getElementById("tools");
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  state.addEventListener("change", filter);
  group.addEventListener("change", filter);
})();
