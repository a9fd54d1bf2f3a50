/* goodput.h - how much of its GPUs' time a training run turns into progress where nodes
 * fail, and the loss that a trained model reaches.
 *
 * A run on many nodes stops when one of them fails: it goes back to its last checkpoint
 * and starts again. Writing checkpoints takes time too, so there is a best interval
 * between them. */
#ifndef ALLOT_MODEL_GOODPUT_H
#define ALLOT_MODEL_GOODPUT_H

/* How often nodes fail, and what a run does about it. */
struct reliability {
    double failures_per_node_day;
    double checkpoint_minutes;       /* to write one; the run stands still */
    double checkpoint_every_minutes; /* of progress; NaN: the best interval */
    double restart_minutes;          /* from a failure to the first step after it */
};

/* The interval between checkpoints that loses least, in minutes: sqrt(2 w / f), w the
 * minutes to write one and f the run's failures a minute (Young 1974, A first order
 * approximation to the optimum checkpoint interval). INFINITY where nothing fails. */
double goodput_best_interval_minutes(const struct reliability *r, double nodes);

/* The share of its time in which a run on that many nodes makes progress, from 0 to 1:
 *     (1 - f (u + d / 2)) / (1 + w / d)
 * with u the minutes of a restart and d the interval (Kokolis et al. 2024, Revisiting
 * reliability in large-scale machine learning research clusters). It is of first order in
 * f: good where a run does many checkpoints between two failures; 0 where it would never
 * get on. 1 where nothing fails, but for the writing of checkpoints whose interval is
 * stated. */
double goodput_frac(const struct reliability *r, double nodes);

/* The loss that a language model of so many parameters reaches on so many tokens:
 * 1.69 + 406.4 / N^0.34 + 410.7 / D^0.28 (Hoffmann et al. 2022, Training compute-optimal
 * large language models, approach 3). */
double model_loss(double params, double tokens);

#endif
