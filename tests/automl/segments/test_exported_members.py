import automl.segments as segments


def test_what_the_package_offers_is_deliberate():
    offered = {
        name
        for name, value in vars(segments).items()
        if not name.startswith("_") and type(value).__name__ != "module"
    }
    assert offered == set(segments.__all__)
