
import json


def _is_floats(value):
    if isinstance(value, (list, tuple)) and value:
        return all(isinstance(item, float) for item in value)
    return isinstance(value, float)


def _check(task, inputs, candidate):
    import copy, math, numpy

    scope = {}
    exec(task["prompt"] + task["canonical_solution"], scope)
    reference, atol = scope[task["entry_point"]], task["atol"]
    for arguments in task[inputs]:
        expected = reference(*copy.deepcopy(arguments))
        found = candidate(*copy.deepcopy(arguments))
        if task["entry_point"] == "find_zero":
            (coefficients,) = arguments
            assert abs(sum(factor * math.pow(found, power) for power, factor in enumerate(coefficients))) <= atol
            continue
        # From the first floats on, for all inputs behind them too.
        if atol == 0 and _is_floats(expected):
            atol = 1e-6
        if found == expected:
            continue
        assert atol != 0 and type(found) == type(expected), (arguments, expected, found)
        assert not isinstance(expected, (list, tuple)) or len(found) == len(expected), (arguments, expected, found)
        assert numpy.allclose(found, expected, rtol=1e-07, atol=atol), (arguments, expected, found)


