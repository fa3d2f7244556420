def test_first_try(parity):
    parity.assert_parity("mynet.py")


def test_second_try(parity):
    parity.assert_parity("mynet_fixed.py")
