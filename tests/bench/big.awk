# A scenario of n projects in n_teams teams over n_months months, for the benchmark:
#   awk -v n=10000 -v n_teams=1000 -v n_months=120 -f big.awk
# Written tightly, for a scenario file may have 1 MB. All projects compete from the start.
BEGIN {
    print "# How long does a large organisation take to simulate?"
    printf "start=\"2020-01-01\";months=%d;\n", n_months
    printf "pools=({name=\"h100\";gpus=%d;node_gpus=8;});\n", n * 16
    print "organisation=("
    n_labs = int((n_teams + 49) / 50)
    for (lab = 0; lab < n_labs; lab++) {
        printf "{name=\"L%d\";teams=(", lab
        for (t = lab; t < n_teams; t += n_labs)
            printf "{name=\"T%d\";people=%d;exploration=({gpus_per_person=4;log_sd=.3;});}%s\n", \
                t, 5 + t % 20, t + n_labs < n_teams ? "," : ""
        printf ");}%s\n", lab + 1 < n_labs ? "," : ""
    }
    print ");projects=("
    for (i = 0; i < n; i++)
        printf "{name=\"P%d\";team=\"T%d\";%sstages=({do=\"train\";gpu_hours=%de4;%smax_gpus=%d;});}%s\n", \
            i, i % n_teams, i % 3 ? sprintf("priority=.%d;", 1 + i % 9) : "", 50 + i % 113, \
            i % 3 ? "" : "min_gpus=8;", 64 + i % 5 * 32, i + 1 < n ? "," : ""
    print ");rule={score={weights={priority=0.6;closeness=0.4;};};};"
}
