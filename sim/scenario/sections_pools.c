/* The settings of a pool and of its deliveries. */
#include "scenario/sections.h"

static const struct setting pool_table[] = {
    {"name", SETTING_TEXT, SETTING_REQUIRED | SETTING_NAME, offsetof(struct pool, name),
     .high = 200, .unit = "", .help = "of the GPU type; no two pools have the same"},
    {"gpus", SETTING_INT, SETTING_REQUIRED, offsetof(struct pool, gpus), .low = 0,
     .high = 1e9, .unit = "GPUs", .help = "how many there are at the start"},
    {"node_gpus", SETTING_INT, 0, offsetof(struct pool, node_gpus), .fallback = 8,
     .low = 1, .high = 1024, .unit = "GPUs",
     .help = "of one node: grants are whole nodes unless rule.unit_gpus says otherwise"},
    {"peak_tflops", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct pool, peak_tflops), .low = 0, .high = 1e9, .unit = "TFLOP/s",
     .help = "of one GPU: for stages that state a model instead of GPU-hours"},
    {"reserved_frac", SETTING_FLOAT, SETTING_DATED | SETTING_OPEN_HIGH,
     offsetof(struct pool, reserved_frac), .low = 0, .high = 1, .unit = "of the GPUs",
     .help = "held for work outside the scenario"},
    {"charge", SETTING_FLOAT, SETTING_OPEN_LOW, offsetof(struct pool, charge),
     .fallback = 1, .low = 0, .high = 1e9, .unit = "a GPU-hour",
     .help = "accounting units that a GPU-hour costs"},
    {"failures_per_node_day", SETTING_FLOAT, SETTING_DATED,
     offsetof(struct pool, reliability.failures_per_node_day), .low = 0, .high = 1e3,
     .unit = "failures a node-day",
     .help = "of nodes: a training run that loses one goes back to its last checkpoint; "
             "0.0065 in Kokolis et al. 2024"},
    {"checkpoint_minutes", SETTING_FLOAT, 0,
     offsetof(struct pool, reliability.checkpoint_minutes), .low = 0, .high = 1e6,
     .unit = "minutes", .help = "that a training run stands still to write a checkpoint"},
    {"checkpoint_every_minutes", SETTING_FLOAT, SETTING_OPTIONAL | SETTING_OPEN_LOW,
     offsetof(struct pool, reliability.checkpoint_every_minutes), .low = 0, .high = 1e9,
     .unit = "minutes",
     .help = "of training from one checkpoint to the next; left out: what loses least, "
             "sqrt(2 * checkpoint_minutes / failures a minute), after Young 1974"},
    {"restart_minutes", SETTING_FLOAT, 0,
     offsetof(struct pool, reliability.restart_minutes), .low = 0, .high = 1e6,
     .unit = "minutes", .help = "from a failure until the training goes on"},
    {"repair_hours", SETTING_FLOAT, 0, offsetof(struct pool, repair_hours), .low = 0,
     .high = 1e5, .unit = "hours",
     .help = "that a failed node is out of service; 0: none ever is"},
    {"watts", SETTING_FLOAT, SETTING_OPTIONAL, offsetof(struct pool, watts), .low = 0,
     .high = 1e6, .unit = "W",
     .help = "that a GPU at work draws, with its part of a node"},
    {"pue", SETTING_FLOAT, 0, offsetof(struct pool, pue), .fallback = 1, .low = 1,
     .high = 10, .unit = "",
     .help = "power usage effectiveness: what the site draws for each watt"},
    {"co2_g_per_kwh", SETTING_FLOAT, SETTING_OPTIONAL,
     offsetof(struct pool, co2_g_per_kwh), .low = 0, .high = 1e5, .unit = "g/kWh",
     .help = "CO2 of the site's electricity"},
    {"price_per_gpu_hour", SETTING_FLOAT, SETTING_OPTIONAL,
     offsetof(struct pool, price_per_gpu_hour), .low = 0, .high = 1e9,
     .unit = "money a GPU-hour", .help = "what the use of a GPU costs"},
};
const struct settings pool_settings = SETTINGS("pools", pool_table, struct pool);

static const struct setting delivery_table[] = {
    {"at", SETTING_DATE, SETTING_REQUIRED, offsetof(struct delivery_record, at_s),
     .unit = "", .help = "the day of the delivery"},
    {"gpus", SETTING_INT, SETTING_REQUIRED, offsetof(struct delivery_record, gpus),
     .low = 1, .high = 1e9, .unit = "GPUs", .help = "how many are added to the pool"},
};
const struct settings delivery_settings =
    SETTINGS("deliveries", delivery_table, struct delivery_record);
