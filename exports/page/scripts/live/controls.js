// Each input is changed where it stands: a slider and a field, a switch, or a list of members.

const controls = [];
const STEPS = 1000;
// A slider over more than two decades goes by factors.
const WIDE = 100;

// From where to where a slider goes, in the declared unit: the range, else the bounds, else from half to double.
function span(cell) {
  const row = row_at(cell);
  const now = shown(row, state.unchanged[cell]);
  const range = setting(cell, "range");
  const [least, most] = [setting(cell, "min"), setting(cell, "max")];
  let ends = range === null ? [least, most] : [range[0], range[range.length - 1]];
  if (ends[0] === null || ends[1] === null) ends = now === 0 ? [ends[0] ?? 0, ends[1] ?? 1] : [now / 2, now * 2].sort((a, b) => a - b);
  const low = Math.max(Math.min(ends[0], now), least ?? -Infinity);
  const high = Math.min(Math.max(ends[1], now), most ?? Infinity);
  return { low, high, is_wide: low > 0 && high / low > WIDE, whole: row.whole === true };
}

// A round number near a place between the ends: 0 to 1000 steps.
function number_at({ low, high, is_wide, whole }, step) {
  if (step <= 0) return low;
  if (step >= STEPS) return high;
  const exact = is_wide ? low * Math.pow(high / low, step / STEPS) : low + ((high - low) * step) / STEPS;
  const unit = is_wide ? exact / 100 : (high - low) / STEPS;
  const digits = whole ? 0 : Math.min(Math.max(-Math.floor(Math.log10(unit)), -300), 20);
  return Math.min(Math.max(round(exact, digits), low), high);
}

function step_at({ low, high, is_wide }, value) {
  if (!(high > low)) return 0;
  const share = is_wide ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(Math.min(Math.max(share, 0), 1) * STEPS) || 0;
}

// What a field's steps are: a round number near a hundredth of the span.
const field_step = ({ low, high, whole }) =>
  whole ? 1 : high > low ? Number(`1e${Math.floor(Math.log10((high - low) / 50))}`) : "any";

const is_switch = (cell) => row_at(cell).whole === true && setting(cell, "min") === 0 && setting(cell, "max") === 1;

// A control of a cell: `parts` are its elements, and `read` shows a value in them.
class Control {
  constructor(cell) {
    this.cell = cell;
    this.row = row_at(cell);
    this.name = [cell_label(cell), unit_of(this.row)].filter(Boolean).join(", ");
    this.element = make("span", { class: "control" }, ...this.parts());
    this.value = NaN;
    this.is_changed = false;
  }

  refresh() {
    const value = state.values[this.cell];
    const is_changed = state.changed.has(this.cell);
    if (!Object.is(value, this.value)) this.read(value);
    this.value = value;
    if (is_changed !== this.is_changed) this.mark(is_changed);
  }

  mark(is_changed) {
    this.is_changed = is_changed;
    this.element.classList.toggle("changed", is_changed);
    if (is_changed) {
      const before = told_with_unit(this.cell, state.unchanged);
      const label = `Put ${cell_label(this.cell)} back to ${before}`;
      this.back = back_button(label, () => {
        reset([this.cell]);
        this.first.focus();
      });
      this.first.after(this.back);
    } else this.back.remove();
  }

  give(given) {
    try {
      change([[this.cell, read_value(this.cell, given)]]);
      this.complain("");
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.complain(error.message);
    }
  }

  // A number that is none, or out of bounds, is told beside the field and changes nothing.
  complain(message) {
    if (!message && !this.wrong) return;
    this.wrong ??= make("span", { class: "wrong", role: "alert", id: `wrong-${this.cell}` });
    this.wrong.textContent = message;
    if (message) {
      this.element.append(this.wrong);
      this.first.setAttribute("aria-invalid", "true");
      this.first.setAttribute("aria-describedby", this.wrong.id);
    } else {
      this.wrong.remove();
      this.first.removeAttribute("aria-invalid");
      this.first.removeAttribute("aria-describedby");
    }
  }
}

const back_button = (label, click) =>
  make("button", { type: "button", class: "back", "aria-label": label, title: label, click }, "↺");

class Switch extends Control {
  parts() {
    this.first = make("input", { type: "checkbox", role: "switch", "aria-label": this.name, input: () => this.give(this.first.checked ? 1 : 0) });
    return [this.first];
  }
  read(value) {
    this.first.checked = value !== 0;
  }
}

class Choice extends Control {
  parts() {
    const options = dimensions[this.row.choice].members.map((member) => make("option", {}, String(member)));
    this.first = make("select", { "aria-label": this.name, input: () => this.give(this.first.value) }, ...options);
    return [this.first];
  }
  read(value) {
    this.first.selectedIndex = codes[this.row.choice].indexOf(value);
  }
}

class Field extends Control {
  parts() {
    this.first = make("input", {
      type: "number",
      step: "any",
      inputmode: this.row.whole ? "numeric" : "decimal",
      "aria-label": this.name,
      input: () => {
        this.is_typed = true;
        this.give(this.first.validity.badInput ? "what is written" : this.first.value);
        this.is_typed = false;
      },
      // What was put right elsewhere, and what is wrong and given up, ends with the value that holds.
      keydown: (event) => event.key === "Escape" && this.read(state.values[this.cell]),
      focus: () => this.when_focused(),
    });
    return [this.first];
  }
  read(value) {
    if (this.is_typed) return;
    this.first.value = String(shown(this.row, value));
    this.complain("");
  }
  when_focused() {
    this.first.step = field_step(span(this.cell));
  }
}

class Slider extends Control {
  parts() {
    this.first = make("input", {
      type: "range",
      min: 0,
      max: STEPS,
      "aria-label": `${this.name}, slider`,
      input: () => {
        this.is_dragged = true;
        this.give(number_at(span(this.cell), Number(this.first.value)));
        this.is_dragged = false;
      },
    });
    return [this.first];
  }
  read(value) {
    const ends = span(this.cell);
    // Of few whole numbers each is a step.
    this.first.step = ends.whole && ends.high - ends.low <= 100 && ends.high > ends.low ? STEPS / (ends.high - ends.low) : 1;
    if (!this.is_dragged) this.first.value = String(step_at(ends, shown(this.row, value)));
    this.first.setAttribute("aria-valuetext", told_with_unit(this.cell));
  }
  mark() {}
}

// One slider is at hand for the members of a table: it is that of the cell where somebody types.
class MemberField extends Field {
  when_focused() {
    super.when_focused();
    const table = this.element.closest("table");
    const box = table.closest(".scroll") ?? table;
    if (member_slider?.cell === this.cell) return;
    remove_member_slider();
    member_slider = new Slider(this.cell);
    member_slider.refresh();
    member_slider.place = make("p", { class: "member-slider" }, make("span", {}, this.name), member_slider.element);
    box.after(member_slider.place);
  }
}

let member_slider = null;
function remove_member_slider() {
  member_slider?.place.remove();
  member_slider = null;
}

function control_in(place) {
  const cell = Number(place.dataset.cell);
  const row = row_at(cell);
  // The number in words stays for print.
  const words = make("span", { class: "on-paper", "data-cell": cell }, ...place.childNodes);
  place.removeAttribute("data-cell");
  const kind = row.choice !== undefined ? Choice : is_switch(cell) ? Switch : row.size > 1 ? MemberField : Field;
  const control = new kind(cell);
  controls.push(control);
  place.classList.add("given-here");
  place.append(words, control.element);
  if (kind !== Field) return;
  const slider = new Slider(cell);
  controls.push(slider);
  control.first.after(slider.first);
}

for (const place of document.querySelectorAll("#assumptions [data-cell], #calculation .given[data-cell]"))
  if (is_input(Number(place.dataset.cell))) control_in(place);
for (const element of document.querySelectorAll("[data-cell]")) follow(element);

let shown_scenario = null;
on_update(() => {
  // Another scenario may move the ends of sliders.
  if (shown_scenario !== state.scenario) for (const control of controls) control.value = NaN;
  shown_scenario = state.scenario;
  for (const control of controls) control.refresh();
  member_slider?.refresh();
});
