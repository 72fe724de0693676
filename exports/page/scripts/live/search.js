// All quantities in a list that is searched by label, id and unit.

const MOST_HITS = 40;
const listed_rows = rows.filter((row) => ["input", "formula", "equation", "constant"].includes(row.kind) && row.label);
const haystack = listed_rows.map((row) => `${row.label} ${row.id} ${unit_of(row)}`.toLowerCase());
let hits = [];
let active = -1;

const hit_list = make("ul", { id: "hits", role: "listbox", "aria-label": "Quantities", hidden: true });
const hit_count = make("span", { class: "for-ears", role: "status" });
const search_field = make("input", {
  type: "search",
  id: "search",
  role: "combobox",
  "aria-label": "Search all quantities",
  "aria-expanded": "false",
  "aria-controls": "hits",
  "aria-autocomplete": "list",
  autocomplete: "off",
  placeholder: "Search ( / )",
  input: () => find(),
  focus: () => find(),
  blur: () => setTimeout(close_hits, 150),
  keydown: (event) => press(event),
});
search_box.append(search_field, hit_list, hit_count);

function find() {
  const wanted = search_field.value.toLowerCase().split(/\s+/).filter(Boolean);
  hits = [];
  let count = 0;
  haystack.forEach((text, k) => {
    if (!wanted.every((word) => text.includes(word))) return;
    if (count++ < MOST_HITS) hits.push(listed_rows[k]);
  });
  active = -1;
  const lines = hits.map((row, k) =>
    make(
      "li",
      { role: "option", id: `hit-${k}`, "aria-selected": "false", mousedown: (event) => event.preventDefault(), click: () => take(k) },
      row.label, " ", make("code", {}, row.id), " ", make("span", { class: "unit" }, row.size > 1 ? `${row.size} values` : told_with_unit(row.at)),
    ),
  );
  hit_list.replaceChildren(...lines);
  hit_list.hidden = !lines.length;
  search_field.setAttribute("aria-expanded", String(lines.length > 0));
  search_field.removeAttribute("aria-activedescendant");
  hit_count.textContent = count === 1 ? "1 quantity" : `${count} quantities${count > MOST_HITS ? `, the first ${MOST_HITS} listed` : ""}`;
}

function close_hits() {
  hit_list.hidden = true;
  search_field.setAttribute("aria-expanded", "false");
  search_field.removeAttribute("aria-activedescendant");
}

function take(k) {
  close_hits();
  search_field.value = "";
  explain(hits[k].at);
}

function press(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined && hits.length) {
    event.preventDefault();
    if (hit_list.hidden) return find();
    hit_list.children[active]?.setAttribute("aria-selected", "false");
    active = (active + step + hits.length) % hits.length;
    const line = hit_list.children[active];
    line.setAttribute("aria-selected", "true");
    line.scrollIntoView({ block: "nearest" });
    search_field.setAttribute("aria-activedescendant", line.id);
  } else if (event.key === "Enter" && hits.length && !hit_list.hidden) take(Math.max(active, 0));
  else if (event.key === "Escape") close_hits();
}

document.addEventListener("keydown", (event) => {
  const is_typing = event.target instanceof Element && event.target.closest("input:not([type=range]):not([type=checkbox]), select, textarea, dialog");
  if (event.key !== "/" || is_typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search_field.focus();
});
