// The bar above the report: the scenario, what was changed and how to take it along, and the search.

const scenario_note = document.getElementById("scenario-note");
const scenario_picker = make(
  "select",
  { id: "scenario", input: () => pick_scenario(scenario_picker.value) },
  ...data.scenarios.map((one) => make("option", { value: one.id }, one.label)),
);
const reset_button = make("button", { type: "button", id: "reset", hidden: true, click: () => reset_all() });
const copy_link = make("button", { type: "button", id: "copy-link", click: () => offer("Link to this state", link_of_state()) }, "Copy link");
const copy_toml = make("button", { type: "button", id: "copy-toml", click: () => offer("Lines for the model", toml_of_state()) }, "Copy as TOML");
const search_box = make("div", { class: "search" });
const trouble_of_link = make("p", { id: "link-trouble", role: "alert", hidden: true });

const controls_bar = make(
  "div",
  { id: "controls", role: "region", "aria-label": "Scenario and search" },
  data.scenarios.length > 1 ? make("span", { class: "picker" }, make("label", { for: "scenario" }, "Scenario"), scenario_picker) : null,
  make("span", { class: "copies" }, reset_button, copy_link, copy_toml),
  search_box,
  trouble_of_link,
);
document.querySelector("main").before(controls_bar);

// What was changed stays changed in another scenario.
function pick_scenario(id) {
  choose_scenario(id);
}

function reset_all() {
  reset();
  scenario_picker.focus();
}

on_update(() => {
  const scenario = scenario_by_id.get(state.scenario);
  scenario_picker.value = scenario.id;
  const label = document.getElementById("scenario-label");
  if (label !== null) label.textContent = scenario.label;
  if (scenario_note !== null) scenario_note.textContent = scenario.note;
  const count = state.changed.size;
  reset_button.hidden = !count;
  reset_button.textContent = `Put ${count === 1 ? "the change" : `all ${count} changes`} back`;
  copy_toml.hidden = !count;
});

// A text to take along is shown as well, since a browser may refuse to copy it.
const offered = make("textarea", { readonly: true, "aria-label": "Text to copy", rows: 8, spellcheck: "false" });
const offer_title = make("h2", { id: "offer-title" });
const offer_note = make("p", { role: "status" });
const offer_box = make(
  "dialog",
  { id: "offer", "aria-labelledby": "offer-title" },
  make("form", { method: "dialog" }, make("button", { class: "close", "aria-label": "Close" }, "×")),
  offer_title,
  offered,
  offer_note,
);
document.body.append(offer_box);

async function offer(title, text) {
  offer_title.textContent = title;
  offered.value = text;
  offer_note.textContent = "";
  offer_box.showModal();
  offered.focus();
  offered.select();
  try {
    await navigator.clipboard.writeText(text);
    offer_note.textContent = "Copied.";
  } catch {
    offer_note.textContent = "Press Ctrl+C, or ⌘C, to copy.";
  }
}
