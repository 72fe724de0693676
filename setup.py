"""Packaging; the settings of the tools stand in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

_TESTS = [
    "distributed>=2024.5",
    "fastexcel>=0.19",
    "hypothesis>=6.100",
    "ironcalc>=0.5.5",
    "mpmath>=1.3",
    "numpy-financial>=1.0",
    "openxml-audit>=0.8",
    "playwright>=1.49",
    "pandas>=2.1",
    "polars>=1.20",
    "pyarrow>=15",
    "pypdf>=5.0",
    "pyyaml>=6.0",
    "pytest>=8.0",
    "pytest-timeout>=2.3",
    "pytest-xdist>=3.5",
    "pyxirr>=0.10",
    "SALib>=1.5",
    "setuptools>=70",
    "tomlkit>=0.13",
    "wheel>=0.43",
    "xarray>=2024.1",
]

setup(
    name="plainsheet",
    version="0.1.0",
    description="Quantitative models in plain text, checked like code, live in Excel",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    python_requires=">=3.11",
    packages=find_packages(include=["plainsheet", "plainsheet.*", "engine", "engine.*", "exports", "exports.*"]),
    package_data={
        "plainsheet": ["py.typed"],
        "engine": ["py.typed", "units/catalog/*.json"],
        "exports": [
            "py.typed",
            "page/scripts/*.js",
            "page/scripts/live/*.js",
            "page/scripts/analysis/*.js",
            "page/styles/*.css",
        ],
    },
    install_requires=[
        "click>=8.2",
        "matplotlib>=3.8",
        "networkx>=3.2",
        "numpy>=1.26",
        "openpyxl>=3.1.5",
        "pint>=0.25.3",
        "python-calamine>=0.6",
        "rich>=13.7",
        "scipy>=1.13",
        "sympy>=1.13",
        "tomli>=2.3",
    ],
    extras_require={
        "cluster": ["distributed>=2024.5"],
        "pandas": ["pandas>=2.1"],
        "parquet": ["pandas>=2.1", "pyarrow>=15"],
        "xarray": ["xarray>=2024.1"],
        "test": _TESTS,
        "dev": [
            *_TESTS,
            "import-linter>=2.0",
            "mypy>=1.11",
            "ruff>=0.9",
            "types-networkx>=3.2",
            "types-PyYAML>=6.0",
            "uv>=0.8",
            "XlsxWriter>=3.2",
        ],
    },
    entry_points={"console_scripts": ["plainsheet=plainsheet.program:main"]},
)
