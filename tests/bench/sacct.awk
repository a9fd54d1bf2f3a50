# Prints n lines as sacct -P does, of a year of jobs of 40 accounts; about 100 bytes each.
#   awk -v n=10000000 -f sacct.awk
BEGIN {
    srand(1)
    print "JobIDRaw|Account|State|Eligible|Start|End|ElapsedRaw|ReqTRES|AllocTRES"
    split("COMPLETED FAILED TIMEOUT CANCELLED", states, " ")
    for (i = 1; i <= n; i++) {
        at = 1735689600 + int(i * 31000000 / n)
        wait = int(rand() * 7200); run = int(rand() * rand() * 100000)
        gpus = 2 ^ int(rand() * 5)
        # A day at a time: strftime of each would take longer than the reading.
        printf "%d|acc%02d|%s|%d|%d|%d|%d|gres/gpu=%d|gres/gpu:%s=%d,gres/gpu=%d\n", i,
            rand() * 40, states[1 + int(rand() * 4)], at, at + wait, at + wait + run, run,
            gpus, rand() < 0.5 ? "a100" : "h100", gpus, gpus
    }
}
