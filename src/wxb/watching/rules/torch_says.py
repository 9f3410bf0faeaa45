"""How torch words its errors, as patterns: what `crash` and `refusals` know them by. Nothing here is said by us."""

from __future__ import annotations

NO_WAY_BACK = r"does not require grad and does not have a grad_fn"
SECOND_TIME = r"backward through the graph a second time"
CHANGED = r"modified by an inplace operation"
VERSIONS = r"\[\S+ \[([\d, ]*)\]\].*? is at version (\d+); expected version (\d+)"

ON_THE_GPU = r"device-side assert"
DEVICES = r"same device|not on the expected device|[Ii]nput type .* and weight type .*cuda"
NOT_REDUCED = r"grad can be implicitly created only"
ROWS = r"Expected input batch_size"
TARGET_SHAPE = r"[Tt]arget size .*(must be the same|different)"
ONE_CLASS = r"multi-target not supported"
ONE_ROW = r"Expected more than 1 value per channel"
LABEL_TYPES = r"expected (?:target dtype to be|scalar type) Long"
FLOAT_TARGETS = r"Float can't be cast to the desired output type Long|Found dtype Long but expected Float"
INDEX_TYPES = r"argument #1 'indices' to have one of"
WHOLE_PARAMETERS = r"Only Tensors of floating point and complex dtype can require"
WHOLE_MEAN = r"could not infer output dtype"
TYPES = (
    r"must have the same dtype|does not match weight dtype|expected scalar type|Input type .* should be the same|Found dtype"
    r"|not implemented for '(?:Long|Int)'"
)
STATE = r"Expected hidden(?:\[\d\])? size \((\d+), (\d+), (\d+)\), got \[(\d+), (\d+), (\d+)\]"
LENGTHS = r"Expected (input|target)_lengths to have value at most (\d+), but got value (\d+)"
CONSTRAINT = r"Expected parameter (\w+) .*distribution (\w+)\(.* to satisfy the constraint (\w+)"
NOT_POSITIVE = r"input is not positive-definite|matrix is not positive.definite"
LABELS = r"Target -?\d+ is out of bounds"
EMBEDDING = r"index out of range in self"
UNIT_RANGE = r"all elements of (input|target) should be between 0 and 1"
TO_NUMPY = r"Can't call numpy\(\)"
NOTHING_TO_TRAIN = r"optimizer got an empty parameter list"
NOT_A_LEAF = r"can't optimize a non-leaf"
PRODUCT = r"mat1 and mat2|size mismatch"
SHAPES = (
    r"shapes cannot be multiplied|must match the size of tensor|size mismatch|to have \d+ channels|to be equal size"
    r"|is invalid for input of size|should contain \d+ elements|must be equal to input_size|Sizes of tensors must match"
    r"|expected \dD|Expected \dD|expected input with shape|Expected size for|embedding dimension of"
    r"|same number of elements|inconsistent tensor size|out of range \(expected to be in range"
)
