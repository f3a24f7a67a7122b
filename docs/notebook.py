# %% [markdown]
# # A period in pandas
#
# Open this file as a notebook (VS Code, Spyder, PyCharm; `jupytext` for Jupyter) in a folder that holds
#
#     peduli-ham export --what answers --format jsonl --out answers.jsonl
#     peduli-ham export --everyone --format jsonl --out log.jsonl
#
# The columns are those of docs/schema. Figures come as text, so that none is rounded on the way.

# %%
from decimal import Decimal

import pandas as pd

answers = pd.read_json("answers.jsonl", lines=True, dtype=False)
log = pd.read_json("log.jsonl", lines=True, dtype=False)

# %% [markdown]
# How far is each office?

# %%
progress = answers.pivot_table(
    index="unit", columns="state_code", values="indicator", aggfunc="count", fill_value=0
)
print(progress)

# %% [markdown]
# Points by right, as the offices gave them and as they were verified: exact, since `Decimal` adds them.


# %%
def exact(figures: pd.Series) -> Decimal:
    """Add figures that came as text; what is not there counts as nothing."""
    return sum((Decimal(one) for one in figures.dropna()), Decimal(0))


points = answers.groupby("right_code", sort=False)[["claimed", "verified", "max"]].agg(exact)
print(points)

# %% [markdown]
# Which points rest on a figure that is neither read in the annex nor agreed upon?

# %%
unsure = answers[answers["status"].isin(["reported", "proposed"])]
print(unsure[["unit", "indicator", "name", "claimed", "status"]].to_string(index=False))

# %% [markdown]
# The figures by the codes of their inputs, one row for each.

# %%
given = answers.dropna(subset=["inputs"])
figures = pd.DataFrame(
    (row.unit_code, row.indicator_code, code, value)
    for row in given.itertuples()
    for code, value in row.inputs.items()
)
figures.columns = ["unit_code", "indicator_code", "input", "given"]
print(figures.to_string(index=False))

# %% [markdown]
# How many days went by between sending and verification?

# %%
moves = log[log["kind"] == "move"].assign(at=lambda rows: pd.to_datetime(rows["at"], utc=True))
first = moves[moves["move"] == "submit"].groupby(["unit_code", "indicator"])["at"].min()
ready = moves[moves["state_code"] == "verified"].groupby(["unit_code", "indicator"])["at"].max()
days = (ready - first).dropna().dt.total_seconds() / 86_400
print(days.describe() if len(days) else "Nothing is verified yet.")
