# spread.gp - labels pushed apart, so that none covers another.
#
# Wants the n_spread labels in rising order: WISH[i] is where label i is best, in pixels
# (characters in text) above the plot's bottom, NaN where it does not matter (then by the
# one before); LINE, the distance that each needs; room, the height of the plot. Gives
# SPOT[i]. Of all places in this order, LINE apart, these are the nearest in the sense of
# least squares (pool adjacent violators), but for the outermost blocks, which are held
# within the plot; so room is to be n_spread * LINE at least. O(n).
#
# The chart has the arrays WISH and SPOT; the blocks are this file's own.

array SPREAD_AT[n_spread + 1]; array SPREAD_SIZE[n_spread + 1]
spread_m = 0; spread_last = 0
do for [i=1:n_spread] {
    spread_last = known(WISH[i]) ? WISH[i] : spread_last
    spread_m = spread_m + 1; SPREAD_SIZE[spread_m] = 1
    SPREAD_AT[spread_m] = spread_last - i * LINE
    while (spread_m > 1 && SPREAD_AT[max(spread_m - 1, 1)] > SPREAD_AT[spread_m]) {
        SPREAD_AT[spread_m - 1] = (SPREAD_AT[spread_m - 1] * SPREAD_SIZE[spread_m - 1] \
            + SPREAD_AT[spread_m] * SPREAD_SIZE[spread_m]) \
            / (SPREAD_SIZE[spread_m - 1] + SPREAD_SIZE[spread_m])
        SPREAD_SIZE[spread_m - 1] = SPREAD_SIZE[spread_m - 1] + SPREAD_SIZE[spread_m]
        spread_m = spread_m - 1
    }
}
spread_i = 0
do for [b=1:spread_m] {
    spread_at = max(-LINE / 2., min(SPREAD_AT[b], room - (n_spread - 0.5) * LINE))
    do for [k=1:SPREAD_SIZE[b]] {
        spread_i = spread_i + 1; SPOT[spread_i] = spread_at + spread_i * LINE
    }
}
