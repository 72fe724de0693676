"""Random models of choices, maps, defaults and composed scenarios, in random layouts; and random edits of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import strategies as st

KINDS = ["A100", "H100", "B200"]
COUNTRIES = ["DE", "FR", "US", "JP"]
REGIONS = ["Europe", "Americas", "Asia"]
SCENARIOS = ["plan", "one", "two", "three"]
NUMBERS = ["0", "1", "2.5", "7", "12", "40"]
FACTORS = ["0.5", "1.1", "2", "3"]
MONTHS = ["2026-05", "2026-06", "2026-07", "2027-01"]
LAYOUTS = ["list", "inline", "lines", "default"]
Site = tuple[str, ...]

# What each place of a model may say: what stands in a scenario may not stand there at all.
_SITES: dict[Site, list[str]] = {
    ("gpu",): KINDS,
    **{("rig", country): KINDS for country in COUNTRIES},
    **{("units", country): NUMBERS for country in COUNTRIES},
    **{("price", kind): NUMBERS for kind in KINDS},
    **{("map", country): REGIONS for country in COUNTRIES},
    ("rent",): NUMBERS,
    ("start",): ["2026-03", "2026-04"],
    ("to",): MONTHS,
    ("starts",): ["1", "4", "7"],
    **{("set", case, "gpu"): KINDS for case in SCENARIOS[1:]},
    **{("set", case, f"rig.{country}"): KINDS for case in SCENARIOS[1:] for country in COUNTRIES[:2]},
    **{("set", case, "rent"): NUMBERS for case in SCENARIOS[1:]},
    **{("scale", case, f"units.{country}"): FACTORS for case in SCENARIOS[1:] for country in COUNTRIES[:2]},
    **{("scale", case, f"price.{kind}"): FACTORS for case in SCENARIOS[1:] for kind in KINDS[:2]},
}
CHOICES = frozenset({"gpu", "rig", "map", "start", "to"})


@dataclass(frozen=True)
class Rig:
    """A model: what stands at each site, what each scenario extends, and how values by member are laid out."""

    values: Mapping[Site, str]
    extends: Mapping[str, tuple[str, ...]]
    layouts: Mapping[str, str] = field(default_factory=dict)

    def changed(self, edits: Mapping[Site, str]) -> Rig:
        return Rig({**self.values, **edits}, self.extends, self.layouts)

    def laid_out(self, layouts: Mapping[str, str]) -> Rig:
        return Rig(self.values, self.extends, layouts)

    def text(self) -> str:
        lines = ['[model]\ntitle = "Rigs"\noutputs = ["gpu", "cost", "total"]\n\n[units]\nUSD = "[money]"\n']
        lines.append(
            f"[dimensions.kind]\nmembers = {_listed(KINDS)}\n\n[dimensions.country]\nmembers = {_listed(COUNTRIES)}\n"
        )
        lines.append(
            f'[dimensions.region]\nof = "country"\nmembers = {_listed(REGIONS)}\n{self.by_member("map", COUNTRIES, "map")}'
        )
        lines.append(f'[dimensions.month]\nfrom = "2026-01"\nto = "{self.values["to",]}"\n')
        lines.append(f'[dimensions.year]\nof = "month"\nperiod = "year"\nstarts = {self.values["starts",]}\n')
        for case in SCENARIOS:
            above = self.extends.get(case, ())
            lines.append(f'[scenarios.{case}]\nlabel = "{case}"\n' + (f"extends = {_listed(above)}\n" if above else ""))
            own = [(key, name, value) for (key, *rest), value in self.values.items() if key in {"set", "scale"} for owner, name in [rest] if owner == case]  # fmt: skip
            lines[-1] += "".join(
                [f"{key}.{name} = {_value(name.partition('.')[0], value)}\n" for key, name, value in own]
            )
        lines.append(f'[in.gpu]\nlabel = "GPU"\nchoice = "kind"\nvalue = "{self.values["gpu",]}"\nnote = "x"\n')
        lines.append(f'[in.start]\nlabel = "Start"\nchoice = "month"\nvalue = "{self.values["start",]}"\nnote = "x"\n')
        lines.append(
            f'[in.rig]\nlabel = "Rig"\nover = "country"\nchoice = "kind"\n{self.by_member("rig", COUNTRIES)}note = "x"\n'
        )
        lines.append(
            f'[in.units]\nlabel = "Units"\nover = "country"\nunit = "1"\n{self.by_member("units", COUNTRIES)}note = "x"\n'
        )
        lines.append(
            f'[in.price]\nlabel = "Price"\nover = "kind"\nunit = "USD"\n{self.by_member("price", KINDS)}note = "x"\n'
        )
        lines.append(
            f'[in.rent]\nlabel = "Rent"\nover = "month"\nunit = "USD"\nrollup = "sum"\nvalue = {self.values["rent",]}\nnote = "x"\n'
        )
        lines.append(
            '[out.cost]\nlabel = "Cost"\nover = "country"\nunit = "USD"\nformula = "price[rig] * units + (price[gpu] if region == \\"Europe\\" else 0)"\n'
        )
        lines.append('[out.paid]\nlabel = "Paid"\nover = "year"\nunit = "USD"\nformula = "rollup(rent, by=year)"\n')
        lines.append(
            '[out.by_region]\nlabel = "By region"\nover = "region"\nunit = "USD"\nformula = "sum(cost, by=region)"\n'
        )
        lines.append(
            '[out.total]\nlabel = "Total"\nunit = "USD"\nformula = "sum(by_region) + sum(rent, where=month >= start) + sum(paid) + price[\\"H100\\"]"\n'
        )
        return "\n".join(lines)

    def by_member(self, name: str, members: list[str], key: str = "value") -> str:
        """Return values by member in the layout of the quantity, which says the same in each."""
        values = {member: _value(name, self.values[name, member]) for member in members}
        layout = self.layouts.get(name, "inline")
        if layout == "list" and key == "value":
            return f"{key} = [{', '.join(values.values())}]\n"
        if layout == "lines":
            return "".join([f"{key}.{member} = {value}\n" for member, value in values.items()])
        if layout == "default" and key == "value":
            most = max(values.values(), key=list(values.values()).count)
            values = {**{member: value for member, value in values.items() if value != most}, "default": most}
        return f"{key} = {{ {', '.join([f'{member} = {value}' for member, value in values.items()])} }}\n"


def _value(name: str, value: str) -> str:
    return f'"{value}"' if name in CHOICES else value


def _listed(texts: list[str] | tuple[str, ...]) -> str:
    return f"[{', '.join([f'{chr(34)}{text}{chr(34)}' for text in texts])}]"


@st.composite
def rigs(draw: st.DrawFn) -> Rig:
    """Draw a model."""
    values = {site: draw(st.sampled_from(said)) for site, said in _SITES.items() if site[0] not in {"set", "scale"}}
    for site, said in _SITES.items():
        # What a scenario sets it does not scale.
        if site[0] in {"set", "scale"} and draw(st.booleans()):
            values[site] = draw(st.sampled_from(said))
    extends = {}
    for number, case in enumerate(SCENARIOS[1:], 1):
        # The later first, so that there is an order that keeps all.
        found = draw(st.lists(st.sampled_from(SCENARIOS[:number]), unique=True, max_size=2))
        extends[case] = tuple(sorted(found, key=SCENARIOS.index, reverse=True))
    return Rig(values, extends, draw(layouts()))


def layouts() -> st.SearchStrategy[dict[str, str]]:
    """Draw how values by member are laid out."""
    return st.fixed_dictionaries({name: st.sampled_from(LAYOUTS) for name in ("rig", "units", "price", "map")})


def edits(rig: Rig, most: int = 4) -> st.SearchStrategy[dict[Site, str]]:
    """Draw what is changed of a model: what stands there already says something else."""
    one = st.sampled_from(sorted(rig.values)).flatmap(
        lambda site: st.tuples(st.just(site), st.sampled_from([one for one in _SITES[site] if one != rig.values[site]]))
    )
    return st.lists(one, max_size=most, unique_by=lambda found: found[0]).map(dict)
