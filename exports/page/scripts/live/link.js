// The state as the fragment of a link, and back: `#s=high&price=2.5&share[North]=3`, values in the declared unit.

const LONGEST = 100000;

// The value of a cell as a reader would give it.
const given_value = (cell) => {
  const row = row_at(cell);
  return row.choice !== undefined ? told(cell) : String(shown(row, state.values[cell]));
};

const encoded = (text) => encodeURIComponent(text).replaceAll("%5B", "[").replaceAll("%5D", "]").replaceAll("%20", "+");
const decoded = (text) => decodeURIComponent(text.replaceAll("+", " "));

function fragment_of_state() {
  const changed = [...state.changed.keys()].map((cell) => `${encoded(cell_name(cell))}=${encoded(given_value(cell))}`);
  if (!changed.length && state.scenario === data.first) return "";
  return `#${[`s=${encoded(state.scenario)}`, ...changed].join("&")}`;
}

const link_of_state = () => `${location.href.split("#")[0]}${fragment_of_state()}`;

// The scenario and the changes that a fragment names; an error says what is wrong with it. The scenario comes first, so
// that an input may be called `s` too.
function read_fragment(fragment) {
  if (fragment.length > LONGEST) throw new RangeError(`it has more than ${LONGEST} characters`);
  const entries = fragment.split("&").filter(Boolean).map((entry) => {
    const at = entry.indexOf("=");
    if (at < 0) throw new RangeError(`'${entry.slice(0, 80)}' has no value: write name=value`);
    return [decoded(entry.slice(0, at)), decoded(entry.slice(at + 1))];
  });
  let scenario = data.first;
  if (entries.length && entries[0][0] === "s") [, scenario] = entries.shift();
  if (!scenario_by_id.has(scenario)) throw new RangeError(`there is no scenario '${scenario.slice(0, 80)}'`);
  const pairs = entries.flatMap(([name, given]) => {
    return changeable(name).map((cell) => [cell, read_value(cell, given)]);
  });
  return { scenario, pairs };
}

function follow_link() {
  const fragment = location.hash.slice(1);
  // Without a value it leads to a place on the page.
  if (fragment && !fragment.includes("=")) return;
  if (location.hash === fragment_of_state()) return;
  try {
    const { scenario, pairs } = read_fragment(fragment);
    state.changed.clear();
    choose_scenario(scenario);
    change(pairs);
    tell_of_link("");
  } catch (error) {
    tell_of_link(`The link is not followed: ${error instanceof URIError ? "it is cut off, or not spelled as links are" : error.message}.`);
  }
}

function tell_of_link(message) {
  trouble_of_link.textContent = message;
  trouble_of_link.hidden = !message;
}

addEventListener("hashchange", follow_link);
let is_started = false;
const keep_link = later(250, () => {
  if (!is_started || fragment_of_state() === location.hash) return;
  // What leads to a place on the page stays while nothing is changed.
  if (!fragment_of_state() && !location.hash.includes("=")) return;
  try {
    history.replaceState(null, "", fragment_of_state() || location.href.split("#")[0]);
  } catch {
    // A page inside another may have no address of its own.
  }
});
on_update(() => {
  if (state.values !== null) is_started = state.changed.size > 0 || state.scenario !== data.first || is_started;
  if (is_started) tell_of_link("");
  keep_link();
});
