# Prints n lines of jobs as sacct -P does, in order, over the year 2025; about 115 bytes each.
#   awk -v n=1000000 -f sacct.awk
function two(i) { return sprintf("%02d", i) }
# Local times of 28-day months: what is printed must be a time, and quickly made.
function time_of(s,   days) {
    days = int(s / 86400); s -= days * 86400
    return "2025-" two(1 + int(days / 28)) "-" two(1 + days % 28) "T" \
        two(int(s / 3600)) ":" two(int(s / 60) % 60) ":" two(s % 60)
}
BEGIN {
    srand(1)
    print "JobIDRaw|Account|State|Eligible|Start|End|ElapsedRaw|ReqTRES|AllocTRES"
    split("COMPLETED FAILED TIMEOUT CANCELLED", states, " ")
    for (i = 1; i <= n; i++) {
        at = int(i * 28512000 / n)
        wait = int(rand() * 7200); run = int(rand() * rand() * 100000)
        gpus = 2 ^ int(rand() * 5); type = rand() < 0.5 ? "a100" : "h100"
        printf "%d|acc%02d|%s|%s|%s|%s|%d|gres/gpu=%d|gres/gpu:%s=%d,gres/gpu=%d\n", i,
            rand() * 40, states[1 + int(rand() * 4)], time_of(at), time_of(at + wait),
            time_of(at + wait + run), run, gpus, type, gpus, gpus
    }
}
