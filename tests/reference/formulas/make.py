"""How `formulaic.json` was made: python tests/reference/formulas/make.py, with formulaic 1.2 and pandas installed.

Columns of the model matrices that formulaic 1.2.2 makes of 48 rows (each cell of a × b × c twice), each distinct column once;
tests compare the spaces they span. Where its spelling is another than ours both stand here.
"""

import json
from itertools import product
from pathlib import Path

import formulaic
import numpy as np
import pandas as pd

draw = np.random.default_rng(11)
cells = list(product("pq", "rst", "uvmn")) * 2
n = len(cells)
data = {
    "y": draw.normal(0, 1, n).round(3).tolist(),
    "x": draw.normal(0, 2, n).round(3).tolist(),
    "z": draw.lognormal(0, 1, n).round(3).tolist(),
    "w": draw.uniform(0.5, 4, n).round(3).tolist(),
    "k": draw.integers(0, 4, n).tolist(),
    "a": [cell[0] for cell in cells],
    "b": [cell[1] for cell in cells],
    "c": [cell[2] for cell in cells],
}
SAME = """x; x + z; x + z + w; 0 + x; x - 1; -1 + x + z; 1; x:z; x*z; x*z*w; x + x:z; (x + z + w)**2; (x + z + w)^2; (x + z + w)**3;
(x + z + w)**2 - x:z; x*z - x; x/z; (x + z)/w; x/(z + w); a; b; c; a + b; a + b + c; 0 + a; 0 + b; 0 + a + b; a - 1; b - 1 + x; a:b;
0 + a:b; a*b; a*b*c; 0 + a*b; a + a:b; b + a:b; a/b; b/a; a/b/c; (a + b)/c; a/(b + c); (a + b + c)**2; (a + b + c)**2 - b:c; a:b:c;
0 + a:b:c; x:a; 0 + x:a; x + x:a; a + x:a; a*x; b*x; 0 + b*x; a*b*x; a:x + b:x; x:a:b; x:z:a; a*x + b*z; a + b + x:c; (a + x)**2;
(a + b + x)**2; b %in% a; x + b %in% a; C(k); x + C(k); k + C(k):x; C(k)*a; 0 + C(k) + x; log(x**2 + 1); log(z); log(z)*a; log10(w);
exp(x); I(x**2); x + I(x**2) + I(x**3); I(x*z) + w; I(x/w); I(x - 2*z); log(z + w); log(z) + exp(x):b; poly(x, 2); poly(x, 3);
poly(x, 2, raw=True); poly(x, 2):z; poly(x, 2):a; poly(x, 2)*b; poly(log(z), 2) + x; scale(x); scale(x)*a; center(x):z + center(z);
scale(x):scale(z); bs(x, df=4); bs(x, df=5, degree=2); bs(x, df=6):a; bs(z, knots=[1, 2]) + x; x + z - x + 0"""
OTHER = {
    'C(b, base="s")': 'C(b, contr.treatment("s"))',
    "C(b, coding=sum)": "C(b, contr.sum)",
    "C(b, coding=sum)*a": "C(b, contr.sum)*a",
    "C(b, coding=sum):x": "C(b, contr.sum):x",
    "0 + C(c, coding=sum) + x": "0 + C(c, contr.sum) + x",
    "sqrt(z)": "np.sqrt(z)",
    "log2(z) + log1p(w)": "np.log2(z) + np.log1p(w)",
    "abs(x)": "np.abs(x)",
    "I(x > 0)": "I((x > 0)*1.0)",
    "I((x > 0)*(z <= 1)):b": "I((x > 0)*(z <= 1)*1.0):b",
    ". - x - z": "w + k + a + b + c",
    ".": "x + z + w + k + a + b + c",
}
pairs = [(one.strip(), one.strip()) for one in SAME.replace("\n", " ").split(";")] + list(OTHER.items())
frame = pd.DataFrame(data)
pool: dict[tuple[float, ...], int] = {}
formulas = []
for ours, theirs in pairs:
    matrix = formulaic.model_matrix(theirs.replace("^", "**"), frame, context={"np": np})
    places = []
    for column in np.asarray(matrix, dtype=float).T:
        key = tuple(float(f"{value:.13g}") for value in column)
        places.append(pool.setdefault(key, len(pool)))
    formulas.append({"formula": f"y ~ {ours}", "formulaic": theirs, "columns": places})
columns = [[int(v) if v.is_integer() else v for v in column] for column in pool]
made = {"made": __doc__.split("\n\n")[1].replace("\n", " "), "data": data, "columns": columns, "formulas": formulas}
Path(__file__).with_name("formulaic.json").write_text(json.dumps(made, separators=(",", ":")) + "\n")
print(len(formulas), "formulas", len(columns), "columns")
