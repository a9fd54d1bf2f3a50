/* stream.h - named streams of random numbers.
 *
 * A stream is named by its purpose and its entity ("leave", "LLaMA/3") and never by its
 * order, so adding a team shifts nobody else's draws, and two rules meet the same world.
 * Two streams that differ in seed, replication, purpose or entity are independent.
 *
 * Generator: Philox4x64 with 10 rounds of Random123 (Salmon, Moraes, Dror, Shaw: Parallel
 * random numbers: as easy as 1, 2, 3, SC 2011), a bijection of a 256-bit counter under a
 * 128-bit key that passes every known battery of tests.
 *   key     = (seed, replication)
 *   counter = (block, 0, name's hash, low half, high half)
 *   hash    = the first 128 bits of SHA-256 over the purpose's length (8 bytes, little
 *             endian), the purpose and the entity, so ("a", "bc") is not ("ab", "c")
 * A block is 4 words of 64 bits, taken in order. Period: 2^66 words. Streams of one run
 * overlap only if 128 bits of two names agree.
 *
 * Cost: stream_init hashes (about 0.1 us), a draw takes some 4 ns; 232 bytes a stream, of
 * which half spare a block the adding up of its keys. A stream has one owner and is not
 * for two threads; a copy of the struct draws the same numbers again. A draw never
 * returns the value of a library function: exp only accepts or rejects, so numbers agree
 * between compilers, and between machines but for a last bit of exp that tips one
 * decision in 10^16. */
#ifndef ALLOT_DES_STREAM_H
#define ALLOT_DES_STREAM_H

#include <gsl/gsl_rng.h>

#include <math.h>
#include <stdint.h>

enum { STREAM_LATER_ROUNDS = 8 };

struct stream {
    uint64_t keys[STREAM_LATER_ROUNDS][2]; /* of the rounds after the second */
    uint64_t first, second[3]; /* what two rounds make of name and key alone */
    uint64_t position;         /* words taken since the start */
    uint64_t words[8]; /* its block and, once that is begun, the next: odd ones last */
};

void stream_init(struct stream *s, uint64_t seed, uint64_t replication,
                 const char *purpose, const char *entity);

/* Goes to word n, counted from 0 since the start; O(1). stream_position is where it is:
 * the number of words taken. Every draw below takes one word, seldom more: an exponential
 * 1.03 and a normal 1.02 in the mean. */
void stream_seek(struct stream *s, uint64_t n);
uint64_t stream_position(const struct stream *s);

/* Lets gsl_ran_*() draw from this very stream: no memory of its own, `out` stands as long
 * as the stream does. It is not seeded: gsl_rng_set and gsl_rng_alloc with the type fail
 * a CHECK. */
extern const gsl_rng_type stream_gsl_type;
void stream_gsl(struct stream *s, gsl_rng *out);

/* For the inline functions below: the widths of the ziggurats' layers, and what is done
 * outside of their rectangles; a block into its half of the words. */
extern const double stream_exponential_x[257];
extern const double stream_normal_x[257];
void stream_compute(struct stream *s, uint64_t block);
double stream_exponential_edge(struct stream *s, uint64_t layer, double x);
double stream_normal_edge(struct stream *s, uint64_t layer, double x);

/* 64 random bits. */
static inline uint64_t stream_bits(struct stream *s)
{
    if (s->position % 4 == 0)
        stream_compute(s, s->position / 4 + 1);
    return s->words[s->position++ % 8];
}

/* The upper 52 bits of a word as a number in (0, 1), both ends out: 2^-53 to 1 - 2^-53 in
 * steps of 2^-52, each exact. */
static inline double stream_open_unit(uint64_t bits)
{
    return ((double)(int64_t)(bits >> 12) + 0.5) * 0x1p-52;
}

/* The same as a number in (-1, 1), never 0, in steps of 2^-51. */
static inline double stream_signed_unit(uint64_t bits)
{
    return ((double)(int64_t)(bits >> 12) - (0x1p51 - 0.5)) * 0x1p-51;
}

/* Uniform in (0, 1). */
static inline double stream_uniform(struct stream *s)
{
    return stream_open_unit(stream_bits(s));
}

/* Exponential with mean 1, positive. Ziggurat of 256 layers (Marsaglia, Tsang: The
 * ziggurat method for generating random variables, JSS 5(8), 2000) with an exact tail;
 * the layer is chosen by bits that the abscissa does not use (Doornik 2005). */
static inline double stream_exponential(struct stream *s)
{
    uint64_t bits = stream_bits(s), layer = bits & 255;
    double x = stream_open_unit(bits) * stream_exponential_x[layer];
    if (x < stream_exponential_x[layer + 1])
        return x;
    return stream_exponential_edge(s, layer, x);
}

/* Normal with mean 0 and standard deviation 1, by the same method. The abscissa is drawn
 * from (-1, 1): a sign tested by a branch would be mispredicted every other time. */
static inline double stream_normal(struct stream *s)
{
    uint64_t bits = stream_bits(s), layer = bits & 255;
    double x = stream_signed_unit(bits) * stream_normal_x[layer];
    if (fabs(x) < stream_normal_x[layer + 1])
        return x;
    return stream_normal_edge(s, layer, x);
}

#endif
