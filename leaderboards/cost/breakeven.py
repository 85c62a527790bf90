"""Pure: from which volume on, and after how many months, a machine of one's own is the cheaper."""


def volume(*, price: float, months: int, hosted: float, own: float) -> float | None:
    """Return the millions of output tokens a month at which both cost the same.

        v = (price / months) / (hosted - own)

    `hosted` and `own` are what a million costs there, and its electricity here. None when the
    electricity alone costs as much: then no volume ever pays. 3,999 over 36 months against 25
    a million, at 0.285 of electricity, break even at 4.5 million tokens a month.
    """
    saved = hosted - own
    return price / months / saved if saved > 0 else None


def payback_months(*, price: float, hosted_a_month: float, own_a_month: float) -> float | None:
    """Return after how many months of saving the machine is paid.

        m = price / (hosted - own)

    None when nothing is saved. 3,999 against 375 a month, at 4.27 of electricity, are 10.8 months.
    """
    saved = hosted_a_month - own_a_month
    return price / saved if saved > 0 else None
