// The changes as a scenario, in lines for the model's file.

const bare = /^[A-Za-z0-9_-]+$/;
const quoted = (text) => JSON.stringify(text).replaceAll("\u007f", "\\u007f");
const toml_key = (text) => (bare.test(text) ? text : quoted(text));

function toml_value(cell) {
  if (row_at(cell).choice !== undefined) return quoted(String(told(cell)));
  const value = shown(row_at(cell), state.values[cell]);
  // Whole numbers of TOML end at 63 bits.
  return Math.abs(value) < 1e15 ? String(value) : value.toExponential();
}

function toml_of_state() {
  let id = "my_case";
  for (let number = 2; scenario_by_id.has(id); number++) id = `my_case_${number}`;
  const lines = [`[scenarios.${id}]`, 'label = "My case"', `extends = ${quoted(state.scenario)}`];
  for (const cell of state.changed.keys()) {
    const keys = [row_at(cell).id, ...members_at(cell).map((member) => quoted(String(member)))];
    lines.push(`set.${keys.join(".")} = ${toml_value(cell)}`);
  }
  return `${lines.join("\n")}\n`;
}
