try:
    import numpy
except ImportError:

    # Closed, since the module outlives the names of the test that makes it.
    def _stand_in():
        import math, sys, types

        def allclose(one, other, rtol=1e-05, atol=1e-08):
            if isinstance(one, (list, tuple)) or isinstance(other, (list, tuple)):
                if not isinstance(one, (list, tuple)):
                    one = [one] * len(other)
                if not isinstance(other, (list, tuple)):
                    other = [other] * len(one)
                if len(one) == 1:
                    one = list(one) * len(other)
                elif len(other) == 1:
                    other = list(other) * len(one)
                if len(one) != len(other):
                    raise ValueError("operands could not be broadcast together")
                return all(allclose(*pair, rtol, atol) for pair in zip(one, other))
            if math.isinf(other) or math.isinf(one):
                return one == other
            return abs(one - other) <= atol + rtol * abs(other)

        numpy = types.ModuleType("numpy")
        numpy.allclose = allclose
        numpy.ndarray = type("ndarray", (), {})
        numpy.float32, numpy.float64 = type("float32", (), {}), float
        sys.modules["numpy"] = numpy

    _stand_in()
    import numpy

