/* rulings.h - private to run/: what the superior's answers do with two grants of a pool
 * (MODEL section 9), as arithmetic.
 *
 * Grants are whole units of the pool, and minimums are rounded up to them, as in an
 * award. No answer leaves a grant under its claim's minimum, where it would be of no use:
 * who is picked gets the minimum at least, the rival keeps its own or ends at 0. Where
 * that cannot be, nothing moves. */
#ifndef ALLOT_RUN_RULINGS_H
#define ALLOT_RUN_RULINGS_H

/* One of the two claims: what it holds, needs, and cannot do with less. */
struct stake {
    double granted_gpus, needed_gpus, min_gpus;
};

struct split {
    double appellant_gpus, rival_gpus;
};

/* The appellant gets min(transfer * the rival's grant, its own unmet need), raised to its
 * minimum; where that leaves the rival under its minimum, what the rival has beyond it;
 * or else all that the rival has, as far as it is needed, and the rival ends at 0. A
 * transfer of 0 moves nothing; so does one that cannot bring the appellant to its
 * minimum. unit_gpus 0: GPUs need not be whole. */
struct split ruling_pick(struct stake appellant, struct stake rival, double transfer,
                         double unit_gpus);

/* Both grants are split by need; what the appellant cannot use stays with the rival. Each
 * gets its minimum at least; nothing moves where both together are not enough for that.
 */
struct split ruling_share(struct stake appellant, struct stake rival, double unit_gpus);

#endif
